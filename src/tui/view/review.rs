//! The review: all answers with their origins, what is to be said about the plan, and the command
//! that does the same.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, cut, cut_front};
use super::question::check_lines;
use crate::domain::conflict::OnConflict;
use crate::plan::{FileChange, Plan};
use crate::questions::{QuestionId, question};
use crate::tui::theme::Theme;
use crate::wizard::{CheckLine, ReviewRow, Sign, Wizard};

/// Columns of the labels, at least; longer ones make all wider.
const LABEL: usize = 10;

const POLICY_FILE: &str = "Policy file";

/// The review's page.
pub(super) fn page(wizard: &Wizard, theme: &Theme, width: usize) -> Page {
    let mut page = Page::new(width);
    page.scroll = wizard.review_scroll();
    let checks = wizard.checks();
    let (errors, others): (Vec<_>, Vec<_>) =
        checks.into_iter().partition(|check| check.sign == Sign::No);
    heading(wizard, theme, &errors, &mut page);
    let labels = wizard.review_rows().into_iter().map(|row| match row {
        ReviewRow::Conflict(_) => POLICY_FILE.len(),
        ReviewRow::Answer(id) => question(id).label().width(),
    });
    let columns = labels.max().unwrap_or(0).max(LABEL);
    for (at, row) in wizard.review_rows().into_iter().enumerate() {
        let is_chosen = at == wizard.review_row();
        match row {
            ReviewRow::Conflict(at) => conflict(wizard, theme, at, (columns, is_chosen), &mut page),
            ReviewRow::Answer(id) => answer(wizard, theme, id, (columns, is_chosen), &mut page),
        }
        // At first the top is in sight, with what stops the writing.
        if is_chosen && wizard.review_row() > 0 {
            page.keep_here();
        }
    }
    if let Some(plan) = wizard.plan() {
        files(plan, theme, &mut page);
        effects(plan, theme, &mut page);
        check_lines(&others, theme, &mut page);
        notes(plan, theme, &mut page);
    } else if let Some(reason) = wizard.outlook_error() {
        page.blank();
        page.wrapped(&format!("{} ", theme.glyphs.no), reason, theme.no, theme.no);
    }
    page
}

/// Whether the plan can't be written as it is.
pub(super) fn is_stopped(wizard: &Wizard) -> bool {
    wizard.plan().is_some_and(|plan| plan.obstacle().is_some())
}

/// What stops the writing stands first: nobody should have to scroll to it.
fn heading(wizard: &Wizard, theme: &Theme, errors: &[CheckLine], page: &mut Page) {
    if is_stopped(wizard) {
        page.wrapped("", "Review: nothing can be written like this", theme.no, theme.no);
        check_lines(errors, theme, page);
        page.blank();
    } else {
        page.line("Review", theme.strong);
    }
}

/// A file that is there with other content, and what becomes of it.
fn conflict(
    wizard: &Wizard,
    theme: &Theme,
    at: usize,
    (columns, is_chosen): (usize, bool),
    page: &mut Page,
) {
    let Some(conflict) = wizard.conflicts().get(at) else {
        return;
    };
    let words = match conflict.what {
        OnConflict::Fail => "Enter decides",
        OnConflict::Skip => "left as it is",
        OnConflict::Beside => "ours goes beside it",
        OnConflict::Apply => "overwritten",
    };
    let shown = Row { label: POLICY_FILE, value: words, origin: &conflict.cluster };
    row(theme, &shown, columns, is_chosen, page);
}

fn answer(
    wizard: &Wizard,
    theme: &Theme,
    id: QuestionId,
    (columns, is_chosen): (usize, bool),
    page: &mut Page,
) {
    let (value, origin) =
        wizard.answer_text(id).unwrap_or_else(|| (theme.glyphs.not_yet.to_owned(), String::new()));
    let shown = Row { label: &question(id).label(), value: &value, origin: &origin };
    row(theme, &shown, columns, is_chosen, page);
}

/// What a row says.
struct Row<'a> {
    label: &'a str,
    value: &'a str,
    origin: &'a str,
}

fn row(theme: &Theme, row: &Row<'_>, columns: usize, is_chosen: bool, page: &mut Page) {
    let Row { label, value, origin } = row;
    let mark = if is_chosen { theme.glyphs.row } else { " " };
    let style = if is_chosen { theme.accent } else { theme.dim };
    let label = format!("{mark} {label:<columns$}  ");
    let room = page.width().saturating_sub(label.width());
    let origin = cut(origin, room / 3);
    let value = cut_front(value, room.saturating_sub(origin.width() + 2));
    let gap = room.saturating_sub(value.width() + origin.width() + 1);
    page.push(vec![
        Span::styled(label, style),
        Span::raw(value),
        Span::raw(" ".repeat(gap)),
        Span::styled(origin, theme.dim),
    ]);
}

fn files(plan: &Plan, theme: &Theme, page: &mut Page) {
    page.blank();
    let files: Vec<&FileChange> = plan.files.iter().collect();
    file_lines(&files, "", theme, page, |file| match file.line_count() {
        0 => String::new(),
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    });
}

/// The files of the namespace's folder by their names, then the folder, then those elsewhere.
pub(super) fn file_lines(
    files: &[&FileChange],
    indent: &str,
    theme: &Theme,
    page: &mut Page,
    more: impl Fn(&FileChange) -> String,
) {
    let folder = files.first().and_then(|file| file.path.parent());
    let (inside, elsewhere): (Vec<&FileChange>, Vec<&FileChange>) =
        files.iter().partition(|file| file.path.parent() == folder);
    let line = |file: &FileChange, name: &str| {
        let text = format!("{indent}{:<10} {name}  {}", file.verb.word(), more(file));
        text.trim_end().to_owned()
    };
    for file in inside {
        page.line(&line(file, file.path.name()), Style::new());
    }
    if let Some(folder) = folder {
        page.wrapped(&format!("{indent}in "), folder.as_str(), theme.dim, theme.dim);
    }
    for file in elsewhere {
        page.line(&line(file, file.path.as_str()), Style::new());
    }
}

fn effects(plan: &Plan, theme: &Theme, page: &mut Page) {
    for effect in &plan.effects {
        let count = effect.after.len();
        let words = if count == 1 { "1 role" } else { "roles" };
        let words = if count == 1 { words.to_owned() } else { format!("{count} {words}") };
        page.blank();
        page.line(&format!("{} may assume {words}:", effect.namespace), theme.strong);
        for role in &effect.after {
            let is_new = !effect.before.contains(role);
            let mark = if is_new { "+ " } else { "  " };
            page.wrapped(mark, role, theme.ok, Style::new());
        }
    }
}

fn notes(plan: &Plan, theme: &Theme, page: &mut Page) {
    page.blank();
    for note in &plan.notes {
        page.wrapped("", note, theme.dim, theme.dim);
    }
    page.blank();
    page.line("The same without questions:", theme.dim);
    page.wrapped("", &plan.command, theme.dim, theme.dim);
}
