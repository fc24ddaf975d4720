//! Writing: what has to hold before, and what came of it.

use super::super::effect::{Effect, Ending};
use super::super::state::{Popup, RoleState, Wizard, WriteState, Written};
use super::Effects;
use super::afterwards::is_undo;
use crate::aws::{Outcome, statements};
use crate::plan::{Obstacle, Plan};
use crate::questions::Step;

impl Wizard {
    pub(super) fn write_asked(&mut self) -> Effects {
        if self.step() != Step::Review || self.popup.is_some() {
            return Vec::new();
        }
        if !self.is_up_to_date() {
            // The answer is under way; the wish is carried out when it comes.
            self.write_wanted = true;
            self.say("still looking");
            return Vec::new();
        }
        let Some(plan) = self.plan().cloned() else {
            return Vec::new();
        };
        if let Some(obstacle) = plan.obstacle() {
            self.say(obstacle_words(&plan, obstacle));
            return Vec::new();
        }
        if let Some(why) = self.iam_refusal().filter(|_| self.setup.requires_iam) {
            self.say(format!("not written, since --verify require: {why}"));
            return Vec::new();
        }
        if self.setup.dry_run {
            return vec![Effect::Quit(Ending::Previewed(Box::new(plan)))];
        }
        if !plan.has_changes() {
            return self.done(plan);
        }
        self.open(Popup::Write);
        Vec::new()
    }

    /// What keeps the role from being granted where only a yes will do: a no, or no answer.
    fn iam_refusal(&self) -> Option<String> {
        let (RoleState::Known(check), Some(question)) = (&self.role_state, &self.role_asked) else {
            return self.iam_checks().into_iter().next().map(|check| check.text);
        };
        let mut said = statements(question, check).into_iter();
        let refusal = said.find(|one| matches!(one.outcome, Outcome::No | Outcome::NotAsked));
        refusal.map(|one| one.text)
    }

    pub(super) fn write_confirmed(&mut self) -> Effects {
        self.popup = None;
        // What is written is what was shown: the plan of the review, and no newer one.
        let plan = self.plan().filter(|plan| plan.obstacle().is_none() && self.is_up_to_date());
        let Some(plan) = plan.cloned() else {
            return Vec::new();
        };
        let plan = Box::new(plan);
        self.write = WriteState::Writing(plan.clone());
        vec![Effect::Apply(plan)]
    }

    pub(super) fn applied(&mut self, result: Result<(), String>) -> Effects {
        let WriteState::Writing(plan) = std::mem::take(&mut self.write) else {
            return Vec::new();
        };
        match result {
            Ok(()) => {
                let mut effects = self.done(*plan);
                effects.push(Effect::Forget);
                effects
            }
            Err(reason) if is_undo(&plan) => self.undo_failed(reason),
            Err(reason) => {
                self.decided.clear();
                self.say(reason);
                let mut effects = vec![Effect::Forget];
                effects.extend(self.look());
                effects
            }
        }
    }

    pub(super) fn done(&mut self, plan: Plan) -> Effects {
        // What was taken back is not written any more.
        if is_undo(&plan) {
            self.written.pop();
        } else {
            self.written.push(Written { plan: plan.clone(), commit: None });
        }
        self.write = WriteState::Written(Box::new(plan));
        self.step = Some(Step::Written);
        self.review_scroll = 0;
        Vec::new()
    }

    pub(super) fn recovered(&mut self, result: Result<String, String>) -> Effects {
        match result {
            Ok(words) => {
                self.popup = None;
                self.report(Ok(words), "");
                self.refreshed()
            }
            Err(reason) => {
                self.say(reason);
                Vec::new()
            }
        }
    }
}

fn obstacle_words(plan: &Plan, obstacle: Obstacle) -> String {
    let errors = plan.findings.iter().filter(|f| f.level == crate::domain::finding::Level::Error);
    let first = errors.map(|finding| finding.message.as_str()).next();
    let reason = first.unwrap_or("a file is in conflict");
    match obstacle {
        Obstacle::Answer => format!("not written, an answer is wrong: {reason}"),
        Obstacle::Disk => format!("not written, the disk needs a decision: {reason}"),
    }
}
