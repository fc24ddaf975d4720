//! The problems of a build as findings.

use super::FolderContext;
use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::domain::near::closest;
use crate::kustomize::Problem;
use crate::repo::DefaultsChoice;
use crate::system::RepoPath;

/// A problem of a build as a finding: an error that kustomize refuses, or a note about something
/// that is not worked out here.
pub fn problem_finding(problem: &Problem) -> Finding {
    let level = if problem.is_broken { Level::Error } else { Level::Note };
    let help = if problem.is_broken {
        "kustomize fails here: mend it first"
    } else {
        "look at the result of `kubectl kustomize` for this folder before you merge"
    };
    let path = problem.path.as_str();
    let finding = Finding::on_disk(problem.rule, level, path, problem.reason.clone(), help);
    let finding = match problem.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    };
    if problem.is_broken { finding.refused_by(RefusedBy::Build) } else { finding }
}

/// The same, with the name that may be meant where something is missing.
pub(super) fn with_hint(context: &FolderContext<'_>, problem: &Problem) -> Finding {
    let finding = problem_finding(problem);
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
