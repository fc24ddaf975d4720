//! kube2iam's decision in words and as `gangplank.annotation/1`.

use serde::Serialize;
use serde_json::Value;

use crate::domain::kube2iam::{Answer, Decision, quoted};
use crate::domain::shown::in_one_line;

#[derive(Serialize)]
struct AnnotationJson<'a> {
    schema: &'static str,
    decision: &'static str,
    resolved_role: &'a Option<String>,
    decoded_roles: &'a Option<Vec<String>>,
    matched: &'a Option<String>,
    startup_error: &'a Option<String>,
    reasons: Vec<String>,
}

pub(super) fn json(answer: &Answer) -> Value {
    serde_json::json!(AnnotationJson {
        schema: "gangplank.annotation/1",
        decision: match answer.decision {
            Decision::Allow => "allow",
            Decision::Deny => "deny",
            Decision::CannotTell => "cannot_tell",
        },
        resolved_role: &answer.resolved_role,
        decoded_roles: &answer.decoded_roles,
        matched: &answer.matched,
        startup_error: &answer.startup_error,
        reasons: answer.reasons.iter().map(ToString::to_string).collect(),
    })
}

/// The decision, the reasons, and what people see of a denial.
pub(super) fn human(answer: &Answer) -> String {
    let role = in_one_line(answer.resolved_role.as_deref().unwrap_or_default());
    let mut lines = vec![match answer.decision {
        Decision::Allow => format!("allow: kube2iam asks STS for `{role}`"),
        Decision::Deny => "deny: the pod gets no credentials from kube2iam".to_owned(),
        Decision::CannotTell => format!("cannot tell whether kube2iam asks STS for `{role}`"),
    }];
    lines.extend(answer.reasons.iter().map(|reason| format!("  - {reason}")));
    if let Some(roles) = answer.decoded_roles.as_ref().filter(|_| answer.startup_error.is_none()) {
        let roles: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
        let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
        lines.push(format!("the list as kube2iam reads it: {roles}"));
    }
    if answer.decision == Decision::Deny && answer.startup_error.is_none() {
        lines.push(SEEN_IN_THE_POD.to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

const SEEN_IN_THE_POD: &str = "seen in the pod: `Unable to locate credentials`; the reason stands in kube2iam's log, and in the answer of\n  curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/";
