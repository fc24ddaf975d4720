//! A single file that somebody names: a policy, a workload, any manifest.

use super::checker::Checker;
use super::policy::{self, PolicyContext};
use super::problems::unreadable;
use super::workload;
use crate::domain::finding::{Finding, RefusedBy};
use crate::system::RepoPath;
use crate::tree::{Tree, YamlFile};

/// The line by which a policy is known.
const KIND: &str = "kind: CiliumNetworkPolicy";

/// A file, and what is known of where it is.
pub(super) struct Single<'a> {
    pub(super) checker: &'a Checker<'a>,
    pub(super) tree: &'a Tree,
    pub(super) path: &'a RepoPath,
    /// Whether its namespace folder is built from it, so that the folder's rules have looked at it.
    pub(super) is_built: bool,
}

/// What is wrong with a file, beside what is said about it as a part of its namespace folder.
pub(super) fn findings(single: &Single<'_>) -> Vec<Finding> {
    match single.tree.yaml(single.path) {
        Ok(Some(file)) => manifest(single, &file),
        Ok(None) => Vec::new(),
        Err(_) if single.is_built => Vec::new(),
        Err(error) if is_policy(single) && error.place.is_some() => {
            vec![policy::unreadable(&error)]
        }
        Err(error) => vec![unreadable(&error).refused_by(RefusedBy::Build)],
    }
}

/// Told from the name, or from the text as far as it goes: it need not be YAML.
fn is_policy(single: &Single<'_>) -> bool {
    let has_kind = |text: &str| text.lines().any(|line| line.trim_start().starts_with(KIND));
    let text = single.tree.text(single.path).ok().flatten();
    single.path.name().starts_with("cnp.") || text.is_some_and(|text| has_kind(text.text()))
}

fn manifest(single: &Single<'_>, file: &YamlFile) -> Vec<Finding> {
    let mut findings = workload::findings(single, file);
    // What a folder builds was looked at beside all its policies.
    if !single.is_built {
        let context = PolicyContext::default();
        let documents = file.yaml.documents();
        findings.extend(documents.flat_map(|root| policy::findings(file, root, &context)));
    }
    findings
}
