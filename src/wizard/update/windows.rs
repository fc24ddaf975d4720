//! Windows over everything, and leaving.

use super::super::effect::{Effect, Ending};
use super::super::state::{Popup, Wizard, WriteState};
use super::Effects;
use crate::domain::conflict::OnConflict;
use crate::domain::recovery::Recovery;

impl Wizard {
    pub(super) fn open(&mut self, popup: Popup) {
        self.popup = Some(popup);
        self.popup_row = 0;
    }

    pub(super) fn help_asked(&mut self) -> Effects {
        match self.popup {
            Some(Popup::Help) => self.popup = None,
            Some(_) => {}
            None => self.open(Popup::Help),
        }
        Vec::new()
    }

    pub(super) fn popup_entered(&mut self, popup: Popup) -> Effects {
        let row = self.popup_row;
        match (popup, row) {
            (Popup::Quit, 1) | (Popup::Recovery, 2) => return self.leave(),
            (Popup::Conflict, row) => return self.conflict_chosen(row),
            (Popup::Overwrite, 1) => return self.conflict_decided(OnConflict::Apply),
            (Popup::Undo, 1) => return self.undo_confirmed(),
            (Popup::Write, 0) => return self.write_confirmed(),
            (Popup::Recovery, 0) => return vec![Effect::Recover(Recovery::Finish)],
            (Popup::Recovery, 1) => return vec![Effect::Recover(Recovery::PutBack)],
            (Popup::Recovery, 4) => self.open(Popup::Forget),
            (Popup::Forget, 1) => return vec![Effect::Recover(Recovery::Forget)],
            (Popup::Forget, _) => self.open(Popup::Recovery),
            _ => self.popup = None,
        }
        Vec::new()
    }

    pub(super) fn quit_asked(&mut self) -> Effects {
        if matches!(self.write, WriteState::Written(_)) {
            return vec![Effect::Quit(Ending::Written)];
        }
        // Asking a second time is an answer.
        if !self.is_dirty()
            || matches!(self.popup, Some(Popup::Quit | Popup::Recovery | Popup::Forget))
        {
            return self.leave();
        }
        self.open(Popup::Quit);
        Vec::new()
    }

    pub(super) fn leave(&mut self) -> Effects {
        vec![Effect::Quit(Ending::Cancelled)]
    }
}
