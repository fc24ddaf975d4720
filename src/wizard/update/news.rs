//! News of the effects: scans, outlooks and what AWS said.

use std::sync::Arc;

use super::super::effect::Effect;
use super::super::message::Scanned;
use super::super::state::{RoleState, Wizard};
use super::super::suggestions::Suggestion;
use super::Effects;
use crate::aws::{ListEnd, RoleCheck};
use crate::domain::role_arn::RoleArn;
use crate::plan::Outlook;
use crate::questions::{QuestionId, Step};

impl Wizard {
    pub(super) fn refreshed(&mut self) -> Effects {
        // What was decided about a file was about the file as it was.
        self.decided.clear();
        self.namespaces_of = None;
        self.role_asked = None;
        self.listed.forget();
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
                self.namespaces = Some(names.unwrap_or_default());
                self.suggest();
                self.read_states()
            }
            Scanned::States(_, states) => {
                self.states_open = self.states_open.saturating_sub(1);
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
        effects.extend(self.list_roles());
        effects.extend(self.read_states());
        effects.extend(self.ask_kustomize());
        effects.extend(self.look_at_other_style());
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

    pub(super) fn roles_listed(&mut self, request: u64, page: Vec<RoleArn>) -> Effects {
        if self.listed.take(request, page) {
            self.suggest_anew();
        }
        Vec::new()
    }

    pub(super) fn role_list_ended(&mut self, request: u64, end: ListEnd) -> Effects {
        if self.listed.finish(request, end) {
            self.suggest_anew();
        }
        Vec::new()
    }

    /// More suggestions have come in: the one that is highlighted stays so.
    fn suggest_anew(&mut self) {
        if self.focused() != Some(QuestionId::Role) {
            return;
        }
        let chosen = self.selected.and_then(|at| self.suggestions.get(at)).cloned();
        self.suggest();
        let is_chosen = |one: &Suggestion| chosen.as_ref().is_some_and(|c| c.value == one.value);
        self.selected = self.suggestions.iter().position(is_chosen).filter(|_| chosen.is_some());
    }
}
