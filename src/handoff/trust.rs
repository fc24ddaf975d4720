//! Whether kube2iam may assume a role: what IAM says, and the statement that may be missing.

use super::Handoff;
use crate::aws::{Outcome, RoleQuestion, Statement};
use crate::domain::role_arn::RoleArn;
use crate::domain::trust::{Request, statement_to_add};

/// What is known of a role's trust policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trust {
    /// Whether it lets the node role in; none if nobody knows.
    pub is_trusted: Option<bool>,
    /// What IAM said, a line each; empty if it was not asked.
    pub said: Vec<String>,
}

impl Handoff {
    /// What AWS is to be asked, a question for each role.
    pub fn questions(&self) -> Vec<RoleQuestion> {
        let question = |role: RoleArn| RoleQuestion {
            role,
            profile: self.aws.profile.clone(),
            cluster: self.cluster.to_string(),
            node_role: self.aws.node_role.clone(),
            node_role_id: self.aws.node_role_id.clone(),
            external_id: self.external_id.clone(),
            session_ttl: self.aws.session_ttl.clone(),
        };
        self.roles.iter().map(|handed| question(handed.role.clone())).collect()
    }

    /// Takes in what AWS said about a role.
    pub fn hear(&mut self, role: &RoleArn, statements: &[Statement]) {
        let Some(handed) = self.roles.iter_mut().find(|handed| handed.role == *role) else {
            return;
        };
        let asked = || statements.iter().filter(|one| one.outcome != Outcome::NotAsked);
        let is_refused = asked().any(|one| one.outcome == Outcome::No);
        // The first thing that IAM says is that the role is there, the next one is about its trust.
        let is_trusted =
            asked().any(|one| one.outcome == Outcome::Yes && one.rule == "role/not-trusted");
        handed.trust = Trust {
            is_trusted: (is_refused || is_trusted).then_some(!is_refused),
            said: asked().map(|one| one.text.clone()).collect(),
        };
    }

    /// The statement that lets kube2iam assume a role; none if its node role is not known.
    pub fn statement(&self, role: &RoleArn) -> Option<String> {
        Some(statement_to_add(&Request {
            role: role.clone(),
            node_role: self.aws.node_role.clone()?,
            node_role_id: None,
            external_id: self.external_id.clone(),
        }))
    }
}
