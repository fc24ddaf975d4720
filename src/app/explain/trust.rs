//! A trust policy's verdict in words and as `gangplank.trust/1`.

use serde::Serialize;
use serde_json::Value;

use crate::domain::trust::{Answer, Code, Request, Verdict, statement_to_add};

#[derive(Serialize)]
struct TrustJson {
    schema: &'static str,
    verdict: &'static str,
    reasons: Vec<&'static str>,
    needs_identity_policy: Option<bool>,
}

pub(super) fn json(answer: &Answer) -> Value {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in &answer.reasons {
        // The same code may come from several statements; in words each one is named.
        if !reasons.contains(&reason.code.as_str()) {
            reasons.push(reason.code.as_str());
        }
    }
    serde_json::json!(TrustJson {
        schema: "gangplank.trust/1",
        verdict: match answer.verdict {
            Verdict::Trusted => "trusted",
            Verdict::NotTrusted => "not_trusted",
            Verdict::CannotTell => "cannot_tell",
        },
        reasons,
        needs_identity_policy: answer.needs_identity_policy,
    })
}

/// The verdict, what decided, and what to do.
pub(super) fn human(answer: &Answer, request: &Request) -> String {
    let (node, role) = (&request.node_role, &request.role);
    let mut lines = vec![match answer.verdict {
        Verdict::Trusted => format!("trusted: the trust policy lets {node} assume {role}"),
        Verdict::NotTrusted => {
            format!("not trusted: the trust policy does not let {node} assume {role}")
        }
        Verdict::CannotTell => format!("cannot tell whether {node} may assume {role}"),
    }];
    lines.extend(answer.reasons.iter().map(|reason| format!("  - {reason}")));
    match answer.verdict {
        Verdict::Trusted => lines.extend(beside(answer, request)),
        Verdict::NotTrusted => lines.extend(missing(answer, request)),
        Verdict::CannotTell => lines.push("the proof is a pod that asks for the role".to_owned()),
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What else it takes: the trust policy alone is not all that AWS looks at.
fn beside(answer: &Answer, request: &Request) -> Vec<String> {
    let needs = answer.needs_identity_policy == Some(true);
    let identity = format!(
        "the node role also needs a policy of its own that allows sts:AssumeRole on {}",
        request.role
    );
    let unseen = "not seen here: service control policies, permission boundaries, session policies";
    needs.then_some(identity).into_iter().chain([unseen.to_owned()]).collect()
}

/// What would help: another statement, unless it would not.
fn missing(answer: &Answer, request: &Request) -> Vec<String> {
    let says = |codes: &[Code]| answer.reasons.iter().any(|reason| codes.contains(&reason.code));
    if says(&[Code::NoOtherPartition]) && answer.reasons.iter().all(|r| r.statement.is_none()) {
        return vec!["no trust policy reaches over partitions of AWS".to_owned()];
    }
    if says(&[Code::NoExplicitDeny]) {
        return vec![
            "no further statement helps against a Deny: that one has to change".to_owned(),
        ];
    }
    if says(&[Code::NoExternalIdWrong, Code::NoExternalIdMissing]) {
        return vec![EXTERNAL_ID.to_owned()];
    }
    vec!["the statement that is missing:".to_owned(), statement_to_add(request)]
}

const EXTERNAL_ID: &str =
    "the pod's annotation iam.amazonaws.com/external-id has to carry the id that the policy wants";
