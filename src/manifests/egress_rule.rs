//! What one egress rule opens, in a Cilium policy or a Kubernetes NetworkPolicy.

use std::net::{IpAddr, Ipv4Addr};

use super::network_policy::PolicyKind;
use super::yaml::{Node, Scalar};
use crate::domain::cidr::Cidr;
use crate::domain::endpoints::matches;

/// Where the pods ask for credentials.
pub const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

/// The fields of a Cilium rule that name peers. Where one stands, empty or not, nothing else is
/// meant.
pub const PEERS: [&str; 9] = [
    "toEndpoints",
    "toFQDNs",
    "toCIDR",
    "toCIDRSet",
    "toEntities",
    "toServices",
    "toGroups",
    "toNodes",
    "toRequires",
];

/// An egress rule and the kind of its policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct EgressRule<'a> {
    pub(super) kind: PolicyKind,
    pub(super) node: Node<'a>,
}

impl<'a> EgressRule<'a> {
    /// Whether it opens 169.254.169.254:80, as Cilium sees it before the DNAT.
    pub(super) fn opens_metadata(self) -> bool {
        let by_address = self.blocks().any(|block| block.contains(METADATA));
        (by_address || self.names_world() || self.is_for_all_peers()) && self.opens_port(80)
    }

    /// Whether it opens a host over HTTPS.
    pub(super) fn opens_host(self, host: &str) -> bool {
        let by_address = self.blocks().any(|block| block.cidr.length == 0);
        let is_meant =
            self.names_host(host) || by_address || self.names_world() || self.is_for_all_peers();
        is_meant && self.opens_port(443)
    }

    fn items(self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.node.get(key).into_iter().flat_map(Node::items)
    }

    fn has_items(self, key: &str) -> bool {
        self.items(key).next().is_some()
    }

    /// Without peers, a rule is for all of them; only Cilium's empty rule is for none.
    fn is_for_all_peers(self) -> bool {
        match self.kind {
            PolicyKind::Kubernetes => !self.has_items("to"),
            _ => PEERS.iter().all(|key| self.node.get(key).is_none()) && self.has_items("toPorts"),
        }
    }

    fn names_world(self) -> bool {
        let mut entities = self.items("toEntities").filter_map(Node::text);
        entities.any(|entity| matches!(entity, "world" | "all" | "world-ipv4"))
    }

    fn names_host(self, host: &str) -> bool {
        self.items("toFQDNs").any(|entry| {
            let text = |key| entry.get(key).and_then(Node::text);
            text("matchName").is_some_and(|name| name.eq_ignore_ascii_case(host))
                || text("matchPattern").is_some_and(|pattern| matches(pattern, host))
        })
    }

    fn blocks(self) -> impl Iterator<Item = Block<'a>> {
        let plain = self.items("toCIDR").filter_map(|node| Block::of(node, None));
        let sets = self.items("toCIDRSet");
        let own = self.items("to").filter_map(|peer| peer.get("ipBlock"));
        let sets = sets.chain(own).filter_map(|set| Block::of(set.get("cidr")?, set.get("except")));
        plain.chain(sets)
    }

    /// Whether it is for this TCP port; a rule without ports is for all.
    fn opens_port(self, wanted: u16) -> bool {
        if self.kind == PolicyKind::Kubernetes {
            return !self.has_items("ports")
                || self.items("ports").any(|port| is_port(port, wanted));
        }
        if !self.has_items("toPorts") {
            return !self.has_items("icmps");
        }
        self.items("toPorts").any(|to_ports| {
            let mut ports = to_ports.get("ports").into_iter().flat_map(Node::items).peekable();
            ports.peek().is_none() || ports.any(|port| is_port(port, wanted))
        })
    }
}

/// A block of addresses without some of them.
struct Block<'a> {
    cidr: Cidr,
    except: Option<Node<'a>>,
}

impl<'a> Block<'a> {
    fn of(cidr: Node<'a>, except: Option<Node<'a>>) -> Option<Self> {
        Some(Block { cidr: Cidr::parse(cidr.text()?)?, except })
    }

    fn contains(&self, address: IpAddr) -> bool {
        let except = self.except.into_iter().flat_map(Node::items).filter_map(Node::text);
        let mut except = except.filter_map(Cidr::parse);
        self.cidr.contains(address) && !except.any(|cidr| cidr.contains(address))
    }
}

/// Whether an entry of a list of ports is for this TCP port. No port, or port 0, is all of them.
fn is_port(entry: Node<'_>, wanted: u16) -> bool {
    let protocol = entry.get("protocol").and_then(Node::text);
    if !matches!(protocol, None | Some("TCP" | "ANY")) {
        return false;
    }
    let Some(port) = entry.get("port") else {
        return true;
    };
    let Some(first) = port.text().and_then(|text| text.parse::<u16>().ok()) else {
        return false;
    };
    let last = match entry.get("endPort").and_then(Node::scalar) {
        Some(Scalar::Int(last)) => last,
        _ => i64::from(first),
    };
    first == 0 || (i64::from(first)..=last).contains(&i64::from(wanted))
}

#[cfg(test)]
mod tests {
    use super::super::yaml::Yaml;
    use super::*;

    #[track_caller]
    fn opens(kind: PolicyKind, rule: &str, metadata: bool, host: bool) {
        let yaml = Yaml::parse(rule).unwrap();
        let it = EgressRule { kind, node: yaml.root().unwrap() };
        assert_eq!(it.opens_metadata(), metadata, "{rule}");
        assert_eq!(it.opens_host("sts.eu-west-1.amazonaws.com"), host, "{rule}");
    }

    #[test]
    fn ports_without_peers_are_open_to_all_of_them() {
        let cilium = |rule, metadata, host| opens(PolicyKind::Cilium, rule, metadata, host);
        cilium("toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]", true, false);
        cilium("toPorts: [{ports: [{port: \"443\"}]}]", false, true);
        cilium("{toEndpoints: [], toPorts: [{ports: [{port: \"80\"}]}]}", false, false);
        cilium("{toEndpoints: [{}], toPorts: [{ports: [{port: \"80\"}]}]}", false, false);
        cilium("{}", false, false);
        cilium("icmps: [{fields: [{type: 8}]}]", false, false);
        let kubernetes = |rule, metadata, host| opens(PolicyKind::Kubernetes, rule, metadata, host);
        kubernetes("{}", true, true);
        kubernetes("{to: [], ports: [{port: 80}]}", true, false);
        kubernetes("{to: [{podSelector: {}}]}", false, false);
    }

    #[test]
    fn addresses_are_open_but_for_their_exceptions() {
        let cilium = |rule, metadata, host| opens(PolicyKind::Cilium, rule, metadata, host);
        cilium("toCIDR: [169.254.0.0/16]", true, false);
        cilium("toCIDR: [169.254.169.0/24]", true, false);
        cilium("toCIDR: [10.0.0.0/8]", false, false);
        cilium("toCIDRSet: [{cidr: 0.0.0.0/0}]", true, true);
        cilium("toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}]", false, true);
        cilium("toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]", true, true);
        let block = "to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]";
        opens(PolicyKind::Kubernetes, block, false, true);
    }

    #[test]
    fn ports_are_tcp_and_may_be_a_range() {
        let world = |ports: &str, metadata, host| {
            let rule = format!("{{toEntities: [world], toPorts: [{{ports: [{ports}]}}]}}");
            opens(PolicyKind::Cilium, &rule, metadata, host);
        };
        world("{port: \"0\"}", true, true);
        world("{port: \"1\", endPort: 1024, protocol: TCP}", true, true);
        world("{port: \"81\", endPort: 442, protocol: TCP}", false, false);
        world("{port: \"80\", protocol: UDP}, {port: \"443\", protocol: UDP}", false, false);
        world("{port: \"80\", protocol: ANY}", true, false);
        opens(PolicyKind::Kubernetes, "ports: [{protocol: TCP}]", true, true);
    }
}
