//! Writes a tree as a pattern of Rust's engine and runs it.

use std::fmt::Write as _;

use regex::bytes::RegexBuilder;

use super::set::Set;
use super::tree::{Count, Edge, Node, Tree};

/// Whether a tree matches somewhere in a text; `None` if the engine can't take it.
pub(super) fn is_match(tree: &Tree, text: &str) -> Option<bool> {
    let mut pattern = String::new();
    write(&tree.node, &mut pattern);
    let engine = RegexBuilder::new(&pattern).build().ok()?;
    Some(engine.is_match(text.as_bytes()))
}

fn write(node: &Node, out: &mut String) {
    match node {
        Node::Empty => {}
        Node::One(set) => write_set(set, out),
        Node::Edge(edge) => out.push_str(written(*edge)),
        Node::Repeat { node, count } => {
            write_grouped(node, out);
            write_count(*count, out);
        }
        Node::Concat(nodes) => {
            for node in nodes {
                match node {
                    Node::Alternate(_) => write_grouped(node, out),
                    node => write(node, out),
                }
            }
        }
        Node::Alternate(nodes) => {
            for (at, node) in nodes.iter().enumerate() {
                out.push_str(if at > 0 { "|" } else { "" });
                write(node, out);
            }
        }
    }
}

fn write_grouped(node: &Node, out: &mut String) {
    if let Node::One(set) = node {
        return write_set(set, out);
    }
    out.push_str("(?:");
    write(node, out);
    out.push(')');
}

fn write_count(count: Count, out: &mut String) {
    // Writing into a string can't fail.
    let _ = match count.max {
        Some(max) => write!(out, "{{{},{max}}}", count.min),
        None => write!(out, "{{{},}}", count.min),
    };
}

fn written(edge: Edge) -> &'static str {
    match edge {
        Edge::TextStart => r"\A",
        Edge::TextEnd => r"\z",
        Edge::LineStart => "(?m:^)",
        Edge::LineEnd => "(?m:$)",
        // Words are ASCII to Go.
        Edge::Word => r"(?-u:\b)",
        Edge::NoWord => r"(?-u:\B)",
    }
}

/// A set, without the surrogates, which no text has.
fn write_set(set: &Set, out: &mut String) {
    let ranges = set.ranges();
    let parts: Vec<(u32, u32)> = ranges
        .iter()
        .flat_map(|&(low, high)| [(low, high.min(0xd7ff)), (low.max(0xe000), high)])
        .filter(|(low, high)| low <= high)
        .collect();
    if parts.is_empty() {
        return out.push_str("[a&&b]");
    }
    out.push('[');
    for (low, high) in parts {
        let _ = write!(out, r"\x{{{low:x}}}-\x{{{high:x}}}");
    }
    out.push(']');
}
