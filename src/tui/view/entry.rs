//! The line to type into at the foot of the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::page::{cut, cut_front};
use crate::tui::theme::Theme;
use crate::wizard::{Entry, EntryPurpose};

/// Draws it in the place of the footer.
pub(super) fn draw(frame: &mut Frame<'_>, entry: &Entry, theme: &Theme, area: Rect) {
    let (label, keys) = match entry.purpose {
        EntryPurpose::Search => (" Search: ", "Enter keep   n N next, before   Esc end"),
        EntryPurpose::Save => (" Save to: ", "Enter save   Esc not"),
        EntryPurpose::Branch => (" Commit on branch: ", "Enter commit, no push   Esc not"),
    };
    let width = usize::from(area.width);
    let room = width.saturating_sub(label.width() + 1);
    let text = entry.field.text();
    let before: String = text.chars().take(entry.field.cursor()).collect();
    // The end in front of the cursor stays in sight.
    let before = cut_front(&before, room.saturating_sub(1));
    let after: String = text.chars().skip(entry.field.cursor()).collect();
    let after = cut(&after, room.saturating_sub(before.width()));
    let used = label.width() + before.width() + after.width();
    let keys = if used + keys.len() + 4 <= width { keys } else { "" };
    let gap = " ".repeat(width.saturating_sub(used + keys.len() + 1));
    frame.render_widget(
        Line::from(vec![
            Span::styled(label, theme.accent),
            Span::raw(before.clone()),
            Span::raw(after),
            Span::raw(gap),
            Span::styled(keys, theme.dim),
        ]),
        area,
    );
    if let Ok(column) = u16::try_from(label.width() + before.width()) {
        if column < area.width {
            frame.set_cursor_position((area.x + column, area.y));
        }
    }
}
