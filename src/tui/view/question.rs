//! The question in the middle: its fields, what is wrong with them, checks, and what it means.

use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::Input;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, cut, cut_front, wrap};
use crate::questions::{Choice, Kind, Question, QuestionId, Step, question};
use crate::tui::theme::Theme;
use crate::wizard::{CheckLine, Field, TextField, Wizard};

/// Roles on disk that are listed; more would push the checks away.
const MOST_ALLOWED: usize = 4;

/// Longer lines are hard to read.
const WHY: usize = 64;

/// The page of a step that asks something.
pub(super) fn page(wizard: &Wizard, theme: &Theme, (width, height): (usize, usize)) -> Page {
    let mut page = Page::new(width);
    let focused = wizard.focused();
    let ids = wizard.questions_of(wizard.step());
    if width >= 60 {
        page.line("", Style::new());
    }
    for id in ids {
        if Some(id) == focused {
            focused_field(wizard, theme, id, height, &mut page);
        } else {
            other_field(wizard, theme, id, &mut page);
        }
    }
    if wizard.step() == Step::Role {
        allowed_already(wizard, theme, &mut page);
    }
    outlook_error(wizard, theme, &mut page);
    checks(wizard, theme, &mut page);
    why(wizard, theme, height, &mut page);
    page
}

fn focused_field(wizard: &Wizard, theme: &Theme, id: QuestionId, height: usize, page: &mut Page) {
    let question = question(id);
    page.blank();
    match wizard.field(id) {
        Some(Field::Text(field)) => {
            page.wrapped("", &wizard.title(question.id), theme.strong, theme.strong);
            text_field(wizard, theme, question, field, page);
            suggestions(wizard, theme, height, page);
        }
        Some(Field::Choice(_)) => {
            page.wrapped("", question.title, theme.strong, theme.strong);
            if let Kind::Choice(choices) = question.kind {
                options(wizard, theme, id, choices, page);
            }
            missing(wizard, theme, id, page);
        }
        Some(Field::Switch(_)) => {
            let mark = if wizard.is_on(id) { "[x]" } else { "[ ]" };
            let text = format!("{mark} {}", question.title);
            page.wrapped("", &text, theme.accent, theme.accent);
            page.keep_here();
            page.wrapped("    ", question.help, theme.dim, theme.dim);
        }
        None => {}
    }
    page.blank();
}

/// The question with the names that are known already.
fn text_field(
    wizard: &Wizard,
    theme: &Theme,
    question: &Question,
    field: &TextField,
    page: &mut Page,
) {
    let ghost = wizard.ghost(question.id);
    for (at, entry) in field.entries().iter().enumerate() {
        let is_active = at == field.active();
        let room = page.width().saturating_sub(4);
        let (scroll, cursor) = scrolled(entry, room);
        let style = if is_active { theme.accent } else { theme.dim };
        let mut spans = vec![Span::styled(format!("{} ", theme.glyphs.bar), style)];
        let text = crate::domain::shown::shown(entry.value()).into_owned();
        if let (true, Some((values, origin))) = (text.is_empty(), &ghost) {
            let ghost = cut(&format!("{values}  ({origin})"), room);
            spans.push(Span::styled(ghost, theme.dim));
        } else {
            spans.push(Span::styled(
                visible(&text, scroll, room),
                if is_active { Style::new() } else { theme.dim },
            ));
        }
        page.push(spans);
        if is_active {
            let column = 2 + cursor.saturating_sub(scroll);
            page.cursor = Some((column, page.lines.len() - 1));
            page.keep_here();
        }
    }
    error(wizard, theme, question, field, page);
}

/// How far a text field is scrolled, and in which column of its shown text the cursor stands.
fn scrolled(entry: &Input, room: usize) -> (usize, usize) {
    let before: String = entry.value().chars().take(entry.cursor()).collect();
    let escaped = crate::domain::shown::shown(&before).width();
    match escaped == entry.visual_cursor() {
        true => (entry.visual_scroll(room), escaped),
        false => (escaped.saturating_sub(room.saturating_sub(1)), escaped),
    }
}

/// The part of a text that is in sight after scrolling.
fn visible(text: &str, scroll: usize, room: usize) -> String {
    let mut column = 0;
    let mut out = String::new();
    for c in text.chars() {
        let width = c.to_string().width();
        if column >= scroll && column + width <= scroll + room {
            out.push(c);
        }
        column += width;
    }
    out
}

/// What is wrong, at the field, while one types. A text that only goes on is no error yet.
fn error(wizard: &Wizard, theme: &Theme, question: &Question, field: &TextField, page: &mut Page) {
    let Some(invalid) = wizard.error(question.id) else {
        return missing(wizard, theme, question.id, page);
    };
    if wizard.is_searching(question.id) && !wizard.has_tried() {
        let hint = "choose one below, or type a whole ARN";
        return page.wrapped(&format!("  {} ", theme.glyphs.not_yet), hint, theme.dim, theme.dim);
    }
    let goes_on = invalid.column.is_some_and(|column| column > field.text().trim().chars().count());
    let (sign, style) = if goes_on && !wizard.has_tried() {
        (theme.glyphs.not_yet, theme.dim)
    } else {
        (theme.glyphs.no, theme.no)
    };
    let text = if goes_on { invalid.message.clone() } else { invalid.line() };
    page.wrapped(&format!("  {sign} "), &text, style, style);
    page.wrapped("    ", &format!("example: {}", invalid.example), theme.dim, theme.dim);
    page.keep_here();
}

fn missing(wizard: &Wizard, theme: &Theme, id: QuestionId, page: &mut Page) {
    if wizard.has_tried() && wizard.is_missing(id) {
        let text = format!("an answer is needed, for example {}", question(id).example);
        page.wrapped(&format!("  {} ", theme.glyphs.no), &text, theme.no, theme.no);
        page.keep_here();
    }
}

fn suggestions(wizard: &Wizard, theme: &Theme, height: usize, page: &mut Page) {
    let (all, selected) = wizard.suggestions();
    if all.is_empty() {
        if wizard.focused() == Some(QuestionId::Cluster) && !wizard.is_scanned() {
            page.line("  reading the repository", theme.dim);
        }
        return;
    }
    page.line("", Style::new());
    let rows = height.saturating_sub(page.lines.len() + 8).clamp(3, 12).min(all.len());
    let first = selected.map_or(0, |at| at.saturating_sub(rows - 1));
    let widest = all.iter().skip(first).take(rows).map(|s| s.shown().width()).max().unwrap_or(0);
    let column = widest.min(page.width().saturating_sub(4));
    for (at, suggestion) in all.iter().enumerate().skip(first).take(rows) {
        let is_selected = selected == Some(at);
        let mark = if is_selected { theme.glyphs.row } else { " " };
        let value = cut_front(suggestion.shown(), column);
        let gap = " ".repeat(column.saturating_sub(value.width()) + 2);
        let note = suggestion.disabled.clone().unwrap_or_else(|| suggestion.note.clone());
        let room = page.width().saturating_sub(column + 4);
        let note = if room < 8 { String::new() } else { cut(&note, room) };
        let style = match (&suggestion.disabled, is_selected) {
            (Some(_), _) => theme.dim,
            (None, true) => theme.selected,
            (None, false) => Style::new(),
        };
        page.push(vec![
            Span::styled(format!("{mark} "), theme.accent),
            Span::styled(value, style),
            Span::raw(gap),
            Span::styled(note, theme.dim),
        ]);
        if is_selected {
            page.keep_here();
        }
    }
    if first + rows < all.len() {
        page.line(&format!("  {} {} more", theme.glyphs.more, all.len() - first - rows), theme.dim);
    }
}

fn options(
    wizard: &Wizard,
    theme: &Theme,
    id: QuestionId,
    choices: &'static [Choice],
    page: &mut Page,
) {
    let current = wizard.value(id);
    let widest = choices.iter().map(|choice| choice.label.width()).max().unwrap_or(0);
    // Hints stand beside the choices, or all of them below.
    let longest = choices.iter().map(|choice| choice.hint.width()).max().unwrap_or(0);
    let fits = widest + longest + theme.glyphs.on.width() + 3 <= page.width();
    for choice in choices {
        let is_on = current.as_deref() == Some(choice.value);
        let mark = if is_on { theme.glyphs.on } else { theme.glyphs.off };
        let style = if is_on { theme.accent } else { Style::new() };
        let head = format!("{mark} {:widest$}  ", choice.label);
        if fits {
            page.wrapped(&head, choice.hint, style, theme.dim);
        } else {
            page.line(head.trim_end(), style);
            let indent = " ".repeat(mark.width() + 1);
            page.wrapped(&indent, choice.hint, theme.dim, theme.dim);
        }
        if is_on {
            page.keep_here();
        }
    }
}

/// A field of the step that is not focused: one line.
fn other_field(wizard: &Wizard, theme: &Theme, id: QuestionId, page: &mut Page) {
    let question = question(id);
    if matches!(wizard.field(id), Some(Field::Switch(_))) {
        let mark = if wizard.is_on(id) { "[x]" } else { "[ ]" };
        return page.line(&format!("{mark} {}", question.title), theme.dim);
    }
    let settled = wizard.settled(id);
    let value = settled.map(|given| given.values.join(" "));
    let origin = settled.map(|given| given.origin.to_string()).unwrap_or_default();
    let label = format!("{:<15}", question.flag_name());
    match value {
        Some(value) => {
            let origin = if origin == "typed" { String::new() } else { format!("  ({origin})") };
            let room = page.width().saturating_sub(label.width());
            page.push(vec![
                Span::styled(label, theme.dim),
                Span::raw(cut(&format!("{value}{origin}"), room)),
            ]);
        }
        None if wizard.is_missing(id) => {
            page.line(&format!("{label}{}", theme.glyphs.not_yet), theme.dim)
        }
        None => page.line(&format!("{label}none"), theme.dim),
    }
}

/// The roles that are on disk: what is typed joins them.
fn allowed_already(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let all = wizard.allowed_already();
    if all.is_empty() {
        return;
    }
    page.blank();
    page.line("already allowed:", theme.dim);
    for allowed in all.iter().take(MOST_ALLOWED) {
        let cluster = allowed.cluster.as_ref().map(|name| format!("  on {name}"));
        let inherited = if allowed.is_inherited { "  (inherited)" } else { "" };
        let more = format!("{}{inherited}", cluster.unwrap_or_default());
        let room = page.width().saturating_sub(2 + more.width());
        page.line(&format!("  {}{more}", cut_front(&allowed.role, room)), theme.dim);
    }
    if all.len() > MOST_ALLOWED {
        page.line(&format!("  {} {} more", theme.glyphs.more, all.len() - MOST_ALLOWED), theme.dim);
    }
}

fn outlook_error(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    if let Some(reason) = wizard.outlook_error() {
        page.blank();
        page.wrapped(&format!("{} ", theme.glyphs.no), reason, theme.no, theme.no);
    }
}

fn checks(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    check_lines(&wizard.checks(), theme, page);
}

/// Checks, each with what to do about it.
pub(super) fn check_lines(checks: &[CheckLine], theme: &Theme, page: &mut Page) {
    if checks.is_empty() {
        return;
    }
    page.blank();
    for check in checks {
        let (sign, style) = theme.sign(check.sign);
        page.wrapped(&format!("{sign} "), &check.text, style, Style::new());
        if let Some(help) = &check.help {
            page.wrapped("  ", help.trim_end(), theme.dim, theme.dim);
        }
    }
}

fn why(wizard: &Wizard, theme: &Theme, height: usize, page: &mut Page) {
    let text = wizard.step().why().join(" ");
    let lines = wrap(text.trim_end(), page.width().min(WHY));
    if page.lines.len() + lines.len() + 1 > height {
        return;
    }
    page.blank();
    for line in lines {
        page.line(&line, theme.dim);
    }
}
