//! Proves that an interrupted run is settled file by file: whatever somebody did to one of its files
//! since, that file is kept and named, and the others are finished or go back.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use gangplank::apply::{self, FileState, Journal, Run};
use gangplank::system::{Disk, FileKind, RepoPath, WritableDisk};
use serde_json::Value as Json;

use crate::support::{
    ALL, FOLDER, Files, KUSTOMIZATION, ROLE, Repo, SKELETON, World, kill_on_disk, talk_on, worlds,
};

// --- every kill, every file, every change since ---

/// What somebody did to a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edit {
    Saved,
    Emptied,
    NoText,
    Deleted,
    Linked,
    MadeAFolder,
}

const EDITS: [Edit; 6] =
    [Edit::Saved, Edit::Emptied, Edit::NoText, Edit::Deleted, Edit::Linked, Edit::MadeAFolder];

fn edit(world: &World, path: &str, edit: Edit) {
    let at = RepoPath::parse(path).unwrap();
    let _ = world.disk.remove_file(&at);
    match edit {
        Edit::Saved => world.disk.put(path, b"# somebody's\n"),
        Edit::Emptied => world.disk.put(path, b""),
        Edit::NoText => world.disk.put(path, b"\xff\xfe"),
        Edit::Deleted => {}
        Edit::Linked => world.disk.put_link(path, "elsewhere"),
        Edit::MadeAFolder => world.disk.put(&format!("{path}/inner"), b"inner"),
    }
}

type Way = fn(&dyn WritableDisk, &Journal, &Run) -> Vec<String>;

const WAYS: [(&str, Way); 3] = [
    ("finish", |disk, journal, run| apply::finish(disk, journal, run).unwrap()),
    ("put back", |disk, journal, run| apply::put_back(disk, journal, run).unwrap()),
    ("forget", |disk, journal, run| {
        apply::forget(disk, journal, run).unwrap();
        Vec::new()
    }),
];

/// What is at a path, be it a file or not.
fn present(world: &World, path: &str) -> (Option<FileKind>, Option<Vec<u8>>) {
    let at = RepoPath::parse(path).unwrap();
    (world.disk.kind(&at).unwrap(), world.disk.files().get(path).cloned())
}

fn is_copy(path: &str) -> bool {
    path.contains(".gangplank-")
}

#[test]
fn each_file_is_old_new_or_as_somebody_left_it() {
    let mut kept_at_all = 0;
    for (name, made) in worlds() {
        let written = made.plan.files.iter().filter(|file| file.verb.writes());
        let paths: Vec<String> = written.map(|file| file.path.to_string()).collect();
        for (path, how) in paths.iter().flat_map(|path| EDITS.map(|how| (path, how))) {
            for (way, settle) in WAYS {
                for step in 0.. {
                    let when = format!("{name}, killed at {step}, {path} {how:?}, {way}");
                    let world = made.copy();
                    world.disk.put("elsewhere", b"not to be touched");
                    let lived =
                        world.killed_after(step, |disk, journal| world.write(disk, journal));
                    if lived.is_some() {
                        break;
                    }
                    edit(&world, path, how);
                    let (there, before) = (present(&world, path), world.disk.files());
                    let Some(run) = world.unfinished().pop() else { continue };
                    let states = apply::file_states(world.disk.as_ref(), &run).unwrap();
                    let kept = settle(world.disk.as_ref(), &world.journal(), &run);
                    assert!(world.unfinished().is_empty(), "{when}");
                    for (file, state) in run.files.iter().zip(states) {
                        let now = world.disk.files().get(&file.path).cloned();
                        let is_edited = matches!(state, FileState::Edited(_));
                        assert!(!is_edited || file.path == *path, "{when}: {}", file.path);
                        assert_eq!(
                            kept.contains(&file.path),
                            is_edited && way != "forget",
                            "{when}"
                        );
                        if is_edited || way == "forget" {
                            assert_eq!(now, before.get(&file.path).cloned(), "{when}");
                            continue;
                        }
                        let wanted = if way == "finish" { &file.after } else { &file.before };
                        let wanted = wanted.clone().map(String::into_bytes);
                        assert_eq!(now, wanted, "{when}: {}", file.path);
                    }
                    if kept.contains(path) {
                        assert_eq!(present(&world, path), there, "{when}");
                        kept_at_all += 1;
                    }
                    let own: BTreeSet<&String> = run.files.iter().map(|file| &file.path).collect();
                    let rest = |files: &Files| -> Files {
                        let files = files.clone().into_iter();
                        files.filter(|(path, _)| !own.contains(path) && !is_copy(path)).collect()
                    };
                    let after = world.disk.files();
                    assert_eq!(rest(&after), rest(&before), "{when}: nothing else is touched");
                    assert!(!after.keys().any(|path| is_copy(path)), "{when}: {:?}", after.keys());
                }
            }
        }
    }
    assert!(kept_at_all > 500, "{kept_at_all}");
}

/// A second kill, while the first one is settled, and another way out after that: the edited file is
/// as somebody left it all the time.
#[test]
fn an_edited_file_outlives_a_recovery_that_is_killed() {
    for (name, made) in worlds() {
        let written = made.plan.files.iter().filter(|file| file.verb.writes());
        let paths: Vec<String> = written.map(|file| file.path.to_string()).collect();
        for (path, (first, second)) in
            paths.iter().flat_map(|path| [(0, 1), (1, 0), (0, 2)].map(|ways| (path, ways)))
        {
            for again in 0.. {
                let when = format!("{name}, {path}, {first} killed at {again}, then {second}");
                let world = made.copy();
                world.killed_after(7, |disk, journal| world.write(disk, journal));
                edit(&world, path, Edit::Saved);
                let there = present(&world, path);
                let Some(run) = world.unfinished().pop() else { break };
                let lived = world.killed_after(again, |disk, journal| match first {
                    0 => apply::finish(disk, journal, &run),
                    _ => apply::put_back(disk, journal, &run),
                });
                assert_eq!(present(&world, path), there, "{when}");
                if lived.is_some() {
                    break;
                }
                for run in world.unfinished() {
                    WAYS[second].1(world.disk.as_ref(), &world.journal(), &run);
                }
                assert_eq!(present(&world, path), there, "{when}");
                assert!(world.unfinished().is_empty(), "{when}");
            }
        }
    }
}

/// A kill between two renames leaves what an editor saved under a hidden name: it is nobody's copy.
#[test]
fn what_an_editor_saved_is_not_swept_away_with_the_copies() {
    for (name, made) in worlds() {
        let world = made.copy();
        world.killed_after(7, |disk, journal| world.write(disk, journal));
        let copies: Vec<String> =
            world.disk.files().into_keys().filter(|path| is_copy(path)).collect();
        let Some(run) = world.unfinished().pop() else { continue };
        for copy in &copies {
            world.disk.put(copy, b"somebody's only text");
        }
        apply::finish(world.disk.as_ref(), &world.journal(), &run).unwrap();
        for copy in &copies {
            assert_eq!(world.disk.files().get(copy).unwrap(), b"somebody's only text", "{name}");
        }
    }
}

// --- the program ---

const POLICY: &str = "clusters/c/namespaces/application/report-portal/cnp.report-portal.yaml";
const EDITED: &str = "# somebody's\nnamespace: report-portal\nresources:\n  - ../../defaults\n";

/// What an onboarding writes.
fn written() -> Files {
    let repo = Repo::skeleton(SKELETON.1);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    repo.tree()
}

/// The policy is written and the kustomization is not; somebody edited that one since.
fn edited_since() -> Repo {
    let repo = Repo::skeleton(SKELETON.1);
    kill_on_disk(&repo, &written(), 7);
    assert!(repo.tree().contains_key(POLICY));
    assert_eq!(repo.text(KUSTOMIZATION), SKELETON.1);
    repo.put(KUSTOMIZATION, EDITED);
    repo
}

/// The same on a real disk, by the program.
#[test]
fn the_program_keeps_what_somebody_did_to_a_file() {
    let written = written();
    for (steps, path, how) in (3..9)
        .flat_map(|steps| [POLICY, KUSTOMIZATION].map(|path| (steps, path)))
        .flat_map(|(steps, path)| EDITS.map(|how| (steps, path, how)))
    {
        for way in ["--finish", "--put-back", "--forget"] {
            let when = format!("killed at {steps}, {path} {how:?}, {way}");
            let repo = Repo::skeleton(SKELETON.1).file("elsewhere", "not to be touched");
            let before = repo.tree();
            let mut after = written.clone();
            after.insert("elsewhere".to_owned(), before["elsewhere"].clone());
            kill_on_disk(&repo, &after, steps);
            let half = repo.tree();
            let at = repo.root().join(path);
            let _ = fs::remove_file(&at);
            match how {
                Edit::Saved => repo.put(path, "# somebody's\n"),
                Edit::Emptied => repo.put(path, ""),
                Edit::NoText => repo.put(path, b"\xff\xfe"),
                Edit::Deleted => {}
                Edit::Linked => symlink(repo.root().join("elsewhere"), &at).unwrap(),
                Edit::MadeAFolder => repo.put(&format!("{path}/inner"), "inner"),
            }
            let edited = repo.tree();
            let said = repo.run(&["recover", way, "--yes"]).ends(0);
            let is_edited = said.stdout.contains("since the run: it is kept");
            assert!(is_edited || how == Edit::Deleted && path == POLICY, "{when}: {}", said.stdout);
            let mut expected = match way {
                "--finish" => after,
                "--put-back" => before,
                _ => half,
            };
            expected.retain(|path, _| !is_copy(path));
            if is_edited || way == "--forget" {
                expected.retain(|one, _| one != path);
                let own = edited.iter().filter(|(one, _)| one.starts_with(path));
                expected.extend(own.map(|(one, bytes)| (one.clone(), bytes.clone())));
            }
            assert_eq!(repo.tree(), expected, "{when}");
        }
    }
}

fn states(json: &Json) -> Vec<(String, String, Json)> {
    let files = json["runs"][0]["files"].as_array().unwrap().iter();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    files.map(|f| (text(&f["path"]), text(&f["state"]), f["outcome"].clone())).collect()
}

#[test]
fn the_edited_file_is_shown_three_ways_and_kept() {
    for (flag, there, outcome) in [("--finish", true, "written"), ("--put-back", false, "put_back")]
    {
        let repo = edited_since();
        let said = repo.run(&["recover", flag]).ends(0);
        for words in ["was edited since the run: it is kept", "from old to now", "+# somebody's"] {
            assert!(said.stdout.contains(words), "{}", said.stdout);
        }
        assert!(said.stdout.contains("+  - cnp.report-portal.yaml"), "{}", said.stdout);
        assert!(said.stderr.contains(&format!("kept       {KUSTOMIZATION}")), "{}", said.stderr);
        assert_eq!(repo.text(KUSTOMIZATION), EDITED);
        assert_eq!(repo.tree().contains_key(POLICY), there);
        assert!(!repo.tree().keys().any(|path| is_copy(path)));
        repo.run(&["recover", flag]).ends(0);

        let repo = edited_since();
        let json = repo.run(&["recover", flag, "--output", "json"]).ends(0).json();
        let expected = [(POLICY, "new", outcome), (KUSTOMIZATION, "edited", "kept")];
        let expected = expected.map(|(path, state, how)| (path.into(), state.into(), how.into()));
        assert_eq!(states(&json), expected);
        let file = &json["runs"][0]["files"][1];
        assert_eq!(file["before"], SKELETON.1);
        assert_eq!(file["now"], EDITED);
        assert!(file["after"].as_str().unwrap().contains("cnp.report-portal.yaml"));
    }
}

/// Looking changes nothing, and without a terminal the way out has to be said.
#[test]
fn it_is_shown_without_a_decision() {
    let repo = edited_since();
    let before = repo.tree();
    let shown = repo.run(&["recover"]).ends(2);
    assert!(shown.stdout.contains(&format!("edited     {KUSTOMIZATION}")), "{}", shown.stdout);
    assert!(shown.stderr.contains("gangplank recover --forget"), "{}", shown.stderr);
    for way in [&["--finish"][..], &["--put-back"], &["--forget", "--yes"], &[]] {
        let dry = [&["recover", "--dry-run", "--output", "json"], way].concat();
        let json = repo.run(&dry).ends(0).json();
        assert!(states(&json).iter().all(|(_, _, outcome)| outcome.is_null()));
        repo.run(&[&dry[..], &["--exit-code"]].concat()).ends(3);
    }
    assert_eq!(repo.tree(), before);
}

/// What can't be shown is not decided.
#[test]
fn a_failed_write_of_what_is_shown_is_a_failure() {
    for arguments in [&["recover", "--finish"][..], &["recover", "--dry-run", "--output", "json"]] {
        let repo = edited_since();
        let before = repo.tree();
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = repo.program().args(arguments).stdout(full).status().unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}");
        assert_eq!(repo.tree(), before);
    }
}

/// On a terminal it asks for each way out, until one is taken.
#[test]
fn on_a_terminal_it_asks() {
    let questions = ["Write the rest?", "Put back what was there before?", "Forget it?"];
    for wanted in 0..=questions.len() {
        let repo = edited_since();
        let before = repo.tree();
        let mut talk = talk_on(&repo, &["recover"], &[("ACCESSIBLE", "1")]);
        for (at, question) in questions.iter().enumerate().take(wanted + 1) {
            talk.hears(question);
            talk.pty.press(if at == wanted { "y\r" } else { "\r" });
        }
        let is_decided = wanted < questions.len();
        assert_eq!(talk.pty.ends(), if is_decided { 0 } else { 130 });
        assert_eq!(repo.tree() == before, !is_decided);
        assert_eq!(repo.text(KUSTOMIZATION), EDITED);
    }
    // Forgetting is asked about even if it was said.
    for (answer, code) in [("y\r", 0), ("\r", 130)] {
        let repo = edited_since();
        let mut talk = talk_on(&repo, &["recover", "--forget"], &[("ACCESSIBLE", "1")]);
        talk.hears("Forget it?");
        talk.pty.press(answer);
        assert_eq!(talk.pty.ends(), code);
        assert_eq!(
            repo.run(&["recover", "--dry-run", "--exit-code"]).code,
            3 * i32::from(code != 0)
        );
    }
}

#[test]
fn forgetting_takes_a_yes_and_keeps_a_copy() {
    let repo = edited_since();
    let refused = repo.run(&["recover", "--forget"]).ends(2);
    assert!(refused.stderr.contains("--yes forgets"), "{}", refused.stderr);
    let mut before = repo.tree();
    before.retain(|path, _| !is_copy(path));
    let said = repo.run(&["recover", "--forget", "--yes"]).ends(0).stderr;
    assert_eq!(repo.tree(), before);
    let copy = said.lines().find_map(|line| line.split_once("its journal is ")).unwrap().1;
    let text = fs::read_to_string(copy).unwrap();
    assert!(text.contains("gangplank.journal/1") && !text.contains("somebody's"), "{text}");
    let said = repo.run(&["recover", "--finish"]).ends(0).stderr;
    assert!(said.contains("nothing to do"), "{said}");
    repo.onboard(&ALL, &["--yes"]).ends(0);
    // What is forgotten is not undone either, and does not take the place of what can be.
    repo.run(&["undo", "--yes"]).ends(0);
    assert_eq!(repo.tree(), before);
}

/// A run of a version that this one can't read stands in the way of every write, unless it is given
/// up.
#[test]
fn a_run_of_another_version_can_be_forgotten() {
    for (from, to) in
        [("gangplank.journal/1", "gangplank.journal/9"), (POLICY, ".git/hooks/post-checkout")]
    {
        let repo = edited_since();
        let journal = started(&repo);
        let text = fs::read_to_string(&journal).unwrap().replace(from, to);
        fs::write(&journal, text).unwrap();
        let before = repo.tree();
        for way in [&["recover", "--finish"][..], &["recover", "--put-back"], &["undo", "--yes"]] {
            let said = repo.run(way).ends(if way[0] == "undo" { 0 } else { 4 }).stderr;
            assert!(said.contains("gangplank recover --forget") || way[0] == "undo", "{said}");
        }
        repo.onboard(&ALL, &["--yes"]).ends(4);
        assert_eq!(repo.tree(), before);
        repo.run(&["recover", "--forget"]).ends(2);
        let said = repo.run(&["recover", "--forget", "--yes"]).ends(0).stderr;
        assert!(said.contains(".forgotten.json"), "{said}");
        assert!(!repo.top().join(".git/hooks/post-checkout").exists());
        repo.onboard(&ALL, &["--yes"]).ends(0);
    }
}

/// The journal of the run that is not ended.
fn started(repo: &Repo) -> std::path::PathBuf {
    let entries = fs::read_dir(repo.state()).unwrap().map(|entry| entry.unwrap().path());
    let mut all = entries.filter(|path| path.to_str().unwrap().ends_with(".started.json"));
    all.next().expect("a run was begun")
}

// --- what others say of it ---

/// However many files it wrote, a refusal has at most five lines, and names what to type.
#[test]
fn the_refusal_is_short_and_names_the_way_out() {
    let repo = Repo::skeleton(SKELETON.1);
    let mut after = written();
    for number in 0..80 {
        after.insert(
            format!("{FOLDER}/a-file-with-a-rather-long-name-{number}.yaml"),
            b"a: 1\n".into(),
        );
    }
    kill_on_disk(&repo, &after, 100);
    let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
    assert!(said.lines().count() <= 5 && said.len() < 1000, "{said}");
    assert!(said.contains("and 81 more files") && said.contains("gangplank recover"), "{said}");
    // From elsewhere the command that is named works too.
    let root = repo.root().canonicalize().unwrap();
    let root = root.to_str().unwrap();
    let mut command = repo.program();
    command.current_dir("/").args(["onboard", "--repo", root, "--yes"]).args(ALL);
    let said = crate::support::outcome(&mut command).ends(4).stderr;
    assert!(said.contains(&format!("gangplank recover --finish --repo {root}")), "{said}");
}

#[test]
fn other_commands_name_it_in_a_line_and_go_on() {
    let (repo, sound) = (edited_since(), edited_since());
    fs::remove_dir_all(sound.home().join("state")).unwrap();
    let line = format!(
        "warning: an earlier run was interrupted while it wrote {POLICY} and 1 more file: gangplank recover\n"
    );
    for command in [
        &["check"][..],
        &["check", "--quiet"],
        &["check", "--output", "json"],
        &["check", "--output", "github"],
        &["list"],
        &["list", "--output", "json"],
        &["undo", "--yes"],
    ] {
        let (said, of_sound) = (repo.run(command), sound.run(command));
        assert_eq!(said.code, of_sound.code, "{command:?}: {}", said.stderr);
        assert_eq!(said.stdout, of_sound.stdout, "{command:?}");
        assert_eq!(said.stderr.matches(&line).count(), 1, "{command:?}: {}", said.stderr);
    }
    let [said, of_sound] = [&repo, &sound].map(|repo| repo.run(&["doctor", "--offline"]));
    assert_eq!(said.code, of_sound.code);
    assert!(said.stdout.contains("an earlier run was interrupted"), "{}", said.stdout);
    assert!(said.stdout.contains("help: gangplank recover shows it"), "{}", said.stdout);
    assert!(!of_sound.stdout.contains("interrupted"), "{}", of_sound.stdout);
    // One that is under way is not interrupted.
    let lock = fs::File::open(repo.state().join("lock")).unwrap();
    lock.lock().unwrap();
    assert!(!repo.run(&["check"]).stderr.contains("interrupted"));
}

// --- what has nothing to do with it ---

const OTHER: &str = "clusters/c/namespaces/application/other/kustomization.yaml";

fn grant(repo: &Repo, namespace: &str, code: i32) -> String {
    let fixed = ["--cluster", "c", "--role", ROLE, "--network", "none", "--yes"];
    repo.onboard(&fixed, &["--namespace", namespace]).ends(code).stderr
}

#[test]
fn a_run_does_not_block_what_it_has_nothing_to_do_with() {
    let other = SKELETON.1.replace("report-portal", "other");
    let repo = edited_since().file(OTHER, &other);
    let half = repo.tree();
    let said = grant(&repo, "other", 0);
    assert!(said.contains("warning: an earlier run was interrupted"), "{said}");
    let mut now = repo.tree();
    assert_ne!(now.remove(OTHER), half.get(OTHER).cloned());
    assert!(now.iter().all(|(path, bytes)| half.get(path) == Some(bytes)));
    grant(&repo, "brand-new", 0);
    grant(&repo, "report-portal", 4);
    // What came later can be undone, and the older run be settled.
    repo.run(&["undo", "--yes"]).ends(0);
    repo.run(&["undo", "--yes"]).ends(0);
    assert_eq!(repo.text(OTHER), other);
    repo.run(&["recover", "--put-back"]).ends(0);
    assert!(!repo.tree().contains_key(POLICY));
}

/// A build that reads one of its files, a file below one of its folders, the config: all these have
/// to do with it.
#[test]
fn a_run_blocks_what_is_built_with_it() {
    let base = "clusters/c/namespaces/defaults/namespace.yaml";
    for changed in [base, "gangplank.yaml", ".gangplank/templates/labels.yaml.hbs"] {
        let repo = Repo::skeleton(SKELETON.1)
            .file("gangplank.yaml", "protected: [a]\n")
            .file(".gangplank/templates/labels.yaml.hbs", "labels: []\n");
        let mut after = repo.tree();
        after.get_mut(changed).unwrap().extend(b"# more\n");
        after.insert("z/last.yaml".to_owned(), b"a: 1\n".to_vec());
        kill_on_disk(&repo, &after, 8);
        let half = repo.tree();
        let said = grant(&repo, "report-portal", 4);
        assert!(said.contains("interrupted while it wrote"), "{changed}: {said}");
        assert_eq!(repo.tree(), half, "{changed}");
    }
}

/// A build that reads one of its files by way of a link has to do with it, too.
#[test]
fn a_run_blocks_what_is_built_with_it_through_a_link() {
    let kustomization = "namespace: other\nresources:\n  - ../../defaults\n  - ../../../shared\n";
    let repo = Repo::skeleton(SKELETON.1)
        .file(OTHER, kustomization)
        .file("real/kustomization.yaml", "resources: []\n")
        .link("clusters/c/shared", "../../real");
    let mut after = repo.tree();
    after.insert("real/kustomization.yaml".to_owned(), b"resources: [] # more\n".to_vec());
    after.insert("real/last.yaml".to_owned(), b"a: 1\n".to_vec());
    after.retain(|path, _| path != "clusters/c/shared");
    kill_on_disk(&repo, &after, 5);
    let half = repo.tree();
    let said = grant(&repo, "other", 4);
    assert!(said.contains("interrupted while it wrote"), "{said}");
    assert_eq!(repo.tree(), half);
    grant(&repo, "report-portal", 0);
}

/// Nothing was left of it to finish, so that there is nothing to undo either, and older runs can be.
#[test]
fn a_run_of_which_everything_was_kept_is_not_undone() {
    let repo = Repo::skeleton(SKELETON.1);
    let first = repo.tree();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let mut after = repo.tree();
    after.insert("z/file.yaml".to_owned(), b"a: 1\n".to_vec());
    after.insert("z/other.yaml".to_owned(), b"a: 1\n".to_vec());
    kill_on_disk(&repo, &after, 6);
    repo.put("z/file.yaml", "edited\n");
    repo.put("z/other.yaml", "edited\n");
    let said = repo.run(&["recover", "--finish"]).ends(0).stderr;
    assert_eq!(said.matches("kept  ").count(), 2, "{said}");
    repo.run(&["undo", "--yes"]).ends(0);
    let mut now = repo.tree();
    now.retain(|path, _| !path.starts_with("z/"));
    assert_eq!(now, first);
}

/// A name from the journal stays in its line.
#[test]
fn names_with_line_breaks_make_no_lines() {
    let repo = Repo::skeleton(SKELETON.1);
    let mut after = written();
    let name = format!("{FOLDER}/a\n::error::forged\u{1b}[31m.yaml");
    after.insert(name, b"a: 1\n".to_vec());
    kill_on_disk(&repo, &after, 7);
    for arguments in
        [&["recover", "--dry-run"][..], &["check"], &["undo"], &["recover", "--finish"]]
    {
        let said = repo.run(arguments).printed();
        assert!(!said.contains('\u{1b}') && !said.contains("\n::error"), "{arguments:?}: {said}");
    }
}

// --- git's own folder, and links ---

/// A folder that became a link since: nothing is written, removed or made behind it.
#[test]
fn nothing_is_done_behind_a_link() {
    for target in [".git/hooks", "elsewhere"] {
        for way in ["--finish", "--put-back", "--forget"] {
            let repo = Repo::skeleton(SKELETON.1).file("elsewhere/kept", "kept");
            kill_on_disk(&repo, &written(), 7);
            let folder = repo.root().join(FOLDER);
            fs::rename(&folder, repo.root().join("moved")).unwrap();
            symlink(repo.root().join(target), &folder).unwrap();
            // What stands there looks like the run's own.
            for copy in fs::read_dir(repo.root().join("moved")).unwrap() {
                let copy = copy.unwrap();
                fs::copy(copy.path(), repo.root().join(target).join(copy.file_name())).unwrap();
            }
            let behind = listing(&repo.root().join(target));
            let (tree, json) = (repo.tree(), ["recover", way, "--yes", "--output", "json"]);
            let json = repo.run(&json).ends(0).json();
            assert!(states(&json).iter().all(|(_, state, _)| state == "edited"), "{json}");
            assert_eq!(listing(&repo.root().join(target)), behind, "{target} {way}");
            assert_eq!(repo.tree(), tree, "{target} {way}");
        }
    }
}

fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut all: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap_or_default())
        })
        .collect();
    all.sort();
    all
}

/// A journal that somebody changed writes nothing in git's folder, whatever the spelling, and
/// nothing by way of an id that is a path.
#[test]
fn a_changed_journal_does_not_reach_git_s_folder() {
    let hook = ".git/hooks/post-checkout";
    for path in
        [hook, ".GIT/hooks/post-checkout", "a/../.git/hooks/x", ".g\u{200c}it/hooks/x", "../x"]
    {
        for way in ["--finish", "--put-back"] {
            let repo = edited_since();
            let journal = started(&repo);
            let text = fs::read_to_string(&journal).unwrap().replace(POLICY, path);
            fs::write(&journal, text).unwrap();
            let said = repo.run(&["recover", way]).ends(4).stderr;
            assert!(said.contains("which no run writes"), "{path}: {said}");
            assert!(!repo.top().join(hook).exists());
        }
    }
    let repo = edited_since();
    let journal = started(&repo);
    let mut run: Json = serde_json::from_slice(&fs::read(&journal).unwrap()).unwrap();
    run["id"] = "1/../../../../../../.git/hooks/x".into();
    fs::write(&journal, run.to_string()).unwrap();
    repo.run(&["recover", "--finish"]).ends(4);
    assert!(
        !fs::read_dir(repo.top().join(".git/hooks"))
            .unwrap()
            .any(|entry| { entry.unwrap().file_name().to_str().unwrap().starts_with('x') })
    );
    // Done runs are held to the same when they are undone.
    let repo = Repo::skeleton(SKELETON.1);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let entries = fs::read_dir(repo.state()).unwrap().map(|entry| entry.unwrap().path());
    let done =
        entries.filter(|path| path.to_str().unwrap().ends_with(".done.json")).last().unwrap();
    fs::write(&done, fs::read_to_string(&done).unwrap().replace(POLICY, hook)).unwrap();
    let before = repo.tree();
    repo.run(&["undo", "--yes"]).ends(4);
    assert_eq!(repo.tree(), before);
}

#[test]
fn no_plan_writes_in_git_s_folder() {
    let repo = Repo::skeleton(SKELETON.1);
    for folder in [".git/hooks", ".GIT", "sub/.git"] {
        let said = repo.run(&["templates", "export", folder, "--yes"]);
        assert_ne!(said.code, 0, "{folder}: {}", said.stderr);
        assert!(said.stderr.contains("git's own"), "{}", said.stderr);
    }
}

/// Without a terminal only a decision can't be asked for, and here there is none to take.
#[test]
fn where_nothing_was_interrupted_there_is_nothing_to_decide() {
    let repo = Repo::guide();
    let outcome = repo.run(&["recover"]).ends(0);
    assert_eq!(outcome.printed(), "no run was interrupted: nothing to do\n");
    repo.run(&["recover", "--output", "json"]).ends(0).json();
}
