//! What a role check means, in words: for the panel beside the field and for the run without
//! questions.

use super::{RoleCheck, RoleFacts, RoleQuestion};
use crate::domain::trust::{Request, Verdict, evaluate, statement_to_add};

/// How a statement came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Yes.
    Yes,
    /// No: a pod will not get the role.
    No,
    /// IAM could not be asked.
    NotAsked,
    /// IAM was asked, and it can't be told from what it says.
    Open,
}

/// One thing that is said about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// How it came out.
    pub outcome: Outcome,
    /// The rule in the catalogue.
    pub rule: &'static str,
    /// In words, one line.
    pub text: String,
    /// What to do; empty if there is nothing.
    pub help: String,
}

fn said(outcome: Outcome, rule: &'static str, text: impl Into<String>, help: &str) -> Statement {
    Statement { outcome, rule, text: text.into(), help: help.to_owned() }
}

/// All that is to be said about a role after it was looked up.
pub fn statements(question: &RoleQuestion, check: &RoleCheck) -> Vec<Statement> {
    let role = &question.role;
    let not_asked =
        |text: String, help: &str| vec![said(Outcome::NotAsked, "role/cannot-tell", text, help)];
    match check {
        RoleCheck::Found(facts) => vec![found(facts), trust(question, facts)],
        RoleCheck::NotAsked => {
            let help = "log in to AWS, or say --verify off";
            not_asked(format!("IAM was not asked whether {} exists", role.name()), help)
        }
        RoleCheck::Missing => vec![said(
            Outcome::No,
            "role/missing",
            format!("there is no role {} in account {}", role.name(), role.account()),
            "look at its name again, or make it first",
        )],
        RoleCheck::OtherPath(arn) => vec![said(
            Outcome::No,
            "role/other-path",
            format!("{} is there under another path", role.name()),
            &format!("take {arn}"),
        )],
        RoleCheck::OtherAccount(account) => not_asked(
            format!(
                "can't tell: the role is in account {}, you are logged in to {account}",
                role.account()
            ),
            "set aws_profile for the cluster in gangplank.yaml to ask in the right account",
        ),
        RoleCheck::Denied(why) | RoleCheck::Unavailable(why) => not_asked(why.clone(), ""),
    }
}

fn found(facts: &RoleFacts) -> Statement {
    let boundary = facts.boundary.as_ref();
    let bounded = boundary.map_or(String::new(), |arn| format!(", within the boundary {arn}"));
    said(Outcome::Yes, "role/missing", format!("exists in IAM{bounded}"), "")
}

/// Whether kube2iam may assume it. IAM says no more than the trust policy: service control policies
/// and boundaries are not seen.
fn trust(question: &RoleQuestion, facts: &RoleFacts) -> Statement {
    let cluster = &question.cluster;
    let Some(node_role) = question.node_role.clone() else {
        let text = format!("its trust was not looked at: the node role of {cluster} is not known");
        let help = format!("set clusters.{cluster}.kube2iam.node_role in gangplank.yaml");
        return said(Outcome::Open, "role/cannot-tell", text, &help);
    };
    let request = Request {
        role: question.role.clone(),
        node_role: node_role.clone(),
        node_role_id: question.node_role_id.clone(),
        external_id: question.external_id.clone(),
    };
    let answer = evaluate(&facts.trust_policy, &request);
    let reason = answer.reasons.first().map(|reason| reason.code.as_str()).unwrap_or_default();
    let name = node_role.name();
    match answer.verdict {
        Verdict::Trusted if answer.needs_identity_policy == Some(true) => {
            let text = format!(
                "its trust policy lets {name} assume it, if its own policy allows sts:AssumeRole"
            );
            said(Outcome::Yes, "role/not-trusted", text, "")
        }
        Verdict::Trusted => {
            let text = format!("its trust policy lets {name} assume it");
            said(Outcome::Yes, "role/not-trusted", text, "")
        }
        Verdict::NotTrusted => said(
            Outcome::No,
            "role/not-trusted",
            format!("its trust policy does not let {name} assume it ({reason})"),
            &format!("add this statement to it:\n{}", statement_to_add(&request)),
        ),
        Verdict::CannotTell => said(
            Outcome::Open,
            "role/cannot-tell",
            format!("whether its trust policy lets {name} assume it can't be told ({reason})"),
            "gangplank explain trust shows which condition decides",
        ),
    }
}
