//! A line of the preview: its mark, its colours, and what was searched in it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::page::{cut, pieces};
use super::yaml;
use crate::plan::{DiffLine, LineKind, Verb};
use crate::tui::theme::Theme;
use crate::wizard::{PreviewMode, Search, Wizard};

/// Columns of the mark.
const MARK: usize = 2;

/// How lines are drawn.
pub(super) struct Look<'a> {
    theme: &'a Theme,
    width: usize,
    /// In a file that is all new, marks would say nothing.
    marks: bool,
    wraps: bool,
    search: Option<Search<'a>>,
}

impl<'a> Look<'a> {
    /// How the lines of a file of this verb look in a preview of this width.
    pub(super) fn of(wizard: &'a Wizard, verb: Verb, theme: &'a Theme, width: usize) -> Self {
        Look {
            theme,
            width: width.saturating_sub(MARK),
            marks: wizard.preview_mode() == PreviewMode::Diff || verb != Verb::Create,
            wraps: wizard.preview_wraps(),
            search: wizard.preview_search(),
        }
    }

    /// The text of a line in as many rows as it takes.
    pub(super) fn rows(&self, line: &DiffLine) -> Vec<String> {
        if self.wraps { pieces(&line.text, self.width) } else { vec![cut(&line.text, self.width)] }
    }

    /// The rows of a line, with its mark and colours.
    pub(super) fn rows_marked(&self, at: usize, line: &DiffLine) -> Vec<Line<'static>> {
        let (mark, style) = match line.kind {
            LineKind::Added if self.marks => ("+ ", self.theme.ok),
            LineKind::Removed => ("- ", self.theme.no),
            _ => ("  ", Style::new()),
        };
        let is_found = self.search.is_some_and(|search| search.found == Some(at));
        let rows = self.rows(line).into_iter().enumerate().map(|(row, text)| {
            let mark = if row == 0 { mark } else { "  " };
            let spans = if line.kind == LineKind::Removed {
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
