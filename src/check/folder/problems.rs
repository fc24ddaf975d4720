//! The problems of a build as findings.

use super::FolderContext;
use crate::check::problems::problem_finding;
use crate::domain::finding::{Finding, Level};
use crate::domain::near::closest;
use crate::kustomize::{Build, Problem};
use crate::repo::DefaultsChoice;
use crate::system::RepoPath;

/// The problems of a folder's build. One that was given up has the same ones over and over.
pub(super) fn findings(context: &FolderContext<'_>, build: &Build) -> Vec<Finding> {
    let mut seen = Vec::new();
    let is_news = |problem: &&Problem| {
        let is_news = !build.is_cut || !seen.contains(&problem.rule);
        seen.push(problem.rule);
        is_news
    };
    build.problems.iter().filter(is_news).map(|problem| with_hint(context, problem)).collect()
}

/// A problem of a build, with the name that may be meant where something is missing. What is not
/// worked out is nobody's mistake.
fn with_hint(context: &FolderContext<'_>, problem: &Problem) -> Finding {
    let mut finding = problem_finding(problem);
    if !problem.is_broken {
        finding.level = Level::Note;
    }
    let hint = problem.missing.as_ref().and_then(|missing| hint(context, problem, missing));
    match hint {
        Some(hint) => Finding { help: format!("did you mean {hint}?"), ..finding },
        None => finding,
    }
}

/// What may be meant by a path where nothing is.
fn hint(context: &FolderContext<'_>, problem: &Problem, missing: &RepoPath) -> Option<String> {
    let from = problem.path.parent()?;
    let parent = missing.parent()?;
    let names = context.tree.list(&parent).unwrap_or_default();
    let names = names.iter().map(|(name, _)| name.as_str()).filter(|name| *name != missing.name());
    if let Some(near) = closest(missing.name(), names) {
        return Some(parent.child(near).relative_to(&from));
    }
    let is_defaults = matches!(missing.name(), "default" | "defaults");
    defaults(context).filter(|_| is_defaults).map(|folder| folder.relative_to(&from))
}

/// The folder of the defaults: what the siblings use, else the nearest one above.
fn defaults(context: &FolderContext<'_>) -> Option<RepoPath> {
    if let Some(DefaultsChoice::One(one)) = context.survey.map(|survey| &survey.defaults) {
        return Some(one.folder.clone());
    }
    let above = std::iter::successors(context.folder.parent(), RepoPath::parent);
    let all = above.flat_map(|folder| ["defaults", "default"].map(|name| folder.child(name)));
    let mut all = all.filter(|f| context.tree.kustomization_files(f).is_ok_and(|k| !k.is_empty()));
    all.next()
}
