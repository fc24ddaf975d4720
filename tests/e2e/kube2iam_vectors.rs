//! kube2iam's own decisions, recorded from its unchanged code: all of them must come out the same.

use std::collections::BTreeMap;
use std::path::Path;

use gangplank::domain::kube2iam::{Answer, Decision, Question, Settings, decide, format_of};
use serde_json::Value;

/// The lines of a file of vectors.
pub(super) fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(vector: &Value, field: &str) -> Option<String> {
    vector[field].as_str().map(str::to_owned)
}

fn decided(vector: &Value) -> Answer {
    let settings = Settings {
        base_arn: text(vector, "base_arn").unwrap(),
        default_role: text(vector, "default_role").unwrap(),
        restrictions: vector["restriction"].as_bool().unwrap(),
        format: format_of(vector["format"].as_str().unwrap()),
    };
    let question = Question {
        allowed_roles: text(vector, "allowed_roles_annotation"),
        role: text(vector, "pod_role"),
        namespace_missing: vector["namespace_missing"].as_bool().unwrap_or(false),
    };
    decide(&settings, &question)
}

/// Where a decided answer differs from what kube2iam did.
fn difference(answer: &Answer, expected: &Value) -> Option<String> {
    let allow = answer.decision == Decision::Allow;
    let list = expected["decoded_roles"]
        .as_array()
        .map(|list| list.iter().map(|role| role.as_str().unwrap().to_owned()).collect::<Vec<_>>());
    let pairs = [
        ("allow", Value::from(allow), expected["allow"].clone()),
        ("role", answer.resolved_role.clone().into(), expected["resolved_role"].clone()),
        ("roles", answer.decoded_roles.clone().into(), list.into()),
        ("error", answer.startup_error.clone().into(), expected["startup_error"].clone()),
    ];
    let differs = pairs.into_iter().find(|(_, own, theirs)| own != theirs);
    differs.map(|(what, own, theirs)| format!("{what}: {own} instead of {theirs}"))
}

#[test]
fn every_decision_is_kube2iams() {
    let vectors = vectors("kube2iam.jsonl");
    let mut open: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let answer = decided(vector);
        let id = vector["id"].as_str().unwrap();
        assert!(!answer.reasons.is_empty(), "{id} has a reason");
        if answer.decision == Decision::CannotTell {
            let family = vector["tags"][0].as_str().unwrap().to_owned();
            open.entry(family).or_default().push(id.to_owned());
        } else if let Some(difference) = difference(&answer, &vector["expect"]) {
            wrong.push(format!("{id}: {difference}"));
        }
    }
    let count: usize = open.values().map(Vec::len).sum();
    eprintln!("kube2iam: {} vectors, {count} cannot be told: {open:?}", vectors.len());
    assert_eq!(vectors.len(), 1113);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count * 50 < vectors.len(), "{count} of {} are left open", vectors.len());
    assert!(open.keys().all(|family| family == "regexp"), "{open:?}");
}

/// kube2iam 0.11.2 was built with an older Go: what it decides otherwise is left open.
#[test]
fn what_depends_on_the_version_is_left_open() {
    let vectors = vectors("kube2iam.jsonl");
    let older = vectors.iter().filter(|vector| !vector["expect_0_11_2"].is_null());
    for vector in older {
        let allows = ["expect", "expect_0_11_2"].map(|version| &vector[version]["allow"]);
        let answer = decided(vector);
        if allows[0] != allows[1] {
            assert_eq!(answer.decision, Decision::CannotTell, "{vector}");
        }
    }
}

#[test]
fn a_list_that_is_wider_than_meant_says_so() {
    let base = "arn:aws:iam::123456789012:role/";
    let app = format!("{base}app");
    let cases = [
        ("regexp", "", r#"["arn:aws:iam::123456789012:role/app"]"#, "it also allows"),
        ("regexp", "", r#"["web"]"#, "`web` is not closed with `$`: it also allows `web-admin`"),
        ("regexp", "", r#"["x",1]"#, "is an empty regexp: it allows every role of every account"),
        ("regexp", base, r#"[""]"#, "allows every role below `arn:aws:iam::123456789012:role/`"),
        ("regexp", "", r#"["*"]"#, "is no regular expression to Go"),
        ("regexp", base, r#"["^app$"]"#, "is put before the `^`"),
        ("glob", "", r#"["*"]"#, "allows every role of every account"),
        ("glob", "", r#"["arn:*"]"#, "allows every role of every account"),
        ("glob", base, r#"["*"]"#, "every role that begins with `arn:aws:iam::123456789012:role/`"),
        ("glob", "", r#"["arn:aws:iam::*:role/app"]"#, "crosses slashes and accounts"),
        ("glob", "", r#"["app"]"#, "there is no base ARN"),
        ("glob", "", r#"["arn:aws:iam::123456789012:role/app$"]"#, "looks like a regexp"),
        ("glob", "", r#"["a",2]"#, "element 2 of the list is no string"),
    ];
    for (format, base_arn, list, expected) in cases {
        let settings = Settings {
            base_arn: base_arn.to_owned(),
            default_role: "d".to_owned(),
            restrictions: true,
            format: format_of(format),
        };
        let question = Question {
            allowed_roles: Some(list.to_owned()),
            role: Some(app.clone()),
            namespace_missing: false,
        };
        let reasons: Vec<String> =
            decide(&settings, &question).reasons.iter().map(ToString::to_string).collect();
        assert!(reasons.iter().any(|reason| reason.contains(expected)), "{list}: {reasons:#?}");
        assert!(reasons.iter().any(|reason| reason.contains("default role")), "{reasons:#?}");
    }
}

proptest::proptest! {
    /// Whatever the list says, a role that is in none of its patterns is not allowed by surprise:
    /// plain entries allow themselves and nothing else, in the form that gangplank writes too.
    #[test]
    fn plain_entries_allow_only_themselves(
        names in proptest::collection::vec("[a-z.+-]{1,6}", 0..4),
        asked in "[a-z.+-]{1,6}",
        regexp: bool,
    ) {
        use gangplank::domain::allowed_roles::{AllowedRoles, RestrictionFormat, entry_for};
        use gangplank::domain::role_arn::RoleArn;

        let arn = |name: &String| {
            RoleArn::parse(&format!("arn:aws:iam::123456789012:role/{name}")).unwrap()
        };
        let format = if regexp { RestrictionFormat::Regexp } else { RestrictionFormat::Glob };
        let entries: Vec<String> = names.iter().map(|name| entry_for(&arn(name), format)).collect();
        let settings = Settings {
            base_arn: String::new(),
            default_role: String::new(),
            restrictions: true,
            format,
        };
        let question = Question {
            allowed_roles: Some(AllowedRoles::to_json_of(&entries)),
            role: Some(arn(&asked).as_str().to_owned()),
            namespace_missing: false,
        };
        let is_allowed = decide(&settings, &question).decision == Decision::Allow;
        proptest::prop_assert_eq!(is_allowed, names.contains(&asked));
    }

    #[test]
    fn no_input_panics(
        list in "\\PC{0,30}|\\[\"[a-z\\\\(){}\\[\\]*+?|^$.,:-]{0,20}\"\\]",
        role in "\\PC{0,20}",
        base in "(arn:aws:iam::1:role/?)?[a-z+/]{0,4}",
        regexp: bool,
    ) {
        let settings = Settings {
            base_arn: base,
            default_role: String::new(),
            restrictions: true,
            format: format_of(if regexp { "regexp" } else { "glob" }),
        };
        let question =
            Question { allowed_roles: Some(list), role: Some(role), namespace_missing: false };
        for reason in decide(&settings, &question).reasons {
            let text = reason.to_string();
            proptest::prop_assert!(!text.contains('\n') && !text.chars().any(char::is_control));
        }
    }
}
