//! Which files a kustomization lists, directly and through folders, without reading them: for
//! looking through a large repository for a few of them.

use std::collections::BTreeSet;

use super::fields::Kustomization;
use crate::manifests::yaml::Node;
use crate::system::{FileKind, RepoPath};
use crate::tree::Tree;

/// Adds the files that the build of `folder` reads to `files`. Folders in `seen` are skipped and
/// new ones added, which ends cycles and keeps repeated bases cheap. What can't be read lists
/// nothing.
pub fn listed_files(
    tree: &Tree,
    folder: &RepoPath,
    seen: &mut BTreeSet<RepoPath>,
    files: &mut BTreeSet<RepoPath>,
) {
    let mut waiting = vec![folder.clone()];
    while let Some(folder) = waiting.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Ok(Some(kustomization)) = tree.kustomization_file(&folder) else {
            continue;
        };
        let Ok(Some(file)) = tree.yaml(&kustomization) else {
            continue;
        };
        let entries = file.yaml.root().map(|root| Kustomization::of(root).resources());
        for path in entries.into_iter().flatten().filter_map(Node::string) {
            let Some(path) = folder.resolve(path) else {
                continue;
            };
            match tree.kind(&path) {
                Ok(Some(FileKind::Folder)) => waiting.push(path),
                Ok(Some(_)) => {
                    files.insert(path);
                }
                _ => {}
            }
        }
    }
}
