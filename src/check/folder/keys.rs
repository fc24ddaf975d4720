//! Near misses of the annotation's key: what they write, nothing reads.

use super::at;
use super::level::Level;
use crate::domain::allowed_roles::DEFAULT_KEY;
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::near::is_misspelt;
use crate::kustomize::Kustomization;
use crate::manifests::yaml::{Node, Place};
use crate::system::RepoPath;

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for patch in &level.patches {
        for (node, key) in patch.body.documents().flat_map(keys) {
            out.extend(judge(level, &key, (&patch.file, patch.place(node))));
        }
    }
    for (key, _) in Kustomization::of(level.root).common_annotations() {
        let map = crate::kustomize::field(level.root, "commonAnnotations");
        if let Some(entry) = map.and_then(|map| map.entry(key)) {
            out.extend(judge(level, key, (&level.file.path, entry.key.place())));
        }
    }
    for object in level.build.objects.iter().filter(|object| object.kind() == "Namespace") {
        // The file of a base is looked at with the base.
        let is_own = object.file.path.parent().as_ref() == Some(level.context.folder);
        for (node, key) in object.root().filter(|_| is_own).into_iter().flat_map(keys) {
            out.extend(judge(level, &key, (&object.file.path, node.place())));
        }
    }
    out
}

/// The annotation keys that a document writes, as kustomize decodes them.
fn keys(root: Node<'_>) -> Vec<(Node<'_>, String)> {
    if !root.is_sequence() {
        let entries = root.at(&["metadata", "annotations"]).into_iter().flat_map(Node::entries);
        return entries.filter_map(|e| Some((e.key, e.key.text()?.to_owned()))).collect();
    }
    let operations = root.items().filter_map(|operation| {
        let node = operation.get("path")?;
        let segment = node.text()?.strip_prefix("/metadata/annotations/")?;
        // A slash that is not escaped leads elsewhere, and kustomize refuses it.
        (!segment.contains('/')).then(|| (node, segment.replace("~1", "/").replace("~0", "~")))
    });
    operations.collect()
}

fn judge(level: &Level<'_>, key: &str, place: (&RepoPath, Place)) -> Option<Finding> {
    let facts = level.facts;
    let meant = facts.allowed_roles_key.as_str();
    let is_other = [&facts.role_key, &facts.external_id_key].iter().any(|other| *other == key);
    if key == meant || is_other {
        return None;
    }
    let is_default = key == DEFAULT_KEY;
    if !is_default && !is_near(key, meant) && !is_near(key, DEFAULT_KEY) {
        return None;
    }
    Some(at(
        "annotation/wrong-key",
        Severity::Error,
        place,
        format!("this writes the annotation `{key}`, which kube2iam does not read"),
        format!("write `{meant}`; in the path of a JSON patch, its `/` as `~1`"),
    ))
}

/// A few letters wrong, or the slash spelt in some other way.
fn is_near(key: &str, meant: &str) -> bool {
    let mut slashed = key.to_owned();
    for spelling in ["%2F", "%2f", "~2", "~"] {
        slashed = slashed.replace(spelling, "/");
    }
    // `~1` in a merge patch, where nothing is escaped.
    let slashed = slashed.replace("/1", "/");
    is_misspelt(key, meant) || (slashed.trim_end_matches('/') == meant && key != meant)
}
