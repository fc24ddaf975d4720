//! What one rule of a policy is about, in a Cilium policy or a Kubernetes NetworkPolicy.

use std::net::IpAddr;

use super::extent::{Doubt, Extent};
use super::peer_pods::PeerPods;
use super::{Target, names, ports};
use crate::domain::cidr::Cidr;
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::name::Namespace;
use crate::manifests::network_policy::{METADATA, PEERS, PolicyKind};
use crate::manifests::yaml::Node;

/// A rule of `egress` or `egressDeny`, and what it has to be read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) node: Node<'a>,
    pub(super) kind: PolicyKind,
    /// The namespace of the pods that it is for.
    pub(super) own: &'a Namespace,
    pub(super) version: Option<CiliumVersion>,
}

impl<'a> Rule<'a> {
    /// How much of a target it is about. `learned` says whether the addresses of a host's name get
    /// known, without which a name in the rule opens nothing.
    pub(super) fn covers(self, target: Target<'_>, learned: Extent) -> Extent {
        let ports = match self.kind {
            PolicyKind::Kubernetes => ports::kubernetes(self.node, target),
            _ => ports::cilium(self.node, target, self.version),
        };
        if ports.is_none() {
            return Extent::None;
        }
        ports.and(self.peers(target, learned)).and(self.more())
    }

    /// Whether it has Cilium's proxy learn the addresses of a name that this server is asked for.
    pub(super) fn learns(self, peer: &DnsPeer, name: &str) -> Extent {
        let question = Target::Question(peer, name);
        let proxied = ports::proxied(self.node, question, self.version);
        if proxied.is_none() {
            return Extent::None;
        }
        proxied.and(self.peers(question, Extent::None)).and(self.more())
    }

    /// Whether a host is among its names.
    pub(super) fn names_host(self, name: &str) -> Extent {
        names::widest(self.items("toFQDNs"), name, self.version)
    }

    fn items(self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.node.get(key).into_iter().flat_map(Node::items)
    }

    fn has_items(self, key: &str) -> bool {
        self.items(key).next().is_some()
    }

    /// What a rule can ask for beside its peers.
    fn more(self) -> Extent {
        let has_more = self.has_items("toRequires") || self.node.get("authentication").is_some();
        if has_more { Extent::Perhaps(Doubt::Requirements) } else { Extent::All }
    }

    fn peers(self, target: Target<'_>, learned: Extent) -> Extent {
        if self.is_for_all_peers() {
            return Extent::All;
        }
        let pods = self.pods().map(|pods| self.pod_peer(&pods, target));
        let entities = self.items("toEntities").filter_map(Node::text);
        let entities = entities.map(|entity| of_entity(entity, target));
        let blocks = self.blocks().map(|block| block.covers(target));
        let others = ["toServices", "toGroups"].into_iter().filter(|key| self.has_items(key));
        let others = others.map(|key| of_elsewhere(key, target));
        let named = match target {
            Target::Host { name, .. } => self.names_host(name).and(learned),
            _ => Extent::None,
        };
        Extent::widest(pods.chain(entities).chain(blocks).chain(others).chain([named]))
    }

    /// Without peers, a rule is for all of them; only Cilium's empty rule is for none.
    fn is_for_all_peers(self) -> bool {
        match self.kind {
            PolicyKind::Kubernetes => !self.has_items("to"),
            _ => PEERS.iter().all(|key| self.node.get(key).is_none()) && self.has_items("toPorts"),
        }
    }

    fn pods(self) -> impl Iterator<Item = PeerPods<'a>> {
        let kind = self.kind;
        let endpoints = self.items("toEndpoints");
        let endpoints = endpoints.map(move |selector| PeerPods::of_endpoints(selector, kind));
        let to = self.items("to").filter(|peer| peer.get("ipBlock").is_none());
        endpoints.chain(to.map(PeerPods::of_kubernetes))
    }

    fn pod_peer(self, pods: &PeerPods<'_>, target: Target<'_>) -> Extent {
        match target {
            Target::Dns(DnsPeer::Pods { namespace, labels, .. })
            | Target::Question(DnsPeer::Pods { namespace, labels, .. }, _) => {
                pods.has(self.own, namespace, labels)
            }
            Target::OwnPods => pods.own(self.own),
            Target::OtherPods => pods.others(self.own),
            _ => Extent::None,
        }
    }

    /// Addresses never mean pods or nodes: those have identities.
    fn blocks(self) -> impl Iterator<Item = Block<'a>> {
        let plain = self.items("toCIDR").map(|node| Block::of(Some(node), None));
        let own = self.items("to").filter_map(|peer| peer.get("ipBlock"));
        let sets = self.items("toCIDRSet").chain(own);
        plain.chain(sets.map(|set| Block::of(set.get("cidr"), set.get("except"))))
    }
}

/// Where a target is, as far as Cilium tells identities apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Realm {
    /// Pods of the cluster.
    Pods,
    /// Outside of it.
    World,
    /// An address, of which it is not certain whether it is one of the node's.
    Address,
}

impl Target<'_> {
    fn realm(self) -> Realm {
        match self {
            Target::Dns(DnsPeer::Address { .. }) | Target::Question(DnsPeer::Address { .. }, _) => {
                Realm::Address
            }
            Target::Metadata | Target::Host { .. } => Realm::World,
            _ => Realm::Pods,
        }
    }
}

fn of_entity(entity: &str, target: Target<'_>) -> Extent {
    match (entity, target.realm()) {
        ("all", _) | ("cluster", Realm::Pods) | ("world" | "world-ipv4", Realm::World) => {
            Extent::All
        }
        ("world" | "world-ipv4" | "cluster" | "host", Realm::Address) => {
            Extent::Perhaps(Doubt::Node)
        }
        ("world-ipv6", Realm::World) if matches!(target, Target::Host { .. }) => {
            Extent::Perhaps(Doubt::Addresses)
        }
        _ => Extent::None,
    }
}

/// What stands outside of the policy: the endpoints of a Service, the addresses of a group.
fn of_elsewhere(key: &str, target: Target<'_>) -> Extent {
    match (key, target.realm()) {
        ("toServices", _) if target.is_metadata() => Extent::None,
        ("toServices", _) => Extent::Perhaps(Doubt::Services),
        (_, Realm::Pods) => Extent::None,
        _ => Extent::Perhaps(Doubt::Groups),
    }
}

/// A block of addresses without some of them; `None` is one that is defined elsewhere.
struct Block<'a> {
    cidr: Option<Cidr>,
    is_elsewhere: bool,
    except: Option<Node<'a>>,
}

/// What private networks use (RFC 1918, 6598, 3927): no public host is there.
const PRIVATE: [&str; 5] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

/// Addresses of a link: the metadata address is there, and no endpoint of a network.
const LINK_LOCAL: &str = "169.254.0.0/16";

impl<'a> Block<'a> {
    fn of(cidr: Option<Node<'a>>, except: Option<Node<'a>>) -> Self {
        let is_elsewhere = cidr.is_none();
        Block { cidr: cidr.and_then(Node::text).and_then(Cidr::parse), is_elsewhere, except }
    }

    fn exceptions(&self) -> impl Iterator<Item = Cidr> {
        let except = self.except.into_iter().flat_map(Node::items);
        except.filter_map(Node::text).filter_map(Cidr::parse)
    }

    fn covers(&self, target: Target<'_>) -> Extent {
        if target.realm() == Realm::Pods {
            return Extent::None;
        }
        if self.is_elsewhere {
            return Extent::Perhaps(Doubt::Groups);
        }
        let Some(cidr) = self.cidr else {
            return Extent::None;
        };
        match target {
            Target::Metadata => Extent::of(self.has(METADATA)),
            Target::Dns(DnsPeer::Address { cidr: asked, .. })
            | Target::Question(DnsPeer::Address { cidr: asked, .. }, _) => {
                Extent::of(Cidr::parse(asked).is_some_and(|asked| self.has(asked.address)))
            }
            Target::Host { may_be_private, .. } => self.covers_host(cidr, may_be_private),
            _ => Extent::None,
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.cidr.is_some_and(|cidr| cidr.contains(address))
            && !self.exceptions().any(|except| except.contains(address))
    }

    /// Nobody knows the addresses of a host; only what holds for all of them counts.
    fn covers_host(&self, cidr: Cidr, may_be_private: bool) -> Extent {
        let takes_away = |except: Cidr| is_in(except, &PRIVATE);
        if cidr.length == 0 && cidr.address.is_ipv4() && self.exceptions().all(takes_away) {
            return Extent::All;
        }
        let is_none = is_in(cidr, &[LINK_LOCAL]) || (!may_be_private && is_in(cidr, &PRIVATE));
        if is_none { Extent::None } else { Extent::Perhaps(Doubt::Addresses) }
    }
}

/// Whether a block lies in one of these.
fn is_in(block: Cidr, blocks: &[&str]) -> bool {
    let mut blocks = blocks.iter().filter_map(|text| Cidr::parse(text));
    blocks.any(|outer| outer.length <= block.length && outer.contains(block.address))
}
