//! Putting an item behind the last one of a list: between dashes, in brackets, or into a list that
//! is not there yet.

use super::find::{Document, Found, own_entry};
use super::gate::Meaning;
use super::{Proposal, Refusal, Splice, Step, refuse};
use crate::manifests::yaml::{
    Entry, Node, Scalar, Style, Value, Yaml, double_quoted, quoted, scalar_text,
};

/// The ways to append `item`, written in block style, to the list at the end of `at`.
pub(super) fn append(
    document: &Document<'_>,
    at: &[Step],
    item: &str,
) -> Result<Vec<Proposal>, Refusal> {
    let (Some(Step::Key(key)), parent) = (at.last(), &at[..at.len().saturating_sub(1)]) else {
        return refuse("only a list at a key can be added to", None);
    };
    let mapping = document.find(parent)?.node;
    if !mapping.is_mapping() {
        return refuse("not a mapping", Some(mapping.place()));
    }
    let Some(meaning) = item_value(item) else {
        return refuse("too large to be edited", None);
    };
    let new = NewItem { document, item, value: &meaning };
    let ways = match own_entry(mapping, key)? {
        None if mapping.is_flow() => vec![new.key_in_braces(mapping, key)],
        None => new.new_key(mapping, key),
        Some(_) => {
            let found = document.find(at)?;
            new.to_existing(&found, mapping)?
        }
    };
    Ok(ways.into_iter().map(|way| (way, Meaning::Append(meaning.clone()))).collect())
}

fn item_value(item: &str) -> Option<Value> {
    let yaml = Yaml::parse(item).ok()?;
    Value::of(yaml.root()?.items().next()?)
}

struct NewItem<'a, 'y> {
    document: &'a Document<'y>,
    item: &'a str,
    value: &'a Value,
}

type Way = Vec<Splice>;

impl NewItem<'_, '_> {
    fn text(&self) -> &str {
        self.document.text()
    }

    fn to_existing(&self, found: &Found<'_>, mapping: Node<'_>) -> Result<Vec<Way>, Refusal> {
        let (list, place) = (found.node, Some(found.place()));
        let Some(entry) = found.entry else {
            return refuse("only a list at a key can be added to", place);
        };
        let is_empty = list.is_null() || (list.is_sequence() && list.items().len() == 0);
        if !is_empty && !list.is_sequence() {
            return refuse("not a list", place);
        }
        if mapping.is_flow() && list.is_null() {
            return Ok(vec![vec![Splice {
                range: list.span(),
                with: format!(" [{}]", self.flow(list)),
            }]]);
        }
        if is_empty && !mapping.is_flow() {
            return Ok(self.into_empty(entry));
        }
        if list.is_flow() {
            return Ok(self.in_brackets(list));
        }
        match Dashes::of(list) {
            Some(dashes) => Ok(self.behind_last(list, dashes)),
            None => refuse("a list that is written in an unusual way", place),
        }
    }

    /// Right behind the last item, or behind the comments that follow it, or behind blank lines
    /// that belong to its text (`|+`).
    fn behind_last(&self, list: Node<'_>, dashes: Dashes) -> Vec<Way> {
        let Some(last) = list.items().next_back() else {
            return Vec::new();
        };
        let behind = line_end_after(self.text(), last_content(last));
        let after_comments = skip_comments(self.text(), behind, dashes.column);
        let after_blanks = skip_blank_lines(self.text(), after_comments);
        let mut places = vec![behind, after_comments, after_blanks];
        places.dedup();
        let item = self.block(dashes);
        let apart = are_apart(list).then(|| vec![self.lines_apart(behind, &item)]);
        let together = places.into_iter().map(|at| vec![self.lines_at(at, &item)]);
        apart.into_iter().chain(together).collect()
    }

    /// `key:`, `key: []` and `key: null` become `key:` and a list below, or behind the comments
    /// below.
    fn into_empty(&self, entry: Entry<'_>) -> Vec<Way> {
        let text = self.text();
        let value = entry.value.span();
        let is_written = !value.is_empty();
        let key_end = entry.key.span().end;
        let line_end = line_end_after(text, if is_written { value.end } else { key_end });
        let dashes = Dashes::usual(self.document.root);
        let start = text[..value.start].trim_end_matches([' ', '\t']).len();
        let mut places = vec![line_end, skip_comments(text, line_end, 0)];
        places.dedup();
        let way = |at| {
            let below = self.lines_at(at, &self.block(dashes));
            let value = is_written.then(|| Splice::remove(start..value.end));
            value.into_iter().chain([below]).collect()
        };
        places.into_iter().map(way).collect()
    }

    fn new_key(&self, mapping: Node<'_>, key: &str) -> Vec<Way> {
        let text = self.text();
        let column = mapping.place().column - 1;
        let mut lines = format!("{}{key}:{}", " ".repeat(column), self.document.line_end);
        let dashes = Dashes::usual(mapping);
        lines.push_str(&self.block(dashes));
        let end = document_end(text, last_content(mapping));
        let trimmed = line_end_after(&text[..end], text[..end].trim_end().len());
        let mut places = vec![trimmed];
        places.extend((end != trimmed).then_some(end));
        // Where nothing can follow the last key, the new one goes before it.
        let last =
            mapping.entries().next_back().map(|entry| line_start(text, entry.key.span().start));
        places.extend(last.filter(|_| mapping.entries().len() > 1));
        // A comment at the end of the file must not read as one about the new key.
        let is_below_comment = last_line(&text[..trimmed]).starts_with('#');
        let apart = (is_below_comment || keys_are_apart(mapping))
            .then(|| vec![self.lines_apart(trimmed, &lines)]);
        let together = places.into_iter().map(|at| vec![self.lines_at(at, &lines)]);
        apart.into_iter().chain(together).collect()
    }

    /// Whole lines below a blank one.
    fn lines_apart(&self, at: usize, lines: &str) -> Splice {
        self.lines_at(at, &format!("{}{lines}", self.document.line_end))
    }

    /// Whole lines; a last line without a line break gets one first.
    fn lines_at(&self, at: usize, lines: &str) -> Splice {
        let head = &self.text()[..at];
        let needs_break = !head.is_empty() && !head.ends_with('\n');
        let line_break = if needs_break { self.document.line_end } else { "" };
        Splice::insert(at, format!("{line_break}{lines}"))
    }

    /// The item as lines with this kind of dashes.
    fn block(&self, dashes: Dashes) -> String {
        let mut out = String::new();
        for line in self.item.lines() {
            let (dash, rest) = match line.strip_prefix("- ") {
                Some(rest) => ("-", rest),
                None => (" ", line.strip_prefix("  ").unwrap_or(line)),
            };
            if !rest.is_empty() {
                out.push_str(&" ".repeat(dashes.column));
                out.push_str(dash);
                out.push_str(&" ".repeat(dashes.gap));
                out.push_str(rest);
            }
            out.push_str(self.document.line_end);
        }
        out
    }

    /// The item in flow style, with quotes round everything where the neighbours have them.
    fn flow(&self, near: Node<'_>) -> String {
        flow(self.value, is_json(self.document.root) || near.items().next().is_some_and(is_json))
    }

    /// `[a, b]`: behind the last item, on a line of its own where the bracket has one.
    fn in_brackets(&self, list: Node<'_>) -> Vec<Way> {
        let text = self.text();
        let (item, close) = (self.flow(list), list.span().end.saturating_sub(1));
        let Some(last) = list.items().next_back() else {
            return vec![vec![Splice::insert(close, item)]];
        };
        let end = last_content(last);
        let rest = &text[end..close];
        let comma = rest.trim_start().starts_with(',').then(|| end + rest.find(',').unwrap_or(0));
        let own_line =
            text[line_start(text, close)..close].trim().is_empty() && rest.contains('\n');
        if !own_line {
            return vec![match comma {
                Some(comma) => vec![Splice::insert(comma + 1, format!(" {item},"))],
                None => vec![Splice::insert(end, format!(", {item}"))],
            }];
        }
        let first = list.items().next().unwrap_or(last).span().start;
        let column = column_of(text, first);
        let below = line_end_after(text, comma.unwrap_or(end));
        let pad = " ".repeat(column);
        let eol = self.document.line_end;
        let line = |comma: &str| Splice::insert(below, format!("{pad}{item}{comma}{eol}"));
        vec![match comma {
            Some(_) => vec![line(",")],
            None => vec![Splice::insert(end, ","), line("")],
        }]
    }

    /// A mapping in braces gets the key behind its last one.
    fn key_in_braces(&self, mapping: Node<'_>, key: &str) -> Way {
        let json = is_json(mapping);
        let key = if json { double_quoted(key) } else { quoted(key) };
        let entry = format!("{key}: [{}]", flow(self.value, json));
        entry_in_braces(self.document, mapping, &entry)
    }
}

/// An entry behind the last one of a mapping in braces.
pub(super) fn entry_in_braces(
    document: &Document<'_>,
    mapping: Node<'_>,
    entry: &str,
) -> Vec<Splice> {
    let text = document.text();
    let close = mapping.span().end.saturating_sub(1);
    let Some(last) = mapping.entries().next_back() else {
        return vec![Splice::insert(close, entry)];
    };
    let end = last_content(last.value).max(last.key.span().end);
    let rest = &text[end..close];
    if let Some(comma) =
        rest.trim_start().starts_with(',').then(|| end + rest.find(',').unwrap_or(0))
    {
        return vec![Splice::insert(comma + 1, format!(" {entry}"))];
    }
    let before = match mapping.entries().next() {
        Some(first) if rest.contains('\n') => {
            let pad = " ".repeat(column_of(text, first.key.span().start));
            format!(",{}{pad}", document.line_end)
        }
        _ => ", ".to_owned(),
    };
    vec![Splice::insert(end, format!("{before}{entry}"))]
}

/// Whether the neighbours are written as JSON.
fn is_json(node: Node<'_>) -> bool {
    let first = node.entries().next().map_or(node, |entry| entry.key);
    first.style() == Some(Style::DoubleQuoted)
}

fn flow(value: &Value, json: bool) -> String {
    let text = |text: &str| if json { double_quoted(text) } else { quoted(text) };
    match value {
        Value::Scalar(Scalar::String(string)) => text(string),
        Value::Scalar(scalar) => scalar_text(scalar),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, json)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key), flow(value, json)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// How a list writes its dashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Dashes {
    /// The column of the dash, from 0.
    pub(super) column: usize,
    /// The blanks behind it.
    gap: usize,
}

impl Dashes {
    /// Those of the last item that stands on the line of its dash.
    pub(super) fn of(list: Node<'_>) -> Option<Self> {
        let text = list.yaml().text();
        let mut items = list.items();
        items.rfind(|item| !item.is_anchored()).and_then(|item| {
            let at = item.span().start;
            let before = &text[line_start(text, at)..at];
            let column = before.len() - before.trim_start_matches(' ').len();
            let gap = before[column..].strip_prefix('-')?;
            let is_gap = !gap.is_empty() && gap.chars().all(|c| c == ' ');
            is_gap.then_some(Dashes { column, gap: gap.len() })
        })
    }

    /// Those of most of the file's other lists; among as many of each kind, those of `resources`,
    /// then those of the last list. Without any, two columns in.
    fn usual(mapping: Node<'_>) -> Self {
        let lists = mapping.entries().filter(|entry| {
            let list = entry.value;
            list.is_sequence() && !list.is_flow() && !list.is_alias()
        });
        let all: Vec<(bool, Dashes)> = lists
            .filter_map(|entry| {
                let is_resources =
                    entry.key.text().is_some_and(|key| key.eq_ignore_ascii_case("resources"));
                Some((is_resources, Dashes::of(entry.value)?))
            })
            .collect();
        let alike = |dashes: Dashes| all.iter().filter(|(_, other)| *other == dashes).count();
        let usual = all.iter().max_by_key(|(is_resources, dashes)| (alike(*dashes), *is_resources));
        let indented = Dashes { column: mapping.place().column + 1, gap: 1 };
        usual.map_or(indented, |(_, dashes)| *dashes)
    }
}

/// Whether blank lines stand between all items of a list, so that one more needs one, too.
fn are_apart(list: Node<'_>) -> bool {
    let text = list.yaml().text();
    let items: Vec<Node<'_>> = list.items().collect();
    let mut pairs = items.windows(2);
    items.len() > 1
        && pairs.all(|pair| has_blank_line(text, last_content(pair[0]), pair[1].span().start))
}

/// Whether a blank line stands above the last key that holds a list or a mapping.
fn keys_are_apart(mapping: Node<'_>) -> bool {
    let entries: Vec<Entry<'_>> = mapping.entries().collect();
    let last = entries.windows(2).rfind(|pair| {
        let value = pair[1].value;
        (value.is_sequence() || value.is_mapping()) && !value.is_flow()
    });
    last.is_some_and(|pair| {
        let above = last_content(pair[0].value).max(pair[0].key.span().end);
        has_blank_line(mapping.yaml().text(), above, pair[1].key.span().start)
    })
}

/// Whether one of the lines that begin behind `from` and end before `to` is blank.
fn has_blank_line(text: &str, from: usize, to: usize) -> bool {
    let lines = &text[from..to];
    let whole = lines.rfind('\n').map_or("", |at| &lines[..=at]);
    whole.lines().skip(1).any(|line| line.trim().is_empty())
}

/// The last line of a text, its line break left out.
fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or_default()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

fn column_of(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Behind the line break that ends the line.
pub(super) fn line_end_after(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// Where the first document ends: at a marker, or with the file.
fn document_end(text: &str, from: usize) -> usize {
    let mut at = line_end_after(text, from);
    for line in text[at..].split_inclusive('\n') {
        if is_document_marker(line) {
            return at;
        }
        at += line.len();
    }
    text.len()
}

pub(super) fn is_document_marker(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...")
}

/// The offset behind the last byte that belongs to a node's content.
pub(super) fn last_content(node: Node<'_>) -> usize {
    let span = node.span();
    let last_leaf = if node.is_flow() { node } else { deepest_last(node) };
    let text = node.yaml().text();
    match last_leaf.style() {
        // The content ends with its line break; kept blank lines belong to it.
        Some(Style::Literal | Style::Folded) => {
            let end = last_leaf.span().end.max(span.end).min(text.len());
            let trimmed = text[..end].trim_end_matches(['\n', '\r', ' ']);
            trimmed.len().max(last_leaf.span().start)
        }
        _ => span.end.max(last_leaf.span().end),
    }
}

fn deepest_last(node: Node<'_>) -> Node<'_> {
    if node.is_alias() || node.is_flow() {
        return node;
    }
    let child = node.items().next_back().or_else(|| node.entries().next_back().map(|e| e.value));
    child.map_or(node, deepest_last)
}

/// Moves behind the comment lines that are indented at least as far as the list.
pub(super) fn skip_comments(text: &str, mut at: usize, indent: usize) -> usize {
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        at += line.len();
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let rest = line.trim();
        if rest.starts_with('#') && blanks >= indent.max(1) {
            end = at;
        } else if !rest.is_empty() {
            break;
        }
    }
    end
}

pub(super) fn skip_blank_lines(text: &str, at: usize) -> usize {
    let lines = text[at..].split_inclusive('\n');
    let blank = lines.take_while(|line| line.trim().is_empty() && line.ends_with('\n'));
    at + blank.map(str::len).sum::<usize>()
}
