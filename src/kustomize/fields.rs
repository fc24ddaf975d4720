//! The fields of a kustomization file, with their nodes.

use crate::manifests::yaml::{Entry, Node};

/// A kustomization's root.
#[derive(Debug, Clone, Copy)]
pub struct Kustomization<'a> {
    root: Node<'a>,
}

/// One patch, wherever it is listed.
#[derive(Debug, Clone, Copy)]
pub struct PatchSource<'a> {
    /// The entry itself.
    pub entry: Node<'a>,
    /// Its target, if it has one.
    pub target: Option<Node<'a>>,
    /// The patch text.
    pub inline: Option<Node<'a>>,
    /// The file with the patch text.
    pub path: Option<Node<'a>>,
    /// Whether it comes from the deprecated `patchesJson6902`, which runs after everything else.
    pub is_late: bool,
    /// Whether it comes from the deprecated `patchesStrategicMerge`, which runs first.
    pub is_early: bool,
}

/// The value of a field. Go reads keys without regard to case and in the order of their bytes, and
/// the last one counts.
pub fn field<'a>(node: Node<'a>, name: &str) -> Option<Node<'a>> {
    let is_field = |text: &str| text.eq_ignore_ascii_case(name);
    let entries = node.entries();
    let named = entries.filter(|entry| entry.key.text().is_some_and(is_field));
    named
        .max_by_key(|entry| entry.key.text())
        .map(|entry| entry.value)
        .or_else(|| node.get(name))
        .filter(|value| !value.is_null())
}

/// The key of a field as it is spelt.
pub fn field_key<'a>(node: Node<'a>, name: &str) -> Option<Node<'a>> {
    let keys = node.entries().map(|entry| entry.key);
    let is_field = |key: &Node<'_>| key.text().is_some_and(|text| text.eq_ignore_ascii_case(name));
    keys.into_iter().find(is_field)
}

/// Fields that make objects or change them in ways that are not worked out here.
const NOT_EVALUATED: [&str; 9] = [
    "replacements",
    "transformers",
    "generators",
    "helmCharts",
    "helmChartInflationGenerator",
    "vars",
    "configurations",
    "openapi",
    "validators",
];

/// Every field of a kustomization, from kustomize's `types.Kustomization`.
const KNOWN: [&str; 33] = [
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
];

/// The field that a key means, as kustomize spells it.
pub fn known_field(key: &str) -> Option<&'static str> {
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(key))
}

impl<'a> Kustomization<'a> {
    /// The kustomization with this root.
    pub fn of(root: Node<'a>) -> Self {
        Kustomization { root }
    }

    /// The root.
    pub fn root(&self) -> Node<'a> {
        self.root
    }

    fn list(&self, name: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        field(self.root, name).into_iter().flat_map(Node::items)
    }

    /// `resources`, and the deprecated `bases` behind them.
    pub fn resources(&self) -> Vec<Node<'a>> {
        self.list("resources").chain(self.list("bases")).collect()
    }

    /// The first key that kustomize does not know; it refuses the file.
    pub fn unknown_field(&self) -> Option<Node<'a>> {
        let is_known = |text: &str| {
            KNOWN
                .iter()
                .chain(&["buildMetadata", "<<"])
                .any(|known| known.eq_ignore_ascii_case(text))
        };
        let keys = self.root.entries().map(|entry| entry.key);
        keys.into_iter().find(|key| !key.text().is_some_and(is_known))
    }

    /// `components`.
    pub fn components(&self) -> Vec<Node<'a>> {
        self.list("components").collect()
    }

    /// `namespace`, unless it is empty.
    pub fn namespace(&self) -> Option<Node<'a>> {
        field(self.root, "namespace")
            .filter(|node| node.text().is_some_and(|text| !text.is_empty()))
    }

    /// The text of a field; empty if it has none.
    pub fn text(&self, name: &str) -> &'a str {
        field(self.root, name).and_then(Node::text).unwrap_or_default()
    }

    /// Whether it puts something before or behind the names of objects.
    pub fn has_affixes(&self) -> bool {
        !self.text("namePrefix").is_empty() || !self.text("nameSuffix").is_empty()
    }

    /// `commonAnnotations`.
    pub fn common_annotations(&self) -> Vec<(&'a str, Node<'a>)> {
        let entries = field(self.root, "commonAnnotations").into_iter().flat_map(Node::entries);
        entries.filter_map(|entry| Some((entry.key.text()?, entry.value))).collect()
    }

    /// What `labels` and then the deprecated `commonLabels` put on every object.
    pub fn labels(&self) -> Vec<(&'a str, Node<'a>)> {
        let pairs = self.list("labels").filter_map(|entry| field(entry, "pairs"));
        let maps = pairs.chain(field(self.root, "commonLabels"));
        let entries = maps.flat_map(Node::entries);
        entries.filter_map(|entry| Some((entry.key.text()?, entry.value))).collect()
    }

    /// Whether it says nothing but what it is; kustomize calls that empty.
    pub fn is_empty(&self) -> bool {
        let says_nothing = |entry: Entry<'_>| {
            let is_header =
                |text: &str| ["apiVersion", "kind"].iter().any(|h| h.eq_ignore_ascii_case(text));
            entry.value.is_null()
                || entry.value.text() == Some("")
                || entry.key.text().is_some_and(is_header)
        };
        self.root.entries().all(says_nothing)
    }

    /// The patches that run before the namespace transformer, in kustomize's order.
    pub fn patches(&self) -> Vec<PatchSource<'a>> {
        let merges = self.list("patchesStrategicMerge").map(|entry| {
            // An entry is a file name or the patch itself; only a patch has several lines.
            let is_text = entry.text().is_some_and(|text| text.contains('\n'));
            PatchSource {
                entry,
                target: None,
                inline: is_text.then_some(entry),
                path: (!is_text).then_some(entry),
                is_late: false,
                is_early: true,
            }
        });
        merges.chain(self.list("patches").map(|entry| targeted(entry, false))).collect()
    }

    /// The patches that run after everything else.
    pub fn late_patches(&self) -> Vec<PatchSource<'a>> {
        self.list("patchesJson6902").map(|entry| targeted(entry, true)).collect()
    }

    /// The names of the fields that are not worked out here, with their nodes.
    pub fn not_evaluated(&self) -> Vec<(&'static str, Node<'a>)> {
        let present = |name: &&str| {
            field(self.root, name)
                .is_some_and(|f| f.items().len() > 0 || f.is_mapping() || f.text().is_some())
        };
        let names = NOT_EVALUATED.into_iter().filter(present);
        names.filter_map(|name| Some((name, field(self.root, name)?))).collect()
    }
}

fn targeted(entry: Node<'_>, is_late: bool) -> PatchSource<'_> {
    PatchSource {
        entry,
        target: field(entry, "target"),
        inline: field(entry, "patch"),
        path: field(entry, "path"),
        is_late,
        is_early: false,
    }
}
