//! What a role check means, in words: for the panel beside the field and for the run without
//! questions.

use super::{RoleCheck, RoleFacts, RoleQuestion};
use crate::domain::reserved_role::{Reserved, TAKE_ANOTHER};
use crate::domain::role_arn::RoleArn;
use crate::domain::trust::{Answer, Code, Request, Verdict, evaluate, statement_to_add};

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
        RoleCheck::Found(facts) => found(question, facts),
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
        RoleCheck::OtherPath(arn) => vec![other_path(role, arn)],
        RoleCheck::OtherAccount(account) => not_asked(
            format!(
                "can't tell: the role is in account {}, you are logged in to {account}",
                role.account()
            ),
            "set aws_profile for the cluster in gangplank.yaml to ask in the right account",
        ),
        RoleCheck::Denied(why) => not_asked(
            format!("{why}: the role was not checked"),
            "ask for the permission, or go on without",
        ),
        RoleCheck::Unavailable(why) => not_asked(why.clone(), ""),
    }
}

/// A role that can't be had is not offered either.
fn other_path(asked: &RoleArn, arn: &str) -> Statement {
    let other = RoleArn::parse(arn).ok();
    if let Some(reserved) = other.as_ref().and_then(Reserved::of) {
        let text = format!("{arn} {}", reserved.reason());
        return said(Outcome::No, reserved.rule(), text, TAKE_ANOTHER);
    }
    let text = format!("{} is there under another path", asked.name());
    said(Outcome::No, "role/other-path", text, &format!("take {arn}"))
}

fn found(question: &RoleQuestion, facts: &RoleFacts) -> Vec<Statement> {
    let boundary = facts.boundary.as_ref();
    let bounded = boundary.map_or(String::new(), |arn| format!(", within the boundary {arn}"));
    let exists = said(Outcome::Yes, "role/missing", format!("exists in IAM{bounded}"), "");
    let mut all = vec![exists];
    match Reserved::of(&question.role) {
        Some(reserved) => {
            let text = format!("it {}", reserved.reason());
            all.push(said(Outcome::No, reserved.rule(), text, TAKE_ANOTHER));
        }
        None => all.push(trust(question, facts)),
    }
    all.extend(session(question, facts));
    all
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
    let name = node_role.name();
    match answer.verdict {
        Verdict::Trusted => {
            let own = match answer.needs_identity_policy {
                Some(true) => ", if its own policy allows sts:AssumeRole",
                _ => "",
            };
            let text = format!("its trust policy lets {name} assume it{own}");
            said(Outcome::Yes, "role/not-trusted", text, "")
        }
        Verdict::NotTrusted => not_trusted(&request, &answer),
        Verdict::CannotTell => said(
            Outcome::Open,
            "role/cannot-tell",
            format!(
                "whether its trust policy lets {name} assume it can't be told{}",
                reason(&answer)
            ),
            "gangplank explain trust shows which condition decides",
        ),
    }
}

/// The rule names what decided, if all that decided is of one kind.
fn not_trusted(request: &Request, answer: &Answer) -> Statement {
    let has = |code: Code| answer.reasons.iter().any(|reason| reason.code == code);
    let only = |code: Code| answer.reasons.iter().all(|reason| reason.code == code);
    let statement = || format!("add this statement to it:\n{}", statement_to_add(request));
    let (rule, help) = if has(Code::NoExternalIdWrong) || has(Code::NoExternalIdMissing) {
        let help = "answer --external-id with the id that the policy wants; the pods send it too";
        ("role/external-id", help.to_owned())
    } else if has(Code::NoDeletedPrincipal) {
        ("role/deleted-principal", statement())
    } else if only(Code::NoFederatedOnly) {
        ("role/federated-only", statement())
    } else if has(Code::NoExplicitDeny) {
        (
            "role/not-trusted",
            "no further statement helps against a Deny: that one has to change".to_owned(),
        )
    } else {
        ("role/not-trusted", statement())
    };
    let name = request.node_role.name();
    let text = format!("its trust policy does not let {name} assume it{}", reason(answer));
    said(Outcome::No, rule, text, &help)
}

/// What decided, as the end of a line.
fn reason(answer: &Answer) -> String {
    answer.reasons.first().map_or(String::new(), |reason| format!(": {reason}"))
}

/// kube2iam asks for sessions of twice its TTL, and STS refuses what is longer than the role's own.
fn session(question: &RoleQuestion, facts: &RoleFacts) -> Option<Statement> {
    let (ttl, longest) = (question.session_ttl.as_ref()?, u64::from(facts.longest_session?));
    let asked = ttl.asked_seconds();
    (asked > longest).then(|| {
        said(
            Outcome::No,
            "role/session-too-long",
            format!(
                "kube2iam asks for sessions of {asked} seconds (twice its TTL of {ttl}), the role allows {longest}"
            ),
            &format!("raise the role's MaxSessionDuration to {asked}, or lower --iam-role-session-ttl"),
        )
    })
}
