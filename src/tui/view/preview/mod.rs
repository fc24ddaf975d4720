//! The preview: the plan's files, and one of them with its changed lines marked, or in both styles.

mod line;
mod yaml;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::page::{LEAST_COUNTED, cut};
use crate::plan::Verb;
use crate::questions::Step;
use crate::tui::theme::Theme;
use crate::wizard::{Mark, PreviewLine, PreviewMode, PreviewPage, Wizard};
use line::Look;

/// Lines above a change that is shown first.
const AROUND: usize = 3;

/// Columns from which on both styles fit beside each other.
const BESIDE: u16 = 100;

/// Draws the preview.
pub(super) fn draw(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect) {
    let Some((page, at, count)) = wizard.preview_page() else {
        return frame
            .render_widget(Paragraph::new(Line::styled(" nothing to show yet", theme.dim)), area);
    };
    if wizard.preview_mode() == PreviewMode::Styles && wizard.is_preview_open() {
        return both_styles(frame, wizard, theme, page, area);
    }
    let lines = wizard.preview_lines();
    let (title, body) = with_title(area);
    let pages = if count > 1 { format!("{}/{count}", at + 1) } else { String::new() };
    let right = search_words(wizard, &lines).unwrap_or(pages);
    frame.render_widget(title_line(theme, &name(wizard, theme, page), &right, title.width), title);
    let height = usize::from(body.height);
    let first = wizard.preview_scroll();
    let first = first.unwrap_or_else(|| first_line(wizard.step(), page, &lines, height));
    let look = Look::of(wizard, page, theme, usize::from(body.width));
    frame.render_widget(Paragraph::new(in_sight(&lines, first, height, &look)), body);
}

fn name(wizard: &Wizard, theme: &Theme, page: PreviewPage<'_>) -> String {
    let draft = if wizard.is_draft() { ", draft" } else { "" };
    match page {
        PreviewPage::File(file) => {
            format!("{} {} {}{draft}", file.path.name(), theme.glyphs.dot, file.verb.word())
        }
        PreviewPage::Reach(_) => format!("what these pods reach{draft}"),
        PreviewPage::Sheet(sheet) => sheet.title.clone(),
    }
}

fn with_title(area: Rect) -> (Rect, Rect) {
    let [title, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    (title, body)
}

/// The file as the chosen style has it, and as the other one would.
fn both_styles(
    frame: &mut Frame<'_>,
    wizard: &Wizard,
    theme: &Theme,
    page: PreviewPage<'_>,
    area: Rect,
) {
    let halves = [Constraint::Fill(1), Constraint::Fill(1)];
    let [own, other] = if area.width >= BESIDE {
        Layout::horizontal(halves).spacing(1).areas(area)
    } else {
        Layout::vertical(halves).areas(area)
    };
    let lines = wizard.preview_lines();
    let other_lines = wizard.other_style_lines().unwrap_or(Err("being made"));
    let first = wizard.preview_scroll();
    let first = first.unwrap_or_else(|| first_difference(&lines, &other_lines));
    let (own_style, other_style) = wizard.styles();
    for (area, name, lines) in [
        (own, format!("{own_style}, as chosen"), Ok(lines)),
        (other, format!("{other_style} instead"), other_lines),
    ] {
        let (title, body) = with_title(area);
        frame.render_widget(title_line(theme, &name, "", title.width), title);
        let look = Look::of(wizard, page, theme, usize::from(body.width));
        let shown = match lines {
            Ok(lines) => in_sight(&lines, first, usize::from(body.height), &look),
            Err(words) => vec![Line::styled(format!("  {words}"), theme.dim)],
        };
        frame.render_widget(Paragraph::new(shown), body);
    }
}

/// The line from which on both differ, with a little of what stands above.
fn first_difference(own: &[PreviewLine], other: &Result<Vec<PreviewLine>, &str>) -> usize {
    let other = other.as_deref().unwrap_or_default();
    let same = own.iter().zip(other).take_while(|(one, two)| one.text == two.text).count();
    same.saturating_sub(AROUND)
}

/// The line from which on a step's own part of the file is in sight.
fn first_line(step: Step, page: PreviewPage<'_>, lines: &[PreviewLine], height: usize) -> usize {
    let PreviewPage::File(file) = page else {
        return 0;
    };
    let at = |text: &str| lines.iter().position(|line| line.text.contains(text));
    match step {
        Step::Role | Step::Style => {
            // The list of roles, with a little of what follows.
            let value = at("allowed-roles").map_or(lines.len(), |at| at + 2);
            (value + 1).saturating_sub(height)
        }
        Step::Network => at("toFQDNs").map_or(0, |at| at.saturating_sub(2)),
        _ if file.verb == Verb::Update => {
            let changed = lines.iter().position(|line| line.mark != Mark::None);
            changed.map_or(0, |at| at.saturating_sub(AROUND))
        }
        _ => 0,
    }
}

/// The rows from a line on, as many as there is room for; the last line stays at the bottom.
fn in_sight(
    lines: &[PreviewLine],
    first: usize,
    height: usize,
    look: &Look<'_>,
) -> Vec<Line<'static>> {
    let mut room = height;
    let fits_from = lines.iter().rposition(|line| {
        let rows = look.rows(line).len();
        let is_over = rows > room;
        room = room.saturating_sub(rows);
        is_over
    });
    let first = first.min(fits_from.map_or(0, |at| at + 1));
    let mut rows: Vec<Line> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first) {
        rows.extend(look.rows_marked(at, line));
        if rows.len() >= height {
            rows.truncate(height);
            break;
        }
    }
    rows
}

/// What is searched, and how often it is there.
fn search_words(wizard: &Wizard, lines: &[PreviewLine]) -> Option<String> {
    let search = wizard.preview_search()?;
    let wanted = search.text.to_lowercase();
    let hits: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].text.to_lowercase().contains(&wanted)).collect();
    let at = hits.iter().position(|at| Some(*at) == search.found).map_or(0, |at| at + 1);
    let shown = cut(search.text, 20);
    Some(match hits.len() {
        0 => format!("`{shown}` is not here"),
        count => format!("`{shown}` {at} of {count}"),
    })
}

pub(super) fn title_line(theme: &Theme, name: &str, right: &str, width: u16) -> Line<'static> {
    let width = usize::from(width);
    let right = if right.is_empty() { " ".to_owned() } else { format!(" {right} ") };
    let right = cut(&right, width.saturating_sub(LEAST_COUNTED));
    let text = cut(&format!(" {name} "), width.saturating_sub(right.width() + 2));
    let rule = width.saturating_sub(text.width() + right.width() + 2);
    Line::from(vec![
        Span::styled(theme.glyphs.line.repeat(2), theme.dim),
        Span::styled(text, theme.strong),
        Span::styled(theme.glyphs.line.repeat(rule), theme.dim),
        Span::styled(right, theme.dim),
    ])
}
