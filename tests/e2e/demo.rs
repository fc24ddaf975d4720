//! `gangplank demo`: a repository of its own, that kubectl builds and that nothing is overwritten
//! for.

use std::fs;
use std::path::Path;

use gangplank::demo::FILES;

use crate::support::{Files, Kubectl, Repo, read_files};

/// What a demo in a folder should hold.
fn expected() -> Files {
    let files = FILES.iter();
    files.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// The folders with a kustomization.
fn kustomizations() -> Vec<&'static str> {
    let folders = FILES.iter().filter_map(|(path, _)| path.strip_suffix("/kustomization.yaml"));
    folders.collect()
}

#[test]
fn every_file_of_the_example_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/repository");
    assert_eq!(expected(), read_files(&folder));
    assert!(FILES.is_sorted_by_key(|(path, _)| path));
}

#[test]
fn without_a_terminal_it_writes_commits_and_prints_the_path() {
    let repo = Repo::new();
    let folder = repo.home().join("made/here");
    let outcome = repo.run(&["demo", folder.to_str().unwrap()]).ends(0);
    assert_eq!(outcome.stderr, "");
    let printed = Path::new(outcome.stdout.trim_end()).to_path_buf();
    assert_eq!(printed, folder.canonicalize().unwrap());
    assert_eq!(read_files(&folder), expected());
    let git = |line: &str| {
        let line = format!("cd {} && git {line}", folder.display());
        repo.shell(&line).ends(0).stdout
    };
    assert_eq!(git("status --porcelain"), "");
    assert_eq!(git("log --format='%an %s'"), "gangplank demo The example repository\n");
    assert_eq!(git("config --local --get-regexp ^user; true"), "", "the author is set once");
}

#[test]
fn a_folder_named_from_here_is_committed_too() {
    let repo = Repo::new().file("inner/keep", "");
    for name in ["new", "inner/new", "./inner/../other"] {
        let outcome = repo.run(&["demo", name]).ends(0);
        assert_eq!(outcome.stderr, "", "{name}");
        assert!(repo.root().join(name).join(".git").is_dir(), "{name}");
        let log = repo.git(&["-C", name, "log", "--format=%an"]).ends(0).stdout;
        assert_eq!(log, "gangplank demo\n", "{name}");
    }
}

#[test]
fn without_a_name_it_takes_a_new_temporary_folder_each_time() {
    let repo = Repo::new();
    let run = || {
        let mut command = repo.program();
        let outcome = crate::support::outcome(command.arg("demo").env("TMPDIR", repo.home()));
        outcome.ends(0).stdout.trim_end().to_owned()
    };
    let (first, second) = (run(), run());
    assert_ne!(first, second);
    assert_eq!(read_files(Path::new(&first)), expected());
    assert!(Path::new(&second).starts_with(repo.home().canonicalize().unwrap()));
}

#[test]
fn without_git_it_goes_on_and_says_so() {
    let repo = Repo::new();
    let folder = repo.home().join("demo");
    let mut command = repo.program();
    command.args(["demo", folder.to_str().unwrap()]).env("PATH", "");
    let outcome = crate::support::outcome(&mut command).ends(0);
    assert!(outcome.stderr.contains("git is not installed"), "{}", outcome.stderr);
    assert_eq!(read_files(&folder), expected());
}

#[test]
fn a_folder_with_anything_in_it_is_refused_and_left_alone() {
    let repo = Repo::new();
    let full = repo.home().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join(".hidden"), "mine").unwrap();
    for folder in [full.clone(), full.join(".hidden")] {
        let outcome = repo.run(&["demo", folder.to_str().unwrap()]).ends(2);
        assert_eq!(outcome.stdout, "");
        assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
    }
    let left = read_files(&full);
    assert_eq!(left, Files::from([(".hidden".to_owned(), b"mine".to_vec())]));
    // An empty one is as good as none.
    fs::remove_file(full.join(".hidden")).unwrap();
    repo.run(&["demo", full.to_str().unwrap()]).ends(0);
}

#[test]
fn kubectl_builds_every_folder_before_and_after_an_onboarding() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let repo = Repo::new().files(FILES);
    assert!(kustomizations().len() >= 14);
    for folder in kustomizations() {
        assert!(!kubectl.build(&repo.root(), folder).is_empty(), "{folder}");
    }
    for (cluster, namespace, account, more) in [
        ("prod-us1", "report-portal", "123456789098", "restrict"),
        ("prod-us1", "data-pipeline", "123456789098", "add-only"),
        ("dev-eu1", "report-portal", "210987654321", "restrict"),
        ("dev-eu1", "kubecost", "210987654321", "restrict"),
    ] {
        let role = format!("arn:aws:iam::{account}:role/{namespace}");
        let answers = ["--cluster", cluster, "--namespace", namespace, "--role", &role];
        let outcome = repo.onboard(&answers, &["--select", "all", "--egress", more, "--yes"]);
        outcome.ends(0);
        let below = if cluster == "prod-us1" { "application/" } else { "" };
        let folder = format!("clusters/{cluster}/namespaces/{below}{namespace}");
        let built = kubectl.build(&repo.root(), &folder);
        let annotation = built
            .iter()
            .find(|object| object["kind"] == "Namespace")
            .map(|object| &object["metadata"]["annotations"]["iam.amazonaws.com/allowed-roles"]);
        assert_eq!(annotation.unwrap(), &format!("[\"{role}\"]"), "{folder}");
    }
}

#[test]
fn its_readme_speaks_of_what_is_there() {
    let repo = Repo::new().files(FILES);
    let readme = repo.text("README.md");
    let role = "arn:aws:iam::123456789098:role/x";
    let onboard = |name| {
        let answers = ["--cluster", "prod-us1", "--namespace", name, "--role", role];
        repo.onboard(&answers, &["--network", "none", "--yes"])
    };
    assert!(readme.contains("kube-system"));
    let said = onboard("kube-system").ends(2).stderr;
    assert!(said.contains("a namespace of the platform"), "{said}");
    assert!(readme.contains("`checkout` has a role: a second one joins the list"));
    let path = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";
    let list =
        |roles: &str| format!("value: '[\"arn:aws:iam::123456789098:role/checkout\"{roles}]'");
    let expected = repo.text(path).replace(&list(""), &list(&format!(",\"{role}\"")));
    onboard("checkout").ends(0);
    assert_eq!(repo.text(path), expected);
}

#[test]
fn nothing_is_wrong_in_the_example() {
    let repo = Repo::new();
    let folder = repo.home().join("made");
    repo.run(&["demo", folder.to_str().unwrap()]).ends(0);
    let outcome = repo.run(&["check", "--repo", folder.to_str().unwrap(), "--notes"]).ends(0);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.starts_with("nothing found; "), "{}", outcome.stderr);
}
