//! Proves that an undo takes back the last run and nothing else, whatever became of the journal, the
//! files and git in the meantime.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::{ALL, DEFAULTS, FOLDER, Files, KUSTOMIZATION, ROLE, Repo, SKELETON, outcome};

fn onboard(repo: &Repo) {
    repo.onboard(&ALL, &["--yes"]).ends(0);
}

/// Gives the namespace one more role.
fn grant(repo: &Repo, role: &str) {
    let fixed = ["--cluster", "c", "--namespace", "report-portal", "--network", "none", "--yes"];
    repo.onboard(&fixed, &["--role", role]).ends(0);
}

fn undo(repo: &Repo, code: i32) -> String {
    repo.run(&["undo", "--yes"]).ends(code).stderr
}

/// The journals of runs that ended, the oldest first.
fn journals(repo: &Repo) -> Vec<PathBuf> {
    let entries = fs::read_dir(repo.state()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<PathBuf> = entries.collect();
    names.retain(|path| path.to_str().unwrap().ends_with(".done.json"));
    names.sort();
    names
}

fn commit(repo: &Repo) {
    repo.git(&["add", "--all", "."]).ends(0);
    repo.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]).ends(0);
}

/// The roles of the namespace come from a file of their own.
fn with_patch_file() -> Repo {
    let patches = "patches:\n  - path: roles.yaml\n    target: {kind: Namespace}\n";
    let list = serde_json::json!([ROLE]);
    let text = format!(
        "- op: add\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n  value: '{list}'\n"
    );
    Repo::skeleton(format!("{}{patches}", SKELETON.1)).file(&format!("{FOLDER}/roles.yaml"), text)
}

fn revoke(repo: &Repo) {
    let role = ["--role", ROLE, "--yes"];
    let fixed = ["revoke", "--cluster", "c", "--namespace", "report-portal"];
    repo.run(&[&fixed[..], &role].concat()).ends(0);
}

/// Passing over the last run would undo an older one in its place.
#[test]
fn a_journal_that_can_not_be_read_is_not_passed_over() {
    for damage in ["version", "half", "empty"] {
        let repo = Repo::skeleton(SKELETON.1);
        onboard(&repo);
        grant(&repo, &format!("{ROLE}-2"));
        let last = journals(&repo).pop().unwrap();
        let whole = fs::read_to_string(&last).unwrap();
        let damaged = match damage {
            "version" => whole.replace("gangplank.journal/1", "gangplank.journal/9"),
            "half" => whole[..whole.len() / 2].to_owned(),
            _ => String::new(),
        };
        fs::write(&last, damaged).unwrap();
        let before = repo.tree();
        let said = undo(&repo, 4);
        assert!(said.contains("another version") && said.contains("help:"), "{said}");
        assert_eq!(repo.tree(), before, "{damage}");
        // Runs that come later can be undone all the same.
        grant(&repo, &format!("{ROLE}-3"));
        undo(&repo, 0);
        assert_eq!(repo.tree(), before, "{damage}");
        fs::write(&last, whole).unwrap();
        undo(&repo, 0);
        assert!(!repo.text(KUSTOMIZATION).contains(&format!("{ROLE}-2")));
    }
}

/// Another version was interrupted: only that version knows how to take it up.
#[test]
fn an_interrupted_run_of_another_version_stops_a_write() {
    let repo = Repo::skeleton(SKELETON.1);
    onboard(&repo);
    let done = journals(&repo).pop().unwrap();
    let text = fs::read_to_string(&done).unwrap();
    let started = done.to_str().unwrap().replace(".done.", ".started.");
    fs::write(&started, text.replace("gangplank.journal/1", "gangplank.journal/9")).unwrap();
    let before = repo.tree();
    for arguments in [&["undo", "--yes"][..], &["recover", "--finish"]] {
        let said = repo.run(arguments).ends(4).stderr;
        assert!(said.contains("another version"), "{said}");
    }
    assert_eq!(repo.tree(), before);
    // One that was cut short had not touched anything.
    fs::write(&started, &text[..text.len() / 2]).unwrap();
    undo(&repo, 0);
}

#[test]
fn twenty_runs_can_be_undone_one_after_the_other() {
    let repo = Repo::skeleton(SKELETON.1);
    onboard(&repo);
    let mut states: Vec<Files> = vec![repo.tree()];
    for number in 1..25 {
        grant(&repo, &format!("{ROLE}-{number}"));
        states.push(repo.tree());
    }
    assert_eq!(journals(&repo).len(), 20);
    for undone in 1..=20 {
        undo(&repo, 0);
        assert_eq!(repo.tree(), states[24 - undone], "undo {undone}");
    }
    let said = undo(&repo, 0);
    assert!(said.contains("nothing to undo"), "{said}");
    assert_eq!(repo.tree(), states[4]);
    assert_eq!(journals(&repo), Vec::<PathBuf>::new());
}

#[test]
fn an_undo_is_not_undone_and_a_run_after_it_is() {
    let repo = Repo::skeleton(SKELETON.1);
    let first = repo.tree();
    onboard(&repo);
    let second = repo.tree();
    grant(&repo, &format!("{ROLE}-2"));
    undo(&repo, 0);
    grant(&repo, &format!("{ROLE}-3"));
    for expected in [&second, &first] {
        undo(&repo, 0);
        assert_eq!(&repo.tree(), expected);
    }
}

#[test]
fn without_a_state_folder_there_is_nothing_to_undo() {
    let repo = Repo::skeleton(SKELETON.1);
    let said = undo(&repo, 0);
    assert!(said.contains("nothing to undo"), "{said}");
    assert!(!repo.home().join("state").exists(), "looking makes no folder");
    onboard(&repo);
    fs::remove_dir_all(repo.home().join("state")).unwrap();
    let before = repo.tree();
    let said = undo(&repo, 0);
    assert!(said.contains("nothing to undo"), "{said}");
    assert_eq!(repo.tree(), before);
}

#[test]
fn a_repository_below_the_top_level_of_git() {
    let text = SKELETON.1;
    let repo = Repo::below("gitops/eu").defaults(DEFAULTS).file(KUSTOMIZATION, text);
    commit(&repo);
    let before = repo.tree();
    onboard(&repo);
    let diff = repo.run(&["undo", "--dry-run"]).ends(0).stdout;
    undo(&repo, 0);
    assert_eq!(repo.tree(), before);
    onboard(&repo);
    repo.git_apply(&diff).ends(0);
    assert_eq!(repo.tree(), before);
    onboard(&repo);
    commit(&repo);
    let written = repo.tree();
    let said = undo(&repo, 4);
    assert!(said.contains("git revert "), "{said}");
    assert_eq!(repo.tree(), written);
}

/// A file that the undo makes again gets its permission bits back, others keep theirs.
#[test]
fn permission_bits_come_back() {
    let repo = with_patch_file();
    let path = |name: &str| repo.root().join(FOLDER).join(name);
    let mode = |name: &str| fs::metadata(path(name)).unwrap().permissions().mode() & 0o7777;
    for (name, bits) in [("roles.yaml", 0o640), ("kustomization.yaml", 0o755)] {
        fs::set_permissions(path(name), fs::Permissions::from_mode(bits)).unwrap();
    }
    let before = repo.tree();
    revoke(&repo);
    assert!(!path("roles.yaml").exists());
    undo(&repo, 0);
    assert_eq!(repo.tree(), before);
    assert_eq!((mode("roles.yaml"), mode("kustomization.yaml")), (0o640, 0o755));
}

#[test]
fn files_that_are_gone_since_are_a_decision() {
    let policy = format!("{FOLDER}/cnp.report-portal.yaml");
    for gone in [KUSTOMIZATION, &policy, FOLDER] {
        let repo = Repo::skeleton(SKELETON.1);
        onboard(&repo);
        let path = repo.root().join(gone);
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap();
        let before = repo.tree();
        let said = undo(&repo, 4);
        assert!(said.contains("changed since"), "{gone}: {said}");
        assert_eq!(repo.tree(), before, "{gone}");
    }
}

/// What is committed can only be known from git; outside git nothing is.
#[test]
fn without_git_an_undo_is_refused_only_under_git() {
    let repo = Repo::skeleton(SKELETON.1);
    let before = repo.tree();
    onboard(&repo);
    let written = repo.tree();
    let without_git = || outcome(repo.program().env("PATH", "/nowhere").args(["undo", "--yes"]));
    let said = without_git().ends(1).stderr;
    assert!(said.starts_with("error: git can't be asked"), "{said}");
    assert_eq!(repo.tree(), written);
    fs::remove_dir_all(repo.top().join(".git")).unwrap();
    without_git().ends(0);
    assert_eq!(repo.tree(), before);
}

/// git fails in a broken repository, and in one of another owner: that is not "nothing committed".
#[test]
fn where_git_refuses_to_look_an_undo_is_refused() {
    let repo = Repo::skeleton(SKELETON.1);
    onboard(&repo);
    let written = repo.tree();
    fs::write(repo.top().join(".git/HEAD"), "broken").unwrap();
    let said = undo(&repo, 1);
    assert!(said.contains("git can't be asked"), "{said}");
    assert_eq!(repo.tree(), written);
}

/// Only the removal was committed: to the undo that is as final as a change.
#[test]
fn a_removal_that_is_committed_is_not_undone() {
    let repo = with_patch_file();
    commit(&repo);
    revoke(&repo);
    repo.git(&["rm", "--quiet", "--cached", &format!("{FOLDER}/roles.yaml")]).ends(0);
    repo.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]).ends(0);
    let before = repo.tree();
    let said = undo(&repo, 4);
    assert!(said.contains("git revert ") && said.contains("roles.yaml"), "{said}");
    assert_eq!(repo.tree(), before);
}
