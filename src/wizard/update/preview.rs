//! The preview: which file it shows, and how.

use super::super::message::Move;
use super::super::state::{PreviewMode, Wizard};
use super::Effects;
use crate::questions::QuestionId;

impl Wizard {
    pub(super) fn preview_asked(&mut self) -> Effects {
        self.preview_open = !self.preview_open;
        self.preview_scroll = self.preview_open.then_some(0);
        Vec::new()
    }

    pub(super) fn file_switched(&mut self, by: isize) -> Effects {
        let count = self.shown_plan().map_or(0, |plan| plan.pages().len());
        if count > 0 {
            let at = self.preview_file().map_or(0, |(at, _)| at);
            self.preview_file = Some((at + count).saturating_add_signed(by) % count);
            self.preview_scroll = None;
        }
        Vec::new()
    }

    pub(super) fn diff_switched(&mut self) -> Effects {
        self.preview_mode = match self.preview_mode {
            PreviewMode::File => PreviewMode::Diff,
            PreviewMode::Diff => PreviewMode::File,
        };
        self.preview_scroll = None;
        Vec::new()
    }

    pub(super) fn style_switched(&mut self) -> Effects {
        self.choice_moved(
            QuestionId::Style,
            match self.value(QuestionId::Style).as_deref() {
                Some("json-patch") => Move::Down,
                _ => Move::Up,
            },
        )
    }
}
