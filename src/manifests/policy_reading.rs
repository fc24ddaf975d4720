//! A policy read back into the answers that it could have been made from.
//!
//! Whether it says just what those answers say is for the caller to see: by rendering them again.

use std::collections::BTreeSet;

use super::network_policy::{NetworkPolicy, PolicyKind};
use super::yaml::{Node, Scalar};
use crate::domain::answers::{Egress, PolicyAnswers};
use crate::domain::endpoints::{Breadth, HostMatch};
use crate::domain::name::PolicyName;
use crate::domain::partition::{PARTITIONS, Partition};
use crate::domain::pods::{Pods, SERVICE_ACCOUNT_LABEL, Selection};
use crate::domain::region::{Region, Service};

/// The answers that a CiliumNetworkPolicy could have been made from; `None` if no answers give
/// its selector or its hosts.
pub fn read_policy(root: Node<'_>) -> Option<PolicyAnswers> {
    let policy = NetworkPolicy::of(root).filter(|policy| policy.kind() == PolicyKind::Cilium)?;
    let spec = root.get("spec")?;
    let rules: Vec<Node<'_>> = spec.get("egress")?.items().collect();
    let hosts: BTreeSet<String> = rules.iter().flat_map(|rule| rule_hosts(*rule)).collect();
    let (breadth, dual_stack) = breadth(&hosts)?;
    let default_deny = spec.at(&["enableDefaultDeny", "egress"]).and_then(Node::scalar);
    let adds_only = default_deny == Some(Scalar::Bool(false));
    Some(PolicyAnswers {
        name: PolicyName::parse(policy.name()).ok()?,
        pods: pods(spec.get("endpointSelector")?)?,
        breadth,
        egress: if adds_only { Egress::AddOnly } else { Egress::Restrict },
        dns: policy.dns_peers(),
        metadata: rules.iter().any(|rule| rule.get("toCIDR").is_some_and(is_metadata)),
        dual_stack,
        cilium_version: None,
    })
}

fn is_metadata(cidrs: Node<'_>) -> bool {
    cidrs.items().any(|cidr| cidr.text() == Some("169.254.169.254/32"))
}

fn rule_hosts(rule: Node<'_>) -> Vec<String> {
    let entries = rule.get("toFQDNs").into_iter().flat_map(Node::items);
    let texts = entries.filter_map(|entry| {
        entry.get("matchName").or_else(|| entry.get("matchPattern"))?.text().map(str::to_owned)
    });
    texts.collect()
}

fn pods(selector: Node<'_>) -> Option<Pods> {
    let mut selections = Vec::new();
    for entry in selector.get("matchLabels").into_iter().flat_map(Node::entries) {
        let (key, value) = (entry.key.text()?.to_owned(), entry.value.text()?.to_owned());
        selections.push(match key.as_str() {
            SERVICE_ACCOUNT_LABEL => Selection::ServiceAccount(value),
            _ => Selection::Label(key, value),
        });
    }
    for expression in selector.get("matchExpressions").into_iter().flat_map(Node::items) {
        let text = |key| expression.get(key).and_then(Node::text);
        if (text("key"), text("operator")) != (Some(SERVICE_ACCOUNT_LABEL), Some("In")) {
            return None;
        }
        for value in expression.get("values")?.items() {
            selections.push(Selection::ServiceAccount(value.text()?.to_owned()));
        }
    }
    if selections.is_empty() {
        selections.push(Selection::All);
    }
    Pods::of(selections).ok()
}

/// The breadth that opens just these hosts, and whether it has dual-stack ones.
fn breadth(hosts: &BTreeSet<String>) -> Option<(Breadth, bool)> {
    let candidates = [Some(portable(hosts)), regional(hosts), by_service(hosts)];
    let candidates: Vec<Breadth> = candidates.into_iter().flatten().collect();
    let opens = |breadth: &Breadth, dual_stack| opened(breadth, dual_stack) == *hosts;
    let mut all =
        [false, true].into_iter().flat_map(|dual| candidates.iter().map(move |b| (b, dual)));
    let (breadth, dual_stack) = all.find(|(breadth, dual_stack)| opens(breadth, *dual_stack))?;
    Some((breadth.clone(), dual_stack))
}

fn opened(breadth: &Breadth, dual_stack: bool) -> BTreeSet<String> {
    breadth.hosts(dual_stack).iter().map(|host| HostMatch::text(host).to_owned()).collect()
}

fn portable(hosts: &BTreeSet<String>) -> Breadth {
    let mut partitions: Vec<Partition> = PARTITIONS.to_vec();
    partitions.retain(|partition| hosts.contains(&format!("*.{}", partition.suffix)));
    // GovCloud and aws have one suffix.
    partitions.dedup_by_key(|partition| partition.suffix);
    let mut seen = BTreeSet::new();
    partitions.retain(|partition| seen.insert(partition.suffix));
    Breadth::Portable(partitions)
}

fn regions(hosts: &BTreeSet<String>) -> Vec<Region> {
    let labels = hosts.iter().flat_map(|host| host.split('.'));
    let regions: BTreeSet<Region> = labels.filter_map(|label| Region::parse(label).ok()).collect();
    regions.into_iter().collect()
}

fn regional(hosts: &BTreeSet<String>) -> Option<Breadth> {
    let regions = regions(hosts);
    (!regions.is_empty()).then_some(Breadth::Regional { regions, services: Vec::new() })
}

/// Every service whose hosts are all there.
fn by_service(hosts: &BTreeSet<String>) -> Option<Breadth> {
    let regions = regions(hosts);
    if regions.is_empty() {
        return None;
    }
    let labels: BTreeSet<&str> = hosts.iter().flat_map(|host| host.split('.')).collect();
    let before_region = hosts.iter().filter_map(|host| {
        let at = regions.iter().find_map(|region| host.find(&format!(".{region}.")))?;
        Some(&host[..at])
    });
    let names: BTreeSet<&str> = labels.iter().copied().chain(before_region).collect();
    let services = names.into_iter().filter_map(|name| Service::parse(name).ok());
    let is_open = |service: &Service| {
        let services = vec![service.clone()];
        let one = opened(&Breadth::Regional { regions: regions.clone(), services }, false);
        one.is_subset(hosts)
    };
    let services: Vec<Service> = services.filter(is_open).collect();
    let minimal = without_implied(&regions, services);
    (!minimal.is_empty()).then_some(Breadth::Regional { regions, services: minimal })
}

/// Leaves out services that others open already: `ecr` is written as `api.ecr` and more.
fn without_implied(regions: &[Region], services: Vec<Service>) -> Vec<Service> {
    let hosts = |services: &[Service]| {
        opened(&Breadth::Regional { regions: regions.to_vec(), services: services.to_vec() }, false)
    };
    let mut kept = services.clone();
    for service in services {
        let without: Vec<Service> = kept.iter().filter(|kept| **kept != service).cloned().collect();
        if !without.is_empty() && hosts(&without) == hosts(&kept) {
            kept = without;
        }
    }
    kept
}
