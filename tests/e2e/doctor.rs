//! `gangplank doctor`: what it says of each thing, the near miss on which it does not, and how it
//! ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use gangplank::demo::FILES;
use serde_json::Value as Json;

#[cfg(feature = "aws")]
use crate::support::{Answer, IDENTITY, outcome, serve};
use crate::support::{Outcome, Pty, Repo, WINDOW, program_after};

/// A repository that holds the example.
fn demo() -> Repo {
    Repo::new().files(FILES)
}

/// The check of this name.
#[track_caller]
fn check<'a>(doctor: &'a Json, name: &str) -> &'a Json {
    assert_eq!(doctor["schema"], "gangplank.doctor/1");
    let mut checks = doctor["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {doctor:#}"))
}

#[track_caller]
fn says(doctor: &Json, name: &str, status: &str, text: &str) {
    let check = check(doctor, name);
    assert_eq!(check["status"], status, "{check:#}");
    let all = check.to_string();
    assert!(all.contains(text), "{text} in {all}");
}

fn doctor(repo: &Repo, more: &[&str]) -> Outcome {
    repo.run(&[&["doctor", "--output", "json"], more].concat())
}

/// A folder with a program of this name that prints a text.
fn installed(repo: &Repo, name: &str, says: &str) -> PathBuf {
    let bin = repo.home().join(format!("bin-{name}"));
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/sh\nprintf '%s\\n' '{says}'\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    bin
}

#[test]
fn the_example_is_sound_and_looking_changes_nothing() {
    let repo = demo();
    let before = repo.tree();
    let said = doctor(&repo, &[]).ends(0).json();
    says(&said, "repository", "ok", "found from here");
    says(&said, "config", "ok", "gangplank.yaml is read");
    says(&said, "your config", "ok", "none");
    for cluster in ["dev-eu1", "prod-us1"] {
        let group = format!("new ones go to clusters/{cluster}/namespaces/");
        says(&said, &format!("layout {cluster}"), "ok", &group);
        says(&said, &format!("delivery {cluster}"), "ok", "Argo CD takes new folders");
        says(&said, &format!("template {cluster}"), "ok", "new folders: ");
    }
    says(&said, "terminal", "unknown", "--yes or --dry-run");
    says(&said, "aws", "unknown", "no credentials here");
    says(&said, "state", "ok", "can be written");
    assert_eq!(repo.tree(), before);
    assert!(!repo.home().join("state").exists(), "no folder is made");
}

#[test]
fn for_people_there_is_a_line_each_and_help_where_something_is_wrong() {
    let repo = Repo::new().file("readme", "no clusters");
    let said = repo.run(&["doctor"]).ends(1);
    assert_eq!(said.stderr, "");
    let line = |name: &str| said.stdout.lines().position(|line| line.contains(name)).unwrap();
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines[line("repository")].starts_with("✗ error    repository"), "{}", said.stdout);
    assert!(lines[line("repository") + 1].trim_start().starts_with("help: "), "{}", said.stdout);
    assert!(!said.stdout.contains("delivery"), "there is none to look at: {}", said.stdout);
    let ascii = repo.run(&["doctor", "--ascii"]).ends(1).stdout;
    assert!(ascii.is_ascii() && ascii.starts_with("x error"), "{ascii}");
}

#[test]
fn what_keeps_gangplank_from_working_is_an_error() {
    let broken = demo().file("gangplank.yaml", "clusters:\n  dev-eu1:\n    acount: 1\n");
    says(&doctor(&broken, &[]).ends(1).json(), "config", "error", "gangplank.yaml:3:5: ");
    let own = demo();
    own.put("../home/config/gangplank/config.yaml", "defaults:\n  stile: x\n");
    says(&doctor(&own, &[]).ends(1).json(), "your config", "error", "did you mean `style`?");
    let full = demo();
    full.put("../home/state", "a file");
    says(&doctor(&full, &[]).ends(1).json(), "state", "error", "is in the way");
    let elsewhere = doctor(&demo(), &["--repo", "/nowhere"]).ends(1).json();
    says(&elsewhere, "repository", "error", "/nowhere");
}

#[test]
fn a_cluster_without_namespaces_or_delivery_is_a_warning() {
    let repo = demo().file("clusters/odd/readme", "nothing else");
    let said = doctor(&repo, &[]).ends(0).json();
    says(&said, "layout odd", "warning", "clusters/odd/namespaces/ is not there");
    says(&said, "layout dev-eu1", "ok", "5 namespaces");
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  generators:\n    - git:\n        directories:\n          - path: clusters/c/namespaces/application/only-this\n";
    let folder = "clusters/c/namespaces/application/a/kustomization.yaml";
    let named = Repo::new().file(folder, "resources: []\n");
    says(&doctor(&named, &[]).json(), "delivery c", "unknown", "does not say");
    let named = named.file("clusters/c/application-set.yaml", set);
    says(&doctor(&named, &[]).json(), "delivery c", "warning", "only-this");
}

#[test]
fn a_kustomize_that_is_too_old_is_told_from_one_that_will_do() {
    let repo = demo();
    says(&doctor(&repo, &[]).ends(0).json(), "kustomize", "warning", "neither");
    let kubectl = |version: &str| format!(r#"{{"clientVersion": {{"gitVersion": "{version}"}}}}"#);
    for (name, version, status) in [
        ("kubectl", kubectl("v1.20.2").as_str(), "warning"),
        ("kubectl", &kubectl("v1.21.0"), "ok"),
        ("kubectl", r#"{"kustomizeVersion": "v5.8.1"}"#, "ok"),
        ("kustomize", "{Version:2.0.3 GitCommit:x}", "warning"),
        ("kustomize", "v5.8.1", "ok"),
        ("kustomize", "hello", "unknown"),
    ] {
        let bin = installed(&repo, name, version);
        let said = repo.run_with(&bin, &["doctor", "--output", "json"]).ends(0).json();
        says(&said, "kustomize", status, name);
        assert_eq!(said.to_string().contains("too old"), status == "warning", "{version}");
    }
}

/// With credentials that a server at this address judges.
#[cfg(feature = "aws")]
fn with_aws(repo: &Repo, url: &str, more: &[&str]) -> Json {
    let mut program = repo.program();
    for (name, value) in
        [("AWS_ENDPOINT_URL", url), ("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")]
    {
        program.env(name, value);
    }
    outcome(program.args(["doctor", "--output", "json"]).args(more)).ends(0).json()
}

#[cfg(feature = "aws")]
#[test]
fn aws_is_asked_who_one_is_unless_offline() {
    let repo = demo();
    let sound = serve(IDENTITY, Answer::HangUp);
    says(&with_aws(&repo, &sound, &[]), "aws", "ok", "you are arn:aws:iam::123456789098:user/dev");
    says(&with_aws(&repo, &sound, &["--offline"]), "aws", "unknown", "--offline");
    let refusing = serve(
        Answer::Body(
            403,
            "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>x</Message></Error></ErrorResponse>",
        ),
        Answer::HangUp,
    );
    says(&with_aws(&repo, &refusing, &[]), "aws", "warning", "the AWS session has expired");
}

#[test]
fn in_a_terminal_it_says_what_the_terminal_can() {
    let repo = demo();
    let look = |line: &str, said: &[&str]| {
        let command = program_after(&repo, line, &["doctor", "--color", "never"]);
        let mut pty = Pty::start(command, WINDOW);
        assert_eq!(pty.ends(), 0);
        for text in said {
            pty.wait_for(text);
        }
    };
    let size = "100 columns, 30 lines; TERM is xterm-256color";
    look("export LANG=en_US.UTF-8", &[size, "UTF-8: LANG is en_US.UTF-8"]);
    look("export LANG=en_US.UTF-8 LC_ALL=C", &["LC_ALL is C, which is not UTF-8"]);
}
