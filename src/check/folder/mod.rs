//! The rules on a namespace folder: where it stands, its kustomization and those that it builds
//! from, their patches, and the annotation as each of them writes it.
//!
//! ```text
//! folder ──> level (the folder's kustomization) ──> level (its defaults) …   each: file, patches, annotation
//!        └─> namespace, roles, layout, unlisted                              the build as a whole
//! ```

mod annotation;
mod bases;
mod entries;
mod file;
mod fixes;
mod keys;
mod layout;
mod level;
mod namespace;
mod patches;
mod policies;
mod problems;
mod roles;
mod unlisted;

use std::sync::Arc;

use super::problems::unreadable;
use crate::domain::facts::ClusterFacts;
use crate::domain::finding::{Finding, Level as Severity};
use crate::kustomize::{self, Build};
use crate::manifests::yaml::Place;
use crate::repo::Survey;
use crate::repo::config::Config;
use crate::system::RepoPath;
use crate::tree::Tree;

pub use self::bases::Bases;
pub use self::fixes::Fix;
pub use self::layout::not_delivered;

use self::level::Level;

/// A folder, and what is known round it.
#[derive(Clone, Copy)]
pub struct FolderContext<'a> {
    /// The repository as it is, or as it will be.
    pub tree: &'a Tree,
    /// The folder.
    pub folder: &'a RepoPath,
    /// The namespace that it is for; `None` for a folder outside of the layout.
    pub namespace: Option<&'a str>,
    /// Its cluster.
    pub survey: Option<&'a Survey>,
    /// The repository's config.
    pub config: &'a Config,
    /// What was found in shared folders already.
    pub bases: &'a Bases,
}

impl FolderContext<'_> {
    /// The facts of its cluster.
    fn facts(&self) -> ClusterFacts {
        self.survey.map_or_else(ClusterFacts::assumed, |survey| survey.facts.clone())
    }
}

/// Everything that is wrong with a namespace folder and what it builds from.
pub fn findings(context: &FolderContext<'_>) -> Vec<Finding> {
    match context.tree.kustomization_files(context.folder) {
        Ok(files) if files.is_empty() => return layout::without_kustomization(context),
        Ok(_) => {}
        Err(error) => return vec![unreadable(&error)],
    }
    let build = kustomize::build(context.tree, context.folder);
    let facts = context.facts();
    let mut out = problems::findings(context, &build);
    let file = context.tree.kustomization_file(context.folder).ok().flatten();
    let file = file.and_then(|path| context.tree.yaml(&path).ok().flatten());
    if let Some(level) = file.as_ref().and_then(|file| Level::of(context, &facts, file, &build)) {
        out.extend(level.findings());
        out.extend(namespace::findings(&level));
        out.extend(roles::findings(&level));
        out.extend(unlisted::findings(&level));
        out.extend(policies::findings(&level));
    }
    out.extend(layout::findings(context));
    policies::without_echoes(&mut out);
    out
}

/// What mends a folder and what it builds from without a decision: each says what people evidently
/// meant, and touches nothing else.
pub fn fixes(context: &FolderContext<'_>) -> Vec<Fix> {
    let build = kustomize::build(context.tree, context.folder);
    let facts = context.facts();
    let file = context.tree.kustomization_file(context.folder).ok().flatten();
    let file = file.and_then(|path| context.tree.yaml(&path).ok().flatten());
    let level = file.as_ref().and_then(|file| Level::of(context, &facts, file, &build));
    level.map(|level| level.fixes()).unwrap_or_default()
}

/// What a rule says about a place in a file.
fn at(
    rule: &'static str,
    severity: Severity,
    (path, place): (&RepoPath, Place),
    message: impl Into<String>,
    help: impl Into<String>,
) -> Finding {
    let finding = Finding::on_disk(rule, severity, path.as_str(), message, help);
    finding.at(place.line, place.column)
}

/// A build with what it comes from: nothing of it is worked out in full if this is so.
fn is_open(build: &Build) -> bool {
    build.problems.iter().any(|problem| !problem.is_broken)
}

/// Findings that are kept for all folders that build from one base.
type Shared = Arc<Vec<Finding>>;
