//! Proves what an undo says of histories: it names the commit that brought the run's change, or none.

use std::fs;

use crate::support::{DEFAULTS, KUSTOMIZATION, Outcome, ROLE, Repo, outcome};

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: placeholder}\n";

/// A namespace with text above and below what a grant changes, all committed.
fn repo(prefix: &'static str) -> Repo {
    let text = format!(
        "# one\n# two\n# three\nnamespace: report-portal\nresources:\n  - ../../defaults\n{}",
        "# below\n".repeat(3)
    );
    let repo = Repo::below(prefix)
        .file(&format!("{DEFAULTS}/namespace.yaml"), NAMESPACE)
        .file(&format!("{DEFAULTS}/kustomization.yaml"), "resources: [namespace.yaml]\n")
        .file("notes.md", "notes\n")
        .file(KUSTOMIZATION, text);
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/main"]).ends(0);
    repo.git(&["config", "user.name", "A User"]).ends(0);
    repo.git(&["config", "user.email", "user@example.com"]).ends(0);
    commit(&repo, "start");
    repo
}

fn commit(repo: &Repo, subject: &str) -> String {
    repo.git(&["add", "--all", "."]).ends(0);
    repo.git(&["commit", "--quiet", "--message", subject]).ends(0);
    id(repo, "HEAD")
}

fn id(repo: &Repo, revision: &str) -> String {
    repo.git(&["rev-parse", "--short", revision]).ends(0).stdout.trim().to_owned()
}

fn grant(repo: &Repo, role: &str) {
    let fixed = ["--cluster", "c", "--namespace", "report-portal", "--network", "none", "--yes"];
    repo.onboard(&fixed, &["--role", role]).ends(0);
}

fn revoke(repo: &Repo, role: &str) {
    let fixed = ["revoke", "--cluster", "c", "--namespace", "report-portal", "--yes"];
    repo.run(&[&fixed[..], &["--role", role]].concat()).ends(0);
}

/// A line of a colleague, above or below what a grant changes.
fn colleague(repo: &Repo, line: &str) -> String {
    let text = repo.text(KUSTOMIZATION);
    let text = match line {
        "above" => format!("# a colleague\n{text}"),
        _ => text.replacen("# below\n", "# a colleague below\n", 1),
    };
    repo.put(KUSTOMIZATION, text);
    commit(repo, "a colleague")
}

fn undo(repo: &Repo) -> Outcome {
    repo.run(&["undo", "--yes"])
}

/// One reason, and of all commits this one.
#[track_caller]
fn names(repo: &Repo, commit: &str, name: &str) {
    let before = repo.tree();
    let said = undo(repo).ends(4).stderr;
    assert_eq!(said.matches("error: ").count(), 1, "{name}: {said}");
    assert!(said.contains(&format!("git revert {commit}; ")), "{name}: {commit}: {said}");
    assert!(said.contains("Argo CD then"), "{name}: {said}");
    let all = repo.git(&["log", "--all", "--reflog", "--format=%h"]).ends(0).stdout;
    for other in all.lines().filter(|other| *other != commit.trim_start_matches("-m 1 ")) {
        assert!(!said.contains(other), "{name}: {other} beside {commit}: {said}");
    }
    assert_eq!(repo.tree(), before, "{name}");
}

#[track_caller]
fn has_nothing(repo: &Repo, name: &str) {
    let before = repo.tree();
    let said = undo(repo).ends(0).stderr;
    assert!(said.contains("nothing to undo"), "{name}: {said}");
    assert!(!said.contains("git revert"), "{name}: {said}");
    assert_eq!(repo.tree(), before, "{name}");
}

/// A history after a grant, and the commit that is to be named.
type History = (&'static str, fn(&Repo) -> String);

const NAMED: [History; 14] = [
    ("commit", |repo| commit(repo, "grant")),
    ("amended", |repo| {
        commit(repo, "grant");
        repo.git(&["commit", "--quiet", "--amend", "-m", "other words"]).ends(0);
        id(repo, "HEAD")
    }),
    ("commits after it", |repo| {
        let own = commit(repo, "grant");
        repo.put("notes.md", "more\n");
        commit(repo, "notes");
        own
    }),
    ("a colleague after it in the same file", |repo| {
        let own = commit(repo, "grant");
        colleague(repo, "above");
        colleague(repo, "below");
        own
    }),
    ("with others' files", |repo| {
        repo.put("notes.md", "more\n");
        commit(repo, "grant and notes")
    }),
    ("squashed with a colleague's in the same file", |repo| {
        commit(repo, "grant");
        colleague(repo, "above");
        repo.git(&["reset", "--quiet", "--soft", "HEAD~2"]).ends(0);
        commit(repo, "both")
    }),
    ("rebased onto a colleague's in the same file", |repo| {
        commit(repo, "grant");
        repo.git(&["switch", "--quiet", "-c", "theirs", "HEAD~1"]).ends(0);
        colleague(repo, "above");
        repo.git(&["switch", "--quiet", "main"]).ends(0);
        repo.git(&["rebase", "--quiet", "theirs"]).ends(0);
        id(repo, "HEAD")
    }),
    ("cherry-picked", |repo| {
        let own = commit(repo, "grant");
        repo.git(&["switch", "--quiet", "-c", "other", "HEAD~1"]).ends(0);
        repo.put("notes.md", "more\n");
        commit(repo, "notes");
        repo.git(&["cherry-pick", "-x", &own]).ends(0);
        id(repo, "HEAD")
    }),
    ("merged", |repo| {
        repo.git(&["switch", "--quiet", "-c", "own"]).ends(0);
        let own = commit(repo, "grant");
        repo.git(&["switch", "--quiet", "main"]).ends(0);
        colleague(repo, "above");
        repo.git(&["merge", "--quiet", "--no-edit", "own"]).ends(0);
        own
    }),
    ("squash-merged", |repo| {
        repo.git(&["switch", "--quiet", "-c", "own"]).ends(0);
        commit(repo, "grant");
        repo.git(&["switch", "--quiet", "main"]).ends(0);
        repo.git(&["merge", "--quiet", "--squash", "own"]).ends(0);
        repo.git(&["commit", "--quiet", "-m", "squash"]).ends(0);
        id(repo, "HEAD")
    }),
    ("only in the merge", |repo| {
        repo.git(&["switch", "--quiet", "-c", "own"]).ends(0);
        repo.put("notes.md", "more\n");
        repo.git(&["commit", "--quiet", "-m", "notes", "*notes.md"]).ends(0);
        repo.git(&["stash", "--quiet"]).ends(0);
        repo.git(&["switch", "--quiet", "main"]).ends(0);
        repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "own"]).ends(0);
        let granted = repo.git(&["show", &format!("stash@{{0}}:{}", at_top(repo))]).ends(0).stdout;
        repo.put(KUSTOMIZATION, granted);
        format!("-m 1 {}", commit(repo, "merge"))
    }),
    ("reverted, and brought again", |repo| {
        let own = commit(repo, "grant");
        repo.git(&["revert", "--no-edit", &own]).ends(0);
        repo.git(&["revert", "--no-edit", "HEAD"]).ends(0);
        id(repo, "HEAD")
    }),
    ("without any history before it", |repo| {
        repo.git(&["checkout", "--quiet", "--orphan", "fresh"]).ends(0);
        commit(repo, "all")
    }),
    ("the clock of the machine that committed is late", |repo| {
        repo.git(&["add", "."]).ends(0);
        let mut command = repo.program();
        let mut git = std::process::Command::new("git");
        git.env_clear()
            .envs(command.env("HOME", repo.home()).get_envs().filter_map(|(n, v)| Some((n, v?))));
        git.env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z").current_dir(repo.top());
        outcome(git.args(["commit", "--quiet", "-m", "grant"])).ends(0);
        id(repo, "HEAD")
    }),
];

fn at_top(repo: &Repo) -> String {
    let below = repo.root().strip_prefix(repo.top()).unwrap().join(KUSTOMIZATION);
    below.to_str().unwrap().to_owned()
}

#[test]
fn the_commit_that_brought_the_change_is_named() {
    for (name, history) in NAMED {
        for prefix in ["", "gitops/eu"] {
            let repo = repo(prefix);
            grant(&repo, ROLE);
            let commit = history(&repo);
            names(&repo, &commit, name);
        }
    }
}

/// What becomes of a grant.
type Fate = (&'static str, fn(&Repo));

/// After these, nothing of the run is there any more.
const GONE: [Fate; 8] = [
    ("reverted", |repo| {
        let own = commit(repo, "grant");
        repo.git(&["revert", "--no-edit", &own]).ends(0);
    }),
    ("reverted, and a colleague since", |repo| {
        let own = commit(repo, "grant");
        repo.git(&["revert", "--no-edit", &own]).ends(0);
        colleague(repo, "above");
    }),
    ("a colleague, and then reverted", |repo| {
        let own = commit(repo, "grant");
        colleague(repo, "above");
        repo.git(&["revert", "--no-edit", &own]).ends(0);
    }),
    ("another branch", |repo| {
        repo.git(&["switch", "--quiet", "-c", "own"]).ends(0);
        commit(repo, "grant");
        repo.git(&["switch", "--quiet", "main"]).ends(0);
    }),
    ("reset", |repo| {
        commit(repo, "grant");
        repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ends(0);
    }),
    ("restored", |repo| {
        repo.git(&["checkout", "--quiet", "--", "."]).ends(0);
    }),
    ("stashed", |repo| {
        repo.git(&["stash", "--quiet"]).ends(0);
    }),
    ("the revert is not committed", |repo| {
        let own = commit(repo, "grant");
        repo.git(&["revert", "--no-commit", &own]).ends(0);
    }),
];

#[test]
fn what_is_gone_is_not_undone() {
    for (name, history) in GONE {
        for prefix in ["", "gitops/eu"] {
            let repo = repo(prefix);
            grant(&repo, ROLE);
            history(&repo);
            has_nothing(&repo, name);
        }
    }
}

/// After these, the run is on disk only, and the undo is done.
const OPEN: [Fate; 5] = [
    ("nothing", |_| ()),
    ("an unrelated commit", |repo| {
        repo.put("notes.md", "more\n");
        repo.git(&["commit", "--quiet", "-m", "notes", "*notes.md"]).ends(0);
    }),
    ("staged", |repo| {
        repo.git(&["add", "."]).ends(0);
    }),
    ("committed, and the commit taken back on its own", |repo| {
        commit(repo, "grant");
        repo.git(&["reset", "--quiet", "HEAD~1"]).ends(0);
    }),
    ("no git", |repo| {
        fs::remove_dir_all(repo.top().join(".git")).unwrap();
    }),
];

#[test]
fn what_no_commit_has_is_undone() {
    for (name, history) in OPEN {
        let repo = repo("gitops");
        let before = repo.text(KUSTOMIZATION);
        grant(&repo, ROLE);
        history(&repo);
        undo(&repo).ends(0);
        assert_eq!(repo.text(KUSTOMIZATION), before, "{name}");
    }
}

/// What the second run leaves is what HEAD has had all along.
#[test]
fn a_grant_and_its_revocation_are_undone_in_turn() {
    let repo = repo("");
    let before = repo.tree();
    grant(&repo, ROLE);
    let granted = repo.tree();
    revoke(&repo, ROLE);
    assert_eq!(repo.tree(), before);
    undo(&repo).ends(0);
    assert_eq!(repo.tree(), granted);
    undo(&repo).ends(0);
    assert_eq!(repo.tree(), before);
    has_nothing(&repo, "both are undone");
    // The revocation alone is open, where the grant is committed.
    grant(&repo, ROLE);
    let own = commit(&repo, "grant");
    revoke(&repo, ROLE);
    undo(&repo).ends(0);
    assert_eq!(repo.tree(), granted);
    names(&repo, &own, "the grant is next");
}

#[test]
fn two_runs_go_in_turn() {
    let second = format!("{ROLE}-2");
    let repo = repo("gitops");
    grant(&repo, ROLE);
    let one = commit(&repo, "one");
    grant(&repo, &second);
    let two = commit(&repo, "two");
    names(&repo, &two, "the second");
    repo.git(&["revert", "--no-edit", &two]).ends(0);
    names(&repo, &one, "then the first");
    repo.git(&["revert", "--no-edit", &one]).ends(0);
    has_nothing(&repo, "both are reverted");
    // Both in one commit.
    let repo = self::repo("");
    grant(&repo, ROLE);
    grant(&repo, &second);
    let both = commit(&repo, "both");
    names(&repo, &both, "both in one");
}

/// A file that a colleague changed where the run did: what is there is nobody's to put back.
#[test]
fn a_change_on_top_that_no_commit_has_is_the_only_reason() {
    let repo = repo("");
    grant(&repo, ROLE);
    let text = repo.text(KUSTOMIZATION).replace("role/", "role/other-");
    repo.put(KUSTOMIZATION, &text);
    let said = undo(&repo).ends(4).stderr;
    assert!(said.contains("changed since") && !said.contains("git revert"), "{said}");
    assert_eq!(said.matches("error: ").count(), 1, "{said}");
    // Committed in this form, the run's own change is in no commit.
    commit(&repo, "edited");
    let said = undo(&repo).ends(4).stderr;
    assert!(said.contains("changed since") && !said.contains("git revert"), "{said}");
}

#[test]
fn what_goes_in_two_commits_is_named_by_both() {
    let repo = repo("");
    let flags = ["--cluster", "c", "--namespace", "report-portal", "--role", ROLE];
    repo.onboard(&flags, &["--select", "sa=default", "--egress", "restrict", "--yes"]).ends(0);
    repo.git(&["add", KUSTOMIZATION]).ends(0);
    repo.git(&["commit", "--quiet", "-m", "one"]).ends(0);
    let one = id(&repo, "HEAD");
    let said = undo(&repo).ends(4).stderr;
    assert!(said.contains(&format!("git revert {one}; ")), "{said}");
    let two = commit(&repo, "two");
    let said = undo(&repo).ends(4).stderr;
    assert!(said.contains(&one) && said.contains(&two), "{said}");
}

/// In a clone that is cut off, the first commit that is there seems to bring everything.
#[test]
fn a_shallow_history_names_no_wrong_commit() {
    let repo = repo("");
    grant(&repo, ROLE);
    commit(&repo, "grant");
    repo.put("notes.md", "more\n");
    let notes = commit(&repo, "notes");
    fs::write(repo.top().join(".git/shallow"), repo.git(&["rev-parse", "HEAD"]).stdout).unwrap();
    let said = undo(&repo).ends(4).stderr;
    assert!(said.contains("committed already") && said.contains("full clone"), "{said}");
    assert!(!said.contains(&notes) && !said.contains("git revert"), "{said}");
}

#[test]
fn in_a_linked_work_tree_its_own_branch_counts() {
    let repo = repo("");
    let linked = repo.home().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "own", linked.to_str().unwrap()]).ends(0);
    let run = |arguments: &[&str]| {
        let mut command = repo.program();
        outcome(command.current_dir(&linked).args(arguments))
    };
    let flags = ["onboard", "--cluster", "c", "--namespace", "report-portal", "--network", "none"];
    let all = [&flags[..], &["--role", ROLE, "--yes"]].concat();
    run(&all).ends(0);
    run(&["undo", "--yes"]).ends(0);
    run(&all).ends(0);
    let here = ["-C", linked.to_str().unwrap()];
    repo.git(&[&here[..], &["commit", "--quiet", "--all", "-m", "grant"]].concat()).ends(0);
    let said = run(&["undo", "--yes"]).ends(4).stderr;
    assert!(said.contains(&format!("git revert {}; ", id(&repo, "own"))), "{said}");
}

/// The line ends of the work tree are not those of the commit.
#[test]
fn other_line_ends_on_disk_are_no_other_change() {
    let repo = repo("");
    repo.git(&["config", "core.autocrlf", "true"]).ends(0);
    repo.put(KUSTOMIZATION, repo.text(KUSTOMIZATION).replace('\n', "\r\n"));
    grant(&repo, ROLE);
    assert!(repo.text(KUSTOMIZATION).contains("\r\n"));
    let own = commit(&repo, "grant");
    names(&repo, &own, "line ends");
}
