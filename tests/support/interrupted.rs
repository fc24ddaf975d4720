//! A run that was killed while it wrote, on a real disk.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gangplank::apply::{Journal, apply};
use gangplank::plan::{FileChange, Plan, sha256};
use gangplank::system::{FixedClock, RealDisk, RepoPath};

use super::{Files, Life, Mortal, Repo};

/// When tests write.
pub(crate) fn clock() -> FixedClock {
    FixedClock(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000))
}

/// Writes what `after` has, in the program's own way, and is killed on the way.
pub(crate) fn kill_on_disk(repo: &Repo, after: &Files, steps: usize) {
    let root = repo.root().canonicalize().unwrap();
    let name = &sha256(root.to_str().unwrap().as_bytes())[..16];
    let state = repo.home().join("state/gangplank").join(name);
    fs::create_dir_all(&state).unwrap();
    let before = repo.tree();
    let files = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes));
    let files = files.map(|(path, bytes)| {
        let path_in = RepoPath::parse(path).unwrap();
        FileChange::between(path_in, before.get(path).cloned(), bytes.clone())
    });
    let plan = Plan { files: files.collect(), ..Plan::default() };
    let life = Life::of(steps);
    let mortal =
        |path| Mortal { disk: Arc::new(RealDisk::open(path).unwrap()), life: Arc::clone(&life) };
    let journal = Journal::new(Arc::new(mortal(&state)), root.to_str().unwrap());
    apply(&mortal(&root), &journal, &clock(), &plan).unwrap_err();
}
