//! The units of work of a check, and which of them paths on the command line mean.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::repo::ClusterLayout;
use crate::system::{FileKind, RepoPath};
use crate::tree::{KUSTOMIZATION_NAMES, ReadError, Tree};

/// What is looked at in one go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// The repository's config.
    Repository,
    /// A cluster as a whole.
    Cluster(String),
    /// A namespace folder of a cluster.
    Namespace(RepoPath),
    /// A folder with a kustomization outside the layout.
    Folder(RepoPath),
    /// A single file.
    File(RepoPath),
}

/// Why a path means nothing that could be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoUnit {
    /// Nothing is there.
    #[error("{0} is not there")]
    Missing(RepoPath),
    /// A folder without a manifest.
    #[error("there is no manifest in {0}")]
    NoManifest(RepoPath),
    /// It can't be looked at.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// Manifests that are taken from a folder outside the layout: more than anybody means.
const MOST_FILES: usize = 5_000;

/// Levels of folders that are looked into.
const MOST_LEVELS: usize = 16;

/// Where things are in a repository.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The clusters' layouts, as far as they are known ones.
    pub(super) layouts: BTreeMap<String, ClusterLayout>,
    /// The folders of clusters whose layout is none.
    pub(super) others: BTreeMap<String, RepoPath>,
    /// The namespace folders, each with its cluster.
    pub(super) namespaces: BTreeMap<RepoPath, String>,
}

impl Places {
    /// All units.
    pub(super) fn all(&self) -> Vec<Unit> {
        self.within(&RepoPath::root())
    }

    /// The units that lie within a path.
    fn within(&self, path: &RepoPath) -> Vec<Unit> {
        let repository = path.as_str().is_empty().then_some(Unit::Repository);
        let layouts = self.layouts.iter().map(|(name, layout)| (name, &layout.cluster_folder));
        let clusters = layouts.chain(&self.others).filter(|(_, folder)| folder.is_within(path));
        let clusters = clusters.map(|(name, _)| Unit::Cluster(name.clone()));
        let folders = self.namespaces.keys().filter(|folder| folder.is_within(path));
        let folders = folders.map(|folder| Unit::Namespace(folder.clone()));
        repository.into_iter().chain(clusters).chain(folders).collect()
    }

    /// The units that a path means.
    pub(super) fn meant(&self, tree: &Tree, path: &RepoPath) -> Result<Vec<Unit>, NoUnit> {
        let within = self.within(path);
        match tree.kind(path)? {
            None => Err(NoUnit::Missing(path.clone())),
            Some(FileKind::Folder) if !within.is_empty() => Ok(within),
            Some(FileKind::Folder) => {
                let mut units = Vec::new();
                collect(tree, path, MOST_LEVELS, &mut units)?;
                match units.is_empty() {
                    true => Err(NoUnit::NoManifest(path.clone())),
                    false => Ok(units),
                }
            }
            Some(_) if path.as_str() == crate::repo::CONFIG_NAME => Ok(vec![Unit::Repository]),
            Some(_) => Ok(vec![self.file(path)]),
        }
    }

    /// A kustomization outside the layout stands for its folder.
    fn file(&self, path: &RepoPath) -> Unit {
        let folder = path.parent().unwrap_or_default();
        let is_kustomization = KUSTOMIZATION_NAMES.contains(&path.name());
        if is_kustomization && self.owner(path).is_none() {
            Unit::Folder(folder)
        } else {
            Unit::File(path.clone())
        }
    }

    /// The namespace folder that a path is in, with its cluster.
    pub(super) fn owner(&self, path: &RepoPath) -> Option<(&RepoPath, &str)> {
        let mut above = Some(path.clone());
        while let Some(folder) = above {
            if let Some((folder, cluster)) = self.namespaces.get_key_value(&folder) {
                return Some((folder, cluster));
            }
            above = folder.parent();
        }
        None
    }

    /// The cluster whose folder a path is in.
    pub(super) fn cluster_of(&self, path: &RepoPath) -> Option<&str> {
        let mut layouts = self.layouts.iter();
        let own = layouts.find(|(_, layout)| path.is_within(&layout.cluster_folder));
        own.map(|(name, _)| name.as_str())
    }
}

/// The kustomizations and single manifests in a folder outside the layout.
fn collect(
    tree: &Tree,
    folder: &RepoPath,
    levels: usize,
    units: &mut Vec<Unit>,
) -> Result<(), ReadError> {
    if tree.kustomization_file(folder)?.is_some() {
        units.push(Unit::Folder(folder.clone()));
        return Ok(());
    }
    for (name, kind) in tree.listing(folder)?.entries() {
        let path = folder.child(name);
        let is_manifest = [".yaml", ".yml"].iter().any(|end| name.ends_with(end));
        match kind {
            _ if units.len() >= MOST_FILES || name.starts_with('.') => {}
            FileKind::Folder if levels > 0 => collect(tree, &path, levels - 1, units)?,
            FileKind::File if is_manifest && !is_template(tree, &path) => {
                units.push(Unit::File(path));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a file has variables that somebody still has to fill in.
fn is_template(tree: &Tree, path: &RepoPath) -> bool {
    tree.text(path).ok().flatten().is_some_and(|source| source.text().contains("${"))
}
