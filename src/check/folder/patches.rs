//! Patches that do nothing, or something else than they seem to.

use super::level::Level;
use super::{at, is_open};
use crate::domain::allowed_roles::pointer_segment;
use crate::domain::finding::{Finding, Level as Severity};
use crate::kustomize::{Kustomization, ReadPatch};
use crate::manifests::yaml::Node;

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for patch in &level.patches {
        out.extend(target(level, patch));
        for root in patch.body.documents() {
            match root.is_sequence() {
                true => operations(level, patch, root, &mut out),
                false => merge(level, patch, root, &mut out),
            }
        }
    }
    out
}

/// A finding about a node of a patch's text.
fn on(
    patch: &ReadPatch<'_>,
    rule: &'static str,
    severity: Severity,
    node: Node<'_>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Finding {
    at(rule, severity, (&patch.file, patch.place(node)), message, help)
}

fn target(level: &Level<'_>, patch: &ReadPatch<'_>) -> Option<Finding> {
    let target = patch.source.target?;
    let field = |name| target.get(name).and_then(Node::text).filter(|text| !text.is_empty());
    let place = (&level.file.path, target.place());
    if field("kind").is_none() && sets_roles(level, patch) {
        return Some(at(
            "patch/matches-all",
            Severity::Warning,
            place,
            "a target without `kind` means every object of the build: all of them get the annotation",
            "write `kind: Namespace`",
        ));
    }
    if !matches_nothing(level, patch) {
        return None;
    }
    let new_name = Kustomization::of(level.root).namespace().and_then(Node::text);
    let is_namespace = field("kind") == Some("Namespace");
    if let Some(name) = field("name").filter(|_| is_namespace) {
        let old: Vec<&str> = level.before_rename.iter().map(|n| n.name.as_str()).collect();
        if new_name == Some(name) && !patch.source.is_late && !old.is_empty() {
            return Some(at(
                "patch/new-name",
                Severity::Error,
                place,
                format!(
                    "`{name}` is the name after `namespace:`; patches run before, when it is still `{}`: this one does nothing",
                    old.join("`, `")
                ),
                "leave `name` out of the target",
            ));
        }
    }
    Some(at(
        "patch/no-match",
        Severity::Error,
        place,
        "the target matches no object of this build: the patch does nothing, without a word",
        no_match_help(is_namespace, field("kind"), field("namespace").is_some()),
    ))
}

fn no_match_help(is_namespace: bool, kind: Option<&str>, has_namespace: bool) -> String {
    match kind {
        _ if is_namespace && has_namespace => {
            "leave `namespace` out: a Namespace is in none".to_owned()
        }
        Some(kind) if crate::domain::near::is_misspelt(kind, "Namespace") => {
            "did you mean `kind: Namespace`?".to_owned()
        }
        _ => "compare kind and name with what the build brings".to_owned(),
    }
}

/// Whether a target certainly means nothing. What is generated, or not worked out, may be meant.
fn matches_nothing(level: &Level<'_>, patch: &ReadPatch<'_>) -> bool {
    let is_component = Kustomization::of(level.root).text("kind") == "Component";
    let generates = level.makes_objects();
    let deletes = level.patches.iter().any(|patch| patch.body.documents().any(is_delete));
    let is_broken = level.build.problems.iter().any(|problem| problem.is_broken);
    if is_component || generates || is_broken || deletes || is_open(level.build) {
        return false;
    }
    let no_namespace = level.build.namespaces.is_empty() && sets_roles(level, patch);
    // Said once, as what is missing.
    !no_namespace
        && !level.means_namespace(patch)
        && !level
            .build
            .objects
            .iter()
            .any(|object| object.kind() != "Namespace" && patch.may_mean_object(object))
}

/// Whether a patch speaks of the annotation.
fn sets_roles(level: &Level<'_>, patch: &ReadPatch<'_>) -> bool {
    let key = level.facts.allowed_roles_key.as_str();
    let text = patch.body.text();
    text.contains(key) || text.contains(&pointer_segment(key))
}

fn operations(level: &Level<'_>, patch: &ReadPatch<'_>, root: Node<'_>, out: &mut Vec<Finding>) {
    for operation in root.items() {
        let text = |key| operation.get(key).and_then(Node::text).unwrap_or_default();
        let is_set = matches!(text("op"), "add" | "replace");
        let path = text("path");
        if is_set && operation.get("value").is_none() {
            out.push(on(
                patch,
                "patch/no-value",
                Severity::Error,
                operation,
                format!("`op: {}` without `value`: kustomize writes null, and `\"null\"` into an annotation", text("op")),
                "add `value:`, or `op: remove`",
            ));
        }
        if is_set && path == "/metadata/annotations" && level.means_namespace(patch) {
            out.extend(wiped(level, patch, operation));
        }
    }
}

/// A new map in the place of one that holds others.
fn wiped(level: &Level<'_>, patch: &ReadPatch<'_>, operation: Node<'_>) -> Option<Finding> {
    let value = operation.get("value");
    let inherited = level.inherited();
    let lost: Vec<&str> = inherited
        .into_keys()
        .filter(|key| value.is_none_or(|map| map.get(key).is_none()))
        .collect();
    (!lost.is_empty()).then(|| {
        on(
            patch,
            "patch/wipes-annotations",
            Severity::Error,
            operation,
            format!("this replaces all annotations: {} of the base would be lost", lost.join(", ")),
            "add the one annotation; kustomize makes the map where there is none",
        )
    })
}

fn is_delete(root: Node<'_>) -> bool {
    root.get("$patch").and_then(Node::text) == Some("delete")
}

fn merge(level: &Level<'_>, patch: &ReadPatch<'_>, root: Node<'_>, out: &mut Vec<Finding>) {
    let target = patch.source.target.unwrap_or(root);
    let is_of_namespace = target.get("kind").and_then(Node::text) == Some("Namespace");
    if is_delete(root) && is_of_namespace {
        let node = root.entry("$patch").map_or(root, |entry| entry.key);
        out.push(on(
            patch,
            "patch/deletes-namespace",
            Severity::Warning,
            node,
            "`$patch: delete` takes the Namespace out of the build",
            "take the patch out, unless it is meant",
        ));
    }
    let makes_texts = patch.source.target.is_some() || patch.source.is_early;
    if !makes_texts || !level.means_namespace(patch) {
        return;
    }
    for field in ["annotations", "labels"] {
        let entries = root.at(&["metadata", field]).into_iter().flat_map(Node::entries);
        for entry in entries.filter(|entry| entry.value.is_null() && !entry.value.span().is_empty())
        {
            let key = entry.key.text().unwrap_or_default();
            out.push(on(
                patch,
                "patch/null",
                Severity::Error,
                entry.key,
                format!("null does not remove `{key}` here: kustomize builds the text \"null\""),
                "remove it with a JSON patch, `op: remove`",
            ));
        }
    }
}
