//! What the API server stores, and Cilium's agent refuses: such a policy enforces nothing.
//! Facts: `pkg/policy/api/rule_validation.go` of Cilium 1.17 to 1.20.

use super::addresses::port_number;
use super::groups::{has_l7_rules, is_range, ports};
use super::parts::{entry, get, has_items, items, specs, text, text_of};
use super::report::{Fault, Report};
use crate::domain::go_regexp;
use crate::manifests::yaml::Node;

const EGRESS_PEERS: [&str; 8] = [
    "toEndpoints",
    "toFQDNs",
    "toCIDR",
    "toCIDRSet",
    "toEntities",
    "toServices",
    "toGroups",
    "toNodes",
];

const INGRESS_PEERS: [&str; 6] =
    ["fromEndpoints", "fromCIDR", "fromCIDRSet", "fromEntities", "fromGroups", "fromNodes"];

/// Looks at all rules of a document.
pub(super) fn check(report: &mut Report<'_>, document: Node<'_>, is_clusterwide: bool) {
    for spec in specs(document) {
        let node_selector = entry(spec, "nodeSelector");
        let is_for_nodes = node_selector.is_some();
        if let Some(selector) = node_selector.filter(|_| !is_clusterwide) {
            if get(spec, "endpointSelector").is_none() {
                let message = "only a CiliumClusterwideNetworkPolicy can select nodes";
                let help = "write `endpointSelector:`";
                report.agent(selector.key, Fault::of("policy/node-selector", message, help));
            }
        }
        for list in ["ingress", "ingressDeny"] {
            for rule in items(spec, list) {
                mixed(report, rule, &INGRESS_PEERS);
                each_to_ports(report, rule, Way { is_ingress: true, is_for_nodes });
            }
        }
        for list in ["egress", "egressDeny"] {
            for rule in items(spec, list) {
                mixed(report, rule, &EGRESS_PEERS);
                each_to_ports(report, rule, Way { is_ingress: false, is_for_nodes });
            }
        }
    }
}

/// Which way the traffic of a rule goes, and whose it is.
#[derive(Clone, Copy)]
struct Way {
    is_ingress: bool,
    is_for_nodes: bool,
}

/// One kind of peer in a rule, and no ICMP beside ports.
fn mixed(report: &mut Report<'_>, rule: Node<'_>, peers: &[&str]) {
    const RULE: &str = "policy/mixed-peers";
    let there = |key: &&&str| has_items(rule, key);
    let mut kinds = peers.iter().filter(there).filter_map(|key| rule.entry(key));
    if let (Some(first), Some(second)) = (kinds.next(), kinds.next()) {
        let names = [first, second].map(|entry| entry.key.text().unwrap_or_default());
        let message = format!("`{}` and `{}` can't stand in one rule", names[0], names[1]);
        let help = format!("make a rule of its own of `{}`, with its own `toPorts`", names[1]);
        report.agent(second.key, Fault::of(RULE, message, help));
    }
    if let Some(icmps) = rule.entry("icmps").filter(|_| has_items(rule, "icmps")) {
        if has_items(rule, "toPorts") {
            let message = "`icmps` and `toPorts` can't stand in one rule";
            let help = "make a rule of its own of `icmps`";
            report.agent(icmps.key, Fault::of(RULE, message, help));
        }
    }
}

fn each_to_ports(report: &mut Report<'_>, rule: Node<'_>, way: Way) {
    for to_ports in items(rule, "toPorts") {
        let rules = get(to_ports, "rules");
        listener(report, to_ports, way);
        if has_items(to_ports, "serverNames")
            && has_l7_rules(to_ports)
            && get(to_ports, "terminatingTLS").is_none()
        {
            let message = "`serverNames` beside `rules` needs `terminatingTLS`";
            let help = "leave one of them out";
            report.agent(to_ports, Fault::of("policy/wrong-type", message, help));
        }
        let Some(rules) = rules.filter(|_| has_l7_rules(to_ports)) else {
            continue;
        };
        dns(report, to_ports, rules, way);
        http(report, to_ports, rules, way);
        zero_port(report, to_ports);
        if let (Some(l7), None) = (entry(rules, "l7"), get(rules, "l7proto")) {
            let fault = Fault::of("policy/wrong-type", "`l7` needs `l7proto`", "write `l7proto:`");
            report.agent(l7.key, fault);
        }
    }
}

fn listener(report: &mut Report<'_>, to_ports: Node<'_>, way: Way) {
    let Some(listener) = entry(to_ports, "listener") else {
        return;
    };
    let message = if way.is_ingress {
        "`listener` can't stand in an ingress rule"
    } else if has_l7_rules(to_ports) {
        "`listener` can't stand beside `rules`"
    } else {
        return;
    };
    report.agent(listener.key, Fault::of("policy/unknown-field", message, "leave it out"));
}

fn dns(report: &mut Report<'_>, to_ports: Node<'_>, rules: Node<'_>, way: Way) {
    const RULE: &str = "policy/dns-rule";
    let Some(dns) = entry(rules, "dns") else {
        return;
    };
    let has_rules = has_items(rules, "dns");
    if way.is_ingress && has_rules {
        let message = "DNS rules are for egress, this is an ingress rule";
        report.agent(dns.key, Fault::of(RULE, message, "move it to `egress`"));
    }
    if ports(to_ports).next().is_none() {
        let message = "a DNS rule needs the port of the DNS servers";
        let help = "ports: [{port: \"53\", protocol: ANY}]";
        report.agent(dns.key, Fault::of(RULE, message, help));
    }
    for port in ports(to_ports).filter(|port| has_rules && is_range(*port)) {
        let message = "a DNS rule can't stand on a range of ports";
        report.agent(port, Fault::of(RULE, message, "write each port as an entry of its own"));
    }
}

/// L7 rules other than DNS need TCP, and no nodes.
fn http(report: &mut Report<'_>, to_ports: Node<'_>, rules: Node<'_>, way: Way) {
    if has_items(rules, "dns") {
        return;
    }
    for port in ports(to_ports).filter(|port| text_of(*port, "protocol") != Some("TCP")) {
        let protocol = get(port, "protocol").unwrap_or(port);
        let message = "L7 rules need the protocol TCP here";
        let help = "write `protocol: TCP`";
        report.agent(protocol, Fault::of("policy/http-not-tcp", message, help));
    }
    let http = entry(rules, "http");
    if let Some(http) = http.filter(|_| way.is_for_nodes && has_items(rules, "http")) {
        let message = "a policy for nodes can't have HTTP rules";
        let fault = Fault::of("policy/node-selector", message, "leave `rules` out");
        report.agent(http.key, fault);
    }
    for rule in items(rules, "http") {
        for node in ["path", "method"].into_iter().filter_map(|key| get(rule, key)) {
            if text(node).is_some_and(go_regexp::is_refused) {
                let message = "this is no regular expression to Go";
                let help = "write a path such as /public/.*";
                report.agent(node, Fault::of("policy/wrong-type", message, help));
            }
        }
    }
}

fn zero_port(report: &mut Report<'_>, to_ports: Node<'_>) {
    for port in ports(to_ports) {
        if text_of(port, "port").and_then(port_number) == Some(0) {
            let message = "L7 rules can't stand on port 0, which is every port";
            let fault = Fault::of("policy/bad-port", message, "write each port");
            report.agent(get(port, "port").unwrap_or(port), fault);
        }
    }
}
