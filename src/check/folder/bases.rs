//! What is found in folders that many namespace folders build from, looked for once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::fixes::Fix;
use super::level::Level;
use super::{FolderContext, Shared};
use crate::domain::facts::ClusterFacts;
use crate::domain::finding::Finding;
use crate::kustomize::{self, Build};
use crate::system::RepoPath;

/// A folder that `resources` lists.
#[derive(Debug)]
pub(super) struct Base {
    /// The annotations of the one Namespace that it builds to.
    pub(super) annotations: BTreeMap<String, String>,
    /// Whether it makes objects that are in no file.
    pub(super) makes_objects: bool,
    /// What is wrong in it.
    pub(super) findings: Shared,
    /// What mends some of that.
    pub(super) fixes: Arc<Vec<Fix>>,
}

/// The bases that were looked at, by cluster, since facts differ, and folder.
#[derive(Debug, Default)]
pub struct Bases {
    known: Mutex<HashMap<(String, RepoPath), Arc<Base>>>,
    policies: Mutex<HashMap<(RepoPath, usize), Shared>>,
}

impl Bases {
    /// A base, looked at now or before.
    pub(super) fn get(
        &self,
        context: &FolderContext<'_>,
        facts: &ClusterFacts,
        folder: &RepoPath,
    ) -> Arc<Base> {
        let cluster = context.survey.map_or("", |survey| survey.cluster.as_str());
        let key = (cluster.to_owned(), folder.clone());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(base) = known().get(&key) {
            return Arc::clone(base);
        }
        // Two threads may look at one base: the lock is not held meanwhile.
        let base = Arc::new(Base::of(context, facts, folder));
        known().insert(key, Arc::clone(&base));
        base
    }
}

impl Bases {
    /// What is wrong with the policy in a document of a shared file, whatever the namespace.
    pub(super) fn policy(
        &self,
        file: &RepoPath,
        document: usize,
        look: impl FnOnce() -> Vec<Finding>,
    ) -> Shared {
        let key = (file.clone(), document);
        let known = || self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(findings) = known().get(&key) {
            return Arc::clone(findings);
        }
        let findings = Arc::new(look());
        known().insert(key, Arc::clone(&findings));
        findings
    }
}

impl Base {
    fn of(context: &FolderContext<'_>, facts: &ClusterFacts, folder: &RepoPath) -> Self {
        let context = FolderContext { folder, namespace: None, ..*context };
        let build = kustomize::build(context.tree, folder);
        // What is broken there is broken in the build of the namespace folder, and said there.
        let file = context.tree.kustomization_file(folder).ok().flatten();
        let file = file.and_then(|path| context.tree.yaml(&path).ok().flatten());
        let level = file.as_ref().and_then(|file| Level::of(&context, facts, file, &build));
        let makes_objects = level.as_ref().is_some_and(Level::makes_objects);
        let fixes = level.as_ref().map(Level::fixes).unwrap_or_default();
        let findings = level.map(|level| level.findings()).unwrap_or_default();
        Base {
            annotations: annotations(&build),
            makes_objects,
            findings: Arc::new(findings),
            fixes: Arc::new(fixes),
        }
    }
}

fn annotations(build: &Build) -> BTreeMap<String, String> {
    match &build.namespaces[..] {
        [one] => one.annotations.clone(),
        _ => BTreeMap::new(),
    }
}
