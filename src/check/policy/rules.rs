//! What a rule of a policy opens: ports, the metadata address, names.

use super::addresses::port_number;
use super::groups::ports;
use super::parts::{
    entry, get, has_items, items, number_of, restricts_egress, text, text_of, texts,
};
use super::pods::Subject;
use crate::domain::cidr::Cidr;
use crate::manifests::network_policy::{METADATA, PEERS, PolicyKind};
use crate::manifests::yaml::{Node, Scalar};

/// The port of the metadata address.
pub(super) const METADATA_PORT: u16 = 80;

/// The egress rules of a spec.
pub(super) fn egress(spec: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    items(spec, "egress").filter(|rule| rule.is_mapping())
}

/// The entries of `toFQDNs` in a spec: the name or pattern, and its node.
pub(super) fn hosts(spec: Node<'_>) -> impl Iterator<Item = (Node<'_>, &str)> {
    egress(spec).flat_map(|rule| items(rule, "toFQDNs")).filter_map(host)
}

/// Those of them that are patterns.
pub(super) fn patterns(spec: Node<'_>) -> impl Iterator<Item = (Node<'_>, &str)> {
    let entries = egress(spec).flat_map(|rule| items(rule, "toFQDNs"));
    entries.filter_map(|entry| host(entry).filter(|_| get(entry, "matchPattern").is_some()))
}

/// The name or the pattern of one entry.
fn host(entry: Node<'_>) -> Option<(Node<'_>, &str)> {
    let node = get(entry, "matchPattern").or_else(|| get(entry, "matchName"))?;
    Some((node, text(node)?))
}

/// The names that DNS rules let pods ask for.
pub(super) fn questions(spec: Node<'_>) -> impl Iterator<Item = (Node<'_>, &str)> {
    let to_ports = egress(spec).flat_map(|rule| items(rule, "toPorts"));
    let rules = to_ports.filter_map(|to_ports| get(to_ports, "rules"));
    rules.flat_map(|rules| items(rules, "dns")).filter_map(host)
}

/// Whether an entry of `ports` is for this port, and names it.
fn is_port(entry: Node<'_>, wanted: u16) -> bool {
    let Some(first) = text_of(entry, "port").and_then(port_number) else {
        return false;
    };
    let last = number_of(entry, "endPort").unwrap_or(0);
    first == 0 || first == wanted || (first < wanted && i64::from(wanted) <= last)
}

fn is_tcp(entry: Node<'_>) -> bool {
    matches!(text_of(entry, "protocol"), None | Some("TCP" | "ANY"))
}

/// The first entry of `ports` in a rule that names a port, in an item of `toPorts` that will do.
pub(super) fn named_port<'a>(
    rule: Node<'a>,
    wanted: u16,
    will_do: impl Fn(Node<'a>) -> bool,
) -> Option<Node<'a>> {
    let to_ports = items(rule, "toPorts").filter(|to_ports| will_do(*to_ports));
    to_ports.flat_map(ports).find(|entry| is_port(*entry, wanted))
}

/// Whether a rule opens a TCP port, perhaps with all others.
pub(super) fn opens_port(rule: Node<'_>, wanted: u16) -> bool {
    if !has_items(rule, "toPorts") {
        return !has_items(rule, "icmps");
    }
    items(rule, "toPorts").any(|to_ports| {
        !has_items(to_ports, "ports")
            || ports(to_ports).any(|entry| is_tcp(entry) && is_port(entry, wanted))
    })
}

pub(super) fn is_metadata(cidr: &str) -> bool {
    Cidr::parse(cidr).is_some_and(|cidr| cidr.contains(METADATA))
}

/// Whether an entry of `toCIDRSet`, or an `ipBlock`, has the metadata address in it.
pub(super) fn set_has_metadata(set: Node<'_>) -> bool {
    text_of(set, "cidr").is_some_and(is_metadata)
        && !texts(set, "except").any(|(_, except)| is_metadata(except))
}

/// Whether a Cilium rule opens the metadata address, as Cilium sees it before the DNAT.
fn opens_metadata(rule: Node<'_>) -> bool {
    let has_peers = PEERS.iter().any(|key| entry(rule, key).is_some());
    let everywhere = !has_peers && has_items(rule, "toPorts");
    let by_address = texts(rule, "toCIDR").any(|(_, cidr)| is_metadata(cidr))
        || items(rule, "toCIDRSet").any(set_has_metadata);
    let by_entity = texts(rule, "toEntities").any(|(_, name)| matches!(name, "world" | "all"));
    (everywhere || by_address || by_entity) && opens_port(rule, METADATA_PORT)
}

/// Whether a spec denies the metadata address, which no other policy can allow then.
pub(super) fn denies_metadata(spec: Node<'_>) -> bool {
    items(spec, "egressDeny").any(|rule| {
        let by_address = texts(rule, "toCIDR").any(|(_, cidr)| is_metadata(cidr))
            || items(rule, "toCIDRSet").any(set_has_metadata);
        by_address && opens_port(rule, METADATA_PORT)
    })
}

/// The same of a rule of a Kubernetes NetworkPolicy.
fn kubernetes_opens_metadata(rule: Node<'_>) -> bool {
    let to = get(rule, "to").filter(|to| to.items().len() > 0);
    let peers = to.into_iter().flat_map(Node::items);
    let by_address = peers.filter_map(|peer| get(peer, "ipBlock")).any(set_has_metadata);
    let has_port = !has_items(rule, "ports")
        || items(rule, "ports").any(|entry| {
            let wanted = i64::from(METADATA_PORT);
            let first = get(entry, "port").and_then(Node::scalar);
            let last = number_of(entry, "endPort").unwrap_or(0);
            match first {
                None => true,
                Some(Scalar::Int(first)) => first == wanted || (first..=last).contains(&wanted),
                _ => false,
            }
        });
    (to.is_none() || by_address) && has_port
}

impl Subject<'_> {
    /// Whether it opens the metadata address to its pods.
    pub(super) fn opens_metadata(&self) -> bool {
        match self.kind {
            PolicyKind::Kubernetes => egress(self.spec).any(kubernetes_opens_metadata),
            _ => egress(self.spec).any(opens_metadata) && !denies_metadata(self.spec),
        }
    }

    /// Whether it puts its pods into egress default-deny.
    pub(super) fn restricts_egress(&self) -> bool {
        if self.kind != PolicyKind::Kubernetes {
            return restricts_egress(self.spec);
        }
        match has_items(self.spec, "policyTypes") {
            true => texts(self.spec, "policyTypes").any(|(_, name)| name == "Egress"),
            false => has_items(self.spec, "egress"),
        }
    }

    /// Whether it opens port 53 to its pods.
    pub(super) fn opens_dns_port(&self) -> bool {
        match self.kind {
            PolicyKind::Kubernetes => {
                let ports = egress(self.spec).flat_map(|rule| items(rule, "ports"));
                let mut numbers = ports.filter_map(|entry| number_of(entry, "port"));
                numbers.any(|number| number == 53)
            }
            _ => egress(self.spec).any(|rule| named_port(rule, 53, |_| true).is_some()),
        }
    }
}
