//! `gangplank check --changed-since`: what a change makes a difference to, by what is built from it.

use std::path::Path;

use serde_json::Value as Json;

use crate::support::{DEFAULTS, Outcome, Repo};

fn folder(name: &str) -> String {
    format!("clusters/c/namespaces/application/{name}")
}

/// Three broken namespaces: `plain` and `parts` use the defaults, `alone` does not.
fn repo(prefix: &'static str) -> Repo {
    let file = |name: &str, text: &str| (format!("{}/{name}", folder("")), text.to_owned());
    let files = [
        file("plain/kustomization.yaml", "resources:\n  - ../../defaults\nunknown: 1\n"),
        file(
            "parts/kustomization.yaml",
            "resources:\n  - ../../defaults\ncomponents:\n  - ../../../component\npatches:\n  - path: patch.yaml\nunknown: 1\n",
        ),
        file(
            "parts/patch.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: placeholder}\n",
        ),
        file("alone/kustomization.yaml", "resources:\n  - namespace.yaml\nunknown: 1\n"),
        file("alone/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: alone}\n"),
    ];
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {a: b}}]\n";
    let repo = files
        .iter()
        .fold(Repo::below(prefix).defaults(DEFAULTS), |repo, (path, text)| repo.file(path, text))
        .file("clusters/c/component/kustomization.yaml", component)
        .file("docs/notes.md", "x\n");
    commit(&repo);
    repo.git(&["branch", "base"]).ends(0);
    repo
}

fn commit(repo: &Repo) {
    repo.git(&["add", "."]).ends(0);
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    repo.git(&[&who[..], &["commit", "--quiet", "-m", "change"]].concat()).ends(0);
}

/// The namespaces in which something is found.
fn named(outcome: &Outcome) -> Vec<String> {
    let json = outcome.json();
    let all = json["findings"].as_array().unwrap().iter();
    let path = |finding: &Json| finding["path"].as_str().unwrap().to_owned();
    let parent = |path: String| Path::new(&path).parent().unwrap().file_name().unwrap().to_owned();
    all.map(|finding| parent(path(finding)).into_string().unwrap()).collect()
}

fn since(repo: &Repo, revision: &str) -> Vec<String> {
    named(&repo.run(&["check", "--changed-since", revision, "--output", "json"]))
}

#[test]
fn a_namespace_is_looked_at_if_anything_it_builds_from_has_changed() {
    let all = ["alone", "parts", "plain"];
    for (path, expected) in [
        ("docs/notes.md", &[][..]),
        ("clusters/c/namespaces/defaults/limitrange.yaml", &["parts", "plain"]),
        ("clusters/c/component/kustomization.yaml", &["parts"]),
        ("clusters/c/namespaces/application/parts/patch.yaml", &["parts"]),
        ("clusters/c/namespaces/application/alone/README.md", &["alone"]),
        ("gangplank.yaml", &all),
    ] {
        for prefix in ["", "deep/down"] {
            let repo = repo(prefix);
            assert!(since(&repo, "base").is_empty());
            let text = std::fs::read_to_string(repo.root().join(path)).unwrap_or_default();
            repo.put(path, format!("{text}# more\n"));
            // Not known to git, or changed; then committed.
            assert_eq!(since(&repo, "base"), expected, "{path}");
            commit(&repo);
            assert_eq!(since(&repo, "base"), expected, "{path}");
            assert!(since(&repo, "HEAD").is_empty());
        }
    }
}

#[test]
fn a_file_that_is_gone_is_a_change() {
    let repo = repo("");
    std::fs::remove_file(repo.root().join(DEFAULTS).join("limitrange.yaml")).unwrap();
    let found = since(&repo, "base");
    assert!(
        found.contains(&"plain".to_owned()) && !found.contains(&"alone".to_owned()),
        "{found:?}"
    );
}

#[test]
fn only_what_this_side_changed_counts() {
    let repo = repo("");
    repo.git(&["checkout", "--quiet", "-b", "theirs"]).ends(0);
    repo.put(&format!("{}/README.md", folder("plain")), "theirs\n");
    commit(&repo);
    repo.git(&["checkout", "--quiet", "base"]).ends(0);
    repo.put(&format!("{}/README.md", folder("alone")), "ours\n");
    commit(&repo);
    assert_eq!(since(&repo, "theirs"), ["alone"]);
}

#[test]
fn what_changes_the_facts_of_a_cluster_changes_all_its_namespaces() {
    let repo = repo("");
    repo.put("clusters/c/infra/cm.yaml", "kind: ConfigMap\n");
    assert!(since(&repo, "base").is_empty());
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n";
    repo.put("clusters/c/argocd/set.yaml", set);
    assert_eq!(since(&repo, "base"), ["alone", "parts", "plain"]);
    commit(&repo);
    assert!(since(&repo, "HEAD").is_empty());
    std::fs::remove_file(repo.root().join("clusters/c/argocd/set.yaml")).unwrap();
    assert_eq!(since(&repo, "HEAD"), ["alone", "parts", "plain"]);
}

#[test]
fn a_revision_that_git_does_not_know_is_a_mistake() {
    let repo = repo("");
    for revision in ["nowhere", "--output=x", "", "-x"] {
        let argument = format!("--changed-since={revision}");
        let json = repo.run(&["check", &argument, "--output", "json"]).ends(2).json();
        assert_eq!(json["schema"], "gangplank.error/1", "{revision}");
    }
    assert!(!repo.top().join("x").exists());
    repo.git(&["checkout", "--quiet", "--orphan", "lonely"]).ends(0);
    // Or it might be the very same commit.
    repo.put("docs/notes.md", "lonely\n");
    commit(&repo);
    let outcome = repo.run(&["check", "--changed-since", "base"]).ends(2);
    assert!(outcome.stderr.contains("both come from"), "{}", outcome.stderr);
    // All of the history is there.
    assert!(!outcome.stderr.contains("fetch-depth"), "{}", outcome.stderr);
    let unknown = repo.run(&["check", "--changed-since", "nowhere"]).ends(2);
    assert!(unknown.stderr.contains("fetch-depth"), "{}", unknown.stderr);
}
