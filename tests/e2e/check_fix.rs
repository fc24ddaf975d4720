//! `check --fix`: the same plan, preview and writer as for anything else.

use serde_json::Value as Json;

use crate::support::{KUSTOMIZATION, ROLE, Repo};

/// A list with a blank too many and a role twice, and something that needs a decision.
fn text(list: &str) -> String {
    format!(
        "resources:\n  - ../../defaults\nnamespace: report-portal\npatches: # ours\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '{list}' # a string\n"
    )
}

fn wrong() -> String {
    text(&format!(r#"["{ROLE} ", "{ROLE}", "*"]"#))
}

fn rules(json: &Json) -> Vec<&str> {
    let findings = json["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn a_dry_run_shows_what_writing_gives_and_what_is_left_is_said() {
    let repo = Repo::skeleton(wrong());
    let before = repo.run(&["check", "--output", "json"]).ends(3).json();
    assert_eq!(rules(&before), ["annotation/blanks", "annotation/wildcard"]);
    assert_eq!(before["findings"][0]["fixable"], true);
    assert_eq!(before["findings"][1]["fixable"], false);
    let dry = repo.run(&["check", "--fix", "--dry-run"]).ends(0);
    assert!(
        dry.stdout.contains(&format!("+        value: '[\"{ROLE}\", \"*\"]' # a string")),
        "{dry:?}"
    );
    assert_eq!(repo.text(KUSTOMIZATION), wrong());
    repo.run(&["check", "--fix", "--dry-run", "--exit-code"]).ends(3);
    // Nobody is there to agree.
    repo.run(&["check", "--fix"]).ends(2);
    assert_eq!(repo.text(KUSTOMIZATION), wrong());
    let after = repo.run(&["check", "--fix", "--yes", "--output", "json"]).ends(0).json();
    assert_eq!(rules(&after), ["annotation/wildcard"]);
    assert_eq!(repo.text(KUSTOMIZATION), text(&format!(r#"["{ROLE}", "*"]"#)));
    repo.run(&["check", "--fix", "--yes"]).ends(0);
    repo.run(&["undo", "--yes"]).ends(0);
    assert_eq!(repo.text(KUSTOMIZATION), wrong());
}

/// What people have decided to live with is left alone.
#[test]
fn what_is_ignored_or_turned_off_is_not_mended() {
    let ignored =
        format!("# gangplank: ignore[annotation/blanks,annotation/duplicate]\n{}", wrong());
    for (text, config) in [
        (ignored, "{}\n"),
        (wrong(), "rules: {annotation/blanks: \"off\", annotation/duplicate: \"off\"}\n"),
    ] {
        let repo = Repo::skeleton(&text).file("gangplank.yaml", config);
        repo.run(&["check", "--fix", "--yes"]).ends(0);
        assert_eq!(repo.text(KUSTOMIZATION), text);
    }
}
