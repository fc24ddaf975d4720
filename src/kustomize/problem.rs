//! What keeps the result of a build from being known.

use crate::manifests::yaml::{Node, Place};
use crate::system::RepoPath;
use crate::tree::{ReadError, YamlFile};

use super::fields::field_key;

/// Something about a build that keeps its result from being known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule's id.
    pub rule: &'static str,
    /// Whether kustomize fails here; otherwise it is only not worked out.
    pub is_broken: bool,
    /// The file or folder.
    pub path: RepoPath,
    /// What it is, one line.
    pub reason: String,
    /// Where in the file.
    pub place: Option<Place>,
    /// What is listed and not there.
    pub missing: Option<RepoPath>,
}

impl Problem {
    pub(super) fn broken(rule: &'static str, path: &RepoPath, reason: impl Into<String>) -> Self {
        let (path, reason) = (path.clone(), reason.into());
        Problem { rule, is_broken: true, path, reason, place: None, missing: None }
    }

    pub(super) fn unsupported(path: &RepoPath, reason: impl Into<String>) -> Self {
        let problem = Problem::broken(NOT_EVALUATED, path, reason);
        Problem { is_broken: false, ..problem }
    }

    pub(super) fn not_evaluated(self) -> Self {
        Problem { rule: NOT_EVALUATED, is_broken: false, ..self }
    }

    /// The same at a field of a kustomization, if it has that.
    pub(super) fn at_field(self, file: &YamlFile, name: &str) -> Self {
        match file.yaml.root().and_then(|root| field_key(root, name)) {
            Some(key) => self.at(key),
            None => self,
        }
    }

    pub(super) fn at(self, node: Node<'_>) -> Self {
        Problem { place: Some(node.place()), ..self }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let problem = Problem::broken(error.rule(), &error.path, error.reason);
        Problem { place: error.place, ..problem }
    }
}

/// The rule of everything that is not worked out here.
pub const NOT_EVALUATED: &str = "kustomization/not-evaluated";
