//! Lines of a text and the ends of nodes in it: where something can be put, or ends.

use crate::manifests::yaml::{Node, Style};

/// Whether one of the lines that begin behind `from` and end before `to` is blank.
pub(super) fn has_blank_line(text: &str, from: usize, to: usize) -> bool {
    let lines = &text[from..to];
    let whole = lines.rfind('\n').map_or("", |at| &lines[..=at]);
    whole.lines().skip(1).any(|line| line.trim().is_empty())
}

/// The last line of a text, its line break left out.
pub(super) fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or_default()
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

pub(super) fn column_of(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Behind the line break that ends the line.
pub(super) fn line_end_after(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// Where the first document ends: at a marker, or with the file.
pub(super) fn document_end(text: &str, from: usize) -> usize {
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
