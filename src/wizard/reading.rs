//! What a view in lines asks of the wizard: whether more is to come, what a question is called here,
//! and what fits a text that is being typed.

use super::state::{RoleState, Wizard, WriteState};
use super::suggestions::{self, Suggestion};
use super::update::paste_refusal;
use crate::questions::{QuestionId, question};

impl Wizard {
    /// Whether something that the next question needs was asked for and has not come in.
    pub fn is_reading(&self) -> bool {
        let has_names = self.namespaces.is_some() || self.namespaces_of.is_none();
        let is_read = self.clusters.is_some() && self.is_up_to_date() && has_names;
        !is_read || matches!(self.write, WriteState::Writing(_))
    }

    /// Whether what is said about namespaces in a list has not come in.
    pub fn is_reading_states(&self) -> bool {
        self.states_open > 0
    }

    /// Whether the texts for the team are being made.
    pub fn is_handing_over(&self) -> bool {
        self.hands_over
    }

    /// Whether what was written is being committed.
    pub fn is_committing(&self) -> bool {
        self.commits
    }

    /// Whether AWS is being asked about the role.
    pub fn is_asking_aws(&self) -> bool {
        self.role_state == RoleState::Asking
    }

    /// The question with the names that are known already.
    pub fn title(&self, id: QuestionId) -> String {
        match (id, self.value(QuestionId::Namespace)) {
            (QuestionId::Role, Some(name)) => format!("Which IAM role may {name} assume?"),
            (QuestionId::Select, Some(name)) => format!("For which pods of {name} is the policy?"),
            (QuestionId::Namespace, _) => {
                let cluster = self.value(QuestionId::Cluster).unwrap_or_default();
                format!("Which namespace on {cluster}?")
            }
            _ => question(id).title.to_owned(),
        }
    }

    /// What could be taken for a question where this is typed, the best first.
    pub fn suggestions_for(&self, id: QuestionId, typed: &str) -> Vec<Suggestion> {
        suggestions::matching(self, id, typed)
    }

    /// Why a text can't be an answer to any question, if so.
    pub fn refusal(text: &str) -> Option<String> {
        paste_refusal(text)
    }
}
