//! Proves that a plan is written wholly or not at all: killed at any step, failing at any step, on
//! files that changed meanwhile; and that what a kill leaves can be finished or put back.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;

use gangplank::apply::{self, ApplyError, Journal};
use gangplank::system::{Fault, WritableDisk};

use crate::support::{
    ALL, DEFAULTS, FOLDER, GUIDE, KUSTOMIZATION, ROOT, Repo, SKELETON, World, kill_on_disk,
    onboarding, worlds,
};

#[test]
fn a_plan_is_written_and_the_journal_is_closed() {
    for (name, made) in worlds() {
        let world = made.copy();
        world.apply().unwrap();
        world.is_new(name);
        assert!(world.unfinished().is_empty(), "{name}");
    }
}

type Recovery =
    fn(&dyn WritableDisk, &Journal, &apply::Run) -> Result<Vec<String>, apply::RecoverError>;

type Check = fn(&World, &str);

/// Both ways out of a kill, with what they must come to.
const WAYS: [(&str, Recovery, Check); 2] =
    [("finish", apply::finish, World::is_new), ("put back", apply::put_back, World::is_old)];

#[test]
fn after_a_kill_at_any_step_it_is_finished_or_put_back() {
    for (name, made) in worlds() {
        for (way, recover, is_right) in WAYS {
            let mut kills = 0;
            for step in 0.. {
                let when = format!("{name}, killed at step {step}, {way}");
                let world = made.copy();
                let lived = world.killed_after(step, |disk, journal| world.write(disk, journal));
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
    for (name, made) in worlds() {
        for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for step in 0.. {
                let mut mended = 0;
                for again in 0.. {
                    let when = format!("{name}, killed at {step} and {again}, {first} {second}");
                    let world = made.copy();
                    world.killed_after(step, |disk, journal| world.write(disk, journal));
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
    for (name, made) in worlds() {
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            for on_state in [false, true] {
                for step in 0.. {
                    let when = format!("{name}, {kind} at step {step}, state {on_state}");
                    let world = made.copy();
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
    for (name, made) in worlds() {
        let paths: Vec<String> = made.plan.files.iter().map(|file| file.path.to_string()).collect();
        for path in paths {
            let world = made.copy();
            world.disk.put(&path, b"somebody else's");
            let before = world.disk.files();
            let error = world.apply().unwrap_err();
            assert!(matches!(&error, ApplyError::Changed(changed) if *changed == path), "{name}");
            assert_eq!(world.disk.files(), before, "{name}: {path}");
            assert!(world.unfinished().is_empty());
        }
    }
}

/// A journal of something else, or one that was cut short, is no run.
#[test]
fn other_files_in_the_state_folder_are_no_runs() {
    let world = World::of(&GUIDE, onboarding);
    world.killed_after(3, |disk, journal| world.write(disk, journal));
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
