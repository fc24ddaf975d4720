//! The bottom line: what happened last, or the keys that work now.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::page::cut;
use crate::questions::{QuestionId, question};
use crate::tui::theme::Theme;
use crate::wizard::{BINDINGS, Binding, Field, Popup, Sign, Wizard, Works, WriteState};

/// Keys in the footer, at most.
const MOST: usize = 7;

/// The footer.
pub(super) fn footer(wizard: &Wizard, theme: &Theme, width: u16) -> Line<'static> {
    let width = usize::from(width);
    if let Some(notice) = wizard.notice() {
        let is_good = wizard.has_good_news();
        let (sign, style) = theme.sign(if is_good { Sign::Ok } else { Sign::Look });
        return Line::styled(cut(&format!(" {sign} {notice}"), width), style);
    }
    if matches!(wizard.write_state(), WriteState::Writing(_)) {
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
    let field = || wizard.focused().and_then(|id| wizard.field(id));
    match binding.works {
        Works::Always => true,
        Works::Repeatable => {
            wizard.focused().is_some_and(|id| question(id).repeatable && id != QuestionId::Cluster)
        }
        Works::OnSwitch => matches!(field(), Some(Field::Switch(_))),
        Works::OnChoice => matches!(field(), Some(Field::Choice(_))),
        Works::AfterGrant => wizard.has_granted(),
        Works::WithFile => wizard.preview_file().is_some(),
        Works::WithPage => wizard.preview_page().is_some(),
        Works::Writable => wizard.plan().is_none_or(|plan| plan.obstacle().is_none()),
    }
}

fn words(wizard: &Wizard, binding: &Binding) -> &'static str {
    match binding.does {
        "write" if wizard.setup().dry_run => "end the dry run",
        "take it" if matches!(wizard.popup(), Some((Popup::Help, _))) => "close",
        does => does,
    }
}
