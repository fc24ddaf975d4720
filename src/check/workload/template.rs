//! A workload, and the way to its pod template.

use crate::manifests::yaml::Node;

/// The annotations that kube2iam reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) role: &'a str,
    pub(super) external_id: &'a str,
}

/// Something that makes pods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Workload<'a> {
    pub(super) kind: &'a str,
    root: Node<'a>,
    /// The way from the root to what is a pod.
    way: &'static [&'static str],
}

/// The kinds with a pod template, and the way to it.
const KINDS: [(&str, &[&str]); 8] = [
    ("Pod", &[]),
    ("Deployment", &["spec", "template"]),
    ("StatefulSet", &["spec", "template"]),
    ("DaemonSet", &["spec", "template"]),
    ("ReplicaSet", &["spec", "template"]),
    ("ReplicationController", &["spec", "template"]),
    ("Job", &["spec", "template"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template"]),
];

/// Where annotations for pods end up by mistake.
const ABOVE: [&[&str]; 4] = [&[], &["spec"], &["spec", "template"], &["spec", "jobTemplate"]];

impl<'a> Workload<'a> {
    /// Takes a document, if it makes pods.
    pub(super) fn of(root: Node<'a>) -> Option<Self> {
        let kind = root.get("kind")?.text()?;
        let (kind, way) = KINDS.into_iter().find(|(known, _)| *known == kind)?;
        Some(Workload { kind, root, way })
    }

    pub(super) fn name(&self) -> &'a str {
        self.root.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default()
    }

    pub(super) fn namespace(&self) -> Option<&'a str> {
        self.root.at(&["metadata", "namespace"]).and_then(Node::text)
    }

    fn pod(&self) -> Option<Node<'a>> {
        self.root.at(self.way)
    }

    /// An annotation of the pods.
    pub(super) fn annotation(&self, key: &str) -> Option<Node<'a>> {
        self.pod()?.at(&["metadata", "annotations", key])
    }

    /// The key of an annotation that stands anywhere but on the pods.
    pub(super) fn misplaced(&self, key: &str) -> Option<Node<'a>> {
        let above = ABOVE.into_iter().filter(|way| *way != self.way);
        let mut maps = above.filter_map(|way| {
            let node = self.root.at(way)?;
            [node.at(&["metadata", "annotations"]), node.get("annotations")]
                .into_iter()
                .flatten()
                .find_map(|map| map.entry(key))
        });
        maps.next().map(|entry| entry.key)
    }

    /// The key of a label of the workload or of its pods.
    pub(super) fn label(&self, key: &str) -> Option<Node<'a>> {
        let nodes = [self.pod(), Some(self.root)].into_iter().flatten();
        let mut maps = nodes.filter_map(|node| node.at(&["metadata", "labels"]));
        maps.find_map(|map| map.entry(key)).map(|entry| entry.key)
    }

    /// The labels of the pods.
    pub(super) fn labels(&self) -> Vec<(String, String)> {
        let map = self.pod().and_then(|pod| pod.at(&["metadata", "labels"]));
        let entries = map.into_iter().flat_map(Node::entries);
        entries
            .filter_map(|entry| {
                Some((entry.key.text()?.to_owned(), entry.value.text()?.to_owned()))
            })
            .collect()
    }

    /// A field of the pods' `spec`.
    pub(super) fn spec(&self, field: &str) -> Option<Node<'a>> {
        self.pod()?.at(&["spec", field])
    }

    /// The pods' service account, and where it is named.
    pub(super) fn service_account(&self) -> (&'a str, Option<Node<'a>>) {
        let fields = ["serviceAccountName", "serviceAccount"].into_iter();
        let named = fields.filter_map(|field| self.spec(field));
        let named = named.filter_map(|node| Some((node.text().filter(|t| !t.is_empty())?, node)));
        named.map(|(text, node)| (text, Some(node))).next().unwrap_or(("default", None))
    }

    /// The way to the pods' template in words.
    pub(super) fn template_path(&self) -> String {
        self.way.join(".")
    }

    /// The same with a dot behind it, if there is one.
    pub(super) fn template_prefix(&self) -> String {
        self.way.iter().map(|key| format!("{key}.")).collect()
    }
}
