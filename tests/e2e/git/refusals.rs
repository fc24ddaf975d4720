//! What can't be committed cleanly is refused before the write, and what only looks like it is not.

use std::fs;

use super::{committed, everything, git};
use crate::support::{ALL, KUSTOMIZATION, Repo, SKELETON, outcome};

/// Brings a repository into some state.
type Prepare = fn(&Repo);

/// Such a state, and what is said of it.
type Case = (&'static str, Prepare, &'static str, i32, &'static str);

const DECISIONS: [Case; 18] = [
    (
        "no commit",
        |repo| drop(repo.git(&["update-ref", "-d", "HEAD"]).ends(0)),
        "x",
        4,
        "no commit here yet",
    ),
    ("conflict", conflict, "x", 4, "under way"),
    (
        "unmerged",
        |repo| {
            conflict(repo);
            fs::remove_file(repo.top().join(".git/MERGE_HEAD")).unwrap();
        },
        "x",
        4,
        "the index has a conflict",
    ),
    (
        "rebase",
        |repo| fs::create_dir(repo.top().join(".git/rebase-merge")).unwrap(),
        "x",
        4,
        "a rebase is under way",
    ),
    (
        "cherry-pick",
        |repo| fs::write(repo.top().join(".git/CHERRY_PICK_HEAD"), "").unwrap(),
        "x",
        4,
        "a cherry-pick is",
    ),
    (
        "bisect",
        |repo| drop(repo.git(&["bisect", "start"]).ends(0)),
        "x",
        4,
        "a bisect is under way",
    ),
    (
        "lock",
        |repo| fs::write(repo.top().join(".git/index.lock"), "").unwrap(),
        "x",
        4,
        "another git is under way",
    ),
    (
        "branch",
        |repo| drop(repo.git(&["branch", "x"]).ends(0)),
        "x",
        4,
        "there is a branch `x` already",
    ),
    (
        "branch above",
        |repo| drop(repo.git(&["branch", "x"]).ends(0)),
        "x/y",
        4,
        "`x` leaves no room for `x/y`",
    ),
    (
        "branch below",
        |repo| drop(repo.git(&["branch", "x/y"]).ends(0)),
        "x",
        4,
        "`x/y` leaves no room for `x`",
    ),
    (
        "ignored",
        |repo| repo.put(".gitignore", "# all\ncnp.*\n"),
        "x",
        4,
        "take `cnp.*` out of .gitignore:2",
    ),
    (
        "changed",
        |repo| repo.put(KUSTOMIZATION, format!("# mine\n{}", SKELETON.1)),
        "x",
        4,
        "changes that are not committed",
    ),
    (
        "staged",
        |repo| {
            repo.put(KUSTOMIZATION, format!("# mine\n{}", SKELETON.1));
            repo.git(&["add", KUSTOMIZATION]).ends(0);
        },
        "x",
        4,
        "has staged changes",
    ),
    // Staged, and taken back on disk only: the commit would take it from the index.
    (
        "staged alone",
        |repo| {
            repo.put(KUSTOMIZATION, format!("# mine\n{}", SKELETON.1));
            repo.git(&["add", KUSTOMIZATION]).ends(0);
            repo.put(KUSTOMIZATION, SKELETON.1);
        },
        "x",
        4,
        "has staged changes",
    ),
    (
        "not in git",
        |repo| {
            repo.git(&["rm", "--quiet", "--cached", KUSTOMIZATION]).ends(0);
            repo.git(&["commit", "--quiet", "--message", "without"]).ends(0);
        },
        "x",
        4,
        "not in git yet",
    ),
    (
        "nobody",
        |repo| {
            repo.git(&["config", "--unset", "user.email"]).ends(0);
            repo.git(&["config", "user.useConfigOnly", "true"]).ends(0);
        },
        "x",
        1,
        "does not know who commits",
    ),
    (
        "nested",
        |repo| {
            let git = repo.root().join("clusters/c/.git");
            fs::create_dir(&git).unwrap();
            fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        },
        "x",
        4,
        "a git repository of its own",
    ),
    (
        "bare",
        |repo| drop(repo.git(&["config", "core.bare", "true"]).ends(0)),
        "x",
        2,
        "has no work tree",
    ),
];

/// The same line was changed on two branches, and they are being merged.
fn conflict(repo: &Repo) {
    repo.git(&["switch", "--quiet", "--create", "other"]).ends(0);
    repo.put("notes.txt", "other\n");
    repo.git(&["commit", "--quiet", "--all", "--message", "other"]).ends(0);
    repo.git(&["switch", "--quiet", "main"]).ends(0);
    repo.put("notes.txt", "main\n");
    repo.git(&["commit", "--quiet", "--all", "--message", "main"]).ends(0);
    repo.git(&["merge", "--quiet", "other"]).ends(1);
}

#[test]
fn what_can_not_be_committed_is_not_written() {
    for (name, prepare, branch, code, words) in DECISIONS {
        let repo = committed();
        prepare(&repo);
        let before = everything(&repo);
        for how in ["--yes", "--dry-run"] {
            let said = repo.onboard(&ALL, &[how, "--git-branch", branch]).ends(code).stderr;
            assert!(said.contains(words) && said.contains("help:"), "{name}: {said}");
            assert!(everything(&repo) == before, "{name} {how}: nothing has changed");
        }
        // Without the wish for a commit none of this matters.
        repo.onboard(&ALL, &["--yes"]).ends(0);
    }
}

/// What looks like one of those, and is none.
#[test]
fn what_only_looks_like_it_is_committed() {
    let likes: [(&str, Prepare); 5] = [
        ("branch of a like name", |repo| drop(repo.git(&["branch", "xy"]).ends(0))),
        ("tag", |repo| drop(repo.git(&["tag", "x"]).ends(0))),
        ("taken back in", |repo| repo.put(".gitignore", "cnp.*\n!cnp.report-portal.yaml\n")),
        ("ignored, and in git", |repo| repo.put(".gitignore", "kustomization.yaml\n")),
        ("a bisect that ended", |repo| {
            repo.git(&["bisect", "start"]).ends(0);
            repo.git(&["bisect", "reset"]).ends(0);
        }),
    ];
    for (name, prepare) in likes {
        let repo = committed();
        prepare(&repo);
        repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
        let branch = git(&repo, &["symbolic-ref", "HEAD"]);
        assert_eq!(branch, "refs/heads/x", "{name}");
    }
}

#[test]
fn names_that_are_none_are_a_mistake() {
    let repo = committed();
    let before = everything(&repo);
    for name in ["", "a..b", "-x", "@{-1}", "HEAD", "a.lock", "a b", "a~1", "x/", "a\u{1b}[31m"] {
        let flag = format!("--git-branch={name}");
        let said = repo.onboard(&ALL, &["--yes", &flag]).ends(2).stderr;
        assert!(said.contains("git takes no branch called") && !said.contains('\u{1b}'), "{said}");
    }
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "x/{clusters}"]).ends(2).stderr;
    assert!(said.contains("nothing is put in for `{clusters}`"), "{said}");
    assert!(everything(&repo) == before);
}

#[test]
fn outside_git_there_is_nothing_to_commit_to() {
    let repo = committed();
    fs::remove_dir_all(repo.top().join(".git")).unwrap();
    let before = repo.tree();
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(2).stderr;
    assert!(said.contains("this is no git repository"), "{said}");
    let program = || {
        let mut program = repo.program();
        program.env("PATH", "/nowhere");
        program
    };
    repo.git(&["init", "--quiet"]).ends(0);
    let more = ["--yes", "--git-branch", "x"];
    let said = outcome(program().arg("onboard").args(ALL).args(more)).ends(1).stderr;
    assert!(said.contains("git is not installed"), "{said}");
    assert_eq!(repo.tree(), before);
}
