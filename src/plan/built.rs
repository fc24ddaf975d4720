//! The Namespace as kustomize builds it, before and after a plan: a page for the preview.

use super::changes::FileChange;
use crate::kustomize::{Build, BuiltNamespace};
use crate::manifests::yaml::{Value, block_text};
use crate::system::RepoPath;

/// What the page is called.
const NAME: &str = "Namespace as built";

/// The page of one folder, in the form of a file that is never written; none if there is not
/// exactly one Namespace to show.
pub(super) fn page(
    folder: &RepoPath,
    before: Option<&BuiltNamespace>,
    after: &Build,
) -> Option<FileChange> {
    let [namespace] = &after.namespaces[..] else {
        return None;
    };
    let text = |namespace: &BuiltNamespace| block_text(&value(namespace)).into_bytes();
    Some(FileChange::between(folder.child(NAME), before.map(text), text(namespace)))
}

fn value(namespace: &BuiltNamespace) -> Value {
    let string = |text: &str| Value::string(text);
    let map = |map: &std::collections::BTreeMap<String, String>| {
        Value::Map(map.iter().map(|(key, value)| (key.clone(), string(value))).collect())
    };
    let mut metadata = vec![("name".to_owned(), string(&namespace.name))];
    for (name, texts) in [("annotations", &namespace.annotations), ("labels", &namespace.labels)] {
        if !texts.is_empty() {
            metadata.push((name.to_owned(), map(texts)));
        }
    }
    Value::Map(vec![
        ("apiVersion".to_owned(), string("v1")),
        ("kind".to_owned(), string("Namespace")),
        ("metadata".to_owned(), Value::Map(metadata)),
    ])
}
