//! The bottom of the screen: what happened last, or the keys that work now.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::page::{cut, wrap};
use crate::questions::{QuestionId, question};
use crate::tui::theme::Theme;
use crate::wizard::{BINDINGS, Binding, Field, Popup, Sign, Wizard, Works, WriteState};

/// Keys in the footer, at most.
const MOST: usize = 7;

/// Lines that a notice may take, at most.
const MOST_NOTICE: usize = 3;

/// What happened last, if there is anything to say: over the lowest lines, as many as it takes.
pub(super) fn notice(wizard: &Wizard, theme: &Theme, width: u16) -> Option<Vec<Line<'static>>> {
    let notice = wizard.notice()?;
    let sign = if wizard.has_good_news() { Sign::Ok } else { Sign::Look };
    let (sign, style) = theme.sign(sign);
    let room = usize::from(width).saturating_sub(4);
    let mut texts = wrap(notice, room);
    if texts.len() > MOST_NOTICE {
        let rest = texts.split_off(MOST_NOTICE - 1).join(" ");
        texts.push(cut(&rest, room));
    }
    let heads = std::iter::once(sign).chain(std::iter::repeat(" "));
    let lines = heads.zip(texts).map(|(head, text)| Line::styled(format!(" {head} {text}"), style));
    Some(lines.collect())
}

/// The footer.
pub(super) fn footer(wizard: &Wizard, theme: &Theme, width: u16) -> Line<'static> {
    let width = usize::from(width);
    if matches!(wizard.write_state(), WriteState::Writing(_)) {
        return Line::styled(format!(" {} writing", theme.glyphs.asking), theme.dim);
    }
    if wizard.is_committing() {
        let text = format!(" {} committing; hooks may take their time", theme.glyphs.asking);
        return Line::styled(text, theme.dim);
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
        Works::Uncommitted => wizard.has_granted() && !wizard.is_committed(),
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
