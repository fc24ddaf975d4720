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

/// What breaks the namespace `a`, wherever its base is kept.
const BROKEN: &str = "resources: [namespace.yaml]\nunknown: 1\n";

const BASE: [(&str, &str); 2] = [
    ("kustomization.yaml", "resources: [namespace.yaml]\n"),
    ("namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"),
];

/// A namespace in the usual place that builds from a folder above, which is not there yet.
fn with_base_at(prefix: &'static str, entry: &str) -> Repo {
    let kustomization = format!("namespace: a\nresources: [{entry}]\n");
    Repo::below(prefix).file(&format!("{}/kustomization.yaml", folder("a")), kustomization)
}

fn put_base(repo: &Repo, place: &str) {
    for (name, text) in BASE {
        repo.put(&format!("{place}/{name}"), text);
    }
}

/// Both see the same: all of it is new.
#[track_caller]
fn finds_what_check_finds(repo: &Repo, revision: &str, name: &str) {
    let all = repo.run(&["check", "--output", "json"]).ends(3).json();
    let some = repo.run(&["check", "--changed-since", revision, "--output", "json"]).ends(3).json();
    assert_eq!(some["findings"], all["findings"], "{name}");
}

fn commit_base(repo: &Repo) {
    commit(repo);
    repo.git(&["branch", "base"]).ends(0);
    repo.run(&["check"]).ends(0);
}

#[test]
fn a_change_behind_a_link_is_found() {
    // The link, what it says, and the way to the base.
    for (link, target, entry) in [
        ("clusters/c/lib", "../../real/base", "../../../lib"),
        ("clusters/c/lib", "../../real", "../../../lib/base"),
        ("clusters/c/lib", "../../other/shared", "../../../lib/base"),
        ("real/base/kustomization.yaml", "../deep/kustomization.yaml", "../../../../../real/base"),
    ] {
        for prefix in ["", "gitops"] {
            let repo = with_base_at(prefix, entry);
            put_base(&repo, "real/base");
            let mut broken = "real/base/kustomization.yaml";
            if target.starts_with("../../other") {
                // A link on the way of a link.
                let repo = &repo;
                std::fs::create_dir_all(repo.root().join("other")).unwrap();
                std::os::unix::fs::symlink("../real", repo.root().join("other/shared")).unwrap();
            }
            if link.ends_with(".yaml") {
                broken = "real/deep/kustomization.yaml";
                std::fs::remove_file(repo.root().join(link)).unwrap();
                repo.put(broken, BASE[0].1);
            }
            let repo = repo.link(link, target);
            commit_base(&repo);
            repo.put(broken, BROKEN);
            finds_what_check_finds(&repo, "base", link);
            commit(&repo);
            finds_what_check_finds(&repo, "base", link);
            assert!(since(&repo, "HEAD").is_empty());
        }
    }
}

#[test]
fn a_link_that_leads_elsewhere_is_a_change() {
    let repo = with_base_at("", "../../../lib").link("clusters/c/lib", "../../one");
    put_base(&repo, "one");
    put_base(&repo, "two");
    repo.put("two/kustomization.yaml", BROKEN);
    commit_base(&repo);
    let link = repo.root().join("clusters/c/lib");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("../../two", &link).unwrap();
    finds_what_check_finds(&repo, "base", "another folder");
    std::fs::remove_file(&link).unwrap();
    finds_what_check_finds(&repo, "base", "no folder");
}

#[test]
fn the_folder_of_all_namespaces_may_be_a_link() {
    let repo = Repo::new().link("clusters/c/namespaces/application", "../../../apps");
    for (name, text) in BASE {
        repo.put(&format!("apps/a/{name}"), text);
    }
    commit_base(&repo);
    repo.put("apps/a/kustomization.yaml", BROKEN);
    finds_what_check_finds(&repo, "base", "application");
    commit(&repo);
    finds_what_check_finds(&repo, "base", "application");
    assert!(since(&repo, "HEAD").is_empty());
}

/// A repository of its own, with a commit that works and one that does not.
fn library(repo: &Repo, place: &str) -> std::path::PathBuf {
    let folder = repo.home().join("library");
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=t", "-c", "user.email=t@e", "-C", folder.to_str().unwrap()];
        repo.git(&[&who[..], arguments].concat()).ends(0);
    };
    std::fs::create_dir_all(folder.join(place)).unwrap();
    git(&["init", "--quiet", "-b", "main"]);
    for (name, text) in BASE {
        std::fs::write(folder.join(place).join(name), text).unwrap();
    }
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "good"]);
    std::fs::write(folder.join(place).join("kustomization.yaml"), BROKEN).unwrap();
    git(&["commit", "--quiet", "--all", "-m", "bad"]);
    folder
}

#[test]
fn a_change_in_a_submodule_is_found() {
    for (inside, ignore) in [
        ("", ""),
        ("defaults/base", ""),
        ("", "all"),
        ("defaults/base", "dirty"),
        ("", "untracked"),
    ] {
        let slash = if inside.is_empty() { "" } else { "/" };
        let repo = with_base_at("", &format!("../../../../../shared{slash}{inside}"));
        let library = library(&repo, inside);
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
        repo.git(&[&add[..], &[library.to_str().unwrap(), "shared"]].concat()).ends(0);
        let module = |arguments: &[&str]| {
            let top = repo.root().join("shared").display().to_string();
            repo.git(&[&["-C", &top][..], arguments].concat()).ends(0);
        };
        module(&["checkout", "--quiet", "HEAD~1"]);
        commit_base(&repo);
        if !ignore.is_empty() {
            // The pull request brings this, too.
            let set = ["config", "-f", ".gitmodules", "submodule.shared.ignore", ignore];
            repo.git(&set).ends(0);
            repo.git(&["config", "diff.ignoreSubmodules", "all"]).ends(0);
        }
        let name = format!("{inside} {ignore}");
        // Not committed, then staged, then committed.
        module(&["checkout", "--quiet", "main"]);
        finds_what_check_finds(&repo, "base", &name);
        repo.git(&["add", "--force", "shared", ".gitmodules"]).ends(0);
        finds_what_check_finds(&repo, "base", &name);
        commit(&repo);
        finds_what_check_finds(&repo, "base", &name);
        assert!(since(&repo, "HEAD").is_empty(), "{name}");
        // What is changed in it by hand.
        module(&["checkout", "--quiet", "HEAD~1"]);
        repo.git(&["add", "--force", "shared"]).ends(0);
        commit(&repo);
        repo.run(&["check"]).ends(0);
        let path = format!("shared/{inside}{slash}kustomization.yaml");
        repo.put(&path, BROKEN);
        finds_what_check_finds(&repo, "HEAD", &name);
    }
}

#[test]
fn what_git_is_told_not_to_look_at_is_looked_at() {
    let place = "clusters/c/namespaces/defaults";
    let broken = format!("{place}/kustomization.yaml");
    let repo = || {
        let repo = with_base_at("", "../../defaults");
        put_base(&repo, place);
        repo
    };
    for bit in ["--assume-unchanged", "--skip-worktree"] {
        let repo = repo();
        commit_base(&repo);
        repo.git(&["update-index", bit, &broken]).ends(0);
        repo.put(&broken, BROKEN);
        finds_what_check_finds(&repo, "base", bit);
        std::fs::remove_file(repo.root().join(&broken)).unwrap();
        finds_what_check_finds(&repo, "base", bit);
    }
    // What is ignored and built all the same.
    for (name, ignore) in [
        (".gitignore", "namespace.yaml\n"),
        (".git/info/exclude", "defaults/\n"),
        ("clusters/c/.gitignore", "*\n"),
    ] {
        let repo = repo();
        std::fs::remove_file(repo.root().join(place).join("namespace.yaml")).unwrap();
        repo.put(name, ignore);
        repo.put("notes.md", "");
        commit(&repo);
        repo.git(&["branch", "base"]).ends(0);
        repo.put(&format!("{place}/namespace.yaml"), "kind: [\n");
        finds_what_check_finds(&repo, "base", name);
    }
    // Settings and attributes with which a changed file looks the same.
    for (key, value) in [
        ("core.fileMode", "false"),
        ("core.checkStat", "minimal"),
        ("core.trustctime", "false"),
        ("core.ignoreCase", "true"),
        ("diff.relative", "true"),
        ("core.untrackedCache", "true"),
        ("diff.orderFile", "/dev/zero"),
    ] {
        let repo = repo();
        commit_base(&repo);
        repo.git(&["config", key, value]).ends(0);
        let path = repo.root().join(place).join("namespace.yaml");
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        // Of the same length, at the same time.
        repo.put(
            &format!("{place}/namespace.yaml"),
            BASE[1].1.replace("metadata: {", "metadata: ["),
        );
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
        finds_what_check_finds(&repo, "base", key);
    }
    let repo = repo();
    commit_base(&repo);
    // Written anew by this, the files would be no UTF-8: what git has is the same.
    repo.put(".gitattributes", "clusters/c/namespaces/defaults/* working-tree-encoding=UTF-16\n");
    repo.git(&["add", ".gitattributes"]).ends(0);
    repo.git(&["-c", "user.name=t", "-c", "user.email=t@e", "commit", "--quiet", "-m", "x"])
        .ends(0);
    for path in [&broken, &format!("{place}/namespace.yaml")] {
        std::fs::remove_file(repo.root().join(path)).unwrap();
    }
    repo.git(&["checkout", "--quiet", "--", "."]).ends(0);
    finds_what_check_finds(&repo, "base", "attributes");
}

#[test]
fn what_was_moved_has_changed_in_both_places() {
    let repo = with_base_at("", "../../defaults");
    put_base(&repo, "clusters/c/namespaces/defaults");
    commit_base(&repo);
    repo.git(&["config", "diff.renames", "copies"]).ends(0);
    repo.git(&["mv", "clusters/c/namespaces/defaults", "clusters/c/namespaces/moved"]).ends(0);
    finds_what_check_finds(&repo, "base", "moved");
    commit(&repo);
    finds_what_check_finds(&repo, "base", "moved");
    // By a name that differs in case only.
    let repo = with_base_at("", "../../defaults");
    put_base(&repo, "clusters/c/namespaces/defaults");
    commit_base(&repo);
    repo.git(&["mv", "clusters/c/namespaces/defaults", "clusters/c/namespaces/Defaults"]).ends(0);
    finds_what_check_finds(&repo, "base", "case");
}

/// What one namespace is like can change what is found in others: which account is the cluster's.
#[test]
fn what_others_say_of_a_namespace_is_found() {
    let patch = |account: &str, role: &str| {
        format!(
            "resources: [namespace.yaml]\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations\n        value: {{iam.amazonaws.com/allowed-roles: '[\"arn:aws:iam::{account}:role/{role}\"]'}}\n"
        )
    };
    let repo = Repo::new().file("gangplank.yaml", "clusters: {d: {account: \"222222222222\"}}\n");
    for (cluster, name, account) in [("c", "a", "111111111111"), ("d", "x", "222222222222")] {
        let place = format!("clusters/{cluster}/namespaces/application/{name}");
        repo.put(&format!("{place}/kustomization.yaml"), patch(account, name));
        repo.put(
            &format!("{place}/namespace.yaml"),
            BASE[1].1.replace("name: a", &format!("name: {name}")),
        );
    }
    commit(&repo);
    let before = repo.run(&["check", "--output", "json"]).json();
    repo.put("clusters/c/namespaces/application/a/kustomization.yaml", patch("222222222222", "a"));
    let after = repo.run(&["check", "--output", "json"]).json();
    let some = repo.run(&["check", "--changed-since", "HEAD", "--output", "json"]).json();
    is_held(&before, &after, &some).unwrap();
}

/// Whether `some` has all that was found after and not before.
fn is_held(before: &Json, after: &Json, some: &Json) -> Result<(), String> {
    let all = |json: &Json| json["findings"].as_array().cloned().unwrap_or_default();
    let (before, some) = (all(before), all(some));
    let new = all(after).into_iter().filter(|finding| !before.contains(finding));
    let missed: Vec<Json> = new.filter(|finding| !some.contains(finding)).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("missed: {missed:?}")) }
}

/// Places that a change may be made in.
const PLACES: [&str; 12] = [
    "clusters/c/namespaces/application/a",
    "clusters/c/namespaces/application/b",
    "clusters/c/namespaces/defaults",
    "clusters/c/policies",
    "clusters/c/argocd",
    "clusters/d/namespaces/application/a",
    "clusters/d/namespaces",
    "shared/base",
    "shared/component",
    "clusters/e",
    "argocd",
    "",
];

/// Texts for files of a place: some work, some do not, some say something about a cluster.
const TEXTS: [(&str, &str); 14] = [
    ("kustomization.yaml", "namespace: a\nresources: [../../defaults]\n"),
    ("kustomization.yaml", "namespace: b\nresources: [../../defaults, cnp.b.yaml]\n"),
    ("kustomization.yaml", "resources: [namespace.yaml]\n"),
    ("kustomization.yaml", "resources: [../../../../../shared/base]\nnamespace: a\n"),
    ("kustomization.yaml", "unknown: 1\n"),
    (
        "kustomization.yaml",
        "namespace: a\nresources: [../../defaults]\npatches:\n  - target: {kind: Namespace}\n    patch: |-\n      - op: add\n        path: /metadata/annotations\n        value: {iam.amazonaws.com/allowed-roles: '[\"arn:aws:iam::111111111111:role/a\"]'}\n",
    ),
    (
        "kustomization.yaml",
        "namespace: b\nresources: [../../defaults]\ncomponents: [../../../../../shared/component]\npatches:\n  - target: {kind: Namespace}\n    patch: |-\n      - op: add\n        path: /metadata/annotations\n        value: {iam.amazonaws.com/allowed-roles: '[\"arn:aws:iam::222222222222:role/a$\"]'}\n",
    ),
    (
        "kustomization.yaml",
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nlabels: [{pairs: {a: b}}]\n",
    ),
    ("namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"),
    ("namespace.yaml", "kind: [\n"),
    (
        "cnp.b.yaml",
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: b}\nspec:\n  endpointSelector: {}\n  egress: [{toFQDNs: [{matchPattern: \"*.amazonaws.com\"}]}]\n",
    ),
    (
        "ccnp.yaml",
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: w}\nspec:\n  endpointSelector: {}\n  egressDeny: [{toCIDR: [169.254.169.254/32]}]\n",
    ),
    (
        "set.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec:\n  generators: [{git: {directories: [{path: clusters/c/namespaces/application/a}, {path: clusters/d/namespaces/application/*}]}}]\n",
    ),
    (
        "gangplank.yaml",
        "clusters: {c: {account: \"111111111111\"}, d: {account: \"222222222222\", kube2iam: {restriction_format: regexp}}}\n",
    ),
];

fn random_change(repo: &Repo, choices: &mut crate::support::Choices) {
    let place = repo.root().join(choices.pick(&PLACES));
    let (name, text) = choices.pick(&TEXTS);
    let path = place.join(name);
    let is_there = path.symlink_metadata().is_ok();
    let what = choices.below(8);
    // A place may have become a file or a link that leads nowhere: nothing is changed there.
    if std::fs::create_dir_all(&place).is_err() {
        return;
    }
    match what {
        0 if is_there => drop(std::fs::remove_file(&path)),
        1 if place != repo.root() => {
            let other = repo.root().join(choices.pick(&PLACES[..11]));
            if !other.starts_with(&place) && !place.starts_with(&other) {
                let up =
                    "../".repeat(place.strip_prefix(repo.root()).unwrap().components().count() - 1);
                let target = format!("{up}{}", other.strip_prefix(repo.root()).unwrap().display());
                if place.is_symlink() {
                    std::fs::remove_file(&place).unwrap();
                } else {
                    std::fs::remove_dir_all(&place).unwrap();
                }
                std::os::unix::fs::symlink(target, &place).unwrap();
            }
        }
        2 if is_there => {
            let bit = choices.pick(&["--assume-unchanged", "--skip-worktree"]);
            let relative = path.strip_prefix(repo.root()).unwrap().to_str().unwrap();
            repo.git(&["update-index", bit, relative]);
            drop(std::fs::write(&path, text));
        }
        3 => drop(std::fs::write(place.join(".gitignore"), "*.yaml\n")),
        _ => drop(std::fs::write(&path, text)),
    }
}

/// Whatever is found after a change and was not before.
#[test]
fn nothing_that_a_change_breaks_is_missed() {
    crate::support::for_all(crate::support::count(24, 120), |choices| {
        let repo = Repo::new().file("gangplank.yaml", "");
        for _ in 0..12 {
            random_change(&repo, choices);
        }
        commit(&repo);
        let run = |more: &[&str]| {
            let fixed = ["check", "--notes", "--output", "json"];
            repo.run(&[&fixed[..], more].concat())
        };
        let before = run(&[]);
        for round in 0..3 {
            for _ in 0..=choices.below(3) {
                random_change(&repo, choices);
            }
            if choices.one_in(3) {
                repo.git(&["add", "--all"]);
            }
            let after = run(&[]);
            if ![0, 3].contains(&before.code) || ![0, 3].contains(&after.code) {
                return Ok(());
            }
            let some = run(&["--changed-since", "HEAD"]);
            is_held(&before.json(), &after.json(), &some.json())
                .map_err(|missed| format!("round {round}: {missed}"))?;
        }
        Ok(())
    });
}
