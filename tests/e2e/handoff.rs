//! `gangplank handoff`: what the page, the pull request's text and the JSON say.

use serde_json::{Value as Json, json};

use crate::support::{Answer, DEMO_ROLE, IDENTITY, Outcome, Repo, demo_flags, documents, serve};

const PLACE: &str = "prod-us1/report-portal";
const FOLDER: &str = "clusters/prod-us1/namespaces/application/report-portal";
const CHECKOUT: &str = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";
const CHECKOUT_ROLE: &str = "arn:aws:iam::123456789098:role/checkout";

/// The example with its onboarding written and not committed.
fn onboarded() -> Repo {
    let repo = Repo::demo();
    commit(&repo);
    let flags = demo_flags();
    let mut arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    arguments.push("--yes");
    repo.onboard(&arguments, &[]).ends(0);
    repo
}

fn commit(repo: &Repo) {
    repo.git(&["add", "."]).ends(0);
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    repo.git(&[&who[..], &["commit", "--quiet", "--allow-empty", "-m", "x"]].concat()).ends(0);
}

fn handoff(repo: &Repo, arguments: &[&str]) -> Outcome {
    repo.run(&[&["handoff"], arguments].concat())
}

fn part(repo: &Repo, place: &str, part: &str) -> String {
    handoff(repo, &[place, "--part", part]).ends(0).stdout
}

fn document(repo: &Repo, arguments: &[&str]) -> Json {
    handoff(repo, &[arguments, &["--output", "json"]].concat()).ends(0).json()
}

fn replace(repo: &Repo, path: &str, old: &str, new: &str) {
    let text = repo.text(path);
    assert!(text.contains(old), "{old} in {text}");
    repo.put(path, text.replace(old, new));
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part}\n--- in\n{text}");
}

#[test]
fn the_pull_request_says_what_is_new() {
    let repo = onboarded();
    let text = part(&repo, PLACE, "pull-request");
    has(&text, "# Grant AWS roles to report-portal on prod-us1\n");
    has(&text, "- before: the namespace was not there\n");
    has(&text, &format!("- new: `{DEMO_ROLE}`\n"));
    has(&text, "**New: egress is restricted** for service account report-portal.");
    has(&text, "## Findings\n\nNone.\n");
    has(&text, "- kube2iam: yes, ");
    has(&text, &format!("kubectl kustomize {FOLDER}"));
    // What is committed is no longer new, unless that is asked for.
    repo.git(&["branch", "base"]).ends(0);
    commit(&repo);
    let text = part(&repo, PLACE, "pull-request");
    has(&text, "# The AWS roles of report-portal on prod-us1\n");
    has(&text, "Egress of service account report-portal is restricted, as before.");
    let since = ["--part", "pull-request", "--changed-since", "base"];
    let text = handoff(&repo, &[&[PLACE], &since[..]].concat()).ends(0).stdout;
    has(&text, &format!("- new: `{DEMO_ROLE}`\n"));
}

#[test]
fn roles_that_stay_and_roles_that_go_are_told_apart() {
    let repo = Repo::demo();
    commit(&repo);
    let old = format!("[\"{CHECKOUT_ROLE}\"]");
    replace(&repo, CHECKOUT, &old, &format!("[\"{CHECKOUT_ROLE}\",\"{CHECKOUT_ROLE}-2\"]"));
    let text = part(&repo, "prod-us1/checkout", "pull-request");
    has(&text, "- before: 1 role\n");
    has(&text, &format!("- as before: `{CHECKOUT_ROLE}`\n- new: `{CHECKOUT_ROLE}-2`\n"));
    commit(&repo);
    replace(&repo, CHECKOUT, &format!("\"{CHECKOUT_ROLE}\","), "");
    let text = part(&repo, "prod-us1/checkout", "pull-request");
    has(&text, "# Take AWS roles from checkout on prod-us1\n");
    has(&text, "- before: 2 roles\n");
    has(&text, &format!("- no longer: `{CHECKOUT_ROLE}`\n"));
}

#[test]
fn a_repository_without_commits_has_no_before() {
    let text = part(&Repo::demo(), "prod-us1/checkout", "pull-request");
    has(&text, "- before: not known, git says nothing\n");
    let json = document(&Repo::demo(), &["prod-us1/checkout"]);
    assert_eq!(json["earlier"], Json::Null);
    let refused = handoff(&Repo::demo(), &["prod-us1/checkout", "--changed-since", "nowhere"]);
    has(&refused.ends(2).stderr, "git knows no commit `nowhere` here");
}

#[test]
fn findings_stand_in_the_pull_request() {
    let repo = Repo::demo();
    let policy = "clusters/prod-us1/namespaces/application/checkout/cnp.checkout.yaml";
    replace(&repo, policy, "169.254.169.254/32", "10.0.0.1/32");
    let text = part(&repo, "prod-us1/checkout", "pull-request");
    has(&text, "- warning `policy/no-metadata` at `clusters/prod-us1/");
    has(&text, "- metadata: no, ");
    has(&part(&repo, "prod-us1/checkout", "page"), "What may keep it from the role:");
}

#[test]
fn the_manifests_are_what_our_own_rules_take() {
    let repo = onboarded();
    let arguments = [
        PLACE,
        "--external-id",
        "portal-1",
        "--select",
        "sa=report-portal",
        "--select",
        "label=app=rp",
    ];
    let json = document(&repo, &arguments);
    let manifests = json["manifests"].as_array().unwrap();
    let kinds: Vec<&str> = manifests.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"]);
    for one in manifests {
        let text = one["manifest"].as_str().unwrap();
        let parsed = documents(text).remove(0);
        let pointer = format!("/{}", one["place"].as_str().unwrap().replace('.', "/"));
        assert_eq!(
            parsed.pointer(&pointer).unwrap(),
            &json!({ "iam.amazonaws.com/role": DEMO_ROLE, "iam.amazonaws.com/external-id": "portal-1" })
        );
        let path = format!("{FOLDER}/workload.yaml");
        repo.put(&path, text);
        let found = repo.run(&["check", &path, "--notes", "--output", "json"]).json();
        let rules: Vec<&Json> =
            found["findings"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
        let of_pods = rules.iter().filter(|rule| rule.as_str().unwrap().starts_with("pod/"));
        assert_eq!(of_pods.count(), 0, "{text}\n{found:#}");
    }
}

#[test]
fn a_manifest_one_level_off_is_what_our_own_rules_find() {
    let repo = onboarded();
    let json = document(&repo, &[PLACE]);
    for one in json["manifests"].as_array().unwrap().iter().filter(|one| one["kind"] != "Pod") {
        let kind = one["kind"].as_str().unwrap();
        let text = format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  annotations:\n    iam.amazonaws.com/role: {DEMO_ROLE}\nspec: {{}}\n"
        );
        let path = format!("{FOLDER}/workload.yaml");
        repo.put(&path, text);
        let found = repo.run(&["check", &path, "--output", "json"]).ends(3).stdout;
        has(&found, "pod/annotation-level");
    }
}

#[test]
fn the_document_says_what_was_onboarded() {
    let json = document(&onboarded(), &[PLACE]);
    assert_eq!(json["schema"], "gangplank.handoff/1");
    assert_eq!(json["roles"][0]["arn"], DEMO_ROLE);
    assert_eq!(json["select"], json!(["sa=report-portal"]));
    assert_eq!(json["path"], FOLDER);
    assert_eq!(json["restricts_egress"], true);
    let before = json!({ "was_there": false, "allowed_roles": [], "restricted_egress": false });
    assert_eq!(json["earlier"], before);
    assert_eq!(json["restart_command"], "kubectl -n report-portal rollout restart deployment/NAME");
    assert!(json["test_pod"].as_str().unwrap().starts_with("#!/bin/sh\n"));
    assert!(json["pull_request"].as_str().unwrap().starts_with("# Grant"));
}

#[test]
fn of_several_roles_one_is_tried_out() {
    let repo = Repo::demo();
    let reader = "arn:aws:iam::123456789098:role/search-reader";
    let first = document(&repo, &["prod-us1/search"]);
    assert_eq!(first["roles"][0]["arn"], "arn:aws:iam::123456789098:role/search-indexer");
    let second = document(&repo, &["prod-us1/search", "--role", reader]);
    assert_eq!(second["roles"][0]["arn"], reader);
    assert_eq!(second["roles"].as_array().unwrap().len(), 2);
    has(
        second["test_pod"].as_str().unwrap(),
        "role=arn:aws:iam::123456789098:role/search-reader\n",
    );
    // Its policy opens S3 and SQS, and no STS.
    has(second["test_pod"].as_str().unwrap(), "curl -gsS -m 15 \"$from$name\"");
    let other = ["prod-us1/search", "--role", CHECKOUT_ROLE];
    has(&handoff(&repo, &other).ends(2).stderr, "does not allow arn:aws:iam");
}

#[test]
fn patterns_need_a_role_to_be_named() {
    let repo = Repo::demo();
    replace(&repo, CHECKOUT, CHECKOUT_ROLE, "arn:aws:iam::123456789098:role/check*");
    has(&handoff(&repo, &["prod-us1/checkout"]).ends(2).stderr, "--role");
    let json = document(&repo, &["prod-us1/checkout", "--role", CHECKOUT_ROLE]);
    assert_eq!(json["patterns"], json!(["arn:aws:iam::123456789098:role/check*"]));
    assert_eq!(json["roles"][0]["arn"], CHECKOUT_ROLE);
}

#[test]
fn a_namespace_with_nothing_to_hand_over_is_refused() {
    let repo = Repo::demo();
    for (place, code, said) in [
        ("prod-us1/nowhere", 2, "nowhere has no folder here"),
        ("prod-us1/data-pipeline", 2, "data-pipeline may assume no role"),
        ("nowhere/checkout", 2, "no cluster `nowhere`"),
        ("prod-us1", 2, "CLUSTER/NAMESPACE"),
    ] {
        has(&handoff(&repo, &[place]).ends(code).stderr, said);
    }
    repo.put(CHECKOUT, "resources: [../../gone]\n");
    has(&handoff(&repo, &["prod-us1/checkout"]).ends(4).stderr, "can't be built");
}

#[test]
fn the_file_that_github_takes_says_whom_to_ask() {
    let repo = Repo::demo();
    let page = |repo: &Repo| part(repo, "prod-us1/checkout", "page");
    has(&page(&repo), "CODEOWNERS names nobody");
    repo.put("docs/CODEOWNERS", "* @docs\n");
    has(&page(&repo), "`@docs` own");
    repo.put(
        "CODEOWNERS",
        "/clusters/ @platform\n/clusters/*/namespaces/application/checkout/ @shop a@b.c\n",
    );
    has(&page(&repo), "`@shop`, `a@b.c` own");
    repo.put(".github/CODEOWNERS", "/clusters/ @first\n");
    has(&page(&repo), "`@first` own");
}

#[test]
fn the_trust_statement_is_shown_unless_iam_says_that_it_is_there() {
    let repo = onboarded();
    let node_role = "    account: \"123456789098\"\n    kube2iam: { node_role: 'arn:aws:iam::123456789098:role/k8s-node' }\n";
    replace(&repo, "gangplank.yaml", "    account: \"123456789098\"\n", node_role);
    let arguments = ["handoff", PLACE, "--external-id", "portal-1", "--part", "page"];
    let unasked = repo.run(&arguments).ends(0).stdout;
    has(&unasked, "needs this statement, if it is missing:");
    has(&unasked, "\"sts:ExternalId\": \"portal-1\"");
    let ask = |policy: &str| {
        let body = format!(
            "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>report-portal</RoleName><RoleId>AROAEXAMPLEEXAMPLEEX</RoleId><Arn>{DEMO_ROLE}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate><MaxSessionDuration>3600</MaxSessionDuration><AssumeRolePolicyDocument>{policy}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
        );
        let answer = Answer::Body(200, Box::leak(body.into_boxed_str()));
        let mut program = repo.program();
        program.args(arguments);
        program.env("AWS_ENDPOINT_URL", serve(IDENTITY, answer));
        program.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        crate::support::outcome(&mut program).ends(0).stdout
    };
    let policy = |principal: &str| {
        format!(
            "{{\"Statement\":{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::123456789098:role/{principal}\"}},\"Action\":\"sts:AssumeRole\"}}}}"
        )
    };
    let missing = ask(&policy("other"));
    has(&missing, "IAM does not let kube2iam have");
    has(&missing, "\"sts:ExternalId\": \"portal-1\"");
    assert!(!ask(&policy("k8s-node")).contains("On the AWS side"));
}

#[test]
fn each_form_has_the_same_parts() {
    let repo = onboarded();
    let human = handoff(&repo, &[PLACE]).ends(0).stdout;
    let markdown = handoff(&repo, &[PLACE, "--output", "markdown"]).ends(0).stdout;
    for text in ["Whom to ask", "The test pod, as a script", "The text of the pull request"] {
        has(&human, &format!("\n{text}\n="));
        has(&markdown, &format!("\n## {text}\n"));
    }
    has(&markdown, "# report-portal on prod-us1: AWS roles for its pods\n");
    let script = part(&repo, PLACE, "test-pod");
    has(&markdown, &format!("```sh\n{script}```\n"));
    let refused = handoff(&repo, &[PLACE, "--part", "test-pod", "--output", "json"]).ends(2);
    has(&refused.stdout, "JSON holds all parts");
    has(&handoff(&repo, &[PLACE, "--output", "sarif"]).ends(2).stderr, "sarif");
}

#[test]
fn paths_begin_at_the_top_of_git() {
    let repo = Repo::below("infra/gitops").defaults("clusters/c/namespaces/defaults");
    let kustomization =
        "clusters/c/namespaces/application/a b/kustomization.yaml".replace("a b", "ab");
    let text = "namespace: ab\nresources: [../../defaults]\npatches:\n  - target: {kind: Namespace}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"arn:aws:iam::123456789098:role/x\"]'\n";
    repo.put(&kustomization, text);
    let commit = ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"];
    repo.git(&["add", "."]).ends(0);
    repo.git(&commit).ends(0);
    replace(&repo, &kustomization, "role/x", "role/y");
    std::fs::write(repo.top().join("CODEOWNERS"), "/infra/gitops/clusters/ @here\n").unwrap();
    let text = part(&repo, "c/ab", "pull-request");
    has(&text, "kubectl kustomize infra/gitops/clusters/c/namespaces/application/ab");
    has(&text, "- no longer: `arn:aws:iam::123456789098:role/x`\n");
    has(&part(&repo, "c/ab", "page"), "`@here` own");
}
