//! Text to nodes: drives the parser and keeps what its events say. No reading of scalars here.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle, Tag};
use thiserror::Error;

use super::node::{Node, NodeId, Place, Style};

/// Says why a text is no YAML, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The parser's words, lower case, one line.
    pub message: String,
    /// The line and column where it stopped.
    pub place: Place,
}

/// A parsed YAML text: all its documents, and the text itself.
///
/// Nodes are kept in one arena and aliases point into it, so that a "billion laughs" text takes no
/// more memory than its own length, and dropping a deeply nested one does not recurse.
#[derive(Debug, Clone)]
pub struct Yaml {
    text: Box<str>,
    line_starts: Vec<usize>,
    pub(super) nodes: Vec<Data>,
    documents: Vec<NodeId>,
}

/// One node of the arena.
#[derive(Debug, Clone)]
pub(super) struct Data {
    pub(super) kind: Kind,
    pub(super) tag: Option<Box<str>>,
    pub(super) anchored: bool,
    pub(super) span: Range<usize>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Scalar { text: Box<str>, style: Style },
    Sequence { items: Vec<NodeId>, flow: bool },
    Mapping { entries: Vec<(NodeId, NodeId)>, flow: bool },
    Alias(NodeId),
}

impl Yaml {
    /// Parses `text`, which must not begin with a byte order mark.
    ///
    /// # Errors
    /// A [`SyntaxError`] with the place, also for nesting deeper than 255 levels, and for an alias
    /// within what it stands for, which kubectl refuses too.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        // libyaml, and with it kubectl, keeps a final block line as it stands.
        options.block_scalar_eof_without_line_feed = true;
        let mut builder = Builder::default();
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = event.map_err(|error| SyntaxError {
                message: first_line(&error.info()),
                place: Place { line: error.marker().line(), column: error.marker().col() + 1 },
            })?;
            builder.take(event, &span);
        }
        if let Some(alias) = builder.endless {
            let place = place_in(text, &line_starts(text), alias);
            return Err(SyntaxError {
                message: "an anchor whose value contains itself".into(),
                place,
            });
        }
        Ok(Yaml {
            line_starts: line_starts(text),
            text: text.into(),
            nodes: builder.nodes,
            documents: builder.documents,
        })
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root node of every document, in order; an empty document has a null scalar as its root.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| Node::new(self, id))
    }

    /// The root of the first document, or `None` for a text without any.
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()
    }

    /// Whether any node carries an anchor or is an alias.
    pub fn has_anchors(&self) -> bool {
        self.nodes.iter().any(|data| data.anchored || matches!(data.kind, Kind::Alias(_)))
    }

    /// A character that YAML 1.1, which kustomize reads, takes for the end of a line, or skips at
    /// the beginning of one, and YAML 1.2 does not: behind it, the two may read other things.
    pub fn ambiguous_line(&self) -> Option<Place> {
        let at = self.text.find(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'])?;
        Some(self.place(at))
    }

    /// Turns a byte offset into a line and column, both from 1, the column counted in characters.
    pub fn place(&self, offset: usize) -> Place {
        place_in(&self.text, &self.line_starts, offset)
    }
}

fn place_in(text: &str, line_starts: &[usize], offset: usize) -> Place {
    let line = line_starts.partition_point(|&start| start <= offset);
    let start = line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
    let before = text.get(start..offset).unwrap_or_default();
    Place { line: line.max(1), column: before.chars().count() + 1 }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("not valid YAML").to_owned()
}

/// Collects events into the arena. `open` holds the collections that are not closed yet.
#[derive(Default)]
struct Builder {
    nodes: Vec<Data>,
    documents: Vec<NodeId>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    /// Where an alias stands in its own anchor's value, the first one.
    endless: Option<usize>,
}

struct Open {
    id: NodeId,
    pending_key: Option<NodeId>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) {
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = Kind::Scalar { text: text.as_ref().into(), style: style.into() };
                self.add(kind, anchor, tag.as_deref(), range);
            }
            Event::Alias(anchor) => {
                // The parser has refused aliases without an anchor already.
                let target = self.anchors.get(&anchor).copied().unwrap_or(NodeId(0));
                if self.endless.is_none() && self.open.iter().any(|open| open.id == target) {
                    self.endless = Some(range.start);
                }
                self.add(Kind::Alias(target), 0, None, range);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let kind = Kind::Sequence { items: Vec::new(), flow: is_flow(style) };
                self.open(kind, anchor, tag.as_deref(), range);
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind = Kind::Mapping { entries: Vec::new(), flow: is_flow(style) };
                self.open(kind, anchor, tag.as_deref(), range);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, span: Range<usize>) -> NodeId {
        let id = NodeId(self.nodes.len());
        let tag = tag.map(|tag| tag.to_string().into_boxed_str());
        self.nodes.push(Data { kind, tag, anchored: anchor != 0, span });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        self.place_in_parent(id);
        id
    }

    fn open(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, span: Range<usize>) {
        let id = self.add(kind, anchor, tag, span);
        self.open.push(Open { id, pending_key: None });
    }

    /// Closes a collection. The end event of a block collection sits at the next token, so its end
    /// is taken from its last child.
    fn close(&mut self, range: &Range<usize>) {
        let Some(Open { id, .. }) = self.open.pop() else {
            return;
        };
        let last = match &self.nodes[id.0].kind {
            Kind::Sequence { flow: false, items } => items.last().copied(),
            Kind::Mapping { flow: false, entries } => entries.last().map(|&(_, value)| value),
            _ => None,
        };
        let end = last.map_or(range.end, |last| self.nodes[last.0].span.end);
        let span = &mut self.nodes[id.0].span;
        span.end = end.max(span.start);
    }

    fn place_in_parent(&mut self, id: NodeId) {
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(id);
            return;
        };
        match (&mut self.nodes[parent.id.0].kind, parent.pending_key.take()) {
            (Kind::Sequence { items, .. }, _) => items.push(id),
            (Kind::Mapping { entries, .. }, Some(key)) => entries.push((key, id)),
            _ => parent.pending_key = Some(id),
        }
    }
}

fn is_flow(style: StructureStyle) -> bool {
    style == StructureStyle::Flow
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        }
    }
}
