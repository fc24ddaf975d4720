//! A Namespace on its way through the build.

use std::collections::{BTreeMap, BTreeSet};

use crate::manifests::yaml::{Node, Scalar, Style};
use crate::system::RepoPath;

/// A Namespace as built so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltNamespace {
    /// Its name now.
    pub name: String,
    /// The names it had before; a merge patch without a target may use any of them.
    pub earlier_names: Vec<String>,
    /// Its annotations, as text.
    pub annotations: BTreeMap<String, String>,
    /// Its labels, as text.
    pub labels: BTreeMap<String, String>,
    /// Whether it has a map of labels, be it empty: a JSON patch needs one.
    pub(super) has_labels: bool,
    /// The same of annotations. What remembers earlier names makes one.
    pub(super) has_annotations: bool,
    /// Annotations that a JSON patch, whatever it changes, gives another text: numbers and the like
    /// that passed no step that makes texts of them.
    pub(super) untyped: BTreeSet<String>,
    /// Annotations that are lists or maps to kustomize, and `""` once they are printed.
    pub(super) structured: BTreeSet<String>,
    /// The file that brings it.
    pub path: RepoPath,
}

impl BuiltNamespace {
    /// Takes a Namespace document.
    pub(super) fn of(root: Node<'_>, path: &RepoPath) -> Self {
        let annotations = root.at(&["metadata", "annotations"]);
        let entries = annotations.into_iter().flat_map(Node::entries);
        let untyped = entries.filter(|entry| changes_in_json(entry.value));
        let entries = annotations.into_iter().flat_map(Node::entries);
        let structured = entries.filter(|entry| entry.value.scalar().is_none());
        BuiltNamespace {
            untyped: untyped.filter_map(|entry| Some(entry.key.text()?.to_owned())).collect(),
            structured: structured.filter_map(|entry| Some(entry.key.text()?.to_owned())).collect(),
            has_annotations: annotations.is_some_and(Node::is_mapping),
            name: root
                .at(&["metadata", "name"])
                .and_then(Node::text)
                .unwrap_or_default()
                .to_owned(),
            earlier_names: Vec::new(),
            annotations: texts(annotations),
            labels: texts(root.at(&["metadata", "labels"])),
            has_labels: root.at(&["metadata", "labels"]).is_some_and(Node::is_mapping),
            path: path.clone(),
        }
    }

    /// The same without an annotation: what a change of that annotation must leave as it is.
    #[must_use]
    pub fn without_annotation(&self, key: &str) -> Self {
        let mut rest = self.clone();
        rest.annotations.remove(key);
        // How it came about is not what it is.
        rest.earlier_names.clear();
        rest.has_annotations = false;
        rest
    }

    /// Gives it another name, and remembers the one that it has.
    pub(super) fn rename(&mut self, name: &str) {
        self.remember();
        name.clone_into(&mut self.name);
    }

    /// Remembers the name that it has, as most of kustomize's steps do. That is kept among the
    /// annotations, so that there is a map of them from then on.
    pub(super) fn remember(&mut self) {
        self.has_annotations = true;
        if self.earlier_names.last() != Some(&self.name) {
            self.earlier_names.push(self.name.clone());
        }
    }

    /// As patches see it, which run before `namespace:` renames it.
    #[must_use]
    pub fn before_rename(&self, renamed_to: Option<&str>) -> Self {
        let mut before = self.clone();
        if renamed_to == Some(self.name.as_str()) {
            if let Some(name) = before.earlier_names.pop() {
                before.name = name;
            }
        }
        before
    }

    /// Takes over from the same Namespace, as far as it is known, what it was called and which file
    /// brings it.
    pub(super) fn came_from(&mut self, known: &Self) {
        self.path.clone_from(&known.path);
        self.earlier_names.clone_from(&known.earlier_names);
        if known.name != self.name {
            self.earlier_names.push(known.name.clone());
        }
    }

    /// Gives it a label.
    pub(super) fn label(&mut self, key: &str, value: String) {
        self.has_labels = true;
        self.labels.insert(key.to_owned(), value);
    }

    /// Whether a patch that names `name` means it.
    pub(super) fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.earlier_names.iter().any(|earlier| earlier == name)
    }
}

fn texts(map: Option<Node<'_>>) -> BTreeMap<String, String> {
    let entries = map.into_iter().flat_map(Node::entries);
    entries
        .filter_map(|entry| Some((entry.key.text()?.to_owned(), raw_text(entry.value))))
        .collect()
}

/// What kustomize prints for a value in a manifest or a merge patch: the scalar as written, and
/// `""` for a list or a map, without a word (kyaml `getMapFromMeta`).
pub(super) fn raw_text(value: Node<'_>) -> String {
    match value.text() {
        // The parser's word for a null that is not written at all.
        _ if value.span().is_empty() && value.is_null() => String::new(),
        Some(text) => text.to_owned(),
        None => String::new(),
    }
}

/// Whether a value that stands in YAML has another text once it has passed through JSON.
pub(super) fn changes_in_json(value: Node<'_>) -> bool {
    let text = raw_text(value);
    let is_date = || {
        text.len() >= 8 && text.starts_with(|c: char| c.is_ascii_digit()) && text[1..].contains('-')
    };
    match value.scalar() {
        _ if value.style() != Some(Style::Plain) || text.is_empty() => false,
        Some(Scalar::Null | Scalar::Int(_) | Scalar::Float(_)) => json_text(value) != text,
        Some(Scalar::String(_)) => is_date(),
        // `on` and `yes` are texts at this point.
        Some(Scalar::Bool(value)) => {
            text.eq_ignore_ascii_case(&value.to_string()) && text != value.to_string()
        }
        None => false,
    }
}

/// What kustomize prints for a value in a JSON patch, which passes through Go's JSON.
pub(super) fn json_text(value: Node<'_>) -> String {
    match value.scalar() {
        Some(Scalar::String(text)) => text,
        Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::Int(value)) => go_number(as_float(value)),
        Some(Scalar::Float(value)) => go_number(value),
        None => String::new(),
    }
}

/// JSON numbers are floats to Go.
#[expect(clippy::cast_precision_loss, reason = "the loss is what Go does too")]
fn as_float(value: i64) -> f64 {
    value as f64
}

/// Go's `strconv.FormatFloat(value, 'g', -1, 64)`: an exponent below -4 and from 6 on.
fn go_number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}
