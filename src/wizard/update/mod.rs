//! Messages change the state and ask for effects: one arm a message, each handled in the file of its
//! subject.

mod afterwards;
mod choosing;
mod conflicts;
mod going;
mod news;
mod preview;
mod taking;
mod typing;
mod windows;
mod writing;

use super::effect::Effect;
use super::message::Message;
use super::state::{Popup, Setup, Wizard, WriteState};
use crate::questions::GivenAnswers;

pub(super) use typing::paste_refusal;

type Effects = Vec<Effect>;

impl Wizard {
    /// A wizard, and what it wants first. It can be drawn at once.
    pub fn start(setup: Setup) -> (Self, Effects) {
        let mut wizard = Wizard { setup, ..Wizard::default() };
        let effects = wizard.begin();
        (wizard, effects)
    }

    fn begin(&mut self) -> Effects {
        self.fill_fields();
        if !self.setup.interrupted.is_empty() {
            self.open(Popup::Recovery);
        }
        let mut effects = vec![Effect::ListClusters];
        effects.extend(self.refresh());
        effects
    }

    /// Starts once more with these answers. The numbers of requests go on, so that late answers to
    /// old ones are dropped.
    fn begin_anew(&mut self, given: GivenAnswers) -> Effects {
        let old = std::mem::take(self);
        *self = Wizard {
            setup: Setup { given, interrupted: Vec::new(), ..old.setup },
            clusters: old.clusters,
            look_request: old.look_request,
            looked: old.looked,
            role_request: old.role_request,
            listed: old.listed,
            written: old.written,
            ..Wizard::default()
        };
        self.begin()
    }

    /// Takes a message.
    pub fn update(&mut self, message: Message) -> Effects {
        let is_writing = matches!(self.write, WriteState::Writing(_));
        if is_writing && !matches!(message, Message::Applied(_)) {
            return Vec::new();
        }
        // The user's hooks may hang: leaving is the way out.
        let may_pass = matches!(message, Message::Committed(_) | Message::QuitAsked);
        if self.commits && !may_pass {
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
            Message::FileSwitched(by) => self.page_switched(by),
            Message::DiffSwitched => self.diff_switched(),
            Message::StyleSwitched => self.style_switched(),
            Message::StylesAsked => self.styles_asked(),
            Message::WrapSwitched => self.wrap_switched(),
            Message::SearchAsked => self.search_asked(),
            Message::MatchStepped { forward } => self.match_stepped(forward),
            Message::CopyAsked(what) => self.copy_asked(what),
            Message::SaveAsked => self.save_asked(),
            Message::AgainAsked(again) => self.again_asked(again),
            Message::UndoAsked => self.undo_asked(),
            Message::CommitAsked => self.commit_asked(),
            Message::Committed(made) => self.committed(made),
            Message::HandOverAsked { test_pod } => self.hand_over_asked(test_pod),
            Message::HandedOver(made) => self.handed_over(made),
            Message::UndoPlanned(planned) => self.undo_planned(planned),
            Message::WriteAsked => self.write_asked(),
            Message::Refreshed => self.refreshed(),
            Message::QuitAsked => self.quit_asked(),
            Message::Scanned(scanned) => self.scanned(scanned),
            Message::Looked(request, outlook) => self.looked(request, outlook),
            Message::OtherStyleLooked(request, outlook) => {
                self.other_style_looked(request, outlook)
            }
            Message::Copied(result) => self.copied(result),
            Message::Saved(result) => self.saved(result),
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
            | Message::OtherStyleLooked(..)
            | Message::Committed(_)
            | Message::HandedOver(_)
            | Message::UndoPlanned(_)
            | Message::Copied(_)
            | Message::Saved(_)
            | Message::RoleChecked(..)
            | Message::RolesListed(..)
            | Message::RoleListEnded(..)
            | Message::Applied(_)
            | Message::Recovered(_)
    )
}
