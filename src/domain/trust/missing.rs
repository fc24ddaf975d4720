//! The statement that a trust policy lacks.

use serde::Serialize;

use super::request::Request;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    effect: &'static str,
    principal: Principal<'a>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition<'a>>,
}

#[derive(Serialize)]
struct Principal<'a> {
    #[serde(rename = "AWS")]
    aws: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition<'a> {
    string_equals: ExternalId<'a>,
}

#[derive(Serialize)]
struct ExternalId<'a> {
    #[serde(rename = "sts:ExternalId")]
    external_id: &'a str,
}

/// The statement that lets the node role assume the role, as JSON to put into `Statement`.
///
/// It names the node role itself, not its account: then no other role of that account gets in, and
/// within one account the node role needs no policy of its own for it.
pub fn statement_to_add(request: &Request) -> String {
    let id = request.external_id();
    let statement = Statement {
        effect: "Allow",
        principal: Principal { aws: request.node_role.as_str() },
        action: "sts:AssumeRole",
        condition: id.map(|external_id| Condition { string_equals: ExternalId { external_id } }),
    };
    // A value of texts only: it can't fail to become JSON.
    serde_json::to_string_pretty(&statement).unwrap_or_default()
}
