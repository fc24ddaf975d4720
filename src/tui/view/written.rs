//! The last screen: what was achieved, and what comes next.

use ratatui::style::Style;

use super::page::Page;
use super::review::file_lines;
use crate::plan::{FileChange, Purpose};
use crate::questions::QuestionId;
use crate::tui::theme::Theme;
use crate::wizard::{Wizard, WriteState};

/// The page.
pub(super) fn page(wizard: &Wizard, theme: &Theme, width: usize) -> Page {
    let mut page = Page::new(width);
    page.scroll = wizard.review_scroll();
    let WriteState::Written(plan) = wizard.write_state() else {
        return page;
    };
    let Some(steps) = wizard.next_steps() else {
        return page;
    };
    page.line("", Style::new());
    if let Purpose::Undo { .. } = plan.purpose {
        page.line(
            &format!("{} taken back: the files are as they were before", theme.glyphs.ok),
            theme.ok,
        );
    }
    for line in &steps.achieved {
        page.wrapped(&format!("{} ", theme.glyphs.ok), line, theme.ok, theme.strong);
    }
    page.line("", Style::new());
    let files: Vec<&FileChange> = plan.files.iter().collect();
    file_lines(&files, "  ", theme, &mut page, |_| String::new());
    page.blank();
    let commit = wizard.written().last().and_then(|written| written.commit.as_ref());
    for (at, line) in commit.into_iter().flatten().enumerate() {
        let (sign, style) =
            if at == 0 { (theme.glyphs.ok, theme.ok) } else { (theme.glyphs.dot, theme.dim) };
        page.wrapped(&format!("  {sign} "), line, style, Style::new());
    }
    for (at, (what, command)) in steps.next.iter().enumerate() {
        page.wrapped(&format!("  {}  ", at + 1), what, theme.accent, Style::new());
        if !command.is_empty() {
            page.wrapped("     ", command, theme.dim, theme.dim);
        }
    }
    if wizard.has_granted() {
        more(wizard, theme, &mut page);
    }
    if plan.purpose == Purpose::Grant {
        page.blank();
        page.line("The same without questions:", theme.dim);
        page.wrapped("", &plan.command, theme.dim, theme.dim);
    }
    page
}

/// What a key does from here.
fn more(wizard: &Wizard, theme: &Theme, page: &mut Page) {
    let cluster = wizard.value(QuestionId::Cluster).unwrap_or_default();
    page.blank();
    let commits = "commits it on a branch of its own; nothing is pushed".to_owned();
    let commit = (!wizard.is_committed()).then_some(("g", commits));
    for (key, does) in commit.into_iter().chain([
        ("h", "the page for the team, a test pod (t saves it), the pull request's text".to_owned()),
        ("p", "the same on another cluster".to_owned()),
        ("n", format!("another namespace on {cluster}")),
        ("u", "takes it back".to_owned()),
    ]) {
        page.wrapped(&format!("  {key}  "), &does, theme.accent, theme.dim);
    }
}
