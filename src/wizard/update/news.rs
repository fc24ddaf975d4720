//! News of the effects: scans, outlooks and what AWS said.

use std::sync::Arc;

use super::super::effect::Effect;
use super::super::message::Scanned;
use super::super::state::{RoleState, Wizard};
use super::Effects;
use crate::aws::RoleCheck;
use crate::plan::Outlook;
use crate::questions::{QuestionId, Step};

impl Wizard {
    pub(super) fn refreshed(&mut self) -> Effects {
        // What was decided about a file was about the file as it was.
        self.decided.clear();
        self.namespaces_of = None;
        self.role_asked = None;
        let mut effects = vec![Effect::Forget, Effect::ListClusters];
        effects.extend(self.refresh());
        effects
    }

    pub(super) fn scanned(&mut self, scanned: Scanned) -> Effects {
        match scanned {
            Scanned::Clusters(Ok(clusters)) => {
                self.clusters = Some(clusters);
                self.refresh()
            }
            Scanned::Clusters(Err(reason)) => {
                self.clusters = Some(Vec::new());
                self.outlook_error = Some(reason);
                Vec::new()
            }
            // Another cluster was chosen meanwhile.
            Scanned::Namespaces(cluster, _) | Scanned::States(cluster, _)
                if Some(&cluster) != self.namespaces_of.as_ref() =>
            {
                Vec::new()
            }
            Scanned::Namespaces(_, names) => {
                self.namespaces = names.unwrap_or_default();
                self.suggest();
                self.read_states()
            }
            Scanned::States(_, states) => {
                self.states.extend(states.into_iter().map(|state| (state.name.clone(), state)));
                self.suggest();
                Vec::new()
            }
        }
    }

    pub(super) fn looked(
        &mut self,
        request: u64,
        outlook: Result<Arc<Outlook>, String>,
    ) -> Effects {
        if request != self.look_request {
            return Vec::new();
        }
        self.looked = request;
        let focused = self.focused();
        match outlook {
            Ok(outlook) => {
                self.outlook = Some(outlook);
                self.outlook_error = None;
            }
            Err(reason) => self.outlook_error = Some(reason),
        }
        self.keep_focus(focused);
        self.skip_known_steps();
        self.leave_incomplete_review();
        self.suggest();
        let mut effects = self.follow_cluster();
        effects.extend(self.check_role());
        effects.extend(self.read_states());
        effects.extend(self.ask_kustomize());
        if std::mem::take(&mut self.write_wanted) {
            self.notice = None;
            effects.extend(self.write_asked());
        }
        effects
    }

    /// Stays at the question that was focused, though others may have come or gone before it.
    pub(super) fn keep_focus(&mut self, focused: Option<QuestionId>) {
        let ids = self.questions_of(self.step());
        let at = ids.iter().position(|id| Some(*id) == focused);
        self.focus = at.unwrap_or(self.focus).min(ids.len().saturating_sub(1));
    }

    /// Answers that came with the call are not asked again: the wizard begins at the first that is
    /// open, or at the review.
    pub(super) fn skip_known_steps(&mut self) {
        let began = self.has_skipped || self.is_dirty();
        let Some(outlook) = self.outlook.as_ref().filter(|_| !began) else {
            return;
        };
        let has_answers = self.setup.given.get(QuestionId::Cluster).is_some();
        if !has_answers {
            return;
        }
        let invalid = outlook.invalid.first().map(|answer| answer.id);
        let open = invalid.into_iter().chain(outlook.missing.iter().copied()).min();
        self.has_skipped = true;
        match open {
            Some(id) => self.go_to(id),
            None => self.step = Some(Step::Review),
        }
    }

    pub(super) fn role_checked(&mut self, request: u64, check: RoleCheck) -> Effects {
        if request == self.role_request {
            self.role_state = RoleState::Known(check);
        }
        Vec::new()
    }
}
