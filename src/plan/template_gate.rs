//! The last gate for what own templates make: the Namespace must be the one that was answered, and
//! the policy must do what was answered, whatever else they say.

use super::folder::FolderPlan;
use crate::domain::answers::{Answers, Egress, PolicyAnswers};
use crate::domain::endpoints::HostMatch;
use crate::domain::finding::{Finding, Level};
use crate::kustomize::Build;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, PolicyKind, Selects};
use crate::manifests::reach::{NamedPolicy, PolicySet, Target};
use crate::manifests::template::{KUSTOMIZATION_TEMPLATE, POLICY_TEMPLATE};
use crate::repo::NamespacePlace;
use crate::tree::Tree;

/// What these templates, each with its file, would not do; `tree` and `after` are as it will be.
pub(super) fn findings(
    used: &[(&'static str, String)],
    answers: &Answers,
    plan: &FolderPlan,
    place: &NamespacePlace,
    (tree, after): (&Tree, &Build),
) -> Vec<Finding> {
    let mut out = Vec::new();
    for (name, file) in used {
        match *name {
            KUSTOMIZATION_TEMPLATE => out.extend(namespace(file, answers, after)),
            POLICY_TEMPLATE => out.extend(policy(file, answers, plan, place, tree)),
            _ => {}
        }
    }
    out
}

fn wrong(file: &str, what: String) -> Finding {
    let help = "compare it with what `gangplank templates export` writes";
    Finding::on_disk("template/output", Level::Error, file, what, help)
}

/// Another Namespace would get the roles.
fn namespace(file: &str, answers: &Answers, after: &Build) -> Option<Finding> {
    let other = after.namespaces.iter().find(|built| built.name != answers.namespace.as_str())?;
    let (built, asked) = (&other.name, &answers.namespace);
    Some(wrong(file, format!("this template makes the Namespace `{built}`, not `{asked}`")))
}

fn policy(
    file: &str,
    answers: &Answers,
    plan: &FolderPlan,
    place: &NamespacePlace,
    tree: &Tree,
) -> Vec<Finding> {
    let (Some(asked), Some(name)) = (&answers.policy, &plan.policy.name) else {
        return Vec::new();
    };
    let Some(path) = plan.policy.listed.as_ref().map(|file| place.folder.child(file)) else {
        return Vec::new();
    };
    // Not from the build: a build that can't be worked out here would seem to have none.
    let written = tree.yaml(&path).ok().flatten();
    let root = written.as_ref().and_then(|file| file.yaml.root());
    let made = root.and_then(NetworkPolicy::of).filter(|made| made.name() == name.as_str());
    let Some(policy) = made.filter(|made| made.kind() == PolicyKind::Cilium) else {
        let what = format!("this template makes no CiliumNetworkPolicy called {name}");
        return vec![wrong(file, what)];
    };
    let pods = PodSet { namespace: &answers.namespace, pods: &asked.pods };
    let missing = missing(&policy, asked, pods).into_iter();
    let sentence = |what| format!("the policy that this template makes {what}");
    missing.map(|what| wrong(file, sentence(what))).collect()
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
    let own = NamedPolicy { name: String::new(), policy: *policy, is_patched: false };
    let set = PolicySet::of([own], pods, &asked.dns, asked.cilium_version);
    if asked.metadata && !set.opens(Target::Metadata) {
        out.push("does not open the metadata address".to_owned());
    }
    let hosts: Vec<String> = asked.breadth.hosts(asked.dual_stack).iter().map(example).collect();
    let peers = policy.dns_peers();
    let unasked = asked.dns.iter().find(|peer| !peers.contains(peer));
    if let Some(peer) = unasked {
        out.push(format!("does not let names be asked for at {peer}"));
    } else if !asked.dns.is_empty() && !hosts.iter().all(|host| set.learns(host)) {
        out.push("has no `rules.dns`, so Cilium learns no name".to_owned());
    }
    let is_closed = |name: &&String| !set.opens(Target::Host { name, may_be_private: false });
    if let Some(host) = hosts.iter().find(is_closed) {
        out.push(format!("does not open {host}"));
    }
    out
}

/// A host that a match is meant for.
fn example(host: &HostMatch) -> String {
    host.text().replace('*', "x")
}
