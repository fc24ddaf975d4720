//! Proves that a plan is written wholly or not at all: killed at any step, failing at any step, on
//! files that changed meanwhile; and that what a kill leaves can be finished or put back.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use gangplank::apply::{self, Applied, ApplyError, Journal, apply};
use gangplank::kustomize;
use gangplank::plan::{FileChange, Plan, Planner, Verb};
use gangplank::questions::{GivenAnswers, Origin, QuestionId};
use gangplank::repo::Repository;
use gangplank::system::{Disk, Fault, MemoryDisk, RepoPath, WritableDisk};
use gangplank::tree::Tree;

use crate::support::{
    ALL, DEFAULTS, FOLDER, Files, KUSTOMIZATION, Life, Mortal, ROLE, Repo, clock, kill_on_disk,
};

const ROOT: &str = "/repository";

/// A repository in memory, its state folder, and what is planned on it.
struct World {
    disk: Arc<MemoryDisk>,
    state: Arc<MemoryDisk>,
    plan: Plan,
    old: Files,
    new: Files,
}

impl World {
    fn of(files: &[(&str, &str)], plan: impl FnOnce(&Arc<MemoryDisk>) -> Plan) -> Self {
        let disk = Arc::new(MemoryDisk::with_files(files.iter().copied()));
        let plan = plan(&disk);
        let old = disk.files();
        let mut new = old.clone();
        for file in &plan.files {
            match &file.after {
                Some(after) => new.insert(file.path.to_string(), after.clone()),
                None => new.remove(file.path.as_str()),
            };
        }
        let state = Arc::new(MemoryDisk::default());
        World { disk, state, plan, old, new }
    }

    fn journal(&self) -> Journal {
        Journal::new(Arc::clone(&self.state) as Arc<dyn WritableDisk>, ROOT)
    }

    fn apply(&self) -> Result<Applied, ApplyError> {
        apply(self.disk.as_ref(), &self.journal(), &clock(), &self.plan)
    }

    /// Acts as a program that is killed after so many steps; says whether it lived to its end.
    fn killed_after<T>(
        &self,
        steps: usize,
        act: impl FnOnce(&dyn WritableDisk, &Journal) -> T,
    ) -> Option<T> {
        let life = Life::of(steps);
        let mortal =
            |disk: &Arc<MemoryDisk>| Mortal { disk: Arc::clone(disk), life: Arc::clone(&life) };
        let journal = Journal::new(Arc::new(mortal(&self.state)), ROOT);
        let done = act(&mortal(&self.disk), &journal);
        (!life.is_over()).then_some(done)
    }

    fn unfinished(&self) -> Vec<apply::Run> {
        apply::unfinished(self.disk.as_ref(), &self.journal()).unwrap()
    }

    /// The folders that the plan would make.
    fn folders(&self) -> Vec<RepoPath> {
        let folders = self.plan.files.iter().filter_map(|file| file.path.parent());
        folders.collect()
    }

    #[track_caller]
    fn is_old(&self, when: &str) {
        assert_eq!(shown(&self.disk.files()), shown(&self.old), "{when}");
        let fresh = World::of(&[], |_| Plan::default());
        for (path, bytes) in &self.old {
            fresh.disk.put(path, bytes);
        }
        for folder in self.folders() {
            let is = self.disk.kind(&folder).unwrap();
            assert_eq!(is, fresh.disk.kind(&folder).unwrap(), "{when}: {folder}");
        }
    }

    #[track_caller]
    fn is_new(&self, when: &str) {
        assert_eq!(shown(&self.disk.files()), shown(&self.new), "{when}");
    }

    /// Each file is wholly old or wholly new, and beside them lie only hidden copies.
    #[track_caller]
    fn is_whole(&self, when: &str) {
        let now = self.disk.files();
        for file in &self.plan.files {
            let bytes = now.get(file.path.as_str());
            let is_one = bytes == file.before.as_ref() || bytes == file.after.as_ref();
            assert!(is_one, "{when}: {}", file.path);
        }
        for path in now.keys().filter(|path| !self.old.contains_key(*path)) {
            let name = RepoPath::parse(path).unwrap();
            let is_hidden = name.name().starts_with('.') && !name.name().ends_with(".yaml");
            assert!(self.new.contains_key(path) || is_hidden, "{when}: {path}");
        }
    }

    /// Whatever has a kustomization builds.
    #[track_caller]
    fn builds(&self, when: &str) {
        let tree = Tree::of(Arc::clone(&self.disk) as Arc<dyn Disk>);
        for folder in self.folders() {
            if tree.kustomization_files(&folder).unwrap().is_empty() {
                continue;
            }
            let problems = kustomize::build(&tree, &folder).problems;
            assert!(problems.iter().all(|p| !p.is_broken), "{when}: {problems:?}");
        }
    }
}

fn shown(files: &Files) -> BTreeMap<&str, String> {
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    files.iter().map(|(path, bytes)| (path.as_str(), text(bytes))).collect()
}

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n";

const GUIDE: [(&str, &str); 2] = [
    ("clusters/c/namespaces/defaults/kustomization.yaml", "resources:\n  - namespace.yaml\n"),
    ("clusters/c/namespaces/defaults/namespace.yaml", NAMESPACE),
];

const SKELETON: (&str, &str) =
    (KUSTOMIZATION, "namespace: report-portal\nresources:\n  - ../../defaults\n");

fn onboarding(disk: &Arc<MemoryDisk>) -> Plan {
    let tree = Tree::of(Arc::clone(disk) as Arc<dyn Disk>);
    let mut given = GivenAnswers::default();
    for (id, value) in [
        (QuestionId::Cluster, "c"),
        (QuestionId::Namespace, "report-portal"),
        (QuestionId::Role, ROLE),
        (QuestionId::Select, "sa=default"),
        (QuestionId::Egress, "restrict"),
    ] {
        given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    let repository = Repository::open(tree, String::new()).unwrap();
    let outlook = Planner::new(repository, BTreeMap::new()).outlook(&given);
    let plan = outlook.unwrap().plan.unwrap();
    assert_eq!(plan.obstacle(), None, "{:?}", plan.findings);
    plan
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    let path = RepoPath::parse(path).unwrap();
    match after {
        Some(after) => FileChange::between(path, bytes(before), after.as_bytes().to_vec()),
        None => FileChange { path, verb: Verb::Delete, before: bytes(before), after: None },
    }
}

type MakeWorld = fn() -> World;

/// A new folder, a folder that is there, and every verb at once.
fn worlds() -> [(&'static str, MakeWorld); 3] {
    let new = || World::of(&GUIDE, onboarding);
    let existing = || World::of(&[GUIDE[0], GUIDE[1], SKELETON], onboarding);
    let all_verbs = || {
        let files = [("a/old", "old"), ("a/gone", "gone"), ("a/same", "same")];
        World::of(&files, |_| Plan {
            files: vec![
                change("b/c/d/made", None, Some("made")),
                change("a/same", Some("same"), Some("same")),
                change("a/old", Some("old"), Some("new")),
                change("a/gone", Some("gone"), None),
                change("b/also", None, Some("also")),
            ],
            ..Plan::default()
        })
    };
    [("new folder", new), ("existing folder", existing), ("all verbs", all_verbs)]
}

#[test]
fn a_plan_is_written_and_the_journal_is_closed() {
    for (name, world) in worlds() {
        let world = world();
        world.apply().unwrap();
        world.is_new(name);
        assert!(world.unfinished().is_empty(), "{name}");
    }
}

type Recovery = fn(&dyn WritableDisk, &Journal, &apply::Run) -> Result<(), apply::RecoverError>;

type Check = fn(&World, &str);

/// Both ways out of a kill, with what they must come to.
const WAYS: [(&str, Recovery, Check); 2] =
    [("finish", apply::finish, World::is_new), ("put back", apply::put_back, World::is_old)];

#[test]
fn after_a_kill_at_any_step_it_is_finished_or_put_back() {
    for (name, world) in worlds() {
        for (way, recover, is_right) in WAYS {
            let mut kills = 0;
            for step in 0.. {
                let when = format!("{name}, killed at step {step}, {way}");
                let world = world();
                let lived = world.killed_after(step, |disk, journal| {
                    apply(disk, journal, &clock(), &world.plan).map(drop)
                });
                if lived.is_some() {
                    break;
                }
                kills += 1;
                world.is_whole(&when);
                world.builds(&when);
                for run in world.unfinished() {
                    recover(world.disk.as_ref(), &world.journal(), &run).unwrap();
                    is_right(&world, &when);
                }
                let files = world.disk.files();
                assert!(files == world.old || files == world.new, "{when}: {:?}", files.keys());
                assert!(world.unfinished().is_empty(), "{when}");
            }
            assert!(kills > 8, "{name} takes more steps than {kills}");
        }
    }
}

/// A second kill, while the first one is being mended.
#[test]
fn a_recovery_that_is_killed_can_be_repeated_either_way() {
    for (name, world) in worlds() {
        for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for step in 0.. {
                let mut mended = 0;
                for again in 0.. {
                    let when = format!("{name}, killed at {step} and {again}, {first} {second}");
                    let world = world();
                    world.killed_after(step, |disk, journal| {
                        apply(disk, journal, &clock(), &world.plan).map(drop)
                    });
                    let Some(run) = world.unfinished().pop() else {
                        break;
                    };
                    let lived = world
                        .killed_after(again, |disk, journal| WAYS[first].1(disk, journal, &run));
                    world.is_whole(&when);
                    world.builds(&when);
                    if lived.is_some() {
                        break;
                    }
                    mended += 1;
                    for run in world.unfinished() {
                        WAYS[second].1(world.disk.as_ref(), &world.journal(), &run).unwrap();
                        WAYS[second].2(&world, &when);
                    }
                    let files = world.disk.files();
                    assert!(files == world.old || files == world.new, "{when}");
                }
                if mended == 0 && step > 1 {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_failure_at_any_step_leaves_everything_as_it_was() {
    for (name, world) in worlds() {
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            for on_state in [false, true] {
                for step in 0.. {
                    let when = format!("{name}, {kind} at step {step}, state {on_state}");
                    let world = world();
                    let disk = if on_state { &world.state } else { &world.disk };
                    disk.break_with(Fault::AtStep(step, kind));
                    let applied = world.apply();
                    let was_hit = disk.steps() > step;
                    world.disk.repair();
                    world.state.repair();
                    let open = world.unfinished();
                    assert!(open.is_empty(), "{when}: nothing to take up: {open:?}");
                    match applied {
                        Ok(_) => world.is_new(&when),
                        Err(_) => world.is_old(&when),
                    }
                    if !was_hit {
                        break;
                    }
                }
            }
        }
    }
}

#[test]
fn a_file_that_changed_since_stops_everything() {
    for (name, world) in worlds() {
        let paths: Vec<String> =
            world().plan.files.iter().map(|file| file.path.to_string()).collect();
        for path in paths {
            let world = world();
            world.disk.put(&path, b"somebody else's");
            let before = world.disk.files();
            let error = world.apply().unwrap_err();
            assert!(matches!(&error, ApplyError::Changed(changed) if *changed == path), "{name}");
            assert_eq!(world.disk.files(), before, "{name}: {path}");
            assert!(world.unfinished().is_empty());
        }
    }
}

/// A file that somebody changed between the kill and the recovery is theirs.
#[test]
fn a_recovery_stops_at_a_file_that_changed_since() {
    let world = World::of(&[GUIDE[0], GUIDE[1], SKELETON], onboarding);
    world.killed_after(6, |disk, journal| apply(disk, journal, &clock(), &world.plan).map(drop));
    let run = world.unfinished().pop().unwrap();
    world.disk.put(KUSTOMIZATION, b"somebody else's");
    let before = world.disk.files();
    for (_, recover, _) in WAYS {
        let error = recover(world.disk.as_ref(), &world.journal(), &run).unwrap_err();
        assert!(matches!(error, apply::RecoverError::Changed(_)), "{error}");
        assert_eq!(world.disk.files(), before);
    }
}

/// A journal of something else, or one that was cut short, is no run.
#[test]
fn other_files_in_the_state_folder_are_no_runs() {
    let world = World::of(&GUIDE, onboarding);
    world.killed_after(3, |disk, journal| apply(disk, journal, &clock(), &world.plan).map(drop));
    let journal = world.state.files();
    let (name, bytes) = journal.iter().next().unwrap();
    for bytes in [&bytes[..bytes.len() / 2], b"", b"{}", b"\xff"] {
        world.state.put(name, bytes);
        assert!(world.unfinished().is_empty());
    }
    let foreign = String::from_utf8(bytes.clone()).unwrap().replace(ROOT, "/elsewhere");
    world.state.put(name, foreign.as_bytes());
    assert!(world.unfinished().is_empty());
}

#[test]
fn modes_are_kept_and_new_files_are_ordinary() {
    let repo = Repo::skeleton(SKELETON.1);
    let path = repo.root().join(KUSTOMIZATION);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path), 0o640);
    let policy = repo.root().join(FOLDER).join("cnp.report-portal.yaml");
    let plain = repo.root().join(DEFAULTS).join("namespace.yaml");
    assert_eq!(mode(policy), mode(plain));
}

/// The program itself, on a real disk that an earlier run left half-written.
#[test]
fn the_next_start_offers_to_finish_or_to_put_back() {
    let written = {
        let repo = Repo::skeleton(SKELETON.1);
        repo.onboard(&ALL, &["--yes"]).ends(0);
        repo.tree()
    };
    for (flag, steps) in [("--finish", 6), ("--put-back", 6), ("--finish", 3), ("--put-back", 7)] {
        let repo = Repo::skeleton(SKELETON.1);
        let before = repo.tree();
        kill_on_disk(&repo, &written, steps);
        let half = repo.tree();
        assert_ne!(half, before);
        let refused = repo.onboard(&ALL, &["--yes"]).ends(4);
        for word in ["interrupted", "gangplank recover --finish", "gangplank recover --put-back"] {
            assert!(refused.stderr.contains(word), "{}", refused.stderr);
        }
        assert_eq!(repo.tree(), half, "nothing is written before that is decided");
        repo.run(&["recover", flag]).ends(0);
        let expected = if flag == "--finish" { &written } else { &before };
        assert_eq!(&repo.tree(), expected, "{flag}");
        repo.onboard(&ALL, &["--yes"]).ends(0);
        assert_eq!(repo.tree(), written);
        repo.run(&["recover", flag]).ends(0);
    }
}

/// A run that wrote everything and could not say so any more needs no decision.
#[test]
fn a_run_that_wrote_everything_is_closed_without_a_word() {
    let repo = Repo::skeleton(SKELETON.1);
    let done = Repo::skeleton(SKELETON.1);
    done.onboard(&ALL, &["--yes"]).ends(0);
    kill_on_disk(&repo, &done.tree(), 8);
    assert!(repo.tree().len() > done.tree().len(), "a copy of the old file still lies there");
    repo.onboard(&ALL, &["--yes"]).ends(0);
    assert_eq!(repo.tree(), done.tree());
}
