//! New items in brackets, and new keys in braces.

use super::Splice;
use super::find::Document;
use super::lines::{column_of, last_content, line_end_after, line_start};
use super::list::{NewItem, Way};
use crate::manifests::yaml::{Node, Scalar, Style, Value, double_quoted, quoted, scalar_text};

impl NewItem<'_, '_> {
    /// The item in flow style, with quotes round everything where the neighbours have them.
    pub(super) fn flow(&self, near: Node<'_>) -> String {
        flow(self.value, is_json(self.document.root) || near.items().next().is_some_and(is_json))
    }

    /// `[a, b]`: behind the last item, on a line of its own where the bracket has one.
    pub(super) fn in_brackets(&self, list: Node<'_>) -> Vec<Way> {
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
    pub(super) fn key_in_braces(&self, mapping: Node<'_>, key: &str) -> Way {
        let json = is_json(mapping);
        let key = if json { double_quoted(key) } else { quoted(key) };
        let entry = format!("{key}: [{}]", flow(self.value, json));
        entry_in_braces(self.document, mapping, &entry)
    }
}

/// An entry behind the last one of a mapping in braces.
pub(super) fn entry_in_braces(document: &Document<'_>, mapping: Node<'_>, entry: &str) -> Way {
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
