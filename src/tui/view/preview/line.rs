//! A line of the preview: its mark, its colours, and what was searched in it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::page::{cut, pieces, wrap};
use super::yaml;
use crate::plan::Verb;
use crate::tui::theme::Theme;
use crate::wizard::{Mark, PreviewLine, PreviewMode, PreviewPage, Search, Wizard};

/// Columns of the mark.
const MARK: usize = 2;

/// How lines are drawn.
pub(super) struct Look<'a> {
    theme: &'a Theme,
    width: usize,
    /// In a file that is all new, marks would say nothing.
    marks: bool,
    wraps: bool,
    /// Whether it is a text for people, not a manifest.
    is_prose: bool,
    search: Option<Search<'a>>,
}

impl<'a> Look<'a> {
    /// How the lines of a page look in a preview of this width.
    pub(super) fn of(
        wizard: &'a Wizard,
        page: PreviewPage<'_>,
        theme: &'a Theme,
        width: usize,
    ) -> Self {
        let is_new = matches!(page, PreviewPage::File(file) if file.verb == Verb::Create);
        Look {
            theme,
            width: width.saturating_sub(MARK),
            marks: wizard.preview_mode() == PreviewMode::Diff || !is_new,
            wraps: wizard.preview_wraps(),
            is_prose: match page {
                PreviewPage::Reach(_) => true,
                PreviewPage::Sheet(sheet) => sheet.is_prose,
                PreviewPage::File(_) => false,
            },
            search: wizard.preview_search(),
        }
    }

    /// The text of a line in as many rows as it takes.
    pub(super) fn rows(&self, line: &PreviewLine) -> Vec<String> {
        if self.is_prose {
            return hanging(&line.text, self.width);
        }
        if self.wraps { pieces(&line.text, self.width) } else { vec![cut(&line.text, self.width)] }
    }

    /// The rows of a line, with its mark and colours.
    pub(super) fn rows_marked(&self, at: usize, line: &PreviewLine) -> Vec<Line<'static>> {
        let (mark, style) = match line.mark {
            Mark::Added if self.marks => ("+", self.theme.ok),
            Mark::Removed => ("-", self.theme.no),
            Mark::Sign(sign) => self.theme.sign(sign),
            _ => (" ", Style::new()),
        };
        let mark = format!("{mark} ");
        let is_found = self.search.is_some_and(|search| search.found == Some(at));
        let rows = self.rows(line).into_iter().enumerate().map(|(row, text)| {
            let mark = if row == 0 { mark.clone() } else { "  ".to_owned() };
            let spans = if line.mark == Mark::Removed || self.is_prose {
                let style = if self.is_prose { Style::new() } else { style };
                vec![Span::styled(text, style)]
            } else {
                yaml::spans(&text, self.theme)
            };
            let mut all = vec![Span::styled(mark, style)];
            all.extend(self.with_hits(spans, is_found));
            Line::from(all)
        });
        rows.collect()
    }

    /// Marks what was searched: reversed in the line that was found last, underlined elsewhere.
    fn with_hits(&self, spans: Vec<Span<'static>>, is_found: bool) -> Vec<Span<'static>> {
        let Some(search) = self.search else {
            return spans;
        };
        let text: String = spans.iter().map(|span| span.content.as_ref()).collect();
        let hits = hits(&text, search.text);
        if hits.is_empty() {
            return spans;
        }
        let style = if is_found { self.theme.selected } else { self.theme.hit };
        let is_hit = |at: usize| hits.iter().any(|(from, to)| (*from..*to).contains(&at));
        let mut out: Vec<Span<'static>> = Vec::new();
        let mut at = 0;
        for span in spans {
            let mut rest = span.content.as_ref();
            while let Some(c) = rest.chars().next() {
                let inside = is_hit(at);
                let same = rest
                    .char_indices()
                    .find(|(offset, _)| is_hit(at + offset) != inside)
                    .map_or(rest.len(), |(offset, _)| offset.max(c.len_utf8()));
                let own = if inside { span.style.patch(style) } else { span.style };
                out.push(Span::styled(rest[..same].to_owned(), own));
                at += same;
                rest = &rest[same..];
            }
        }
        out
    }
}

/// The text in lines that begin where it begins.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let pad = " ".repeat(indent.min(width / 2));
    let lines = wrap(text.trim_start(), width.saturating_sub(pad.len()));
    lines.into_iter().map(|line| format!("{pad}{line}")).collect()
}

/// Where a text stands in a line, in any case of letters, in bytes.
fn hits(line: &str, wanted: &str) -> Vec<(usize, usize)> {
    let (lower, wanted) = (line.to_lowercase(), wanted.to_lowercase());
    // A letter that is longer in lower case moves everything after it: then nothing is marked.
    if lower.len() != line.len() || wanted.is_empty() {
        return Vec::new();
    }
    let hits = lower.match_indices(&wanted).map(|(at, hit)| (at, at + hit.len()));
    hits.filter(|(from, to)| line.is_char_boundary(*from) && line.is_char_boundary(*to)).collect()
}
