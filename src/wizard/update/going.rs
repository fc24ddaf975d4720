//! Going on and back: which question comes next, and when a step may be left.

use super::super::review::ReviewRow;
use super::super::state::{Popup, Wizard};
use super::Effects;
use crate::questions::{QuestionId, Step, question};

impl Wizard {
    pub(super) fn entered(&mut self) -> Effects {
        if self.entry.is_some() {
            return self.entry_entered();
        }
        if let Some(popup) = self.popup {
            return self.popup_entered(popup);
        }
        match self.step() {
            Step::Review => self.answer_chosen(),
            Step::Written => Vec::new(),
            _ => self.go_on(),
        }
    }

    pub(super) fn went_on(&mut self) -> Effects {
        if self.popup.is_none() && self.step() < Step::Review { self.go_on() } else { Vec::new() }
    }

    pub(super) fn go_on(&mut self) -> Effects {
        let Some(id) = self.focused() else {
            return self.enter_step(self.step().next());
        };
        if let Some(problem) = self.take_highlighted() {
            self.say(problem);
            return Vec::new();
        }
        if let Some((_, field)) = self.text_field() {
            field.tidy();
        }
        let mut effects = self.refresh();
        if self.error(id).is_some() || self.is_missing(id) {
            self.tried = true;
            return effects;
        }
        self.tried = false;
        if self.focus + 1 < self.questions_of(self.step()).len() {
            self.focus += 1;
            self.selected = None;
            effects.extend(self.refresh());
            return effects;
        }
        let next = if self.returning { Step::Review } else { self.step_after(self.step()) };
        effects.extend(self.enter_step(next));
        effects
    }

    /// Puts the highlighted suggestion into the field; says why if it can't be taken.
    pub(super) fn take_highlighted(&mut self) -> Option<String> {
        let suggestion = self.suggestions.get(self.selected?).cloned()?;
        if let Some(reason) = suggestion.disabled {
            return Some(format!("{} can't be chosen: {reason}", suggestion.value));
        }
        let (id, field) = self.text_field()?;
        field.set(&suggestion.value);
        self.touched.insert(id);
        self.selected = None;
        None
    }

    pub(super) fn step_after(&self, step: Step) -> Step {
        let mut next = step.next();
        while next < Step::Review && self.outlook.is_some() && self.questions_of(next).is_empty() {
            next = next.next();
        }
        next
    }

    pub(super) fn step_before(&self, step: Step) -> Step {
        let mut previous = step.previous();
        while previous > Step::Cluster
            && self.outlook.is_some()
            && self.questions_of(previous).is_empty()
        {
            previous = previous.previous();
        }
        previous
    }

    pub(super) fn enter_step(&mut self, step: Step) -> Effects {
        self.step = Some(step);
        self.focus = 0;
        self.selected = None;
        self.tried = false;
        self.preview.page = None;
        self.preview.scroll = None;
        if step == Step::Review {
            self.review_scroll = 0;
            self.returning = false;
        }
        let effects = self.refresh();
        self.leave_incomplete_review();
        effects
    }

    /// The review is for complete answers: an open one is gone to.
    pub(super) fn leave_incomplete_review(&mut self) {
        if self.step() != Step::Review || !self.is_up_to_date() {
            return;
        }
        let Some(outlook) = &self.outlook else { return };
        let invalid = outlook.invalid.first().map(|answer| answer.id);
        let Some(id) = outlook.missing.first().copied().or(invalid) else {
            return;
        };
        self.go_to(id);
        self.tried = true;
    }

    pub(super) fn go_to(&mut self, id: QuestionId) {
        let step = question(id).step;
        self.step = Some(step);
        self.focus = self.questions_of(step).iter().position(|other| *other == id).unwrap_or(0);
        self.selected = None;
        self.suggest();
    }

    pub(super) fn back(&mut self) -> Effects {
        if self.popup.is_some() || self.step() == Step::Written {
            return Vec::new();
        }
        self.tried = false;
        self.returning = false;
        if self.focus > 0 && self.step() != Step::Review {
            self.focus -= 1;
            self.selected = None;
            return self.refresh();
        }
        if self.step() == Step::Cluster {
            self.say("this is the first question; Ctrl-C leaves");
            return Vec::new();
        }
        let before = self.step_before(self.step());
        let effects = self.enter_step(before);
        self.focus = self.questions_of(before).len().saturating_sub(1);
        self.suggest();
        effects
    }

    pub(super) fn escaped(&mut self) -> Effects {
        if self.entry.is_some() {
            return self.entry_escaped();
        }
        match self.popup {
            Some(Popup::Recovery) => return self.leave(),
            Some(Popup::Forget) => {
                self.open(Popup::Recovery);
                return Vec::new();
            }
            _ => {}
        }
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if self.preview.is_open {
            return self.preview_closed();
        }
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        if self.selected.is_some() && !is_closed {
            self.selected = None;
            return Vec::new();
        }
        self.back()
    }

    pub(super) fn answer_chosen(&mut self) -> Effects {
        let id = match self.review_rows().get(self.review_row()) {
            Some(ReviewRow::Answer(id)) => *id,
            Some(ReviewRow::Conflict(_)) => {
                self.open(Popup::Conflict);
                return Vec::new();
            }
            None => return Vec::new(),
        };
        self.go_to(id);
        self.returning = true;
        self.refresh()
    }
}
