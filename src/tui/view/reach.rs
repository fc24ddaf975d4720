//! The table of what the selected pods reach: a sign and a word for each row, and the reason below
//! the rows that share it.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, cut};
use crate::domain::reach::{Reach, ReachRow, Reachable};
use crate::tui::theme::Theme;

/// The page.
pub(super) fn page(reach: &Reach, theme: &Theme, width: usize) -> Page {
    let mut page = Page::new(width);
    page.line("Reach, once this is written", theme.strong);
    page.wrapped("", &reach.subject(), theme.dim, theme.dim);
    page.blank();
    let word = reach.rows.iter().map(|row| row.verdict.word().width()).max().unwrap_or(0);
    let indent = " ".repeat(word + 3);
    for (at, row) in reach.rows.iter().enumerate() {
        line(row, word, theme, &mut page);
        for remark in &row.remarks {
            page.wrapped(
                &format!("{indent}{} ", theme.glyphs.look),
                remark,
                theme.look,
                Style::new(),
            );
        }
        let next = reach.rows.get(at + 1);
        let is_shared =
            next.is_some_and(|next| (next.verdict, &next.because) == (row.verdict, &row.because));
        if !is_shared {
            page.wrapped(&indent, &row.because, theme.dim, theme.dim);
        }
    }
    page.blank();
    for note in &reach.notes {
        page.wrapped("", note, theme.dim, theme.dim);
    }
    page
}

fn line(row: &ReachRow, word: usize, theme: &Theme, page: &mut Page) {
    let (sign, style) = sign(row.verdict, theme);
    let head = format!("{sign} {:word$} ", row.verdict.word());
    let name = cut(&row.name, page.width().saturating_sub(head.width()));
    page.push(vec![Span::styled(head, style), Span::raw(name)]);
}

fn sign(verdict: Reachable, theme: &Theme) -> (&'static str, Style) {
    match verdict {
        Reachable::Yes => (theme.glyphs.ok, theme.ok),
        Reachable::InPart => (theme.glyphs.look, theme.look),
        Reachable::No => (theme.glyphs.no, theme.no),
        Reachable::CannotTell => (theme.glyphs.unknown, theme.look),
    }
}
