//! Which pods a peer of a rule means: the DNS servers, those of the own namespace, those of others.

use super::extent::{Doubt, Extent};
use crate::domain::name::Namespace;
use crate::domain::pods::NAMESPACE_LABEL;
use crate::manifests::cilium_labels::NAMESPACE_LABELS;
use crate::manifests::network_policy::{Asks, NAMESPACE_NAME_LABEL, PolicyKind, asked};
use crate::manifests::yaml::Node;

/// What a peer asks of pods.
#[derive(Debug)]
pub(super) struct PeerPods<'a> {
    asks: Vec<(Key<'a>, Asks<'a>)>,
    /// Whether it means the policy's own namespace because it names none.
    is_own_only: bool,
}

/// What a line of a selector is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key<'a> {
    /// The namespace's name.
    Namespace,
    /// Another label of the namespace.
    OfNamespace,
    /// Something that no pod is.
    Reserved,
    /// A label of the pod.
    OfPod(&'a str),
}

impl<'a> PeerPods<'a> {
    /// The pods that an entry of `toEndpoints` means.
    pub(super) fn of_endpoints(selector: Node<'a>, kind: PolicyKind) -> Self {
        let asks: Vec<_> = asked(selector).map(|asks| (Key::of(asks.key), asks)).collect();
        let names = |key: &Key<'_>| matches!(key, Key::Namespace | Key::OfNamespace);
        let has_namespace = asks.iter().any(|(key, _)| names(key));
        PeerPods { asks, is_own_only: !has_namespace && kind != PolicyKind::CiliumClusterwide }
    }

    /// The pods that an entry of `to` in a Kubernetes policy means.
    pub(super) fn of_kubernetes(peer: Node<'a>) -> Self {
        let namespaces = peer.get("namespaceSelector");
        let of_namespace = |asks: Asks<'a>| match asks.key {
            "kubernetes.io/metadata.name" => (Key::Namespace, asks),
            _ => (Key::OfNamespace, asks),
        };
        let pods = peer.get("podSelector").into_iter().flat_map(asked);
        let pods = pods.map(|asks| (Key::OfPod(asks.key), asks));
        let asks = namespaces.into_iter().flat_map(asked).map(of_namespace).chain(pods).collect();
        PeerPods { asks, is_own_only: namespaces.is_none() }
    }

    /// Whether pods of a namespace with these labels are meant, `own` being the policy's.
    pub(super) fn has(
        &self,
        own: &Namespace,
        namespace: &Namespace,
        labels: &[(String, String)],
    ) -> Extent {
        if self.is_own_only && own != namespace {
            return Extent::None;
        }
        Extent::narrowest(self.asks.iter().map(|(key, asks)| match key {
            Key::Namespace => Extent::of(asks.takes(namespace.as_str())),
            Key::OfNamespace => Extent::Perhaps(Doubt::Labels),
            Key::Reserved => Extent::None,
            Key::OfPod(key) => match labels.iter().find(|(name, _)| name == key) {
                Some((_, value)) => Extent::of(asks.takes(value)),
                None => Extent::Perhaps(Doubt::Labels),
            },
        }))
    }

    /// How many of the pods in the policy's own namespace are meant.
    pub(super) fn own(&self, own: &Namespace) -> Extent {
        Extent::narrowest(self.asks.iter().map(|(key, asks)| match key {
            Key::Namespace => Extent::of(asks.takes(own.as_str())),
            Key::OfNamespace => Extent::Perhaps(Doubt::Labels),
            Key::Reserved => Extent::None,
            Key::OfPod(_) => Extent::Part,
        }))
    }

    /// How many of the pods in all other namespaces are meant.
    pub(super) fn others(&self, own: &Namespace) -> Extent {
        if self.is_own_only {
            return Extent::None;
        }
        Extent::narrowest(self.asks.iter().map(|(key, asks)| match key {
            Key::Namespace => asks.takes_others(own.as_str()),
            Key::OfNamespace | Key::OfPod(_) => Extent::Part,
            Key::Reserved => Extent::None,
        }))
    }
}

impl<'a> Key<'a> {
    fn of(key: &'a str) -> Self {
        match key {
            NAMESPACE_LABEL | NAMESPACE_NAME_LABEL => Key::Namespace,
            key if key.starts_with(NAMESPACE_LABELS) => Key::OfNamespace,
            key if key.starts_with("reserved:") => Key::Reserved,
            key => Key::OfPod(key),
        }
    }
}

impl Asks<'_> {
    /// Whether a label with this value will do.
    fn takes(&self, value: &str) -> bool {
        match self.operator {
            "In" => self.values.contains(&value),
            "NotIn" => !self.values.contains(&value),
            "Exists" => true,
            _ => false,
        }
    }

    /// How many of the values beside this one will do.
    fn takes_others(&self, own: &str) -> Extent {
        let has_other = self.values.iter().any(|value| *value != own);
        match (self.operator, has_other) {
            ("Exists", _) | ("NotIn", false) => Extent::All,
            ("NotIn" | "In", true) => Extent::Part,
            _ => Extent::None,
        }
    }
}
