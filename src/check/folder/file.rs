//! The kustomization file itself: keys that hide, documents that are ignored, old fields, empty
//! files that it lists.

use super::at;
use super::level::Level;
use crate::domain::finding::{Finding, Level as Severity};
use crate::kustomize::{Kustomization, known_field};
use crate::manifests::yaml::{Node, Yaml};
use crate::system::{FileKind, RepoPath};

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    duplicate_keys(&level.file.path, level.root, &|node| node.place(), &mut out);
    for patch in &level.patches {
        for root in patch.body.documents() {
            duplicate_keys(&patch.file, root, &|node| patch.place(node), &mut out);
        }
    }
    out.extend(second_document(&level.file.path, &level.file.yaml));
    out.extend(letter_case(level));
    out.extend(deprecated(level));
    out.extend(empty_resources(level));
    out
}

/// In patches and kustomizations the last of two keys wins; in manifests kustomize refuses them.
fn duplicate_keys(
    path: &RepoPath,
    node: Node<'_>,
    place: &dyn Fn(Node<'_>) -> crate::manifests::yaml::Place,
    out: &mut Vec<Finding>,
) {
    if node.is_alias() {
        return;
    }
    for key in node.duplicate_keys() {
        let name = key.text().unwrap_or_default();
        out.push(at(
            "kustomization/duplicate-key",
            Severity::Error,
            (path, place(key)),
            format!(
                "`{name}` is there twice: the last one wins, and the others vanish without a word"
            ),
            "make one of them",
        ));
    }
    let values = node.entries().map(|entry| entry.value);
    for below in node.items().chain(values) {
        duplicate_keys(path, below, place, out);
    }
}

fn second_document(path: &RepoPath, yaml: &Yaml) -> Option<Finding> {
    let second = yaml.documents().skip(1).find(|root| !root.is_null())?;
    Some(at(
        "kustomization/second-document",
        Severity::Error,
        (path, second.place()),
        "a second document: kustomize ignores it without a word",
        "put its fields into the first one, or take it out",
    ))
}

fn letter_case(level: &Level<'_>) -> Vec<Finding> {
    let keys = level.root.entries().map(|entry| entry.key);
    let hidden = keys.filter_map(|key| {
        let text = key.text()?;
        let known = known_field(text).filter(|known| *known != text)?;
        Some(at(
            "kustomization/key-case",
            Severity::Warning,
            (&level.file.path, key.place()),
            format!("`{text}` works, and hides from people and tools that look for `{known}`"),
            format!("write `{known}`"),
        ))
    });
    hidden.collect()
}

const DEPRECATED: [(&str, &str); 4] = [
    ("bases", "`resources` lists folders, too; those in `bases` come behind it"),
    (
        "commonLabels",
        "`labels` with `includeSelectors: true` does the same; without it, selectors stay as they are",
    ),
    (
        "patchesStrategicMerge",
        "it runs before `patches`; there, a patch needs a target, and its place in the list decides",
    ),
    ("patchesJson6902", "it runs after everything else; in `patches` it runs before the rename"),
];

fn deprecated(level: &Level<'_>) -> Vec<Finding> {
    let keys = level.root.entries().map(|entry| entry.key);
    let old = keys.filter_map(|key| {
        let (name, change) = DEPRECATED.iter().find(|(name, _)| key.text() == Some(name))?;
        Some(at(
            "kustomization/deprecated",
            Severity::Note,
            (&level.file.path, key.place()),
            format!("`{name}` is deprecated: {change}"),
            "leave it, or build before and after when you replace it",
        ))
    });
    old.collect()
}

fn empty_resources(level: &Level<'_>) -> Vec<Finding> {
    let (tree, folder) = (level.context.tree, level.context.folder);
    let entries = Kustomization::of(level.root).resources().into_iter();
    let empty = entries.filter_map(|entry| {
        let path = folder.resolve(entry.string()?)?;
        let is_file = matches!(tree.kind(&path), Ok(Some(FileKind::File)));
        let file = is_file.then(|| tree.yaml(&path).ok().flatten()).flatten()?;
        let says_nothing = file.yaml.documents().all(Node::is_null);
        says_nothing.then(|| {
            at(
                "kustomization/empty-resource",
                Severity::Warning,
                (&level.file.path, entry.place()),
                format!("{} is empty, or holds comments only", path.name()),
                "fill it in, or take it off the list",
            )
        })
    });
    empty.collect()
}
