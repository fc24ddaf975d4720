//! Proves that what gangplank keeps for a user is that user's own: no folder that others can write to
//! is used, nothing in it is opened through a link, and the order of runs is no matter of the clock.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::support::{ALL, KUSTOMIZATION, Kubectl, ROLE, Repo, SKELETON, kill_on_disk, outcome};

fn onboarded() -> Repo {
    let repo = Repo::skeleton(SKELETON.1);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    repo
}

fn grant(repo: &Repo, number: usize) -> crate::support::Outcome {
    let role = format!("{ROLE}-{number}");
    let fixed = ["--cluster", "c", "--namespace", "report-portal", "--network", "none", "--yes"];
    repo.onboard(&fixed, &["--role", &role])
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_others_can_write_to_is_refused() {
    let repo = onboarded();
    let (before, state) = (repo.tree(), repo.state());
    for folder in [state.clone(), state.parent().unwrap().to_path_buf()] {
        for mode in [0o777, 0o770, 0o702, 0o1777] {
            set_mode(&folder, mode);
            for said in
                [grant(&repo, 1), repo.run(&["undo", "--yes"]), repo.run(&["recover", "--finish"])]
            {
                let said = said.ends(1).stderr;
                let words = format!("can be written by others (mode {mode:04o})");
                assert!(said.contains(&words) && said.contains("help:"), "{said}");
            }
            let doctor = repo.run(&["doctor", "--offline"]).ends(1).stdout;
            assert!(doctor.contains("can be written by others"), "{doctor}");
            // Commands that only look go on.
            repo.run(&["check"]).ends(0);
            repo.run(&["list"]).ends(0);
        }
        set_mode(&folder, 0o700);
    }
    assert_eq!(repo.tree(), before);
    grant(&repo, 1).ends(0);
}

#[test]
fn a_link_in_the_place_of_a_folder_is_refused() {
    let repo = onboarded();
    let state = repo.state();
    let aside = repo.home().join("aside");
    for folder in [state.clone(), state.parent().unwrap().to_path_buf()] {
        fs::rename(&folder, &aside).unwrap();
        symlink(&aside, &folder).unwrap();
        let said = grant(&repo, 1).ends(1).stderr;
        assert!(said.contains("is a link or a file where a folder is needed"), "{said}");
        fs::remove_file(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
    }
    // Nothing is made behind one that leads to a folder of the user's own.
    let mine = repo.home().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::remove_dir_all(repo.home().join("state")).unwrap();
    fs::create_dir(repo.home().join("state")).unwrap();
    symlink(&mine, repo.home().join("state/gangplank")).unwrap();
    grant(&repo, 1).ends(1);
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 0);
}

#[test]
fn what_a_link_in_the_folder_leads_to_stays_as_it_is() {
    let repo = onboarded();
    let victim = repo.home().join("victim");
    let kept = |what: &str| assert_eq!(fs::read_to_string(&victim).unwrap(), "kept", "{what}");
    fs::write(&victim, "kept").unwrap();
    let lock = repo.state().join("lock");
    fs::remove_file(&lock).unwrap();
    symlink(&victim, &lock).unwrap();
    let before = repo.tree();
    for arguments in
        [&["undo", "--yes"][..], &["recover", "--finish"], &["recover", "--forget", "--yes"]]
    {
        repo.run(arguments).ends(1);
        kept("lock");
    }
    grant(&repo, 1).ends(1);
    kept("lock");
    assert_eq!(repo.tree(), before);
    fs::remove_file(&lock).unwrap();
    // A journal behind a link is none.
    let done = journals(&repo).pop().unwrap();
    let aside = repo.home().join("aside.json");
    fs::rename(&done, &aside).unwrap();
    symlink(&aside, &done).unwrap();
    let started = done.to_str().unwrap().replace(".done.", ".started.");
    symlink(&aside, started).unwrap();
    let said = repo.run(&["undo", "--yes"]).ends(0).stderr;
    assert!(said.contains("nothing to undo") && !said.contains("interrupted"), "{said}");
    assert_eq!(repo.tree(), before);
    // Nor is a draft.
    symlink(&victim, repo.state().join("draft.yaml")).unwrap();
    let said = repo.run(&["--resume", "--dry-run"]).ends(2).stderr;
    assert!(said.contains("there is no draft"), "{said}");
    kept("draft");
}

/// Without a folder for copies that is the user's own nobody is asked, and the copies are nowhere.
#[test]
fn copies_are_made_in_a_folder_of_one_s_own_only() {
    let Some(kubectl) = Kubectl::find() else { return };
    let text = format!(
        "{}replacements:\n  - source: {{kind: LimitRange, fieldPath: metadata.name}}\n    targets:\n      - select: {{kind: Namespace}}\n        fieldPaths: [metadata.labels.x]\n        options: {{create: true}}\n",
        SKELETON.1
    );
    let was_asked = "is not worked out here: kubectl kustomize v5.";
    for (name, mode) in [("builds", 0o777), ("", 0o777), ("builds", 0o770)] {
        let repo = Repo::skeleton(&text);
        let builds = repo.home().join(".cache/gangplank/builds");
        fs::create_dir_all(&builds).unwrap();
        set_mode(&builds.parent().unwrap().join(name), mode);
        let said = repo.asking(&kubectl, &["onboard"], &ALL).printed();
        assert!(!said.contains(was_asked) && said.contains("can be written by others"), "{said}");
        assert_eq!(repo.builds_left(), 0);
    }
    let said = Repo::skeleton(&text).asking(&kubectl, &["onboard"], &ALL).ends(0).printed();
    assert!(said.contains(was_asked), "{said}");
}

/// The journals of runs that ended, the oldest first.
fn journals(repo: &Repo) -> Vec<PathBuf> {
    let entries = fs::read_dir(repo.state()).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.filter(|path| path.to_str().unwrap().ends_with(".done.json")).collect();
    all.sort();
    all
}

/// Once the clock is set back, later runs come after earlier ones all the same.
#[test]
fn runs_are_undone_in_their_order_whatever_the_clock_says() {
    let repo = Repo::skeleton(SKELETON.1);
    let mut trees = vec![repo.tree()];
    repo.onboard(&ALL, &["--yes"]).ends(0);
    trees.push(repo.tree());
    // It was a hundred years ahead.
    let first = journals(&repo).pop().unwrap();
    let text = fs::read_to_string(&first).unwrap();
    let id = text.split("\"id\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let later = (id.parse::<u128>().unwrap() + 3_000_000_000_000_000_000).to_string();
    fs::write(&first, text.replace(&id, &later)).unwrap();
    let renamed = first.to_str().unwrap().replace(&id, &later);
    fs::rename(&first, renamed).unwrap();
    for number in 1..4 {
        grant(&repo, number).ends(0);
        trees.push(repo.tree());
    }
    assert_eq!(journals(&repo).len(), 4);
    for expected in trees.iter().rev().skip(1) {
        repo.run(&["undo", "--yes"]).ends(0);
        assert_eq!(&repo.tree(), expected);
    }
    // The same after one that was given up, and one that goes back.
    for way in ["--forget", "--put-back"] {
        let mut after = repo.tree();
        after.insert(format!("z/{way}.yaml"), b"a: 1\n".to_vec());
        after.insert(format!("z/{way}-2.yaml"), b"a: 1\n".to_vec());
        kill_on_disk(&repo, &after, 5);
        repo.run(&["recover", way, "--yes"]).ends(0);
        let before = repo.tree();
        grant(&repo, 8).ends(0);
        grant(&repo, 9).ends(0);
        assert!(repo.text(KUSTOMIZATION).contains(&format!("{ROLE}-9")));
        repo.run(&["undo", "--yes"]).ends(0);
        assert!(!repo.text(KUSTOMIZATION).contains(&format!("{ROLE}-9")));
        repo.run(&["undo", "--yes"]).ends(0);
        assert_eq!(repo.tree(), before, "{way}");
    }
}

/// The folders are made for the user alone, whatever the mask says.
#[test]
fn the_folders_are_the_user_s_alone() {
    let repo = Repo::skeleton(SKELETON.1);
    let program = env!("CARGO_BIN_EXE_gangplank");
    let line = format!("umask 000; {program} onboard {} --yes", ALL.join(" "));
    let mut command = crate::support::scrubbed("sh", &repo.root(), &repo.home());
    command.env("PATH", std::env::var_os("PATH").unwrap());
    outcome(command.args(["-c", &line])).ends(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&repo.state()), 0o700);
    assert_eq!(mode(repo.state().parent().unwrap()), 0o700);
    assert_eq!(mode(&repo.state().join("lock")) & 0o077, 0);
}
