//! `gangplank explain …` as people and programs use it: outside a repository, one question or a
//! stream of them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::kube2iam_vectors::vectors;
use crate::support::{Outcome, program_in};

const BASE: &str = "arn:aws:iam::123456789098:role/";
const ROLE: &str = "arn:aws:iam::123456789098:role/report-portal";
const NODE: &str = "arn:aws:iam::123456789098:role/k8s-node";

fn gangplank(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program_in(folder, folder);
    command.args(["explain"]).args(arguments);
    command
}

/// Runs in an empty folder with this on standard input.
fn explain(arguments: &[&str], input: &str) -> Outcome {
    let folder = TempDir::new().unwrap();
    run(gangplank(folder.path(), arguments), input.as_bytes())
}

fn run(mut command: Command, input: &[u8]) -> Outcome {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may end without having read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn lines(outcome: &Outcome) -> Vec<Value> {
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn as_lines(values: &[Value]) -> String {
    values.iter().fold(String::new(), |mut out, value| {
        writeln!(out, "{value}").unwrap();
        out
    })
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_stream_of_annotations_is_answered_line_by_line() {
    let vectors = vectors("kube2iam.jsonl");
    let outcome = explain(&["annotation", "--input", "-"], &as_lines(&vectors)).ends(0);
    let answers = lines(&outcome);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        let expected = &vector["expect"];
        assert_eq!(answer["schema"], "gangplank.annotation/1");
        assert_eq!(answer["startup_error"], expected["startup_error"], "{vector}");
        let decision = if expected["allow"] == true { "allow" } else { "deny" };
        if answer["decision"] != "cannot_tell" {
            assert_eq!(answer["decision"], decision, "{vector}");
            assert_eq!(answer["resolved_role"], expected["resolved_role"], "{vector}");
        }
        assert_eq!(answer["decoded_roles"], expected["decoded_roles"], "{vector}");
    }
}

#[test]
fn a_stream_of_trust_policies_is_answered_line_by_line() {
    let vectors = vectors("trust.jsonl");
    let outcome = explain(&["trust", "--input", "-"], &as_lines(&vectors)).ends(0);
    let answers = lines(&outcome);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        assert_eq!(answer["schema"], "gangplank.trust/1");
        for field in ["verdict", "reasons", "needs_identity_policy"] {
            assert_eq!(answer[field], vector[field], "{}", vector["id"]);
        }
    }
}

#[test]
fn one_annotation_in_words_and_as_json() {
    let arguments =
        ["annotation", "--role", "app", "--base-arn", BASE, "--allowed-roles", "[\"ap*\"]"];
    let text = explain(&arguments, "").ends(0).stdout;
    let expected = "\
allow: kube2iam asks STS for `arn:aws:iam::123456789098:role/app`
  - `arn:aws:iam::123456789098:role/ap*` matches `arn:aws:iam::123456789098:role/app`
  - `ap*` allows every role that begins with `arn:aws:iam::123456789098:role/ap`
the list as kube2iam reads it: `ap*`
";
    assert_eq!(text, expected);
    let json = explain(&[&arguments[..], &["--output", "json"]].concat(), "").ends(0).json();
    let fields = [
        "decision",
        "decoded_roles",
        "matched",
        "reasons",
        "resolved_role",
        "schema",
        "startup_error",
    ];
    assert_eq!(keys(&json), fields);
    assert_eq!(json["matched"], format!("{BASE}ap*"));
    let denied = explain(&["annotation", "--role", ROLE], "").ends(0).stdout;
    assert!(denied.starts_with("deny: "), "{denied}");
    assert!(denied.contains("nothing is allowed by default"), "{denied}");
    let off = explain(&["annotation", "--role", ROLE, "--restrictions", "off"], "").ends(0).stdout;
    assert!(off.contains("any pod of any namespace gets any role"), "{off}");
    let absent = explain(&["annotation", "--base-arn", "arn:aws:iam::1:user/"], "").ends(0).stdout;
    assert!(absent.contains("kube2iam exits at its start: Invalid --base-role-arn"), "{absent}");
    let missing =
        ["annotation", "--role", "a", "--allowed-roles", "[\"a\"]", "--namespace-missing"];
    assert!(explain(&missing, "").ends(0).stdout.contains("does not know the Namespace"));
    let open =
        ["annotation", "--role", "a", "--allowed-roles", "[\"\\\\p{Letter}\"]", "--format=regexp"];
    assert_eq!(
        explain(&[&open[..], &["--output=json"]].concat(), "").json()["decision"],
        "cannot_tell"
    );
}

#[test]
fn what_comes_from_outside_cannot_play_with_the_terminal() {
    let role = "a\u{1b}[2J\nallow: kube2iam asks STS for `b`";
    let text = explain(&["annotation", "--role", role], "").ends(0).stdout;
    assert!(!text.contains('\u{1b}'), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("allow")), "{text:?}");
    let policy = format!("{{\"Statement\":[{{\"Effect\":\"{role}\"}}],\"\u{202e}x\":1}}");
    let arguments = ["trust", "--policy", "-", "--role", ROLE, "--node-role", NODE];
    let text = explain(&arguments, &policy).ends(0).stdout;
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
}

#[test]
fn one_trust_policy_from_a_file_or_a_pipe() {
    let folder = TempDir::new().unwrap();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    std::fs::write(folder.path().join("trust.json"), policy.to_string()).unwrap();
    let of =
        |policy: &'static str| ["trust", "--policy", policy, "--role", ROLE, "--node-role", NODE];
    let text = run(gangplank(folder.path(), &of("trust.json")), b"").ends(0).stdout;
    assert!(text.starts_with(&format!("not trusted: the trust policy does not let {NODE} assume")));
    assert!(text.contains("statement 1: it names AWS services only"), "{text}");
    let statement = text.split_once("the statement that is missing:\n").unwrap().1;
    let fixed = json!({ "Statement": [serde_json::from_str::<Value>(statement).unwrap()] });
    let text = explain(&of("-"), &fixed.to_string()).ends(0).stdout;
    assert!(text.starts_with("trusted: "), "{text}");
    let mut arguments = of("-").to_vec();
    arguments.extend([
        "--external-id",
        "rp-1",
        "--node-role-id",
        "AROAIOSFODNN7EXAMPLE1",
        "--output",
        "json",
    ]);
    let json = explain(&arguments, &fixed.to_string()).ends(0).json();
    assert_eq!(keys(&json), ["needs_identity_policy", "reasons", "schema", "verdict"]);
    assert_eq!(json["reasons"], json!(["allow.role_arn"]));
}

#[test]
fn a_bad_line_is_answered_by_an_error_in_its_place() {
    let good = json!({ "pod_role": "app", "allowed_roles_annotation": "[\"app\"]" }).to_string();
    let input = format!(
        "{good}\n{{\"pod_role\":1}}\n\n{{\"pod_rol\":\"app\"}}\n{{\"role\":\"app\"}}\nnonsense\n[]\n{good}"
    );
    let outcome = explain(&["annotation", "--input", "-"], &input).ends(2);
    let answers = lines(&outcome);
    assert_eq!(answers.len(), 8);
    for (at, answer) in answers.iter().enumerate() {
        if matches!(at, 0 | 7) {
            assert_eq!(answer["decision"], "allow");
        } else {
            assert_eq!(answer["schema"], "gangplank.error/1", "{answer}");
            assert_eq!(answer["line"], at + 1);
        }
    }
    assert_eq!(answers[3]["help"], "did you mean `pod_role`?");
    assert_eq!(answers[4]["help"], "did you mean `pod_role`?");
    let trust = json!({ "policy": "{}", "role_arn": "app", "node_role_arn": NODE }).to_string();
    let outcome = explain(&["trust", "--input", "-"], &trust).ends(2);
    assert!(lines(&outcome)[0]["error"].as_str().unwrap().starts_with("role_arn: "));
    let folder = TempDir::new().unwrap();
    let not_utf8 = run(gangplank(folder.path(), &["annotation", "--input", "-"]), b"\xff\n{}\n");
    assert_eq!(lines(&not_utf8.ends(2))[0]["error"], "the line is not UTF-8");
    assert_eq!(explain(&["annotation", "--input", "-"], "").ends(0).stdout, "");
}

#[test]
fn wrong_flags_are_usage_errors() {
    let cases: [(&[&str], &str); 8] = [
        (&["trust", "--role", ROLE, "--node-role", NODE], "--policy is missing"),
        (&["trust", "--policy", "-", "--role", "app", "--node-role", NODE], "--role: column 1"),
        (&["trust", "--policy", "none.json", "--role", ROLE, "--node-role", NODE], "can't be read"),
        (&["annotation", "--input", "none.jsonl"], "can't be read"),
        (&["annotation", "--input", "-", "--role", "app"], "cannot be used with"),
        (&["annotation", "--format", "regex"], "invalid value 'regex'"),
        (&["pods"], "unrecognized subcommand"),
        (&["pod"], "<CLUSTER/NAMESPACE>"),
    ];
    for (arguments, expected) in cases {
        let outcome = explain(arguments, "").ends(2);
        assert!(outcome.stderr.contains(expected), "{arguments:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
}

#[test]
fn flags_have_variables() {
    let folder = TempDir::new().unwrap();
    let mut command = gangplank(folder.path(), &["annotation", "--output", "json"]);
    command.env("GANGPLANK_ALLOWED_ROLES", "[\"app$\"]").env("GANGPLANK_ROLE", "app");
    command.env("GANGPLANK_BASE_ARN", BASE).env("GANGPLANK_FORMAT", "regexp");
    let json = run(command, b"").ends(0).json();
    assert_eq!(json["decision"], "allow");
    let mut command = gangplank(folder.path(), &["annotation"]);
    command.env("GANGPLANK_FORMAT", "regex");
    assert!(run(command, b"").ends(2).stderr.contains("this is one of glob, regexp"));
}

#[test]
fn the_text_of_an_error_is_explained() {
    let text =
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".";
    let outcome = explain(&["error", text], "").ends(0);
    assert!(outcome.stdout.contains("no-credentials: "), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("next: in the pod: curl"), "{}", outcome.stdout);
    let piped = explain(&["error", "--output", "json"], "unable to find role for IP 10.1.2.3\n");
    let json = piped.ends(0).json();
    assert_eq!(json["schema"], "gangplank.symptoms/1");
    assert_eq!(json["symptoms"][0]["name"], "no-role");
    assert!(explain(&["error", "what?"], "").ends(1).stderr.contains("this text is not known"));
}
