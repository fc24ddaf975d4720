//! Broken trees: a finding each, no hang, no panic, and no more memory than the files are worth.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use wait4::Wait4;

use crate::support::{DEFAULTS, KUSTOMIZATION, Repo};

const FOLDER: &str = "clusters/c/namespaces/application/report-portal";

/// The namespace with one more file, which is listed.
fn with_file(text: impl AsRef<[u8]>) -> Repo {
    let repo = Repo::skeleton("resources:\n  - ../../defaults\n  - x.yaml\n");
    repo.file(&format!("{FOLDER}/x.yaml"), text)
}

/// The rules and messages of what is found, in time and in bounded memory.
#[track_caller]
fn found(repo: &Repo) -> Vec<(String, String)> {
    let started = Instant::now();
    let mut command = repo.program();
    command.args(["check", "--output", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let output = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    let errors = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    let ended = child.wait4().unwrap();
    assert_eq!(ended.status.code(), Some(3), "{output}{errors}");
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    assert!(ended.rusage.maxrss < 200_000_000, "{} bytes", ended.rusage.maxrss);
    let json: Json = serde_json::from_str(&output).unwrap();
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|finding| (text(finding, "rule"), text(finding, "message"))).collect()
}

/// That there is a finding by this rule whose message has this in it.
#[track_caller]
fn finds(repo: &Repo, rule: &str, word: &str) {
    let found = found(repo);
    let is_it = |(its, message): &(String, String)| its == rule && message.contains(word);
    assert!(found.iter().any(is_it), "{rule}, {word}: {found:?}");
}

#[test]
fn files_that_are_no_manifests() {
    finds(&with_file(vec![b' '; 50_000_000]), "kustomization/unreadable", "larger than 4 MiB");
    finds(&with_file([0u8, 159, 146, 150]), "kustomization/not-utf8", "not UTF-8");
    finds(&with_file("a: [\n"), "kustomization/invalid-yaml", "not valid YAML");
    finds(&with_file("[".repeat(10_000)), "kustomization/invalid-yaml", "");
    let deep: String = (0..10_000).map(|at| format!("{}a:\n", " ".repeat(at.min(300)))).collect();
    finds(&with_file(deep), "kustomization/invalid-yaml", "");
}

#[test]
fn a_billion_laughs() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for at in 1..40 {
        let aliases = vec![format!("*a{}", at - 1); 9].join(",");
        text.push_str(&format!("a{at}: &a{at} [{aliases}]\n"));
    }
    finds(&with_file(&text), "kustomization/wrong-type", "metadata.name");
    finds(&Repo::skeleton(&text), "kustomization/unknown-field", "a0");
}

#[test]
fn circles() {
    let repo = Repo::skeleton("resources:\n  - ../../defaults\nnamespace: report-portal\n");
    let own = "resources:\n  - ../application/report-portal\n";
    repo.put(&format!("{DEFAULTS}/kustomization.yaml"), own);
    finds(&repo, "kustomization/cycle", "cycle");
    let repo = Repo::skeleton("resources:\n  - .\n");
    finds(&repo, "kustomization/cycle", "cycle");
}

#[test]
fn links_that_lead_nowhere_or_round() {
    let file = format!("{FOLDER}/x.yaml");
    let listed = || Repo::skeleton("resources:\n  - ../../defaults\n  - x.yaml\n");
    finds(&listed().link(&file, "x.yaml"), "kustomization/unreadable", "can't be read");
    finds(&listed().link(&file, "nowhere"), "kustomization/missing-resource", "x.yaml");
    finds(&listed().link(&file, "/etc/passwd"), "kustomization/unreadable", "leads out");
    let namespaces = "clusters/c/namespaces/application";
    let repo = Repo::skeleton("resources: [gone]\n")
        .link(&format!("{namespaces}/round"), "round")
        .link(&format!("{namespaces}/out"), "/");
    let links = found(&repo).into_iter().filter(|(rule, _)| rule == "layout/link").count();
    assert_eq!(links, 2);
    // A folder that is linked into itself twice has 2^40 ways through it.
    let repo = Repo::skeleton("resources:\n  - one\n  - two\n")
        .link(&format!("{FOLDER}/one"), ".")
        .link(&format!("{FOLDER}/two"), ".");
    assert!(!found(&repo).is_empty());
}

#[test]
fn two_of_what_there_is_one_of() {
    let two = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n";
    let repo = with_file(two);
    repo.put(KUSTOMIZATION, "namespace: x\nresources:\n  - x.yaml\n");
    finds(&repo, "kustomization/two-namespaces", "two Namespaces");
    let repo = Repo::skeleton("resources: []\n")
        .file(&format!("{FOLDER}/Kustomization"), "resources: []\n");
    finds(&repo, "kustomization/two-files", "several kustomization files");
}

#[test]
fn a_pipe_is_not_waited_for() {
    let repo = Repo::skeleton("resources:\n  - ../../defaults\n  - pipe.yaml\n");
    let pipe = repo.root().join(FOLDER).join("pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    finds(&repo, "kustomization/unreadable", "not a regular file");
}

#[test]
fn one_broken_defaults_file_does_not_cost_each_namespace() {
    let repo = (0..300).fold(Repo::guide(), |repo, at| {
        let path = format!("clusters/c/namespaces/application/team-{at}/kustomization.yaml");
        repo.file(&path, format!("resources:\n  - ../../defaults\nnamespace: team-{at}\n"))
    });
    let long = format!("{}a: [\n", "- x\n".repeat(50_000));
    repo.put(&format!("{DEFAULTS}/limitrange.yaml"), long);
    let found = found(&repo);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_may_not_be_read() {
    let repo = with_file("kind: ConfigMap\n");
    let path = repo.root().join(FOLDER).join("x.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        // Nothing is forbidden to root.
        return;
    }
    finds(&repo, "kustomization/unreadable", "permission denied");
}
