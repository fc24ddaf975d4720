//! Proves that a repository runs nothing when git is asked about it, whatever it, its configuration
//! and the caller's environment name; that git contacts nobody; and that what git says is said.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{commit_all, git, hook};
use crate::support::{KUSTOMIZATION, Outcome, ROLE, Repo, SKELETON, installed, outcome};

/// What a command that must not run leaves behind.
fn mark(repo: &Repo) -> PathBuf {
    repo.home().join("ran")
}

/// A program that says that it ran.
fn trap(repo: &Repo) -> String {
    let path = repo.home().join("trap");
    let text = format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", mark(repo).display());
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A broken namespace on top of a commit, in a root below git's top level or at it; and a grant.
fn prepared(prefix: &'static str) -> Repo {
    let repo = Repo::below(prefix)
        .file(&format!("{}/namespace.yaml", crate::support::DEFAULTS), NAMESPACE)
        .file(
            &format!("{}/kustomization.yaml", crate::support::DEFAULTS),
            "resources: [namespace.yaml]\n",
        )
        .file(KUSTOMIZATION, SKELETON.1);
    commit_all(&repo);
    repo.onboard(GRANT_FLAGS, &[]).ends(0);
    repo.put("clusters/c/namespaces/application/broken/kustomization.yaml", "unknown: 1\n");
    repo
}

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: placeholder}\n";

const GRANT_FLAGS: &[&str] = &[
    "--cluster",
    "c",
    "--namespace",
    "report-portal",
    "--network",
    "none",
    "--role",
    ROLE,
    "--yes",
];

/// Every command that asks git something.
const ASKING: [&[&str]; 7] = [
    &["check", "--changed-since", "HEAD"],
    &["check", "--changed-since", "HEAD", "clusters/c/namespaces/application/broken"],
    &["handoff", "c/report-portal", "--changed-since", "HEAD", "--offline"],
    &["handoff", "c/report-portal", "--offline"],
    &["undo", "--dry-run"],
    &[
        "onboard",
        "--cluster",
        "c",
        "--namespace",
        "report-portal",
        "--network",
        "none",
        "--role",
        "arn:aws:iam::123456789098:role/other",
        "--dry-run",
        "--git-branch",
        "x",
    ],
    &["list"],
];

/// Runs all of them; what `check` finds is what changed.
fn ask_all(repo: &Repo, change: impl Fn(&mut Command)) {
    let run = |arguments: &[&str]| {
        let mut command = repo.program();
        change(command.args(arguments));
        outcome(&mut command)
    };
    let said: Vec<Outcome> = ASKING.iter().map(|arguments| run(arguments)).collect();
    let ran = fs::read_to_string(mark(repo)).unwrap_or_default();
    assert_eq!(ran, "", "{said:?}");
    for found in &said[..2] {
        assert_eq!(found.code, 3, "{found:?}");
        assert!(found.stdout.contains("unknown-field"), "{found:?}");
    }
}

/// A folder that git takes for a bare repository: plain files, as a pull request can bring them.
fn embed(repo: &Repo, folder: &Path, config: &str) {
    for name in ["objects", "refs/heads"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    fs::write(folder.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(folder.join("refs/heads/keep"), "").unwrap();
    fs::write(folder.join("objects/keep"), "").unwrap();
    fs::write(folder.join("config"), config.replace("TRAP", &trap(repo))).unwrap();
}

const MONITOR: &str =
    "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = TRAP\n";

#[test]
fn a_folder_that_looks_like_a_bare_repository_is_none() {
    for inside in ["", "clusters", "clusters/c/namespaces/application/broken"] {
        for config in [MONITOR, "[core]\nbare = true\nfsmonitor = TRAP\n"] {
            let repo = prepared("gitops");
            embed(&repo, &repo.root().join(inside), config);
            ask_all(&repo, |_| ());
            // Also from there, and with the root made up by the pull request's own config.
            ask_all(&repo, |command| {
                command.arg("--repo").arg(repo.root());
            });
        }
    }
    let repo = prepared("");
    embed(&repo, &repo.root(), MONITOR);
    ask_all(&repo, |_| ());
}

/// What somebody's archive can bring in `.git`: all these settings run something.
#[test]
fn a_configuration_of_the_repository_runs_nothing() {
    let settings: [(&str, &[(&str, &str)]); 8] = [
        ("fsmonitor", &[("core.fsmonitor", "TRAP")]),
        (
            "filter",
            &[
                ("filter.x.clean", "TRAP"),
                ("filter.x.smudge", "TRAP"),
                ("filter.x.required", "true"),
            ],
        ),
        ("process", &[("filter.x.process", "TRAP"), ("filter.x.required", "true")]),
        (
            "signature",
            &[("log.showSignature", "true"), ("gpg.program", "TRAP"), ("gpg.ssh.program", "TRAP")],
        ),
        (
            "diff",
            &[("diff.external", "TRAP"), ("diff.x.textconv", "TRAP"), ("diff.x.command", "TRAP")],
        ),
        (
            "alias",
            &[
                ("alias.diff", "!TRAP"),
                ("alias.rev-parse", "!TRAP"),
                ("core.pager", "TRAP"),
                ("core.editor", "TRAP"),
                ("core.sshCommand", "TRAP"),
            ],
        ),
        ("hooks", &[("core.hooksPath", "HOOKS")]),
        (
            "remote",
            &[
                ("remote.origin.url", "ext::TRAP"),
                ("remote.origin.promisor", "true"),
                ("remote.origin.partialclonefilter", "blob:none"),
                ("protocol.ext.allow", "always"),
                ("extensions.partialClone", "origin"),
                ("core.repositoryformatversion", "1"),
            ],
        ),
    ];
    for (name, settings) in settings {
        for attributes in [".gitattributes", ".git/info/attributes"] {
            let repo = prepared("");
            // The run is committed, and the commit is signed.
            let signer = repo.home().join("signer");
            fs::write(&signer, "#!/bin/sh\ncat >/dev/null\necho '-----BEGIN PGP SIGNATURE-----'\necho '-----END PGP SIGNATURE-----'\necho '\n[GNUPG:] SIG_CREATED D' >&2\n").unwrap();
            fs::set_permissions(&signer, fs::Permissions::from_mode(0o755)).unwrap();
            let program = format!("gpg.program={}", signer.display());
            repo.git(&["add", KUSTOMIZATION]).ends(0);
            repo.git(&["-c", &program, "commit", "--quiet", "-S", "-m", "signed"]).ends(0);
            let trap = trap(&repo);
            let hooks = repo.home().join("hooks");
            fs::create_dir_all(&hooks).unwrap();
            for event in ["post-index-change", "reference-transaction", "pre-commit"] {
                symlink(&trap, hooks.join(event)).unwrap();
                hook(&repo, event, &format!("exec {trap}"));
            }
            for (key, value) in settings {
                let value = value.replace("TRAP", &trap).replace("HOOKS", hooks.to_str().unwrap());
                repo.git(&["config", key, &value]).ends(0);
            }
            let path = repo.top().join(attributes);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "* filter=x diff=x\n").unwrap();
            // The index is no help: git has to look into the files.
            repo.put(KUSTOMIZATION, repo.text(KUSTOMIZATION));
            if name == "remote" {
                let blob = git(&repo, &["rev-parse", &format!("HEAD:{KUSTOMIZATION}")]);
                fs::remove_file(repo.top().join(format!(
                    ".git/objects/{}/{}",
                    &blob[..2],
                    &blob[2..]
                )))
                .unwrap();
            }
            ask_all(&repo, |_| ());
        }
    }
}

#[test]
fn a_filter_whose_name_can_not_be_turned_off_is_refused() {
    let repo = prepared("");
    repo.git(&["config", "filter.a=b.clean", &trap(&repo)]).ends(0);
    repo.put(".gitattributes", "* filter=a=b\n");
    let said = repo.run(&["check", "--changed-since", "HEAD"]).ends(2).stderr;
    assert!(said.contains("filter.a=b"), "{said}");
    assert!(!mark(&repo).exists());
}

/// Relative folders of a `PATH` are the repository's.
#[test]
fn a_git_in_the_repository_is_not_run() {
    let repo = prepared("gitops");
    let trap = trap(&repo);
    for folder in [repo.top(), repo.root()] {
        symlink(&trap, folder.join("git")).unwrap();
    }
    let all = std::env::var("PATH").unwrap();
    for first in [".", "", "./.", "gitops", "..", "../gitops"] {
        ask_all(&repo, |command| {
            command.env("PATH", format!("{first}:{all}"));
        });
    }
    // Nor by what git itself starts.
    let said = outcome(repo.program().env("PATH", "").args(ASKING[0])).ends(2).stderr;
    assert!(said.contains("git is not installed"), "{said}");
}

/// Variables as a hook, an alias or another repository leaves them.
#[test]
fn variables_of_git_lead_nowhere_else() {
    let other = prepared("");
    let foreign = |repo: &Repo| {
        let trap = trap(repo);
        let git = other.top().join(".git").display().to_string();
        [
            ("GIT_DIR", "../.git".to_owned()),
            ("GIT_DIR", git.clone()),
            ("GIT_WORK_TREE", "/".to_owned()),
            ("GIT_COMMON_DIR", git.clone()),
            ("GIT_INDEX_FILE", format!("{git}/index")),
            ("GIT_OBJECT_DIRECTORY", format!("{git}/objects")),
            ("GIT_EXTERNAL_DIFF", trap.clone()),
            ("GIT_EXEC_PATH", repo.home().display().to_string()),
            ("GIT_CEILING_DIRECTORIES", "/".to_owned()),
            ("GIT_NAMESPACE", "x".to_owned()),
            ("GIT_ICASE_PATHSPECS", "1".to_owned()),
            ("GIT_SSH_COMMAND", trap.clone()),
            ("GIT_ASKPASS", trap.clone()),
            ("GIT_TRACE", mark(repo).display().to_string()),
            ("GIT_CONFIG_PARAMETERS", format!("'core.fsmonitor'='{trap}'")),
        ]
    };
    for at in 0..15 {
        let repo = prepared("gitops");
        let (name, value) = foreign(&repo)[at].clone();
        ask_all(&repo, |command| {
            command.env(name, &value);
        });
    }
    let repo = prepared("gitops");
    let trap = trap(&repo);
    repo.put(".gitattributes", "* filter=x\n");
    repo.put(KUSTOMIZATION, repo.text(KUSTOMIZATION));
    for key in ["core.fsmonitor", "filter.x.clean", "core.worktree"] {
        ask_all(&repo, |command| {
            command.env("GIT_CONFIG_COUNT", "1");
            command.env("GIT_CONFIG_KEY_0", key).env("GIT_CONFIG_VALUE_0", &trap);
        });
    }
}

/// Linked work trees and submodules keep what git knows elsewhere.
#[test]
fn a_linked_work_tree_is_the_repository_that_is_asked() {
    let repo = prepared("");
    let linked = repo.home().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "other", linked.to_str().unwrap()]).ends(0);
    let folder = linked.join("clusters/c/namespaces/application/broken");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("kustomization.yaml"), "unknown: 1\n").unwrap();
    let check = |revision: &str| {
        let mut command = repo.program();
        outcome(command.current_dir(&linked).args(["check", "--changed-since", revision]))
    };
    assert!(check("main").ends(3).stdout.contains("unknown-field"));
    let flags = ["--git-branch", "x"];
    let onboard = |more: &[&str]| {
        let mut command = repo.program();
        outcome(command.current_dir(&linked).arg("onboard").args(GRANT_FLAGS).args(more))
    };
    onboard(&flags).ends(0);
    let head = |folder: &Path| fs::read_to_string(folder.join("HEAD")).unwrap();
    assert_eq!(head(&repo.top().join(".git/worktrees/linked")), "ref: refs/heads/x\n");
    assert_eq!(head(&repo.top().join(".git")), "ref: refs/heads/main\n");
}

/// git refuses a repository of somebody else, says why and what to do, and so does gangplank.
#[test]
fn a_repository_of_another_owner_is_refused_with_the_reason_of_git() {
    let repo = prepared("");
    let trap = trap(&repo);
    repo.git(&["config", "core.fsmonitor", &trap]).ends(0);
    let chown = Command::new("chown").args(["-R", "65534"]).arg(repo.top()).output().unwrap();
    if !chown.status.success() {
        eprintln!("skipped: only root can give files away");
        return;
    }
    for arguments in [ASKING[0], ASKING[2], &["undo", "--yes"], ASKING[5]] {
        let outcome = repo.run(arguments);
        assert!([1, 2].contains(&outcome.code), "{outcome:?}");
        let said = outcome.stderr;
        assert!(said.contains("dubious ownership"), "{said}");
        assert!(said.contains("git config --global --add safe.directory "), "{said}");
        assert!(!said.contains("fetch-depth") && !said.contains("knows no commit"), "{said}");
    }
    // As a user allows it, and as CI does.
    let name = repo.top().display().to_string();
    let allow = |command: &mut Command| {
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "safe.directory");
        command.env("GIT_CONFIG_VALUE_0", &name);
    };
    ask_all(&repo, allow);
    fs::write(repo.home().join(".gitconfig"), format!("[safe]\ndirectory = {name}\n")).unwrap();
    ask_all(&repo, |_| ());
}

/// Runs the program, which has to end.
fn ends_soon(repo: &Repo, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(installed("timeout"));
    let program = repo.program();
    command.arg("60").arg(program.get_program()).args(arguments).current_dir(repo.root());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let outcome = outcome(&mut command);
    assert!(outcome.code != 124, "{arguments:?} does not end");
    outcome
}

#[test]
fn what_is_no_file_in_the_folder_of_git_is_not_waited_for() {
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let commands: Vec<&[&str]> = ASKING
        .into_iter()
        .chain([&["explain", "pod", "c/report-portal"][..], &["doctor"]])
        .collect();
    for (name, is_pipe) in [
        ("", true),
        ("HEAD", true),
        ("config", true),
        ("index", true),
        ("packed-refs", true),
        ("HEAD", false),
        ("packed-refs", false),
        ("info/exclude", false),
    ] {
        let repo = prepared("");
        let path = if name.is_empty() {
            repo.top().join(".git")
        } else {
            repo.top().join(".git").join(name)
        };
        match path.is_dir() {
            true => fs::remove_dir_all(&path).unwrap(),
            false => drop(fs::remove_file(&path)),
        }
        if is_pipe {
            pipe(&path)
        } else {
            symlink("/dev/zero", &path).unwrap()
        }
        for arguments in &commands {
            ends_soon(&repo, arguments);
        }
    }
    let repo = prepared("");
    fs::remove_dir_all(repo.top().join(".git")).unwrap();
    for text in ["gitdir: /dev\n", "gitdir: ../pipe\n", "junk", ""] {
        fs::write(repo.top().join(".git"), text).unwrap();
        for arguments in &commands {
            ends_soon(&repo, arguments);
        }
    }
}

/// A clone without the files' contents: git would fetch them one by one.
fn partial(repo: &Repo) -> PathBuf {
    let clone = repo.home().join("clone");
    let from = format!("file://{}", repo.top().display());
    repo.git(&["config", "uploadpack.allowFilter", "true"]).ends(0);
    let filter = ["clone", "--quiet", "--filter=blob:none", &from, clone.to_str().unwrap()];
    repo.git(&filter).ends(0);
    let trap = format!("echo fetched >> {}; false #", mark(repo).display());
    let mut config = fs::read_to_string(clone.join(".git/config")).unwrap();
    config.push_str(&format!("[remote \"origin\"]\n\tuploadpack = \"{trap}\"\n"));
    fs::write(clone.join(".git/config"), config).unwrap();
    clone
}

#[test]
fn a_partial_clone_is_not_filled_up() {
    let repo = prepared("");
    repo.git(&["add", "."]).ends(0);
    repo.git(&["commit", "--quiet", "-m", "all"]).ends(0);
    repo.put(KUSTOMIZATION, format!("{}# more\n", repo.text(KUSTOMIZATION)));
    repo.put("clusters/c/namespaces/application/broken/kustomization.yaml", "unknown: 2\n");
    repo.git(&["commit", "--quiet", "--all", "-m", "more"]).ends(0);
    let clone = partial(&repo);
    for more in [&[][..], &["--offline"]] {
        for (arguments, code) in [
            (&["check", "--changed-since", "HEAD~1"][..], 3),
            (&["handoff", "c/report-portal", "--changed-since", "HEAD~1"], 0),
            (&["undo", "--dry-run"], 0),
        ] {
            let mut command = repo.program();
            let said = outcome(command.current_dir(&clone).args(arguments).args(more)).ends(code);
            assert!(!mark(&repo).exists(), "{arguments:?}: {said:?}");
        }
    }
    // Without the wall git does ask.
    let mut command = Command::new("git");
    outcome(command.current_dir(&clone).args([
        "cat-file",
        "-p",
        &format!("HEAD~1:{KUSTOMIZATION}"),
    ]));
    assert!(mark(&repo).exists());
}

#[test]
fn of_large_files_in_the_history_little_is_read() {
    let repo = prepared("");
    let large = fs::File::create(repo.root().join("large.bin")).unwrap();
    large.set_len(400_000_000).unwrap();
    repo.git(&["add", "."]).ends(0);
    repo.git(&["commit", "--quiet", "-m", "large"]).ends(0);
    fs::write(repo.root().join("large.bin"), "").unwrap();
    for arguments in
        [&["handoff", "c/report-portal", "--offline"][..], &["check", "--changed-since", "HEAD"]]
    {
        // Neither gangplank nor git gets enough for all of it.
        let program = repo.program();
        let mut command = Command::new(installed("sh"));
        command.args(["-c", "ulimit -v 300000 && exec \"$0\" \"$@\""]);
        command.arg(program.get_program()).args(arguments).current_dir(repo.root()).env_clear();
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let said = outcome(&mut command);
        assert!([0, 3].contains(&said.code), "{arguments:?}: {said:?}");
    }
}
