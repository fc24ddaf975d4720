//! Where a folder's own files set an annotation of its Namespace: the places that an edit of the
//! list of roles must find, since of several the last one wins without a word.

use super::fields::{Kustomization, field, field_key};
use super::namespace::BuiltNamespace;
use super::objects::Object;
use super::patch;
use super::patches::{ReadPatch, read_patches};
use crate::manifests::edit::Step;
use crate::manifests::yaml::{Node, Place, Scalar};
use crate::system::RepoPath;
use crate::tree::Tree;

/// A place that sets the annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setter {
    /// The file.
    pub file: RepoPath,
    /// The way to the value, through the text of a patch where it stands in one.
    pub at: Vec<Step>,
    /// Where that is, as well as it can be said: of a patch in the kustomization, its entry.
    pub place: Place,
    /// What it writes.
    pub written: Written,
    /// The value's text, or why it is not edited.
    pub value: Result<String, &'static str>,
    /// What can go with the annotation, in the same file: the value's entry, or as much round it as
    /// says nothing else. Empty if that is the whole file.
    pub removable: Vec<Step>,
    /// The patch's entry in the kustomization, if it is a patch.
    pub entry: Option<Vec<Step>>,
}

/// What is written for an annotation, as YAML reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A string.
    Text(String),
    /// An unquoted boolean, number or null, as it stands there.
    Retyped(String),
    /// A list or a map, which kustomize builds as `""`; its items if it is a list of strings.
    Structured(Option<Vec<String>>),
    /// Null in a merge patch that has a target: built as the text `null`.
    NullInMerge,
    /// A JSON patch adds it without a value: built as the text `null`.
    NoValue,
    /// It is taken away.
    Removed,
    /// Something that is not worked out, such as `op: copy`.
    Other,
}

impl Written {
    fn of(value: Node<'_>) -> Self {
        match value.scalar() {
            None => {
                let items = value.items().map(|item| item.string().map(str::to_owned));
                let items: Option<Vec<String>> = items.collect();
                Written::Structured(items.filter(|_| value.is_sequence()))
            }
            // Nothing behind the colon is built as an empty text.
            Some(Scalar::Null) if value.span().is_empty() => Written::Text(String::new()),
            Some(Scalar::String(text)) => Written::Text(text),
            Some(_) => Written::Retyped(value.text().unwrap_or_default().to_owned()),
        }
    }
}

/// The places in a folder's own files that set the annotation `key` of its Namespace, in the order
/// in which kustomize takes them.
///
/// What a base or a component sets is not among them: those files are not the folder's own.
pub fn setters(
    tree: &Tree,
    folder: &RepoPath,
    namespace: &BuiltNamespace,
    objects: &[Object],
    key: &str,
) -> Vec<Setter> {
    let mut out: Vec<Setter> = manifests(folder, objects, key);
    let files = tree.kustomization_files(folder).unwrap_or_default();
    let file = files.first().and_then(|path| tree.yaml(path).ok().flatten());
    let Some(file) = file else {
        return out;
    };
    let Some(root) = file.yaml.root() else {
        return out;
    };
    let renamed_to = Kustomization::of(root).namespace().and_then(Node::text);
    let before_rename = namespace.before_rename(renamed_to);
    let search = |namespace| Search { file: &file.path, namespace, key };
    let patches = read_patches(tree, folder, &file.path, root);
    let is_shared = |patch: &ReadPatch<'_>| {
        let mut files = patches.iter().filter(|other| other.file == patch.file);
        !patch.is_inline() && files.nth(1).is_some()
    };
    let (late, early): (Vec<&ReadPatch<'_>>, Vec<_>) =
        patches.iter().partition(|patch| patch.source.is_late);
    let all = |patches: Vec<&ReadPatch<'_>>, namespace| {
        let search = search(namespace);
        let each = patches.into_iter().flat_map(|patch| search.patch(patch, is_shared(patch)));
        each.collect::<Vec<Setter>>()
    };
    out.extend(all(early, &before_rename));
    out.extend(search(namespace).common_annotation(root));
    out.extend(all(late, namespace));
    out
}

/// Namespace manifests that stand in the folder itself.
fn manifests(folder: &RepoPath, objects: &[Object], key: &str) -> Vec<Setter> {
    let own = objects.iter().filter(|object| {
        object.kind() == "Namespace" && object.file.path.parent().as_ref() == Some(folder)
    });
    let setters = own.filter_map(|object| {
        let root = object.root()?;
        let value = root.at(&["metadata", "annotations", key])?;
        let at = vec![step("metadata"), step("annotations"), step(key)];
        Some(Setter {
            file: object.file.path.clone(),
            removable: merge_removable(root, key),
            at,
            place: value.place(),
            written: Written::of(value),
            value: if object.item.is_some() { Err(IN_LIST) } else { text_of(value) },
            entry: None,
        })
    });
    setters.collect()
}

/// The way to such a value is not one that edits take.
const IN_LIST: &str = "the Namespace stands in a list of objects";

/// A change of such a file would show in several objects.
const SHARED: &str = "several patches are read from this file, for different objects";

fn step(key: &str) -> Step {
    Step::Key(key.to_owned())
}

fn text_of(value: Node<'_>) -> Result<String, &'static str> {
    let text = value.text().filter(|_| !value.is_null()).map(str::to_owned);
    text.ok_or("the value here is no text: kustomize builds the annotation without its roles")
}

struct Search<'a> {
    /// The kustomization.
    file: &'a RepoPath,
    namespace: &'a BuiltNamespace,
    key: &'a str,
}

impl Search<'_> {
    fn common_annotation(&self, root: Node<'_>) -> Option<Setter> {
        let map = field(root, "commonAnnotations")?;
        let value = map.get(self.key)?;
        let field = step(field_key(root, "commonAnnotations")?.text()?);
        let at = vec![field.clone(), step(self.key)];
        Some(Setter {
            file: self.file.clone(),
            removable: if map.entries().len() == 1 { vec![field] } else { at.clone() },
            at,
            place: value.place(),
            written: Written::of(value),
            // It is stamped on every object of the build, so a change would show in all of them.
            value: Err("`commonAnnotations` puts the annotation on every object of the build"),
            entry: None,
        })
    }

    /// All places in one patch.
    fn patch(&self, patch: &ReadPatch<'_>, is_shared: bool) -> Vec<Setter> {
        let found = patch.body.root().map(|root| self.body(root, patch)).unwrap_or_default();
        let is_inline = patch.is_inline();
        let setter = |found: Found<'_>| Setter {
            file: patch.file.clone(),
            place: patch.place(found.value),
            value: if is_shared { Err(SHARED) } else { text_of(found.value) },
            written: found.written,
            removable: match found.removable {
                steps if steps.is_empty() && is_inline => patch.entry.clone(),
                steps if steps.is_empty() => Vec::new(),
                steps => [patch.prefix.clone(), steps].concat(),
            },
            at: [patch.prefix.clone(), found.at].concat(),
            entry: Some(patch.entry.clone()),
        };
        found.into_iter().map(setter).collect()
    }

    /// In a patch's body.
    fn body<'y>(&self, root: Node<'y>, patch: &ReadPatch<'_>) -> Vec<Found<'y>> {
        if !patch.means(self.namespace) {
            return Vec::new();
        }
        if root.is_sequence() {
            return self.operations(root);
        }
        let Some(value) = root.at(&["metadata", "annotations", self.key]) else {
            return Vec::new();
        };
        let written = match (value.is_null(), makes_texts(patch)) {
            (true, true) => Written::NullInMerge,
            (true, false) => Written::Removed,
            _ => Written::of(value),
        };
        let at = vec![step("metadata"), step("annotations"), step(self.key)];
        vec![Found { at, removable: merge_removable(root, self.key), value, written }]
    }

    fn operations<'y>(&self, root: Node<'y>) -> Vec<Found<'y>> {
        let count = root.items().len();
        let operations = root.items().enumerate().filter_map(|(at, operation)| {
            let whole = if count == 1 { Vec::new() } else { vec![Step::Index(at)] };
            let pointer = operation.get("path").and_then(Node::text)?;
            let value = operation.get("value");
            let below = pointer.strip_prefix(patch::ANNOTATIONS)?;
            if below.is_empty() {
                let value = value?.get(self.key)?;
                let at = vec![Step::Index(at), step("value"), step(self.key)];
                let written = Written::of(value);
                return Some(Found { at: at.clone(), removable: at, value, written });
            }
            let named = below.strip_prefix('/')?.replace("~1", "/").replace("~0", "~");
            if named != self.key {
                return None;
            }
            let op = operation.get("op").and_then(Node::text).unwrap_or_default();
            let is_set = matches!(op, "add" | "replace");
            let written = match (op, value) {
                ("add" | "replace", Some(value)) => Written::of(value),
                ("add" | "replace", None) => Written::NoValue,
                // A removal sets it, too: to nothing.
                ("remove", _) => Written::Removed,
                _ => Written::Other,
            };
            let value = value.filter(|_| is_set).unwrap_or(operation);
            let at = vec![Step::Index(at), step("value")];
            Some(Found { at, removable: whole, value, written })
        });
        operations.collect()
    }
}

/// A place in a patch's body.
struct Found<'y> {
    /// The way to the value.
    at: Vec<Step>,
    /// What can go with it.
    removable: Vec<Step>,
    value: Node<'y>,
    written: Written,
}

/// Whether null in a merge patch becomes a text (kustomize issue 5995).
fn makes_texts(patch: &ReadPatch<'_>) -> bool {
    patch.source.target.is_some() || patch.source.is_early
}

/// Of a merge patch or a manifest: the annotation, or all annotations if it is the only one, or
/// everything if the rest only says which object is meant.
fn merge_removable(root: Node<'_>, key: &str) -> Vec<Step> {
    let annotations = vec![step("metadata"), step("annotations")];
    let count = root.at(&["metadata", "annotations"]).map_or(0, |map| map.entries().len());
    if count > 1 {
        return [annotations, vec![step(key)]].concat();
    }
    let only = |node: Option<Node<'_>>, known: &[&str]| {
        let mut entries = node.into_iter().flat_map(Node::entries);
        entries.all(|entry| entry.key.text().is_some_and(|text| known.contains(&text)))
    };
    let identity = only(Some(root), &["apiVersion", "kind", "metadata"])
        && only(root.get("metadata"), &["name", "namespace", "annotations"]);
    if identity { Vec::new() } else { annotations }
}
