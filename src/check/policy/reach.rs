//! What pods reach, all policies for them taken together: DNS, the metadata address, the world.

use super::PolicyContext;
use super::names::{first_names, has_dns_rules, may_meet};
use super::parts::{Type, entry, get, has_items, items, restricts_egress, text, text_of, texts};
use super::pods::{Subject, without_source};
use super::report::{Fault, Report};
use super::rules::{
    METADATA_PORT, denies_metadata, egress, hosts, named_port, opens_port, questions,
    set_has_metadata,
};
use crate::domain::cidr::Cidr;
use crate::domain::pods::NAMESPACE_LABEL;
use crate::manifests::network_policy::PolicyKind;
use crate::manifests::yaml::Node;

/// What to write for DNS.
const DNS_RULE: &str = "- toEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: kube-system
        k8s:k8s-app: kube-dns
  toPorts:
    - ports: [{port: \"53\", protocol: ANY}]
      rules: {dns: [{matchPattern: \"*\"}]}";

/// What to write for the metadata address.
const METADATA_RULE: &str = "- toCIDR: [169.254.169.254/32]
  toPorts:
    - ports: [{port: \"80\", protocol: TCP}]";

/// The port on which kube2iam listens on the node.
const NODE_PORT: u16 = 8181;

/// Looks at one spec; `related` are all rules that can be for its pods, its own too.
pub(super) fn check(
    report: &mut Report<'_>,
    subject: &Subject<'_>,
    related: &[&Subject<'_>],
    context: &PolicyContext<'_>,
) {
    let spec = subject.spec;
    dns(report, subject, related, context.is_whole);
    for rule in egress(spec) {
        http_metadata(report, rule);
        dns_namespace(report, subject, rule);
    }
    metadata(report, subject, related, context.grants_role);
    if restricts_egress(spec) {
        deny_all_egress(report, spec);
        // Where the metadata address is denied, somebody has thought of it.
        if !denies_metadata(spec) {
            egress(spec).for_each(|rule| world(report, rule));
        }
    }
}

/// Names are learned from answers that pass Cilium's DNS proxy, which takes an L7 rule.
fn dns(report: &mut Report<'_>, subject: &Subject<'_>, related: &[&Subject<'_>], is_whole: bool) {
    let is_restricted = related.iter().any(|one| one.restricts_egress());
    let names = first_names(subject.spec).filter(|_| subject.is_for_pods() && is_restricted);
    let Some(names) = names else {
        return;
    };
    let asked: Vec<&str> =
        related.iter().flat_map(|one| questions(one.spec)).map(|(_, name)| name).collect();
    if asked.is_empty() {
        return no_dns_rule(report, subject, related, names, is_whole);
    }
    let unasked = hosts(subject.spec)
        .find(|(_, host)| !asked.iter().any(|question| may_meet(question, host)));
    if let Some((node, host)) = unasked {
        let message = format!("no DNS rule lets these pods ask for `{host}`");
        let help = "rules: {dns: [{matchPattern: \"*\"}]}";
        report.warning(node, Fault::of("policy/no-dns-rule", message, help));
    }
}

fn no_dns_rule(
    report: &mut Report<'_>,
    subject: &Subject<'_>,
    related: &[&Subject<'_>],
    names: Node<'_>,
    is_whole: bool,
) {
    let is_l4 = |to_ports: Node<'_>| !has_dns_rules(to_ports);
    let own = egress(subject.spec).find_map(|rule| named_port(rule, 53, is_l4));
    if own.is_some() || related.iter().any(|one| one.opens_dns_port()) {
        let message = "port 53 is open without `rules.dns`: Cilium never learns the addresses of \
                       the names in `toFQDNs`";
        let help = "rules: {dns: [{matchPattern: \"*\"}]}";
        let fault = Fault::of("policy/dns-without-l7", message, help);
        return report.warning(own.unwrap_or(names), fault);
    }
    let message = if is_whole {
        "no DNS rule, here or in another policy for these pods, lets Cilium learn the addresses of \
         these names"
    } else {
        "no DNS rule here lets Cilium learn the addresses of these names"
    };
    report.warning(names, Fault::of("policy/no-dns-rule", message, DNS_RULE));
}

/// The labels of the cluster's DNS servers.
fn is_dns_server(peer: Node<'_>) -> bool {
    let labels = get(peer, "matchLabels").into_iter().flat_map(Node::entries);
    labels.into_iter().any(|label| {
        let key = label.key.text().map(without_source);
        let value = text(label.value);
        key == Some("k8s-app") && matches!(value, Some("kube-dns" | "coredns" | "node-local-dns"))
    })
}

fn has_namespace(peer: Node<'_>) -> bool {
    let is_namespace = |key: &str| {
        let key = without_source(key);
        key == NAMESPACE_LABEL || key.starts_with("io.cilium.k8s.namespace.labels.")
    };
    let labels = get(peer, "matchLabels").into_iter().flat_map(Node::entries);
    let labels = labels.filter_map(|label| label.key.text());
    let expressions = items(peer, "matchExpressions").filter_map(|one| text_of(one, "key"));
    labels.chain(expressions).any(is_namespace)
}

/// A peer without a namespace is one in the policy's own.
fn dns_namespace(report: &mut Report<'_>, subject: &Subject<'_>, rule: Node<'_>) {
    if subject.kind != PolicyKind::Cilium || subject.namespace() == Some("kube-system") {
        return;
    }
    let opens_dns = !has_items(rule, "toPorts")
        || named_port(rule, 53, |_| true).is_some()
        || items(rule, "toPorts").any(has_dns_rules);
    for peer in items(rule, "toEndpoints").filter(|peer| opens_dns && is_dns_server(*peer)) {
        if !has_namespace(peer) {
            let message = "without its namespace, this peer is one in the policy's own, where no \
                           DNS server runs";
            let help = "k8s:io.kubernetes.pod.namespace: kube-system";
            report.warning(peer, Fault::of("policy/dns-namespace", message, help));
        }
    }
}

/// The port of the node, where kube2iam listens, in a rule for the node.
fn node_port(spec: Node<'_>) -> Option<Node<'_>> {
    let mut rules =
        egress(spec).filter(|rule| texts(*rule, "toEntities").any(|(_, entity)| entity == "host"));
    rules.find_map(|rule| {
        let port = named_port(rule, NODE_PORT, |_| true)?;
        get(port, "port").filter(|port| text(*port) == Some("8181"))
    })
}

fn metadata(
    report: &mut Report<'_>,
    subject: &Subject<'_>,
    related: &[&Subject<'_>],
    grants_role: bool,
) {
    let spec = subject.spec;
    let is_open = || related.iter().any(|one| one.opens_metadata());
    if !subject.is_for_pods() || !subject.restricts_egress() {
        return;
    }
    if let Some(port) = node_port(spec) {
        if !is_open() {
            let message = "Cilium sees the metadata address before the node's DNAT: this port \
                           alone leaves 169.254.169.254:80 shut";
            let fault = Fault::of("policy/metadata-after-dnat", message, METADATA_RULE);
            report.warning(port, fault);
        }
    } else if grants_role && subject.kind == PolicyKind::Cilium && !is_open() {
        let rules = ["egress", "egressDeny"].into_iter().find_map(|key| entry(spec, key));
        if let Some(rules) = rules {
            let message = "nothing opens the metadata address for these pods, and without it they \
                           get no credentials";
            report.warning(rules.key, Fault::of("policy/no-metadata", message, METADATA_RULE));
        }
    }
}

/// What leaves Cilium's proxy no longer comes from the pod, and the node's DNAT misses it.
fn http_metadata(report: &mut Report<'_>, rule: Node<'_>) {
    let is_narrow = |cidr: &str| Cidr::parse(cidr).is_some_and(|cidr| cidr.length >= 16);
    let by_address = texts(rule, "toCIDR")
        .any(|(_, cidr)| is_narrow(cidr) && super::rules::is_metadata(cidr))
        || items(rule, "toCIDRSet")
            .any(|set| text_of(set, "cidr").is_some_and(is_narrow) && set_has_metadata(set));
    if !by_address {
        return;
    }
    for to_ports in items(rule, "toPorts") {
        let http = get(to_ports, "rules").and_then(|rules| entry(rules, "http"));
        if let Some(http) = http.filter(|_| named_port(rule, METADATA_PORT, |_| true).is_some()) {
            let message = "behind an HTTP rule, pods talk to the node's real metadata service \
                           instead of kube2iam";
            let fault = Fault::of("policy/http-metadata", message, "leave `rules` out");
            report.error(http.key, fault);
        }
    }
}

fn world(report: &mut Report<'_>, rule: Node<'_>) {
    // DNS servers of the outside world, behind Cilium's DNS proxy.
    let is_dns = has_items(rule, "toPorts") && items(rule, "toPorts").all(has_dns_rules);
    if is_dns {
        return;
    }
    let entities = texts(rule, "toEntities").filter(|(_, name)| matches!(*name, "world" | "all"));
    let cidrs = texts(rule, "toCIDR").filter(|(_, cidr)| *cidr == "0.0.0.0/0");
    let sets = items(rule, "toCIDRSet").filter(|set| set_has_metadata(*set));
    let sets = sets.filter_map(|set| Some((get(set, "cidr")?, text_of(set, "cidr")?)));
    let sets = sets.filter(|(_, cidr)| *cidr == "0.0.0.0/0");
    for (node, name) in entities.chain(cidrs).chain(sets) {
        let message = if opens_port(rule, METADATA_PORT) {
            format!("`{name}` opens every outside host, and the metadata address with them")
        } else {
            format!("`{name}` opens every outside host on these ports")
        };
        let help = "name what is needed with `toFQDNs` or `toCIDR`";
        report.warning(node, Fault::of("policy/world-egress", message, help));
    }
}

/// An empty rule allows nothing, and its being there denies everything.
fn deny_all_egress(report: &mut Report<'_>, spec: Node<'_>) {
    let is_empty = |rule: Node<'_>| Type::of(rule) == Type::Map && rule.entries().len() == 0;
    let mut rules = items(spec, "egress");
    let Some(first) = rules.next().filter(|first| is_empty(*first)) else {
        return;
    };
    if rules.all(is_empty) {
        let message = "an empty egress rule denies everything: it does not allow all";
        let help = "`toEntities: [all]` allows all; leave `egress` out to restrict nothing";
        report.warning(first, Fault::of("policy/deny-all-egress", message, help));
    }
}
