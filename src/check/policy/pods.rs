//! Which pods the rules of a policy are for, as far as labels say, and whether two of them can be
//! for the same ones.

use super::parts::{effective, entry, get, items, specs, text, text_of, texts};
use crate::domain::pods::NAMESPACE_LABEL;
use crate::manifests::network_policy::{NetworkPolicy, PolicyKind};
use crate::manifests::yaml::Node;

/// The namespace's name as one of its labels, in Cilium's spelling.
pub(super) const NAMESPACE_NAME_LABEL: &str =
    "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name";

/// What one line of a selector asks for.
pub(super) struct Requirement<'a> {
    /// The key, without Cilium's source before it.
    pub(super) key: &'a str,
    /// The node of the key.
    pub(super) node: Node<'a>,
    pub(super) wants: Wants,
    pub(super) values: Vec<&'a str>,
}

/// What is asked of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// Rules, and the pods that they are for.
pub(super) struct Subject<'a> {
    pub(super) spec: Node<'a>,
    pub(super) kind: PolicyKind,
    /// `None` where the rules are for nodes.
    requirements: Option<Vec<Requirement<'a>>>,
    /// `None` where any, or not known.
    namespace: Option<&'a str>,
}

/// Drops the source that Cilium allows before a label's key.
pub(super) fn without_source(key: &str) -> &str {
    key.strip_prefix("k8s:").or_else(|| key.strip_prefix("any:")).unwrap_or(key)
}

/// What a selector asks for; an expression that can't be read asks for nothing.
pub(super) fn requirements(selector: Node<'_>) -> Vec<Requirement<'_>> {
    let labels = get(selector, "matchLabels").into_iter().flat_map(effective);
    let labels = labels.filter_map(|label| {
        let key = without_source(label.key.text()?);
        let values = text(label.value).into_iter().collect();
        Some(Requirement { key, node: label.key, wants: Wants::In, values })
    });
    let expressions = items(selector, "matchExpressions").filter_map(|expression| {
        let wants = match text_of(expression, "operator")? {
            "In" => Wants::In,
            "NotIn" => Wants::NotIn,
            "Exists" => Wants::Exists,
            "DoesNotExist" => Wants::DoesNotExist,
            _ => return None,
        };
        let node = get(expression, "key")?;
        let values = texts(expression, "values").map(|(_, value)| value).collect();
        Some(Requirement { key: without_source(text(node)?), node, wants, values })
    });
    labels.chain(expressions).collect()
}

/// Whether no label can do for both.
fn contradict(a: &Requirement<'_>, b: &Requirement<'_>) -> bool {
    let none_in = |a: &Requirement<'_>, b: &Requirement<'_>| {
        !a.values.iter().any(|value| b.values.contains(value))
    };
    let all_in = |a: &Requirement<'_>, b: &Requirement<'_>| {
        a.values.iter().all(|value| b.values.contains(value))
    };
    match (a.wants, b.wants) {
        (Wants::In, Wants::In) => none_in(a, b),
        (Wants::In, Wants::NotIn) => all_in(a, b),
        (Wants::NotIn, Wants::In) => all_in(b, a),
        (Wants::In | Wants::Exists, Wants::DoesNotExist)
        | (Wants::DoesNotExist, Wants::In | Wants::Exists) => true,
        _ => false,
    }
}

impl<'a> Subject<'a> {
    /// The rules of a document; `namespace` is the one that it is built into, if known.
    pub(super) fn all_of(document: Node<'a>, namespace: Option<&'a str>) -> Vec<Subject<'a>> {
        let Some(kind) = NetworkPolicy::of(document).map(|policy| policy.kind()) else {
            return Vec::new();
        };
        let own = document.at(&["metadata", "namespace"]).and_then(text);
        let namespace = namespace.or(own).filter(|_| kind != PolicyKind::CiliumClusterwide);
        let subject = |spec| Subject { spec, kind, requirements: wanted(spec, kind), namespace };
        specs(document).map(subject).collect()
    }

    /// The namespace of the pods, if it is known and only one.
    pub(super) fn namespace(&self) -> Option<&'a str> {
        self.namespace
    }

    /// Whether the rules are for pods, and not for nodes.
    pub(super) fn is_for_pods(&self) -> bool {
        self.requirements.is_some()
    }

    /// Whether both can be for the same pods.
    pub(super) fn meets(&self, other: &Subject<'_>) -> bool {
        let (Some(own), Some(others)) = (&self.requirements, &other.requirements) else {
            return false;
        };
        let apart = own.iter().any(|a| {
            let mut same = others.iter().filter(|b| a.key == b.key);
            same.any(|b| contradict(a, b))
        });
        !apart && self.may_be_in(other.namespace) && other.may_be_in(self.namespace)
    }

    /// Whether its pods can be in this namespace.
    fn may_be_in(&self, namespace: Option<&str>) -> bool {
        let Some(namespace) = namespace else {
            return true;
        };
        if let Some(own) = self.namespace {
            return own == namespace;
        }
        let mut wanted = self.requirements.iter().flatten().filter(|wanted| {
            self.kind == PolicyKind::CiliumClusterwide
                && matches!(wanted.key, NAMESPACE_LABEL | NAMESPACE_NAME_LABEL)
        });
        wanted.all(|wanted| match wanted.wants {
            Wants::In => wanted.values.contains(&namespace),
            Wants::NotIn => !wanted.values.contains(&namespace),
            Wants::Exists => true,
            Wants::DoesNotExist => false,
        })
    }
}

/// What the selector of rules asks for; Cilium overwrites the namespace in a namespaced one.
fn wanted(spec: Node<'_>, kind: PolicyKind) -> Option<Vec<Requirement<'_>>> {
    let key = match kind {
        PolicyKind::Kubernetes => "podSelector",
        _ => "endpointSelector",
    };
    if entry(spec, "nodeSelector").is_some() && entry(spec, key).is_none() {
        return None;
    }
    let mut all = entry(spec, key).map(|selector| requirements(selector.value)).unwrap_or_default();
    if kind != PolicyKind::CiliumClusterwide {
        all.retain(|wanted| wanted.key != NAMESPACE_LABEL);
    }
    Some(all)
}
