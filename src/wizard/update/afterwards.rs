//! What can be done once something was written: the same on another cluster, another namespace, or
//! taking it back.

use super::super::effect::Effect;
use super::super::message::Again;
use super::super::state::{Popup, Wizard, WriteState};
use super::Effects;
use crate::plan::{Effective, Plan, Purpose};
use crate::questions::{GivenAnswers, Origin, QuestionId, Step};

impl Wizard {
    /// The namespace that was written about, after a grant.
    fn granted(&self) -> Option<&Effective> {
        match &self.write {
            WriteState::Written(plan) if plan.purpose == Purpose::Grant => plan.effects.first(),
            _ => None,
        }
    }

    /// Whether a role was granted last.
    pub fn has_granted(&self) -> bool {
        self.granted().is_some()
    }

    /// Begins anew, with what stays the same as given answers.
    pub(super) fn again_asked(&mut self, again: Again) -> Effects {
        let Some(effect) = self.granted() else {
            return Vec::new();
        };
        let mut given = GivenAnswers::default();
        let (id, value) = match again {
            // `--from` reads the answers off the disk, and maps the account.
            Again::Cluster => {
                (QuestionId::From, format!("{}/{}", effect.cluster, effect.namespace))
            }
            Again::Namespace => (QuestionId::Cluster, effect.cluster.clone()),
        };
        given.give(id, vec![value], Origin::Typed);
        self.begin_anew(given)
    }

    // --- taking it back ---

    pub(super) fn undo_asked(&mut self) -> Effects {
        match &self.write {
            WriteState::Written(plan) if can_undo(plan) => vec![Effect::PlanUndo],
            _ => {
                self.say("nothing was written, so there is nothing to undo");
                Vec::new()
            }
        }
    }

    pub(super) fn undo_planned(&mut self, planned: Result<Box<Plan>, String>) -> Effects {
        match planned {
            Ok(plan) => match plan.findings.first().filter(|_| plan.obstacle().is_some()) {
                Some(finding) => self.say(format!("{}: {}", finding.message, finding.help)),
                None => {
                    self.undo = Some(plan);
                    self.open(Popup::Undo);
                }
            },
            Err(reason) => self.say(reason),
        }
        Vec::new()
    }

    pub(super) fn undo_confirmed(&mut self) -> Effects {
        self.popup = None;
        let Some(plan) = self.undo.take() else {
            return Vec::new();
        };
        self.write = WriteState::Writing(plan.clone());
        vec![Effect::Apply(plan)]
    }

    /// An undo that failed leaves what was written as it is.
    pub(super) fn undo_failed(&mut self, reason: String) -> Effects {
        self.say(reason);
        self.step = Some(Step::Written);
        self.write = match self.written.last() {
            Some(plan) => WriteState::Written(Box::new(plan.clone())),
            None => WriteState::Idle,
        };
        Vec::new()
    }
}

/// Whether this plan left something that can be taken back.
fn can_undo(plan: &Plan) -> bool {
    plan.has_changes() && !is_undo(plan)
}

pub(super) fn is_undo(plan: &Plan) -> bool {
    matches!(plan.purpose, Purpose::Undo { .. })
}
