//! Taking something away: to the clipboard, or into a file.

use super::super::effect::Effect;
use super::super::entry::{Entry, EntryPurpose};
use super::super::message::{Edit, Take};
use super::super::preview::PreviewPage;
use super::super::state::{Wizard, WriteState};
use super::Effects;

impl Wizard {
    pub(super) fn copy_asked(&mut self, what: Take) -> Effects {
        match self.text_of(what) {
            Some((name, text)) => vec![Effect::Copy { name, text }],
            None => {
                self.say("there is nothing to copy yet");
                Vec::new()
            }
        }
    }

    /// What is taken, by its name for people and as a text.
    fn text_of(&self, what: Take) -> Option<(String, String)> {
        let plan = match &self.write {
            WriteState::Written(plan) => Some(plan.as_ref()),
            _ => self.plan(),
        };
        match what {
            Take::Page => self.preview_text(),
            Take::Command => Some(("the command".to_owned(), plan?.command.clone())),
            Take::NextStep(number) => {
                let steps = self.next_steps()?.next;
                let (what, command) = steps.into_iter().nth(number.checked_sub(1)?)?;
                Some((format!("step {number}, {what}"), command))
            }
        }
    }

    pub(super) fn copied(&mut self, result: Result<String, String>) -> Effects {
        self.report(result, "not copied");
        Vec::new()
    }

    // --- the line at the foot ---

    pub(super) fn save_asked(&mut self) -> Effects {
        let name = if self.preview.is_open {
            self.preview_page().map(|(page, ..)| file_name(page))
        } else {
            self.plan().map(|_| "gangplank.diff".to_owned())
        };
        match name {
            Some(name) => self.entry = Some(Entry::new(EntryPurpose::Save, &name)),
            None => self.say("there is nothing to save yet"),
        }
        Vec::new()
    }

    pub(super) fn saved(&mut self, result: Result<String, String>) -> Effects {
        self.report(result, "not saved");
        Vec::new()
    }

    pub(super) fn entry_typed(&mut self, change: impl FnOnce(&mut Entry)) -> Effects {
        let Some(entry) = &mut self.entry else {
            return Vec::new();
        };
        change(entry);
        if entry.purpose == EntryPurpose::Search {
            let text = entry.field.text().to_owned();
            self.search_typed(&text);
        }
        Vec::new()
    }

    pub(super) fn entry_edited(&mut self, edit: Edit) -> Effects {
        self.entry_typed(|entry| {
            entry.field.edit(edit);
        })
    }

    pub(super) fn entry_entered(&mut self) -> Effects {
        let Some(entry) = self.entry.take() else {
            return Vec::new();
        };
        let typed = entry.field.text().trim().to_owned();
        match entry.purpose {
            EntryPurpose::Save | EntryPurpose::Branch if typed.is_empty() => Vec::new(),
            EntryPurpose::Branch => self.branch_named(typed),
            EntryPurpose::Save => {
                let text = if self.preview.is_open {
                    self.preview_text().map(|(_, text)| text)
                } else {
                    self.plan().map(|plan| plan.git_diff(&self.setup.prefix))
                };
                text.map(|text| Effect::Save { path: typed, text }).into_iter().collect()
            }
            EntryPurpose::Search => {
                if self.preview.found.is_none() && !typed.is_empty() {
                    self.say(format!("`{typed}` is not on this page"));
                }
                Vec::new()
            }
        }
    }

    pub(super) fn entry_escaped(&mut self) -> Effects {
        let was = self.entry.take();
        if was.is_some_and(|entry| entry.purpose == EntryPurpose::Search) {
            self.preview.search.clear();
            self.preview.found = None;
        }
        Vec::new()
    }
}

/// A name to save a page under. Not a manifest's own: beside others it would be read as one.
fn file_name(page: PreviewPage<'_>) -> String {
    match page {
        PreviewPage::File(file) => format!("{}.txt", file.path.name().replace(' ', "-")),
        PreviewPage::Reach(_) => "reach.txt".to_owned(),
        PreviewPage::Sheet(sheet) => sheet.file.clone(),
    }
}
