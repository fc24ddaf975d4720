//! What kubectl 1.37 builds of Namespaces, recorded: rules that are easily taken for others.

use std::sync::Arc;

use super::build::build;
use crate::system::{Disk, MemoryDisk, RepoPath};
use crate::tree::Tree;

/// The annotations and labels that come out, as `key=value`, or the rules of the problems.
fn built(metadata: &str, rest: &str) -> Vec<String> {
    let namespace = format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n{metadata}");
    let text = format!("resources: [ns.yaml]\n{rest}");
    let files = [("a/ns.yaml", &*namespace), ("a/kustomization.yaml", &*text)];
    let tree = Tree::of(Arc::new(MemoryDisk::with_files(files)) as Arc<dyn Disk>);
    let build = build(&tree, &RepoPath::parse("a").unwrap());
    if !build.problems.is_empty() {
        return build.problems.iter().map(|problem| problem.rule.to_owned()).collect();
    }
    let [one] = &build.namespaces[..] else { panic!("one Namespace") };
    let all = one.annotations.iter().chain(&one.labels);
    all.map(|(key, value)| format!("{key}={value}")).collect()
}

const LATE: &str = "patchesJson6902:\n- target: {version: v1, kind: Namespace, name: x}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/b\", \"value\": \"z\"}]'\n";
const LABEL: &str = "patches:\n- target: {kind: Namespace}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels/b\", \"value\": \"z\"}]'\n";

fn merge(annotations: &str, more: &str) -> String {
    format!(
        "patches:\n- patch: |-\n    apiVersion: v1\n    kind: Namespace\n    metadata: {{name: x, annotations: {annotations}}}\n{more}"
    )
}

#[test]
fn a_json_patch_needs_the_map_that_it_adds_to() {
    for (metadata, rest, expected) in [
        ("", LABEL.to_owned(), "patch/bad-path"),
        ("  labels:\n", LABEL.to_owned(), "patch/bad-path"),
        ("  labels: {}\n", LABEL.to_owned(), "b=z"),
        ("", LATE.to_owned(), "patch/bad-path"),
        ("  annotations: {}\n", LATE.to_owned(), "b=z"),
        // Whatever remembers the name makes a map of annotations.
        ("", format!("namespace: other\n{LATE}"), "b=z"),
    ] {
        assert_eq!(built(metadata, &rest), [expected], "{metadata}{rest}");
    }
}

#[test]
fn nulls_and_numbers_depend_on_the_way_that_they_take() {
    let target = "  target: {kind: Namespace}\n";
    let early = |text: &str| {
        merge(text, "").replace("patches:\n- patch: |-", "patchesStrategicMerge:\n- |-")
    };
    for (metadata, rest, expected) in [
        ("  annotations: {a: , b: ~, c: null}\n", String::new(), &["a=", "b=~", "c=null"][..]),
        ("  annotations: {c: x}\n", merge("{c: ~}", ""), &[]),
        ("  annotations: {c: x}\n", merge("{c: ~}", target), &["c=~"]),
        ("  annotations: {c: x}\n", early("{c: null}"), &["c=null"]),
        ("", merge("{n: 1e3}", target) + LATE, &["b=z", "n=1e3"]),
        ("", merge("{n: 1e3}", "") + LATE, &["kustomization/not-evaluated"]),
        ("  annotations: {n: 1e3}\n", LATE.to_owned(), &["kustomization/not-evaluated"]),
    ] {
        assert_eq!(built(metadata, &rest), expected, "{metadata}{rest}");
    }
}

#[test]
fn labels_reach_the_namespace_and_common_ones_win() {
    let rest = "labels: [{pairs: {a: q, c: d}}, {pairs: {a: r}}]\ncommonLabels: {c: e}\n";
    assert_eq!(built("  labels: {a: x}\n", rest), ["a=r", "c=e"]);
    assert_eq!(built("", "labels: [{pairs: {a: 1}}]\n"), ["kustomization/wrong-type"]);
}

/// A target means the first name or the last one, and no name between them.
#[test]
fn a_target_does_not_know_the_names_between() {
    let rename = |to: &str| {
        format!(
            "- {{target: {{kind: Namespace}}, patch: '[{{\"op\": \"add\", \"path\": \"/metadata/name\", \"value\": \"{to}\"}}]'}}\n"
        )
    };
    let patch = |name: &str| {
        format!(
            "- {{target: {{name: {name}}}, patch: '[{{\"op\": \"add\", \"path\": \"/metadata/annotations/b\", \"value\": \"z\"}}]'}}\n"
        )
    };
    for (name, expected) in [("x", &["b=z"][..]), ("m", &[]), ("z", &["b=z"])] {
        let rest = format!("patches:\n{}{}{}", rename("m"), rename("z"), patch(name));
        assert_eq!(built("", &rest), expected, "{name}");
    }
}

#[test]
fn a_component_that_says_nothing_is_empty() {
    let files = [
        ("a/kustomization.yaml", "components: [../c]\n"),
        ("c/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"),
    ];
    let tree = Tree::of(Arc::new(MemoryDisk::with_files(files)) as Arc<dyn Disk>);
    let build = build(&tree, &RepoPath::parse("a").unwrap());
    assert_eq!(build.problems[0].rule, "kustomization/empty");
}

/// As `kubectl kustomize` 1.37 takes them.
#[test]
fn selectors_select_by_labels_and_annotations() {
    let metadata = "  labels: {team: a, tier: web}\n  annotations: {owner: x}\n";
    let patch = |kind: &str, selector: &str| {
        format!(
            "patches:\n- target: {{kind: Namespace, {kind}: '{selector}'}}\n  patch: '[{{\"op\": \"add\", \"path\": \"/metadata/annotations/b\", \"value\": \"z\"}}]'\n"
        )
    };
    for (selector, is_selected) in [
        ("team=a", true),
        ("team==a,tier=web", true),
        ("team=a,tier=db", false),
        ("team!=b", true),
        ("other!=b", true),
        ("team in (b, a)", true),
        ("team notin (a)", false),
        ("other notin (a)", true),
        ("tier", true),
        ("!tier", false),
        ("!other,team", true),
    ] {
        let found = built(metadata, &patch("labelSelector", selector));
        assert_eq!(found.contains(&"b=z".to_owned()), is_selected, "{selector}: {found:?}");
    }
    assert!(built(metadata, &patch("annotationSelector", "owner=x")).contains(&"b=z".to_owned()));
    for unknown in ["team>1", "team in a", "(", "a b"] {
        let found = built(metadata, &patch("labelSelector", unknown));
        assert_eq!(found, ["kustomization/not-evaluated"], "{unknown}");
    }
}

/// In YAML 1.1 a comment ends there, and what follows counts.
#[test]
fn other_line_ends_are_not_worked_out() {
    let rest = "nameSuffix: -x # c\u{2028}namespace: y\n";
    assert!(built("", rest).contains(&"kustomization/not-evaluated".to_owned()));
}
