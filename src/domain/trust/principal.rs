//! Whom a statement names, and whether the node role is among them.

use super::reason::Code;
use super::request::Request;

/// One principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// `*`
    Any,
    /// Twelve digits.
    Account(String),
    /// An ARN.
    Arn(String),
    /// `AROA…`, `AIDA…`: what AWS puts in place of an ARN once its owner is deleted.
    UniqueId(String),
    /// An AWS service.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// Another kind.
    Other(String),
}

/// How a principal relates to the node role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) code: Code,
    pub(super) is_match: Option<bool>,
}

impl Principal {
    /// Reads a principal of a kind.
    ///
    /// # Errors
    /// What AWS would not take.
    pub(super) fn parse(kind: &str, text: String) -> Result<Self, String> {
        Ok(match kind {
            "AWS" if text == "*" => Principal::Any,
            "AWS" if is_account(&text) => Principal::Account(text),
            "AWS" if is_global_arn(&text) => Principal::Arn(text),
            "AWS" if is_unique_id(&text) => Principal::UniqueId(text),
            "AWS" => return Err(format!("`{text}` is no principal")),
            "Service" => Principal::Service(text),
            "Federated" => Principal::Federated(text),
            "CanonicalUser" => Principal::Other(text),
            kind => return Err(format!("`{kind}` is no kind of principal")),
        })
    }

    /// What stands in the policy.
    pub(super) fn text(&self) -> &str {
        match self {
            Principal::Any => "*",
            Principal::Account(text)
            | Principal::Arn(text)
            | Principal::UniqueId(text)
            | Principal::Service(text)
            | Principal::Federated(text)
            | Principal::Other(text) => text,
        }
    }

    /// Whether the node role is meant.
    pub(super) fn relation(&self, request: &Request) -> Relation {
        let account =
            |is_own| if is_own { yes(Code::AllowAccount) } else { no(Code::NoOtherAccount) };
        match self {
            Principal::Any => yes(Code::AllowAny),
            Principal::Account(id) => account(id == request.node_role.account()),
            Principal::UniqueId(id) if request.node_role_id.as_ref() == Some(id) => {
                yes(Code::AllowUniqueId)
            }
            Principal::UniqueId(_) => no(Code::NoDeletedPrincipal),
            Principal::Service(_) => no(Code::NoServiceOnly),
            Principal::Federated(_) => no(Code::NoFederatedOnly),
            Principal::Other(_) => no(Code::NoOtherPrincipalType),
            Principal::Arn(arn) => of_arn(arn, request),
        }
    }
}

fn yes(code: Code) -> Relation {
    Relation { code, is_match: Some(true) }
}

fn no(code: Code) -> Relation {
    Relation { code, is_match: Some(false) }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_unique_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.starts_with('A')
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// IAM and STS name principals without a region.
fn is_global_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts[..], ["arn", _, _, "", _, _])
}

fn of_arn(arn: &str, request: &Request) -> Relation {
    let node = &request.node_role;
    if arn == node.as_str() {
        return yes(Code::AllowRoleArn);
    }
    if arn.contains(['*', '?']) {
        return no(Code::NoWildcardPrincipal);
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, service, _, account, resource] = parts[..] else {
        return no(Code::NoOtherPrincipalType);
    };
    if partition != node.partition().id {
        return no(Code::NoOtherPartition);
    }
    if account != node.account() {
        return no(Code::NoOtherAccount);
    }
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => yes(Code::AllowAccount),
        ("iam", Some(("role", path_and_name))) => {
            let is_same_name = path_and_name.rsplit('/').next() == Some(node.name());
            no(if is_same_name { Code::NoPathMismatch } else { Code::NoOtherRole })
        }
        ("sts", Some(("assumed-role", session))) => match session.split_once('/') {
            Some((name, _)) if name == node.name() => {
                Relation { code: Code::UnknownSessionPrincipal, is_match: None }
            }
            _ => no(Code::NoOtherRole),
        },
        _ => no(Code::NoOtherPrincipalType),
    }
}
