//! What `gangplank check` looks at: the layout's folders and what they build from, or what paths
//! name, in a repository and outside of one.

use std::fs;

use serde_json::Value as Json;

use crate::support::{DEFAULTS, KUSTOMIZATION, Outcome, Repo, outcome, program_in};

/// A patch that kustomize refuses.
const BAD: &str = "resources:\n  - ../../defaults\nunknown: 1\n";

/// A kustomization with nothing wrong in it.
fn fine(namespace: &str) -> String {
    format!("resources:\n  - ../../defaults\nnamespace: {namespace}\n")
}

fn namespace(cluster: &str, name: &str) -> String {
    format!("clusters/{cluster}/namespaces/application/{name}/kustomization.yaml")
}

/// Rules and paths of what was found.
fn found(outcome: &Outcome) -> Vec<(String, String)> {
    let json = outcome.json();
    assert_eq!(json["schema"], "gangplank.check/1", "{json}");
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|finding| (text(finding, "rule"), text(finding, "path"))).collect()
}

fn paths(outcome: &Outcome) -> Vec<String> {
    found(outcome).into_iter().map(|(_, path)| path).collect()
}

/// Two clusters with two broken namespaces each, and trouble where nobody builds from.
fn repo() -> Repo {
    let repo = ["c", "d"].iter().fold(Repo::guide(), |repo, cluster| {
        let repo = repo.defaults(&format!("clusters/{cluster}/namespaces/defaults"));
        repo.file(&namespace(cluster, "a"), BAD).file(&namespace(cluster, "b"), BAD)
    });
    repo.file(&namespace("c", "fine"), fine("fine"))
        .file("clusters/c/namespaces/application/fine/unused.yaml", "a: [\n")
        .file(
            "clusters/c/namespace_template/kustomization.yaml",
            "namespace: ${NAMESPACE_NAME}\nx: 1\n",
        )
        .file("tools/broken/kustomization.yaml", "a: [\n")
        .file("clusters/c/infra/kustomization.yaml", BAD)
}

#[test]
fn the_whole_repository_is_its_namespaces_and_what_they_build_from() {
    let outcome = repo().run(&["check", "--output", "json"]).ends(3);
    let expected =
        [namespace("c", "a"), namespace("c", "b"), namespace("d", "a"), namespace("d", "b")];
    assert_eq!(paths(&outcome), expected);
}

#[test]
fn parts_that_namespaces_use_are_no_namespaces() {
    let part = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nunknown: 1\n";
    let repo = Repo::skeleton(fine("report-portal"))
        .file("clusters/c/namespaces/components/part/kustomization.yaml", part)
        .file("clusters/c/namespaces/system/kube-system/kustomization.yaml", BAD);
    let system = "clusters/c/namespaces/system/kube-system/kustomization.yaml".to_owned();
    assert_eq!(paths(&repo.run(&["check", "--output", "json"]).ends(3)), [system]);
}

#[test]
fn paths_narrow_a_check() {
    let repo = repo();
    let file = namespace("c", "a");
    let folder = file.trim_end_matches("/kustomization.yaml");
    for (path, expected) in [
        ("clusters/d", vec![namespace("d", "a"), namespace("d", "b")]),
        ("clusters/c/namespaces/application/", vec![namespace("c", "a"), namespace("c", "b")]),
        (folder, vec![file.clone()]),
        (&file, vec![file.clone()]),
        // What is named is looked at, used or not.
        ("tools/broken", vec!["tools/broken/kustomization.yaml".to_owned()]),
        ("tools", vec!["tools/broken/kustomization.yaml".to_owned()]),
        (
            "clusters/c/namespaces/application/fine/unused.yaml",
            vec!["clusters/c/namespaces/application/fine/unused.yaml".to_owned()],
        ),
    ] {
        let outcome = repo.run(&["check", "--output", "json", path]).ends(3);
        assert_eq!(paths(&outcome), expected, "{path}");
    }
    let several =
        ["check", "--output", "json", "clusters/d/namespaces/application/b", folder, &file];
    assert_eq!(paths(&repo.run(&several).ends(3)), [file.clone(), namespace("d", "b")]);
    repo.run(&["check", "clusters/c/namespaces/application/fine"]).ends(0);
    // The folder's findings about other files are not the file's.
    repo.put("clusters/c/namespaces/application/a/cm.yaml", "kind: ConfigMap\n");
    repo.run(&["check", "clusters/c/namespaces/application/a/cm.yaml"]).ends(0);
}

#[test]
fn paths_are_meant_from_where_one_stands() {
    let repo = repo();
    let folder = repo.root().join("clusters/d/namespaces/application");
    let here = |arguments: &[&str]| {
        outcome(
            program_in(&folder, &repo.home()).args(["check", "--output", "json"]).args(arguments),
        )
    };
    assert_eq!(paths(&here(&["a"]).ends(3)), [namespace("d", "a")]);
    assert_eq!(paths(&here(&[".", "../../../c/namespaces/application/b"]).ends(3)).len(), 3);
    let root = repo.root();
    let absolute = root.join(namespace("c", "a"));
    let elsewhere = program_in(&repo.home(), &repo.home())
        .args(["check", "--output", "json", absolute.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(elsewhere.status.code(), Some(3));
}

#[test]
fn a_path_that_means_nothing_is_a_mistake() {
    let repo = repo().file("docs/README.md", "# docs\n");
    for (path, word) in [
        ("clusters/e", "clusters/e is not there"),
        ("no/such/folder/x", "can't be looked at"),
        ("docs", "no manifest in docs"),
        ("/", "lies outside"),
    ] {
        let outcome = repo.run(&["check", "--repo", ".", path]).ends(2);
        assert!(outcome.stderr.contains(word), "{path}: {}", outcome.stderr);
        let json = repo.run(&["check", "--repo", ".", "--output", "json", path]).ends(2).json();
        assert_eq!(json["schema"], "gangplank.error/1");
    }
}

#[test]
fn one_finding_in_the_defaults_is_said_once() {
    let limits = format!("{DEFAULTS}/limitrange.yaml");
    let repo = (0..50)
        .map(|at| format!("team-{at}"))
        .fold(Repo::guide(), |repo, name| repo.file(&namespace("c", &name), fine(&name)));
    repo.put(&limits, "apiVersion: v1\nkind: LimitRange\n");
    let outcome = repo.run(&["check", "--output", "json"]).ends(3);
    assert_eq!(found(&outcome), [("kustomization/wrong-type".to_owned(), limits)]);
}

#[test]
fn the_order_is_the_same_whatever_the_threads_do() {
    let repo = (0..200).fold(Repo::guide(), |repo, at| {
        let text = format!(
            "resources:\n  - gone-{at}.yaml\n  - ../../defaults\n  - gone.yaml\nunknown: 1\n"
        );
        repo.file(&namespace("c", &format!("team-{at}")), text)
    });
    let first = repo.run(&["check", "--output", "json"]).ends(3).json();
    let findings = first["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 600);
    let key = |finding: &Json| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (text("path"), finding["line"].as_u64(), finding["column"].as_u64(), text("rule"))
    };
    assert!(findings.is_sorted_by_key(key));
    for _ in 0..5 {
        assert_eq!(repo.run(&["check", "--output", "json"]).ends(3).json(), first);
    }
}

#[test]
fn files_outside_any_repository_are_looked_at_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("app/kustomization.yaml", "namespace: app\nresources:\n  - ../base\n  - gone.yaml\n");
    write("base/kustomization.yaml", "resources:\n  - namespace.yaml\n");
    write("base/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n");
    write("policy.yaml", "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: [\n");
    write("fine.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n");
    let run = |at: &str, paths: &[&str]| {
        let mut command = program_in(&folder.path().join(at), folder.path());
        outcome(command.args(["check", "--output", "json"]).args(paths))
    };
    let missing =
        ("kustomization/missing-resource".to_owned(), "app/kustomization.yaml".to_owned());
    for (at, path) in
        [(".", "app"), ("app", "."), (".", "app/kustomization.yaml"), ("base", "../app")]
    {
        assert_eq!(found(&run(at, &[path]).ends(3)), std::slice::from_ref(&missing), "{at} {path}");
    }
    let broken = ("policy/invalid-yaml".to_owned(), "policy.yaml".to_owned());
    assert_eq!(
        found(&run(".", &["policy.yaml", "fine.yaml"]).ends(3)),
        std::slice::from_ref(&broken)
    );
    // Its name tells a policy too; of other files, only that they are no YAML is known.
    for (path, rule) in
        [("cnp.yaml", "policy"), ("cnp.x.yaml", "policy"), ("x.yaml", "kustomization")]
    {
        write(path, "a: [\n");
        let rule = format!("{rule}/invalid-yaml");
        assert_eq!(found(&run(".", &[path]).ends(3)), [(rule, path.to_owned())]);
    }
    assert_eq!(found(&run("base", &["../app", "../policy.yaml"]).ends(3)), [missing, broken]);
    assert_eq!(found(&run(".", &["fine.yaml"]).ends(0)), []);
    // Without a path there has to be a repository.
    assert_eq!(run(".", &[]).ends(2).json()["schema"], "gangplank.error/1");
}

#[test]
fn layouts_that_are_none_are_said() {
    let repo = Repo::new().file("clusters/c/README.md", "soon\n");
    let outcome = repo.run(&["check"]).ends(4);
    assert!(outcome.stderr.contains("unsupported layout"), "{}", outcome.stderr);
    // One cluster without namespaces beside another is no fault.
    let repo = Repo::skeleton(fine("report-portal")).file("clusters/soon/README.md", "soon\n");
    repo.run(&["check", "--fail-on", "warning"]).ends(0);
    let notes = repo.run(&["check", "--notes", "--output", "json"]).ends(0);
    assert_eq!(found(&notes), [("layout/unsupported".to_owned(), "clusters/soon".to_owned())]);
}

#[test]
fn nothing_is_written_and_nothing_is_asked() {
    let repo = Repo::skeleton(BAD);
    let before = repo.tree();
    let outcome = repo.run(&["check"]).ends(3);
    assert!(outcome.stdout.starts_with(&format!("{KUSTOMIZATION}:3:1: error[")));
    assert_eq!(repo.tree(), before);
    assert!(!repo.home().join("state").exists());
}
