//! Why a trust policy trusts or does not: codes for programs, sentences for people.

use std::fmt;

use crate::domain::shown::in_one_line;

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The node role's ARN is named.
    AllowRoleArn,
    /// The node role's unique id is named.
    AllowUniqueId,
    /// Everybody is named.
    AllowAny,
    /// The node role's account is named.
    AllowAccount,
    /// A condition is there, and holds.
    AllowConditionMet,
    /// There is no statement that allows anything.
    NoAllow,
    /// A condition does not hold.
    NoConditionFalse,
    /// Another role is named.
    NoOtherRole,
    /// Another account is named.
    NoOtherAccount,
    /// Another partition is named.
    NoOtherPartition,
    /// What is named is no role.
    NoOtherPrincipalType,
    /// The same name, with another path.
    NoPathMismatch,
    /// A role or user that was deleted is named by its id.
    NoDeletedPrincipal,
    /// A wildcard stands in an ARN, where it means nothing.
    NoWildcardPrincipal,
    /// Only AWS services are named.
    NoServiceOnly,
    /// Only identity providers are named.
    NoFederatedOnly,
    /// Other actions than `sts:AssumeRole` are named.
    NoAction,
    /// A statement denies.
    NoExplicitDeny,
    /// Another external id is wanted.
    NoExternalIdWrong,
    /// An external id is wanted, and none is sent.
    NoExternalIdMissing,
    /// A condition key whose value is not known here.
    UnknownConditionKey,
    /// A condition operator that is not decided here.
    UnknownOperator,
    /// One session of the node role is named.
    UnknownSessionPrincipal,
    /// `NotPrincipal`.
    UnknownNotPrincipal,
    /// A policy variable.
    UnknownPolicyVariable,
    /// A pattern of an ARN with too few parts.
    UnknownArnPattern,
    /// No trust policy that AWS would take.
    UnknownMalformed,
}

impl Code {
    /// The code's name in JSON.
    pub fn as_str(self) -> &'static str {
        self.texts().0
    }

    /// The name and the sentence.
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Code::AllowRoleArn => ("allow.role_arn", "it names the node role"),
            Code::AllowUniqueId => ("allow.unique_id", "it names the node role by its unique id"),
            Code::AllowAny => ("allow.any", "it names everybody (`*`)"),
            Code::AllowAccount => ("allow.account", "it names the node role's whole account"),
            Code::AllowConditionMet => ("allow.condition_met", "its condition holds"),
            Code::NoAllow => ("no.no_allow", "no statement allows anything"),
            Code::NoConditionFalse => ("no.condition_false", "its condition does not hold"),
            Code::NoOtherRole => ("no.other_role", "it names another role"),
            Code::NoOtherAccount => ("no.other_account", "it names another account"),
            Code::NoOtherPartition => {
                ("no.other_partition", "it is about another partition of AWS")
            }
            Code::NoOtherPrincipalType => {
                ("no.other_principal_type", "it names something that is no role")
            }
            Code::NoPathMismatch => {
                ("no.path_mismatch", "it names the node role with another path")
            }
            Code::NoDeletedPrincipal => (
                "no.deleted_principal",
                "it names a role or user by the id of one that was deleted: edit the trust policy",
            ),
            Code::NoWildcardPrincipal => {
                ("no.wildcard_principal", "a wildcard inside a principal's ARN matches nothing")
            }
            Code::NoServiceOnly => (
                "no.service_only",
                "it names AWS services only, and the node role is none: kube2iam is no EC2 service",
            ),
            Code::NoFederatedOnly => (
                "no.federated_only",
                "it names an identity provider only: this is a role for IRSA or for people",
            ),
            Code::NoAction => ("no.action", "its action leaves sts:AssumeRole out"),
            Code::NoExplicitDeny => ("no.explicit_deny", "it denies, which beats every allow"),
            Code::NoExternalIdWrong => {
                ("no.external_id_wrong", "it wants another external id (case counts)")
            }
            Code::NoExternalIdMissing => {
                ("no.external_id_missing", "it wants an external id, and none is sent")
            }
            Code::UnknownConditionKey => {
                ("unknown.condition_key", "its condition asks for what only AWS knows at the call")
            }
            Code::UnknownOperator => {
                ("unknown.operator", "its condition has an operator that is not decided here")
            }
            Code::UnknownSessionPrincipal => (
                "unknown.session_principal",
                "it names one session of the node role, so at most one node",
            ),
            Code::UnknownNotPrincipal => {
                ("unknown.not_principal", "NotPrincipal is not supported in trust policies")
            }
            Code::UnknownPolicyVariable => {
                ("unknown.policy_variable", "its condition has a policy variable")
            }
            Code::UnknownArnPattern => {
                ("unknown.arn_pattern", "its condition has an ARN with fewer than six parts")
            }
            Code::UnknownMalformed => ("unknown.malformed", "AWS would not take this document"),
        }
    }
}

/// One thing that decided, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it is.
    pub code: Code,
    /// The statement's number, from 1; none if it is about the whole document.
    pub statement: Option<usize>,
    /// What stands there: a principal, a condition, an action, a fault.
    pub detail: String,
}

impl Reason {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Reason { code, statement: None, detail: detail.into() }
    }

    pub(super) fn in_statement(self, number: usize) -> Self {
        Reason { statement: Some(number), ..self }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = self.statement {
            write!(f, "statement {number}: ")?;
        }
        f.write_str(self.code.texts().1)?;
        match self.detail.as_str() {
            "" => Ok(()),
            detail => write!(f, ": {}", in_one_line(detail)),
        }
    }
}
