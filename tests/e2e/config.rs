//! Proves that mistakes in `gangplank.yaml` are found with their place, and that `rules:` sets the
//! levels of findings without ever letting a wrong write through.

use serde_json::Value as Json;

use crate::support::{ALL, DEFAULTS, FOLDER, KUSTOMIZATION, Repo};

const DRY_JSON: [&str; 3] = ["--dry-run", "--output", "json"];

/// The findings of the plan, which must end with this code.
#[track_caller]
fn findings(repo: &Repo, code: i32) -> Vec<Json> {
    let plan = repo.onboard(&ALL, &DRY_JSON).ends(code).json();
    plan["findings"].as_array().unwrap().clone()
}

fn of_rule<'a>(findings: &'a [Json], rule: &str) -> Option<&'a Json> {
    findings.iter().find(|finding| finding["rule"] == rule)
}

#[test]
fn mistakes_have_a_place_a_caret_and_a_way_out() {
    let rows = [
        (
            "rules:\n  policy/frist-egress: note\n",
            "2:3",
            "unknown rule `policy/frist-egress`",
            "did you mean `policy/first-egress`?",
        ),
        ("rules: {no-dns-rule: note}\n", "1:9", "unknown rule", "`policy/no-dns-rule`?"),
        ("rules: {zzz: note}\n", "1:9", "unknown rule `zzz`", "the ids are those"),
        ("rules: {policy/no-dns-rule: of}\n", "1:29", "`of` is no level", "off, note"),
        ("protected: [a, \"istio-[\"]\n", "1:16", "`istio-[` is no glob", "istio-*"),
        ("protected: ['!{a']\n", "1:13", "`!{a` is no glob", ""),
        ("protected: ['']\n", "1:13", "empty", ""),
        ("protected: {a: b}\n", "1:12", "a list is meant", ""),
        ("clusters: {c: {account: 012}}\n", "1:25", "12 digits", ""),
        ("clusters: {c: {accounts: 012}}\n", "1:16", "unknown key", "did you mean `account`?"),
        ("clusters:\n  c: {}\n  c: {}\n", "3:3", "`c` is here twice", "keep one"),
        ("defaults: {style: ~}\n", "1:19", "no value", "leave the key out"),
        ("a: 1\n---\nb: 1\n", "3:1", "second document", ""),
    ];
    for (text, place, error, help) in rows {
        let repo = Repo::guide().file("gangplank.yaml", text);
        let said = repo.onboard(&ALL, &["--yes"]).ends(2).stderr;
        assert!(said.contains(&format!(" --> gangplank.yaml:{place}\n")), "{text}: {said}");
        assert!(said.contains(error) && said.contains(help), "{text}: {said}");
        assert!(said.contains(" | ") && said.contains('^'), "{text}: {said}");
    }
}

/// What looks like another type is the text that was written.
#[test]
fn facts_are_the_text_that_was_written() {
    let config = "\
layout:
clusters:
  c:
    account: 012345678901
    trusted_accounts:
    cilium: {version: 1.20}
";
    let repo = Repo::guide().file("gangplank.yaml", config);
    let role = ["--role", "arn:aws:iam::{account}:role/x"];
    let arguments = [&ALL[..4], &ALL[6..8], &role, &["--egress", "add-only"]].concat();
    let dry = repo.onboard(&arguments, &["--dry-run"]).ends(0);
    assert!(dry.stdout.contains("arn:aws:iam::012345678901:role/x"), "{}", dry.stdout);
}

#[test]
fn entries_for_no_cluster_are_worth_a_look() {
    let text = "clusters:\n  '*': {}\n  c: {}\n  cc: {account: '111111111111'}\n  prod-*: {}\n";
    let repo = Repo::guide().file("gangplank.yaml", text);
    let findings = findings(&repo, 0);
    let idle = findings.iter().filter(|finding| finding["rule"] == "cluster/no-folder");
    let idle: Vec<(i64, &str)> = idle
        .map(|finding| {
            assert_eq!(finding["path"], "gangplank.yaml");
            assert_eq!((&finding["level"], &finding["column"]), (&"warning".into(), &3.into()));
            (finding["line"].as_i64().unwrap(), finding["help"].as_str().unwrap())
        })
        .collect();
    let [(4, near), (5, other)] = idle[..] else { panic!("{idle:?}") };
    assert_eq!(near, "did you mean `c`?");
    assert!(other.contains("still to come"));
    let said = repo.onboard(&ALL, &["--yes"]).ends(0).stderr;
    assert!(said.contains("warning[cluster/no-folder]: no cluster matches `cc`"), "{said}");
    assert!(said.contains(" --> gangplank.yaml:4:3\n  |\n4 |   cc:"), "{said}");

    repo.put("gangplank.yaml", format!("{text}rules: {{cluster/no-folder: off}}\n"));
    assert!(of_rule(&self::findings(&repo, 0), "cluster/no-folder").is_none());
}

#[test]
fn rules_set_the_levels_of_findings() {
    let with = |level: &str| {
        let text = format!("rules: {{policy/first-egress: {level}}}\n");
        Repo::guide().file("gangplank.yaml", text)
    };
    let rule = "policy/first-egress";
    assert!(of_rule(&findings(&with("off"), 0), rule).is_none());
    assert_eq!(of_rule(&findings(&with("note"), 0), rule).unwrap()["level"], "note");
    assert_eq!(of_rule(&findings(&with("warning"), 0), rule).unwrap()["level"], "warning");
    assert_eq!(of_rule(&findings(&with("error"), 2), rule).unwrap()["level"], "error");
    with("error").onboard(&ALL, &["--yes"]).ends(2);
    let note = with("note").onboard(&ALL, &["--yes"]).ends(0).stderr;
    assert!(note.contains("note[policy/first-egress]: "), "{note}");
}

/// An error that is a matter of opinion can be lowered: the folder is written.
#[test]
fn what_argo_cd_delivers_may_be_known_better() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n    - git:\n        directories:\n          - path: clusters/c/namespaces/system/*\n";
    let repo = Repo::guide().file("clusters/c/set.yaml", set);
    assert!(of_rule(&findings(&repo, 4), "layout/not-delivered").is_some());
    repo.put("gangplank.yaml", "rules: {layout/not-delivered: warning}\n");
    repo.onboard(&ALL, &["--yes"]).ends(0);
}

/// Turned off or not, a wrong write stays refused, and the refusal says why.
#[test]
fn rules_never_let_a_wrong_write_through() {
    let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: report-portal\nspec:\n  endpointSelector: {}\n  ingress: [{}]\n";
    let listed = "resources:\n  - namespace.yaml\n  - policy.yaml\n";
    let taken = Repo::guide()
        .file(&format!("{DEFAULTS}/policy.yaml"), policy)
        .file(&format!("{DEFAULTS}/kustomization.yaml"), listed);
    let broken = "namespace: report-portal\nresources:\n  - ../../defaults\nbogus: 1\n";
    let elsewhere = "resources:\n  - ../../defaults\n";
    let rows = [
        ("policy/name-taken", 2, taken),
        ("kustomization/unknown-field", 4, Repo::skeleton(broken)),
        ("kustomization/no-namespace", 4, Repo::skeleton(elsewhere)),
        (
            "kustomization/two-files",
            4,
            Repo::skeleton(broken).file(&format!("{FOLDER}/Kustomization"), ""),
        ),
        ("layout/raw-folder", 4, Repo::guide().file(&format!("{FOLDER}/a.yaml"), "a: b\n")),
    ];
    for (rule, code, repo) in rows {
        repo.put("gangplank.yaml", format!("rules: {{{rule}: off}}\n"));
        let before = repo.tree();
        let findings = findings(&repo, code);
        let found = of_rule(&findings, rule).unwrap_or_else(|| panic!("{rule}: {findings:?}"));
        assert_eq!(found["level"], "error", "{rule}");
        assert!(found["message"].as_str().unwrap().contains("`rules:` can't lower"), "{found}");
        repo.onboard(&ALL, &["--yes"]).ends(code);
        assert_eq!(repo.tree(), before, "{rule}: nothing is written");
    }
    let repo = Repo::guide().file("gangplank.yaml", "rules: {layout/protected: off}\n");
    let arguments = [&ALL[..3], &["kube-system"], &ALL[4..]].concat();
    let said = repo.onboard(&arguments, &["--yes"]).ends(2).stderr;
    assert!(said.contains("`rules:` can't lower") && said.contains("protected:"), "{said}");
    assert!(!repo.tree().contains_key(KUSTOMIZATION));
}

/// A script must be able to tell that the checks did not see everything.
#[test]
fn a_repository_too_large_to_be_read_whole_is_reported() {
    let repo = Repo::guide();
    let rule = "layout/not-all-read";
    assert!(of_rule(&findings(&repo, 0), rule).is_none());
    for number in 0..5_000 {
        repo.put(&format!("others/{number}.yaml"), "a: b\n");
    }
    let findings = findings(&repo, 0);
    assert_eq!(of_rule(&findings, rule).unwrap()["level"], "warning");
}

/// A config that is there and can't be read is not taken for none.
#[test]
fn an_unreadable_config_of_the_user_is_an_error_with_its_place() {
    let repo = Repo::guide();
    let path = repo.home().join("config/gangplank/config.yaml");
    repo.onboard(&ALL, &["--dry-run"]).ends(0);
    for make in [
        |path: &std::path::Path| std::fs::create_dir_all(path).unwrap(),
        |path: &std::path::Path| {
            std::fs::remove_dir(path).unwrap();
            std::fs::write(path, b"defaults: \xff").unwrap();
        },
    ] {
        make(&path);
        let said = repo.onboard(&ALL, &["--dry-run"]).ends(2).stderr;
        assert!(said.contains("your config can't be read"), "{said}");
        assert!(said.contains(&format!(" --> {}\n", path.display())), "{said}");
    }
}
