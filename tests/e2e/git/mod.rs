//! Proves that `--git-branch` commits what was written and nothing else, that whatever else the user
//! has staged or changed stays as it is, and that what can't be done cleanly is refused before the
//! write.

mod refusals;
mod untrusted;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::{
    ALL, DEFAULTS, FOLDER, KUSTOMIZATION, Pty, ROLE, Repo, SKELETON, WINDOW, outcome, program,
    program_in, read_files,
};

const POLICY: &str = "clusters/c/namespaces/application/report-portal/cnp.report-portal.yaml";

/// The guide's layout with a skeleton of the namespace, all committed.
fn committed() -> Repo {
    let repo = Repo::skeleton(SKELETON.1).file("notes.txt", "one\ntwo\nthree\n");
    commit_all(&repo);
    repo
}

fn commit_all(repo: &Repo) {
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/main"]).ends(0);
    repo.git(&["config", "user.name", "A User"]).ends(0);
    repo.git(&["config", "user.email", "user@example.com"]).ends(0);
    repo.git(&["add", "--all", "."]).ends(0);
    repo.git(&["commit", "--quiet", "--message", "start"]).ends(0);
}

fn git(repo: &Repo, arguments: &[&str]) -> String {
    repo.git(arguments).ends(0).stdout.trim_end().to_owned()
}

/// The files of a commit with their verbs.
fn files_of(repo: &Repo, commit: &str) -> String {
    git(
        repo,
        &[
            "-c",
            "core.quotePath=false",
            "diff-tree",
            "-r",
            "--no-commit-id",
            "--name-status",
            "--no-renames",
            commit,
        ],
    )
}

/// Everything that git keeps, and the work tree.
fn everything(repo: &Repo) -> (BTreeMap<String, Vec<u8>>, BTreeMap<String, Vec<u8>>) {
    (read_files(&repo.top().join(".git")), read_files(&repo.top()))
}

fn hook(repo: &Repo, name: &str, script: &str) {
    let path = repo.top().join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Work of the user in every state that git tells apart, beside the namespace.
fn with_work(repo: &Repo) {
    repo.put("staged.txt", "staged\n");
    repo.put("both.txt", "first\n");
    repo.git(&["add", "staged.txt", "both.txt"]).ends(0);
    repo.put("both.txt", "first\nsecond\n");
    repo.put("notes.txt", "one\n2\nthree\n");
    repo.put("untracked.txt", "new\n");
    repo.put(&format!("{FOLDER}/README.md"), "beside our files\n");
    repo.put(
        &format!("{DEFAULTS}/limitrange.yaml"),
        repo.text(&format!("{DEFAULTS}/limitrange.yaml")) + "# mine\n",
    );
    repo.git(&["rm", "--quiet", "--cached", &format!("{DEFAULTS}/namespace.yaml")]).ends(0);
}

/// What is staged, changed and untracked; each with what it holds.
fn work(repo: &Repo) -> [String; 3] {
    [
        git(repo, &["status", "--porcelain=v1", "--untracked-files=all"]),
        git(repo, &["diff", "--cached"]),
        git(repo, &["diff"]),
    ]
}

#[test]
fn a_commit_holds_the_files_of_the_plan_and_nothing_else() {
    let repo = committed();
    with_work(&repo);
    let (start, before) = (git(&repo, &["rev-parse", "HEAD"]), work(&repo));
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "roles/x"]).ends(0);
    assert_eq!(git(&repo, &["symbolic-ref", "HEAD"]), "refs/heads/roles/x");
    assert_eq!(files_of(&repo, "HEAD"), format!("A\t{POLICY}\nM\t{KUSTOMIZATION}"));
    assert_eq!(git(&repo, &["rev-parse", "HEAD~1", "main"]), format!("{start}\n{start}"));
    assert_eq!(work(&repo), before);
    for path in [POLICY, KUSTOMIZATION] {
        assert_eq!(git(&repo, &["show", &format!("HEAD:{path}")]), repo.text(path).trim_end());
    }
    let commit = git(&repo, &["rev-parse", "--short", "HEAD"]);
    assert!(
        said.stderr.contains(&format!("commit     {commit} on branch roles/x: 2 files\n")),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("git commit"), "that is done: {}", said.stderr);
}

#[test]
fn the_message_says_the_roles_before_and_after_and_how_to_do_the_same() {
    let repo = committed();
    repo.onboard(&ALL, &["--yes", "--git-branch", "first"]).ends(0);
    let more = ["--cluster", "c", "--namespace", "report-portal", "--network", "none"];
    let second = format!("{ROLE}-2");
    repo.onboard(&more, &["--role", &second, "--yes", "--git-branch", "second"]).ends(0);
    assert_eq!(
        git(&repo, &["log", "-1", "--format=%B"]),
        format!(
            "Allow report-portal on c to assume its role\n\nreport-portal on c\n  before: {ROLE}\n  after:  {ROLE}\n          {second}\n\nWritten by gangplank; the same again:\ngangplank onboard --cluster c --namespace report-portal --role {second} --network none --yes"
        )
    );
    assert_eq!(git(&repo, &["rev-parse", "HEAD~1"]), git(&repo, &["rev-parse", "first"]));
}

#[test]
fn a_revocation_is_committed_with_the_file_that_goes() {
    let repo = committed();
    repo.onboard(&ALL, &["--yes", "--git-branch", "roles/x"]).ends(0);
    let fixed =
        ["revoke", "--cluster", "c", "--namespace", "report-portal", "--role", ROLE, "--policy"];
    repo.run(&[&fixed[..], &["--yes", "--git-branch", "off/{namespace}"]].concat()).ends(0);
    assert_eq!(git(&repo, &["symbolic-ref", "--short", "HEAD"]), "off/report-portal");
    assert_eq!(files_of(&repo, "HEAD"), format!("D\t{POLICY}\nM\t{KUSTOMIZATION}"));
    let subject = git(&repo, &["log", "-1", "--format=%s"]);
    assert_eq!(subject, "Take a role from report-portal on c");
    assert_eq!(git(&repo, &["status", "--porcelain"]), "");
}

/// Two clusters, each with the namespace's folder still to be made.
fn two_clusters() -> Repo {
    let repo = Repo::guide().defaults("clusters/d/namespaces/defaults");
    commit_all(&repo);
    repo
}

const ON_BOTH: [&str; 2] = ["--cluster", "d"];

#[test]
fn each_cluster_gets_its_branch_from_the_same_commit() {
    for detached in [false, true] {
        let repo = two_clusters();
        repo.put("staged.txt", "staged\n");
        repo.git(&["add", "staged.txt"]).ends(0);
        if detached {
            repo.git(&["checkout", "--quiet", "--detach"]).ends(0);
        }
        let (start, tree) = (git(&repo, &["rev-parse", "HEAD"]), repo.tree());
        let head = fs::read(repo.top().join(".git/HEAD")).unwrap();
        let more = ["--yes", "--git-branch", "roles/{cluster}/{namespace}"];
        let said = repo.onboard(&ALL, &[&ON_BOTH[..], &more].concat()).ends(0).stderr;
        for cluster in ["c", "d"] {
            let branch = format!("roles/{cluster}/report-portal");
            let folder = format!("clusters/{cluster}/namespaces/application/report-portal");
            let files =
                format!("A\t{folder}/cnp.report-portal.yaml\nA\t{folder}/kustomization.yaml");
            assert_eq!(files_of(&repo, &branch), files);
            assert_eq!(git(&repo, &["rev-parse", &format!("{branch}~1")]), start);
            let message = git(&repo, &["log", "-1", "--format=%B", &branch]);
            assert!(
                message.starts_with(&format!("Allow report-portal on {cluster} to assume")),
                "{message}"
            );
        }
        // The user is where they were; the files are there, and no index has them.
        assert_eq!(fs::read(repo.top().join(".git/HEAD")).unwrap(), head);
        assert_eq!(git(&repo, &["diff", "--cached", "--name-only"]), "staged.txt");
        assert_eq!(repo.tree().len(), tree.len() + 4);
        assert!(said.contains("as before, with all these files in the work tree"), "{said}");
        repo.run(&["undo", "--yes"]).ends(0);
        assert_eq!(repo.tree(), tree);
        repo.git(&["switch", "--quiet", "roles/d/report-portal"]).ends(0);
    }
}

/// Without a word in the name there is one branch for all of them.
#[test]
fn several_clusters_on_one_branch() {
    let repo = two_clusters();
    repo.onboard(&ALL, &[&ON_BOTH[..], &["--yes", "--git-branch", "roles"]].concat()).ends(0);
    assert_eq!(files_of(&repo, "HEAD").lines().count(), 4);
    assert_eq!(git(&repo, &["status", "--porcelain=v1", "--branch"]), "## roles");
    let subject = git(&repo, &["log", "-1", "--format=%s"]);
    assert_eq!(subject, "Allow report-portal on c, d to assume its role");
}

/// A file that all clusters share is on each branch: each one is whole.
#[test]
fn what_clusters_share_is_on_each_branch() {
    let repo = two_clusters();
    let facts =
        ["--record-facts", "--cilium-version", "1.16.5", "--git-branch", "{cluster}", "--yes"];
    repo.onboard(&ALL, &[&ON_BOTH[..], &facts].concat()).ends(0);
    for cluster in ["c", "d"] {
        let files = files_of(&repo, cluster);
        assert!(files.contains("A\tgangplank.yaml") && files.lines().count() == 3, "{files}");
    }
}

#[test]
fn on_the_branch_that_is_checked_out_the_commit_goes_on_top() {
    let repo = committed();
    let start = git(&repo, &["rev-parse", "HEAD"]);
    repo.onboard(&ALL, &["--yes", "--git-branch", "main"]).ends(0);
    assert_eq!(git(&repo, &["rev-parse", "main~1"]), start);
    assert_eq!(
        git(&repo, &["for-each-ref", "--format=%(refname)", "refs/heads"]),
        "refs/heads/main"
    );
    // Nothing is left to be written, so nothing is committed.
    repo.onboard(&ALL, &["--yes", "--git-branch", "main"]).ends(0);
    assert_eq!(git(&repo, &["rev-parse", "main~1"]), start);
}

#[test]
fn from_a_detached_head_the_branch_is_made_there() {
    let repo = committed();
    repo.git(&["checkout", "--quiet", "--detach"]).ends(0);
    repo.onboard(&ALL, &["--yes", "--git-branch", "roles/x"]).ends(0);
    assert_eq!(git(&repo, &["symbolic-ref", "HEAD"]), "refs/heads/roles/x");
}

#[test]
fn a_dry_run_says_what_it_would_commit_and_touches_nothing() {
    let repo = two_clusters();
    let before = everything(&repo);
    let more = [&ON_BOTH[..], &["--dry-run", "--git-branch", "roles/{cluster}"]].concat();
    let ran = repo.onboard(&ALL, &more).ends(0);
    let wanted = "commit     on the new branch roles/d: 2 files, \"Allow report-portal on d to assume its role\"\n";
    assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("diff --git"), "{}", ran.stdout);
    assert!(everything(&repo) == before);
}

/// The commit is the diff that the dry run showed.
#[test]
fn the_commit_is_the_diff_of_the_dry_run() {
    let repo = committed();
    let diff = repo.onboard(&ALL, &["--dry-run"]).ends(0).stdout;
    repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
    let committed = git(&repo, &["rev-parse", "HEAD^{tree}"]);
    repo.git(&["checkout", "--quiet", "main"]).ends(0);
    repo.git_apply(&diff).ends(0);
    repo.git(&["add", "--all"]).ends(0);
    assert_eq!(git(&repo, &["write-tree"]), committed);
}

#[test]
fn below_the_top_level_in_a_folder_with_any_name() {
    let repo =
        Repo::below("git ops/ümläut [x]*").defaults(DEFAULTS).file(KUSTOMIZATION, SKELETON.1);
    // A pattern would find this one too.
    fs::create_dir_all(repo.top().join("git ops/ümläut x")).unwrap();
    commit_all(&repo);
    fs::write(repo.top().join("git ops/ümläut x/new"), "x").unwrap();
    let before = work(&repo);
    repo.onboard(&ALL, &["--yes", "--git-branch", "rollen/größer"]).ends(0);
    let prefix = "git ops/ümläut [x]*";
    assert_eq!(
        files_of(&repo, "HEAD"),
        format!("A\t{prefix}/{POLICY}\nM\t{prefix}/{KUSTOMIZATION}")
    );
    assert_eq!(git(&repo, &["symbolic-ref", "HEAD"]), "refs/heads/rollen/größer");
    assert_eq!(work(&repo), before);
}

#[test]
fn in_a_linked_work_tree_its_own_head_moves() {
    let repo = committed();
    let linked = repo.home().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "linked", linked.to_str().unwrap()]).ends(0);
    let arguments = [&["onboard"], &ALL[..], &["--yes", "--git-branch", "x"]].concat();
    outcome(program_in(&linked, &repo.home()).args(&arguments)).ends(0);
    assert_eq!(git(&repo, &["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(
        git(&repo, &["-C", linked.to_str().unwrap(), "symbolic-ref", "HEAD"]),
        "refs/heads/x"
    );
    assert_eq!(files_of(&repo, "x"), format!("A\t{POLICY}\nM\t{KUSTOMIZATION}"));
    assert_eq!(git(&repo, &["status", "--porcelain"]), "");
    // A branch that is checked out there is there.
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "linked"]).ends(4).stderr;
    assert!(said.contains("already"), "{said}");
}

#[test]
fn with_the_longer_hashes_too() {
    let repo = Repo::skeleton(SKELETON.1);
    fs::remove_dir_all(repo.top().join(".git")).unwrap();
    repo.git(&["init", "--quiet", "--object-format=sha256"]).ends(0);
    commit_all(&repo);
    repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
    assert_eq!(git(&repo, &["rev-parse", "x"]).len(), 64);
    assert_eq!(files_of(&repo, "x"), format!("A\t{POLICY}\nM\t{KUSTOMIZATION}"));
}

/// In git the lines end with LF, on disk with CR LF: that is no change.
#[test]
fn line_ends_that_git_converts_are_no_change() {
    for attributes in ["* text eol=crlf\n", "* -text\n"] {
        let repo =
            Repo::skeleton(SKELETON.1.replace('\n', "\r\n")).file(".gitattributes", attributes);
        commit_all(&repo);
        repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
        assert_eq!(git(&repo, &["status", "--porcelain=v1", "--branch"]), "## x");
    }
}

/// Hooks run as they do with `git commit`: on the branch, with our files in the index and no other.
#[test]
fn hooks_run_and_see_the_commit_as_it_will_be() {
    let repo = committed();
    with_work(&repo);
    let seen = repo.home().join("seen");
    let note =
        format!("exec >> {}; git symbolic-ref HEAD; git diff --cached --name-only", seen.display());
    hook(&repo, "pre-commit", &note);
    hook(&repo, "commit-msg", "echo 'Signed-off-by: A User' >> \"$1\"");
    repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
    assert_eq!(
        fs::read_to_string(seen).unwrap(),
        format!("refs/heads/x\n{POLICY}\n{KUSTOMIZATION}\n")
    );
    assert!(git(&repo, &["log", "-1", "--format=%B"]).ends_with("Signed-off-by: A User"));
}

#[test]
fn a_hook_that_refuses_leaves_the_files_and_no_branch() {
    for branch in ["x", "main"] {
        let repo = committed();
        with_work(&repo);
        let (head, before) = (git(&repo, &["rev-parse", "HEAD"]), work(&repo));
        hook(
            &repo,
            "pre-commit",
            "printf 'no tickets\\033[31m in it\\nsecond line\\n' >&2; exit 1",
        );
        let ran = repo.onboard(&ALL, &["--yes", "--git-branch", branch]).ends(1);
        let said = ran.stderr;
        let wanted = format!(
            "error: the files are written, but not committed on `{branch}`: git said: no tickets"
        );
        assert!(said.contains(&wanted), "{said}");
        assert!(said.contains("  second line\n") && !said.contains('\u{1b}'), "{said}");
        assert!(said.contains(&format!("create     {POLICY}")), "{said}");
        assert_eq!(git(&repo, &["rev-parse", "HEAD", "main"]), format!("{head}\n{head}"));
        assert_eq!(
            git(&repo, &["for-each-ref", "--format=%(refname)", "refs/heads"]),
            "refs/heads/main"
        );
        assert_eq!(work(&repo)[1], before[1], "what was staged is staged as it was");
        assert!(repo.text(KUSTOMIZATION).contains(ROLE));
        // The command that is shown does it, once the hook lets it through.
        fs::remove_file(repo.top().join(".git/hooks/pre-commit")).unwrap();
        let by_hand = said.split("once that is mended: ").nth(1).unwrap().lines().next().unwrap();
        repo.shell(by_hand).ends(0);
        assert_eq!(files_of(&repo, branch), format!("A\t{POLICY}\nM\t{KUSTOMIZATION}"));
        assert_eq!(work(&repo), before);
    }
}

#[test]
fn branches_that_were_made_before_a_hook_refused_stay() {
    let repo = two_clusters();
    hook(&repo, "commit-msg", "read -r subject < \"$1\"; case $subject in *'on d'*) exit 1;; esac");
    let more = ["--yes", "--git-branch", "roles/{cluster}"];
    let said = repo.onboard(&ALL, &[&ON_BOTH[..], &more].concat()).ends(1).stderr;
    assert!(said.contains("not committed on `roles/d`"), "{said}");
    assert!(said.contains("made before: commit") && said.contains("on branch roles/c"), "{said}");
    let branches = git(&repo, &["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
    assert_eq!(branches, "main\nroles/c");
    assert_eq!(git(&repo, &["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(git(&repo, &["diff", "--cached", "--name-only"]), "");
}

/// A remote whose first touch leaves a file.
fn with_remote(repo: &Repo, name: &str, url: &str) -> PathBuf {
    let touched = repo.home().join("touched");
    let command = format!("touch {}; false", touched.display());
    repo.git(&["remote", "add", name, url]).ends(0);
    repo.git(&["config", "core.sshCommand", &command]).ends(0);
    touched
}

#[test]
fn nothing_is_pushed_and_what_comes_next_is_said() {
    let repo = committed();
    let touched = with_remote(&repo, "origin", "git@github.com:acme/gitops.git");
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "roles/x"]).ends(0).stderr;
    let page = "https://github.com/acme/gitops/compare/roles/x?expand=1";
    let wanted =
        format!("next: push it: git push -u origin roles/x\nnext: open a pull request: {page}\n");
    assert!(said.contains(&wanted), "{said}");
    assert!(!touched.exists());
    // The recorder works.
    repo.git(&["push", "origin", "roles/x"]).ends(128);
    assert!(touched.exists());
}

#[test]
fn a_push_goes_where_the_config_says_and_passwords_stay_hidden() {
    let repo = committed();
    with_remote(&repo, "origin", "git@github.com:acme/gitops.git");
    with_remote(&repo, "fork", "https://me:ghp_secret@gitlab.com/me/gitops.git");
    repo.git(&["config", "branch.main.remote", "fork"]).ends(0);
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0).printed();
    assert!(said.contains("git push -u fork x\n"), "{said}");
    assert!(said.contains("https://gitlab.com/me/gitops/-/merge_requests/new?"), "{said}");
    assert!(!said.contains("ghp_secret"), "{said}");
}

#[test]
fn without_a_remote_that_can_be_meant_no_push_is_shown() {
    let repo = committed();
    // A URL in the place of a name; and none of two is called origin.
    repo.git(&["config", "branch.main.remote", "https://me:ghp_secret@github.com/a/b"]).ends(0);
    with_remote(&repo, "one", "../one");
    with_remote(&repo, "two", "../two");
    let said = repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0).printed();
    assert!(said.contains("no remote to push to") && !said.contains("git push"), "{said}");
    assert!(!said.contains("ghp_secret"), "{said}");
}

#[test]
fn an_undo_of_what_is_committed_is_refused_as_ever() {
    let repo = committed();
    repo.onboard(&ALL, &["--yes", "--git-branch", "x"]).ends(0);
    let before = everything(&repo);
    let said = repo.run(&["undo", "--yes"]).ends(4).stderr;
    assert!(said.contains("git revert "), "{said}");
    assert!(everything(&repo) == before);
}

/// An undo has no such flag, and a variable that is set for all commands means nothing to it.
#[test]
fn only_commands_that_grant_or_revoke_commit() {
    let repo = committed();
    for arguments in [
        &["undo", "--git-branch", "x"][..],
        &["--git-branch", "x", "undo"],
        &["--git-branch", "x", "check"],
    ] {
        repo.run(arguments).ends(2);
    }
    let run = |arguments: &[&str]| {
        outcome(repo.program().env("GANGPLANK_GIT_BRANCH", "main").args(arguments)).ends(0)
    };
    repo.onboard(&ALL, &["--yes"]).ends(0);
    run(&["undo", "--yes"]);
    assert_eq!(git(&repo, &["rev-list", "--count", "HEAD"]), "1");
    run(&[&["onboard"], &ALL[..], &["--yes"]].concat());
    assert_eq!(git(&repo, &["rev-list", "--count", "HEAD"]), "2");
}

/// As from a hook or an alias of git, or in the middle of somebody's script.
#[test]
fn variables_that_lead_to_another_repository_are_not_followed() {
    let repo = committed();
    let other = repo.home().join("other");
    fs::create_dir(&other).unwrap();
    let mut program = repo.program();
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        program.env(name, &other);
    }
    program.env("GIT_LITERAL_PATHSPECS", "1");
    outcome(program.arg("onboard").args(ALL).args(["--yes", "--git-branch", "x"])).ends(0);
    assert_eq!(files_of(&repo, "x"), format!("A\t{POLICY}\nM\t{KUSTOMIZATION}"));
    assert_eq!(fs::read_dir(Path::new(&other)).unwrap().count(), 0);
}

#[test]
fn json_stays_one_plan() {
    let repo = committed();
    let more = ["--yes", "--output", "json", "--git-branch", "x"];
    let ran = repo.onboard(&ALL, &more).ends(0);
    let json = ran.json();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["answers", "command", "files", "findings", "root", "schema"]);
    assert!(ran.stderr.contains("on branch x"), "{}", ran.stderr);
    let failed = committed();
    hook(&failed, "pre-commit", "exit 1");
    let ran = failed.onboard(&ALL, &more).ends(1);
    assert_eq!(ran.json()["schema"], "gangplank.error/1");
}

#[test]
fn the_wizard_commits_what_it_wrote() {
    let repo = Repo::demo();
    commit_all(&repo);
    let mut pty = Pty::wizard(&repo, &["--git-branch", "roles/{namespace}"]);
    pty.to_review();
    pty.write();
    pty.press("q");
    assert_eq!(pty.ends(), 0);
    pty.wait_for("on branch roles/report-portal: 2 files");
    let status = git(&repo, &["status", "--porcelain=v1", "--branch"]);
    assert_eq!(status, "## roles/report-portal");
}

/// What can be told beforehand is said before the first question, the rest before the write.
#[test]
fn the_wizard_writes_nothing_that_it_could_not_commit() {
    let repo = Repo::demo();
    commit_all(&repo);
    repo.git(&["branch", "roles"]).ends(0);
    let before = everything(&repo);
    let mut pty = Pty::wizard(&repo, &["--git-branch", "roles"]);
    pty.to_review();
    pty.press_for("\x13", "Write these 2 files?");
    pty.press_for("\r", "there is a branch `roles` already");
    drop(pty);
    assert!(everything(&repo) == before);
    fs::write(repo.top().join(".git/MERGE_HEAD"), "").unwrap();
    let mut pty = Pty::start(program(&repo, &["--git-branch", "roles"]), WINDOW);
    assert_eq!(pty.ends(), 4);
    pty.wait_for("a merge is under way");
}
