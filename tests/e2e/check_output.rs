//! The forms in which `gangplank check` says what it found: for people, as JSON, as SARIF, as
//! annotations on GitHub.

use std::collections::BTreeSet;

use gangplank::domain::rule::all_rules;
use serde_json::{Value as Json, json};

use crate::support::{KUSTOMIZATION, Repo};

const BAD: &str = "resources:\n  - ../../defaults\nunknown: 1\n";
const FOLDER: &str = "clusters/c/namespaces/application/report-portal";

#[test]
fn people_see_the_place_the_line_and_what_to_do() {
    let outcome = Repo::skeleton(BAD).run(&["check"]).ends(3);
    assert_eq!(
        outcome.stdout,
        format!(
            "{KUSTOMIZATION}:3:1: error[kustomization/unknown-field]: kustomize knows no field `unknown`
  |
3 | unknown: 1
  | ^
help: kustomize fails here: mend it first

"
        )
    );
    assert_eq!(outcome.stderr, "1 error; looked at 1 cluster, 1 namespace\n");
}

/// What is there to be copied keeps its shape.
#[test]
fn help_of_several_lines_is_a_block() {
    let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\nspec:\n  endpointSelector: {}\n  egress:\n    - toFQDNs: [{matchName: a.com}]\n      toPorts: [{ports: [{port: \"443\"}]}]\n";
    let outcome = Repo::new().file("a.yaml", policy).run(&["check", "a.yaml"]).ends(0);
    let block = "help:\n  - toEndpoints:\n      - matchLabels:\n          k8s:io";
    assert!(outcome.stdout.contains(block), "{}", outcome.stdout);
}

/// What kustomize refuses is said with the way out, where there is one.
#[test]
fn refused_patches_come_with_help() {
    let patch = "patches:\n  - target: {kind: Namespace}\n    patch: |-\n      - {op: add, path: /metadata/annotations/a/b, value: c}\n";
    let text = format!("resources:\n  - ../../defaults\nnamespace: report-portal\n{patch}");
    let found = Repo::skeleton(text).run(&["check", "--output", "json"]).ends(3).json();
    assert_eq!(found["findings"][0]["rule"], "patch/unescaped");
    assert_eq!(found["findings"][0]["help"], "write each `/` inside a key as `~1`");
}

#[test]
fn quiet_leaves_one_line_each_and_nothing_found_is_one_line() {
    let outcome = Repo::skeleton(BAD).run(&["check", "--quiet"]).ends(3);
    assert_eq!((outcome.stdout.lines().count(), outcome.stderr.as_str()), (1, ""));
    let repo = Repo::skeleton("resources:\n  - ../../defaults\nnamespace: report-portal\n");
    let outcome = repo.run(&["check"]).ends(0);
    let line = "nothing found; looked at 1 cluster, 1 namespace\n";
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", line));
    assert_eq!(repo.run(&["check", "--quiet"]).ends(0).printed(), "");
}

#[test]
fn colour_is_asked_for_and_never_alone() {
    let repo = Repo::skeleton(BAD);
    let plain = repo.run(&["check"]).stdout;
    assert!(!plain.contains('\u{1b}'));
    let colored = repo.run(&["check", "--color", "always"]).stdout;
    assert!(colored.contains("\u{1b}[1;31merror[kustomization/unknown-field]\u{1b}[0m: "));
    assert_eq!(colored.replace("\u{1b}[1;31m", "").replace("\u{1b}[0m", ""), plain);
}

#[test]
fn text_from_files_is_harmless_and_the_caret_stands_right() {
    let text = "resources:\n  - ../../defaults\n\"名\\e[31m\\u202e\": {a: '日本', é: \u{202e}}\n";
    let repo = Repo::skeleton(text)
        .file(&format!("{FOLDER}/x.yaml"), "- {名前: 日本, 日本: [\u{7f}1, } \n");
    repo.put(KUSTOMIZATION, "resources:\n  - ../../defaults\n  - x.yaml\n");
    let found = repo.run(&["check", "--color", "never"]).ends(3).stdout;
    assert!(!found.contains(|c: char| c.is_control() && c != '\n'), "{found:?}");
    repo.put(KUSTOMIZATION, text);
    let found = repo.run(&["check"]).ends(3).stdout;
    assert!(!found.contains(['\u{1b}', '\u{202e}']), "{found:?}");
    // A wide character takes two cells.
    let wide = "resources: [日本日本, ../../defaults]\n";
    repo.put(KUSTOMIZATION, wide);
    let found = repo.run(&["check"]).ends(3).stdout;
    assert!(
        found.contains("1 | resources: [日本日本, ../../defaults]\n  |             ^\n"),
        "{found}"
    );
    repo.put(
        KUSTOMIZATION,
        "{metadata: {annotations: {a: 日本}}, resources: [gone, ../../defaults]}\n",
    );
    let found = repo.run(&["check"]).ends(3).stdout;
    let caret = found.lines().find(|line| line.ends_with('^')).unwrap();
    assert_eq!(
        caret.len(),
        "  | {metadata: {annotations: {a: ----}}, resources: [^".len(),
        "{found}"
    );
}

#[test]
fn of_a_long_line_only_what_is_round_the_place_is_shown() {
    let long = format!(
        "{{metadata: {{name: {}}}, resources: [gone, ../../defaults]}}\n",
        "x".repeat(50_000)
    );
    let found = Repo::skeleton(&long).run(&["check"]).ends(3).stdout;
    assert!(found.len() < 1_000, "{}", found.len());
    assert!(found.contains("resources: [gone, ../../defaults]"), "{found}");
}

#[test]
fn json_has_just_the_documented_fields() {
    let json = Repo::skeleton(BAD).run(&["check", "--output", "json"]).ends(3).json();
    assert_eq!(
        json,
        json!({"schema": "gangplank.check/1", "findings": [{
            "rule": "kustomization/unknown-field",
            "level": "error",
            "path": KUSTOMIZATION,
            "line": 3,
            "column": 1,
            "message": "kustomize knows no field `unknown`",
            "help": "kustomize fails here: mend it first",
            "refused_by": "build",
            "fixable": false,
        }]})
    );
}

/// What the schema of SARIF 2.1.0 requires of what is used of it, and what code scanning wants.
fn is_sarif(document: &Json) -> &[Json] {
    assert_eq!(document["version"], "2.1.0");
    assert!(document["$schema"].as_str().unwrap().contains("sarif-schema-2.1.0"));
    let [run] = &document["runs"].as_array().unwrap()[..] else { panic!("one run") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "gangplank");
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, all_rules().map(|rule| rule.id).collect::<Vec<_>>());
    for rule in rules {
        assert!(rule["help"]["text"].as_str().unwrap().contains(rule["id"].as_str().unwrap()));
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && uri.is_ascii() && !uri.contains([' ', ':']), "{uri}");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
    results
}

#[test]
fn sarif_names_files_from_gits_top_level() {
    let repo = Repo::below("deep/my repo")
        .defaults("clusters/c/namespaces/defaults")
        .file(KUSTOMIZATION, BAD)
        .file(&format!("{FOLDER}/über %.yaml"), "a: [\n")
        .link("clusters/c/namespaces/application/dead", "nowhere");
    repo.put(
        KUSTOMIZATION,
        "resources:\n  - ../../defaults\n  - \"über %.yaml\"\n  - gone.yaml\n  - gone.yaml\n",
    );
    let document = repo.run(&["check", "--output", "sarif"]).ends(3).json();
    let results = is_sarif(&document);
    let uri = |result: &Json| {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        place["uri"].as_str().unwrap().to_owned()
    };
    let uris: Vec<String> = results.iter().map(uri).collect();
    let below = format!("deep/my%20repo/{FOLDER}");
    let own = format!("{below}/kustomization.yaml");
    let link = "deep/my%20repo/clusters/c/namespaces/application/dead".to_owned();
    assert_eq!(uris, [link, own.clone(), own, format!("{below}/%C3%BCber%20%25.yaml")]);
    let prints: BTreeSet<&str> = results
        .iter()
        .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    assert_eq!(prints.len(), results.len(), "each has its own");
    // They stay when lines move.
    let moved = format!("# more\n{}", repo.text(KUSTOMIZATION));
    repo.put(KUSTOMIZATION, moved);
    let again = repo.run(&["check", "--output", "sarif"]).ends(3).json();
    for (one, other) in results.iter().zip(is_sarif(&again)) {
        assert_eq!(one["partialFingerprints"], other["partialFingerprints"]);
    }
}

#[test]
fn sarif_and_annotations_of_nothing_are_legal() {
    let repo = Repo::skeleton("resources:\n  - ../../defaults\nnamespace: report-portal\n");
    assert!(is_sarif(&repo.run(&["check", "--output", "sarif"]).ends(0).json()).is_empty());
    assert_eq!(repo.run(&["check", "--output", "github"]).ends(0).stdout, "");
}

#[test]
fn annotations_are_escaped_as_github_reads_them() {
    let repo = Repo::skeleton("resources:\n  - ../../defaults\n  - \"a%,b:c\\rd.yaml\"\n");
    let outcome = repo.run(&["check", "--output", "github"]).ends(3);
    assert_eq!(
        outcome.stdout,
        format!(
            "::error file={KUSTOMIZATION},line=3,col=5,title=kustomization/missing-resource::a%25,b:c\\rd.yaml is not there%0Ahelp: kustomize fails here: mend it first\n"
        )
    );
    let odd = "clusters/c/namespaces/application/a,b:c%/kustomization.yaml";
    let repo = Repo::guide().file(odd, BAD);
    let line = repo.run(&["check", "--output", "github"]).ends(3).stdout;
    assert!(
        line.contains(
            "file=clusters/c/namespaces/application/a%2Cb%3Ac%25/kustomization.yaml,line=3"
        ),
        "{line}"
    );
}

#[test]
fn only_a_check_has_these_forms() {
    let repo = Repo::guide();
    for arguments in [&["list", "--output", "sarif"][..], &["undo", "--output", "github"]] {
        repo.run(arguments).ends(2);
    }
    let mut command = repo.program();
    let output = command.env("GANGPLANK_OUTPUT", "sarif").arg("list").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    repo.put(KUSTOMIZATION, BAD);
    let mut command = repo.program();
    let output = command.env("GANGPLANK_OUTPUT", "sarif").arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    is_sarif(&serde_json::from_slice(&output.stdout).unwrap());
    let json = repo.run(&["check", "--output", "json", "gone"]).ends(2).json();
    assert_eq!(json["schema"], "gangplank.error/1");
}
