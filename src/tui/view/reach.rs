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

/// The rows without their reasons, in two columns, for a drawer.
pub(super) fn compact(reach: &Reach, theme: &Theme, width: usize) -> Page {
    let mut page = Page::new(width);
    let column = width / 2;
    let half = reach.rows.len().div_ceil(2);
    for at in 0..half {
        let rows = [reach.rows.get(at), reach.rows.get(at + half)];
        let cells = rows.into_iter().flatten().flat_map(|row| {
            let (sign, style) = sign(row.verdict, theme);
            let name = cut(&row.name, column.saturating_sub(4));
            let gap = " ".repeat(column.saturating_sub(name.width() + 3));
            [Span::styled(format!(" {sign} "), style), Span::raw(format!("{name}{gap}"))]
        });
        page.push(cells.collect());
    }
    page
}

fn line(row: &ReachRow, word: usize, theme: &Theme, page: &mut Page) {
    let (sign, style) = sign(row.verdict, theme);
    let head = format!("{sign} {:word$} ", row.verdict.word());
    page.wrapped(&head, &row.name, style, Style::new());
}

fn sign(verdict: Reachable, theme: &Theme) -> (&'static str, Style) {
    match verdict {
        Reachable::Yes => (theme.glyphs.ok, theme.ok),
        Reachable::InPart => (theme.glyphs.look, theme.look),
        Reachable::No => (theme.glyphs.no, theme.no),
        Reachable::CannotTell => (theme.glyphs.unknown, theme.look),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reach::ReachTarget;

    fn row(name: &str, verdict: Reachable, because: &str, remarks: &[&str]) -> ReachRow {
        ReachRow {
            target: ReachTarget::Aws,
            name: name.to_owned(),
            verdict,
            because: because.to_owned(),
            remarks: remarks.iter().map(|remark| (*remark).to_owned()).collect(),
        }
    }

    fn drawn(width: usize, ascii: bool) -> Vec<String> {
        let reach = Reach {
            cluster: "prod-us1".to_owned(),
            namespace: "team-a".to_owned(),
            pods: "all pods".to_owned(),
            rows: vec![
                row("DNS", Reachable::Yes, "opened by a.yaml", &["assumed"]),
                row("a bucket", Reachable::Yes, "opened by a.yaml", &[]),
                row("example.com", Reachable::No, "a.yaml restricts egress", &[]),
                row("pods of team-a", Reachable::InPart, "opened by b.yaml", &[]),
                row("pods of others", Reachable::CannotTell, "b.yaml names a Service", &[]),
            ],
            notes: vec!["not all was looked at".to_owned()],
        };
        let page = page(&reach, &Theme::new(false, ascii), width);
        let lines = page.lines.iter().map(|line| line.to_string().trim_end().to_owned());
        lines.collect()
    }

    #[test]
    fn rows_with_one_reason_share_it() {
        let expected = [
            "Reach, once this is written",
            "all pods of team-a on prod-us1",
            "",
            "✓ yes         DNS",
            "              ! assumed",
            "✓ yes         a bucket",
            "              opened by a.yaml",
            "✗ no          example.com",
            "              a.yaml restricts egress",
            "! in part     pods of team-a",
            "              opened by b.yaml",
            "? cannot tell pods of others",
            "              b.yaml names a Service",
            "",
            "not all was looked at",
        ];
        assert_eq!(drawn(60, false), expected);
        let ascii: Vec<String> =
            expected.iter().map(|line| line.replace('✓', "v").replace('✗', "x")).collect();
        assert_eq!(drawn(60, true), ascii);
    }

    /// Where the column of verdicts leaves no room, names are broken.
    #[test]
    fn nothing_is_wider_than_the_page() {
        for width in [20, 24, 40] {
            let widest = drawn(width, false).iter().map(|line| line.width()).max().unwrap();
            assert!(widest <= width, "{width}: {:#?}", drawn(width, false));
        }
        assert!(drawn(24, false).contains(&"✗ no          example.co".to_owned()));
        assert!(!drawn(4, true).is_empty());
    }
}
