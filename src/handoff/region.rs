//! The region in which a test pod asks STS: one that the policies open.

use crate::check::ReachQuestion;
use crate::domain::partition::Partition;
use crate::domain::reach::Reachable;
use crate::domain::region::Region;
use crate::kustomize::{Build, Object};
use crate::manifests::network_policy::NetworkPolicy;
use crate::manifests::reach::Target;
use crate::manifests::yaml::Node;

/// A region, and whether the pods may reach STS there.
pub(super) fn region(asked: &ReachQuestion<'_>, partition: Partition) -> Option<(Region, bool)> {
    let stated = asked.survey.facts.regions.iter().flat_map(|fact| fact.value.clone());
    let example = Region::parse(partition.example_region);
    let all = stated.chain(mentioned(asked.build)).chain(example);
    let all: Vec<Region> = all.filter(|region| region.partition() == partition).collect();
    let is_open = |region: &&Region| {
        let host = format!("sts.{region}.{}", partition.suffix);
        let target = Target::Host { name: &host, may_be_private: true };
        asked.with_policies(|set, _| set.answer(target)).verdict != Reachable::No
    };
    let open = all.iter().find(is_open);
    open.or(all.first()).map(|region| (region.clone(), open.is_some()))
}

/// The regions in the host names of a build's policies.
fn mentioned(build: &Build) -> Vec<Region> {
    let mut regions = Vec::new();
    for root in build.objects.iter().filter_map(Object::root) {
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
