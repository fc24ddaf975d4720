//! What takes a finding out of a check, or gives it another level: comments, `rules:`, a baseline.

use serde_json::Value as Json;

use crate::support::{KUSTOMIZATION, Outcome, Repo};

const BAD: &str = "resources:\n  - ../../defaults\nunknown: 1\n";

fn rules(outcome: &Outcome) -> Vec<String> {
    let json = outcome.json();
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn check(text: &str, code: i32) -> Vec<String> {
    let repo = Repo::skeleton(text);
    rules(&repo.run(&["check", "--notes", "--output", "json"]).ends(code))
}

#[test]
fn comments_take_findings_out_where_they_stand() {
    let mark = "# gangplank: ignore[kustomization/unknown-field]";
    assert_eq!(check(BAD, 3), ["kustomization/unknown-field"]);
    for text in [
        format!("resources:\n  - ../../defaults\nunknown: 1 {mark}\n"),
        format!("resources:\n  - ../../defaults\n{mark} for now\nunknown: 1\n"),
        format!("# ours\n{mark}\n{BAD}"),
        format!("{}, policy/all-ports]\n{BAD}", mark.trim_end_matches(']')),
    ] {
        assert!(check(&text, 0).is_empty(), "{text}");
    }
    for text in [
        format!("resources:\n{mark}\n  - ../../defaults\nunknown: 1\n"),
        format!("resources:\n  - ../../defaults\nunknown: 1\nmetadata: {{name: x}} {mark}\n"),
        BAD.replace("1\n", "'# gangplank: ignore[policy/all-ports]'\n"),
    ] {
        assert_eq!(check(&text, 3), ["kustomization/unknown-field"], "{text}");
    }
}

#[test]
fn a_finding_about_a_folder_is_ignored_in_its_kustomization() {
    let set = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec: {generators: [{git: {directories: [{path: 'clusters/c/namespaces/*'}]}}]}
";
    let link = "clusters/c/namespaces/application/dead";
    let text = "resources:\n  - ../../defaults\nnamespace: report-portal\n";
    let repo = Repo::skeleton(text).file("clusters/c/argocd/set.yaml", set).link(link, "nowhere");
    let check = |code| rules(&repo.run(&["check", "--output", "json"]).ends(code));
    assert_eq!(check(3), ["layout/link", "layout/not-delivered"]);
    repo.put(KUSTOMIZATION, format!("# gangplank: ignore[layout/not-delivered]\n{text}"));
    assert_eq!(check(0), ["layout/link"]);
}

#[test]
fn an_unknown_rule_in_a_comment_is_a_note() {
    let text = format!("{BAD}# gangplank: ignore[kustomization/unknown-feld]\n");
    let repo = Repo::skeleton(&text);
    let json = repo.run(&["check", "--notes", "--output", "json"]).ends(3).json();
    let note = &json["findings"][1];
    assert_eq!((&note["rule"], &note["level"]), (&"ignore/unknown-rule".into(), &"note".into()));
    assert_eq!((&note["line"], &note["column"]), (&4.into(), &1.into()));
    assert!(note["help"].as_str().unwrap().contains("kustomization/unknown-field"), "{note}");
    // In a file without any finding too, but only with the notes.
    let fine = "resources: # gangplank: ignore\n  - ../../defaults\nnamespace: report-portal\n";
    assert_eq!(check(fine, 0), ["ignore/unknown-rule"]);
    Repo::skeleton(fine).run(&["check", "--fail-on", "warning"]).ends(0);
    Repo::skeleton(fine).run(&["check", "--fail-on", "note"]).ends(3);
}

#[test]
fn the_config_gives_every_rule_its_level() {
    let repo = Repo::skeleton(BAD);
    for (level, fail_on, code, found) in [
        ("\"off\"", "note", 0, 0),
        ("note", "warning", 0, 0),
        ("note", "note", 3, 1),
        ("warning", "error", 0, 1),
        ("warning", "warning", 3, 1),
        ("error", "error", 3, 1),
    ] {
        repo.put("gangplank.yaml", format!("rules: {{kustomization/unknown-field: {level}}}\n"));
        let outcome = repo.run(&["check", "--fail-on", fail_on, "--output", "json"]).ends(code);
        assert_eq!(rules(&outcome).len(), found, "{level} {fail_on}");
    }
}

#[test]
fn a_baseline_counts_and_does_not_look_at_lines() {
    let entry = "namespace: report-portal\nresources:\n  - gone.yaml\n  - ../../defaults\n";
    let repo = Repo::skeleton(entry);
    let baseline = repo.run(&["check", "--output", "json"]).ends(3).stdout;
    repo.put("baseline.json", &baseline);
    let check = |code| {
        let arguments = ["check", "--baseline", "baseline.json", "--output", "json"];
        rules(&repo.run(&arguments).ends(code))
    };
    assert!(check(0).is_empty());
    // Lines move.
    repo.put(KUSTOMIZATION, format!("# one\n# two\n{entry}"));
    assert!(check(0).is_empty());
    // A second one of the same kind is new, and so is any other.
    repo.put(KUSTOMIZATION, format!("{entry}  - gone.yaml\n"));
    assert_eq!(check(3), ["kustomization/missing-resource"]);
    repo.put(KUSTOMIZATION, format!("{entry}unknown: 1\n"));
    assert_eq!(check(3), ["kustomization/unknown-field"]);
    let human = repo.run(&["check", "--baseline", "baseline.json"]).ends(3);
    assert!(human.stderr.contains("1 finding known from the baseline"), "{}", human.stderr);
}

#[test]
fn what_is_no_baseline_is_refused() {
    let repo = Repo::skeleton(BAD).files(&[
        ("plan.json", "{\"schema\": \"gangplank.plan/1\", \"findings\": []}"),
        ("text.json", "no json"),
    ]);
    for (file, word) in
        [("plan.json", "gangplank.plan/1"), ("text.json", "expected"), ("gone", "No such")]
    {
        let json = repo.run(&["check", "--baseline", file, "--output", "json"]).ends(2).json();
        assert_eq!(json["schema"], "gangplank.error/1");
        let error: &Json = &json["error"];
        assert!(error.as_str().unwrap().contains(word), "{json}");
    }
}
