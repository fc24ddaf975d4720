//! `gangplank list`: the built annotation of each namespace, who may assume a role, and what is odd
//! about an entry.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::cases::{Case, kustomize_cases};
use crate::support::{DEFAULTS, Outcome, ROLE, Repo, outcome, program_in};

const KEY: &str = "iam.amazonaws.com/allowed-roles";

fn namespace_file(name: &str) -> String {
    format!("clusters/c/namespaces/application/{name}/kustomization.yaml")
}

fn kustomization(name: &str, roles: &str) -> String {
    format!(
        "namespace: {name}\nresources:\n  - ../../defaults\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '{roles}'\n"
    )
}

/// The guide's layout with namespaces that have these lists.
fn repo(namespaces: &[(&str, &str)]) -> Repo {
    namespaces.iter().fold(Repo::guide(), |repo, (name, roles)| {
        repo.file(&namespace_file(name), kustomization(name, roles))
    })
}

fn listed(outcome: &Outcome) -> Vec<String> {
    let json = outcome.json();
    let all = json["namespaces"].as_array().unwrap().iter();
    all.map(|one| one["namespace"].as_str().unwrap().to_owned()).collect()
}

/// What `list` says of a recorded case, without cluster and path.
fn said(case: &Case, home: &Path) -> Vec<Json> {
    let mut command = program_in(&case.folder.join("input"), home);
    let listed = outcome(command.args(["list", "--output", "json"])).ends(0).json();
    assert_eq!(listed["schema"], "gangplank.list/1");
    let rows = listed["namespaces"].as_array().unwrap().iter();
    let folder = case.build_dir.as_str().strip_prefix("input/").unwrap();
    rows.filter(|row| row["path"] == folder).cloned().collect()
}

#[test]
fn the_texts_are_those_that_kustomize_builds() {
    let home = tempfile::tempdir().unwrap();
    let (mut wrong, mut statuses) = (Vec::new(), Vec::new());
    for case in kustomize_cases() {
        let rows = said(&case, home.path());
        let status = rows[0]["status"].as_str().unwrap().to_owned();
        let is_right = match status.as_str() {
            "broken" => case.exit_code != 0,
            "unsupported" => true,
            _ if case.exit_code != 0 => false,
            _ => {
                let expected: Vec<Json> = case
                    .expected()
                    .into_iter()
                    .map(|(name, annotations)| json!([name, annotations.get(KEY)]))
                    .collect();
                let built: Vec<Json> = rows
                    .iter()
                    .filter(|row| row["reason"] != "no Namespace in its build")
                    .map(|row| json!([row["namespace"], row["allowed_roles"]]))
                    .collect();
                built == expected
            }
        };
        if !is_right {
            wrong.push(format!("{}: {rows:?}", case.name));
        }
        statuses.push(status);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let count = |status: &str| statuses.iter().filter(|s| *s == status).count();
    assert!(count("unsupported") <= 6 && count("ok") > 80 && count("broken") > 30, "{statuses:?}");
}

#[test]
fn a_row_has_just_the_documented_fields() {
    let roles = format!("[\"{ROLE}\",\"short\"]");
    let json = repo(&[("a", &roles)]).run(&["list", "--output", "json"]).ends(0).json();
    assert_eq!(
        json,
        json!({"schema": "gangplank.list/1", "namespaces": [{
            "cluster": "c",
            "namespace": "a",
            "path": "clusters/c/namespaces/application/a",
            "allowed_roles": roles,
            "roles": [ROLE, "short"],
            "status": "ok",
            "reason": null,
        }]})
    );
}

#[test]
fn a_broken_and_an_unsupported_build_are_named_and_not_guessed() {
    let repo = repo(&[("fine", "[\"x\"]")])
        .file(&namespace_file("broken"), "resources:\n  - ../../gone\n")
        .file(
            &namespace_file("remote"),
            "namespace: remote\nresources:\n  - https://example.org/base\n",
        )
        .file("clusters/c/namespaces/application/raw/deployment.yaml", "kind: Deployment\n")
        .file("clusters/c/namespaces/application/empty/README", "nothing\n");
    let json = repo.run(&["list", "--output", "json"]).ends(0).json();
    let rows: Vec<(&str, &str, bool)> = json["namespaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap();
            (text("namespace"), text("status"), row["allowed_roles"].is_null())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("broken", "broken", true),
            ("fine", "ok", false),
            ("raw", "unsupported", true),
            ("remote", "unsupported", true),
        ]
    );
    let table = repo.run(&["list"]).ends(0).stdout;
    assert!(table.contains("broken: ../../gone is not there"), "{table}");
}

#[test]
fn a_whole_arn_asks_kube2iam_and_a_part_looks_for_text() {
    let repo = repo(&[
        ("exact", &format!("[\"{ROLE}\"]")),
        ("pattern", "[\"arn:aws:iam::*:role/report-*\"]"),
        ("other", "[\"arn:aws:iam::123456789098:role/other\"]"),
        ("none", "[]"),
    ])
    .file(&namespace_file("broken"), "resources:\n  - ../../gone\n");
    let whole = repo.run(&["list", "--role", ROLE, "--output", "json"]).ends(0);
    // Of a namespace whose build fails nobody knows: leaving it out would be a guess.
    assert_eq!(listed(&whole), ["broken", "exact", "pattern"]);
    let part = repo.run(&["list", "--role", "role/oth", "--output", "json"]).ends(0);
    assert_eq!(listed(&part), ["broken", "other"]);
    let refused = repo.run(&["list", "--role", "arn:aws:iam::1:role/x"]).ends(2);
    assert!(refused.stderr.contains("12 digits"), "{}", refused.stderr);
}

#[test]
fn the_clusters_own_settings_decide() {
    let config = "clusters: {c: {kube2iam: {restriction_format: regexp}}}\n";
    let repo = repo(&[
        ("unanchored", "[\"arn:aws:iam::123456789098:role/report\"]"),
        ("anchored", "[\"arn:aws:iam::123456789098:role/report$\"]"),
    ])
    .file("gangplank.yaml", config);
    let may = repo.run(&["list", "--role", ROLE, "--output", "json"]).ends(0);
    assert_eq!(listed(&may), ["unanchored"]);
    let config = "clusters: {c: {kube2iam: {base_arn: 'arn:aws:iam::123456789098:role/'}}}\n";
    repo.put("gangplank.yaml", config);
    repo.put(&namespace_file("short"), kustomization("short", "[\"report-portal\"]"));
    let may = repo.run(&["list", "--role", ROLE, "--output", "json"]).ends(0);
    assert_eq!(listed(&may), ["short"]);
}

#[test]
fn clusters_and_namespaces_narrow_the_list() {
    let repo = repo(&[("a", "[\"x\"]"), ("b", "[\"x\"]")]);
    let other = "clusters/d/namespaces/application/a/kustomization.yaml";
    repo.put(
        other,
        kustomization("a", "[]").replace("../../defaults", "../../../../c/namespaces/defaults"),
    );
    let clusters = |outcome: &Outcome| -> BTreeSet<String> {
        let json = outcome.json();
        let rows = json["namespaces"].as_array().unwrap();
        rows.iter().map(|row| row["cluster"].as_str().unwrap().to_owned()).collect()
    };
    let one = repo.run(&["list", "--cluster", "c", "--output", "json"]).ends(0);
    assert_eq!((listed(&one).len(), clusters(&one)), (2, ["c".to_owned()].into()));
    let both = repo.run(&["list", "--namespace", "a", "--output", "json"]).ends(0);
    assert_eq!(clusters(&both), ["c".to_owned(), "d".to_owned()].into());
    // A flag before the command, and a variable, say the same.
    let before = repo.run(&["--cluster", "d", "list", "--output", "json"]).ends(0);
    let variable =
        outcome(repo.program().env("GANGPLANK_CLUSTER", "d").args(["list", "--output", "json"]));
    assert_eq!(clusters(&before), ["d".to_owned()].into());
    assert_eq!(variable.json(), before.json());
    let unknown = repo.run(&["list", "--cluster", "e"]).ends(2);
    assert!(unknown.stderr.contains("no cluster `e`"), "{}", unknown.stderr);
}

#[test]
fn the_table_marks_wildcards_other_accounts_and_inherited_roles() {
    let repo = repo(&[(
        "own",
        &format!(
            "[\"{ROLE}\",\"arn:aws:iam::123456789098:role/*\",\"arn:aws:iam::999999999999:role/x\"]"
        ),
    )])
    .file("gangplank.yaml", "clusters: {c: {account: '123456789098'}}\n");
    let patched = format!("{DEFAULTS}/namespace.yaml");
    let text = repo.text(&patched).replace(
        "  annotations:\n",
        "  annotations:\n    iam.amazonaws.com/allowed-roles: '[\"arn:aws:iam::123456789098:role/shared\"]'\n",
    );
    repo.put(&patched, text);
    repo.put(&namespace_file("heir"), "namespace: heir\nresources:\n  - ../../defaults\n");
    let table = repo.run(&["list"]).ends(0).stdout;
    let remarks = |role: &str| -> String {
        let row = table.lines().find(|line| line.split_whitespace().nth(2) == Some(role)).unwrap();
        row.split_whitespace().skip(3).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(remarks(ROLE), "");
    assert_eq!(remarks("arn:aws:iam::123456789098:role/*"), "wildcard");
    assert_eq!(remarks("arn:aws:iam::999999999999:role/x"), "other account");
    assert_eq!(remarks("arn:aws:iam::123456789098:role/shared"), "inherited");
}

#[test]
fn a_list_that_kube2iam_reads_only_in_part_is_said() {
    let json = repo(&[("a", "[\"x\",1]")]).run(&["list", "--output", "json"]).ends(0).json();
    let row = &json["namespaces"][0];
    assert_eq!(row["roles"], json!(["x", ""]));
    assert!(row["reason"].as_str().unwrap().contains("no string"), "{row}");
}

#[test]
fn nothing_is_written_and_failures_are_json() {
    let repo = repo(&[("a", "[]")]);
    let before = repo.tree();
    repo.run(&["list"]).ends(0);
    assert_eq!(repo.tree(), before);
    let empty = tempfile::tempdir().unwrap();
    let run = || {
        let mut command = program_in(empty.path(), empty.path());
        outcome(command.args(["list", "--output", "json"]))
    };
    let failed = run().ends(2);
    assert_eq!(failed.json()["schema"], "gangplank.error/1");
    fs::create_dir_all(empty.path().join("clusters/c")).unwrap();
    let failed = run().ends(4);
    assert!(failed.json()["error"].as_str().unwrap().starts_with("unsupported layout"));
}

#[test]
fn an_empty_answer_is_said() {
    let none = Repo::skeleton("resources:\n  - ../../defaults\nnamespace: report-portal\n")
        .run(&["list", "--role", "nobody"])
        .ends(0);
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", "no namespace is like this\n"));
}
