//! Trust policies with AWS's documented verdicts: all of them must come out the same.

use gangplank::domain::role_arn::RoleArn;
use gangplank::domain::trust::{Answer, Request, Verdict, evaluate, statement_to_add};
use serde_json::{Value, json};

use super::kube2iam_vectors::vectors;

const NODE: &str = "arn:aws:iam::123456789098:role/k8s-node";
const ROLE: &str = "arn:aws:iam::123456789098:role/report-portal";

fn request(role: &str, node_role: &str, id: Option<&str>, external_id: Option<&str>) -> Request {
    Request {
        role: RoleArn::parse(role).unwrap(),
        node_role: RoleArn::parse(node_role).unwrap(),
        node_role_id: id.map(str::to_owned),
        external_id: external_id.map(str::to_owned),
    }
}

fn codes(answer: &Answer) -> Vec<&'static str> {
    answer.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Trusted => "trusted",
        Verdict::NotTrusted => "not_trusted",
        Verdict::CannotTell => "cannot_tell",
    }
}

#[test]
fn every_verdict_is_the_documented_one() {
    let vectors = vectors("trust.jsonl");
    let mut wrong = Vec::new();
    for vector in &vectors {
        let text = |field: &str| vector[field].as_str();
        let request = request(
            text("role_arn").unwrap(),
            text("node_role_arn").unwrap(),
            text("node_role_id"),
            text("external_id"),
        );
        let answer = evaluate(text("policy").unwrap(), &request);
        let own = json!([verdict(answer.verdict), codes(&answer), answer.needs_identity_policy]);
        let theirs = json!([vector["verdict"], vector["reasons"], vector["needs_identity_policy"]]);
        if own != theirs {
            wrong.push(format!("{}: {own} instead of {theirs}", vector["id"]));
        }
    }
    eprintln!("trust: {} vectors, {} differ", vectors.len(), wrong.len());
    assert_eq!(vectors.len(), 65);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judged(statements: &Value, external_id: Option<&str>) -> Answer {
    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    evaluate(&policy, &request(ROLE, NODE, Some("AROAIOSFODNN7EXAMPLE1"), external_id))
}

fn allow() -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": NODE }, "Action": "sts:AssumeRole" })
}

/// Whatever stands beside it in a way that AWS would not take, nothing is called trusted.
#[test]
fn a_document_that_aws_would_refuse_is_never_trusted() {
    let with = |name: &str, value: Value| {
        let mut statement = allow();
        statement[name] = value;
        statement
    };
    let cases = [
        with("Resource", json!("*")),
        with("Effect", json!("allow")),
        with("Principal", json!(NODE)),
        with("Principal", json!({ "AWS": [] })),
        with("Principal", json!({ "aws": NODE })),
        with("Principal", json!({ "AWS": "k8s-node" })),
        with("NotPrincipal", json!({ "AWS": NODE })),
        with("Action", json!("AssumeRole")),
        with("Action", json!([])),
        with("NotAction", json!("sts:TagSession")),
        with("Condition", json!({ "StringEquals": { "sts:ExternalId": null } })),
        with("Condition", json!({ "StringEquals": { "sts:ExternalId": [] } })),
        with("Condition", json!({ "StringEquals": "x" })),
        with("Conditions", json!({})),
        json!("Allow"),
    ];
    for statement in cases {
        let answer = judged(&json!([allow(), statement]), None);
        assert_eq!(codes(&answer), ["unknown.malformed"], "{statement}: {answer:?}");
    }
    let twice = format!(r#"{{"Statement":[],"Statement":[{}]}}"#, allow());
    let answer = evaluate(&twice, &request(ROLE, NODE, None, None));
    assert_eq!(answer.verdict, Verdict::CannotTell);
}

#[test]
fn conditions_are_read_in_three_values() {
    let cases = [
        (json!({ "StringEquals": { "sts:ExternalId": "a1" } }), None, "no.external_id_missing"),
        (json!({ "StringEqualsIfExists": { "sts:ExternalId": "a1" } }), None, "trusted"),
        (json!({ "StringNotEquals": { "STS:externalid": "a1" } }), None, "trusted"),
        (
            json!({ "StringNotEquals": { "sts:ExternalId": ["b", "a1"] } }),
            Some("a1"),
            "no.external_id_wrong",
        ),
        (json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } }), None, "no.condition_false"),
        (json!({ "Bool": { "aws:SecureTransport": true } }), None, "trusted"),
        (json!({ "StringEquals": { "aws:PrincipalType": "AssumedRole" } }), None, "trusted"),
        (json!({ "ArnLike": { "aws:PrincipalArn": "*" } }), None, "no.condition_false"),
        (json!({ "ArnNotLike": { "aws:PrincipalArn": "*" } }), None, "unknown.arn_pattern"),
        (json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }), None, "unknown.operator"),
        (json!({ "StringEquals": { "aws:SecureTransport": "true" } }), None, "unknown.operator"),
        (
            json!({ "StringEquals": { "aws:PrincipalAccount": ["${x}", "123456789098"] } }),
            None,
            "trusted",
        ),
        (json!({ "stringequals": { "sts:ExternalId": "a1" } }), Some("a1"), "unknown.operator"),
    ];
    for (condition, external_id, expected) in cases {
        let mut statement = allow();
        statement["Condition"] = condition;
        let answer = judged(&json!(statement), external_id);
        let own = match answer.verdict {
            Verdict::Trusted => "trusted",
            _ => codes(&answer)[0],
        };
        assert_eq!(own, expected, "{statement}");
    }
}

#[test]
fn a_deny_that_is_open_leaves_the_verdict_open() {
    let deny = |principal: Value, condition: Value| json!([allow(), { "Effect": "Deny", "Principal": principal, "Action": "*", "Condition": condition }]);
    let open = deny(json!("*"), json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-1" } }));
    assert_eq!(codes(&judged(&open, None)), ["unknown.condition_key"]);
    let by_id = deny(json!({ "AWS": "AROAIOSFODNN7EXAMPLE1" }), json!({}));
    assert_eq!(codes(&judged(&by_id, None)), ["no.explicit_deny"]);
    let arn = deny(json!("*"), json!({ "ArnLike": { "aws:PrincipalArn": "*" } }));
    assert_eq!(judged(&arn, None).verdict, Verdict::CannotTell);
}

#[test]
fn a_role_of_another_partition_is_out_of_reach() {
    let policy = json!({ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "sts:*" } });
    let china = request("arn:aws-cn:iam::123456789098:role/x", NODE, None, None);
    assert_eq!(evaluate(&policy.to_string(), &china).verdict, Verdict::NotTrusted);
}

#[test]
fn a_reason_names_its_statement_and_its_condition() {
    let mut statement = allow();
    statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": "rp-1" } });
    let answer = judged(
        &json!([{ "Effect": "Allow", "Principal": "*", "Action": "sts:TagSession" }, statement]),
        Some("rp-2"),
    );
    let texts: Vec<String> = answer.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "statement 1: its action leaves sts:AssumeRole out",
            "statement 2: it wants another external id (case counts): StringEquals sts:ExternalId rp-1",
        ]
    );
}

/// The statement to add does what it is for.
#[test]
fn the_statement_to_add_makes_the_role_trusted() {
    for external_id in [None, Some("rp-42")] {
        let request = request(ROLE, "arn:aws:iam::123456789098:role/kube/node", None, external_id);
        let policy = format!(r#"{{"Statement":[{}]}}"#, statement_to_add(&request));
        let answer = evaluate(&policy, &request);
        assert_eq!(answer.verdict, Verdict::Trusted, "{policy}");
        assert_eq!(answer.needs_identity_policy, Some(false));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics_or_is_trusted(policy in "\\PC{0,60}|[{}\\[\\]\":,a-zA-Z*%7B]{0,60}") {
        let answer = evaluate(&policy, &request(ROLE, NODE, None, None));
        proptest::prop_assert!(answer.verdict != Verdict::Trusted);
        proptest::prop_assert!(!answer.reasons.is_empty());
    }

    /// Another role is never let in by a policy that names one role by its ARN.
    #[test]
    fn only_the_named_role_is_trusted(named in "[a-z]{1,3}(/[a-z]{1,2})?", own in "[a-z]{1,3}(/[a-z]{1,2})?") {
        let arn = |name: &str| format!("arn:aws:iam::123456789098:role/{name}");
        let policy = json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": arn(&named) }, "Action": "sts:AssumeRole" } });
        let answer = evaluate(&policy.to_string(), &request(ROLE, &arn(&own), None, None));
        proptest::prop_assert_eq!(answer.verdict == Verdict::Trusted, named == own);
    }
}
