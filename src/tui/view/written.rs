//! The last screen: what was achieved, and what comes next.

use ratatui::style::Style;

use super::page::Page;
use crate::plan::next_steps;
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
    for line in &steps.achieved {
        page.wrapped(&format!("{} ", theme.glyphs.ok), line, theme.ok, theme.strong);
    }
    page.line("", Style::new());
    for file in &plan.files {
        page.line(&format!("  {:<10} {}", file.verb.word(), file.path), theme.dim);
    }
    page.blank();
    for (at, (what, command)) in steps.next.iter().enumerate() {
        page.wrapped(&format!("  {}  ", at + 1), what, theme.accent, Style::new());
        if !command.is_empty() {
            page.wrapped("     ", command, theme.dim, theme.dim);
        }
    }
    page.blank();
    page.line("The same without questions:", theme.dim);
    page.wrapped("", &plan.command, theme.dim, theme.dim);
    page
}
