//! Whether a condition holds for kube2iam's call.
//!
//! What the call carries is known: the node role, its account, TLS, the external id. What it never
//! carries is known too (tags, a source identity, a federated token). The rest is not.

use super::document::Condition;
use super::pattern::{is_arn_like, is_like};
use super::reason::{Code, Reason};
use super::request::Request;
use super::truth::Truth;

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    EqualIgnoringCase,
    Like,
    Arn,
    Bool,
    Null,
}

/// An operator, taken apart.
#[derive(Debug, Clone, Copy)]
struct Operator {
    comparison: Comparison,
    is_negated: bool,
    /// What an absent key makes of it.
    if_absent: Truth,
}

/// What kind of value a key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Arn,
    Bool,
}

/// What the call says under a key.
#[derive(Debug)]
enum Value<'a> {
    Present(&'a str, Kind),
    Absent,
    Unknown,
}

/// Where a condition stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) is_allow: bool,
    pub(super) has_variables: bool,
}

/// Decides one condition; with the reason unless it holds.
pub(super) fn holds(
    condition: &Condition,
    place: Place,
    request: &Request,
) -> (Truth, Option<Reason>) {
    let detail =
        format!("{} {} {}", condition.operator, condition.key, condition.values.join(" or "));
    let because = |code| Some(Reason::new(code, detail.clone()));
    let Some(operator) = Operator::parse(&condition.operator) else {
        return (Truth::Unknown, because(Code::UnknownOperator));
    };
    let value = value_of(&condition.key, request);
    match decide(operator, &value, condition, place) {
        Ok(Truth::True) => (Truth::True, None),
        Ok(Truth::False) => (Truth::False, because(why_false(condition, &value))),
        Ok(Truth::Unknown) => (Truth::Unknown, because(Code::UnknownPolicyVariable)),
        Err(code) => (Truth::Unknown, because(code)),
    }
}

fn why_false(condition: &Condition, value: &Value<'_>) -> Code {
    match value {
        _ if !condition.key.eq_ignore_ascii_case("sts:ExternalId") => Code::NoConditionFalse,
        Value::Absent => Code::NoExternalIdMissing,
        _ => Code::NoExternalIdWrong,
    }
}

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        let (quantifier, plain) = match text.split_once(':') {
            Some((quantifier @ ("ForAllValues" | "ForAnyValue"), plain)) => (quantifier, plain),
            Some(_) => return None,
            None => ("", text),
        };
        let (plain, if_exists) = match plain.strip_suffix("IfExists") {
            Some(plain) => (plain, true),
            None => (plain, false),
        };
        let (comparison, is_negated) = match plain {
            "StringEquals" => (Comparison::Equal, false),
            "StringNotEquals" => (Comparison::Equal, true),
            "StringEqualsIgnoreCase" => (Comparison::EqualIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::EqualIgnoringCase, true),
            "StringLike" => (Comparison::Like, false),
            "StringNotLike" => (Comparison::Like, true),
            "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
            "Bool" => (Comparison::Bool, false),
            "Null" if quantifier.is_empty() && !if_exists => (Comparison::Null, false),
            _ => return None,
        };
        let if_absent = match quantifier {
            "ForAllValues" => true,
            "ForAnyValue" => if_exists,
            _ => if_exists || is_negated,
        };
        Some(Operator { comparison, is_negated, if_absent: Truth::of(if_absent) })
    }
}

fn decide(
    operator: Operator,
    value: &Value<'_>,
    condition: &Condition,
    place: Place,
) -> Result<Truth, Code> {
    if operator.comparison == Comparison::Null {
        return null(value, condition);
    }
    let (actual, kind) = match value {
        Value::Unknown => return Err(Code::UnknownConditionKey),
        Value::Absent => return Ok(operator.if_absent),
        Value::Present(actual, kind) => (*actual, *kind),
    };
    let fits = match operator.comparison {
        Comparison::Bool => kind == Kind::Bool,
        Comparison::Arn => kind == Kind::Arn,
        _ => kind != Kind::Bool,
    };
    if !fits {
        return Err(Code::UnknownOperator);
    }
    let mut any = Truth::False;
    for wanted in &condition.values {
        any = any.or(compare(operator, wanted, actual, place)?);
    }
    Ok(if operator.is_negated { any.negated() } else { any })
}

fn compare(operator: Operator, wanted: &str, actual: &str, place: Place) -> Result<Truth, Code> {
    if place.has_variables && wanted.contains("${") {
        return Ok(Truth::Unknown);
    }
    let is_equal = match operator.comparison {
        Comparison::Equal => wanted == actual,
        Comparison::EqualIgnoringCase => wanted.eq_ignore_ascii_case(actual),
        Comparison::Like => is_like(wanted, actual),
        Comparison::Arn => match is_arn_like(wanted, actual) {
            Some(is_like) => is_like,
            // AWS does not say; taken as no match where that can only mean less trust.
            None if place.is_allow && !operator.is_negated => false,
            None => return Err(Code::UnknownArnPattern),
        },
        Comparison::Bool | Comparison::Null => boolean(wanted)? == (actual == "true"),
    };
    Ok(Truth::of(is_equal))
}

/// `Null` asks whether a key is absent.
fn null(value: &Value<'_>, condition: &Condition) -> Result<Truth, Code> {
    let is_absent = match value {
        Value::Unknown => return Err(Code::UnknownConditionKey),
        Value::Absent => true,
        Value::Present(..) => false,
    };
    let mut holds = false;
    for wanted in &condition.values {
        holds |= boolean(wanted)? == is_absent;
    }
    Ok(Truth::of(holds))
}

fn boolean(text: &str) -> Result<bool, Code> {
    match text {
        text if text.eq_ignore_ascii_case("true") => Ok(true),
        text if text.eq_ignore_ascii_case("false") => Ok(false),
        text if text.contains("${") => Err(Code::UnknownPolicyVariable),
        _ => Err(Code::UnknownMalformed),
    }
}

fn value_of<'a>(key: &str, request: &'a Request) -> Value<'a> {
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "sts:externalid" => match request.external_id() {
            Some(id) => Value::Present(id, Kind::Text),
            None => Value::Absent,
        },
        // The role's ARN with its path, not the session's.
        "aws:principalarn" => Value::Present(request.node_role.as_str(), Kind::Arn),
        "aws:principalaccount" => Value::Present(request.node_role.account(), Kind::Text),
        "aws:principaltype" => Value::Present("AssumedRole", Kind::Text),
        "aws:securetransport" => Value::Present("true", Kind::Bool),
        "aws:principalisawsservice" | "aws:viaawsservice" => Value::Present("false", Kind::Bool),
        "sts:sourceidentity"
        | "aws:tagkeys"
        | "sts:transitivetagkeys"
        | "aws:sourcearn"
        | "aws:sourceaccount"
        | "aws:sourceorgid" => Value::Absent,
        key if ["aws:requesttag/", "saml:"].iter().any(|start| key.starts_with(start)) => {
            Value::Absent
        }
        // An identity provider's claims, which a role's call does not have.
        key if key.ends_with(":aud") || key.ends_with(":sub") => Value::Absent,
        _ => Value::Unknown,
    }
}
