//! A page of lines under construction: wrapping, the cursor, and what has to stay in sight.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::shown::shown;

/// In panes of so few lines, none is given away to say how many are below.
pub(super) const LEAST_COUNTED: usize = 3;

/// Lines to draw.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line<'static>>,
    /// The column and line of the cursor.
    pub(super) cursor: Option<(usize, usize)>,
    /// The last line that has to be in sight.
    pub(super) keep: usize,
    /// How far the user scrolled down.
    pub(super) scroll: usize,
    width: usize,
}

impl Page {
    pub(super) fn new(width: usize) -> Self {
        Page { width, ..Page::default() }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    pub(super) fn push(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    /// One line, cut to the width.
    pub(super) fn line(&mut self, text: &str, style: Style) {
        self.lines.push(Line::styled(cut(text, self.width), style));
    }

    /// A text over several lines, each after the first indented.
    pub(super) fn wrapped(&mut self, first: &str, text: &str, sign: Style, style: Style) {
        let indent = first.width();
        for (at, line) in wrap(text, self.width.saturating_sub(indent)).into_iter().enumerate() {
            let head = if at == 0 { first.to_owned() } else { " ".repeat(indent) };
            self.push(vec![Span::styled(head, sign), Span::styled(line, style)]);
        }
    }

    /// Keeps everything up to here in sight.
    pub(super) fn keep_here(&mut self) {
        self.keep = self.lines.len().saturating_sub(1);
    }

    /// The first line to draw, so that the kept one is in sight, above the one that counts the rest.
    pub(super) fn first_line(&self, height: usize) -> usize {
        let most = self.lines.len().saturating_sub(height);
        let counted = usize::from(height > LEAST_COUNTED && self.keep + 1 < self.lines.len());
        (self.keep + 1 + counted).saturating_sub(height).max(self.scroll).min(most)
    }
}

/// The text on one line of this width, harmless, with an ellipsis if it is longer.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = shown(text).replace('\n', " ");
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let next = used + c.width().unwrap_or(0);
        if next >= width {
            break;
        }
        used = next;
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// The end of a text, for values that differ there; harmless, with an ellipsis if it is longer.
pub(super) fn cut_front(text: &str, width: usize) -> String {
    let text = shown(text).replace('\n', " ");
    if text.width() <= width {
        return text;
    }
    let reversed: String = text.chars().rev().collect();
    cut(&reversed, width).chars().rev().collect()
}

/// The text in lines of this width, broken at blanks where there are any.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(4);
    let mut lines = Vec::new();
    for paragraph in shown(text).split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            while line.width() > width {
                let rest = split_off(&mut line, width);
                lines.push(std::mem::replace(&mut line, rest));
            }
        }
        lines.push(line);
    }
    lines
}

/// The text in pieces of this width, broken anywhere; harmless, and at least one.
pub(super) fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut rest = shown(text).replace('\n', " ");
    let mut pieces = Vec::new();
    while rest.width() > width.max(1) {
        let next = split_off(&mut rest, width.max(1));
        pieces.push(std::mem::replace(&mut rest, next));
    }
    pieces.push(rest);
    pieces
}

/// Cuts a line that is too wide, and returns the rest.
fn split_off(line: &mut String, width: usize) -> String {
    let mut used = 0;
    let cut = line.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > width
    });
    let at =
        cut.map_or(line.len(), |(at, _)| at).max(line.chars().next().map_or(0, char::len_utf8));
    line.split_off(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("a\u{1b}[0mb", 12), "a\\u{1b}[0mb");
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }
}
