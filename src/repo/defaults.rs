//! The folder that brings the Namespace object: what the siblings' `resources:` point to, else the
//! nearest folder called `defaults` or `default`. The guide's `../../defaults` is one of several
//! real layouts, so the path is never a constant.

use std::collections::BTreeMap;

use crate::kustomize;
use crate::manifests::yaml::Node;
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree};

use super::house::Sibling;

/// A defaults folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defaults {
    /// The folder.
    pub folder: RepoPath,
    /// Why this one, in words.
    pub because: String,
}

/// Which folder it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultsChoice {
    /// One is meant.
    One(Defaults),
    /// The repository leaves a choice, or has none: ask. The candidates, the likeliest first.
    Ask(Vec<Defaults>),
}

impl DefaultsChoice {
    /// Finds the defaults of the namespace folders in `group`.
    pub(super) fn find(
        tree: &Tree,
        siblings: &[Sibling],
        group: &RepoPath,
        cluster_folder: &RepoPath,
    ) -> Result<Self, ReadError> {
        let mut used = used_by_siblings(tree, siblings);
        if used.is_empty() {
            return nearest(tree, group, cluster_folder);
        }
        if used.len() > 1 {
            return Ok(DefaultsChoice::Ask(used));
        }
        Ok(DefaultsChoice::One(used.remove(0)))
    }
}

/// The folders with a Namespace that siblings list, the most used first.
fn used_by_siblings(tree: &Tree, siblings: &[Sibling]) -> Vec<Defaults> {
    let mut counts: BTreeMap<RepoPath, usize> = BTreeMap::new();
    let mut brings_namespace: BTreeMap<RepoPath, bool> = BTreeMap::new();
    for sibling in siblings {
        for folder in sibling.paths_outside() {
            // All siblings point to the same few.
            let is_defaults = *brings_namespace.entry(folder.clone()).or_insert_with(|| {
                tree.is_folder(&folder).unwrap_or(false)
                    && !kustomize::build(tree, &folder).namespaces.is_empty()
            });
            if is_defaults {
                *counts.entry(folder).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<(RepoPath, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let total = siblings.len();
    let defaults = counts.into_iter().map(|(folder, count)| Defaults {
        because: format!("{count} of {total} siblings read use it"),
        folder,
    });
    defaults.collect()
}

/// Looks for `defaults` and `default` from the group up to the cluster's folder.
fn nearest(
    tree: &Tree,
    group: &RepoPath,
    cluster_folder: &RepoPath,
) -> Result<DefaultsChoice, ReadError> {
    let mut level = Some(group.clone());
    while let Some(folder) = level.filter(|folder| folder.is_within(cluster_folder)) {
        let mut found = Vec::new();
        for name in ["defaults", "default"] {
            let candidate = folder.child(name);
            if tree.kustomization_file(&candidate)?.is_some() {
                let because = "the nearest folder of this name".to_owned();
                found.push(Defaults { folder: candidate, because });
            }
        }
        if found.len() > 1 {
            return Ok(DefaultsChoice::Ask(found));
        }
        if let Some(one) = found.pop() {
            return Ok(DefaultsChoice::One(one));
        }
        level = folder.parent();
    }
    Ok(DefaultsChoice::Ask(Vec::new()))
}

/// The text of a `resources` entry, if it is a plain relative path.
pub(super) fn local_entry(entry: Node<'_>) -> Option<&str> {
    entry.string().filter(|text| !text.contains("://") && !text.contains("?ref="))
}
