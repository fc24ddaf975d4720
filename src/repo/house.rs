//! The house shape: how the siblings of a new namespace folder are written, so that the new one
//! looks like them.

use std::collections::HashMap;
use std::sync::Arc;

use super::defaults::local_entry;
use super::layout::evenly;
use crate::domain::answers::PatchStyle;
use crate::domain::name::Namespace;
use crate::kustomize::{Kustomization, field};
use crate::manifests::render::{KeyLine, LabelsEntry, Pair};
use crate::manifests::yaml::Node;
use crate::system::{FileKind, RepoPath};
use crate::tree::{ReadError, Tree, YamlFile};

/// Siblings that are read, at most.
pub(super) const MOST_SIBLINGS: usize = 32;

/// A namespace folder beside the new one.
#[derive(Debug, Clone)]
pub(super) struct Sibling {
    /// Its folder.
    pub(super) folder: RepoPath,
    /// Its kustomization.
    pub(super) file: Arc<YamlFile>,
}

/// How new namespace folders are made in this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// The shape.
    pub shape: Shape,
    /// Where the shape comes from, in words.
    pub source: String,
    /// The patch style of the siblings that patch this annotation: the style and how many use it.
    pub style: Option<(PatchStyle, usize)>,
}

/// The shape of a new folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The repository's own namespace template: all its files.
    Template(Vec<TemplateFile>),
    /// What the siblings share, or the built-in shape.
    Kustomization(KustomizationShape),
}

/// A file of the repository's own namespace template, variables not replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Its path below the template's folder.
    pub name: String,
    /// Where it stands.
    pub path: RepoPath,
    /// Its text.
    pub text: String,
}

/// What kustomizations look like here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KustomizationShape {
    /// Whether they begin with `---`.
    pub document_start: bool,
    /// Their keys in order.
    pub keys: Vec<KeyLine>,
    /// How far lists are indented.
    pub list_indent: usize,
    /// Whether paths to folders end with a slash.
    pub trailing_slash: bool,
    /// Folders and shared files beside the defaults that most of them list.
    pub resources: Vec<RepoPath>,
    /// Components that most of them list.
    pub components: Vec<RepoPath>,
    /// `commonLabels` that most of them share; [`OWN_NAME`] stands for the namespace.
    pub common_labels: Vec<Pair>,
    /// `labels` that most of them share; [`OWN_NAME`] stands for the namespace.
    pub labels: Vec<LabelsEntry>,
    /// `commonAnnotations` that most of them share, the allowed roles left out.
    pub common_annotations: Vec<Pair>,
    /// Whether their lines end as on Windows.
    pub has_crlf: bool,
}

/// Stands for the namespace's own name in a shared label value; no label value can hold it.
pub const OWN_NAME: &str = "\u{0}";

impl Sibling {
    /// Reads up to 32 of the namespace folders in `group`, evenly spaced. A folder that can't be
    /// read says nothing about the house.
    pub(super) fn sample(tree: &Tree, group: &RepoPath) -> Result<Vec<Sibling>, ReadError> {
        let listing = tree.listing(group)?;
        let names: Vec<&str> = listing.folders().collect();
        let siblings = evenly(&names, MOST_SIBLINGS).filter_map(|name| {
            let folder = group.child(name);
            let file = tree.yaml(&tree.kustomization_file(&folder).ok()??).ok()??;
            file.yaml.root().filter(|root| root.is_mapping())?;
            Some(Sibling { folder, file })
        });
        Ok(siblings.filter(|sibling| sibling.folder.name() != "defaults").collect())
    }

    fn kustomization(&self) -> Option<Kustomization<'_>> {
        self.file.yaml.root().map(Kustomization::of)
    }

    /// What its `resources` list outside its own folder.
    pub(super) fn paths_outside(&self) -> impl Iterator<Item = RepoPath> + '_ {
        let entries = self.kustomization().map(|k| k.resources()).unwrap_or_default();
        let texts = entries.into_iter().filter_map(local_entry);
        let paths = texts.filter_map(|text| self.folder.resolve(text));
        paths.filter(|path| !path.is_within(&self.folder))
    }

    /// The namespace that its folder is called after.
    fn name(&self) -> &str {
        self.folder.name()
    }
}

impl House {
    /// Finds the house shape: the repository's template, else what most siblings share, else the
    /// built-in one.
    pub(super) fn find(
        tree: &Tree,
        siblings: &[Sibling],
        cluster_folder: &RepoPath,
    ) -> Result<Self, ReadError> {
        let style = common_style(siblings);
        let own = cluster_folder.child("namespace_template");
        let tools = RepoPath::root().child("tools").child("templates").child("namespace");
        for folder in [own, tools] {
            let files = template_files(tree, &folder)?;
            if !files.is_empty() {
                let source = format!("the namespace template in {folder}/");
                return Ok(House { shape: Shape::Template(files), source, style });
            }
        }
        Ok(match KustomizationShape::of_siblings(siblings) {
            Some((shape, count)) => House {
                shape: Shape::Kustomization(shape),
                source: format!("like {count} of {} siblings read", siblings.len()),
                style,
            },
            None => House {
                shape: Shape::Kustomization(KustomizationShape::built_in()),
                source: "the built-in shape: there are no siblings".to_owned(),
                style,
            },
        })
    }
}

/// The files of a template folder and of the folders in it, if it has a kustomization.
fn template_files(tree: &Tree, folder: &RepoPath) -> Result<Vec<TemplateFile>, ReadError> {
    let mut files = Vec::new();
    if tree.kustomization_file(folder)?.is_some() {
        collect_template(tree, folder, "", &mut files)?;
    }
    Ok(files)
}

/// A template is small; a folder with more files is none.
const MOST_TEMPLATE_FILES: usize = 64;

fn collect_template(
    tree: &Tree,
    folder: &RepoPath,
    above: &str,
    files: &mut Vec<TemplateFile>,
) -> Result<(), ReadError> {
    for (name, kind) in tree.listing(folder)?.entries() {
        let path = folder.child(name);
        let name_below = format!("{above}{name}");
        if name.starts_with('.') || is_readme(name) || files.len() >= MOST_TEMPLATE_FILES {
            continue;
        }
        match kind {
            FileKind::Folder => collect_template(tree, &path, &format!("{name_below}/"), files)?,
            FileKind::File => {
                if let Some(source) = tree.text(&path)? {
                    files.push(TemplateFile {
                        name: name_below,
                        path,
                        text: source.text().to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_readme(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("readme")
}

impl TemplateFile {
    /// The file for one namespace: its name and its text.
    ///
    /// # Errors
    /// The name of a variable that is neither `CLUSTER_NAME` nor `NAMESPACE_NAME`.
    pub fn fill(&self, cluster: &str, namespace: &Namespace) -> Result<(String, String), String> {
        let fill = |text: &str| {
            let text = text.replace("${CLUSTER_NAME}", cluster);
            let text = text.replace("${NAMESPACE_NAME}", namespace.as_str());
            match unknown_variable(&text) {
                Some(name) => Err(name),
                None => Ok(text),
            }
        };
        Ok((fill(&self.name)?, fill(&self.text)?))
    }
}

fn unknown_variable(text: &str) -> Option<String> {
    let rest = &text[text.find("${")? + 2..];
    let name = rest.split('}').next().unwrap_or(rest);
    Some(name.chars().take(40).collect())
}

impl KustomizationShape {
    /// The guide's shape.
    pub(super) fn built_in() -> Self {
        let keys = ["apiVersion", "kind", "namespace", "resources", "patches"];
        let line = |name: &str| KeyLine { name: name.to_owned(), blank_before: name == "patches" };
        KustomizationShape {
            document_start: false,
            keys: keys.map(line).to_vec(),
            list_indent: 2,
            trailing_slash: false,
            resources: Vec::new(),
            components: Vec::new(),
            common_labels: Vec::new(),
            labels: Vec::new(),
            common_annotations: Vec::new(),
            has_crlf: false,
        }
    }

    /// What most siblings share, and how many of them have the commonest order of keys.
    fn of_siblings(siblings: &[Sibling]) -> Option<(Self, usize)> {
        let roots: Vec<(&Sibling, Node)> =
            siblings.iter().filter_map(|s| Some((s, s.file.yaml.root()?))).collect();
        let orders = roots.iter().map(|(_, root)| key_order(*root));
        let (order, count) = commonest(orders)?;
        let text = |s: &Sibling| has_document_start(s.file.source.text());
        let crlf = |s: &Sibling| s.file.source.line_end() == "\r\n";
        let mut shape = KustomizationShape {
            document_start: commonest(siblings.iter().map(text))?.0,
            list_indent: commonest(roots.iter().filter_map(|(_, root)| list_indent(*root)))
                .map_or(2, |(indent, _)| indent),
            trailing_slash: has_trailing_slash(siblings),
            resources: shared(siblings, |s| s.paths_outside().collect()),
            components: shared(siblings, components),
            common_labels: shared(siblings, |s| pairs(field_of(s, "commonLabels"), s.name())),
            labels: shared_labels(siblings),
            common_annotations: shared(siblings, annotations),
            has_crlf: commonest(siblings.iter().map(crlf))?.0,
            keys: Vec::new(),
        };
        shape.keys = shape.arrange(order);
        Some((shape, count))
    }

    /// The commonest order, plus the keys that are needed, less those with nothing to say.
    fn arrange(&self, order: Vec<KeyLine>) -> Vec<KeyLine> {
        let mut keys: Vec<KeyLine> =
            order.into_iter().filter(|key| self.needs(&key.name)).collect();
        for (name, blank_before) in [
            ("namespace", false),
            ("resources", false),
            ("components", false),
            ("commonLabels", false),
            ("labels", false),
            ("commonAnnotations", false),
            ("patches", true),
        ] {
            if self.needs(name) && !keys.iter().any(|key| key.name == name) {
                keys.push(KeyLine { name: name.to_owned(), blank_before });
            }
        }
        keys
    }

    fn needs(&self, key: &str) -> bool {
        match key {
            "apiVersion" | "kind" | "namespace" | "resources" | "patches" => true,
            "components" => !self.components.is_empty(),
            "commonLabels" => !self.common_labels.is_empty(),
            "labels" => !self.labels.is_empty(),
            "commonAnnotations" => !self.common_annotations.is_empty(),
            _ => false,
        }
    }
}

fn key_order(root: Node<'_>) -> Vec<KeyLine> {
    let text = root.yaml().text();
    let lines = root.entries().filter_map(|entry| {
        let before = &text[..entry.key.span().start];
        Some(KeyLine {
            name: entry.key.text()?.to_owned(),
            blank_before: before.ends_with("\n\n") || before.ends_with("\n\r\n"),
        })
    });
    lines.collect()
}

/// The value that occurs most often, and how often.
fn commonest<T: std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> Option<(T, usize)> {
    let mut counts: HashMap<T, (usize, usize)> = HashMap::new();
    for (at, value) in values.enumerate() {
        counts.entry(value).or_insert((0, at)).0 += 1;
    }
    // Of equals the first one, so that the result does not depend on hashing.
    let best = counts.into_iter().max_by_key(|(_, (count, at))| (*count, std::cmp::Reverse(*at)));
    best.map(|(value, (count, _))| (value, count))
}

fn list_indent(root: Node<'_>) -> Option<usize> {
    let list = field(root, "resources").filter(|list| list.is_sequence() && !list.is_flow())?;
    let column = list.items().next()?.place().column;
    // An item begins two characters behind its dash, as people write it.
    column.checked_sub(3).filter(|indent| *indent <= 8)
}

fn has_trailing_slash(siblings: &[Sibling]) -> bool {
    let entries = siblings.iter().filter_map(Sibling::kustomization).flat_map(|k| k.resources());
    let folders = entries.filter_map(local_entry).filter(|text| text.starts_with("../"));
    commonest(folders.map(|text| text.ends_with('/'))).is_some_and(|(slash, _)| slash)
}

/// The items that more than half of the siblings have, in the first one's order.
fn shared<T: PartialEq + Clone>(
    siblings: &[Sibling],
    items: impl Fn(&Sibling) -> Vec<T>,
) -> Vec<T> {
    let all: Vec<Vec<T>> = siblings.iter().map(items).collect();
    let mut kept: Vec<T> = Vec::new();
    for item in all.iter().flatten() {
        let count = all.iter().filter(|items| items.contains(item)).count();
        if count * 2 > siblings.len() && !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    kept
}

fn field_of<'a>(sibling: &'a Sibling, name: &str) -> Option<Node<'a>> {
    field(sibling.file.yaml.root()?, name)
}

fn components(sibling: &Sibling) -> Vec<RepoPath> {
    let items = field_of(sibling, "components").into_iter().flat_map(Node::items);
    items.filter_map(local_entry).filter_map(|text| sibling.folder.resolve(text)).collect()
}

/// The pairs of a map; the namespace's own name in a value is replaced, so that it can be shared.
fn pairs(map: Option<Node<'_>>, own_name: &str) -> Vec<Pair> {
    let entries = map.into_iter().flat_map(Node::entries);
    let pairs = entries.filter_map(|entry| {
        let value = entry.value.text()?.replace(own_name, OWN_NAME);
        Some(Pair::new(entry.key.text()?, value))
    });
    pairs.collect()
}

fn annotations(sibling: &Sibling) -> Vec<Pair> {
    let mut pairs = pairs(field_of(sibling, "commonAnnotations"), sibling.name());
    pairs.retain(|pair| !pair.key.contains("allowed-roles"));
    pairs
}

/// Whether `---` stands before anything but comments.
fn has_document_start(text: &str) -> bool {
    let mut lines =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next() == Some("---")
}

/// The entries of `labels`, as far as most siblings share them. Pairs that go into selectors and
/// pairs that don't stay apart: a selector can't be changed later.
fn shared_labels(siblings: &[Sibling]) -> Vec<LabelsEntry> {
    let kinds = [(false, false), (false, true), (true, false), (true, true)];
    let entries = kinds.into_iter().map(|(include_selectors, include_templates)| LabelsEntry {
        pairs: shared(siblings, |s| {
            let entries = field_of(s, "labels").into_iter().flat_map(Node::items);
            let is_set = |entry: &Node, key| entry.get(key).and_then(Node::text) == Some("true");
            let of_kind = entries.filter(|entry| {
                is_set(entry, "includeSelectors") == include_selectors
                    && is_set(entry, "includeTemplates") == include_templates
                    // Own fields are the affair of one sibling.
                    && entry.get("fields").is_none()
            });
            of_kind.flat_map(|entry| pairs(entry.get("pairs"), s.name())).collect()
        }),
        include_selectors,
        include_templates,
    });
    entries.filter(|entry| !entry.pairs.is_empty()).collect()
}

/// The style of the patches on Namespaces that siblings have: a JSON patch is a list.
fn common_style(siblings: &[Sibling]) -> Option<(PatchStyle, usize)> {
    let patches = siblings.iter().filter_map(Sibling::kustomization).flat_map(|k| k.patches());
    let texts = patches.filter_map(|patch| patch.inline.and_then(Node::text));
    let roles = texts.filter(|text| text.contains("allowed-roles"));
    commonest(roles.map(|text| match text.trim_start().starts_with(['-', '[']) {
        true => PatchStyle::JsonPatch,
        false => PatchStyle::StrategicMerge,
    }))
}
