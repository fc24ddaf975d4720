//! Asking AWS on threads of their own: one for the role that is typed, and one for each list.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::wizard::Done;
use crate::aws::{ListEnd, ListQuestion, RoleLookup};
use crate::wizard::{Effect, Message};

/// Asks AWS about single roles, one question at a time; of several that wait only the last one.
pub(super) fn ask_aws(
    lookup: &dyn RoleLookup,
    questions: &Receiver<Effect>,
    results: &Sender<Done>,
) {
    while let Ok(mut question) = questions.recv() {
        while let Ok(newer) = questions.recv_timeout(lookup.patience()) {
            question = newer;
            if results.send(None).is_err() {
                return;
            }
        }
        let done = match question {
            Effect::CheckRole(request, role) => {
                Some(Message::RoleChecked(request, lookup.check(&role)))
            }
            _ => None,
        };
        if results.send(done).is_err() {
            return;
        }
    }
}

/// Reads lists of roles. A list that hangs is left to itself when another one is wanted.
pub(super) struct Lists {
    lookup: Arc<dyn RoleLookup>,
    /// Whether there is a trace of credentials beside profiles of the config: without any, the SDK
    /// would look for them in the network.
    has_credentials: bool,
    newest: Arc<AtomicU64>,
    sender: Sender<Message>,
    inbox: Receiver<Message>,
}

impl Lists {
    pub(super) fn new(lookup: Arc<dyn RoleLookup>, has_credentials: bool) -> Self {
        let (sender, inbox) = channel();
        Lists { lookup, has_credentials, newest: Arc::default(), sender, inbox }
    }

    /// Begins a list; the one before it ends with its next page.
    pub(super) fn begin(&self, request: u64, question: ListQuestion) {
        self.newest.store(request, Ordering::Relaxed);
        let (newest, sender) = (Arc::clone(&self.newest), self.sender.clone());
        if !self.has_credentials && question.profile.is_none() {
            drop(sender.send(Message::RoleListEnded(request, ListEnd::NotAsked)));
            return;
        }
        let lookup = Arc::clone(&self.lookup);
        thread::spawn(move || {
            let end = lookup.list(&question, &mut |page| {
                newest.load(Ordering::Relaxed) == request
                    && sender.send(Message::RolesListed(request, page)).is_ok()
            });
            drop(sender.send(Message::RoleListEnded(request, end)));
        });
    }

    /// What has come in since.
    pub(super) fn news(&self) -> impl Iterator<Item = Message> {
        self.inbox.try_iter()
    }
}
