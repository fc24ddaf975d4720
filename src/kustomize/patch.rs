//! Applying patches to Namespaces, as kustomize does: JSON 6902 and strategic merge.

use super::build::Problem;
use super::namespace::{BuiltNamespace, json_text, raw_text};
use crate::manifests::yaml::{Node, Yaml};
use crate::system::RepoPath;

/// A patch text that was read, and the target that goes with it.
pub(super) struct Patch<'a> {
    /// The entry's target.
    pub(super) target: Option<Node<'a>>,
    /// The patch's own document.
    pub(super) body: &'a Yaml,
    /// The file to name in problems.
    pub(super) path: &'a RepoPath,
}

/// Whether a target means an object.
enum Match {
    Yes,
    No,
    Unknown(&'static str),
}

pub(super) const ANNOTATIONS: &str = "/metadata/annotations";

/// Applies one patch to all Namespaces that it means.
pub(super) fn apply(
    patch: &Patch<'_>,
    namespaces: &mut Vec<BuiltNamespace>,
    out: &mut Vec<Problem>,
) {
    let documents: Vec<Node> = patch.body.documents().filter(|root| !root.is_null()).collect();
    let Some(&root) = documents.first() else {
        return out.push(Problem::broken("patch/empty", patch.path, "a patch is empty"));
    };
    if root.is_sequence() {
        return apply_json(patch, root, namespaces, out);
    }
    if documents.len() > 1 && patch.target.is_some() {
        return out.push(Problem::broken(
            "patch/many-documents",
            patch.path,
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
        return out.push(Problem::broken(
            "patch/no-target",
            patch.path,
            "a JSON patch without a target",
        ));
    };
    for namespace in namespaces {
        match target_matches(target, namespace) {
            Match::No => {}
            Match::Unknown(what) => out.push(Problem::unsupported(patch.path, what)),
            Match::Yes => {
                for operation in operations.items() {
                    if let Err(problem) = json_operation(operation, namespace) {
                        out.push(match problem {
                            Refused::ByKustomize(rule, reason) => {
                                Problem::broken(rule, patch.path, reason)
                            }
                            Refused::NotWorkedOut(what) => Problem::unsupported(patch.path, what),
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

fn json_operation(operation: Node<'_>, namespace: &mut BuiltNamespace) -> Result<(), Refused> {
    let text = |key| operation.get(key).and_then(Node::text).unwrap_or_default();
    let (op, path) = (text("op"), text("path"));
    let value = operation.get("value");
    if let Some(pointer) = path.strip_prefix("/metadata/annotations/") {
        return change_entry(op, pointer, value, &mut namespace.annotations);
    }
    if let Some(pointer) = path.strip_prefix("/metadata/labels/") {
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
            let entries = value.into_iter().flat_map(Node::entries);
            let texts =
                entries.filter_map(|e| Some((e.key.text()?.to_owned(), json_text(e.value))));
            namespace.annotations = texts.collect();
            Ok(())
        }
        ("remove", ANNOTATIONS) => {
            namespace.annotations.clear();
            Ok(())
        }
        ("add" | "replace", "/metadata/name") => {
            namespace.rename(value.and_then(Node::text).unwrap_or_default());
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
        "test" => {
            let expected = value.map_or_else(|| "null".to_owned(), json_text);
            let holds = map.get(&key) == Some(&expected);
            if holds {
                Ok(())
            } else {
                Err(Refused::ByKustomize("patch/test-failed", "a `test` in a JSON patch fails"))
            }
        }
        "move" | "copy" => Err(Refused::NotWorkedOut("`op: move` or `copy` on an annotation")),
        _ => Err(Refused::ByKustomize("patch/bad-op", "a JSON patch with an unknown `op`")),
    }
}

fn apply_merge(
    patch: &Patch<'_>,
    body: Node<'_>,
    namespaces: &mut Vec<BuiltNamespace>,
    out: &mut Vec<Problem>,
) {
    if !body.is_mapping() {
        return out.push(Problem::broken(
            "patch/not-a-patch",
            patch.path,
            "a patch is neither a list nor a map",
        ));
    }
    if body.get("kind").and_then(Node::text).is_none() {
        return out.push(Problem::broken(
            "patch/not-a-patch",
            patch.path,
            "a merge patch without a kind",
        ));
    }
    let Some(name) = body.at(&["metadata", "name"]).and_then(Node::text) else {
        return out.push(Problem::broken(
            "patch/no-name",
            patch.path,
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
            Match::Unknown(what) => out.push(Problem::unsupported(patch.path, what)),
        }
    }
    if meant.is_empty() && patch.target.is_none() && names_namespace(body) {
        return out.push(Problem::broken(
            "patch/name-mismatch",
            patch.path,
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
        merge(body, &mut namespaces[at], patch.target.is_some());
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

fn merge(body: Node<'_>, namespace: &mut BuiltNamespace, has_target: bool) {
    for (field, map) in
        [("annotations", &mut namespace.annotations), ("labels", &mut namespace.labels)]
    {
        for entry in body.at(&["metadata", field]).into_iter().flat_map(Node::entries) {
            let Some(key) = entry.key.text() else {
                continue;
            };
            // With a target, null becomes the text "null" (kustomize issue 5995).
            if entry.value.is_null() && !has_target {
                map.remove(key);
            } else {
                map.insert(key.to_owned(), raw_text(entry.value));
            }
        }
    }
}

fn target_matches(target: Node<'_>, namespace: &BuiltNamespace) -> Match {
    if target.get("labelSelector").is_some() || target.get("annotationSelector").is_some() {
        return Match::Unknown("a patch target with a label or annotation selector");
    }
    let field = |name: &str| target.get(name).and_then(Node::text).filter(|text| !text.is_empty());
    if field("namespace").is_some() || field("group").is_some() {
        // A Namespace has neither.
        return Match::No;
    }
    if field("version").is_some_and(|version| version != "v1") {
        return Match::No;
    }
    let kind = field("kind").map_or(Match::Yes, |kind| pattern_matches(kind, "Namespace"));
    match (kind, field("name")) {
        (Match::Yes, Some(name)) => any_name_matches(name, namespace),
        (kind, _) => kind,
    }
}

/// kustomize also tries the names that the object had before.
fn any_name_matches(pattern: &str, namespace: &BuiltNamespace) -> Match {
    let earlier = namespace.earlier_names.iter().map(String::as_str);
    let mut all =
        earlier.chain([namespace.name.as_str()]).map(|name| pattern_matches(pattern, name));
    all.find(|matched| !matches!(matched, Match::No)).unwrap_or(Match::No)
}

/// Targets are regular expressions, anchored at both ends. One that Go and Rust might read
/// differently is not decided.
fn pattern_matches(pattern: &str, text: &str) -> Match {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.*+?|()".contains(c);
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
