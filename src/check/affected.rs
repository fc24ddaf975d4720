//! `--changed-since`: which units a change can make a difference to.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::units::Unit;
use crate::domain::finding::Finding;
use crate::kustomize;
use crate::repo::{CONFIG_NAME, is_about_cluster};
use crate::system::{Changed, RepoPath};
use crate::tree::Tree;

/// What has changed, and what that means.
#[derive(Debug)]
pub struct Changes<'a, 'r> {
    checker: &'a Checker<'r>,
    /// The repository as it was; none if it can't be looked at.
    earlier: Option<&'a Checker<'a>>,
    /// Files, links and whole folders that have changed or gone, without regard to case: not every
    /// disk has any.
    paths: BTreeSet<RepoPath>,
    /// Whether something has changed beside the root.
    is_outside: bool,
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

fn without_case(path: &RepoPath) -> RepoPath {
    RepoPath::parse(&path.as_str().to_lowercase()).unwrap_or_default()
}

impl<'a, 'r> Changes<'a, 'r> {
    /// What git says has changed, and the repository as it was before.
    pub fn new(
        checker: &'a Checker<'r>,
        earlier: Option<&'a Checker<'a>>,
        changed: &Changed,
    ) -> Self {
        let tree = &checker.repository.tree;
        let files = changed.paths.iter().filter_map(|file| RepoPath::parse(&file.path));
        let files: BTreeSet<RepoPath> = files.collect();
        let is_changed = |name: &str, layout| {
            let mut about = files.iter().filter(|file| is_about_cluster(tree, layout, file));
            about.any(|file| is_of_platform(checker, name, file))
        };
        let layouts = checker.places.layouts.iter();
        let clusters = layouts.filter(|(name, layout)| is_changed(name, layout));
        let folders = changed.converted.iter().filter_map(|folder| RepoPath::parse(folder));
        let paths: BTreeSet<RepoPath> =
            files.iter().cloned().chain(folders).map(|path| without_case(&path)).collect();
        Changes {
            checker,
            earlier,
            is_outside: changed.is_outside,
            is_all: earlier.is_none()
                || has_changed(tree, &paths, &RepoPath::root().child(CONFIG_NAME)),
            clusters: clusters.map(|(name, _)| name.clone()).collect(),
            paths,
        }
    }

    /// Whether what was found in a unit counts: the unit may be another than before, or something
    /// was not found in it before.
    pub fn affect(&self, unit: &Unit, findings: &[Finding]) -> bool {
        !findings.is_empty() && (self.touch(unit) || self.is_new(unit, findings))
    }

    fn is_new(&self, unit: &Unit, findings: &[Finding]) -> bool {
        let Some(earlier) = self.earlier.filter(|earlier| earlier.knows(unit)) else {
            return true;
        };
        let before = earlier.check(unit);
        findings.iter().any(|finding| !before.contains(finding))
    }

    fn touch(&self, unit: &Unit) -> bool {
        let places = &self.checker.places;
        self.is_all
            || match unit {
                Unit::Repository => false,
                Unit::Cluster(name) => self.clusters.contains(name),
                Unit::Namespace(folder) | Unit::Folder(folder) => self.folder(folder),
                Unit::File(path) => {
                    let owner = places.owner(path);
                    has_changed(&self.checker.repository.tree, &self.paths, path)
                        || owner.is_some_and(|(folder, _)| self.folder(folder))
                }
            }
    }

    /// A folder depends on its own files and on all that its build asks for, be it there or not.
    fn folder(&self, folder: &RepoPath) -> bool {
        let cluster = self.checker.places.namespaces.get(folder);
        if cluster.is_some_and(|cluster| self.clusters.contains(cluster)) {
            return true;
        }
        let tree = &self.checker.repository.tree;
        if has_changed(tree, &self.paths, folder) || self.holds_a_change(folder) {
            return true;
        }
        let (tree, asked) = tree.looking_at(folder).listening();
        let build = kustomize::build(&tree, folder);
        // What is not evaluated may come from beside the root.
        self.is_outside && !build.problems.is_empty()
            || asked.paths().iter().any(|path| has_changed(&tree, &self.paths, path))
    }

    /// Whether something in a folder has changed, wherever links lead to it.
    fn holds_a_change(&self, folder: &RepoPath) -> bool {
        let Some(real) =
            self.checker.repository.tree.way(folder).ok().and_then(|mut way| way.pop())
        else {
            return true;
        };
        let real = without_case(&real);
        // All that is below a folder sorts behind it, with others in between.
        let near = self.paths.range(real.clone()..);
        near.take_while(|path| path.as_str().starts_with(real.as_str()))
            .any(|path| path.is_within(&real))
    }
}

/// Whether a path, or a link or a folder on the way to it, is among those that have changed. Where
/// the way can't be followed, it may be.
fn has_changed(tree: &Tree, changed: &BTreeSet<RepoPath>, path: &RepoPath) -> bool {
    let Ok(way) = tree.way(path) else { return true };
    way.iter().chain([path]).any(|path| {
        let mut above = Some(without_case(path));
        while let Some(path) = above {
            if changed.contains(&path) {
                return true;
            }
            above = path.parent();
        }
        false
    })
}
