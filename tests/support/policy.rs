//! Policies from text, looked at by the rules.

use gangplank::check::policy::{PolicyContext, findings};
use gangplank::domain::finding::{Finding, RefusedBy};
use gangplank::manifests::source::SourceText;
use gangplank::manifests::yaml::Yaml;
use gangplank::system::RepoPath;
use gangplank::tree::YamlFile;

use super::with_listed_levels;

/// A file of this text.
#[track_caller]
pub(crate) fn policy_file(text: &str) -> YamlFile {
    YamlFile {
        path: RepoPath::parse("cnp.yaml").unwrap(),
        source: SourceText::decode(text.as_bytes().to_vec()).unwrap(),
        yaml: Yaml::parse(text).unwrap_or_else(|error| panic!("{error}:\n{text}")),
    }
}

/// What is wrong with the policies of a text.
#[track_caller]
pub(crate) fn policy_findings(text: &str, context: &PolicyContext<'_>) -> Vec<Finding> {
    let file = policy_file(text);
    let all = file.yaml.documents().flat_map(|document| findings(&file, document, context));
    with_listed_levels(all.collect())
}

/// The same in short: `12:22 wildcard-matchname api-server`.
#[track_caller]
pub(crate) fn policy_rules(text: &str, context: &PolicyContext<'_>) -> Vec<String> {
    policy_findings(text, context).iter().map(in_short).collect()
}

fn in_short(finding: &Finding) -> String {
    let (line, column) = (finding.line.unwrap(), finding.column.unwrap());
    let who = match finding.refused_by {
        Some(RefusedBy::ApiServer) => " api-server",
        Some(RefusedBy::Agent) => " agent",
        Some(RefusedBy::Build) => " build",
        None => "",
    };
    let rule = finding.rule.strip_prefix("policy/").unwrap();
    format!("{line}:{column} {rule}{who}")
}
