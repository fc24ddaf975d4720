//! Where each character of a scalar's decoded text stands in the file: the way from a change in
//! the text that kustomize reads to the bytes that people wrote.
//!
//! The map decodes the scalar a second time, character by character, and is only trusted if that
//! gives the very text of the parser.

use std::ops::Range;

use crate::manifests::yaml::{Node, Place, Style, double_quoted};

use super::splice::Splice;

/// Where a character of a scalar's decoded text stands in its file; `None` if the scalar is written
/// in a way that is not understood here.
pub fn place_inside(scalar: Node<'_>, offset: usize) -> Option<Place> {
    let map = ScalarMap::of(scalar)?;
    Some(scalar.yaml().place(map.start_of(offset)))
}

/// The map of one scalar.
#[derive(Debug)]
pub(super) struct ScalarMap {
    style: Style,
    /// The indentation of a block scalar's lines.
    indent: usize,
    line_end: &'static str,
    /// Per byte of the decoded text, the bytes of the file that its character is written with.
    written: Vec<Range<usize>>,
    decoded: String,
    /// The scalar in the file, without its quotes.
    body: Range<usize>,
}

impl ScalarMap {
    /// The map of a scalar; `None` if it is written in a way that is not understood here.
    pub(super) fn of(node: Node<'_>) -> Option<Self> {
        let text = node.yaml().text();
        let (style, decoded) = (node.style()?, node.text()?);
        let span = node.span();
        let (characters, indent, body) = match style {
            Style::Literal | Style::Folded => {
                let lines = block_lines(text, &span, decoded)?;
                let body = lines.first.start..lines.last.end;
                (decode_block(text, &lines, style), lines.indent, body)
            }
            _ => {
                let quotes = usize::from(style != Style::Plain);
                let body = span.start + quotes..span.end.checked_sub(quotes)?;
                (decode_flow(text, body.clone(), style)?, 0, body)
            }
        };
        let mut written = Vec::with_capacity(decoded.len());
        let mut again = String::with_capacity(decoded.len());
        for (c, range) in characters {
            // How many final line breaks a block scalar keeps is its header's matter.
            if again.len() == decoded.len() {
                break;
            }
            again.push(c);
            written.extend(std::iter::repeat_n(range, c.len_utf8()));
        }
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let decoded = decoded.to_owned();
        (again == decoded).then_some(ScalarMap { style, indent, line_end, written, decoded, body })
    }

    /// The change in the file that makes a change in the decoded text.
    pub(super) fn splice(&self, change: &Splice) -> Splice {
        let Range { start, end } = change.range.clone();
        let is_block = matches!(self.style, Style::Literal | Style::Folded);
        let at_line_start = start == 0 || self.decoded[..start].ends_with('\n');
        let range = if start == end {
            let at = if start > 0 && !at_line_start {
                self.end_of(start - 1)
            } else {
                self.start_of(start)
            };
            at..at
        } else if is_block && end < self.decoded.len() {
            // A line break goes with the indentation behind it.
            self.start_of(start)..self.start_of(end)
        } else {
            self.start_of(start)..self.end_of(end - 1)
        };
        let takes_lines = at_line_start && self.decoded[..end].ends_with('\n');
        if is_block && takes_lines && change.with.is_empty() {
            // Whole lines go with their indentation.
            let lines = range.start.saturating_sub(self.indent)..self.end_of(end - 1);
            return Splice::remove(lines);
        }
        Splice { range, with: self.encode(&change.with) }
    }

    fn start_of(&self, at: usize) -> usize {
        self.written.get(at).map_or(self.body.end, |range| range.start)
    }

    fn end_of(&self, at: usize) -> usize {
        self.written.get(at).map_or(self.body.end, |range| range.end)
    }

    /// Text as it is written in a scalar of this style.
    fn encode(&self, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::SingleQuoted => text.replace('\'', "''"),
            Style::DoubleQuoted => {
                let quoted = double_quoted(text);
                quoted[1..quoted.len() - 1].to_owned()
            }
            Style::Literal | Style::Folded => {
                text.replace('\n', &format!("{}{}", self.line_end, " ".repeat(self.indent)))
            }
        }
    }
}

type Characters = Vec<(char, Range<usize>)>;

/// The lines of a block scalar.
struct BlockLines {
    indent: usize,
    /// Each line without its line end, and where the line end is over.
    all: Vec<(Range<usize>, usize)>,
    first: Range<usize>,
    last: Range<usize>,
}

fn block_lines(text: &str, span: &Range<usize>, decoded: &str) -> Option<BlockLines> {
    let start = first_line(text, span.start);
    let mut all = Vec::new();
    let mut at = start;
    for line in text.get(start..span.end)?.split_inclusive('\n') {
        let content = line.trim_end_matches('\n').trim_end_matches('\r');
        all.push((at..at + content.len(), at + line.len()));
        at += line.len();
    }
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_blank = |line: &str| line.trim_matches(' ').is_empty();
    let written = all.iter().map(|(range, _)| &text[range.clone()]).find(|line| !is_blank(line))?;
    let meant = decoded.split('\n').find(|line| !is_blank(line))?;
    let indent = indent_of(written).checked_sub(indent_of(meant))?;
    let (first, last) = (all.first()?.0.clone(), all.last()?.0.clone());
    Some(BlockLines { indent, all, first, last })
}

/// Where the content of a block scalar begins: its span leaves out blank lines before the text.
fn first_line(text: &str, at: usize) -> usize {
    let mut start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    while let Some(above) = text[..start].strip_suffix('\n') {
        let line = above.rfind('\n').map_or(0, |at| at + 1);
        if !above[line..].trim().is_empty() {
            break;
        }
        start = line;
    }
    start
}

fn decode_block(text: &str, lines: &BlockLines, style: Style) -> Characters {
    let mut out = Characters::new();
    let content = |range: &Range<usize>| {
        let line = &text[range.clone()];
        let skip = lines.indent.min(line.len() - line.trim_start_matches(' ').len());
        range.start + skip..range.end
    };
    let is_text =
        |range: &Range<usize>| text[content(range)].starts_with(|c: char| !matches!(c, ' ' | '\t'));
    let mut seen_text = false;
    for (at, (range, line_end)) in lines.all.iter().enumerate() {
        let inner = content(range);
        out.extend(characters(text, inner.clone()));
        let next = lines.all[at + 1..].iter().map(|(next, _)| next);
        let following = next.clone().find(|next| !content(next).is_empty());
        let break_at = inner.end..*line_end;
        let folds = style == Style::Folded && following.is_some_and(&is_text);
        let is_blank = inner.is_empty();
        seen_text = if is_blank { seen_text } else { is_text(range) };
        if !folds || !seen_text || is_blank {
            out.push(('\n', break_at));
        } else if next.clone().next().is_some_and(|next| !content(next).is_empty()) {
            out.push((' ', break_at));
        }
    }
    out
}

fn characters(text: &str, range: Range<usize>) -> impl Iterator<Item = (char, Range<usize>)> {
    let start = range.start;
    text[range].char_indices().map(move |(at, c)| (c, start + at..start + at + c.len_utf8()))
}

/// Decodes a plain or quoted scalar: line breaks fold, quotes and escapes are undone.
fn decode_flow(text: &str, body: Range<usize>, style: Style) -> Option<Characters> {
    let mut out = Characters::new();
    // Blanks that were written with an escape do not fold away.
    let mut kept = 0;
    let mut at = body.start;
    while at < body.end {
        let rest = &text[at..body.end];
        let c = rest.chars().next()?;
        let width = match c {
            '\n' | '\r' => fold(&mut out, kept, rest, at),
            '\'' if style == Style::SingleQuoted => {
                out.push(('\'', at..at + 2));
                2
            }
            '\\' if style == Style::DoubleQuoted => {
                let (decoded, width) = escape(rest)?;
                out.extend(decoded.map(|c| (c, at..at + width)));
                kept = out.len();
                width
            }
            c => {
                out.push((c, at..at + c.len_utf8()));
                c.len_utf8()
            }
        };
        at += width;
    }
    Some(out)
}

/// One line break is a blank, more are one break less; blanks around them go.
fn fold(out: &mut Characters, kept: usize, rest: &str, at: usize) -> usize {
    while out.len() > kept && out.last().is_some_and(|(c, _)| matches!(c, ' ' | '\t')) {
        out.pop();
    }
    let width = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let breaks = rest[..width].matches('\n').count();
    let written = at..at + width;
    match breaks {
        0 | 1 => out.push((' ', written)),
        more => out.extend(std::iter::repeat_n(('\n', written), more - 1)),
    }
    width
}

/// What an escape at the start of `rest` stands for, and how long it is.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let c = rest[1..].chars().next()?;
    let digits = match c {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\n' | '\r' => {
            let blanks =
                rest[1..].len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len();
            return Some((None, 1 + blanks));
        }
        _ => {
            let plain = match c {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                't' | '\t' => '\t',
                'n' => '\n',
                'v' => '\u{b}',
                'f' => '\u{c}',
                'r' => '\r',
                'e' => '\u{1b}',
                ' ' | '"' | '/' | '\\' => c,
                'N' => '\u{85}',
                '_' => '\u{a0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                _ => return None,
            };
            return Some((Some(plain), 1 + c.len_utf8()));
        }
    };
    let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
    Some((Some(char::from_u32(code)?), 2 + digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::yaml::Yaml;

    fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
        let yaml = Yaml::parse(text).expect(text);
        let node = yaml.root().unwrap().get("k").unwrap();
        let map = ScalarMap::of(node)?;
        let start = node.text().unwrap().find(old).expect(old);
        let change = Splice { range: start..start + old.len(), with: new.to_owned() };
        let splice = map.splice(&change);
        let mut after = text.to_owned();
        after.replace_range(splice.range, &splice.with);
        let read = Yaml::parse(&after).expect(&after);
        let expected = node.text().unwrap().replacen(old, new, 1);
        assert_eq!(read.root().unwrap().get("k").unwrap().text(), Some(&*expected), "{after}");
        Some(after)
    }

    #[test]
    fn a_change_reaches_the_bytes_of_every_style() {
        for (text, old, new, expected) in [
            ("k: abc\n", "b", "xy", "k: axyc\n"),
            ("k: 'it''s b'\n", "b", "'", "k: 'it''s '''\n"),
            ("k: \"a\\\"b\\\"\\u00e9c\"\n", "\"é", "\"\"", "k: \"a\\\"b\\\"\\\"c\"\n"),
            ("k: |\n  one\n  b\n", "b", "c", "k: |\n  one\n  c\n"),
            ("k: |2-\n    one\n  b\n", "b", "c\nd", "k: |2-\n    one\n  c\n  d\n"),
            ("k: >-\n  one\n  two\n\n  b\n", "b", "c", "k: >-\n  one\n  two\n\n  c\n"),
            ("k: >\n  one\n    more\n  b\n", "b", "c", "k: >\n  one\n    more\n  c\n"),
            ("k: 'a\n  b'\n", "b", "c", "k: 'a\n  c'\n"),
            ("k: a\n\n  b\n", "b", "c", "k: a\n\n  c\n"),
            ("k: \"a \\\n  b\"\n", "b", "c", "k: \"a \\\n  c\"\n"),
            ("k: |\r\n  one\r\n  b\r\n", "b", "c\nd", "k: |\r\n  one\r\n  c\r\n  d\r\n"),
            ("k: |\n\n  b\n", "b", "c", "k: |\n\n  c\n"),
            ("k: |+\n  a\n  b\n\n\n", "b", "c", "k: |+\n  a\n  c\n\n\n"),
            ("k: |\n  a\n  b\n  c\n", "b\n", "", "k: |\n  a\n  c\n"),
            ("k: |-\n  a\n  b", "b", "c", "k: |-\n  a\n  c"),
            ("k: >-\n  a,\n  b\n", "a, ", "", "k: >-\n  b\n"),
            ("k: |-\n  a b\n  c\n", "b\nc", "d", "k: |-\n  a d\n"),
            ("k: |-\n  a\n  b\n", "a\n", "c\nd\n", "k: |-\n  c\n  d\n  b\n"),
        ] {
            assert_eq!(replaced(text, old, new).as_deref(), Some(expected), "{text:?}");
        }
    }

    proptest::proptest! {
        /// Whatever text a scalar holds, the map gives the parser's text or none.
        #[test]
        fn double_quoted_text_maps(text in "[ -~é\\n\\t]{1,30}") {
            let written = format!("k: {}\n", double_quoted(&text));
            let yaml = Yaml::parse(&written).unwrap();
            let node = yaml.root().unwrap().get("k").unwrap();
            let map = ScalarMap::of(node).expect("understood");
            proptest::prop_assert_eq!(map.decoded, text);
        }
    }
}
