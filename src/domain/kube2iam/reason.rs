//! Why kube2iam decides as it does, and what a list allows beyond what is meant: in sentences.

use std::fmt;

use super::go_json::Fault;
use crate::domain::shown::in_one_line;

/// One thing that is worth knowing about a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// kube2iam exits at its start.
    NotStarted(String),
    /// No annotation, and nothing to fall back on.
    NoRole,
    /// No annotation: kube2iam takes its default role.
    FallbackRole(String),
    /// The list is not looked at.
    RestrictionsOff,
    /// The default role is not looked up in the list.
    DefaultRole,
    /// A base without a default role makes the base itself the default.
    BareBase,
    /// The Namespace is not in kube2iam's cache.
    NamespaceMissing,
    /// A pattern matches.
    Matched {
        /// The pattern, behind its base.
        pattern: String,
        /// The role.
        role: String,
    },
    /// A pattern can't be decided here.
    Undecidable {
        /// The pattern, behind its base.
        pattern: String,
        /// Why.
        why: &'static str,
    },
    /// The Namespace has no list, so nothing is allowed to this role.
    NoAnnotation(String),
    /// The list has no roles.
    NoRoles(String),
    /// No pattern matches this role.
    NoMatch(String),
    /// The list is decoded in part or not at all.
    Decoding(Fault),
    /// Beside the list, all pods may have the default role.
    DefaultForAll(String),
    /// An entry allows more than it says, or nothing.
    Entry {
        /// The entry as it stands in the list.
        entry: String,
        /// What is to be known about it.
        remark: Remark,
    },
}

/// What is to be known about an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// An empty regexp matches all roles of all accounts.
    EmptyAllowsAll,
    /// An empty regexp behind a base matches all roles below it.
    EmptyAllowsBelow(String),
    /// A glob that matches all roles of all accounts.
    AnyRole,
    /// A glob that matches all that begins so.
    Prefix(String),
    /// A glob with a star somewhere else.
    Star(String),
    /// A regexp that also matches this other role.
    NotAnchored(String),
    /// A regexp that Go refuses.
    BadRegexp(String),
    /// `^` behind a base never matches.
    CaretBehindBase(String),
    /// A glob that looks like a regexp.
    LooksLikeRegexp,
    /// `ARN:` is never an ARN of STS.
    UpperCaseArn,
    /// A short name, and no base to put before it.
    ShortName,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Reason::NotStarted(error) => format!("kube2iam exits at its start: {error}"),
            Reason::NoRole => NO_ROLE.to_owned(),
            Reason::FallbackRole(role) => {
                format!("the pod has no role annotation: kube2iam takes its default role, `{role}`")
            }
            Reason::RestrictionsOff => RESTRICTIONS_OFF.to_owned(),
            Reason::DefaultRole => DEFAULT_ROLE.to_owned(),
            Reason::BareBase => BARE_BASE.to_owned(),
            Reason::NamespaceMissing => NAMESPACE_MISSING.to_owned(),
            Reason::Matched { pattern, role } => format!("`{pattern}` matches `{role}`"),
            Reason::Undecidable { pattern, why } => {
                format!("whether `{pattern}` matches can't be decided here: {why}")
            }
            Reason::NoAnnotation(role) => {
                format!(
                    "the Namespace has no list of allowed roles, so `{role}` is denied: nothing is allowed by default"
                )
            }
            Reason::NoRoles(role) => format!("the list has no roles, so `{role}` is denied"),
            Reason::NoMatch(role) => format!("no entry of the list matches `{role}`"),
            Reason::Decoding(fault) => decoding(*fault),
            Reason::Entry { entry, remark } => format!("{} {remark}", quoted(entry)),
            Reason::DefaultForAll(role) => {
                format!("besides, every pod may have kube2iam's default role, `{role}`")
            }
        };
        f.write_str(&in_one_line(&text))
    }
}

/// An entry in one line; an empty one would not be seen between quotes.
pub fn quoted(entry: &str) -> String {
    if entry.is_empty() { "\"\"".to_owned() } else { format!("`{}`", in_one_line(entry)) }
}

const NO_ROLE: &str = "the pod has no role annotation, and kube2iam has neither a default role nor a base ARN: `unable to find role for IP`";
const RESTRICTIONS_OFF: &str = "--namespace-restrictions is off: any pod of any namespace gets any role, the list restricts nothing";
const DEFAULT_ROLE: &str =
    "it is kube2iam's default role, which every pod may have: the list is not looked at";
const BARE_BASE: &str = "the role is the base ARN itself, which kube2iam takes for its default: it answers 200 with an empty body, and the SDK finds no credentials";
const NAMESPACE_MISSING: &str = "kube2iam does not know the Namespace (yet): its cache, or its right to list namespaces, is missing";

fn decoding(fault: Fault) -> String {
    match fault {
        Fault::Syntax(at) => {
            format!(
                "the list is no JSON from byte {} on: kube2iam logs an error and has no roles at all",
                at + 1
            )
        }
        Fault::NotAList => {
            "the annotation is JSON but no list: kube2iam logs an error and has no roles".to_owned()
        }
        Fault::NotAString(at) => {
            format!(
                "element {at} of the list is no string: kube2iam logs an error, reads it as \"\" and keeps the rest"
            )
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::EmptyAllowsAll => {
                f.write_str("is an empty regexp: it allows every role of every account")
            }
            Remark::EmptyAllowsBelow(base) => {
                write!(f, "is an empty regexp: it allows every role below `{base}`")
            }
            Remark::AnyRole => f.write_str("allows every role of every account"),
            Remark::Prefix(prefix) => write!(f, "allows every role that begins with `{prefix}`"),
            Remark::Star(pattern) => {
                write!(
                    f,
                    "allows every role like `{pattern}`, where `*` crosses slashes and accounts"
                )
            }
            Remark::NotAnchored(role) => {
                write!(f, "is not closed with `$`: it also allows `{role}`")
            }
            Remark::BadRegexp(pattern) => {
                write!(f, "allows nothing: `{pattern}` is no regular expression to Go")
            }
            Remark::CaretBehindBase(base) => {
                write!(f, "allows nothing: `{base}` is put before the `^`")
            }
            Remark::LooksLikeRegexp => f.write_str(
                "looks like a regexp, but this cluster reads globs: only `*` is special",
            ),
            Remark::UpperCaseArn => f.write_str("never matches an ARN: `arn` is lower case"),
            Remark::ShortName => {
                f.write_str("is no ARN, and there is no base ARN to make one of it")
            }
        }
    }
}
