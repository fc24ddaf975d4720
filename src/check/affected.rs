//! `--changed-since`: which units a change can make a difference to.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::units::Unit;
use crate::kustomize;
use crate::repo::{CONFIG_NAME, is_about_cluster};
use crate::system::{FileKind, RepoPath};

/// Changed files, and what they mean.
#[derive(Debug)]
pub struct Changes {
    files: BTreeSet<RepoPath>,
    /// Whether the config has changed, on which everything depends.
    is_all: bool,
    /// Clusters whose facts, policies or git paths may have changed.
    clusters: BTreeSet<String>,
}

/// Whether a file is no application's own: kube2iam and its like have namespace folders too.
fn is_of_platform(checker: &Checker<'_>, cluster: &str, file: &RepoPath) -> bool {
    checker.places.owner(file).is_none_or(|(folder, _)| {
        let survey = checker.survey(cluster);
        survey.is_some_and(|survey| survey.protected.reason(folder.name()).is_some())
    })
}

impl Changes {
    /// Files that have changed or gone.
    pub fn new(checker: &Checker<'_>, files: BTreeSet<RepoPath>) -> Self {
        let tree = &checker.repository.tree;
        let is_changed = |name: &str, layout| {
            let mut about = files.iter().filter(|file| is_about_cluster(tree, layout, file));
            about.any(|file| is_of_platform(checker, name, file))
        };
        let layouts = checker.places.layouts.iter();
        let clusters = layouts.filter(|(name, layout)| is_changed(name, layout));
        Changes {
            is_all: files.iter().any(|file| file.as_str() == CONFIG_NAME),
            clusters: clusters.map(|(name, _)| name.clone()).collect(),
            files,
        }
    }

    /// Whether a unit may be another than before.
    pub fn affect(&self, checker: &Checker<'_>, unit: &Unit) -> bool {
        self.is_all
            || match unit {
                Unit::Repository => false,
                Unit::Cluster(name) => self.clusters.contains(name),
                Unit::Namespace(folder) | Unit::Folder(folder) => self.folder(checker, folder),
                Unit::File(path) => {
                    let owner = checker.places.owner(path);
                    self.files.contains(path)
                        || owner.is_some_and(|(folder, _)| self.folder(checker, folder))
                }
            }
    }

    /// A folder depends on its own files and on all that its build asks for, be it there or not.
    fn folder(&self, checker: &Checker<'_>, folder: &RepoPath) -> bool {
        let cluster = checker.places.namespaces.get(folder);
        if cluster.is_some_and(|cluster| self.clusters.contains(cluster)) {
            return true;
        }
        let tree = &checker.repository.tree;
        // Where it leads to, git has another name for its files.
        let is_link = matches!(tree.entry_kind(folder), Ok(Some(FileKind::Link)));
        if is_link || self.files.iter().any(|file| file.is_within(folder)) {
            return true;
        }
        let (tree, asked) = tree.looking_at(folder).listening();
        kustomize::build(&tree, folder);
        asked.paths().intersection(&self.files).next().is_some()
    }
}
