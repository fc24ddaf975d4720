//! Which ports a rule is for, and what it lets through there.

use super::Target;
use super::extent::{Doubt, Extent};
use super::names;
use crate::domain::cilium_version::CiliumVersion;
use crate::manifests::network_policy::PolicyKind;
use crate::manifests::yaml::{Node, Scalar};

/// What a target needs to be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// One port.
    Port(u16, Protocol),
    /// All of them.
    Every,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Tcp,
    Udp,
}

impl Target<'_> {
    fn wanted(self) -> Wanted {
        match self {
            // What does not fit into one packet is asked again over TCP; without UDP nothing is.
            Target::Dns(peer) | Target::Question(peer, _) => {
                Wanted::Port(peer.port(), Protocol::Udp)
            }
            Target::Metadata => Wanted::Port(80, Protocol::Tcp),
            Target::Host { .. } => Wanted::Port(443, Protocol::Tcp),
            Target::OwnPods | Target::OtherPods => Wanted::Every,
        }
    }
}

/// How much of what the target needs a rule of a Kubernetes policy opens.
pub(super) fn kubernetes(rule: Node<'_>, target: Target<'_>) -> Extent {
    let ports = || list(rule, "ports");
    if ports().next().is_none() {
        return Extent::All;
    }
    let wanted = target.wanted();
    if wanted == Wanted::Every && ports().all(|port| is_dns_port(port)) {
        return Extent::None;
    }
    Extent::widest(ports().map(|port| entry(port, PolicyKind::Kubernetes, wanted)))
}

/// The same of a rule of a Cilium policy.
pub(super) fn cilium(rule: Node<'_>, target: Target<'_>, version: Option<CiliumVersion>) -> Extent {
    let to_ports = || list(rule, "toPorts");
    if to_ports().next().is_none() {
        return Extent::of(list(rule, "icmps").next().is_none());
    }
    let wanted = target.wanted();
    if wanted == Wanted::Every && to_ports().all(is_for_dns) {
        return Extent::None;
    }
    let each =
        to_ports().map(|to_ports| l4(to_ports, wanted).and(layer7(to_ports, target, version)));
    Extent::widest(each)
}

/// How far a rule takes a question for a name through Cilium's DNS proxy.
pub(super) fn proxied(
    rule: Node<'_>,
    question: Target<'_>,
    version: Option<CiliumVersion>,
) -> Extent {
    let to_ports = list(rule, "toPorts").filter(|to_ports| dns_rules(*to_ports).next().is_some());
    let each = to_ports
        .map(|to_ports| l4(to_ports, question.wanted()).and(layer7(to_ports, question, version)));
    Extent::widest(each)
}

/// The names that the DNS rules of a rule let pods ask for.
pub(super) fn asked_names(rule: Node<'_>) -> impl Iterator<Item = &str> {
    list(rule, "toPorts").flat_map(dns_rules).filter_map(names::text)
}

fn list<'a>(node: Node<'a>, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
    node.get(key).into_iter().flat_map(Node::items)
}

fn dns_rules(to_ports: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    to_ports.at(&["rules", "dns"]).into_iter().flat_map(Node::items)
}

/// Whether this opens no more than the way to DNS servers, which is a row of its own.
fn is_for_dns(to_ports: Node<'_>) -> bool {
    let mut ports = list(to_ports, "ports").peekable();
    dns_rules(to_ports).next().is_some() || (ports.peek().is_some() && ports.all(is_dns_port))
}

fn is_dns_port(entry: Node<'_>) -> bool {
    let port = entry.get("port").and_then(Node::text);
    port == Some("53") && entry.get("endPort").is_none()
}

fn l4(to_ports: Node<'_>, wanted: Wanted) -> Extent {
    let mut ports = list(to_ports, "ports").peekable();
    if ports.peek().is_none() {
        return Extent::All;
    }
    Extent::widest(ports.map(|port| entry(port, PolicyKind::Cilium, wanted)))
}

/// One entry of a list of ports. No port, or port 0, is all of them.
fn entry(entry: Node<'_>, kind: PolicyKind, wanted: Wanted) -> Extent {
    let protocol = entry.get("protocol").and_then(Node::text);
    let is_any = match protocol {
        None => kind != PolicyKind::Kubernetes,
        Some(protocol) => protocol == "ANY",
    };
    let text = entry.get("port").and_then(Node::text);
    let first = text.map_or(Some(0), |text| text.parse::<u16>().ok());
    let Wanted::Port(wanted, over) = wanted else {
        return if is_any && first == Some(0) { Extent::All } else { Extent::Part };
    };
    let over = if over == Protocol::Tcp { "TCP" } else { "UDP" };
    let is_over = is_any || protocol.unwrap_or("TCP") == over;
    let Some(first) = first else {
        // Only pods have names for their ports.
        let may_be = is_over && over == "UDP";
        return if may_be { Extent::Perhaps(Doubt::NamedPort) } else { Extent::None };
    };
    let last = match entry.get("endPort").and_then(Node::scalar) {
        Some(Scalar::Int(last)) => last,
        _ => i64::from(first),
    };
    let is_in = first == 0 || (i64::from(first)..=last).contains(&i64::from(wanted));
    Extent::of(is_over && is_in)
}

/// What rules for the contents let through. Without any, that is everything.
fn layer7(to_ports: Node<'_>, target: Target<'_>, version: Option<CiliumVersion>) -> Extent {
    let kinds = ["dns", "http", "kafka", "l7"].into_iter();
    let has_rules =
        |kind: &&str| to_ports.at(&["rules", kind]).is_some_and(|rules| rules.items().len() > 0);
    let kinds: Vec<&str> = kinds.filter(has_rules).collect();
    let has = |key: &str| to_ports.get(key).is_some();
    let is_inspected = ["serverNames", "listener", "terminatingTLS"].into_iter().any(has);
    match (target, &kinds[..]) {
        (_, []) if !is_inspected => Extent::All,
        (Target::OwnPods | Target::OtherPods, _) => Extent::Part,
        (Target::Dns(_), ["dns"]) => Extent::All,
        (Target::Question(_, name), ["dns"]) => names::widest(dns_rules(to_ports), name, version),
        _ => Extent::Perhaps(Doubt::Layer7),
    }
}
