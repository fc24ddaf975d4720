//! Messages change the state and ask for effects: one arm a message, each handled in the file of its
//! subject.

mod choosing;
mod conflicts;
mod going;
mod news;
mod preview;
mod typing;
mod windows;
mod writing;

use super::effect::Effect;
use super::message::Message;
use super::state::{Popup, Setup, Wizard, WriteState};

pub(super) use typing::paste_refusal;

type Effects = Vec<Effect>;

impl Wizard {
    /// A wizard, and what it wants first. It can be drawn at once.
    pub fn start(setup: Setup) -> (Self, Effects) {
        let mut wizard = Wizard { setup, ..Wizard::default() };
        wizard.fill_fields();
        if !wizard.setup.interrupted.is_empty() {
            wizard.open(Popup::Recovery);
        }
        let mut effects = vec![Effect::ListClusters];
        effects.extend(wizard.refresh());
        (wizard, effects)
    }

    /// Takes a message.
    pub fn update(&mut self, message: Message) -> Effects {
        if self.write == WriteState::Writing && !matches!(message, Message::Applied(_)) {
            return Vec::new();
        }
        if !is_news(&message) {
            self.write_wanted = false;
            self.notice = None;
        }
        match message {
            Message::Typed(c) => self.typed(&c.to_string()),
            Message::Pasted(text) => self.pasted(&text),
            Message::Edited(edit) => self.edited(edit),
            Message::Moved(step) => self.moved(step),
            Message::Entered => self.entered(),
            Message::WentOn => self.went_on(),
            Message::WentBack => self.back(),
            Message::Escaped => self.escaped(),
            Message::Toggled => self.toggled(),
            Message::Answered(values) => self.answered(&values),
            Message::EntryAdded => self.entry_added(),
            Message::SuspendAsked => vec![Effect::Suspend],
            Message::RedrawAsked => vec![Effect::Redraw],
            Message::HelpAsked => self.help_asked(),
            Message::PreviewAsked => self.preview_asked(),
            Message::FileSwitched(by) => self.file_switched(by),
            Message::DiffSwitched => self.diff_switched(),
            Message::StyleSwitched => self.style_switched(),
            Message::WriteAsked => self.write_asked(),
            Message::Refreshed => self.refreshed(),
            Message::QuitAsked => self.quit_asked(),
            Message::Scanned(scanned) => self.scanned(scanned),
            Message::Looked(request, outlook) => self.looked(request, outlook),
            Message::RoleChecked(request, check) => self.role_checked(request, check),
            Message::RolesListed(request, page) => self.roles_listed(request, page),
            Message::RoleListEnded(request, end) => self.role_list_ended(request, end),
            Message::Applied(result) => self.applied(result),
            Message::Recovered(result) => self.recovered(result),
        }
    }
}

/// Messages that no key caused leave the notice alone.
fn is_news(message: &Message) -> bool {
    matches!(
        message,
        Message::Scanned(_)
            | Message::Looked(..)
            | Message::RoleChecked(..)
            | Message::RolesListed(..)
            | Message::RoleListEnded(..)
            | Message::Applied(_)
            | Message::Recovered(_)
    )
}
