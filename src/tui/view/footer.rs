//! The bottom line: what happened last, or the keys that work now.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::page::cut;
use crate::tui::theme::Theme;
use crate::wizard::{BINDINGS, Binding, Popup, Wizard, WriteState};

/// Keys in the footer, at most.
const MOST: usize = 7;

/// The footer.
pub(super) fn footer(wizard: &Wizard, theme: &Theme, width: u16) -> Line<'static> {
    let width = usize::from(width);
    if let Some(notice) = wizard.notice() {
        let text = cut(&format!(" {} {notice}", theme.glyphs.look), width);
        return Line::styled(text, theme.look);
    }
    if *wizard.write_state() == WriteState::Writing {
        return Line::styled(format!(" {} writing", theme.glyphs.asking), theme.dim);
    }
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let context = wizard.context();
    let shown = BINDINGS
        .iter()
        .filter(|b| b.in_footer && b.contexts.contains(&context) && works(wizard, b));
    for binding in shown.take(MOST) {
        let does = words(wizard, binding);
        let next = binding.shown.width() + does.width() + 4;
        if used + next > width {
            break;
        }
        used += next;
        spans.push(Span::styled(binding.shown, theme.strong));
        spans.push(Span::styled(format!(" {does}   "), theme.dim));
    }
    Line::from(spans)
}

/// Whether a key has work in this very place.
fn works(wizard: &Wizard, binding: &Binding) -> bool {
    match binding.does {
        "another" => wizard.focused().is_some_and(|id| {
            crate::questions::question(id).repeatable && id != crate::questions::QuestionId::Cluster
        }),
        "toggle" => wizard
            .focused()
            .and_then(|id| wizard.field(id))
            .is_some_and(|field| matches!(field, crate::wizard::Field::Switch(_))),
        "choose" => wizard
            .focused()
            .and_then(|id| wizard.field(id))
            .is_some_and(|field| matches!(field, crate::wizard::Field::Choice(_))),
        "file" | "diff/file" | "preview" => wizard.preview_file().is_some(),
        // Pressed all the same, it says why not.
        "write" => wizard.plan().is_none_or(|plan| plan.obstacle().is_none()),
        _ => true,
    }
}

fn words(wizard: &Wizard, binding: &Binding) -> &'static str {
    match binding.does {
        "write" if wizard.setup().dry_run => "end the dry run",
        "yes" if matches!(wizard.popup(), Some((Popup::Help, _))) => "close",
        does => does,
    }
}
