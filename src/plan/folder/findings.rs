//! What is said about a namespace folder that can't be changed, or not without a word.

use super::base::{Addition, Base};
use crate::domain::allowed_roles::{AllowedRoles, Unreadable};
use crate::domain::finding::{Finding, Level};
use crate::kustomize::Build;
use crate::manifests::yaml::{annotation_value, quoted};
use crate::plan::file_edits::NotEdited;
use crate::system::RepoPath;

/// Entries that are there and allow more than one role.
pub(super) fn wildcards(base: &Base, roles: &AllowedRoles) -> Option<Finding> {
    let wide: Vec<&str> =
        roles.entries().iter().map(String::as_str).filter(|entry| entry.contains('*')).collect();
    if wide.is_empty() {
        return None;
    }
    Some(Finding::on_disk(
        "annotation/wildcard",
        Level::Warning,
        base.shown_path().as_str(),
        format!(
            "the list holds {} already, which allows more than the role that is added",
            wide.join(" ")
        ),
        "take the pattern out if it is not meant",
    ))
}

pub(in crate::plan) fn raw_folder(folder: &RepoPath) -> Finding {
    Finding::on_disk(
        "layout/raw-folder",
        Level::Error,
        folder.as_str(),
        "manifests without a kustomization: adding one would make Argo CD prune what it does not list",
        "add a kustomization.yaml that lists all of them first, in a change of its own",
    )
}

/// What to say if a build has not exactly one Namespace.
pub(super) fn wrong_namespaces(base: &Base, build: &Build) -> Option<Finding> {
    if build.problems.iter().any(|problem| problem.is_broken) {
        return None;
    }
    let path = base.shown_path().as_str();
    let unknown = build.problems.first().map(|problem| problem.reason.clone());
    Some(if let (true, Some(reason)) = (build.namespaces.is_empty(), unknown) {
        Finding::on_disk(
            "kustomization/no-namespace-object",
            Level::Error,
            path,
            format!("the Namespace may come from what is not worked out here: {reason}"),
            "change this folder by hand",
        )
    } else if build.namespaces.is_empty() {
        Finding::on_disk(
            "kustomization/no-namespace-object",
            Level::Error,
            path,
            "nothing in this build brings a Namespace, so there is nothing to put the annotation on",
            "list the defaults in `resources`; gangplank looks for a folder `defaults` or `default` with a kustomization, from the namespace folder up to the cluster's",
        )
    } else {
        Finding::on_disk(
            "kustomization/two-namespaces",
            Level::Error,
            path,
            "several Namespaces in one build: gangplank can't tell which one is meant",
            "keep one of them",
        )
    })
}

pub(in crate::plan) fn unreadable_roles(
    path: &RepoPath,
    key: &str,
    value: &str,
    error: &Unreadable,
) -> Finding {
    let rule = match error {
        Unreadable::NotJson(_) => "annotation/not-json",
        Unreadable::NotAString(_) => "annotation/not-strings",
    };
    let shown: String = value.chars().take(80).collect();
    Finding::on_disk(
        rule,
        Level::Error,
        path.as_str(),
        format!("{key} is built as {shown:?}: {error}"),
        "make it a JSON list of role ARNs inside a YAML string",
    )
}

/// The finding for a file that is not edited, with the text to paste.
pub(super) fn refused(addition: &Addition, value: Option<&str>, not_edited: &NotEdited) -> Finding {
    let mut snippet = String::new();
    if !addition.resources.is_empty() {
        snippet.push_str("resources:\n");
        for resource in &addition.resources {
            snippet.push_str(&format!("  - {}\n", quoted(resource)));
        }
    }
    if let Some(patch) = &addition.patch {
        snippet.push_str("patches:\n");
        for line in patch.lines() {
            snippet.push_str(&format!("  {line}\n"));
        }
    }
    let mut help = String::new();
    if !snippet.is_empty() {
        help.push_str(&format!("add this by hand, under the keys that are there:\n{snippet}"));
    }
    if let Some(value) = value {
        help.push_str(&format!(
            "make the value of the annotation this:\n{}\n",
            annotation_value(value)
        ));
    }
    let finding = Finding::on_disk(
        "kustomization/not-edited",
        Level::Error,
        not_edited.path.as_str(),
        not_edited.refusal.reason.clone(),
        help,
    );
    match not_edited.refusal.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}
