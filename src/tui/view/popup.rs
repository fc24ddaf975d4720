//! Windows over everything: help, and the few questions that are about the wizard itself.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use super::page::Page;
use super::review::file_lines;
use crate::plan::{FileChange, LineKind, diff_lines};
use crate::tui::theme::Theme;
use crate::wizard::{BINDINGS, Context, Popup, Wizard};

/// Changed lines that are shown before a file is overwritten.
const SHOWN_LINES: usize = 10;

/// Draws the open window, if there is one.
pub(super) fn draw(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, body: Rect) {
    let Some((popup, row)) = wizard.popup() else {
        return;
    };
    let width = body.width.min(if popup == Popup::Help { 76 } else { 64 });
    let mut page = Page::new(usize::from(width.saturating_sub(4)));
    match popup {
        Popup::Help => help(wizard, theme, &mut page),
        Popup::Quit => page.wrapped(
            "",
            "Leave? The answers are lost, and nothing was written.",
            theme.strong,
            theme.strong,
        ),
        Popup::Write => write(wizard, theme, &mut page),
        Popup::Recovery => recovery(wizard, theme, &mut page),
        Popup::Forget => forget(theme, &mut page),
        Popup::Conflict => conflict(wizard, theme, &mut page),
        Popup::Overwrite => overwrite(wizard, theme, &mut page),
        Popup::Undo => undo(wizard, theme, &mut page),
    }
    page.blank();
    let options = if popup == Popup::Help { &[][..] } else { popup.options() };
    for (at, option) in options.iter().enumerate() {
        let is_chosen = at == row;
        let mark = if is_chosen { theme.glyphs.row } else { " " };
        let style = if is_chosen { theme.accent } else { Style::new() };
        page.line(&format!("{mark} {option}"), style);
    }
    let wanted = u16::try_from(page.lines.len() + 2).unwrap_or(u16::MAX);
    let area = centred(body, width, wanted);
    frame.render_widget(Clear, area);
    let border = Block::new().borders(Borders::ALL).border_style(theme.dim);
    let inner = border.inner(area);
    frame.render_widget(border, area);
    let room = usize::from(inner.height);
    // The options at the end matter more than the text above them.
    let most = page.lines.len().saturating_sub(room);
    let skip = if popup == Popup::Help { row.min(most) } else { most };
    let lines: Vec<Line> = page.lines.into_iter().skip(skip).take(room).map(padded).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn padded(line: Line<'static>) -> Line<'static> {
    let style = line.style;
    let mut spans = vec![Span::raw(" ")];
    spans.extend(line.spans);
    Line::from(spans).style(style)
}

fn centred(body: Rect, width: u16, height: u16) -> Rect {
    let height = height.min(body.height);
    Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 2,
        width,
        height,
    }
}

fn write(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let Some(plan) = wizard.plan() else { return };
    let files: Vec<_> = plan.files.iter().filter(|file| file.verb.writes()).collect();
    let words = if files.len() == 1 {
        "Write this file?".to_owned()
    } else {
        format!("Write these {} files?", files.len())
    };
    page.line(&words, theme.strong);
    file_lines(&files, "  ", theme, page, |_| String::new());
}

fn conflict(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let Some(conflict) = wizard.chosen_conflict() else { return };
    let text = format!("{} is there with other content.", conflict.file.path.name());
    page.wrapped("", &text, theme.strong, theme.strong);
    page.wrapped("  in ", &folder_of(&conflict.file), theme.dim, theme.dim);
}

/// What goes and what comes, as far as there is room.
fn overwrite(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let Some(conflict) = wizard.chosen_conflict() else { return };
    let text = format!("Overwrite {}?", conflict.file.path.name());
    page.wrapped("", &text, theme.strong, theme.strong);
    let lines = diff_lines(&conflict.file);
    let count = |kind: LineKind| lines.iter().filter(|line| line.kind == kind).count();
    let (gone, new) = (count(LineKind::Removed), count(LineKind::Added));
    page.wrapped(
        "",
        &format!("Lines that go: {gone}, that come: {new}. Undo puts them back."),
        theme.dim,
        theme.dim,
    );
    let changed = lines.iter().filter(|line| line.kind != LineKind::Kept);
    for line in changed.take(SHOWN_LINES) {
        let (mark, style) = match line.kind {
            LineKind::Removed => ("- ", theme.no),
            _ => ("+ ", theme.ok),
        };
        page.line(&format!("{mark}{}", line.text), style);
    }
    if gone + new > SHOWN_LINES {
        page.line(&format!("{} {} more", theme.glyphs.more, gone + new - SHOWN_LINES), theme.dim);
    }
}

fn folder_of(file: &FileChange) -> String {
    file.path.parent().unwrap_or_default().to_string()
}

fn recovery(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let title = "An earlier run was interrupted while it wrote:";
    page.wrapped("", title, theme.strong, theme.strong);
    for file in &wizard.setup().interrupted {
        page.wrapped("  ", file, theme.dim, Style::new());
    }
    page.blank();
    page.wrapped(
        "",
        "Each is wholly old or wholly new, unless it was edited since. What should become of them?",
        theme.dim,
        Style::new(),
    );
}

fn forget(theme: &Theme, page: &mut Page) {
    page.wrapped("", "Forget the interrupted run?", theme.strong, theme.strong);
    let text = "Its files stay as they are. A copy of its journal is kept.";
    page.wrapped("", text, theme.dim, Style::new());
}

/// What was written goes, and what was there comes back.
fn undo(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let Some(plan) = wizard.undo() else { return };
    page.wrapped("", "Take back what was written?", theme.strong, theme.strong);
    page.blank();
    let files: Vec<&FileChange> = plan.files.iter().collect();
    file_lines(&files, "  ", theme, page, |_| String::new());
}

/// What the question means, and the keys of the place below the window.
fn help(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    page.line(wizard.step().title(), theme.strong);
    page.wrapped("", wizard.step().why().join(" ").trim_end(), Style::new(), Style::new());
    if let Some(id) = wizard.focused() {
        let question = crate::questions::question(id);
        page.blank();
        page.wrapped(
            "",
            &format!("{}: {}", question.flag(), question.help),
            theme.dim,
            Style::new(),
        );
    }
    page.blank();
    let context = wizard.context_below();
    let fits = BINDINGS.iter().filter(|binding| binding.contexts.contains(&context));
    for binding in fits {
        page.push(vec![
            Span::styled(format!("{:<12}", binding.shown), theme.strong),
            Span::raw(binding.does),
        ]);
    }
    if context == Context::Text {
        page.line("Every other printable key types.", theme.dim);
    }
}
