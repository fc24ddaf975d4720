//! One spec of a policy: what it opens and denies, and which names it has learned.

use super::Target;
use super::extent::{Doubt, Extent};
use super::judge::Effect;
use super::rule::Rule;
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::name::Namespace;
use crate::manifests::network_policy::{PolicyKind, Selects};
use crate::manifests::yaml::Node;

/// One spec of a policy.
#[derive(Debug)]
pub(super) struct Spec<'a> {
    pub(super) policy: usize,
    pub(super) node: Node<'a>,
    pub(super) rule: RuleContext<'a>,
    pub(super) selects: Selects,
    pub(super) restricts: bool,
    /// Then nothing about it is certain.
    pub(super) is_patched: bool,
}

/// What every rule of a spec is read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleContext<'a> {
    pub(super) kind: PolicyKind,
    pub(super) own: &'a Namespace,
    pub(super) version: Option<CiliumVersion>,
}

impl<'a> Spec<'a> {
    pub(super) fn rules(&self, key: &str) -> impl Iterator<Item = Rule<'a>> + use<'a> {
        let RuleContext { kind, own, version } = self.rule;
        // A Kubernetes policy that is not for egress has no egress rules.
        let counts = kind != PolicyKind::Kubernetes || self.restricts;
        let rules = self.node.get(key).filter(|_| counts).into_iter().flat_map(Node::items);
        rules.map(move |node| Rule { node, kind, own, version })
    }

    pub(super) fn covered(&self, key: &str, target: Target<'_>, learned: Extent) -> Extent {
        let rules = || self.rules(key);
        if self.is_patched {
            return Extent::Perhaps(Doubt::Patched);
        }
        Extent::widest(rules().map(|rule| rule.covers(target, learned)))
    }

    /// What it does about a target; a name in it counts as far as `learned` says.
    pub(super) fn effect(&self, target: Target<'_>, learned: Extent) -> Effect {
        let denies = if self.is_patched {
            Extent::None
        } else {
            self.covered("egressDeny", target, Extent::None)
        };
        Effect {
            policy: self.policy,
            selects: self.selects,
            restricts: self.restricts,
            opens: self.covered("egress", target, learned),
            denies,
        }
    }

    pub(super) fn names_host(&self, name: &str) -> Extent {
        Extent::widest(self.rules("egress").map(|rule| rule.names_host(name)))
    }

    pub(super) fn learns(&self, peer: &DnsPeer, name: &str) -> Extent {
        if self.is_patched {
            return Extent::Perhaps(Doubt::Patched);
        }
        Extent::widest(self.rules("egress").map(|rule| rule.learns(peer, name)))
    }
}
