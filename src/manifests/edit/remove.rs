//! Taking a node out: its own lines go, and the comments round it stay.

use std::iter::once;
use std::ops::Range;

use super::dashes::{Dashes, dash_of};
use super::find::{Document, Found};
use super::gate::Meaning;
use super::lines::{
    column_of, is_document_marker, last_content, line_end_after, line_start, skip_blank_lines,
};
use super::{Proposal, Refusal, Splice, Step, refuse};
use crate::manifests::yaml::{Node, Value};

/// Whether a list with this value is as good as absent.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Scalar(scalar) => *scalar == crate::manifests::yaml::Scalar::Null,
        Value::List(items) => items.is_empty(),
        Value::Map(_) => false,
    }
}

/// The ways to take out the node at the end of `at`.
pub(super) fn remove(document: &Document<'_>, at: &[Step]) -> Result<Vec<Proposal>, Refusal> {
    let found = document.find(at)?;
    let Some(parent) = found.parent else {
        return refuse("the whole document can't be taken out", None);
    };
    let ranges = if parent.is_flow() {
        let whole = match found.entry {
            Some(entry) => {
                entry.key.span().start..last_content(found.node).max(entry.key.span().end)
            }
            None => found.node.span(),
        };
        vec![with_comma(document.text(), whole)]
    } else {
        match found.entry {
            Some(entry) => entry_lines(document, entry.key, found.node)?,
            None => item_lines(document, parent, &found)?,
        }
    };
    let text = document.text();
    let apart = if parent.is_flow() {
        ranges.clone()
    } else {
        with_blank_lines_above(text, &ranges, is_last_item(parent, &found))
    };
    let mut ways = vec![
        without_last_break(text, &apart),
        without_last_break(text, &ranges),
        ranges.clone(),
        with_blank_lines(text, ranges),
    ];
    ways.dedup();
    let proposal =
        |way: Vec<Range<usize>>| (way.into_iter().map(Splice::remove).collect(), Meaning::Remove);
    Ok(ways.into_iter().map(proposal).collect())
}

/// A part of a flow collection with the comma that it has or that stands before it.
fn with_comma(text: &str, part: Range<usize>) -> Range<usize> {
    let behind = &text[part.end..];
    let blanks = behind.len() - behind.trim_start().len();
    if behind[blanks..].starts_with(',') {
        let comma = part.end + blanks + 1;
        let more = text[comma..].len() - text[comma..].trim_start_matches(' ').len();
        return part.start..comma + more;
    }
    let before = text[..part.start].trim_end();
    match before.strip_suffix(',') {
        Some(rest) => rest.len()..part.end,
        None => part,
    }
}

fn item_lines(
    document: &Document<'_>,
    list: Node<'_>,
    found: &Found<'_>,
) -> Result<Vec<Range<usize>>, Refusal> {
    let text = document.text();
    let own = dash_of(found.node);
    let is_usual = |dash: &usize| {
        Dashes::of(list).is_some_and(|dashes| column_of(text, *dash) == dashes.column)
    };
    let Some(dash) = own.filter(is_usual) else {
        return refuse("a list that is written in an unusual way", Some(found.place()));
    };
    let line = line_start(text, dash);
    let end = line_end_after(text, last_content(found.node));
    Ok(once(line..end).collect())
}

/// A text without a final line break does not get one when its last lines go.
fn without_last_break(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut ranges = ranges.to_vec();
    let last = ranges.last_mut().filter(|last| last.end == text.len() && !text.ends_with('\n'));
    if let Some(last) = last {
        last.start = text[..last.start].trim_end_matches('\n').trim_end_matches('\r').len();
    }
    ranges
}

/// Whether nothing of a list follows.
fn is_last_item(parent: Node<'_>, found: &Found<'_>) -> bool {
    parent.items().next_back().is_some_and(|last| last.span() == found.node.span())
}

/// With the blank lines that set it apart from what stands above, where they would be left over:
/// at the end of a list or of the file, and above other blank lines.
fn with_blank_lines_above(
    text: &str,
    ranges: &[Range<usize>],
    is_last_item: bool,
) -> Vec<Range<usize>> {
    let mut ranges = ranges.to_vec();
    if let [lines] = &mut ranges[..] {
        let next = text[lines.end..].lines().next();
        let is_left_over = |line: &str| line.trim().is_empty() || is_document_marker(line);
        if is_last_item || next.is_none_or(is_left_over) {
            lines.start = above_blank_lines(text, lines.start);
        }
    }
    ranges
}

/// Where the blank lines above the line at `at` begin.
fn above_blank_lines(text: &str, mut at: usize) -> usize {
    while let Some(above) = text[..at].strip_suffix('\n') {
        let line = above.rfind('\n').map_or(0, |at| at + 1);
        if !above[line..].trim().is_empty() {
            break;
        }
        at = line;
    }
    at
}

/// With the blank lines behind, which a text above that keeps its own (`|+`) would take in.
fn with_blank_lines(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if let Some(last) = ranges.last_mut().filter(|last| text[..last.end].ends_with('\n')) {
        last.end = skip_blank_lines(text, last.end);
    }
    ranges
}

/// A key with its value. Comments between the key and the first line of the value stay.
fn entry_lines(
    document: &Document<'_>,
    key: Node<'_>,
    value: Node<'_>,
) -> Result<Vec<Range<usize>>, Refusal> {
    let text = document.text();
    let key_span = key.span();
    let line = text[..key_span.start].rfind('\n').map_or(0, |at| at + 1);
    if !text[line..key_span.start].trim_matches(' ').is_empty() {
        return refuse("a key that does not begin its line", Some(key.place()));
    }
    let key_line_end = line_end_after(text, key_span.end);
    let end = line_end_after(text, last_content(value).max(key_span.end));
    let first = value.span().start;
    if first <= key_line_end || !text[key_line_end..first].contains('#') {
        return Ok(once(line..end).collect());
    }
    let mut ranges: Vec<Range<usize>> = once(line..key_line_end).collect();
    let mut at = key_line_end;
    for below in text[key_line_end.min(end)..end].split_inclusive('\n') {
        let is_comment = below.trim_start().starts_with('#') && at < first;
        let line = at..at + below.len();
        match ranges.last_mut() {
            _ if is_comment => {}
            Some(above) if above.end == line.start => above.end = line.end,
            _ => ranges.push(line),
        }
        at += below.len();
    }
    Ok(ranges)
}
