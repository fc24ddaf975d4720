//! `gangplank explain pod`: each link of the chain between a pod and its role, holding and broken.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Answer, DEMO_ROLE, IDENTITY, Outcome, Repo, demo_flags, serve};

const PLACE: &str = "prod-us1/report-portal";

/// The example after its onboarding.
fn onboarded() -> Repo {
    let repo = Repo::demo();
    let flags = demo_flags();
    let mut arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    arguments.push("--yes");
    repo.onboard(&arguments, &[]).ends(0);
    repo
}

fn explain(repo: &Repo, arguments: &[&str], input: &str) -> Outcome {
    let mut program = repo.program();
    program.args(["explain", "pod"]).args(arguments).args(["--output", "json"]);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What was said of each link.
fn links(answer: &Value) -> Vec<(&str, &str)> {
    let links = answer["links"].as_array().unwrap().iter();
    links.map(|link| (link["link"].as_str().unwrap(), link["verdict"].as_str().unwrap())).collect()
}

#[track_caller]
fn says(answer: &Value, link: &str, verdict: &str) {
    assert!(links(answer).contains(&(link, verdict)), "{link} {verdict}: {answer:#}");
}

#[test]
fn the_whole_chain_of_a_pod_that_is_right() {
    let repo = onboarded();
    let arguments = [PLACE, "--role", DEMO_ROLE, "--service-account", "report-portal"];
    let answer = explain(&repo, &arguments, "").ends(0).json();
    assert_eq!(answer["schema"], "gangplank.pod/1");
    assert_eq!(answer["resolved_role"], DEMO_ROLE);
    // Nobody is logged in.
    assert_eq!(answer["decision"], "cannot_tell");
    let expected = [
        ("annotation", "allow"),
        ("kube2iam", "allow"),
        ("metadata", "allow"),
        ("dns", "allow"),
        ("sts", "allow"),
        ("trust", "cannot_tell"),
    ];
    assert_eq!(links(&answer), expected, "{answer:#}");
}

#[test]
fn each_link_that_breaks_is_named() {
    let repo = onboarded();
    let account = ["--service-account", "report-portal"];
    let ask =
        |more: &[&str]| explain(&repo, &[&[PLACE], &account[..], more].concat(), "").ends(0).json();
    let none = ask(&[]);
    assert_eq!(none["decision"], "deny");
    says(&none, "annotation", "deny");
    let other = ask(&["--role", "arn:aws:iam::123456789098:role/other"]);
    says(&other, "kube2iam", "deny");
    assert_eq!(other["resolved_role"], Value::Null);
    let host = ask(&["--role", DEMO_ROLE, "--host-network"]);
    says(&host, "host_network", "deny");
    // The policy is for another service account: nothing restricts this pod.
    let default = explain(&repo, &[PLACE, "--role", DEMO_ROLE], "").ends(0).json();
    says(&default, "egress", "allow");
}

#[test]
fn a_policy_without_the_way_to_kube2iam_breaks_the_chain() {
    let repo = onboarded();
    let path = "clusters/prod-us1/namespaces/application/report-portal/cnp.report-portal.yaml";
    let file = repo.root().join(path);
    let text = std::fs::read_to_string(&file).unwrap();
    for (from, to, broken) in [
        ("169.254.169.254/32", "10.0.0.1/32", &["metadata"][..]),
        ("us-east-1", "eu-west-1", &["sts"]),
        // Port 53 stays open, but Cilium learns no address.
        ("dns:", "none:", &["sts"]),
        ("kube-dns", "coredns", &["dns", "sts"]),
    ] {
        std::fs::write(&file, text.replace(from, to)).unwrap();
        let arguments = [PLACE, "--role", DEMO_ROLE, "--service-account", "report-portal"];
        let answer = explain(&repo, &arguments, "").ends(0).json();
        let denied = links(&answer).into_iter().filter(|(_, verdict)| *verdict == "deny");
        let denied: Vec<&str> = denied.map(|(link, _)| link).collect();
        assert_eq!(denied, broken, "{answer:#}");
    }
}

#[test]
fn a_folder_that_can_not_be_built_tells_nothing_of_the_way() {
    let repo = onboarded();
    let path = "clusters/prod-us1/namespaces/application/report-portal/kustomization.yaml";
    let file = repo.root().join(path);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("resources:\n", "resources:\n  - gone.yaml\n")).unwrap();
    let arguments = [PLACE, "--role", DEMO_ROLE, "--service-account", "report-portal"];
    let answer = explain(&repo, &arguments, "").ends(0).json();
    for link in ["metadata", "dns", "sts"] {
        says(&answer, link, "cannot_tell");
    }
}

#[test]
fn a_manifest_is_read_as_kube2iam_reads_it() {
    let repo = onboarded();
    let deployment = |above: &str, inside: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n{above}spec:\n  template:\n    metadata:\n      labels: {{app: web}}\n{inside}    spec:\n      serviceAccountName: report-portal\n"
        )
    };
    let annotation = |indent: &str| {
        format!("{indent}annotations:\n{indent}  iam.amazonaws.com/role: {DEMO_ROLE}\n")
    };
    for (text, verdict) in [
        (deployment("", &annotation("      ")), "allow"),
        (deployment(&annotation("  "), ""), "deny"),
    ] {
        let answer = explain(&repo, &[PLACE, "--manifest", "-"], &text).ends(0).json();
        says(&answer, "annotation", verdict);
    }
    let nothing = explain(&repo, &[PLACE, "--manifest", "-"], "kind: Service\n").ends(2);
    assert!(nothing.stdout.contains("there is no pod in this manifest"), "{nothing:?}");
    let broken = explain(&repo, &[PLACE, "--manifest", "-"], "a: [\n").ends(2).json();
    assert_eq!(broken["line"], 1);
}

#[test]
fn what_iam_says_is_the_last_link() {
    let repo = onboarded();
    let missing = Answer::Body(
        404,
        "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>",
    );
    let mut program = repo.program();
    program.args(["explain", "pod", PLACE, "--role", DEMO_ROLE]);
    for (name, value) in [
        ("AWS_ENDPOINT_URL", serve(IDENTITY, missing).as_str()),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
    ] {
        program.env(name, value);
    }
    let text = crate::support::outcome(&mut program).ends(0).stdout;
    assert!(text.starts_with("deny: a pod of report-portal on prod-us1 can't use "), "{text}");
    assert!(text.contains("no  role         there is no role report-portal"), "{text}");
}

#[test]
fn a_place_that_is_none_is_refused_and_one_without_a_folder_can_not_be_told() {
    let repo = Repo::demo();
    explain(&repo, &["prod-us1"], "").ends(2);
    explain(&repo, &["nowhere/x"], "").ends(2);
    let answer = explain(&repo, &["prod-us1/no-such", "--role", DEMO_ROLE], "").ends(0).json();
    says(&answer, "kube2iam", "cannot_tell");
    assert!(answer["links"][1]["reason"].as_str().unwrap().contains("has no folder here"));
}
