//! Adding to a kustomization that people wrote: whole lines are inserted, and no line is changed.
//!
//! Every YAML editor that was measured gives a wrong value somewhere, so each edit passes a gate:
//! the new text, read again, must mean exactly the old text plus the addition, and every old line
//! must still be there in order. A placement that fails the gate is dropped for the next one; if
//! all fail, nothing is edited and the caller shows a snippet to paste.

use thiserror::Error;

use super::source::SourceText;
use super::yaml::{Node, Place, Style, Value, Yaml, quoted};

/// What to add.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addition {
    /// New items of `resources:`.
    pub resources: Vec<String>,
    /// A new entry of `patches:`, not indented, with its final line break.
    pub patch: Option<String>,
}

/// Why a file is not edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The reason, lower case, one line.
    pub reason: String,
    /// The place it is about.
    pub place: Option<Place>,
}

fn refuse<T>(reason: impl Into<String>, place: Option<Place>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), place })
}

/// The text with the addition.
///
/// # Errors
/// A shape that can't be edited without risk.
pub fn add(source: &SourceText, addition: &Addition) -> Result<SourceText, Refusal> {
    let mut text = source.text().to_owned();
    let resources = (!addition.resources.is_empty()).then_some("resources");
    let patches = addition.patch.is_some().then_some("patches");
    for key in resources.into_iter().chain(patches) {
        check_list(&text, key)?;
    }
    for resource in &addition.resources {
        text = add_item(&text, "resources", &format!("- {}\n", quoted(resource)))?;
    }
    if let Some(patch) = &addition.patch {
        text = add_item(&text, "patches", patch)?;
    }
    Ok(source.with_text(text))
}

/// Refuses a list that can't be added to. Asked of every list before the first edit, so that the
/// places in refusals are those of the file as it is.
fn check_list(text: &str, key: &str) -> Result<(), Refusal> {
    let yaml = parse(text)?;
    List::find(&yaml, simple_root(&yaml)?, key).map(drop)
}

fn parse(text: &str) -> Result<Yaml, Refusal> {
    Yaml::parse(text)
        .map_err(|error| Refusal { reason: error.message.clone(), place: Some(error.place) })
}

/// Adds one rendered item to the list at a root key, or the key with it.
fn add_item(text: &str, key: &str, item: &str) -> Result<String, Refusal> {
    let yaml = parse(text)?;
    let root = simple_root(&yaml)?;
    let list = List::find(&yaml, root, key)?;
    let expected = list.expected(root, key, item)?;
    for at in list.placements(text) {
        let edited = insert_lines(text, at, &list.lines(key, item));
        if gate(text, &edited, &expected) {
            return Ok(edited);
        }
    }
    refuse(format!("no place in `{key}` keeps the rest of the file as it is"), Some(root.place()))
}

/// The root mapping of a file in the simple shape: one document, block style, no anchors, no
/// duplicate keys, nothing before column 1.
fn simple_root(yaml: &Yaml) -> Result<Node<'_>, Refusal> {
    let Some(root) = yaml.root() else {
        return refuse("the file is empty", None);
    };
    if yaml.documents().len() > 1 {
        let second = yaml.documents().nth(1).map(Node::place);
        return refuse("two documents: kustomize ignores the second", second);
    }
    if !root.is_mapping() || root.is_flow() {
        return refuse("not a mapping in block style", Some(root.place()));
    }
    if root.place().column != 1 {
        return refuse("the whole file is indented", Some(root.place()));
    }
    if let Some(key) = root.duplicate_keys().first() {
        let name = key.text().unwrap_or_default();
        let reason = format!("`{name}` is there twice, and kustomize drops the first one");
        return refuse(reason, Some(key.place()));
    }
    if yaml.has_anchors() {
        return refuse("anchors or aliases: a change could show in two places", Some(root.place()));
    }
    Ok(root)
}

/// A list at a root key, or the place where one goes.
struct List<'y> {
    existing: Option<Node<'y>>,
    /// How far its dashes are indented.
    indent: usize,
    line_end: &'static str,
}

impl<'y> List<'y> {
    fn find(yaml: &'y Yaml, root: Node<'y>, key: &str) -> Result<Self, Refusal> {
        let line_end = if yaml.text().contains("\r\n") { "\r\n" } else { "\n" };
        if let Some(other) = spelt_otherwise(root, key) {
            let reason = format!("`{}` is how `{key}` is spelt here", other.text().unwrap_or(""));
            return refuse(reason, Some(other.place()));
        }
        let Some(entry) = root.entry(key) else {
            return Ok(List { existing: None, indent: usual_indent(root), line_end });
        };
        let list = entry.value;
        let place = Some(entry.key.place());
        if list.is_flow() {
            return refuse(format!("`{key}` is a list in brackets"), place);
        }
        if !list.is_sequence() {
            return refuse(format!("`{key}` is no list, or an empty one"), place);
        }
        match dash_column(list) {
            Some(indent) => Ok(List { existing: Some(list), indent, line_end }),
            None => refuse(format!("`{key}` is written in an unusual way"), place),
        }
    }

    /// The lines to insert.
    fn lines(&self, key: &str, item: &str) -> String {
        let pad = " ".repeat(self.indent);
        let mut lines = String::new();
        if self.existing.is_none() {
            lines.push_str(&format!("{key}:{}", self.line_end));
        }
        for line in item.lines() {
            let pad = if line.is_empty() { "" } else { &pad };
            lines.push_str(&format!("{pad}{line}{}", self.line_end));
        }
        lines
    }

    /// What the file means afterwards.
    fn expected(&self, root: Node<'y>, key: &str, item: &str) -> Result<Value, Refusal> {
        let too_large = || Refusal { reason: "too large to be edited".to_owned(), place: None };
        let read = |text: &str| Yaml::parse(text).ok().and_then(|y| Value::of(y.root()?));
        let Some(Value::List(new)) = read(item) else {
            return Err(too_large());
        };
        let Some(Value::Map(mut entries)) = Value::of(root) else {
            return Err(too_large());
        };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, Value::List(items))) => items.extend(new),
            _ => entries.push((key.to_owned(), Value::List(new))),
        }
        Ok(Value::Map(entries))
    }

    /// Byte offsets where the lines may go, best first: right behind the last item; behind the
    /// comments that follow it; at the end of the file for a new key.
    fn placements(&self, text: &str) -> Vec<usize> {
        let Some(list) = self.existing else {
            return vec![text.len()];
        };
        let Some(last) = list.items().next_back() else {
            return Vec::new();
        };
        let behind = line_end_after(text, last_content(last));
        let after_comments = skip_comments(text, behind, self.indent);
        if after_comments == behind { vec![behind] } else { vec![behind, after_comments] }
    }
}

/// Keys that kustomize reads without regard to case (`Patches:`).
fn spelt_otherwise<'y>(root: Node<'y>, key: &str) -> Option<Node<'y>> {
    let same = |text: &str| text != key && text.eq_ignore_ascii_case(key);
    root.entries().map(|entry| entry.key).find(|node| node.text().is_some_and(same))
}

/// The indentation of the file's other lists, or two.
fn usual_indent(root: Node<'_>) -> usize {
    let mut lists =
        root.entries().map(|entry| entry.value).filter(|v| v.is_sequence() && !v.is_flow());
    lists.find_map(dash_column).unwrap_or(2)
}

/// The column (from 0) of the dashes, if each item begins on the line of its dash.
fn dash_column(list: Node<'_>) -> Option<usize> {
    let text = list.yaml().text();
    let first = list.items().next()?;
    let at = first.span().start;
    let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..at];
    let blanks = before.len() - before.trim_start_matches(' ').len();
    let rest = &before[blanks..];
    let is_dash = rest.starts_with('-') && rest[1..].chars().all(|c| c == ' ');
    is_dash.then_some(blanks)
}

/// The offset of the last byte that belongs to a node's content.
fn last_content(node: Node<'_>) -> usize {
    let span = node.span();
    let last_leaf = deepest_last(node);
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
    let child = node.items().next_back().or_else(|| node.entries().next_back().map(|e| e.value));
    child.map_or(node, deepest_last)
}

fn line_end_after(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// Moves behind the comment lines that are indented at least as far as the list.
fn skip_comments(text: &str, mut at: usize, indent: usize) -> usize {
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

/// Puts whole lines in; a last line without a line break gets one first.
fn insert_lines(text: &str, at: usize, lines: &str) -> String {
    let (head, tail) = text.split_at(at);
    let needs_break = !head.is_empty() && !head.ends_with('\n');
    let line_break = if lines.ends_with("\r\n") { "\r\n" } else { "\n" };
    format!("{head}{}{lines}{tail}", if needs_break { line_break } else { "" })
}

/// Whether the edit did what it should and nothing else.
fn gate(before: &str, after: &str, expected: &Value) -> bool {
    let Ok(yaml) = Yaml::parse(after) else {
        return false;
    };
    let reads_right =
        yaml.documents().len() == 1 && yaml.root().and_then(Value::of).as_ref() == Some(expected);
    reads_right && keeps_lines(before, after)
}

/// Whether every old line is still there, in order and with its own line end.
fn keeps_lines(before: &str, after: &str) -> bool {
    let mut new = after.split_inclusive('\n');
    let same = |old: &str, new: &str| {
        old == new || (!old.ends_with('\n') && new.trim_end_matches(['\r', '\n']) == old)
    };
    before.split_inclusive('\n').all(|old| new.any(|line| same(old, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "- target:\n    kind: Namespace\n  patch: |-\n    - op: add\n      path: /x\n      value: 'v'\n";

    fn added(text: &str) -> Result<String, Refusal> {
        let source = SourceText::decode(text.as_bytes().to_vec()).expect("UTF-8");
        let addition =
            Addition { resources: vec!["cnp.x.yaml".into()], patch: Some(PATCH.to_owned()) };
        add(&source, &addition).map(|source| source.text().to_owned())
    }

    #[test]
    fn a_skeleton_gets_two_additions_and_keeps_its_comments() {
        let text = "# head\nnamespace: x # tail\nresources:\n  - ../../defaults # shared\n  # end of list\n# end\n";
        let expected = format!(
            "# head\nnamespace: x # tail\nresources:\n  - ../../defaults # shared\n  - cnp.x.yaml\n  # end of list\n# end\npatches:\n{}",
            PATCH.lines().map(|l| format!("  {l}\n")).collect::<String>()
        );
        assert_eq!(added(text).unwrap(), expected);
    }

    #[test]
    fn indentation_line_ends_and_a_missing_final_line_break_are_kept() {
        let zero = added("resources:\n- a\npatches:\n- path: p.yaml").unwrap();
        assert!(
            zero.starts_with("resources:\n- a\n- cnp.x.yaml\npatches:\n- path: p.yaml\n- target:")
        );
        let four = added("resources:\n    - a\n").unwrap();
        assert!(four.contains("    - a\n    - cnp.x.yaml\npatches:\n    - target:\n        kind"));
        let crlf = added("resources:\r\n  - a\r\n").unwrap();
        assert_eq!(crlf.matches('\n').count(), crlf.matches("\r\n").count());
    }

    /// The new block scalar would take the old comment into its text (dependencies.md, 2.3).
    #[test]
    fn a_comment_behind_the_last_patch_stays_a_comment() {
        let text = "resources:\n  - a\npatches:\n  - patch: |-\n      - op: x\n    target:\n      kind: Y\n        # deep comment\nlabels: []\n";
        let text = added(text).unwrap();
        let yaml = Yaml::parse(&text).unwrap();
        let patches: Vec<_> = yaml.root().unwrap().get("patches").unwrap().items().collect();
        assert!(patches[1].get("patch").unwrap().text().unwrap().ends_with("value: 'v'"));
        assert!(text.contains("        # deep comment\n"));
    }

    #[test]
    fn other_shapes_are_refused_with_a_reason() {
        for (text, word) in [
            ("", "empty"),
            ("resources: [a]\n", "brackets"),
            ("resources:\n", "no list"),
            ("resources: &r\n  - a\n", "anchors"),
            ("resources:\n  - a\nresources:\n  - b\n", "twice"),
            ("resources:\n  - a\n---\nx: y\n", "two documents"),
            ("Resources:\n  - a\n", "spelt"),
            ("  resources:\n    - a\n", "indented"),
            ("{resources: [a]}\n", "block style"),
            ("resources:\n  - a\n  bad\n: x", ""),
            ("resources:\n  - a\n...\n", "no place"),
        ] {
            let refusal = added(text).expect_err(text);
            assert!(refusal.reason.contains(word), "{text:?}: {}", refusal.reason);
        }
    }
}
