//! Where a folder's own files set an annotation of its Namespace: the places that an edit of the
//! list of roles must find, since of several the last one wins without a word.

use super::build::Object;
use super::fields::{Kustomization, PatchSource, field, field_key};
use super::namespace::BuiltNamespace;
use super::patch;
use crate::manifests::edit::Step;
use crate::manifests::yaml::{Node, Place, Yaml};
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
    /// The value's text, or why it is not edited.
    pub value: Result<String, &'static str>,
    /// What can go with the annotation, in the same file: the value's entry, or as much round it as
    /// says nothing else. Empty if that is the whole file.
    pub removable: Vec<Step>,
    /// The patch's entry in the kustomization, if it is a patch.
    pub entry: Option<Vec<Step>>,
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
    let search = Search { tree, folder, file: &file.path, namespace, key };
    let kustomization = Kustomization::of(root);
    for patch in kustomization.patches() {
        out.extend(search.patch(root, patch));
    }
    out.extend(search.common_annotation(root));
    for patch in kustomization.late_patches() {
        out.extend(search.patch(root, patch));
    }
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
            value: text_of(value),
            entry: None,
        })
    });
    setters.collect()
}

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
    tree: &'a Tree,
    folder: &'a RepoPath,
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
            // It is stamped on every object of the build, so a change would show in all of them.
            value: Err("`commonAnnotations` puts the annotation on every object of the build"),
            entry: None,
        })
    }

    /// All places in one patch.
    fn patch(&self, root: Node<'_>, patch: PatchSource<'_>) -> Vec<Setter> {
        let Some(entry) = entry_steps(root, patch) else {
            return Vec::new();
        };
        let (file, text, prefix) = match (patch.inline, patch.path.and_then(Node::text)) {
            (Some(inline), _) => {
                let mut prefix = entry.clone();
                if inline.span() != patch.entry.span() {
                    let key = field_key(patch.entry, "patch").and_then(Node::text);
                    prefix.push(step(key.unwrap_or("patch")));
                }
                prefix.push(Step::Inside);
                (self.file.clone(), inline.text().unwrap_or_default().to_owned(), prefix)
            }
            (None, Some(relative)) => {
                let path = self.folder.resolve(relative);
                let text = path.as_ref().and_then(|path| self.tree.text(path).ok().flatten());
                match path.zip(text) {
                    Some((path, text)) => (path, text.text().to_owned(), Vec::new()),
                    None => return Vec::new(),
                }
            }
            (None, None) => return Vec::new(),
        };
        let Ok(body) = Yaml::parse(&text) else {
            return Vec::new();
        };
        let is_inline = !prefix.is_empty();
        let is_shared = !is_inline && self.users(root, &file) > 1;
        let found = body.root().map(|root| self.body(root, patch.target)).unwrap_or_default();
        found
            .into_iter()
            .map(|(at, removable, value)| Setter {
                file: file.clone(),
                place: if is_inline { inline_place(patch, value) } else { value.place() },
                value: if is_shared { Err(SHARED) } else { text_of(value) },
                removable: match removable {
                    steps if steps.is_empty() && is_inline => entry.clone(),
                    steps if steps.is_empty() => Vec::new(),
                    steps => [prefix.clone(), steps].concat(),
                },
                at: [prefix.clone(), at].concat(),
                entry: Some(entry.clone()),
            })
            .collect()
    }

    /// How many patches of the kustomization are read from a file.
    fn users(&self, root: Node<'_>, file: &RepoPath) -> usize {
        let kustomization = Kustomization::of(root);
        let mut patches = kustomization.patches();
        patches.extend(kustomization.late_patches());
        let paths = patches.iter().filter_map(|patch| self.folder.resolve(patch.path?.text()?));
        paths.filter(|path| path == file).count()
    }

    /// In a patch's body: the way to each value, what can go with it, and the value.
    fn body<'y>(
        &self,
        root: Node<'y>,
        target: Option<Node<'_>>,
    ) -> Vec<(Vec<Step>, Vec<Step>, Node<'y>)> {
        if root.is_sequence() {
            let means = target.is_some_and(|target| patch::may_mean(target, self.namespace));
            return if means { self.operations(root) } else { Vec::new() };
        }
        if !patch::merge_means(root, target, self.namespace) {
            return Vec::new();
        }
        let Some(value) = root.at(&["metadata", "annotations", self.key]) else {
            return Vec::new();
        };
        let at = vec![step("metadata"), step("annotations"), step(self.key)];
        vec![(at, merge_removable(root, self.key), value)]
    }

    fn operations<'y>(&self, root: Node<'y>) -> Vec<(Vec<Step>, Vec<Step>, Node<'y>)> {
        let count = root.items().len();
        let operations = root.items().enumerate().filter_map(|(at, operation)| {
            let whole = if count == 1 { Vec::new() } else { vec![Step::Index(at)] };
            let pointer = operation.get("path").and_then(Node::text)?;
            let value = operation.get("value");
            let below = pointer.strip_prefix(patch::ANNOTATIONS)?;
            if below.is_empty() {
                let value = value?.get(self.key)?;
                let at = vec![Step::Index(at), step("value"), step(self.key)];
                return Some((at.clone(), at, value));
            }
            let named = below.strip_prefix('/')?.replace("~1", "/").replace("~0", "~");
            if named != self.key {
                return None;
            }
            // A removal sets it, too: to nothing.
            let op = operation.get("op").and_then(Node::text);
            let value =
                value.filter(|_| matches!(op, Some("add" | "replace"))).unwrap_or(operation);
            Some((vec![Step::Index(at), step("value")], whole, value))
        });
        operations.collect()
    }
}

/// The way to a patch's entry in the kustomization.
fn entry_steps(root: Node<'_>, patch: PatchSource<'_>) -> Option<Vec<Step>> {
    ["patchesStrategicMerge", "patches", "patchesJson6902"].iter().find_map(|name| {
        let mut items = field(root, name)?.items();
        let index = items.position(|item| item.span() == patch.entry.span())?;
        let key = field_key(root, name)?.text()?.to_owned();
        Some(vec![Step::Key(key), Step::Index(index)])
    })
}

/// The line of a value in a block scalar; of other texts, the line of the patch.
fn inline_place(patch: PatchSource<'_>, value: Node<'_>) -> Place {
    use crate::manifests::yaml::Style;
    let inline = patch.inline.unwrap_or(patch.entry);
    let start = inline.place();
    match inline.style() {
        Some(Style::Literal) => {
            let inner = value.place();
            Place { line: start.line + inner.line - 1, column: start.column + inner.column - 1 }
        }
        _ => start,
    }
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
