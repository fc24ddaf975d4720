//! What kustomize refuses while it reads a kustomization into Go's types: fields of the wrong type,
//! and unknown fields of patches and their targets.

use super::fields::field;
use super::problem::Problem;
use crate::manifests::yaml::Node;
use crate::system::RepoPath;

const LISTS: [&str; 7] = [
    "labels",
    "resources",
    "bases",
    "components",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
];

const TEXTS: [&str; 5] = ["apiVersion", "kind", "namespace", "namePrefix", "nameSuffix"];

const MAPS_OF_TEXTS: [&str; 2] = ["commonAnnotations", "commonLabels"];

const PATCH: [&str; 4] = ["path", "patch", "target", "options"];

const LABEL: [&str; 4] = ["pairs", "includeSelectors", "includeTemplates", "fields"];

const TARGET: [&str; 7] =
    ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];

/// Everything in the kustomization at `root` that Go's types do not take.
pub(super) fn refusals(root: Node<'_>, path: &RepoPath) -> Vec<Problem> {
    let present = |name: &'static str| Some((name, field(root, name)?));
    let mut out = Vec::new();
    let mut refuse = |rule, node: Node<'_>, reason: String| {
        out.push(Problem::broken(rule, path, reason).at(node));
    };
    for (name, node) in LISTS.into_iter().filter_map(present) {
        if !node.is_sequence() {
            refuse(TYPE, node, format!("`{name}` is no list"));
        }
    }
    for (name, node) in TEXTS.into_iter().filter_map(present) {
        if node.string().is_none() {
            refuse(TYPE, node, format!("`{name}` is no text"));
        }
    }
    for (name, node) in MAPS_OF_TEXTS.into_iter().filter_map(present) {
        let is_map = node.is_mapping();
        let wrong = node.entries().map(|entry| entry.value);
        let wrong = wrong.into_iter().find(|value| !value.is_null() && value.string().is_none());
        if let Some(wrong) = wrong.or((!is_map).then_some(node)) {
            refuse(TYPE, wrong, format!("`{name}` holds something that is no text"));
        }
    }
    for entry in field(root, "labels").into_iter().flat_map(Node::items) {
        let mut values = field(entry, "pairs").into_iter().flat_map(Node::entries);
        let wrong = values.find(|pair| !pair.value.is_null() && pair.value.string().is_none());
        if let Some(wrong) = wrong {
            refuse(TYPE, wrong.value, "`labels` holds something that is no text".to_owned());
        }
        if let Some(key) = unknown(entry, &LABEL) {
            let text = key.text().unwrap_or_default();
            let reason = format!("kustomize knows no field `{text}` of a label");
            refuse("kustomization/unknown-field", key, reason);
        }
    }
    for name in ["patches", "patchesJson6902"] {
        for entry in field(root, name).into_iter().flat_map(Node::items) {
            if !entry.is_mapping() {
                refuse(PATCH_TYPE, entry, format!("an entry of `{name}` is no map"));
            }
            let target = field(entry, "target");
            if let Some((node, what)) = wrong_patch_field(entry, target) {
                refuse(PATCH_TYPE, node, format!("`{what}` of a patch is {}", kind_of(node)));
            }
            let unknown = unknown(entry, &PATCH).or_else(|| unknown(target?, &TARGET));
            if let Some(key) = unknown {
                let text = key.text().unwrap_or_default();
                let reason = format!("kustomize knows no field `{text}` of a patch");
                refuse("kustomization/unknown-field", key, reason);
            }
        }
    }
    out
}

const TYPE: &str = "kustomization/wrong-type";
const PATCH_TYPE: &str = "patch/wrong-type";

/// The first field of a patch or of its target that has not the type of Go's `types.Patch`.
fn wrong_patch_field<'a>(
    entry: Node<'a>,
    target: Option<Node<'a>>,
) -> Option<(Node<'a>, &'static str)> {
    let present = |map: Node<'a>, name: &'static str| Some((field(map, name)?, name));
    let is_no_text = |(node, _): &(Node<'a>, &'static str)| node.string().is_none();
    let is_no_map = |(node, _): &(Node<'a>, &'static str)| !node.is_mapping();
    let texts = ["patch", "path"].into_iter().filter_map(|name| present(entry, name));
    let maps = ["target", "options"].into_iter().filter_map(|name| present(entry, name));
    let parts = TARGET.into_iter().filter_map(|name| present(target?, name));
    let mut wrong = texts.filter(is_no_text).chain(maps.filter(is_no_map));
    wrong.next().or_else(|| parts.into_iter().find(is_no_text))
}

fn kind_of(node: Node<'_>) -> &'static str {
    if node.is_mapping() {
        "a map"
    } else if node.is_sequence() {
        "a list"
    } else {
        "of the wrong type"
    }
}

/// The first key that is none of these.
fn unknown<'a>(map: Node<'a>, known: &[&str]) -> Option<Node<'a>> {
    let is_known = |text: &str| known.iter().any(|known| known.eq_ignore_ascii_case(text));
    let mut keys = map.entries().map(|entry| entry.key);
    keys.find(|key| !key.text().is_some_and(|text| text == "<<" || is_known(text)))
}
