//! The decision itself, and what it stood on.

use super::base_arn::{BaseArn, resolve};
use super::glob::is_glob_match;
use super::go_json::decode_roles;
use super::reason::Reason;
use super::wider;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::facts::ClusterFacts;
use crate::domain::go_regexp::{Search, search};

/// How a cluster's kube2iam is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `--base-role-arn`, empty if not given.
    pub base_arn: String,
    /// `--default-role`, empty if not given.
    pub default_role: String,
    /// `--namespace-restrictions`.
    pub restrictions: bool,
    /// `--namespace-restriction-format`, as kube2iam understands it.
    pub format: RestrictionFormat,
}

impl Settings {
    /// How a cluster's kube2iam is started, as far as it is known. Whether it restricts at all is
    /// only doubted where somebody says that it does not: the question is what a list does.
    pub fn of(facts: &ClusterFacts) -> Self {
        Settings {
            base_arn: facts.base_arn.clone().unwrap_or_default(),
            default_role: facts.default_role.clone().unwrap_or_default(),
            restrictions: facts.namespace_restrictions.unwrap_or(true),
            format: facts.format.value,
        }
    }
}

/// What a pod asks for, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The Namespace's annotation, none if it has none.
    pub allowed_roles: Option<String>,
    /// The pod's annotation, none if it has none.
    pub role: Option<String>,
    /// Whether kube2iam does not know the Namespace.
    pub namespace_missing: bool,
}

/// Whether the pod gets the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// kube2iam asks STS for it.
    Allow,
    /// It answers 404.
    Deny,
    /// A pattern that might match can't be decided here.
    CannotTell,
}

/// The decision, and what is worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// The ARN that kube2iam asks STS for; none if it denies.
    pub resolved_role: Option<String>,
    /// The list as kube2iam decodes it.
    pub decoded_roles: Option<Vec<String>>,
    /// The first pattern that matches, after the base ARN was put before it.
    pub matched: Option<String>,
    /// The text that kube2iam exits with at its start.
    pub startup_error: Option<String>,
    /// Why, and what is allowed beyond what is meant. Never empty.
    pub reasons: Vec<Reason>,
}

/// The format that kube2iam takes a flag's value for: all but `regexp` is glob, without a word.
pub fn format_of(text: &str) -> RestrictionFormat {
    match text.eq_ignore_ascii_case("regexp") {
        true => RestrictionFormat::Regexp,
        false => RestrictionFormat::Glob,
    }
}

/// Decides as kube2iam does.
pub fn decide(settings: &Settings, question: &Question) -> Answer {
    let base = match BaseArn::parse(&settings.base_arn) {
        Ok(base) => base,
        Err(error) => return not_started(error),
    };
    let default_arn = resolve(&base, &settings.default_role);
    let annotation = question.allowed_roles.as_deref().filter(|_| !question.namespace_missing);
    let decoded = decode_roles(annotation.unwrap_or_default());
    let mut answer = Answer {
        decision: Decision::Deny,
        resolved_role: None,
        decoded_roles: decoded.roles,
        matched: None,
        startup_error: None,
        reasons: Vec::new(),
    };
    let role = match &question.role {
        Some(role) => resolve(&base, role),
        None if default_arn.is_empty() => {
            answer.reasons.push(Reason::NoRole);
            return answer;
        }
        None => {
            answer.reasons.push(Reason::FallbackRole(default_arn.clone()));
            // kube2iam resolves it once more, which changes nothing once a base stands before it.
            resolve(&base, &default_arn)
        }
    };
    let list = List { settings, base: &base, roles: answer.decoded_roles.as_deref() };
    let (decision, matched) = restrict(&list, question, &role, &default_arn, &mut answer.reasons);
    answer.reasons.extend(decoded.fault.map(Reason::Decoding));
    answer.reasons.extend(wider::remarks(&list, &role));
    answer.decision = decision;
    answer.matched = matched;
    answer.resolved_role = Some(role).filter(|_| decision != Decision::Deny);
    answer
}

fn not_started(error: String) -> Answer {
    Answer {
        decision: Decision::Deny,
        resolved_role: None,
        decoded_roles: Some(Vec::new()),
        matched: None,
        startup_error: Some(error.clone()),
        reasons: vec![Reason::NotStarted(error)],
    }
}

/// A list of roles on a cluster.
pub(super) struct List<'a> {
    pub(super) settings: &'a Settings,
    pub(super) base: &'a BaseArn,
    pub(super) roles: Option<&'a [String]>,
}

/// `checkRoleForNamespace`: decides, and gives the pattern that matched.
fn restrict(
    list: &List<'_>,
    question: &Question,
    role: &str,
    default_arn: &str,
    reasons: &mut Vec<Reason>,
) -> (Decision, Option<String>) {
    let (decision, reason) = if !list.settings.restrictions {
        (Decision::Allow, Reason::RestrictionsOff)
    } else if role == default_arn {
        let is_bare_base = list.settings.default_role.is_empty() && !list.base.is_empty();
        (Decision::Allow, if is_bare_base { Reason::BareBase } else { Reason::DefaultRole })
    } else if question.namespace_missing {
        (Decision::Deny, Reason::NamespaceMissing)
    } else {
        return try_patterns(list, question, role, reasons);
    };
    reasons.push(reason);
    (decision, None)
}

/// The first pattern that matches allows; one that can't be decided leaves a denial open.
fn try_patterns(
    list: &List<'_>,
    question: &Question,
    role: &str,
    reasons: &mut Vec<Reason>,
) -> (Decision, Option<String>) {
    let mut open = Vec::new();
    for entry in list.roles.unwrap_or_default() {
        let pattern = resolve(list.base, entry);
        match try_pattern(list.settings.format, &pattern, role) {
            Search::Found => {
                reasons.push(Reason::Matched { pattern: pattern.clone(), role: role.to_owned() });
                return (Decision::Allow, Some(pattern));
            }
            Search::NotFound | Search::Refused => {}
            Search::Unsure(why) => open.push(Reason::Undecidable { pattern, why }),
        }
    }
    if !open.is_empty() {
        reasons.append(&mut open);
        return (Decision::CannotTell, None);
    }
    reasons.push(why_denied(list, question, role));
    (Decision::Deny, None)
}

pub(super) fn try_pattern(format: RestrictionFormat, pattern: &str, role: &str) -> Search {
    match format {
        RestrictionFormat::Regexp => search(pattern, role),
        RestrictionFormat::Glob if is_glob_match(pattern, role) => Search::Found,
        RestrictionFormat::Glob => Search::NotFound,
    }
}

fn why_denied(list: &List<'_>, question: &Question, role: &str) -> Reason {
    let role = role.to_owned();
    match (&question.allowed_roles, list.roles) {
        (None, _) => Reason::NoAnnotation(role),
        (_, None | Some([])) => Reason::NoRoles(role),
        _ => Reason::NoMatch(role),
    }
}
