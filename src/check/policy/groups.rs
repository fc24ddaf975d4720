//! What the maps of a policy ask for as a whole: fields that are needed, and fields of which one
//! must stand there alone.

use super::addresses;
use super::parts::{
    RULE_LISTS, Type, effective, entry, get, has_items, items, number_of, text, text_of, texts,
};
use super::report::{Fault, Report};
use super::shape::Place;
use super::values;
use crate::domain::cidr::Cidr;
use crate::domain::label;
use crate::domain::name::{Namespace, PolicyName};
use crate::manifests::yaml::Node;

fn needs(place: Place<'_>, report: &mut Report<'_>, keys: &[&str], rule: &'static str) {
    for key in keys.iter().filter(|key| get(place.map, key).is_none()) {
        let message = format!("`{key}` is missing here");
        report.api_server(place.at, Fault::of(rule, message, format!("write `{key}:`")));
    }
}

/// The entries of these keys that have a value.
fn present<'a>(map: Node<'a>, keys: &[&str]) -> Vec<Node<'a>> {
    keys.iter().filter_map(|key| entry(map, key)).map(|entry| entry.key).collect()
}

pub(super) fn document(place: Place<'_>, report: &mut Report<'_>) {
    if get(place.map, "metadata").is_none() {
        no_name(place.at, report);
    }
    if get(place.map, "spec").is_none() && get(place.map, "specs").is_none() {
        let at = entry(place.map, "kind").map_or(place.at, |entry| entry.key);
        let message = "this policy has neither `spec` nor `specs`";
        let help = "write its selector and its rules under `spec:`";
        report.agent(at, Fault::of("policy/no-rules", message, help));
    }
}

fn no_name(at: Node<'_>, report: &mut Report<'_>) {
    let fault = Fault::of("policy/bad-name", "the policy has no name", "write `metadata.name:`");
    report.api_server(at, fault);
}

pub(super) fn metadata(place: Place<'_>, report: &mut Report<'_>) {
    const RULE: &str = "policy/bad-name";
    let has_name = get(place.map, "name").is_some() || get(place.map, "generateName").is_some();
    if !has_name {
        no_name(place.at, report);
    }
    let named = |key| Some((get(place.map, key)?, text_of(place.map, key)?));
    if let Some((node, name)) = named("name") {
        if let Err(invalid) = PolicyName::parse(name) {
            report
                .api_server(node, Fault::of(RULE, invalid.line(), "a name such as report-portal"));
        }
    }
    if let Some((node, namespace)) = named("namespace") {
        if let Err(invalid) = Namespace::parse(namespace) {
            let help = "leave it out: the folder's kustomization sets it";
            report.api_server(node, Fault::of(RULE, invalid.line(), help));
        }
    }
    metadata_maps(place.map, report);
}

fn metadata_maps(metadata: Node<'_>, report: &mut Report<'_>) {
    for label in get(metadata, "labels").into_iter().flat_map(effective) {
        if let Some(fault) = label.key.text().and_then(values::label_key) {
            report.api_server(label.key, fault);
        }
        if let Some((who, fault)) = text(label.value).and_then(values::label_value) {
            report.refused(who, label.value, fault);
        }
    }
    for annotation in get(metadata, "annotations").into_iter().flat_map(effective) {
        let key = annotation.key.text().map(str::to_ascii_lowercase);
        if let Some(fault) = key.as_deref().and_then(values::label_key) {
            report.api_server(annotation.key, fault);
        }
    }
}

pub(super) fn spec(place: Place<'_>, report: &mut Report<'_>) {
    let selectors = present(place.map, &["endpointSelector", "nodeSelector"]);
    match selectors[..] {
        [] => {
            let message = "this policy has no `endpointSelector`";
            let help = "`endpointSelector: {}` selects every pod of the namespace";
            report.api_server(place.at, Fault::of("policy/no-selector", message, help));
        }
        [_, node] => {
            let message = "`endpointSelector` and `nodeSelector` can't stand together";
            let help = "keep one of them";
            report.api_server(node, Fault::of("policy/node-selector", message, help));
        }
        _ => {}
    }
    let lists = present(place.map, &RULE_LISTS);
    let all_empty = RULE_LISTS
        .iter()
        .filter_map(|key| get(place.map, key))
        .all(|list| Type::of(list) == Type::List && list.items().len() == 0);
    let help = "write rules, or delete the policy: without any it does nothing";
    if lists.is_empty() {
        let message = "this policy has no rules: neither `ingress` nor `egress`";
        report.api_server(place.at, Fault::of("policy/no-rules", message, help));
    } else if all_empty {
        let message = "this policy has no rules: its lists are empty";
        report.agent(place.at, Fault::of("policy/no-rules", message, help));
    }
}

pub(super) fn rule_label(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["key"], "policy/bad-label");
}

pub(super) fn authentication(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["mode"], "policy/wrong-type");
}

pub(super) fn icmp(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["type"], "policy/wrong-type");
}

pub(super) fn service_selector(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["selector"], "policy/wrong-type");
}

pub(super) fn listener(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["envoyConfig", "name"], "policy/wrong-type");
}

pub(super) fn named(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["name"], "policy/wrong-type");
}

pub(super) fn tls(place: Place<'_>, report: &mut Report<'_>) {
    needs(place, report, &["secret"], "policy/wrong-type");
}

pub(super) fn host(place: Place<'_>, report: &mut Report<'_>) {
    match present(place.map, &["matchName", "matchPattern"])[..] {
        [] => {
            let message = "this entry has neither `matchName` nor `matchPattern`";
            report.api_server(place.at, Fault::of("policy/bad-fqdn", message, "write one of them"));
        }
        [_, pattern] => {
            let message = "`matchName` and `matchPattern` can't stand in one entry";
            let help = "make two entries of it";
            report.api_server(pattern, Fault::of("policy/matchname-and-pattern", message, help));
        }
        _ => {}
    }
}

pub(super) fn cidr_set(place: Place<'_>, report: &mut Report<'_>) {
    const RULE: &str = "policy/bad-cidr";
    let ways = present(place.map, &["cidr", "cidrGroupRef", "cidrGroupSelector"]);
    match ways[..] {
        [] => {
            let message = "this entry has no `cidr`";
            report.api_server(place.at, Fault::of(RULE, message, "write `cidr:`, or a CIDR group"));
        }
        [_, second, ..] => {
            let message = "`cidr` and a CIDR group can't stand in one entry";
            report.api_server(second, Fault::of(RULE, message, "make two entries of it"));
        }
        _ => {}
    }
    if let Some((node, name)) = get(place.map, "cidrGroupRef").and_then(|n| Some((n, text(n)?))) {
        if let Err(invalid) = PolicyName::parse(name) {
            report.api_server(node, Fault::of(RULE, invalid.line(), "write the group's name"));
        }
    }
    exceptions(place.map, report);
}

/// What is taken out of a CIDR must lie in it.
fn exceptions(set: Node<'_>, report: &mut Report<'_>) {
    let Some(network) = text_of(set, "cidr").and_then(Cidr::parse) else {
        return;
    };
    for (node, except) in texts(set, "except") {
        let Some(out) = Cidr::parse(except) else {
            continue;
        };
        if out.length < network.length || !network.contains(out.address) {
            let message = format!("`{except}` does not lie in the CIDR that it is taken out of");
            let help = "write a part of `cidr:`, or leave it out";
            report.agent(node, Fault::of("policy/bad-cidr", message, help));
        }
    }
}

pub(super) fn selector(place: Place<'_>, report: &mut Report<'_>) {
    for label in get(place.map, "matchLabels").into_iter().flat_map(effective) {
        if let Some((who, fault)) = label.key.text().and_then(values::selector_key) {
            report.refused(who, label.key, fault);
        }
    }
}

pub(super) fn requirement(place: Place<'_>, report: &mut Report<'_>) {
    const RULE: &str = "policy/bad-label";
    needs(place, report, &["key", "operator"], RULE);
    if let Some(key) = get(place.map, "key") {
        if let Some((who, fault)) = text(key).and_then(values::selector_key) {
            report.refused(who, key, fault);
        }
    }
    let has_values = has_items(place.map, "values");
    let at = entry(place.map, "operator").map_or(place.at, |entry| entry.value);
    match text_of(place.map, "operator") {
        Some(operator @ ("In" | "NotIn")) if !has_values => {
            let message = format!("`{operator}` needs values");
            report.agent(at, Fault::of(RULE, message, "write `values:`, or the operator Exists"));
        }
        Some(operator @ ("Exists" | "DoesNotExist")) if has_values => {
            let message = format!("`{operator}` has no values");
            report.agent(at, Fault::of(RULE, message, "leave `values` out, or write In or NotIn"));
        }
        _ => {}
    }
    for (node, value) in texts(place.map, "values") {
        if let Err(invalid) = label::check_value(value) {
            let help = "a label's value has up to 63 letters, digits, `-`, `_` and `.`";
            report.agent(node, Fault::of(RULE, invalid.line(), help));
        }
    }
}

pub(super) fn port(place: Place<'_>, report: &mut Report<'_>) {
    const RULE: &str = "policy/bad-port";
    let protocol = text_of(place.map, "protocol").unwrap_or_default();
    let Some(port) = get(place.map, "port") else {
        if !values::has_no_ports(protocol) {
            let help = "write `port: \"443\"`; \"0\" is every port";
            report.api_server(place.at, Fault::of(RULE, "this entry has no `port`", help));
        }
        return;
    };
    if values::has_no_ports(protocol) && text(port) != Some("0") {
        let message = format!("{protocol} has no ports");
        report.agent(port, Fault::of(RULE, message, "leave `port` out"));
    }
}

const L7_KINDS: [&str; 4] = ["http", "kafka", "dns", "l7proto"];

pub(super) fn l7_rules(place: Place<'_>, report: &mut Report<'_>) {
    let kinds = present(place.map, &L7_KINDS);
    let has_dns = get(place.map, "dns").is_some();
    match kinds[..] {
        [_] => {}
        [] => {
            let message = "`rules` says nothing of `dns` or `http`";
            let help = "leave `rules` out, or write `dns:` or `http:` below it";
            report.api_server(place.at, Fault::of("policy/wrong-type", message, help));
        }
        [_, ..] => {
            let rule = if has_dns { "policy/dns-rule" } else { "policy/wrong-type" };
            let names: Vec<&str> = kinds.iter().filter_map(|kind| kind.text()).collect();
            let message = format!("`{}` can't stand in one `rules`", names.join("` and `"));
            let help = "write one entry of `toPorts` for each";
            report.api_server(place.at, Fault::of(rule, message, help));
        }
    }
}

/// Whether an L7 rule is there at all, empty or not.
pub(super) fn has_l7_rules(to_ports: Node<'_>) -> bool {
    get(to_ports, "rules").is_some_and(|rules| !present(rules, &L7_KINDS).is_empty())
}

/// Whether a range of ports is meant, and not one.
pub(super) fn is_range(port: Node<'_>) -> bool {
    let first = text_of(port, "port").and_then(addresses::port_number);
    let last = number_of(port, "endPort");
    first.zip(last).is_some_and(|(first, last)| last > i64::from(first))
}

/// The entries of `ports` in an item of `toPorts`.
pub(super) fn ports(to_ports: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    items(to_ports, "ports").filter(|port| port.is_mapping())
}
