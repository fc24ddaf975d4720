//! Facts of a cluster for the config: what was typed, or what manifests and siblings show, so that
//! the next run need not ask or assume.

use super::changes::FileChange;
use super::links::refuse_link;
use super::stop::Stop;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::answers::Answers;
use crate::domain::endpoints::Breadth;
use crate::domain::facts::{ClusterFacts, Fact, Source};
use crate::domain::finding::{Finding, Level};
use crate::domain::region::Region;
use crate::domain::role_arn::RoleArn;
use crate::manifests::edit::{Edit, Refusal, edit};
use crate::manifests::source::SourceText;
use crate::manifests::yaml::{Node, Yaml, double_quoted};
use crate::repo::config::Config;
use crate::repo::{CONFIG_NAME, Survey};
use crate::system::RepoPath;
use crate::tree::Tree;

/// One fact, and where it stands in the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFact {
    /// The cluster.
    pub cluster: String,
    /// The keys below the cluster's own.
    pub keys: &'static [&'static str],
    /// The value as one line of YAML.
    pub value: String,
}

/// Whether the repository shows a fact that its config does not state.
pub(super) fn has_found(facts: &ClusterFacts) -> bool {
    found(facts.account.as_ref()).is_some() || found(Some(&facts.format)).is_some()
}

fn found<T>(fact: Option<&Fact<T>>) -> Option<&T> {
    fact.filter(|fact| matches!(fact.source, Source::Repository(_))).map(|fact| &fact.value)
}

/// The facts that these answers and this survey bring to the config.
pub(super) fn facts(survey: &Survey, answers: &Answers) -> Vec<ConfigFact> {
    let known = &survey.facts;
    let mut all = Vec::new();
    let mut add = |keys, value: Option<String>| {
        let cluster = answers.cluster.to_string();
        all.extend(value.map(|value| ConfigFact { cluster, keys, value }));
    };
    add(&["account"], found(known.account.as_ref()).map(|account| double_quoted(account)));
    let policy = answers.policy.as_ref();
    let regions = policy.filter(|_| known.regions.is_none()).and_then(|p| regions(&p.breadth));
    add(&["regions"], regions);
    let version = policy.filter(|_| known.cilium_version.is_none()).and_then(|p| p.cilium_version);
    add(&["cilium", "version"], version.map(|version| double_quoted(&version.to_string())));
    let node_role = answers.node_role.as_ref().filter(|_| known.node_role.is_none());
    add(&["kube2iam", "node_role"], node_role.map(role_text));
    let format = found(Some(&known.format)).map(|format| match format {
        RestrictionFormat::Glob => "glob".to_owned(),
        RestrictionFormat::Regexp => "regexp".to_owned(),
    });
    add(&["kube2iam", "restriction_format"], format);
    all
}

/// An ARN as people write it, unless a character in its path could mean something.
fn role_text(role: &RoleArn) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/_+=.-".contains(c);
    let text = role.as_str();
    if text.chars().all(is_plain) { text.to_owned() } else { double_quoted(text) }
}

fn regions(breadth: &Breadth) -> Option<String> {
    let Breadth::Regional { regions, .. } = breadth else {
        return None;
    };
    let regions: Vec<&str> = regions.iter().map(Region::as_str).collect();
    Some(format!("[{}]", regions.join(", ")))
}

/// What a config that is made begins with.
const HEAD: &str = "# What gangplank knows about this repository.\n";

/// The config with these facts; `None` if it states them already.
///
/// # Errors
/// A config that can't be edited without risk, with what to write by hand.
pub(super) fn change(tree: &Tree, facts: &[ConfigFact]) -> Result<Option<FileChange>, Stop> {
    let path = RepoPath::root().child(CONFIG_NAME);
    refuse_link(tree, &path)?;
    let before = tree.read(&path)?;
    let source = match tree.text(&path)? {
        Some(source) => with_section(&source),
        None => SourceText::new(format!("{HEAD}clusters:\n")),
    };
    let new: Vec<&ConfigFact> = facts.iter().filter(|fact| !fact.is_in(&source)).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let edits: Vec<Edit> = new.iter().map(|fact| fact.edit()).collect();
    let after = edit(&source, &edits).map_err(|refusal| not_edited(&refusal, &new))?;
    if let Err(error) = Config::parse(CONFIG_NAME, after.text()) {
        let refusal = Refusal { reason: error.message, place: error.place };
        return Err(not_edited(&refusal, &new));
    }
    Ok(Some(FileChange::between(path, before, after.encode())))
}

/// A file of comments alone gets the section that the facts go into.
fn with_section(source: &SourceText) -> SourceText {
    let yaml = Yaml::parse(source.text()).ok();
    let is_empty = yaml.is_some_and(|yaml| yaml.root().is_none_or(Node::is_null));
    if !is_empty {
        return source.clone();
    }
    let end = source.line_end();
    let line_break =
        if source.text().is_empty() || source.text().ends_with('\n') { "" } else { end };
    source.with_text(format!("{}{line_break}clusters:{end}", source.text()))
}

impl ConfigFact {
    fn way(&self) -> Vec<&str> {
        ["clusters", &self.cluster].into_iter().chain(self.keys.iter().copied()).collect()
    }

    fn edit(&self) -> Edit {
        Edit::put(&self.way(), self.value.clone())
    }

    fn is_in(&self, source: &SourceText) -> bool {
        let yaml = Yaml::parse(source.text()).ok();
        let stated = |yaml: &Yaml| yaml.root()?.at(&self.way()).map(|node| !node.is_null());
        yaml.as_ref().and_then(stated) == Some(true)
    }
}

fn not_edited(refusal: &Refusal, facts: &[&ConfigFact]) -> Stop {
    let lines: Vec<String> =
        facts.iter().map(|fact| format!("{}: {}", fact.way().join("."), fact.value)).collect();
    let help = format!("leave --record-facts out, or write it by hand:\n{}", lines.join("\n"));
    let rule = "kustomization/not-edited";
    let finding = Finding::on_disk(rule, Level::Error, CONFIG_NAME, refusal.reason.clone(), help);
    let finding = match refusal.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    };
    finding.into()
}
