//! The last gate for policies that an own template makes: what they will do must be what was
//! answered, whatever else they say.

use super::folder::FolderPlan;
use crate::domain::answers::{Answers, Egress, PolicyAnswers};
use crate::domain::endpoints::HostMatch;
use crate::domain::finding::{Finding, Level};
use crate::kustomize::Build;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects};

/// What the policy made by the template in `file` would not do.
pub(super) fn findings(
    file: &str,
    answers: &Answers,
    plan: &FolderPlan,
    after: &Build,
) -> Vec<Finding> {
    let (Some(asked), Some(name)) = (&answers.policy, &plan.policy.name) else {
        return Vec::new();
    };
    let wrong = |what: String| {
        let help = "compare it with what `gangplank templates export` writes";
        Finding::on_disk("template/output", Level::Error, file, what, help)
    };
    let of_policies = |object: &&crate::kustomize::Object| {
        object.kind() == "CiliumNetworkPolicy" && object.name() == name.as_str()
    };
    let built = after.objects.iter().find(of_policies);
    let Some(policy) = built.and_then(|object| NetworkPolicy::of(object.root()?)) else {
        return vec![wrong(format!("this template makes no CiliumNetworkPolicy called {name}"))];
    };
    let pods = PodSet { namespace: &answers.namespace, pods: &asked.pods };
    let missing = missing(&policy, asked, pods).into_iter();
    missing.map(|what| wrong(format!("the policy that this template makes {what}"))).collect()
}

fn missing(policy: &NetworkPolicy<'_>, asked: &PolicyAnswers, pods: PodSet<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if policy.selects_for_egress(pods) != Selects::All {
        return vec![format!("is not for {}", asked.pods.in_words())];
    }
    let restricts = policy.restricts_egress(pods) != Selects::None;
    match asked.egress {
        Egress::Restrict if !restricts => out.push("restricts nothing".to_owned()),
        Egress::AddOnly if restricts => out.push("cuts off what it does not list".to_owned()),
        _ => {}
    }
    if asked.metadata && policy.opens_metadata(pods) != Selects::All {
        out.push("does not open the metadata address".to_owned());
    }
    let peers = policy.dns_peers();
    let unasked = asked.dns.iter().find(|peer| !peers.contains(peer));
    if let Some(peer) = unasked {
        out.push(format!("does not let names be asked for at {peer}"));
    } else if !asked.dns.is_empty() && policy.has_dns_rule(pods) != Selects::All {
        out.push("has no `rules.dns`, so Cilium learns no name".to_owned());
    }
    let hosts = asked.breadth.hosts(asked.dual_stack);
    let is_closed = |host: &&HostMatch| policy.opens_host(pods, &example(host)) != Selects::All;
    if let Some(host) = hosts.iter().find(is_closed) {
        out.push(format!("does not open {}", host.text()));
    }
    out
}

/// A host that a match is meant for.
fn example(host: &HostMatch) -> String {
    host.text().replace('*', "x")
}
