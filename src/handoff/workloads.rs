//! Where the annotation stands in each kind of workload: manifests to copy from.

use super::Handoff;
use crate::manifests::yaml::{Value, block_text};

/// A kind of workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// Its kind.
    pub kind: &'static str,
    /// Its `apiVersion`.
    pub version: &'static str,
    /// The way from the root to what is a pod.
    way: &'static [&'static str],
}

/// The kinds that are shown.
pub const WORKLOADS: [Workload; 6] = [
    Workload { kind: "Deployment", version: "apps/v1", way: &["spec", "template"] },
    Workload { kind: "StatefulSet", version: "apps/v1", way: &["spec", "template"] },
    Workload { kind: "DaemonSet", version: "apps/v1", way: &["spec", "template"] },
    Workload { kind: "Job", version: "batch/v1", way: &["spec", "template"] },
    Workload {
        kind: "CronJob",
        version: "batch/v1",
        way: &["spec", "jobTemplate", "spec", "template"],
    },
    Workload { kind: "Pod", version: "v1", way: &[] },
];

impl Workload {
    /// The way to the annotations, with dots.
    pub fn place(&self) -> String {
        [self.way, &["metadata", "annotations"]].concat().join(".")
    }
}

/// A workload as far as its role is concerned: the annotation where kube2iam looks, and the account
/// and labels by which the policies know its pods.
pub fn manifest(handoff: &Handoff, workload: &Workload) -> String {
    let mut pod = pod(handoff);
    for key in workload.way.iter().rev() {
        pod = vec![((*key).to_owned(), Value::Map(pod))];
    }
    let mut root = vec![
        ("apiVersion".to_owned(), Value::string(workload.version)),
        ("kind".to_owned(), Value::string(workload.kind)),
    ];
    root.extend(pod);
    block_text(&Value::Map(root))
}

type Fields = Vec<(String, Value)>;

fn pod(handoff: &Handoff) -> Fields {
    let texts = |pairs: &[(&str, &str)]| {
        let field = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::string(*value));
        Value::Map(pairs.iter().map(field).collect())
    };
    let role = handoff.role().map(ToString::to_string).unwrap_or_default();
    let mut annotations = vec![(handoff.role_key.as_str(), role.as_str())];
    if let Some(id) = &handoff.external_id {
        annotations.push((&handoff.external_id_key, id));
    }
    let mut metadata = vec![("annotations".to_owned(), texts(&annotations))];
    let labels =
        handoff.network.pods.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let labels: Vec<(&str, &str)> = labels.collect();
    if !labels.is_empty() {
        metadata.push(("labels".to_owned(), texts(&labels)));
    }
    let mut pod = vec![("metadata".to_owned(), Value::Map(metadata))];
    if let Some(account) = handoff.network.pods.service_accounts.first() {
        let spec = texts(&[("serviceAccountName", account)]);
        pod.push(("spec".to_owned(), spec));
    }
    pod
}
