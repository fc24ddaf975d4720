//! The region in which a test pod asks STS: one that the policies open.

use crate::domain::partition::Partition;
use crate::domain::region::Region;
use crate::kustomize::Build;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects};
use crate::manifests::yaml::Node;
use crate::repo::Survey;

/// A region, and whether the pods may reach STS there.
pub(super) fn region(
    survey: &Survey,
    build: &Build,
    pods: PodSet<'_>,
    partition: Partition,
) -> Option<(Region, bool)> {
    let stated = survey.facts.regions.iter().flat_map(|fact| fact.value.clone());
    let all = stated.chain(mentioned(build)).chain(Region::parse(partition.example_region));
    let all: Vec<Region> = all.filter(|region| region.partition() == partition).collect();
    let is_restricted = survey.egress_restricted(build, pods) == Selects::All;
    let is_open = |region: &&Region| {
        let host = format!("sts.{region}.{}", partition.suffix);
        !is_restricted || survey.opens_host(build, pods, &host) != Selects::None
    };
    let open = all.iter().find(is_open);
    open.or(all.first()).map(|region| (region.clone(), open.is_some()))
}

/// The regions in the host names of a build's policies.
fn mentioned(build: &Build) -> Vec<Region> {
    let mut regions = Vec::new();
    for root in build.objects.iter().filter_map(|object| object.root()) {
        if NetworkPolicy::of(root).is_none() {
            continue;
        }
        let one = root.get("spec").into_iter();
        let specs = one.chain(root.get("specs").into_iter().flat_map(Node::items));
        let rules = specs.filter_map(|spec| spec.get("egress")).flat_map(Node::items);
        let hosts = rules.filter_map(|rule| rule.get("toFQDNs")).flat_map(Node::items);
        let names = hosts.flat_map(|host| [host.get("matchName"), host.get("matchPattern")]);
        let labels = names.flatten().filter_map(Node::text).flat_map(|name| name.split('.'));
        regions.extend(labels.filter_map(|label| Region::parse(label).ok()));
    }
    regions
}
