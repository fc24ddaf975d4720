//! What keeps a folder from being built, or a file from being read, as findings.

use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::kustomize::Problem;
use crate::manifests::yaml::Place;
use crate::tree::ReadError;

/// A problem of the build as a finding.
pub fn problem_finding(problem: &Problem) -> Finding {
    let level = if problem.is_broken { Level::Error } else { Level::Warning };
    let help = if problem.is_broken {
        help(problem.rule)
    } else {
        "look at the result of `kubectl kustomize` for this folder before you merge"
    };
    let path = problem.path.as_str();
    let finding = Finding::on_disk(problem.rule, level, path, problem.reason.clone(), help);
    let finding = placed(finding, problem.place);
    if problem.is_broken { finding.refused_by(RefusedBy::Build) } else { finding }
}

/// What to do about something that kustomize refuses, where the message does not say it.
fn help(rule: &str) -> &'static str {
    match rule {
        "patch/unescaped" => "write each `/` inside a key as `~1`",
        "patch/bad-op" => "one of: add, remove, replace, move, copy, test",
        "patch/no-target" => "say what it is for: `target: {kind: Namespace}`",
        "patch/both-sources" => "keep one of them",
        "patch/remove-missing" => "take the operation out",
        "kustomization/two-files" => "keep one of them",
        "kustomization/two-namespaces" => {
            "bring one Namespace: that of the defaults, or an own one"
        }
        "kustomization/duplicate-resource" => "list what brings it once",
        _ => "kustomize fails here: mend it first",
    }
}

/// A file or folder that can't be read.
pub fn unreadable(error: &ReadError) -> Finding {
    let finding = Finding::on_disk(
        error.rule(),
        Level::Error,
        error.path.as_str(),
        error.reason.clone(),
        "mend it, then run gangplank again",
    );
    placed(finding, error.place)
}

/// A finding at a place, if there is one.
pub(super) fn placed(finding: Finding, place: Option<Place>) -> Finding {
    match place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}
