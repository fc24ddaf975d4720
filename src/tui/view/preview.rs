//! The preview: the plan's files, and one of them with its changed lines marked.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::page::cut;
use crate::plan::{DiffLine, FileChange, LineKind, Verb, diff_lines};
use crate::questions::Step;
use crate::tui::theme::Theme;
use crate::wizard::{PreviewMode, Wizard};

/// Lines around a change in a diff.
const AROUND: usize = 3;

/// Draws the preview.
pub(super) fn draw(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect) {
    let Some((at, file)) = wizard.preview_file() else {
        return frame
            .render_widget(Paragraph::new(Line::styled(" nothing to show yet", theme.dim)), area);
    };
    let count = wizard.shown_plan().map_or(0, |plan| plan.pages().len());
    let [title, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    frame.render_widget(title_line(wizard, theme, file, (at, count), title.width), title);
    let (mode, scroll) = wizard.preview();
    let width = usize::from(body.width);
    let lines = lines(file, mode);
    let height = usize::from(body.height);
    let most = lines.len().saturating_sub(height);
    let scroll = scroll.unwrap_or_else(|| first_line(wizard.step(), file.verb, &lines, height));
    let shown = lines.iter().skip(scroll.min(most)).take(usize::from(body.height));
    let shown: Vec<Line> =
        shown.map(|line| draw_line(line, mode, file.verb, theme, width)).collect();
    frame.render_widget(Paragraph::new(shown), body);
}

/// The line from which on a step's own part of the file is in sight.
fn first_line(step: Step, verb: Verb, lines: &[DiffLine], height: usize) -> usize {
    let at = |text: &str| lines.iter().position(|line| line.text.contains(text));
    match step {
        Step::Role | Step::Style => {
            // The list of roles, with a little of what follows.
            let value = at("allowed-roles").map_or(lines.len(), |at| at + 2);
            (value + 1).saturating_sub(height)
        }
        Step::Network => at("toFQDNs").map_or(0, |at| at.saturating_sub(2)),
        _ if verb == Verb::Update => {
            let changed = lines.iter().position(|line| line.kind != LineKind::Kept);
            changed.map_or(0, |at| at.saturating_sub(AROUND))
        }
        _ => 0,
    }
}

fn title_line(
    wizard: &Wizard,
    theme: &Theme,
    file: &FileChange,
    (at, count): (usize, usize),
    width: u16,
) -> Line<'static> {
    let width = usize::from(width);
    let draft = if wizard.is_draft() { ", draft" } else { "" };
    let name = format!("{} {} {}{draft}", file.path.name(), theme.glyphs.dot, file.verb.word());
    let files = if count > 1 { format!(" {}/{count} ", at + 1) } else { " ".to_owned() };
    let text = cut(&format!(" {name} "), width.saturating_sub(files.width() + 2));
    let rule = width.saturating_sub(text.width() + files.width() + 2);
    Line::from(vec![
        Span::styled(theme.glyphs.line.repeat(2), theme.dim),
        Span::styled(text, theme.strong),
        Span::styled(theme.glyphs.line.repeat(rule), theme.dim),
        Span::styled(files, theme.dim),
    ])
}

fn lines(file: &FileChange, mode: PreviewMode) -> Vec<DiffLine> {
    let all = diff_lines(file);
    if file.after.is_none() && file.verb == Verb::Conflict {
        // It stays as it is until somebody decides.
        let kept = |line: DiffLine| DiffLine { kind: LineKind::Kept, ..line };
        return all.into_iter().map(kept).collect();
    }
    match mode {
        PreviewMode::File => {
            all.into_iter().filter(|line| line.kind != LineKind::Removed).collect()
        }
        PreviewMode::Diff => {
            let changed: Vec<usize> =
                (0..all.len()).filter(|at| all[*at].kind != LineKind::Kept).collect();
            let near = |at: usize| changed.iter().any(|c| c.abs_diff(at) <= AROUND);
            let kept = all.into_iter().enumerate().filter(|(at, _)| near(*at));
            kept.map(|(_, line)| line).collect()
        }
    }
}

fn draw_line(
    line: &DiffLine,
    mode: PreviewMode,
    verb: Verb,
    theme: &Theme,
    width: usize,
) -> Line<'static> {
    // In a file that is all new, marks would say nothing.
    let marks = mode == PreviewMode::Diff || verb != Verb::Create;
    let (mark, style) = match line.kind {
        LineKind::Added if marks => ("+ ", theme.ok),
        LineKind::Removed => ("- ", theme.no),
        _ => ("  ", Style::new()),
    };
    let text = cut(&line.text, width.saturating_sub(2));
    let mut spans = vec![Span::styled(mark, style)];
    if line.kind == LineKind::Removed {
        spans.push(Span::styled(text, style));
    } else {
        spans.extend(yaml_spans(&text, theme));
    }
    Line::from(spans)
}

/// Keys and comments in their colours: enough to find one's way in a manifest.
fn yaml_spans(text: &str, theme: &Theme) -> Vec<Span<'static>> {
    let trimmed = text.trim_start();
    if trimmed.starts_with('#') {
        return vec![Span::styled(text.to_owned(), theme.dim)];
    }
    let key_end = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1));
    let is_key = |end: usize| !text[..end].contains(['"', '\'', '#']);
    match key_end.filter(|end| is_key(*end)) {
        Some(end) => {
            let key_at = text.len() - trimmed.trim_start_matches("- ").len();
            vec![
                Span::raw(text[..key_at.min(end)].to_owned()),
                Span::styled(text[key_at.min(end)..end].to_owned(), theme.key),
                Span::raw(text[end..].to_owned()),
            ]
        }
        None => vec![Span::raw(text.to_owned())],
    }
}
