//! A bounded walk over the YAML files of a repository, namespace folders left out.

use super::layout::ClusterLayout;
use super::protected::Protected;
use crate::system::{FileKind, RepoPath};
use crate::tree::{KUSTOMIZATION_NAMES, Tree};

/// Files that a walk lists before it gives up: more than a platform repository has beside its
/// namespaces.
const MOST_FILES: usize = 5_000;

/// Folders that are no part of what a cluster gets.
const SKIPPED: [&str; 4] = ["node_modules", "vendor", "charts", "namespace_template"];

/// What a walk found.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    /// YAML files, kustomizations left out.
    pub(super) files: Vec<RepoPath>,
    /// Folders with a kustomization.
    pub(super) kustomizations: Vec<RepoPath>,
    /// Whether everything was seen.
    pub(super) is_complete: bool,
}

impl Walk {
    /// Walks the repository. Namespace folders are left out, for there are up to thousands of them,
    /// except for those of the platform. Links are not followed: they can lead round in circles.
    pub(super) fn over(tree: &Tree, layout: &ClusterLayout, protected: &Protected) -> Self {
        let mut walk = Walk { is_complete: true, ..Walk::default() };
        let mut waiting = vec![RepoPath::root()];
        while let Some(folder) = waiting.pop() {
            let Ok(entries) = tree.entries(&folder) else {
                continue;
            };
            for (name, kind) in entries {
                if walk.files.len() >= MOST_FILES {
                    walk.is_complete = false;
                    return walk;
                }
                let path = folder.child(&name);
                match kind {
                    FileKind::Folder if is_walked(&path, layout, protected) => waiting.push(path),
                    FileKind::File if KUSTOMIZATION_NAMES.contains(&name.as_str()) => {
                        walk.kustomizations.push(folder.clone());
                    }
                    FileKind::File if is_yaml(&name) => walk.files.push(path),
                    _ => {}
                }
            }
        }
        walk
    }

    /// The files whose text holds any of these words, with their text. Parsing comes later: most
    /// files hold none of them.
    pub(super) fn files_with<'a>(
        &'a self,
        tree: &'a Tree,
        words: &'a [&str],
    ) -> impl Iterator<Item = &'a RepoPath> {
        self.files.iter().filter(move |path| holds_any(tree, path, words))
    }
}

/// Whether a file's text holds any of these words.
pub(super) fn holds_any(tree: &Tree, path: &RepoPath, words: &[&str]) -> bool {
    let text = tree.text(path).ok().flatten();
    text.is_some_and(|source| words.iter().any(|word| source.text().contains(word)))
}

fn is_walked(path: &RepoPath, layout: &ClusterLayout, protected: &Protected) -> bool {
    let name = path.name();
    if name.starts_with('.') || SKIPPED.contains(&name) {
        return false;
    }
    let Some(parent) = path.parent() else {
        return true;
    };
    if layout.groups.contains(path) {
        return true;
    }
    if layout.groups.contains(&parent) {
        // Of namespace folders only those of the platform: there the clusterwide policies are.
        let is_plain = parent == layout.new_in || layout.is_base(&parent);
        return !is_plain || protected.reason(name).is_some();
    }
    !layout.is_elsewhere(path)
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}
