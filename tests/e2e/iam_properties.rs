//! ARNs, annotations, globs and trust policies against slow and obvious references, on thousands of
//! texts made from what such texts consist of.

use gangplank::domain::allowed_roles::{AllowedRoles, RestrictionFormat};
use gangplank::domain::kube2iam::{Decision, Question, Settings, decide, decode_roles};
use gangplank::domain::role_arn::RoleArn;
use gangplank::domain::trust::{Request, Verdict, evaluate};
use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Choices, count, for_fixed};

const NODE: &str = "arn:aws:iam::123456789098:role/kube/k8s-node";
const ROLE: &str = "arn:aws:iam::123456789098:role/app";

/// Up to so many of these, put together.
fn text(choices: &mut Choices, most: usize, tokens: &[&str]) -> String {
    (0..choices.below(most + 1)).map(|_| choices.pick(tokens)).collect()
}

/// AWS's own grammar, less what kube2iam or a patch would read otherwise.
#[test]
fn an_arn_is_read_exactly_if_the_grammar_has_it() {
    const PARTS: [&str; 24] = [
        "arn:",
        "aws",
        "aws-cn",
        "aws-x",
        ":iam::",
        ":iam:",
        ":sts::",
        "123456789098",
        "12345678909",
        ":role/",
        ":role",
        ":user/",
        "a",
        "team/",
        "/",
        "//",
        "+=,.@-_",
        "*",
        "?",
        "\"",
        " ",
        "é",
        "~",
        ":",
    ];
    let partitions = "aws|aws-cn|aws-us-gov|aws-eusc|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f";
    let grammar = format!(
        r"^arn:({partitions}):iam::[0-9]{{12}}:role(/|/[\x21-\x7E]{{1,510}}/)[A-Za-z0-9_+=,.@-]{{1,64}}$"
    );
    let grammar = Regex::new(&grammar).unwrap();
    for_fixed(count(4_000, 40_000), |choices| {
        let mut arn = text(choices, 5, &PARTS);
        if !choices.one_in(4) {
            arn = format!("arn:aws:iam::123456789098:role/{arn}");
        }
        let is_unsafe = |c: char| "*?\"'`\\".contains(c);
        let expected = grammar.is_match(&arn) && !arn.contains(is_unsafe) && !arn.contains("//");
        match RoleArn::parse(&arn) {
            Ok(read) if expected && read.as_str() == arn => Ok(()),
            Err(_) if !expected => Ok(()),
            other => Err(format!("{arn:?}: {other:?}, and the grammar says {expected}")),
        }
    });
}

/// The list as a plain JSON reader has it, wherever Go's and that one do not differ.
#[test]
fn an_annotation_is_decoded_as_a_plain_reader_has_it() {
    const PARTS: [&str; 22] = [
        "[", "]", ",", "\"", "\"a\"", "\"b/*\"", "null", "1", "true", "{}", "[]", " ", "\n",
        "\\\"", "\\n", "\\u0041", "\\x", "'", "#", "é", ":", "\u{0}",
    ];
    for_fixed(count(4_000, 40_000), |choices| {
        let mut annotation = text(choices, 8, &PARTS);
        if !choices.one_in(3) {
            annotation = format!("[{annotation}]");
        }
        let read = serde_json::from_str::<Value>(&annotation);
        let expected: Vec<String> = match &read {
            Ok(Value::Array(elements)) => {
                elements.iter().map(|e| e.as_str().unwrap_or_default().to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let own = decode_roles(&annotation).roles.unwrap_or_default();
        let strict = AllowedRoles::parse(&annotation);
        let is_strict = annotation.is_empty()
            || matches!(&read, Ok(Value::Null))
            || matches!(&read, Ok(Value::Array(elements)) if elements.iter().all(Value::is_string));
        if own != expected {
            return Err(format!("{annotation:?}: {own:?} instead of {expected:?}"));
        }
        match strict {
            Ok(roles) if is_strict && roles.entries() == expected => Ok(()),
            Err(_) if !is_strict => Ok(()),
            other => Err(format!("{annotation:?}: {other:?}")),
        }
    });
}

/// The plain meaning of a glob, in exponential time.
fn matches_slowly(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| matches_slowly(rest, &text[at..])),
        Some((c, rest)) => text.first() == Some(c) && matches_slowly(rest, &text[1..]),
    }
}

#[test]
fn a_list_of_globs_allows_exactly_what_one_of_them_means() {
    const PARTS: [&str; 8] =
        ["a", "b", "/", "*", "app", "arn:aws:iam::123456789098:role/", "x:", ""];
    for_fixed(count(3_000, 30_000), |choices| {
        let base = choices.pick(&[
            "",
            "arn:aws:iam::123456789098:role/",
            "arn:aws:iam::123456789098:role/x",
        ]);
        let entries: Vec<String> =
            (0..choices.below(4)).map(|_| text(choices, 4, &PARTS)).collect();
        let role = text(choices, 4, &["a", "b", "/", "app"]);
        let role = format!("arn:aws:iam::123456789098:role/{role}");
        let settings = Settings {
            base_arn: base.to_owned(),
            default_role: String::new(),
            restrictions: true,
            format: RestrictionFormat::Glob,
        };
        let question = Question {
            allowed_roles: Some(AllowedRoles::to_json_of(&entries)),
            role: Some(role.clone()),
            namespace_missing: false,
        };
        let slash = if base.is_empty() || base.ends_with('/') { "" } else { "/" };
        let whole = |entry: &String| match entry.starts_with("arn:") {
            true => entry.clone(),
            false => format!("{base}{slash}{entry}"),
        };
        let is_base = !base.is_empty() && role == format!("{base}{slash}");
        let expected =
            is_base || entries.iter().any(|e| matches_slowly(whole(e).as_bytes(), role.as_bytes()));
        let own = decide(&settings, &question).decision;
        let is_right = own == if expected { Decision::Allow } else { Decision::Deny };
        is_right.then_some(()).ok_or_else(|| format!("{base:?} {entries:?} {role}: {own:?}"))
    });
}

fn request() -> Request {
    Request {
        role: RoleArn::parse(ROLE).unwrap(),
        node_role: RoleArn::parse(NODE).unwrap(),
        node_role_id: None,
        external_id: Some("id-1".to_owned()),
    }
}

fn principal(choices: &mut Choices) -> Value {
    let all = [
        json!({ "AWS": NODE }),
        json!({ "AWS": ["arn:aws:iam::123456789098:role/k8s-node", "210987654321"] }),
        json!({ "Service": "ec2.amazonaws.com" }),
        json!({ "AWS": "123456789098" }),
        json!("*"),
        json!({ "AWS": ["arn:aws:iam::210987654321:root", "arn:aws:iam::123456789098:root"] }),
        json!({ "Federated": "cognito-identity.amazonaws.com" }),
        json!({ "AWS": "arn:aws:iam::123456789098:user/k8s-node" }),
    ];
    all[choices.below(all.len())].clone()
}

fn condition(choices: &mut Choices) -> Value {
    let all = [
        Value::Null,
        json!({ "StringEquals": { "sts:ExternalId": "id-1" } }),
        json!({ "StringEquals": { "sts:ExternalId": ["id-2", "ID-1"] } }),
        json!({ "StringNotEquals": { "sts:ExternalId": "id-1" } }),
        json!({ "StringLike": { "sts:externalid": "id-*" } }),
        json!({ "StringEquals": { "aws:PrincipalAccount": "123456789098" } }),
    ];
    all[choices.below(all.len())].clone()
}

fn statement(choices: &mut Choices) -> Value {
    let effect = if choices.one_in(4) { "Deny" } else { "Allow" };
    let actions = ["sts:AssumeRole", "sts:*", "STS:assume*", "sts:TagSession", "*"];
    let mut statement = json!({ "Effect": effect, "Principal": principal(choices), "Action": choices.pick(&actions) });
    let condition = condition(choices);
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

/// What a statement of these words means: each word is looked up.
fn holds(statement: &Value) -> bool {
    let aws = &statement["Principal"]["AWS"];
    let named: Vec<&str> = match aws {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let own = [NODE, "123456789098", "arn:aws:iam::123456789098:root", "*"];
    let is_named = statement["Principal"] == "*" || named.iter().any(|name| own.contains(name));
    let covers = statement["Action"] != "sts:TagSession";
    let condition = statement["Condition"].to_string();
    let is_met = !["id-2", "StringNotEquals"].iter().any(|word| condition.contains(word));
    is_named && covers && is_met
}

fn trusts(statements: &[Value]) -> bool {
    let has = |effect: &str| statements.iter().any(|s| s["Effect"] == effect && holds(s));
    has("Allow") && !has("Deny")
}

#[test]
fn a_trust_policy_of_known_words_is_judged_as_they_mean() {
    for_fixed(count(4_000, 40_000), |choices| {
        let statements: Vec<Value> = (0..choices.below(4)).map(|_| statement(choices)).collect();
        let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let verdict = evaluate(&policy, &request()).verdict;
        let expected = if trusts(&statements) { Verdict::Trusted } else { Verdict::NotTrusted };
        (verdict == expected).then_some(()).ok_or_else(|| format!("{policy}: {verdict:?}"))
    });
}

/// Broken policies: no panic, and no `trusted` that a plain reader of the same text does not see.
#[test]
fn a_broken_trust_policy_is_never_trusted_by_mistake() {
    const PARTS: [&str; 20] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"Effect\":\"Deny\",",
        "\"Resource\":\"*\",",
        "null",
        "\\u0041",
        "\\",
        "%7B",
        "\u{0}",
        "é",
        "Allow",
        "Not",
        "IfExists",
        "${aws:username}",
        "\"Principal\":{},",
    ];
    for_fixed(count(6_000, 60_000), |choices| {
        let statements: Vec<Value> = (0..=choices.below(2)).map(|_| statement(choices)).collect();
        let mut policy = json!({ "Statement": statements }).to_string();
        for _ in 0..=choices.below(3) {
            let at = (choices.below(256) * 256 + choices.below(256)) % (policy.len() + 1);
            if !policy.is_char_boundary(at) {
                continue;
            }
            match choices.below(3) {
                0 => policy.insert_str(at, choices.pick(&PARTS)),
                1 => policy.truncate(at),
                _ => drop(policy.drain(..at).collect::<String>()),
            }
        }
        if evaluate(&policy, &request()).verdict != Verdict::Trusted {
            return Ok(());
        }
        let read =
            serde_json::from_str::<Value>(&policy).map_err(|error| format!("{error}: {policy}"))?;
        let statements = match &read["Statement"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        let allows = statements.iter().any(|s| s["Effect"] == "Allow" && may_hold(s));
        allows.then_some(()).ok_or_else(|| format!("trusted: {policy}"))
    });
}

/// Whether a statement can let the node role in at all, whatever its condition says.
fn may_hold(statement: &Value) -> bool {
    let mut bare = statement.clone();
    bare.as_object_mut().is_some_and(|fields| {
        fields.remove("Condition");
        true
    }) && holds(&bare)
        && statement.get("Resource").is_none()
        && statement.get("NotPrincipal").is_none()
}
