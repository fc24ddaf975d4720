//! The rules on one namespace folder and what it is built from.

use crate::check::{problem_finding, unreadable};
use crate::domain::finding::{Finding, Level};
use crate::kustomize;
use crate::repo::Survey;
use crate::repo::config::Config;
use crate::system::RepoPath;
use crate::tree::Tree;

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct FolderContext<'a> {
    /// The repository.
    pub tree: &'a Tree,
    /// The folder.
    pub folder: &'a RepoPath,
    /// The namespace that the folder is for.
    pub namespace: &'a str,
    /// What is known of its cluster; nothing of a folder outside the layout.
    pub survey: Option<&'a Survey>,
    /// The repository's config.
    pub config: &'a Config,
}

/// What is wrong in a folder.
pub fn findings(context: &FolderContext<'_>) -> Vec<Finding> {
    let FolderContext { tree, folder, .. } = *context;
    match tree.kustomization_file(folder) {
        Ok(Some(_)) => {
            kustomize::build(tree, folder).problems.iter().map(problem_finding).collect()
        }
        Ok(None) => raw_folder(tree, folder).into_iter().collect(),
        Err(error) => vec![unreadable(&error)],
    }
}

fn raw_folder(tree: &Tree, folder: &RepoPath) -> Option<Finding> {
    match tree.has_manifests(folder) {
        Ok(true) => Some(Finding::on_disk(
            "layout/raw-folder",
            Level::Note,
            folder.as_str(),
            "manifests without a kustomization: no role can be granted here",
            "add a kustomization.yaml that lists all of them: Argo CD would prune what it does not list",
        )),
        Ok(false) => None,
        Err(error) => Some(unreadable(&error)),
    }
}
