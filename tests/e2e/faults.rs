//! Proves that edits lose nothing when others write at the same time or the disk gives up: an
//! editor that saves at any step, a second gangplank, a disk that fails from some step on.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gangplank::apply::{self, ApplyError, Journal, apply};
use gangplank::system::{Fault, WritableDisk};

use crate::support::{
    ALL, FOLDER, KUSTOMIZATION, Meddled, ROLE, Repo, SAVED, SKELETON, World, worlds,
};

fn meddled(world: &World, at: usize, path: &str) -> Meddled {
    let (disk, path) = (Arc::clone(&world.disk), path.to_owned());
    Meddled { disk, at, path, swaps: true, steps: AtomicUsize::new(0) }
}

fn paths(world: &World) -> Vec<String> {
    let written = world.plan.files.iter().filter(|file| file.verb.writes());
    written.map(|file| file.path.to_string()).collect()
}

/// An editor saves one of the files before one of the steps: its text is there afterwards, and the
/// other files are all as before, or all as planned.
#[test]
fn what_an_editor_saves_at_any_step_survives() {
    for (name, made) in worlds() {
        for path in paths(&made) {
            let mut stopped = 0;
            for step in 0.. {
                let when = format!("{name}, {path} saved at step {step}");
                let world = made.copy();
                let disk = meddled(&world, step, &path);
                let applied = apply(&disk, &world.journal(), &world.clock, &world.plan);
                if disk.steps.load(Ordering::SeqCst) <= step {
                    break;
                }
                let mut now = world.disk.files();
                assert_eq!(now.remove(&path).as_deref(), Some(SAVED), "{when}");
                let mut rest = if applied.is_ok() { world.new.clone() } else { world.old.clone() };
                rest.remove(&path);
                assert_eq!(now, rest, "{when}: {applied:?}");
                if let Err(error) = applied {
                    assert!(matches!(&error, ApplyError::Changed(p) if *p == path), "{when}");
                    assert!(world.unfinished().is_empty(), "{when}");
                    stopped += 1;
                }
            }
            assert!(stopped > 2, "{name}, {path}: {stopped}");
        }
    }
}

/// The same while what a kill left is finished or put back.
#[test]
fn what_an_editor_saves_during_a_recovery_survives() {
    for (name, made) in worlds() {
        for path in paths(&made) {
            for kill in (4..11).step_by(2) {
                let when = format!("{name}, killed at {kill}, {path} saved");
                saved_during(&made, kill, &path, apply::finish, &when);
                saved_during(&made, kill, &path, apply::put_back, &when);
            }
        }
    }
}

type Recovery =
    fn(&dyn WritableDisk, &Journal, &apply::Run) -> Result<Vec<String>, apply::RecoverError>;

fn saved_during(made: &World, kill: usize, path: &str, recover: Recovery, when: &str) {
    for step in 0.. {
        let world = made.copy();
        world.killed_after(kill, |disk, journal| world.write(disk, journal));
        let Some(run) = world.unfinished().pop() else { return };
        let disk = meddled(&world, step, path);
        let recovered = recover(&disk, &world.journal(), &run);
        if disk.steps.load(Ordering::SeqCst) <= step {
            return;
        }
        let now = world.disk.files();
        let saved = now.get(path).map(Vec::as_slice);
        assert_eq!(saved, Some(SAVED), "{when} at step {step}: {recovered:?}");
    }
}

/// Where files can't be swapped the plan is written all the same.
#[test]
fn a_file_system_that_can_not_swap_files_will_do() {
    for (name, world) in worlds() {
        let disk = Meddled { swaps: false, ..meddled(&world, usize::MAX, "nothing") };
        apply(&disk, &world.journal(), &world.clock, &world.plan).unwrap();
        world.is_new(name);
    }
}

/// From some step on nothing can be written any more: the journal knows, and once the disk is well
/// again both ways out are open.
#[test]
fn a_disk_that_gives_up_is_mended_later() {
    for (name, made) in worlds() {
        for finishes in [true, false] {
            for step in 0.. {
                let when = format!("{name}, gives up at step {step}, {finishes}");
                let world = made.copy();
                world.disk.break_with(Fault::KilledAt(step));
                let applied = world.apply();
                world.is_whole(&when);
                let was_hit = world.disk.steps() > step;
                world.disk.repair();
                world.builds(&when);
                if !was_hit {
                    break;
                }
                for run in world.unfinished() {
                    let recover = if finishes { apply::finish } else { apply::put_back };
                    recover(world.disk.as_ref(), &world.journal(), &run).unwrap();
                    if finishes { world.is_new(&when) } else { world.is_old(&when) }
                }
                let files = world.disk.files();
                assert!(files == world.old || files == world.new, "{when}");
                assert!(applied.is_err() || files == world.new, "{when}: {applied:?}");
            }
        }
    }
}

/// A full disk takes renames and removals: what is half done can be put back on it.
#[test]
fn putting_back_takes_no_space() {
    for (name, made) in worlds() {
        for kill in 0.. {
            let world = made.copy();
            let lived = world.killed_after(kill, |disk, journal| world.write(disk, journal));
            for run in world.unfinished() {
                world.disk.break_with(Fault::NoSpace);
                apply::put_back(world.disk.as_ref(), &world.journal(), &run).unwrap();
                world.disk.repair();
                world.is_old(&format!("{name}, killed at {kill}"));
            }
            if lived.is_some() {
                break;
            }
        }
    }
}

#[test]
fn a_second_gangplank_waits_for_no_one_and_writes_nothing() {
    let repo = Repo::skeleton(SKELETON.1);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let before = repo.tree();
    let lock = File::create(repo.state().join("lock")).unwrap();
    lock.lock().unwrap();
    let role = format!("{ROLE}-2");
    let grant = ["--cluster", "c", "--namespace", "report-portal", "--role", &role];
    let revoke = ["revoke", "--cluster", "c", "--namespace", "report-portal", "--role", ROLE];
    let all = [
        [&["onboard"], &grant[..], &["--network", "none", "--yes"]].concat(),
        [&revoke[..], &["--yes"]].concat(),
        vec!["undo", "--yes"],
        vec!["recover", "--put-back"],
    ];
    for arguments in &all {
        let said = repo.run(arguments).ends(4).stderr;
        assert!(said.contains("another gangplank is writing"), "{arguments:?}: {said}");
        assert_eq!(repo.tree(), before, "{arguments:?}");
    }
    drop(lock);
    for arguments in &all {
        repo.run(arguments).ends(0);
    }
}

/// Several at once: each ends with its role in the list, or says that it wrote nothing.
#[test]
fn many_at_once_lose_no_role() {
    let repo = Repo::skeleton(SKELETON.1);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let role = |number: usize| format!("{ROLE}-{number}");
    let children = (0..8).map(|number| {
        let mut command = repo.program();
        command.args(["onboard", "--cluster", "c", "--namespace", "report-portal", "--yes"]);
        command.args(["--network", "none", "--role", &role(number)]);
        command.stderr(std::process::Stdio::null()).spawn().unwrap()
    });
    let children: Vec<_> = children.collect();
    for (number, mut child) in children.into_iter().enumerate() {
        let code = child.wait().unwrap().code();
        let is_there = repo.text(KUSTOMIZATION).contains(&format!("{}\"", role(number)));
        assert!(code == Some(if is_there { 0 } else { 4 }), "{number}: {code:?} {is_there}");
    }
    assert!(repo.tree().keys().all(|path| !path.contains(".gangplank-")));
}

/// Permission bits keep nobody out who may do everything.
#[test]
fn a_folder_that_can_not_be_written_stays_as_it_is() {
    let repo = Repo::skeleton(SKELETON.1);
    let folder = repo.root().join(FOLDER);
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    if File::create(folder.join("probe")).is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let before = repo.tree();
    let said = repo.onboard(&ALL, &["--yes"]).ends(1).stderr;
    assert!(said.contains("everything is as it was before"), "{said}");
    set(0o755);
    assert_eq!(repo.tree(), before);
    repo.onboard(&ALL, &["--yes"]).ends(0);
}
