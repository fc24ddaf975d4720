//! Deciding about a file that is there with other content. Overwriting asks once more, beside the
//! difference; what is decided holds for that file and no other.

use super::super::preview::PreviewMode;
use super::super::review::ConflictChoice;
use super::super::state::{Popup, Wizard};
use super::Effects;
use crate::domain::conflict::OnConflict;

impl Wizard {
    pub(super) fn conflict_chosen(&mut self, row: usize) -> Effects {
        self.popup = None;
        match ConflictChoice::ALL.get(row) {
            Some(ConflictChoice::Show) => {
                self.show_conflict();
                self.preview.is_open = true;
                Vec::new()
            }
            Some(ConflictChoice::Take(OnConflict::Apply)) => {
                self.show_conflict();
                self.open(Popup::Overwrite);
                Vec::new()
            }
            Some(ConflictChoice::Take(what)) => self.conflict_decided(*what),
            None => Vec::new(),
        }
    }

    /// The preview turns to the difference.
    fn show_conflict(&mut self) {
        let path = self.chosen_conflict().map(|conflict| conflict.file.path.clone());
        let pages = self.plan().map(crate::plan::Plan::pages).unwrap_or_default();
        self.preview.page = pages.iter().position(|page| Some(&page.path) == path.as_ref());
        self.preview.mode = PreviewMode::Diff;
        self.preview.scroll = Some(0);
    }

    pub(super) fn conflict_decided(&mut self, what: OnConflict) -> Effects {
        self.popup = None;
        let Some(conflict) = self.chosen_conflict() else {
            return Vec::new();
        };
        let path = conflict.file.path.clone();
        self.decided.insert(path, what);
        self.refresh()
    }
}
