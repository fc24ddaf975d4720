//! The editable answers: text with a cursor, one of a few, yes or no.

use tui_input::{Input, InputRequest};

use super::message::Edit;
use crate::questions::Kind;

/// One question's answer while it is edited.
#[derive(Debug, Clone)]
pub enum Field {
    /// A text, or several.
    Text(TextField),
    /// The value of a choice; `None` leaves it to the default.
    Choice(Option<&'static str>),
    /// A switch; `None` leaves it to the default.
    Switch(Option<bool>),
}

impl Field {
    /// The field of a question of this kind with these values. A value that is no choice is none.
    pub(super) fn of(kind: Kind, values: &[String]) -> Self {
        match kind {
            Kind::Text(_) => Field::Text(TextField::of(values)),
            Kind::Choice(choices) => {
                let known = |value| choices.iter().map(|c| c.value).find(|choice| *choice == value);
                Field::Choice(values.first().and_then(known))
            }
            Kind::Switch => Field::Switch(values.first().map(|value| value == "true")),
        }
    }
}

/// The entries of a text answer; there is always at least one.
#[derive(Debug, Clone)]
pub struct TextField {
    entries: Vec<Input>,
    active: usize,
}

impl TextField {
    /// A field with these values.
    pub fn of(values: &[String]) -> Self {
        let mut entries: Vec<Input> =
            values.iter().map(|value| Input::new(value.clone())).collect();
        if entries.is_empty() {
            entries.push(Input::default());
        }
        TextField { active: entries.len() - 1, entries }
    }

    /// The entries.
    pub fn entries(&self) -> &[Input] {
        &self.entries
    }

    /// Which entry is edited.
    pub fn active(&self) -> usize {
        self.active
    }

    /// The entry that is edited.
    pub fn text(&self) -> &str {
        self.entries.get(self.active).map_or("", Input::value)
    }

    /// How many characters stand before the cursor.
    pub fn cursor(&self) -> usize {
        self.entries.get(self.active).map_or(0, Input::cursor)
    }

    /// The values: entries without blanks around them, empty ones left out.
    pub fn values(&self) -> Vec<String> {
        let values = self.entries.iter().map(|entry| entry.value().trim().to_owned());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// Whether the cursor stands behind the last character.
    pub fn is_at_end(&self) -> bool {
        self.entries
            .get(self.active)
            .is_none_or(|entry| entry.cursor() == entry.value().chars().count())
    }

    pub(super) fn insert(&mut self, text: &str) {
        let entry = &mut self.entries[self.active];
        // At once: a character at a time, each would copy all that is there.
        let (before, after): (Vec<_>, Vec<_>) =
            entry.value().chars().enumerate().partition(|(at, _)| *at < entry.cursor());
        let cursor = before.len() + text.chars().count();
        let whole = before.iter().map(|(_, c)| *c).chain(text.chars());
        let whole: String = whole.chain(after.iter().map(|(_, c)| *c)).collect();
        *entry = Input::new(whole).with_cursor(cursor);
    }

    pub(super) fn set(&mut self, text: &str) {
        self.entries[self.active] = Input::new(text.to_owned());
    }

    /// Edits the active entry; says whether its text changed.
    pub(super) fn edit(&mut self, edit: Edit) -> bool {
        // Backspace in an empty entry takes the entry away.
        if edit == Edit::Backspace && self.text().is_empty() && self.entries.len() > 1 {
            self.entries.remove(self.active);
            self.active = self.active.saturating_sub(1);
            return true;
        }
        let request = match edit {
            Edit::Backspace => InputRequest::DeletePrevChar,
            Edit::Delete => InputRequest::DeleteNextChar,
            Edit::DeleteWord => InputRequest::DeletePrevWord,
            Edit::DeleteToStart => InputRequest::DeleteFromStart,
            Edit::DeleteToEnd => InputRequest::DeleteTillEnd,
            Edit::Left => InputRequest::GoToPrevChar,
            Edit::Right => InputRequest::GoToNextChar,
            Edit::WordLeft => InputRequest::GoToPrevWord,
            Edit::WordRight => InputRequest::GoToNextWord,
            Edit::Start => InputRequest::GoToStart,
            Edit::End => InputRequest::GoToEnd,
        };
        self.entries[self.active].handle(request).is_some_and(|change| change.value)
    }

    /// Adds an empty entry, unless the active one is empty.
    pub(super) fn add_entry(&mut self) {
        if !self.text().is_empty() {
            self.entries.push(Input::default());
            self.active = self.entries.len() - 1;
        }
    }

    /// Moves to the next entry (or the one before), if there is one.
    pub(super) fn step(&mut self, forward: bool) -> bool {
        let next = if forward { self.active + 1 } else { self.active.wrapping_sub(1) };
        let moved = next < self.entries.len();
        if moved {
            self.active = next;
        }
        moved
    }

    /// Drops entries that were added and left empty.
    pub(super) fn tidy(&mut self) {
        if self.entries.len() > 1 {
            self.entries.retain(|entry| !entry.value().trim().is_empty());
        }
        if self.entries.is_empty() {
            self.entries.push(Input::default());
        }
        self.active = self.active.min(self.entries.len() - 1);
    }
}
