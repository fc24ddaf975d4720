//! A cursor on a node: looking up keys and items, following aliases, and saying where it stands.

use std::fmt;
use std::ops::Range;

use super::parse::{Kind, Yaml};
use super::scalar::Scalar;

/// The index of a node in its arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeId(pub(super) usize);

/// A line and a column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key's node.
    pub key: Node<'a>,
    /// The value's node.
    pub value: Node<'a>,
}

/// A node of a [`Yaml`] text: a copyable cursor.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    yaml: &'a Yaml,
    id: NodeId,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:?} at {})", self.yaml.nodes[self.id.0].kind, self.place())
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(yaml: &'a Yaml, id: NodeId) -> Self {
        Node { yaml, id }
    }

    /// The node that an alias stands for, or the node itself.
    #[must_use]
    pub fn resolved(self) -> Self {
        match self.yaml.nodes[self.id.0].kind {
            Kind::Alias(target) => Node { id: target, ..self },
            _ => self,
        }
    }

    fn kind(self) -> &'a Kind {
        &self.yaml.nodes[self.resolved().id.0].kind
    }

    /// Whether this very node is an alias (`*name`).
    pub fn is_alias(self) -> bool {
        matches!(self.yaml.nodes[self.id.0].kind, Kind::Alias(_))
    }

    /// Whether this very node carries an anchor (`&name`).
    pub fn is_anchored(self) -> bool {
        self.yaml.nodes[self.id.0].anchored
    }

    /// Whether the node is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.kind(), Kind::Mapping { .. })
    }

    /// Whether the node is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.kind(), Kind::Sequence { .. })
    }

    /// Whether the node is a collection in flow style (`[…]`, `{…}`).
    pub fn is_flow(self) -> bool {
        matches!(self.kind(), Kind::Mapping { flow: true, .. } | Kind::Sequence { flow: true, .. })
    }

    /// The items of a sequence; nothing for any other node.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'a>> + ExactSizeIterator {
        let items: &'a [NodeId] = match self.kind() {
            Kind::Sequence { items, .. } => items,
            _ => &[],
        };
        items.iter().map(move |&id| Node { yaml: self.yaml, id })
    }

    /// The entries of a mapping as written, duplicates included; nothing for any other node.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'a>> + ExactSizeIterator {
        let entries: &'a [(NodeId, NodeId)] = match self.kind() {
            Kind::Mapping { entries, .. } => entries,
            _ => &[],
        };
        entries.iter().map(move |&(key, value)| Entry {
            key: Node { yaml: self.yaml, id: key },
            value: Node { yaml: self.yaml, id: value },
        })
    }

    /// The entry of `key` that Go uses: the last one written, else one merged in with `<<`.
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        self.entries()
            .rev()
            .find(|entry| entry.key.text() == Some(key))
            .or_else(|| self.merged(key))
    }

    /// Merge keys are looked into one level deep: a chain of merges is nothing people write, and a
    /// bound keeps hostile texts cheap.
    fn merged(self, key: &str) -> Option<Entry<'a>> {
        let merge = self.entries().find(|entry| entry.key.text() == Some("<<"))?.value;
        let sources = merge.items().chain(std::iter::once(merge).filter(|m| m.is_mapping()));
        sources.flat_map(Node::entries).find(|entry| entry.key.text() == Some(key))
    }

    /// The value of `key`; see [`Node::entry`].
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value at the end of a chain of keys.
    pub fn at(self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The keys that occur more than once, at their second place.
    pub fn duplicate_keys(self) -> Vec<Node<'a>> {
        let mut seen = std::collections::HashSet::new();
        self.entries()
            .map(|entry| entry.key)
            .filter(|key| key.text().is_some_and(|text| !seen.insert(text)))
            .collect()
    }

    /// The decoded text of a scalar, whatever its type.
    pub fn text(self) -> Option<&'a str> {
        match self.kind() {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What Go reads a scalar as; `None` for a collection.
    pub fn scalar(self) -> Option<Scalar> {
        let data = &self.yaml.nodes[self.resolved().id.0];
        match &data.kind {
            Kind::Scalar { text, style } => Some(Scalar::read(text, *style, data.tag.as_deref())),
            _ => None,
        }
    }

    /// The text of a scalar that Go reads as a string.
    pub fn string(self) -> Option<&'a str> {
        self.scalar().filter(Scalar::is_string).and(self.text())
    }

    /// Whether the node is null, written out or not.
    pub fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// How a scalar is written; `None` for a collection.
    pub fn style(self) -> Option<Style> {
        match self.kind() {
            Kind::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// The bytes of the text that the node covers. A block scalar's span is its content without
    /// the header, a block collection ends with its last leaf, an absent value is empty.
    pub fn span(self) -> Range<usize> {
        self.yaml.nodes[self.id.0].span.clone()
    }

    /// Where the node begins.
    pub fn place(self) -> Place {
        self.yaml.place(self.span().start)
    }

    /// The text in which the node stands.
    pub fn yaml(self) -> &'a Yaml {
        self.yaml
    }
}
