//! Proves on 143 recorded kustomize builds and 54 policies that the native build says what
//! kustomize says, and that the YAML model reads what kubectl reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::kustomize::{self, Build};
use gangplank::manifests::source::SourceText;
use gangplank::manifests::yaml::Yaml;
use gangplank::system::{RealDisk, RepoPath};
use gangplank::tree::Tree;
use serde_json::{Value as Json, json};

use crate::support::{Kubectl, documents, json_of, read_files};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

pub(super) struct Case {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) build_dir: RepoPath,
    pub(super) exit_code: i64,
}

pub(super) fn kustomize_cases() -> Vec<Case> {
    let folders = fs::read_dir(Path::new(CASES).join("kustomize")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let mut cases: Vec<Case> = folders.filter(|path| path.is_dir()).map(case).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(cases.len(), 143);
    cases
}

fn case(folder: PathBuf) -> Case {
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let about: Json = serde_json::from_str(&text).unwrap();
    Case {
        name: about["name"].as_str().unwrap().to_owned(),
        build_dir: RepoPath::parse(about["build_dir"].as_str().unwrap()).unwrap(),
        exit_code: about["exit_code"].as_i64().unwrap(),
        folder,
    }
}

impl Case {
    fn build(&self) -> Build {
        let disk = RealDisk::open(&self.folder).unwrap();
        kustomize::build(&Tree::of(Arc::new(disk)), &self.build_dir)
    }

    /// The Namespaces that kustomize built: names and annotations.
    pub(super) fn expected(&self) -> Vec<(String, BTreeMap<String, String>)> {
        let text = fs::read_to_string(self.folder.join("expected.txt")).unwrap();
        let objects = documents(&text).into_iter();
        let namespaces = objects.filter(|object| object["kind"] == "Namespace");
        namespaces
            .map(|object| {
                let annotations = object["metadata"]["annotations"].clone();
                let name = object["metadata"]["name"].as_str().unwrap().to_owned();
                (name, serde_json::from_value(annotations).unwrap_or_default())
            })
            .collect()
    }
}

#[test]
fn the_native_build_agrees_with_kustomize() {
    let mut wrong = Vec::new();
    let mut unsupported = 0;
    for case in kustomize_cases() {
        let build = case.build();
        let name = &case.name;
        if let Some(problem) = build.problems.iter().find(|problem| problem.is_broken) {
            if case.exit_code == 0 {
                wrong.push(format!("{name}: said to be broken: {}", problem.reason));
            }
            continue;
        }
        if !build.problems.is_empty() {
            unsupported += 1;
            continue;
        }
        if case.exit_code != 0 {
            wrong.push(format!("{name}: kustomize fails, and nothing is said"));
            continue;
        }
        let built = build.namespaces.into_iter();
        let built: Vec<_> = built.map(|n| (n.name, n.annotations)).collect();
        if built != case.expected() {
            wrong.push(format!("{name}: {built:?}, not {:?}", case.expected()));
        }
    }
    eprintln!("{unsupported} of 143 cases are said to be not worked out");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unsupported <= 2, "{unsupported} cases are not worked out");
}

/// Every different YAML text of the cases.
fn yaml_texts() -> BTreeMap<Vec<u8>, String> {
    let files = read_files(Path::new(CASES)).into_iter();
    let is_yaml =
        |path: &str| [".yaml", ".yml", "Kustomization"].iter().any(|end| path.ends_with(end));
    let files = files.filter(|(path, _)| is_yaml(path));
    files.map(|(path, bytes)| (bytes, path)).collect()
}

/// What gangplank reads in the first document, nulls in maps left out; `None` if it is no YAML.
fn read_here(bytes: &[u8]) -> Option<Json> {
    let source = SourceText::decode(bytes.to_vec()).ok()?;
    let yaml = Yaml::parse(source.text()).ok()?;
    Some(yaml.root().map_or(Json::Null, json_of))
}

/// What kubectl reads: the text as a merge patch on an object with a name and a kind only.
fn read_by_kubectl(kubectl: &Kubectl, folder: &Path, bytes: &[u8]) -> Option<Json> {
    fs::write(folder.join("text.yaml"), bytes).unwrap();
    let patch = ["patch", "--local", "-f", "object.json", "--type=merge"];
    let rest = ["--patch-file=text.yaml", "-o", "json"];
    let outcome = kubectl.run(folder, &[&patch[..], &rest].concat());
    (outcome.code == 0).then(|| outcome.json())
}

fn merge(object: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        return object.clone_from(patch);
    };
    if !object.is_object() {
        *object = json!({});
    }
    for (key, value) in patch {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut object[key], value);
        }
    }
}

#[test]
fn the_yaml_model_reads_what_kubectl_reads() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}});
    fs::write(folder.path().join("object.json"), object.to_string()).unwrap();
    let mut wrong = Vec::new();
    for (bytes, path) in yaml_texts() {
        let expected = read_by_kubectl(&kubectl, folder.path(), &bytes);
        let here = read_here(&bytes).filter(Json::is_object).map(|patch| {
            let mut merged = object.clone();
            merge(&mut merged, &patch);
            merged
        });
        if here != expected {
            wrong.push(format!("{path}:\n  here {here:?}\n  kubectl {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
