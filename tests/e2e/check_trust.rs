//! Proves that a pull request can't switch its own check off where `--trust REV` is given: config,
//! comments, baseline and root are those of the revision, and what can't be read is an error.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value as Json;

use crate::support::{DEFAULTS, Outcome, Repo, outcome};

const BAD: &str = "clusters/c/namespaces/application/bad/kustomization.yaml";
const BROKEN: &str = "namespace: bad\nresources:\n  - ../../defaults\nunknown: 1\n";
const RULE: &str = "kustomization/unknown-field";

fn commit(repo: &Repo, message: &str) {
    repo.git(&["add", "--all", "."]).ends(0);
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    repo.git(&[&who[..], &["commit", "--quiet", "--allow-empty", "-m", message]].concat()).ends(0);
}

/// The files as the branch `base` has them, and a change on top that is committed.
fn changed(base: &[(&str, &str)], change: &[(&str, &str)]) -> Repo {
    below("", base, change)
}

fn below(prefix: &'static str, base: &[(&str, &str)], change: &[(&str, &str)]) -> Repo {
    let repo = Repo::below(prefix).defaults(DEFAULTS).files(base);
    commit(&repo, "base");
    repo.git(&["branch", "base"]).ends(0);
    let repo = repo.files(change);
    commit(&repo, "change");
    repo
}

const TRUST: [&str; 3] = ["check", "--trust", "base"];

fn trusting(repo: &Repo, more: &[&str]) -> Outcome {
    repo.run(&[&TRUST[..], more].concat())
}

/// The rules of the findings.
fn found(outcome: &Outcome) -> Vec<String> {
    let json = outcome.json();
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|finding: &Json| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// The change passes the check by itself, and not where the base is trusted.
#[track_caller]
fn is_caught(repo: &Repo, what: &str) {
    let alone = repo.run(&["check", "--output", "json"]);
    assert!(alone.code != 3 || !found(&alone).contains(&RULE.to_owned()), "{what}: it would work");
    let caught = trusting(repo, &["--output", "json"]).ends(3);
    assert!(found(&caught).contains(&RULE.to_owned()), "{what}: {}", caught.stdout);
}

#[test]
fn a_change_of_the_config_does_not_count() {
    let off = format!("rules: {{ {RULE}: \"off\" }}\n");
    let note = format!("rules: {{ {RULE}: note }}\n");
    let elsewhere = "layout: { namespaces: \"elsewhere/{cluster}/{namespace}\" }\n";
    let other = ("elsewhere/c/x/kustomization.yaml", "namespace: x\nresources: [ns.yaml]\n");
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n";
    for base in [&[][..], &[("gangplank.yaml", "protected: [istio]\n")]] {
        for config in [&off, &note, elsewhere] {
            let ns = ("elsewhere/c/x/ns.yaml", namespace);
            let change = [("gangplank.yaml", config), (BAD, BROKEN), other, ns];
            is_caught(&changed(base, &change), config);
        }
    }
    // Below git's top level, and uncommitted.
    let repo = below("gitops/eu", &[], &[("gangplank.yaml", &off), (BAD, BROKEN)]);
    is_caught(&repo, "below the top level");
    let repo = changed(&[], &[(BAD, BROKEN)]).file("gangplank.yaml", &off);
    is_caught(&repo, "not committed");
}

/// What a change does.
type Make = fn(&Repo);

/// What the base says counts, however the change takes it away: here it says where to look.
#[test]
fn a_config_that_is_gone_or_broken_is_still_that_of_the_base() {
    let layout = "layout: { namespaces: \"teams/{cluster}/{namespace}\" }\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n";
    let base = [
        ("gangplank.yaml", layout),
        ("teams/c/x/kustomization.yaml", "namespace: x\nresources: [ns.yaml]\n"),
        ("teams/c/x/ns.yaml", namespace),
    ];
    let bad = "namespace: x\nresources: [ns.yaml]\nunknown: 1\n";
    let makes: [(&str, Make); 4] = [
        ("deleted", |repo| fs::remove_file(repo.root().join("gangplank.yaml")).unwrap()),
        ("broken", |repo| repo.put("gangplank.yaml", "rules: [\n")),
        ("a link", |repo| {
            fs::remove_file(repo.root().join("gangplank.yaml")).unwrap();
            repo.put("other.yaml", "rules: {}\n");
            symlink("other.yaml", repo.root().join("gangplank.yaml")).unwrap();
        }),
        ("a folder", |repo| {
            fs::remove_file(repo.root().join("gangplank.yaml")).unwrap();
            repo.put("gangplank.yaml/x", "");
        }),
    ];
    for (what, make) in makes {
        let repo = Repo::new().files(&base);
        commit(&repo, "base");
        repo.git(&["branch", "base"]).ends(0);
        repo.put("teams/c/x/kustomization.yaml", bad);
        make(&repo);
        commit(&repo, "change");
        let caught = trusting(&repo, &["--output", "json"]).ends(3);
        assert_eq!(found(&caught), [RULE], "{what}");
        // No clusters/ and no config: named as the root, or from a folder below.
        let root = repo.root();
        let below = root.join("teams/c/x");
        let mut command = repo.program();
        command.current_dir(&below).args(TRUST).args(["--output", "json"]);
        assert_eq!(found(&outcome(&mut command).ends(3)), [RULE], "{what}");
        let named = trusting(&repo, &["--repo", root.to_str().unwrap(), "--output", "json"]);
        assert_eq!(found(&named.ends(3)), [RULE], "{what}");
    }
}

/// The root is where the base has it: a config further up is no way out of it.
#[test]
fn a_root_that_the_change_makes_is_none() {
    let repo = Repo::below("gitops")
        .file("gangplank.yaml", "layout: { namespaces: \"teams/{cluster}/{namespace}\" }\n")
        .file("teams/c/x/kustomization.yaml", "namespace: x\nunknown: 1\n");
    commit(&repo, "base");
    repo.git(&["branch", "base"]).ends(0);
    fs::remove_file(repo.root().join("gangplank.yaml")).unwrap();
    let clean = repo.top().join("clusters/c/namespaces/x");
    fs::create_dir_all(&clean).unwrap();
    fs::write(clean.join("kustomization.yaml"), "namespace: x\nresources: [ns.yaml]\n").unwrap();
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: x }\n";
    fs::write(clean.join("ns.yaml"), namespace).unwrap();
    commit(&repo, "change");
    repo.run(&["check"]).ends(0);
    let caught = trusting(&repo, &["--output", "json"]).ends(3);
    assert!(found(&caught).contains(&RULE.to_owned()), "{}", caught.stdout);
}

#[test]
fn comments_of_the_change_ignore_nothing() {
    let mark = format!("# gangplank: ignore[{RULE}] it is meant");
    let on_line = BROKEN.replace("1\n", &format!("1 {mark}\n"));
    let above = BROKEN.replace("unknown", &format!("{mark}\nunknown"));
    let whole = format!("{mark}\n{BROKEN}");
    for text in [&on_line, &above, &whole] {
        let repo = changed(&[], &[(BAD, text)]);
        is_caught(&repo, text);
        let said = trusting(&repo, &[]).stderr;
        let words = "trusted: base, which lacks the comments that ignore 1 finding";
        assert!(said.contains(words), "{said}");
        // In the base they count, also in another place of the file.
        let moved = format!("# more\n{text}").replace("# more\n# gang", "# gang");
        trusting(&changed(&[(BAD, text)], &[(BAD, &moved)]), &[]).ends(0);
    }
    // Another text, another rule, the whole file instead of a line.
    let harmless = BROKEN.replace("unknown: 1\n", "");
    for (base, change) in [
        (on_line.replace("meant", "wanted"), on_line.clone()),
        (on_line.replace(RULE, "policy/all-ports"), on_line.clone()),
        (above.clone(), whole.clone()),
        (harmless, whole.clone()),
    ] {
        is_caught(&changed(&[(BAD, &base)], &[(BAD, &change)]), &change);
    }
    // A file that is renamed together with its comment is a new file.
    let repo = changed(&[(BAD, &whole)], &[]);
    repo.git(&[
        "mv",
        "clusters/c/namespaces/application/bad",
        "clusters/c/namespaces/application/b",
    ])
    .ends(0);
    repo.put(
        "clusters/c/namespaces/application/b/kustomization.yaml",
        whole.replace(": bad", ": b"),
    );
    commit(&repo, "rename");
    is_caught(&repo, "renamed");
    // In a base that a namespace builds from, too.
    let part = "clusters/c/part/kustomization.yaml";
    let uses = "namespace: bad\nresources:\n  - ../../defaults\n  - ../../../part\n";
    let text = format!("resources: []\nunknown: 1 {mark}\n");
    let repo = changed(&[(BAD, uses), (part, "resources: []\n")], &[(part, &text)]);
    is_caught(&repo, "a base");
}

#[test]
fn the_baseline_is_that_of_the_base() {
    let findings = |repo: &Repo| repo.run(&["check", "--output", "json"]).stdout;
    let all = findings(&changed(&[], &[(BAD, BROKEN)]));
    let none = findings(&changed(&[], &[]));
    let file = ["--baseline", "ci/baseline.json"];
    let repo =
        changed(&[("ci/baseline.json", &none)], &[("ci/baseline.json", &all), (BAD, BROKEN)]);
    repo.run(&[&["check"][..], &file].concat()).ends(0);
    trusting(&repo, &file).ends(3);
    trusting(&repo, &["--baseline", "ci/../ci/./baseline.json"]).ends(3);
    let absolute = repo.root().join("ci/baseline.json");
    trusting(&repo, &["--baseline", absolute.to_str().unwrap()]).ends(3);
    // Its folder becomes a link, inside or out.
    for target in ["other", "../home"] {
        fs::remove_dir_all(repo.root().join("ci"))
            .or_else(|_| fs::remove_file(repo.root().join("ci")))
            .unwrap();
        repo.put("other/baseline.json", &all);
        fs::write(repo.home().join("baseline.json"), &all).unwrap();
        symlink(target, repo.root().join("ci")).unwrap();
        repo.run(&[&["check"][..], &file].concat()).ends(0);
        trusting(&repo, &file).ends(3);
    }
    // A link from outside leads to a file of the repository.
    let link = repo.home().join("link.json");
    symlink(repo.root().join("other/baseline.json"), &link).unwrap();
    let said = trusting(&repo, &["--baseline", link.to_str().unwrap()]).ends(2).stderr;
    assert!(said.contains("is no file in base"), "{said}");
    // Outside it is as it is; what the base knows stays known.
    let outside = repo.home().join("baseline.json");
    trusting(&repo, &["--baseline", outside.to_str().unwrap()]).ends(0);
    let repo = changed(&[("b.json", &all)], &[("b.json", &none), (BAD, BROKEN)]);
    trusting(&repo, &["--baseline", "b.json"]).ends(0);
    // One that only the change has is none.
    let repo = changed(&[], &[("b.json", &all), (BAD, BROKEN)]);
    let said = trusting(&repo, &["--baseline", "b.json"]).ends(2).stderr;
    assert!(said.contains("b.json is no file in base"), "{said}");
}

#[test]
fn what_can_not_be_read_is_an_error_with_git_s_reason() {
    let repo = changed(&[("gangplank.yaml", "rules: {}\n")], &[(BAD, BROKEN)]);
    let revisions = [
        "nowhere",
        "",
        "--help",
        "-h",
        "base..HEAD",
        "HEAD:gangplank.yaml",
        "@{-1}",
        "\u{1b}[31m",
        "a\nb",
    ];
    for revision in revisions {
        let said = repo.run(&["check", &format!("--trust={revision}")]).ends(2);
        assert!(said.stderr.contains("git knows no commit"), "{revision:?}: {}", said.stderr);
        assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    let json = repo.run(&["check", "--trust", "nowhere", "--output", "json"]).ends(2).json();
    assert_eq!(json["schema"], "gangplank.error/1");
    // A broken config of the base is an error with its place, whatever the change has.
    let broken = changed(&[("gangplank.yaml", "rules: [\n")], &[("gangplank.yaml", "rules: {}\n")]);
    let said = trusting(&broken, &[]).ends(2).stderr;
    assert!(said.contains("gangplank.yaml:"), "{said}");
    // No git around, and no git at all.
    let mut command = repo.program();
    outcome(command.env("PATH", "/nowhere").args(TRUST)).ends(2);
    fs::remove_dir_all(repo.top().join(".git")).unwrap();
    let said = trusting(&repo, &[]).ends(2).stderr;
    assert!(said.contains("is not under git"), "{said}");
}

/// The commit is there and the content of its config is not, as in a clone without blobs.
#[test]
fn a_content_that_is_missing_is_not_a_file_that_is_missing() {
    let off = format!("rules: {{ {RULE}: \"off\" }}\n");
    let repo =
        changed(&[("gangplank.yaml", "rules: {}\n")], &[("gangplank.yaml", &off), (BAD, BROKEN)]);
    let id = repo.git(&["rev-parse", "base:gangplank.yaml"]).ends(0).stdout;
    let (folder, name) = id.trim().split_at(2);
    fs::remove_file(repo.top().join(".git/objects").join(folder).join(name)).unwrap();
    let said = trusting(&repo, &[]).ends(2).stderr;
    assert!(said.contains("git has no content of gangplank.yaml in base"), "{said}");
}

/// A submodule has no content in the commit, and is a folder all the same.
#[test]
fn clusters_may_be_a_submodule() {
    let repo = Repo::new().defaults(DEFAULTS).file(BAD, BROKEN);
    let inside = repo.root().join("clusters");
    let line = "git init -q && git add . && git -c user.name=t -c user.email=t@e commit -qm x";
    repo.shell(&format!("cd {} && {line}", inside.display())).ends(0);
    commit(&repo, "base");
    repo.git(&["branch", "base"]).ends(0);
    assert!(repo.git(&["ls-tree", "base"]).ends(0).stdout.contains(" commit "));
    let off = format!("rules: {{ {RULE}: \"off\" }}\n");
    is_caught(&repo.file("gangplank.yaml", &off), "with a submodule");
}

/// All forms of output say the same, and with `--changed-since` too.
#[test]
fn every_output_has_the_finding() {
    let off = format!("rules: {{ {RULE}: \"off\" }}\n");
    let repo = changed(&[], &[("gangplank.yaml", &off), (BAD, BROKEN)]);
    for output in ["human", "json", "sarif", "github"] {
        for more in [&[][..], &["--changed-since", "base"]] {
            let said = trusting(&repo, &[&["--output", output][..], more].concat()).ends(3);
            assert!(said.stdout.contains(RULE), "{output}: {}", said.stdout);
        }
    }
    let mut command = repo.program();
    outcome(command.env("GANGPLANK_TRUST", "base").arg("check")).ends(3);
}

/// What the base allows stays allowed: rules, comments and a link among its files.
#[test]
fn what_the_base_says_counts() {
    let off = format!("rules: {{ {RULE}: \"off\" }}\n");
    let repo = changed(&[("gangplank.yaml", &off)], &[("gangplank.yaml", "{}\n"), (BAD, BROKEN)]);
    repo.run(&["check"]).ends(3);
    trusting(&repo, &[]).ends(0);
    // The config of the base is a link to a file of the base.
    let repo = Repo::new()
        .defaults(DEFAULTS)
        .file("conf/g.yaml", &off)
        .link("gangplank.yaml", "conf/g.yaml");
    commit(&repo, "base");
    repo.git(&["branch", "base"]).ends(0);
    let repo = repo.file("conf/g.yaml", "{}\n").file(BAD, BROKEN);
    commit(&repo, "change");
    repo.run(&["check"]).ends(3);
    trusting(&repo, &[]).ends(0);
}
