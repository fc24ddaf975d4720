//! Choosing: rows, switches and suggestions, and the scrolling of what is shown.

use super::super::field::Field;
use super::super::message::Move;
use super::super::state::{Popup, Wizard};
use super::Effects;
use crate::questions::{Kind, QuestionId, Step, question};

/// More lines than the help has.
const HELP_LINES: usize = 64;

/// Lines that a page moves.
pub(super) const PAGE: usize = 10;

impl Wizard {
    pub(super) fn moved(&mut self, step: Move) -> Effects {
        if let Some(popup) = self.popup {
            // The help has one option, and more lines than some screens.
            let rows = if popup == Popup::Help { HELP_LINES } else { popup.options().len() };
            self.popup_row = moved_to(self.popup_row, step, rows);
            return Vec::new();
        }
        if self.preview.is_open {
            self.scroll(step);
            return Vec::new();
        }
        if self.step() >= Step::Review {
            self.review_moved(step);
            return Vec::new();
        }
        match self.focused().map(|id| (id, self.fields.get(&id))) {
            Some((id, Some(Field::Choice(_)))) => self.choice_moved(id, step),
            Some((_, Some(Field::Text(_)))) => self.suggestion_moved(step),
            _ => Vec::new(),
        }
    }

    /// Pages scroll the text; everything else moves over the answers, and back to them.
    pub(super) fn review_moved(&mut self, step: Move) {
        match step {
            Move::PageDown => self.review_scroll += PAGE,
            Move::PageUp => self.review_scroll = self.review_scroll.saturating_sub(PAGE),
            step => {
                self.review_scroll = 0;
                self.review_row = moved_to(self.review_row(), step, self.review_rows().len());
            }
        }
    }

    pub(super) fn choice_moved(&mut self, id: QuestionId, step: Move) -> Effects {
        let Kind::Choice(choices) = question(id).kind else {
            return Vec::new();
        };
        let current = self.value(id).unwrap_or_default();
        let at = choices.iter().position(|choice| choice.value == current);
        let next = at.map_or(0, |at| moved_to(at, step, choices.len()));
        self.fields.insert(id, Field::Choice(Some(choices[next].value)));
        self.changed(id)
    }

    pub(super) fn suggestion_moved(&mut self, step: Move) -> Effects {
        let count = self.suggestions.len();
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        let between = |forward: bool, wizard: &mut Self| {
            wizard.text_field().is_some_and(|(_, field)| field.step(forward))
        };
        match (self.selected, step) {
            (None, Move::Up) => {
                between(false, self);
            }
            (Some(0), Move::Up) if !is_closed => self.selected = None,
            (None, Move::Down) if between(true, self) => {}
            (None, _) if count > 0 => self.selected = Some(0),
            (Some(at), _) if count > 0 => self.selected = Some(moved_to(at, step, count)),
            _ => {}
        }
        let mut effects = self.read_states();
        if is_closed {
            effects.extend(self.look());
            effects.extend(self.follow_cluster());
        }
        effects
    }

    pub(super) fn toggled(&mut self) -> Effects {
        let Some(id) = self.focused().filter(|_| self.popup.is_none()) else {
            return Vec::new();
        };
        match self.fields.get(&id) {
            Some(Field::Switch(_)) => {
                let on = self.is_on(id);
                self.fields.insert(id, Field::Switch(Some(!on)));
                self.changed(id)
            }
            Some(Field::Choice(_)) => self.choice_moved(id, Move::Down),
            _ => Vec::new(),
        }
    }
}

fn moved_to(at: usize, step: Move, count: usize) -> usize {
    let last = count.saturating_sub(1);
    match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(PAGE),
        Move::PageDown => (at + PAGE).min(last),
        Move::First => 0,
        Move::Last => last,
    }
}
