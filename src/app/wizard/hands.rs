//! The wizard's hands: its effects, on threads of their own where they can take long.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::super::asking::{Lists, ask_aws};
use super::super::carry_out::Checkout;
use super::super::commit::{Wish, commit};
use super::super::state::State;
use super::super::takeaway::{self, Clipboard};
use super::super::{carry_out, recover, undo};
use super::Aws;
use super::jobs::plan_jobs;
use super::signals::Signals;
use crate::domain::recovery::Recovery;
use crate::error::Report;
use crate::plan::{Plan, Planner};
use crate::repo::Root;
use crate::system::{ExternalBuild, RealDisk};
use crate::tui;
use crate::wizard::{Effect, Hands, Message};

/// The end of one job: its result, or nothing if it has none or a newer job took its place.
pub(in crate::app) type Done = Option<Message>;

/// What is worked on.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) root: Root,
    pub(super) disk: Arc<RealDisk>,
    pub(super) state: State,
}

pub(super) struct ShellHands {
    jobs: Sender<Effect>,
    questions: Sender<Effect>,
    lists: Lists,
    results: Sender<Done>,
    inbox: Receiver<Done>,
    own: Vec<Message>,
    /// Jobs and questions whose end has not come in.
    pending: usize,
    place: Place,
    signals: Signals,
    kustomize: Arc<dyn ExternalBuild>,
    clipboard: Clipboard,
    commit: Option<Wish>,
}

/// Nothing that was begun outlives the wizard.
impl Drop for ShellHands {
    fn drop(&mut self) {
        self.kustomize.stop();
    }
}

impl ShellHands {
    pub(super) fn new(
        planner: Planner,
        Aws { lookup, has_credentials }: Aws,
        place: Place,
        signals: Signals,
        clipboard: Clipboard,
        commit: Option<Wish>,
    ) -> Self {
        let (results, inbox) = channel();
        let (jobs, waiting_jobs) = channel();
        let (questions, waiting_questions) = channel();
        let (to_inbox, of_aws) = (results.clone(), results.clone());
        let kustomize = planner.external_build();
        let of_jobs = place.clone();
        thread::spawn(move || plan_jobs(planner, &of_jobs, &waiting_jobs, &to_inbox));
        let lists = Lists::new(Arc::clone(&lookup), has_credentials);
        thread::spawn(move || ask_aws(lookup.as_ref(), &waiting_questions, &of_aws));
        ShellHands {
            jobs,
            questions,
            lists,
            results,
            inbox,
            own: Vec::new(),
            pending: 0,
            place,
            signals,
            kustomize,
            clipboard,
            commit,
        }
    }

    /// Writes a plan, unless it could not be committed as it shall be.
    fn apply(&self, plan: &Plan) -> Result<(), Report> {
        self.commit.as_ref().map_or(Ok(()), |wish| wish.look_at(plan))?;
        let Place { root, disk, state } = &self.place;
        carry_out::write(Checkout { root, disk }, state, plan)
    }

    fn recover(&self, how: Recovery) -> Result<String, String> {
        let Place { state, disk, .. } = &self.place;
        let settled = recover::settle_all(state, disk.as_ref(), how);
        settled.map(|settled| recover::in_words(&settled)).map_err(|report| report.error)
    }
}

impl Hands for ShellHands {
    fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Apply(plan) => {
                let result = self.apply(&plan).map_err(|report| report.line());
                self.own.push(Message::Applied(result));
            }
            Effect::PlanUndo => {
                let Place { root, disk, state } = &self.place;
                let planned = undo::planned(&root.path, disk, state);
                self.own.push(Message::UndoPlanned(planned));
            }
            Effect::Commit { plan, branch } => {
                let (root, results) = (self.place.root.clone(), self.results.clone());
                self.pending += 1;
                // The user's hooks take as long as they take.
                thread::spawn(move || {
                    let lines = commit(&root, &plan, &branch).map_err(|report| report.line());
                    drop(results.send(Some(Message::Committed(lines))));
                });
            }
            Effect::Recover(how) => {
                let result = self.recover(how);
                self.own.push(Message::Recovered(result));
            }
            Effect::Copy { name, text } => {
                self.own.push(Message::Copied(self.clipboard.copy(&name, &text)));
            }
            Effect::Save { path, text } => {
                self.own.push(Message::Saved(takeaway::save(&path, &text)));
            }
            Effect::ListRoles(request, question) => self.lists.begin(request, *question),
            question @ Effect::CheckRole(..) => {
                let is_asked = self.questions.send(question).is_ok();
                self.pending += usize::from(is_asked);
            }
            job => {
                let is_begun = self.jobs.send(job).is_ok();
                self.pending += usize::from(is_begun);
            }
        }
    }

    fn results(&mut self) -> Vec<Message> {
        let mut messages = std::mem::take(&mut self.own);
        messages.extend(self.lists.news());
        for done in self.inbox.try_iter() {
            self.pending = self.pending.saturating_sub(1);
            messages.extend(done);
        }
        messages
    }

    /// Short while something is under way, so that its result is drawn at once.
    fn patience(&self) -> Duration {
        if !self.own.is_empty() {
            Duration::ZERO
        } else if self.pending > 0 {
            Duration::from_millis(4)
        } else {
            Duration::from_millis(50)
        }
    }

    fn signal(&self) -> Option<u8> {
        let number = self.signals.ending.load(Ordering::Relaxed);
        u8::try_from(number).ok().filter(|number| *number > 0)
    }

    fn takes_suspend(&self) -> bool {
        self.signals.suspend.swap(false, Ordering::Relaxed)
    }

    fn has_fault(&self) -> bool {
        tui::has_fault()
    }
}
