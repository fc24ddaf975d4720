//! What keeps a folder from being built, or a file from being read, as findings.

use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::kustomize::Problem;
use crate::manifests::yaml::Place;
use crate::tree::ReadError;

/// A problem of the build as a finding.
pub fn problem_finding(problem: &Problem) -> Finding {
    let level = if problem.is_broken { Level::Error } else { Level::Warning };
    let help = if problem.is_broken {
        "kustomize fails here: mend it first"
    } else {
        "look at the result of `kubectl kustomize` for this folder before you merge"
    };
    let path = problem.path.as_str();
    let finding = Finding::on_disk(problem.rule, level, path, problem.reason.clone(), help);
    let finding = placed(finding, problem.place);
    if problem.is_broken { finding.refused_by(RefusedBy::Build) } else { finding }
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
