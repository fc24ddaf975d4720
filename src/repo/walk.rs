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
        let groups: Vec<&str> = layout.groups.iter().map(RepoPath::name).collect();
        let mut waiting = vec![RepoPath::root()];
        while let Some(folder) = waiting.pop() {
            let Ok(listing) = tree.listing(&folder) else {
                continue;
            };
            let is_plain = layout.is_plain_group(&folder);
            for (name, kind) in listing.entries() {
                // The cheapest question first, since there are thousands of namespaces.
                let is_kept = || groups.contains(&name) || protected.reason(name).is_some();
                if is_plain && kind == FileKind::Folder && !is_kept() {
                    continue;
                }
                if walk.files.len() >= MOST_FILES {
                    walk.is_complete = false;
                    return walk;
                }
                let path = folder.child(name);
                match kind {
                    FileKind::Folder if is_walked(&path, layout, protected) => waiting.push(path),
                    FileKind::File if KUSTOMIZATION_NAMES.contains(&name) => {
                        walk.kustomizations.push(folder.clone());
                    }
                    FileKind::File if is_yaml(name) => walk.files.push(path),
                    _ => {}
                }
            }
        }
        walk
    }
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
        return !layout.is_plain_group(&parent) || protected.reason(name).is_some();
    }
    !layout.is_elsewhere(path)
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}
