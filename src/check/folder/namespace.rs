//! The name that the Namespace is built with, and whether there is one at all.

use super::level::Level;
use super::{at, is_open};
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::name::Namespace;
use crate::kustomize::Kustomization;
use crate::manifests::yaml::{Node, Place, Scalar};

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    // A Component is built as a part of other folders, which bring the Namespace.
    if Kustomization::of(level.root).text("kind") == "Component" {
        return Vec::new();
    }
    [no_object(level), name(level)].into_iter().flatten().collect()
}

/// A patch of the annotation, and nothing that it could land on.
fn no_object(level: &Level<'_>) -> Option<Finding> {
    let is_broken = level.build.problems.iter().any(|problem| problem.is_broken);
    if !level.build.namespaces.is_empty() || is_broken || is_open(level.build) {
        return None;
    }
    let key = &level.facts.allowed_roles_key;
    let pointer = crate::domain::allowed_roles::pointer_segment(key);
    let patch = level.patches.iter().find(|patch| {
        let text = patch.body.text();
        text.contains(key.as_str()) || text.contains(&pointer)
    })?;
    Some(at(
        "kustomization/no-namespace-object",
        Severity::Error,
        (&level.file.path, patch.source.entry.place()),
        "nothing in this build brings a Namespace, so this patch does nothing",
        "list the defaults in `resources`",
    ))
}

/// What is built against what the folder says.
fn name(level: &Level<'_>) -> Option<Finding> {
    let folder = level.context.namespace?;
    let path = &level.file.path;
    let Some(node) = Kustomization::of(level.root).namespace() else {
        let other = level.build.namespaces.iter().find(|built| built.name != folder)?;
        let is_broken = level.build.problems.iter().any(|problem| problem.is_broken);
        if is_broken || is_open(level.build) {
            return None;
        }
        return Some(at(
            "kustomization/no-namespace",
            Severity::Error,
            (path, Place { line: 1, column: 1 }),
            format!(
                "no `namespace:`, and the Namespace is built as `{}`, not `{folder}`",
                other.name
            ),
            format!("write `namespace: {folder}`"),
        ));
    };
    // A number or a boolean is refused for its type, whatever it says.
    if !matches!(node.scalar(), Some(Scalar::String(_))) {
        return None;
    }
    let text = node.text().unwrap_or_default();
    if Namespace::parse(text).is_err() {
        return Some(bad_name(level, node, text));
    }
    (text != folder).then(|| {
        at(
            "kustomization/namespace-mismatch",
            Severity::Warning,
            (path, node.place()),
            format!("`namespace: {text}`, in a folder called `{folder}`"),
            "rename one of them, unless it is meant",
        )
    })
}

fn bad_name(level: &Level<'_>, node: Node<'_>, text: &str) -> Finding {
    at(
        "kustomization/bad-namespace",
        Severity::Error,
        (&level.file.path, node.place()),
        format!(
            "`{text}` is no name for a Namespace: kustomize builds it, and the API server refuses it"
        ),
        "lower-case letters, digits and `-`, at most 63, a letter or digit at both ends",
    )
}
