//! Proves on generated namespace folders that the native build says what kubectl says: name,
//! annotations and labels of the Namespace, or that it does not build.

use std::collections::BTreeMap;
use std::sync::Arc;

use gangplank::kustomize::{self, Build};
use gangplank::system::{Disk, MemoryDisk, RepoPath};
use gangplank::tree::Tree;
use serde_json::Value as Json;

use crate::support::{Kubectl, NamespaceFolder, Repo, build_each, count, streams};

type Texts = BTreeMap<String, String>;
type Built = Vec<(String, Texts, Texts)>;

/// Stands for a number, a list or the like.
const NO_TEXT: &str = "(no text)";

fn natively(folder: &NamespaceFolder) -> Build {
    let disk = MemoryDisk::default();
    for (path, text) in &folder.files {
        disk.put(path, text.as_bytes());
    }
    kustomize::build(&Tree::of(Arc::new(disk) as Arc<dyn Disk>), &RepoPath::parse("top").unwrap())
}

fn by_kubectl(objects: Vec<Json>) -> Built {
    let texts = |map: &Json| {
        let entries = map.as_object().into_iter().flatten();
        let text = |value: &Json| value.as_str().unwrap_or(NO_TEXT).to_owned();
        entries.map(|(key, value)| (key.clone(), text(value))).collect()
    };
    let namespaces = objects.into_iter().filter(|object| object["kind"] == "Namespace");
    let read = namespaces.map(|object| {
        let metadata = &object["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default().to_owned();
        (name, texts(&metadata["annotations"]), texts(&metadata["labels"]))
    });
    read.collect()
}

/// What both say of a folder, if they disagree; else how they agree.
fn compare(build: Build, real: Result<Vec<Json>, String>) -> Result<&'static str, String> {
    let broken = build.problems.iter().find(|problem| problem.is_broken);
    match (broken, real) {
        (Some(_), Err(_)) => Ok("broken"),
        (Some(problem), Ok(_)) => Err(format!("cries wolf: {}", problem.reason)),
        (None, _) if !build.problems.is_empty() => Ok("not worked out"),
        (None, Err(error)) => Err(format!("is silent about: {error}")),
        (None, Ok(real)) => {
            let own = build.namespaces.into_iter().map(|n| (n.name, n.annotations, n.labels));
            let (mut own, real): (Built, Built) = (own.collect(), by_kubectl(real));
            // The API server takes no label that is no text, so none is worked out.
            for (one, other) in own.iter_mut().zip(&real) {
                let is_text = |text: &str| text != NO_TEXT;
                let texts = one
                    .2
                    .iter_mut()
                    .filter(|(key, _)| other.2.get(*key).is_some_and(|text| !is_text(text)));
                texts.for_each(|(_, text)| NO_TEXT.clone_into(text));
            }
            if own == real { Ok("same") } else { Err(format!("builds {own:?}\nnot    {real:?}")) }
        }
    }
}

#[test]
fn generated_folders_build_to_what_kubectl_says() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let temp = Repo::new();
    let (mut folders, mut names) = (Vec::new(), Vec::new());
    for (at, mut choices) in streams(count(60, 2_000)).into_iter().enumerate() {
        let folder = NamespaceFolder::of(&mut choices, at);
        for (path, text) in &folder.files {
            let path = temp.root().join(format!("f{at}/{path}"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        names.push(format!("f{at}/top"));
        folders.push(folder);
    }
    // Those that are said to be broken would only break their batch.
    let builds: Vec<Build> = folders.iter().map(natively).collect();
    let mut reasons = BTreeMap::<&str, usize>::new();
    for problem in builds.iter().filter_map(|build| build.problems.first()) {
        *reasons.entry(&problem.reason).or_default() += 1;
    }
    eprintln!("{reasons:#?}");
    let is_broken = |at: &usize| builds[*at].problems.iter().any(|problem| problem.is_broken);
    let (broken, sound): (Vec<usize>, Vec<usize>) = (0..folders.len()).partition(is_broken);
    let mut real = BTreeMap::new();
    for at in broken {
        let one = build_each(&kubectl, &temp.root(), &names[at..=at]);
        real.extend(one.into_iter().map(|built| (at, built)));
    }
    let sound_names: Vec<String> = sound.iter().map(|at| names[*at].clone()).collect();
    real.extend(sound.into_iter().zip(build_each(&kubectl, &temp.root(), &sound_names)));
    let mut agreed = BTreeMap::<&str, usize>::new();
    let mut wrong = Vec::new();
    for ((at, real), build) in real.into_iter().zip(builds) {
        match compare(build, real) {
            Ok(how) => *agreed.entry(how).or_default() += 1,
            Err(error) => wrong.push(format!("{}{error}", folders[at].shown())),
        }
    }
    eprintln!("{} folders: {agreed:?}", folders.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n--\n"));
    let open = agreed.get("not worked out").copied().unwrap_or_default();
    assert!(open * 20 < folders.len(), "{open} of {} are not worked out", folders.len());
}
