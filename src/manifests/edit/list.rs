//! Putting an item behind the last one of a list: between dashes, or into a list that is not there
//! yet.

use super::dashes::Dashes;
use super::find::{Document, Found, own_entry};
use super::gate::Meaning;
use super::lines::{
    document_end, has_blank_line, last_content, last_line, line_end_after, line_start,
    skip_blank_lines, skip_comments,
};
use super::{Proposal, Refusal, Splice, Step, refuse};
use crate::manifests::yaml::{Entry, Node, Value, Yaml};

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

/// An item that is to be put in.
pub(super) struct NewItem<'a, 'y> {
    pub(super) document: &'a Document<'y>,
    item: &'a str,
    pub(super) value: &'a Value,
}

pub(super) type Way = Vec<Splice>;

impl NewItem<'_, '_> {
    pub(super) fn text(&self) -> &str {
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
        if let Some(beside) = self.beside_namesake(mapping, key) {
            return vec![vec![self.lines_at(beside, &lines)]];
        }
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

    /// Behind the key that means the same: `bases` is what `resources` was called once.
    fn beside_namesake(&self, mapping: Node<'_>, key: &str) -> Option<usize> {
        let is_it = |entry: &Entry<'_>| entry.key.text() == Some("bases");
        let bases = mapping.entries().find(is_it).filter(|_| key == "resources")?;
        let end = last_content(bases.value).max(bases.key.span().end);
        Some(skip_comments(self.text(), line_end_after(self.text(), end), 1))
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
