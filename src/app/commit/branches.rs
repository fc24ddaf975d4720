//! Which branches there will be: the name that was asked for with clusters and namespaces put in,
//! and the files of the plan that go on each.

use crate::error::{Exit, Report};
use crate::plan::{Effective, FileChange, Plan, Verb, commit_message, commit_subject};
use crate::repo::Root;

/// One branch, and the commit that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) message: String,
    pub(super) files: Vec<CommittedFile>,
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommittedFile {
    /// From git's top level.
    pub(super) path: String,
    /// From the root.
    pub(super) root_path: String,
    pub(super) verb: Verb,
    /// Its bytes before the plan.
    pub(super) before: Option<Vec<u8>>,
}

/// The branches of a plan, each once, in the order of its namespaces.
pub(super) fn branches(root: &Root, plan: &Plan, template: &str) -> Result<Vec<Branch>, Report> {
    refuse_unknown_word(template)?;
    let mut groups: Vec<(String, Vec<&Effective>)> = Vec::new();
    for effect in &plan.effects {
        let name = named(template, effect);
        match groups.iter_mut().find(|(one, _)| *one == name) {
            Some((_, effects)) => effects.push(effect),
            None => groups.push((name, vec![effect])),
        }
    }
    if groups.is_empty() {
        groups.push((template.to_owned(), Vec::new()));
    }
    let branch = |(name, effects): (String, Vec<&Effective>)| Branch {
        subject: commit_subject(&plan.purpose, &effects),
        message: commit_message(plan, &effects),
        files: files(root, plan, &effects),
        name,
    };
    let all = groups.into_iter().map(branch);
    // A namespace that is as it should be needs no branch.
    Ok(all.filter(|branch| !branch.files.is_empty()).collect())
}

fn named(template: &str, effect: &Effective) -> String {
    template.replace("{cluster}", &effect.cluster).replace("{namespace}", &effect.namespace)
}

/// A word in braces that nothing is put in for is a slip of the pen.
pub(super) fn refuse_unknown_word(template: &str) -> Result<(), Report> {
    let rest = template.replace("{cluster}", "").replace("{namespace}", "");
    let word = rest.split_once('{').and_then(|(_, rest)| Some(rest.split_once('}')?.0));
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_alphabetic());
    let Some(word) = word.filter(is_word) else {
        return Ok(());
    };
    let message = format!("--git-branch: nothing is put in for `{{{word}}}`");
    Err(Report::new(Exit::Usage, message).help("it may hold {cluster} and {namespace}"))
}

/// The files that belong on a branch with these namespaces.
fn files(root: &Root, plan: &Plan, effects: &[&Effective]) -> Vec<CommittedFile> {
    let written = plan.files.iter().filter(|file| file.verb.writes());
    let own = written.filter(|file| belongs(file, plan, effects));
    let own = own.map(|file| CommittedFile {
        path: root.git_path(file.path.as_str()),
        root_path: file.path.to_string(),
        verb: file.verb,
        before: file.before.clone(),
    });
    own.collect()
}

/// A file goes with the namespace whose folder it is in, else with the cluster that it is in. What
/// several share goes on each branch, so that each is complete.
fn belongs(file: &FileChange, plan: &Plan, effects: &[&Effective]) -> bool {
    let in_folder = |effect: &Effective| file.path.is_within(&effect.folder);
    let in_cluster = |effect: &Effective| {
        file.path.as_str().starts_with(&format!("clusters/{}/", effect.cluster))
    };
    if plan.effects.iter().any(in_folder) {
        return effects.iter().any(|effect| in_folder(effect));
    }
    let is_shared = !plan.effects.iter().any(in_cluster);
    is_shared || effects.iter().any(|effect| in_cluster(effect))
}
