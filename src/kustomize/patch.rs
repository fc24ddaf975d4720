//! Applying patches to Namespaces, as kustomize does: JSON 6902 and strategic merge.

use super::build::Problem;
use super::namespace::{BuiltNamespace, changes_in_json, json_text, raw_text};
use super::selector::selects;
use crate::manifests::edit::place_inside;
use crate::manifests::yaml::{Node, Place, Yaml};
use crate::system::RepoPath;

/// A patch text that was read, and the target that goes with it.
pub(super) struct Patch<'a> {
    /// The entry's target.
    pub(super) target: Option<Node<'a>>,
    /// The patch's own document.
    pub(super) body: &'a Yaml,
    /// The file to name in problems.
    pub(super) path: &'a RepoPath,
    /// Its text in the kustomization, if it stands there.
    pub(super) inline: Option<Node<'a>>,
    /// Whether it is one of the deprecated `patchesJson6902`.
    pub(super) is_late: bool,
    /// Whether it is one of the deprecated `patchesStrategicMerge`.
    pub(super) is_early: bool,
}

impl Patch<'_> {
    /// What kustomize refuses about a node of the text.
    fn broken(&self, rule: &'static str, node: Node<'_>, reason: impl Into<String>) -> Problem {
        self.placed(Problem::broken(rule, self.path, reason), node)
    }

    fn unsupported(&self, node: Node<'_>, reason: impl Into<String>) -> Problem {
        self.placed(Problem::unsupported(self.path, reason), node)
    }

    fn placed(&self, problem: Problem, node: Node<'_>) -> Problem {
        Problem { place: Some(place_in_file(self.inline, node)), ..problem }
    }
}

/// Where a node of a patch's text stands in the file that holds the text.
pub(super) fn place_in_file(inline: Option<Node<'_>>, node: Node<'_>) -> Place {
    match inline {
        Some(inline) => place_inside(inline, node.span().start).unwrap_or_else(|| inline.place()),
        None => node.place(),
    }
}

/// Where a place in a patch's text, which need not be YAML, stands in the file that holds the text.
pub(super) fn place_in_text(inline: Option<Node<'_>>, text: &str, place: Place) -> Place {
    let Some(inline) = inline else {
        return place;
    };
    let before: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let line = text[before..].char_indices().map(|(at, _)| at);
    let column = line.take(place.column).last().unwrap_or_default();
    place_inside(inline, before + column).unwrap_or_else(|| inline.place())
}

/// Whether a target means an object.
pub(super) enum Match {
    Yes,
    No,
    Unknown(&'static str),
}

pub(super) const ANNOTATIONS: &str = "/metadata/annotations";
const LABELS: &str = "/metadata/labels";

/// Applies one patch to all Namespaces that it means.
pub(super) fn apply(
    patch: &Patch<'_>,
    namespaces: &mut Vec<BuiltNamespace>,
    out: &mut Vec<Problem>,
) {
    let documents: Vec<Node> = patch.body.documents().filter(|root| !root.is_null()).collect();
    let Some(&root) = documents.first() else {
        let problem = Problem::broken("patch/empty", patch.path, "a patch is empty");
        let place = patch.inline.map_or(Place { line: 1, column: 1 }, Node::place);
        return out.push(Problem { place: Some(place), ..problem });
    };
    if root.is_sequence() {
        return apply_json(patch, root, namespaces, out);
    }
    if documents.len() > 1 && patch.target.is_some() {
        return out.push(patch.broken(
            "patch/many-documents",
            documents[1],
            "two documents in one patch with a target",
        ));
    }
    for document in documents {
        apply_merge(patch, document, namespaces, out);
    }
}

fn apply_json(
    patch: &Patch<'_>,
    operations: Node<'_>,
    namespaces: &mut [BuiltNamespace],
    out: &mut Vec<Problem>,
) {
    let Some(target) = patch.target else {
        return out.push(patch.broken(
            "patch/no-target",
            operations,
            "a JSON patch without a target",
        ));
    };
    for namespace in namespaces {
        match target_matches(target, namespace) {
            Match::No => {}
            Match::Unknown(what) => out.push(patch.unsupported(operations, what)),
            Match::Yes => {
                if !patch.is_late {
                    namespace.remember();
                }
                if !namespace.untyped.is_empty() {
                    let what = "a JSON patch on a Namespace with an annotation that is no text";
                    out.push(patch.unsupported(operations, what));
                }
                for operation in operations.items() {
                    if let Err(problem) = json_operation(operation, namespace, patch.is_late) {
                        out.push(match problem {
                            Refused::ByKustomize(rule, reason) => {
                                patch.broken(rule, operation, reason)
                            }
                            Refused::NotWorkedOut(what) => patch.unsupported(operation, what),
                        });
                    }
                }
            }
        }
    }
}

enum Refused {
    ByKustomize(&'static str, &'static str),
    NotWorkedOut(&'static str),
}

fn json_operation(
    operation: Node<'_>,
    namespace: &mut BuiltNamespace,
    is_late: bool,
) -> Result<(), Refused> {
    let text = |key| operation.get(key).and_then(Node::text).unwrap_or_default();
    let (op, path) = (text("op"), text("path"));
    let value = operation.get("value");
    if let Some(pointer) = path.strip_prefix("/metadata/annotations/") {
        if !namespace.has_annotations {
            let reason = "a patch of `patchesJson6902`, and there is no map of annotations";
            return Err(Refused::ByKustomize("patch/bad-path", reason));
        }
        let key = pointer.replace("~1", "/").replace("~0", "~");
        if value.is_some_and(|value| value.scalar().is_none()) {
            namespace.structured.insert(key);
        } else {
            namespace.structured.remove(&key);
        }
        return change_entry(op, pointer, value, &mut namespace.annotations);
    }
    if let Some(pointer) = path.strip_prefix("/metadata/labels/") {
        if !namespace.has_labels {
            let reason = "a JSON patch of a label, and there is no map of labels";
            return Err(Refused::ByKustomize("patch/bad-path", reason));
        }
        return change_entry(op, pointer, value, &mut namespace.labels);
    }
    if !leads_somewhere(path) {
        return Err(Refused::ByKustomize(
            "patch/bad-path",
            "a JSON patch whose path leads nowhere",
        ));
    }
    match (op, path) {
        ("add" | "replace", ANNOTATIONS) => {
            namespace.annotations = json_texts(value);
            namespace.has_annotations = true;
            Ok(())
        }
        ("add" | "replace", LABELS) => {
            namespace.labels = json_texts(value);
            namespace.has_labels = value.is_some_and(Node::is_mapping);
            Ok(())
        }
        ("remove", LABELS) if namespace.has_labels => {
            namespace.labels.clear();
            namespace.has_labels = false;
            Ok(())
        }
        ("remove", LABELS) => Err(Refused::ByKustomize(
            "patch/remove-missing",
            "a JSON patch removes the labels, and there are none",
        )),
        ("remove", ANNOTATIONS) => {
            namespace.annotations.clear();
            Ok(())
        }
        ("add" | "replace", "/metadata/name") => {
            let name = value.and_then(Node::text).unwrap_or_default();
            // Late patches forget the name that was there.
            if !is_late {
                namespace.remember();
            }
            name.clone_into(&mut namespace.name);
            Ok(())
        }
        ("test", _) => Err(Refused::NotWorkedOut("`op: test` in a patch on the Namespace")),
        (_, "" | "/" | "/metadata") | ("move" | "copy", _) => {
            Err(Refused::NotWorkedOut("a patch that replaces parts of the Namespace's metadata"))
        }
        ("add" | "replace" | "remove", _) => Ok(()),
        _ => Err(Refused::ByKustomize("patch/bad-op", "a JSON patch with an unknown `op`")),
    }
}

fn json_texts(map: Option<Node<'_>>) -> std::collections::BTreeMap<String, String> {
    let entries = map.into_iter().flat_map(Node::entries);
    entries.filter_map(|e| Some((e.key.text()?.to_owned(), json_text(e.value)))).collect()
}

/// A pointer begins with a slash, and of `metadata` only these fields hold others.
fn leads_somewhere(path: &str) -> bool {
    let below = path.strip_prefix("/metadata/").and_then(|rest| rest.split_once('/'));
    let is_known = |field| matches!(field, "finalizers" | "managedFields" | "ownerReferences");
    (path.is_empty() || path.starts_with('/')) && below.is_none_or(|(field, _)| is_known(field))
}

fn change_entry(
    op: &str,
    pointer: &str,
    value: Option<Node<'_>>,
    map: &mut std::collections::BTreeMap<String, String>,
) -> Result<(), Refused> {
    if pointer.contains('/') {
        return Err(Refused::ByKustomize(
            "patch/unescaped",
            "a JSON pointer whose `/` is not written `~1`",
        ));
    }
    let key = pointer.replace("~1", "/").replace("~0", "~");
    match op {
        // kustomize's json-patch adds on `replace` too; no value is null.
        "add" | "replace" => {
            map.insert(key, value.map_or_else(|| "null".to_owned(), json_text));
            Ok(())
        }
        "remove" => map.remove(&key).map(drop).ok_or(Refused::ByKustomize(
            "patch/remove-missing",
            "a JSON patch removes an annotation that is not there",
        )),
        "test" => test(map.get(&key), value),
        "move" | "copy" => Err(Refused::NotWorkedOut("`op: move` or `copy` on an annotation")),
        _ => Err(Refused::ByKustomize("patch/bad-op", "a JSON patch with an unknown `op`")),
    }
}

/// Values are compared with their types, which are only known of texts.
fn test(found: Option<&String>, value: Option<Node<'_>>) -> Result<(), Refused> {
    let expected = value.filter(|value| !value.is_null());
    match (found, expected) {
        (None, None) => Ok(()),
        (Some(found), Some(text)) if text.string() == Some(found) => Ok(()),
        (Some(found), expected)
            if expected
                .is_none_or(|value| value.string().is_none() && json_text(value) == *found) =>
        {
            Err(Refused::NotWorkedOut("`op: test` with a value that is no text"))
        }
        _ => Err(Refused::ByKustomize("patch/test-failed", "a `test` in a JSON patch fails")),
    }
}

fn apply_merge(
    patch: &Patch<'_>,
    body: Node<'_>,
    namespaces: &mut Vec<BuiltNamespace>,
    out: &mut Vec<Problem>,
) {
    if !body.is_mapping() {
        return out.push(patch.broken(
            "patch/not-a-patch",
            body,
            "a patch is neither a list nor a map",
        ));
    }
    if body.get("kind").and_then(Node::text).is_none() {
        return out.push(patch.broken("patch/not-a-patch", body, "a merge patch without a kind"));
    }
    let Some(name) = body.at(&["metadata", "name"]).and_then(Node::text) else {
        return out.push(patch.broken(
            "patch/no-name",
            body,
            "a merge patch without metadata.name",
        ));
    };
    let mut meant = Vec::new();
    for (at, namespace) in namespaces.iter().enumerate() {
        let matched = match patch.target {
            Some(target) => target_matches(target, namespace),
            None if names_namespace(body) && namespace.answers_to(name) => Match::Yes,
            None => Match::No,
        };
        match matched {
            Match::Yes => meant.push(at),
            Match::No => {}
            Match::Unknown(what) => out.push(patch.unsupported(body, what)),
        }
    }
    if meant.is_empty() && patch.target.is_none() && names_namespace(body) {
        return out.push(patch.broken(
            "patch/name-mismatch",
            body,
            "a merge patch without a target names no Namespace",
        ));
    }
    if body.get("$patch").and_then(Node::text) == Some("delete") {
        for at in meant.into_iter().rev() {
            namespaces.remove(at);
        }
        return;
    }
    for at in meant {
        if mixes_kinds(body, &namespaces[at]) {
            let what = "a merge patch of an annotation that is a list or a map";
            out.push(patch.unsupported(body, what));
        }
        merge(body, &mut namespaces[at], patch.target.is_some() || patch.is_early);
    }
}

/// Whether a target means the Namespace, or may.
pub(super) fn may_mean(target: Node<'_>, namespace: &BuiltNamespace) -> bool {
    !matches!(target_matches(target, namespace), Match::No)
}

/// Whether a merge patch means the Namespace, or may.
pub(super) fn merge_means(
    body: Node<'_>,
    target: Option<Node<'_>>,
    namespace: &BuiltNamespace,
) -> bool {
    let name = body.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default();
    match target {
        Some(target) => may_mean(target, namespace),
        None => names_namespace(body) && namespace.answers_to(name),
    }
}

fn names_namespace(body: Node<'_>) -> bool {
    body.get("kind").and_then(Node::text) == Some("Namespace")
}

/// Whether a patch has a list or a map where the object has a text, or the other way round: that
/// fails or not, depending on the steps before.
fn mixes_kinds(body: Node<'_>, namespace: &BuiltNamespace) -> bool {
    let mut entries = body.at(&["metadata", "annotations"]).into_iter().flat_map(Node::entries);
    entries.any(|entry| {
        let key = entry.key.text().unwrap_or_default();
        let is_structured = entry.value.scalar().is_none();
        namespace.structured.contains(key)
            || (is_structured && namespace.annotations.contains_key(key))
    })
}

fn merge(body: Node<'_>, namespace: &mut BuiltNamespace, makes_texts: bool) {
    namespace.has_annotations |=
        body.at(&["metadata", "annotations"]).is_some_and(Node::is_mapping);
    namespace.has_labels |= body.at(&["metadata", "labels"]).is_some_and(Node::is_mapping);
    for (field, map) in
        [("annotations", &mut namespace.annotations), ("labels", &mut namespace.labels)]
    {
        for entry in body.at(&["metadata", field]).into_iter().flat_map(Node::entries) {
            let Some(key) = entry.key.text() else {
                continue;
            };
            // With a target, null becomes the text "null" (kustomize issue 5995), and in
            // `patchesStrategicMerge`.
            if entry.value.is_null() && !makes_texts {
                map.remove(key);
            } else {
                map.insert(key.to_owned(), raw_text(entry.value));
            }
            if field == "annotations" {
                if entry.value.scalar().is_none() {
                    namespace.structured.insert(key.to_owned());
                }
                if !makes_texts && changes_in_json(entry.value) {
                    namespace.untyped.insert(key.to_owned());
                } else {
                    namespace.untyped.remove(key);
                }
            }
        }
    }
}

fn target_matches(target: Node<'_>, namespace: &BuiltNamespace) -> Match {
    let field = |name: &str| target.get(name).and_then(Node::text).filter(|text| !text.is_empty());
    if field("namespace").is_some() || field("group").is_some() {
        // A Namespace has neither.
        return Match::No;
    }
    if field("version").is_some_and(|version| version != "v1") {
        return Match::No;
    }
    let kind = field("kind").map_or(Match::Yes, |kind| pattern_matches(kind, "Namespace"));
    let by_name = match (kind, field("name")) {
        (Match::Yes, Some(name)) => any_name_matches(name, namespace),
        (kind, _) => kind,
    };
    let selectors = [
        (field("labelSelector"), &namespace.labels),
        (field("annotationSelector"), &namespace.annotations),
    ];
    selectors.into_iter().fold(by_name, |so_far, (selector, labels)| match (so_far, selector) {
        (Match::Yes, Some(selector)) => match selects(selector, labels) {
            Some(true) => Match::Yes,
            Some(false) => Match::No,
            None => Match::Unknown("a patch target with an unusual selector"),
        },
        (so_far, _) => so_far,
    })
}

/// kustomize also tries the name that the object had at first, and none between.
fn any_name_matches(pattern: &str, namespace: &BuiltNamespace) -> Match {
    let first = namespace.earlier_names.first().map(String::as_str);
    let mut all = first
        .into_iter()
        .chain([namespace.name.as_str()])
        .map(|name| pattern_matches(pattern, name));
    all.find(|matched| !matches!(matched, Match::No)).unwrap_or(Match::No)
}

/// Targets are regular expressions, anchored at both ends. One that Go and Rust might read
/// differently is not decided.
pub(super) fn pattern_matches(pattern: &str, text: &str) -> Match {
    if pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return if pattern == text { Match::Yes } else { Match::No };
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.*+?|()^$".contains(c);
    match regex::Regex::new(&format!("^(?:{pattern})$")) {
        Ok(regex) if pattern.chars().all(plain) => {
            if regex.is_match(text) {
                Match::Yes
            } else {
                Match::No
            }
        }
        _ => Match::Unknown("a patch target with a regular expression"),
    }
}
