//! The verdict over all statements.

use super::action::covers_assume_role;
use super::condition::{Place, holds};
use super::document::{Document, Statement, parse};
use super::principal::Principal;
use super::reason::{Code, Reason};
use super::request::Request;
use super::truth::Truth;

/// Whether the trust policy lets the node role in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Trusted,
    /// It does not.
    NotTrusted,
    /// Only AWS can tell.
    CannotTell,
}

/// The verdict, and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// What decided. Never empty.
    pub reasons: Vec<Reason>,
    /// If trusted: whether the node role's own policy must allow `sts:AssumeRole` too.
    pub needs_identity_policy: Option<bool>,
}

/// One statement's value.
struct Judged {
    /// From 1.
    number: usize,
    is_allow: bool,
    truth: Truth,
    reasons: Vec<Reason>,
    /// For a statement that holds: whether an identity policy is needed as well.
    needs_identity_policy: bool,
}

/// Evaluates a trust policy, given as text, percent-encoded or not.
pub fn evaluate(policy: &str, request: &Request) -> Answer {
    match parse(policy) {
        Ok(document) => verdict(&document, request),
        Err(fault) => Answer {
            verdict: Verdict::CannotTell,
            reasons: vec![Reason::new(Code::UnknownMalformed, fault)],
            needs_identity_policy: None,
        },
    }
}

fn verdict(document: &Document, request: &Request) -> Answer {
    if request.role.partition() != request.node_role.partition() {
        // No credentials of one partition are known in another.
        return not_trusted(vec![Reason::new(Code::NoOtherPartition, "the node role's")]);
    }
    let statements = document.statements.iter().enumerate();
    let judged = statements.map(|(at, statement)| {
        let judged = judge(statement, document.has_variables, request);
        let reasons = judged.reasons.into_iter().map(|reason| reason.in_statement(at + 1));
        Judged { number: at + 1, reasons: reasons.collect(), ..judged }
    });
    let (allows, denies): (Vec<Judged>, Vec<Judged>) = judged.partition(|judged| judged.is_allow);
    if let Some(deny) = denies.iter().find(|deny| deny.truth == Truth::True) {
        return not_trusted(vec![Reason::new(Code::NoExplicitDeny, "").in_statement(deny.number)]);
    }
    let open_denies = reasons_of(&denies, Truth::Unknown);
    let holding = allows.iter().filter(|allow| allow.truth == Truth::True);
    if let Some(best) = holding.min_by_key(|allow| allow.needs_identity_policy) {
        return trusted_unless(open_denies, best);
    }
    let open_allows = reasons_of(&allows, Truth::Unknown);
    if !open_allows.is_empty() {
        return cannot_tell(unique(open_allows.into_iter().chain(open_denies)));
    }
    not_trusted(match allows.is_empty() {
        true => vec![Reason::new(Code::NoAllow, "")],
        false => reasons_of(&allows, Truth::False),
    })
}

fn trusted_unless(open_denies: Vec<Reason>, allow: &Judged) -> Answer {
    if !open_denies.is_empty() {
        return cannot_tell(open_denies);
    }
    Answer {
        verdict: Verdict::Trusted,
        reasons: allow.reasons.clone(),
        needs_identity_policy: Some(allow.needs_identity_policy),
    }
}

fn not_trusted(reasons: Vec<Reason>) -> Answer {
    Answer { verdict: Verdict::NotTrusted, reasons, needs_identity_policy: None }
}

fn cannot_tell(reasons: Vec<Reason>) -> Answer {
    Answer { verdict: Verdict::CannotTell, reasons, needs_identity_policy: None }
}

fn reasons_of(all: &[Judged], truth: Truth) -> Vec<Reason> {
    let some = all.iter().filter(|judged| judged.truth == truth);
    unique(some.flat_map(|judged| judged.reasons.clone()))
}

/// Each reason once, in the order in which they come.
fn unique(reasons: impl Iterator<Item = Reason>) -> Vec<Reason> {
    let mut out: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !out.contains(&reason) {
            out.push(reason);
        }
    }
    out
}

/// Principal, then action, then condition: who is not meant does not hear of the condition.
fn judge(statement: &Statement, has_variables: bool, request: &Request) -> Judged {
    let (named, mut reasons, best) = principal(statement, request);
    let is_covered = covers_assume_role(&statement.actions);
    if !is_covered {
        reasons.retain(|_| named == Truth::False);
        reasons.push(Reason::new(Code::NoAction, ""));
    }
    let mut truth = named.and(Truth::of(is_covered));
    if truth != Truth::False {
        let place = Place { is_allow: statement.is_allow, has_variables };
        let (holds, why) = conditions(statement, place, request);
        reasons = because(named, reasons, holds, why);
        truth = truth.and(holds);
    }
    let needs_identity_policy = best == Some(Code::AllowAccount) || !request.is_in_one_account();
    Judged { number: 0, is_allow: statement.is_allow, truth, reasons, needs_identity_policy }
}

/// The reasons that the outcome stands on: what is false alone, else what is open, else all.
fn because(named: Truth, who: Vec<Reason>, holds: Truth, why: Vec<Reason>) -> Vec<Reason> {
    match (named, holds) {
        (_, Truth::False) | (Truth::True, Truth::Unknown) => why,
        (Truth::Unknown, Truth::True) => who,
        _ => who.into_iter().chain(why).collect(),
    }
}

/// Whether the node role is named, why, and by what it is named best.
fn principal(statement: &Statement, request: &Request) -> (Truth, Vec<Reason>, Option<Code>) {
    let Some(principals) = &statement.principals else {
        let reason = Reason::new(Code::UnknownNotPrincipal, "");
        return (Truth::Unknown, vec![reason], None);
    };
    let related: Vec<(&Principal, Code, Option<bool>)> = principals
        .iter()
        .map(|principal| {
            let relation = principal.relation(request);
            (principal, relation.code, relation.is_match)
        })
        .collect();
    let with = |is_match: Option<bool>| related.iter().filter(move |(_, _, is)| *is == is_match);
    let reason = |(principal, code, _): &(&Principal, Code, Option<bool>)| {
        Reason::new(*code, principal.text())
    };
    // The codes are in the order of what they are worth.
    if let Some(best) = with(Some(true)).min_by_key(|(_, code, _)| *code) {
        return (Truth::True, vec![reason(best)], Some(best.1));
    }
    let unknown: Vec<Reason> = with(None).map(reason).collect();
    if !unknown.is_empty() {
        return (Truth::Unknown, unknown, None);
    }
    // Beside a role that could have been meant, services and providers are not the point.
    let is_beside = |code: Code| matches!(code, Code::NoServiceOnly | Code::NoFederatedOnly);
    let has_other = related.iter().any(|(_, code, _)| !is_beside(*code));
    let telling = related.iter().filter(|(_, code, _)| !has_other || !is_beside(*code));
    (Truth::False, unique(telling.map(reason)), None)
}

/// All conditions together; the reasons are those of the outcome.
fn conditions(statement: &Statement, place: Place, request: &Request) -> (Truth, Vec<Reason>) {
    let decided = statement.conditions.iter().map(|condition| holds(condition, place, request));
    let decided: Vec<(Truth, Option<Reason>)> = decided.collect();
    let truth = decided.iter().fold(Truth::True, |all, (truth, _)| all.and(*truth));
    let telling = decided.into_iter().filter(|(one, _)| *one == truth);
    let mut reasons: Vec<Reason> = telling.filter_map(|(_, reason)| reason).collect();
    if truth == Truth::True && !statement.conditions.is_empty() {
        reasons.push(Reason::new(Code::AllowConditionMet, ""));
    }
    (truth, reasons)
}
