//! The rules for Cilium policies: what the API server, Cilium's agent or the build refuses, and
//! what all of them accept and is wrong.
//!
//! A policy is refused by the real system exactly if one of its findings says by whom. What is
//! wrong with an accepted one often shows only beside the other policies for the same pods, which
//! are handed in.

mod addresses;
mod agent;
mod crd;
mod groups;
mod kinds;
mod names;
mod parts;
mod pods;
mod reach;
mod report;
mod rules;
mod selectors;
mod shape;
mod structure;
mod values;

use crate::domain::cilium_version::CiliumVersion;
use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::domain::partition::Partition;
use crate::manifests::yaml::{Entry, Node, Value};
use crate::tree::{ReadError, YamlFile};
use kinds::Kind;
use pods::Subject;
use report::{Fault, Report};

/// What a policy is looked at with.
#[derive(Debug, Clone, Copy, Default)]
pub struct PolicyContext<'a> {
    /// The namespace that it is built into; `None` outside of a build.
    pub namespace: Option<&'a str>,
    /// Whether it stands in a namespace's folder, where a clusterwide policy is wrong.
    pub in_namespace_folder: bool,
    /// Cilium's version on the cluster, if known.
    pub cilium: Option<CiliumVersion>,
    /// Partitions of the roles that the namespace is granted; empty if none or not known.
    pub partitions: &'a [Partition],
    /// Whether the namespace is granted a role.
    pub grants_role: bool,
    /// All other policies that could select the same pods, Cilium's and Kubernetes': the roots of
    /// their documents.
    pub others: &'a [Node<'a>],
    /// Whether these are all: a single file outside of a repository says nothing of others.
    pub is_whole: bool,
}

/// Whether a document is a Cilium policy, or meant to be one.
pub fn is_policy(document: Node<'_>) -> bool {
    Kind::meant(document).is_some()
}

/// Everything that is wrong with the policy in this document, in the order of the text; nothing for
/// a document that is no policy.
pub fn findings(file: &YamlFile, document: Node<'_>, context: &PolicyContext<'_>) -> Vec<Finding> {
    let Some(kind) = Kind::meant(document) else {
        return Vec::new();
    };
    let mut report = Report::of(file.path.as_str());
    if is_too_large(document) {
        let message = "aliases of aliases: kubectl refuses a text that grows like this";
        let fault = Fault::of("policy/invalid-yaml", message, "write the values out");
        report.refused(RefusedBy::Build, document, fault);
        return report.into_findings();
    }
    let has_duplicates = duplicates(&mut report, document);
    kinds::check(&mut report, document, kind);
    let place = shape::Place { map: document, at: document };
    structure::check(&mut report, &crd::DOCUMENT, "", place);
    let is_clusterwide = kind == Kind::Clusterwide;
    agent::check(&mut report, document, is_clusterwide);
    selectors::standing(&mut report, document, is_clusterwide, context);
    // Of two equal keys, nobody knows which is meant.
    if !has_duplicates {
        meaning(&mut report, document, is_clusterwide, context);
    }
    report.into_findings()
}

/// A policy file that can't be read as YAML.
pub fn unreadable(error: &ReadError) -> Finding {
    let help = "mend the text at this place";
    let finding = Finding::on_disk(
        "policy/invalid-yaml",
        Level::Error,
        error.path.as_str(),
        error.reason.clone(),
        help,
    );
    let finding = finding.refused_by(RefusedBy::Build);
    match error.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}

/// Only aliases make a text larger than it is.
fn is_too_large(document: Node<'_>) -> bool {
    document.yaml().has_anchors() && Value::of(document).is_none()
}

/// Of two equal keys in a map, kustomize takes none. Says whether there are some.
fn duplicates(report: &mut Report<'_>, node: Node<'_>) -> bool {
    if node.is_alias() {
        return false;
    }
    let keys = equal_keys(node);
    for key in &keys {
        let message = format!("`{}` is here twice", key.text().unwrap_or_default());
        let fault = Fault::of("policy/duplicate-key", message, "keep one, with all entries");
        report.refused(RefusedBy::Build, *key, fault);
    }
    let mut found = !keys.is_empty();
    for below in node.items().chain(node.entries().map(|entry| entry.value)) {
        found |= duplicates(report, below);
    }
    found
}

/// Maps here are small: comparing each two keys is faster than a set of them.
fn equal_keys<'a>(map: Node<'a>) -> Vec<Node<'a>> {
    if map.entries().len() > MANY_KEYS {
        return map.duplicate_keys();
    }
    let is_second = |(at, entry): (usize, &Entry<'a>)| {
        let text = entry.key.text();
        text.is_some() && map.entries().take(at).any(|other| other.key.text() == text)
    };
    let entries = map.entries().enumerate();
    entries.filter(|(at, entry)| is_second((*at, entry))).map(|(_, entry)| entry.key).collect()
}

/// More keys than that are counted with a set.
const MANY_KEYS: usize = 16;

/// What the rules mean, beside the other policies for the same pods.
fn meaning(
    report: &mut Report<'_>,
    document: Node<'_>,
    is_clusterwide: bool,
    context: &PolicyContext<'_>,
) {
    let namespace = context.namespace;
    let own = Subject::all_of(document, namespace);
    let needs_others = own.iter().any(|one| rules::egress(one.spec).next().is_some());
    let others = context.others.iter().filter(|other| needs_others && !is_too_large(**other));
    let others: Vec<Subject<'_>> =
        others.flat_map(|other| Subject::all_of(*other, namespace)).collect();
    for subject in &own {
        let all = own.iter().chain(&others);
        let related: Vec<&Subject<'_>> =
            all.filter(|other| std::ptr::eq(*other, subject) || subject.meets(other)).collect();
        let spec = subject.spec;
        let own_namespace = subject.namespace();
        selectors::check(report, spec, is_clusterwide, own_namespace);
        selectors::default_deny(report, spec, context.cilium);
        names::check(report, spec, &related, context.cilium, context.partitions);
        reach::check(report, subject, &related, context);
    }
}
