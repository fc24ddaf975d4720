//! Putting a value under a key that is not there yet, with the mappings on the way to it.

use super::find::{Document, own_entry};
use super::flow::entry_in_braces;
use super::gate::Meaning;
use super::lines::{last_content, line_end_after, skip_comments};
use super::list::Way;
use super::{Proposal, Refusal, Splice, Step, refuse};
use crate::manifests::yaml::{Entry, Node, Value, Yaml, quoted};

/// Columns of one level.
const INDENT: usize = 2;

/// The ways to put `value`, one line of YAML, at the end of `at`, which is a way of keys.
pub(super) fn put(
    document: &Document<'_>,
    at: &[Step],
    value: &str,
) -> Result<Vec<Proposal>, Refusal> {
    let keys: Option<Vec<&str>> = at
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let read = Yaml::parse(value).ok().and_then(|yaml| Value::of(yaml.root()?));
    let (Some(keys), Some(meaning)) = (keys, read) else {
        return refuse("only a value at a key can be put there", None);
    };
    let mut depth = 0;
    let mut mapping = document.find(&[])?.node;
    while let Some((key, rest)) = keys[depth..].split_first() {
        if !mapping.is_mapping() {
            return refuse("not a mapping", Some(mapping.place()));
        }
        let new = New { document, value, keys: &keys[depth..] };
        let ways = match own_entry(mapping, key)? {
            None if mapping.is_flow() => vec![entry_in_braces(document, mapping, &new.flow())],
            None => new.below_last(mapping),
            Some(entry) if entry.value.is_null() => new.into_empty(mapping, entry),
            Some(entry) if rest.is_empty() => {
                return refuse(format!("`{key}` is there already"), Some(entry.key.place()));
            }
            Some(_) => {
                depth += 1;
                mapping = document.find(&at[..depth])?.node;
                continue;
            }
        };
        return Ok(ways.into_iter().map(|way| (way, Meaning::Put(meaning.clone()))).collect());
    }
    refuse("only a value at a key can be put there", None)
}

/// What is not there yet: the rest of the way, and the value.
struct New<'a, 'y> {
    document: &'a Document<'y>,
    value: &'a str,
    /// The first is a key of the mapping that is there.
    keys: &'a [&'a str],
}

impl New<'_, '_> {
    /// All of it in one line: `a: {b: value}`.
    fn flow(&self) -> String {
        flow(self.keys, self.value)
    }

    /// All of it in block style, a line a key.
    fn lines(keys: &[&str], value: &str, column: usize, line_end: &str) -> String {
        let mut out = String::new();
        for (level, key) in keys.iter().enumerate() {
            let indent = " ".repeat(column + level * INDENT);
            let last = if level + 1 == keys.len() { format!(" {value}") } else { String::new() };
            out.push_str(&format!("{indent}{}:{last}{line_end}", quoted(key)));
        }
        out
    }

    /// Behind the last entry of a block mapping, or behind the comments that follow it.
    fn below_last(&self, mapping: Node<'_>) -> Vec<Way> {
        let text = self.document.text();
        let column = mapping.place().column - 1;
        let lines = Self::lines(self.keys, self.value, column, self.document.line_end);
        let behind = line_end_after(text, last_content(mapping));
        let mut places = vec![behind, skip_comments(text, behind, column)];
        places.dedup();
        places.into_iter().map(|at| vec![self.lines_at(at, &lines)]).collect()
    }

    /// `key:` and `key: null` get the value, or the mappings below.
    fn into_empty(&self, mapping: Node<'_>, entry: Entry<'_>) -> Vec<Way> {
        let text = self.document.text();
        let (key_end, old) = (entry.key.span().end, entry.value.span());
        let colon = text[key_end..].find(':').map_or(key_end, |at| key_end + at + 1);
        let end = old.end.max(colon);
        let rest = &self.keys[1..];
        if rest.is_empty() || mapping.is_flow() {
            let value = match rest {
                [] => self.value.to_owned(),
                rest => format!("{{{}}}", flow(rest, self.value)),
            };
            return vec![vec![Splice { range: colon..end, with: format!(" {value}") }]];
        }
        let column = mapping.place().column - 1 + INDENT;
        let lines = Self::lines(rest, self.value, column, self.document.line_end);
        let below = self.lines_at(line_end_after(text, end), &lines);
        let old = (!old.is_empty()).then(|| Splice::remove(colon..end));
        vec![old.into_iter().chain([below]).collect()]
    }

    /// Whole lines; a last line without a line break gets one first.
    fn lines_at(&self, at: usize, lines: &str) -> Splice {
        let head = &self.document.text()[..at];
        let needs_break = !head.is_empty() && !head.ends_with('\n');
        let line_break = if needs_break { self.document.line_end } else { "" };
        Splice::insert(at, format!("{line_break}{lines}"))
    }
}

fn flow(keys: &[&str], value: &str) -> String {
    match keys {
        [] => value.to_owned(),
        [key] => format!("{}: {value}", quoted(key)),
        [key, rest @ ..] => format!("{}: {{{}}}", quoted(key), flow(rest, value)),
    }
}
