//! The last screen: what was achieved, and what comes next.

use ratatui::style::Style;

use super::page::Page;
use super::review::file_lines;
use crate::plan::{FileChange, Purpose, next_steps};
use crate::tui::theme::Theme;
use crate::wizard::{Wizard, WriteState};

/// The page.
pub(super) fn page(wizard: &Wizard, theme: &Theme, width: usize) -> Page {
    let mut page = Page::new(width);
    page.scroll = wizard.review_scroll();
    let WriteState::Written(plan) = wizard.write_state() else {
        return page;
    };
    let steps = next_steps(plan, &wizard.setup().here_to_root);
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
    for (at, (what, command)) in steps.next.iter().enumerate() {
        page.wrapped(&format!("  {}  ", at + 1), what, theme.accent, Style::new());
        if !command.is_empty() {
            page.wrapped("     ", command, theme.dim, theme.dim);
        }
    }
    if plan.purpose == Purpose::Grant {
        page.blank();
        page.line("The same without questions:", theme.dim);
        page.wrapped("", &plan.command, theme.dim, theme.dim);
    }
    page
}
