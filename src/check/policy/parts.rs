//! The parts of a policy, as Go reads them: `null` is as if the key were not there.

use crate::manifests::yaml::{Entry, Node, Scalar, Style};

/// The lists of rules in a spec.
pub(super) const RULE_LISTS: [&str; 4] = ["ingress", "ingressDeny", "egress", "egressDeny"];

/// What JSON calls a node, once kubectl has turned YAML into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Flag,
    Whole,
    Number,
    Text,
    List,
    Map,
}

impl Type {
    pub(super) fn of(node: Node<'_>) -> Self {
        match node.style() {
            None if node.is_sequence() => Type::List,
            None => Type::Map,
            Some(Style::Plain) => match node.scalar() {
                Some(Scalar::Null) => Type::Null,
                Some(Scalar::Bool(_)) => Type::Flag,
                Some(Scalar::Int(_)) => Type::Whole,
                Some(Scalar::Float(value)) if value.fract() == 0.0 => Type::Whole,
                Some(Scalar::Float(_)) => Type::Number,
                _ => Type::Text,
            },
            Some(_) => Type::Text,
        }
    }

    /// The type in words.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Type::Null => "nothing",
            Type::Flag => "true or false",
            Type::Whole | Type::Number => "a number",
            Type::Text => "a text",
            Type::List => "a list",
            Type::Map => "a map",
        }
    }
}

fn is_null(node: Node<'_>) -> bool {
    // The texts first: reading a scalar makes a copy of it.
    matches!(node.text(), Some("" | "~" | "null" | "Null" | "NULL")) && node.is_null()
}

/// The text of a node that Go reads as a string.
pub(super) fn text(node: Node<'_>) -> Option<&str> {
    match node.style()? {
        Style::Plain => node.string(),
        _ => node.text(),
    }
}

/// The entry of a key that has a value.
pub(super) fn entry<'a>(map: Node<'a>, key: &str) -> Option<Entry<'a>> {
    map.entry(key).filter(|entry| !is_null(entry.value))
}

/// The value of a key that has one.
pub(super) fn get<'a>(map: Node<'a>, key: &str) -> Option<Node<'a>> {
    entry(map, key).map(|entry| entry.value)
}

/// The text of a key.
pub(super) fn text_of<'a>(map: Node<'a>, key: &str) -> Option<&'a str> {
    get(map, key).and_then(text)
}

/// The items of the list under a key.
pub(super) fn items<'a>(
    map: Node<'a>,
    key: &str,
) -> impl DoubleEndedIterator<Item = Node<'a>> + use<'a> {
    map.get(key).into_iter().flat_map(Node::items)
}

/// The texts in the list under a key, with their nodes.
pub(super) fn texts<'a>(
    map: Node<'a>,
    key: &str,
) -> impl Iterator<Item = (Node<'a>, &'a str)> + use<'a> {
    items(map, key).filter_map(|node| Some((node, text(node)?)))
}

/// Whether there is a list under a key with something in it.
pub(super) fn has_items(map: Node<'_>, key: &str) -> bool {
    map.get(key).is_some_and(|list| list.items().len() > 0)
}

/// The whole number of a key.
pub(super) fn number_of(map: Node<'_>, key: &str) -> Option<i64> {
    match get(map, key)?.scalar()? {
        Scalar::Int(value) => Some(value),
        _ => None,
    }
}

/// The flag of a key.
pub(super) fn flag_of(map: Node<'_>, key: &str) -> Option<bool> {
    match get(map, key)?.scalar()? {
        Scalar::Bool(value) => Some(value),
        _ => None,
    }
}

/// The entries of a map as Go has them: those merged in with `<<` last, and of equal keys one.
pub(super) fn effective(map: Node<'_>) -> impl Iterator<Item = Entry<'_>> {
    let is_merge = |entry: &Entry<'_>| {
        entry.key.text() == Some("<<") && entry.key.style() == Some(Style::Plain)
    };
    let own = map.entries().filter(move |entry| !is_merge(entry));
    let sources = map.entries().filter(is_merge).map(|entry| entry.value);
    let maps = sources.flat_map(|source| {
        source.items().chain(std::iter::once(source).filter(|source| source.is_mapping()))
    });
    let merged = maps
        .flat_map(Node::entries)
        .filter(move |entry| !map.entries().any(|other| other.key.text() == entry.key.text()));
    own.chain(merged)
}

/// The rules of a document: `spec`, and each of `specs`.
pub(super) fn specs(document: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let one = document.get("spec").into_iter();
    one.chain(items(document, "specs")).filter(|spec| spec.is_mapping())
}

/// Whether a spec puts its pods into egress default-deny.
pub(super) fn restricts_egress(spec: Node<'_>) -> bool {
    let adds_only =
        get(spec, "enableDefaultDeny").and_then(|deny| flag_of(deny, "egress")) == Some(false);
    !adds_only && (has_items(spec, "egress") || has_items(spec, "egressDeny"))
}
