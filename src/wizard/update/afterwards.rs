//! What can be done once something was written: the same on another cluster, another namespace, or
//! taking it back.

use super::super::effect::{Effect, HandOver};
use super::super::entry::{Entry, EntryPurpose};
use super::super::message::Again;
use super::super::preview::{PreviewMode, Sheet};
use super::super::state::{Popup, RoleState, Wizard, WriteState};
use super::Effects;
use crate::aws::statements;
use crate::plan::{COMMIT_STEP, Effective, NextSteps, Plan, Purpose, next_steps};
use crate::questions::{GivenAnswers, Origin, QuestionId, Step};

/// Which of the texts for the team is the test pod.
const TEST_POD: usize = 1;

impl Wizard {
    /// The namespace that was written about, after a grant.
    fn granted(&self) -> Option<&Effective> {
        match &self.write {
            WriteState::Written(plan) if plan.purpose == Purpose::Grant => plan.effects.first(),
            _ => None,
        }
    }

    /// What holds now, and what is still to do.
    pub fn next_steps(&self) -> Option<NextSteps> {
        let WriteState::Written(plan) = &self.write else {
            return None;
        };
        let mut steps = next_steps(plan, &self.setup.here_to_root);
        steps.next.retain(|(what, _)| !self.is_committed() || what != COMMIT_STEP);
        Some(steps)
    }

    /// Whether what was written last is in a commit.
    pub fn is_committed(&self) -> bool {
        self.written.last().is_some_and(|written| written.commit.is_some())
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

    // --- handing it over, committing it ---

    /// Shows the texts for the team, or offers to save the test pod.
    pub(super) fn hand_over_asked(&mut self, test_pod: bool) -> Effects {
        let Some(effect) = self.granted() else {
            return Vec::new();
        };
        let said = match (&self.role_asked, &self.role_state) {
            (Some(question), RoleState::Known(check)) => {
                Some((question.role.clone(), statements(question, check)))
            }
            _ => None,
        };
        let wish = HandOver {
            cluster: effect.cluster.clone(),
            namespace: effect.namespace.clone(),
            external_id: effect.aws.external_id.clone(),
            said,
        };
        self.preview.page = Some(if test_pod { TEST_POD } else { 0 });
        self.preview.sheets.clear();
        self.hands_over = true;
        vec![Effect::HandOver(Box::new(wish))]
    }

    pub(super) fn handed_over(&mut self, made: Result<Vec<Sheet>, String>) -> Effects {
        // Something else was begun since.
        if !std::mem::take(&mut self.hands_over) {
            return Vec::new();
        }
        match made {
            Ok(sheets) => {
                self.preview.sheets = sheets;
                self.preview.is_open = true;
                self.preview.mode = PreviewMode::File;
                self.preview.scroll = Some(0);
                if self.preview.page == Some(TEST_POD) {
                    return self.save_asked();
                }
            }
            Err(reason) => self.say(format!("it can't be handed over: {reason}")),
        }
        Vec::new()
    }

    pub(super) fn commit_asked(&mut self) -> Effects {
        match self.granted() {
            _ if self.is_committed() => self.say("it is committed already"),
            Some(effect) => {
                let own = format!("gangplank/{}-{}", effect.cluster, effect.namespace);
                let name = self.setup.git_branch.clone().unwrap_or(own);
                self.entry = Some(Entry::new(EntryPurpose::Branch, &name));
            }
            None => {}
        }
        Vec::new()
    }

    pub(super) fn branch_named(&mut self, branch: String) -> Effects {
        let plan = self.written.last().map(|written| Box::new(written.plan.clone()));
        self.commits = plan.is_some();
        plan.map(|plan| Effect::Commit { plan, branch }).into_iter().collect()
    }

    pub(super) fn committed(&mut self, made: Result<Vec<String>, String>) -> Effects {
        self.commits = false;
        match (made, self.written.last_mut()) {
            (Ok(lines), Some(written)) => written.commit = Some(lines),
            (Ok(_), None) => {}
            (Err(reason), _) => self.say(format!("not committed: {reason}")),
        }
        Vec::new()
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
            Some(written) => WriteState::Written(Box::new(written.plan.clone())),
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
