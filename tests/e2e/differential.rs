//! Proves that the native build and kubectl agree on patches of every kind with targets of every
//! kind: on whether it builds, and on the Namespaces that come out.

use std::collections::BTreeMap;
use std::sync::Arc;

use gangplank::kustomize::{self, Build};
use gangplank::system::{RealDisk, RepoPath};
use gangplank::tree::Tree;
use serde_json::Value as Json;

use crate::support::{DEFAULTS, FOLDER, KUSTOMIZATION, Kubectl, Repo, documents};

const TARGETS: [&str; 18] = [
    "{kind: Namespace}",
    "",
    "{kind: Namespace, name: placeholder}",
    "{kind: Namespace, name: report-portal}",
    "{name: place.*}",
    "{labelSelector: tier=shared}",
    "{kind: Name.*}",
    "{kind: Namespac}",
    "{kind: Namespace|LimitRange}",
    "{kind: ^Namespace$}",
    "{kind: namespace}",
    "{version: v1, kind: Namespace}",
    "{version: v2, kind: Namespace}",
    "{group: apps, kind: Namespace}",
    "{namespace: x, kind: Namespace}",
    "{annotationSelector: example.org/owner=somebody}",
    "{kind: Namespace, name: ''}",
    "{kind: LimitRange}",
];

/// Patches as they stand below `patch: |-`.
const PATCHES: [&str; 34] = [
    "- {op: add, path: /metadata/annotations/a~1b, value: x}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations: {a/b: x}",
    "- {op: replace, path: /metadata/annotations/a, value: [x]}",
    "- {op: remove, path: /metadata/annotations/a}",
    "- {op: remove, path: /metadata/annotations/example.org~1owner}",
    "- {op: add, path: /metadata/annotations/a}",
    "- {op: add, path: /metadata/annotations/a, value: null}",
    "- {op: add, path: /metadata/annotations/a, value: on}",
    "- {op: add, path: /metadata/annotations/a, value: 123456789098}",
    "- {op: add, path: /metadata/annotations/a, value: 0.5}",
    "- {op: add, path: /metadata/annotations/a/b, value: x}",
    "- {op: add, path: metadata/annotations/a, value: x}",
    "- {op: add, path: /metadata/annotations, value: {a: x}}",
    "- {op: remove, path: /metadata/annotations}",
    "- {op: add, path: /metadata/annotations/~0~01~2, value: x}",
    "- {op: add, path: /metadata/typo/a, value: x}",
    "- {op: add, path: /metadata/labels/a, value: x}",
    "- {op: test, path: /metadata/annotations/example.org~1owner, value: platform}",
    "- {op: test, path: /metadata/annotations/example.org~1owner, value: other}",
    "- {op: Add, path: /metadata/annotations/a, value: x}",
    "[{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"x\"}]",
    "- {op: add, path: /metadata/annotations/a, value: x}\n- {op: remove, path: /metadata/annotations/a}",
    "kind: Namespace\nmetadata:\n  name: other\n  annotations: {a: x}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n  annotations: {a: x}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  annotations: {a: x}",
    "metadata:\n  name: placeholder\n  annotations: {a: x}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations: {example.org/owner: null}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations: {a: on, b: 1e3, c: [x], d: {e: f}}",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n$patch: delete",
    "apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: default-limits\n  annotations: {a: x}",
    "a: b",
    "just text",
    "a: [",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: placeholder, annotations: {a: x}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: placeholder, annotations: {b: x}}",
];

/// Other things that a kustomization can say, instead of patches.
const FIELDS: [&str; 32] = [
    "namePrefix: a-\n",
    "nameSuffix: -a\n",
    "commonAnnotations: {a: x, example.org/owner: other}\n",
    "commonAnnotations: {a: y}\n",
    "commonAnnotations: {a: [x]}\n",
    "commonLabels: {a: x}\n",
    "labels: [{pairs: {a: x}}]\n",
    "configMapGenerator: [{name: x, literals: [a=b]}]\n",
    "images: [{name: a, newTag: b}]\n",
    "patchesStrategicMerge:\n  - |-\n    apiVersion: v1\n    kind: Namespace\n    metadata: {name: placeholder, annotations: {a: x}}\n",
    "patchesJson6902:\n  - target: {version: v1, kind: Namespace, name: placeholder}\n    patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"x\"}]'\n",
    "patchesJson6902:\n  - target: {version: v1, kind: Namespace, name: report-portal}\n    patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"x\"}]'\n",
    "patches: []\n",
    "patches:\n",
    "patches: x\n",
    "patches: [x]\n",
    "patches:\n  - target: {kind: Namespace}\n",
    "patches:\n  - patch: ''\n    target: {kind: Namespace}\n",
    "patches:\n  - path: nowhere.yaml\n",
    "patches:\n  - path: ../../defaults/namespace.yaml\n",
    "patches:\n  - target: {kind: Namespace, typo: x}\n    patch: '[]'\n",
    "unknown: x\n",
    "Namespace: other\n",
    "metadata: {name: x}\n",
    "resources: x\n",
    "Resources: []\n",
    "namespace: 123\n",
    "commonLabels: {a: 1}\n",
    "patches:\n  - Target: {Kind: Namespace}\n    PATCH: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"x\"}]'\n",
    "bases: [../../../more]\n",
    "components: [../../../component]\n",
    "sortOptions: {order: fifo}\n",
];

fn repo(rest: &str) -> Repo {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - target: {kind: Namespace}\n    patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/c\", \"value\": \"x\"}]'\n";
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: quota\nspec: {}\n";
    Repo::skeleton(format!("namespace: report-portal\nresources:\n  - ../../defaults\n{rest}"))
        .file("clusters/c/component/kustomization.yaml", component)
        .file("clusters/c/more/kustomization.yaml", "resources: [quota.yaml]\n")
        .file("clusters/c/more/quota.yaml", quota)
}

fn patched(target: &str, patch: &str) -> Repo {
    let patch: String = patch.lines().map(|line| format!("      {line}\n")).collect();
    let target = match target {
        "" => String::new(),
        target => format!("    target: {target}\n"),
    };
    repo(&format!("patches:\n  - patch: |-\n{patch}{target}"))
}

type Built = Vec<(String, BTreeMap<String, String>)>;

fn by_kubectl(kubectl: &Kubectl, repo: &Repo) -> Result<Built, String> {
    let outcome = kubectl.run(&repo.root(), &["kustomize", FOLDER]);
    if outcome.code != 0 {
        return Err(outcome.stderr);
    }
    let all = documents(&outcome.stdout).into_iter();
    let namespaces = all.filter(|object| object["kind"] == "Namespace");
    Ok(namespaces.map(|object| read(&object["metadata"])).collect())
}

fn read(metadata: &Json) -> (String, BTreeMap<String, String>) {
    let annotations = serde_json::from_value(metadata["annotations"].clone());
    (metadata["name"].as_str().unwrap().to_owned(), annotations.unwrap_or_default())
}

fn natively(repo: &Repo) -> Build {
    let disk = RealDisk::open(&repo.root()).unwrap();
    kustomize::build(&Tree::of(Arc::new(disk)), &RepoPath::parse(FOLDER).unwrap())
}

/// What both say, if they disagree; `not_evaluated` counts what the native build leaves open.
fn disagreement(kubectl: &Kubectl, repo: &Repo, not_evaluated: &mut usize) -> Option<String> {
    let real = by_kubectl(kubectl, repo);
    let build = natively(repo);
    let broken = build.problems.iter().find(|problem| problem.is_broken);
    let text = repo.text(KUSTOMIZATION);
    match (broken, real) {
        (Some(_), Err(_)) => None,
        (Some(problem), Ok(_)) => Some(format!("{text}cries wolf: {}", problem.reason)),
        (None, _) if !build.problems.is_empty() => {
            *not_evaluated += 1;
            None
        }
        (None, Err(error)) => Some(format!("{text}is silent about: {error}")),
        (None, Ok(real)) => {
            let own = build.namespaces.into_iter().map(|n| (n.name, n.annotations));
            let own: Built = own.collect();
            (own != real).then(|| format!("{text}builds {own:?}\nnot    {real:?}"))
        }
    }
}

#[track_caller]
fn agree(repos: impl Iterator<Item = Repo>, most_not_evaluated: usize) {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let mut not_evaluated = 0;
    let wrong = repos.filter_map(|repo| disagreement(&kubectl, &repo, &mut not_evaluated));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n--\n"));
    eprintln!("{not_evaluated} are said to be not worked out");
    assert!(not_evaluated <= most_not_evaluated, "{not_evaluated} are not worked out");
}

#[test]
fn every_patch_with_the_usual_targets() {
    let pairs =
        PATCHES.iter().flat_map(|patch| TARGETS[..4].iter().map(move |target| (target, patch)));
    agree(pairs.map(|(target, patch)| patched(target, patch)), 20);
}

#[test]
fn every_target_with_the_usual_patches() {
    let pairs = TARGETS[4..]
        .iter()
        .flat_map(|target| PATCHES[..2].iter().map(move |patch| (target, patch)));
    agree(pairs.map(|(target, patch)| patched(target, patch)), 10);
}

#[test]
fn every_other_field() {
    agree(FIELDS.iter().map(|rest| repo(rest)), 5);
}

#[test]
fn namespaces_of_every_form() {
    let namespace = |rest: &str| format!("apiVersion: v1\nkind: Namespace\nmetadata:\n{rest}");
    let forms = [
        namespace("  name: placeholder\n"),
        namespace("  name: placeholder\n  annotations:\n"),
        namespace("  name: placeholder\n  annotations: {}\n"),
        namespace("  name: placeholder\n  annotations: {a: on, b: \"012\", c: [x]}\n"),
        namespace("  name: on\n"),
        namespace("  annotations: {a: x}\n"),
        namespace("  name: a\n---\n") + &namespace("  name: b\n"),
        namespace("  name: a\n---\n") + &namespace("  name: a\n"),
        "---\n".to_owned() + &namespace("  name: a\n---\n"),
        "kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n".to_owned(),
        "# nothing\n".to_owned(),
        "kind: Namespace\nmetadata: {name: a}\n".to_owned(),
        "just text\n".to_owned(),
        "- a\n".to_owned(),
        namespace("  name: a\n  name: b\n"),
        namespace("  name: &x a\n  annotations: {a: *x}\n"),
    ];
    let patch = "- {op: add, path: /metadata/annotations/a~1b, value: x}";
    let merge = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations: {a/b: x}";
    let repos = forms.iter().flat_map(|form| {
        [patch, merge].map(|patch| {
            let repo = patched("{kind: Namespace}", patch);
            repo.file(&format!("{DEFAULTS}/namespace.yaml"), form)
        })
    });
    agree(repos, 4);
}
