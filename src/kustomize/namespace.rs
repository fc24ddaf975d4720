//! A Namespace on its way through the build.

use std::collections::BTreeMap;

use crate::manifests::yaml::{Node, Scalar};
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
    /// The file that brings it.
    pub path: RepoPath,
}

impl BuiltNamespace {
    /// Takes a Namespace document.
    pub(super) fn of(root: Node<'_>, path: &RepoPath) -> Self {
        BuiltNamespace {
            name: root
                .at(&["metadata", "name"])
                .and_then(Node::text)
                .unwrap_or_default()
                .to_owned(),
            earlier_names: Vec::new(),
            annotations: texts(root.at(&["metadata", "annotations"])),
            labels: texts(root.at(&["metadata", "labels"])),
            path: path.clone(),
        }
    }

    /// The same without an annotation: what a change of that annotation must leave as it is.
    #[must_use]
    pub fn without_annotation(&self, key: &str) -> Self {
        let mut rest = self.clone();
        rest.annotations.remove(key);
        rest
    }

    /// Gives it another name.
    pub(super) fn rename(&mut self, name: &str) {
        if name != self.name {
            let old = std::mem::replace(&mut self.name, name.to_owned());
            self.earlier_names.push(old);
        }
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
        _ if value.is_null() => "null".to_owned(),
        Some(text) => text.to_owned(),
        None => String::new(),
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
