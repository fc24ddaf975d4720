//! What must hold after a random run: of the files, the journal and the folders of the user.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use gangplank::kustomize;
use gangplank::system::{Disk, RealDisk, RepoPath};
use gangplank::tree::Tree;
use serde_json::Value as Json;

use super::scene::Scene;
use crate::support::Files;

/// A file of a run: its path, and its bytes before and after.
type NotedFile = (String, Option<Vec<u8>>, Option<Vec<u8>>);

/// A run as the journal has it.
struct Noted {
    is_done: bool,
    files: Vec<NotedFile>,
}

/// The journal, the oldest run first.
fn journal(scene: &Scene) -> Vec<Noted> {
    let all = fs::read_dir(scene.repo.home().join("state/gangplank"));
    let folders = all.into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    let mut names: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| {
        let name = path.to_str().unwrap();
        name.ends_with(".done.json") || name.ends_with(".started.json")
    });
    // Not by name: the clock of a run that was interrupted beforehand is ahead.
    names.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    names.iter().map(noted).collect()
}

fn noted(path: &PathBuf) -> Noted {
    let run: Json = serde_json::from_slice(&fs::read(path).unwrap()).expect("a whole journal");
    let text = |value: &Json| value.as_str().map(|text| text.as_bytes().to_vec());
    let files = run["files"].as_array().unwrap().iter().map(|file| {
        let path = file["path"].as_str().unwrap().to_owned();
        (path, text(&file["before"]), text(&file["after"]))
    });
    Noted { is_done: path.to_str().unwrap().ends_with(".done.json"), files: files.collect() }
}

/// Whether something was written in this run.
pub(super) fn has_written(scene: &Scene) -> bool {
    journal(scene).iter().any(|run| run.is_done)
}

/// Each file is wholly old or wholly new, or what somebody else saved; what was interrupted can be
/// put back; nothing is left behind; what was written builds.
pub(super) fn judge(scene: &Scene, meddled: &[Files]) {
    is_whole(scene, meddled);
    let is_free = meddled.is_empty();
    if journal(scene).iter().any(|run| !run.is_done) {
        let said = scene.repo.run(&["recover", "--put-back"]);
        assert!(said.code == 0 || !is_free, "not put back: {}", said.printed());
        if said.code != 0 {
            return;
        }
        is_whole(scene, meddled);
    }
    let now = scene.repo.tree();
    let left: Vec<&String> = now.keys().filter(|name| is_temporary(name)).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    if is_free {
        let saved = |name: &&String| !name.starts_with("clusters/") && !known(scene, name);
        let now: Files = now.iter().filter(|(name, _)| !saved(name)).map(copied).collect();
        assert!(now == expected(scene), "not what the journal says: {:?}", now.keys());
        builds(scene);
    }
}

fn copied((name, bytes): (&String, &Vec<u8>)) -> (String, Vec<u8>) {
    (name.clone(), bytes.clone())
}

/// Beside what the wizard plans, a file comes to the repository when the plan is saved to it.
fn known(scene: &Scene, name: &str) -> bool {
    scene.before.contains_key(name)
}

fn is_temporary(name: &str) -> bool {
    name.contains(".gangplank-")
}

/// The files as the runs of the journal left them, one after another.
fn expected(scene: &Scene) -> Files {
    let mut files = scene.before.clone();
    for (path, _, after) in journal(scene).into_iter().flat_map(|run| run.files) {
        match after {
            Some(after) => files.insert(path, after),
            None => files.remove(&path),
        };
    }
    files
}

fn is_whole(scene: &Scene, meddled: &[Files]) {
    let now = scene.repo.tree();
    let runs = journal(scene);
    let is_open = runs.iter().any(|run| !run.is_done);
    let noted: Vec<_> = runs.iter().flat_map(|run| &run.files).collect();
    let names: BTreeSet<&String> = now.keys().chain(scene.before.keys()).collect();
    for name in names {
        let bytes = now.get(name);
        let is_noted = noted.iter().any(|(path, before, after)| {
            path == name && (bytes == before.as_ref() || bytes == after.as_ref())
        });
        let is_theirs = meddled.iter().any(|files| bytes.is_some() && files.get(name) == bytes);
        let is_saved = !name.starts_with("clusters/") && !known(scene, name);
        let is_fine = bytes == scene.before.get(name)
            || is_noted
            || is_theirs
            || is_saved
            || (is_open && is_temporary(name));
        let text = bytes.map(|bytes| String::from_utf8_lossy(bytes));
        assert!(is_fine, "{name} is neither old nor new: {text:?}");
    }
}

/// Whatever was written builds.
fn builds(scene: &Scene) {
    let disk = RealDisk::open(&scene.repo.root()).unwrap();
    let tree = Tree::of(Arc::new(disk) as Arc<dyn Disk>);
    for (path, ..) in journal(scene).into_iter().flat_map(|run| run.files) {
        let folder = RepoPath::parse(&path).unwrap().parent().unwrap();
        if tree.kustomization_files(&folder).unwrap().is_empty() {
            continue;
        }
        let problems = kustomize::build(&tree, &folder).problems;
        assert!(problems.iter().all(|problem| !problem.is_broken), "{folder}: {problems:?}");
    }
}
