//! The policies that a folder builds, each beside all others for the same pods.

use std::sync::Arc;

use super::level::Level;
use crate::check::policy::{self, PolicyContext};
use crate::domain::finding::{Finding, RefusedBy};
use crate::domain::kube2iam::decode_roles;
use crate::domain::partition::Partition;
use crate::domain::role_arn::RoleArn;
use crate::kustomize::Object;
use crate::manifests::network_policy::NetworkPolicy;
use crate::manifests::yaml::Node;

/// What is said of all policies for the same pods taken together, which nobody knows where a patch
/// changes one of them.
const OF_ALL: [&str; 5] = [
    "policy/no-dns-rule",
    "policy/dns-without-l7",
    "policy/no-metadata",
    "policy/metadata-after-dnat",
    "policy/one-label",
];

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let is_policy =
        |root: &Node<'_>| policy::is_policy(*root) || NetworkPolicy::of(*root).is_some();
    let documents = level.build.objects.iter().filter_map(|o| Some((o, o.root()?)));
    let policies: Vec<(&Object, Node<'_>)> =
        documents.filter(|(_, root)| is_policy(root)).collect();
    if policies.is_empty() {
        return Vec::new();
    }
    let granted = granted(level);
    let clusterwide: Vec<Node<'_>> =
        level.context.survey.iter().flat_map(|survey| survey.clusterwide_policies()).collect();
    let partitions: Vec<Partition> =
        granted.iter().filter_map(|role| Some(RoleArn::parse(role).ok()?.partition())).collect();
    let is_one_patched = policies.iter().any(|(object, _)| object.is_patched);
    let mut out = Vec::new();
    for (object, root) in &policies {
        let is_known = |finding: &Finding| match object.is_patched {
            true => finding.refused_by.is_some(),
            false => !is_one_patched || !OF_ALL.contains(&finding.rule),
        };
        let is_own = object.file.path.is_within(level.context.folder);
        // What only one namespace's roles and policies make wrong is looked for where there are
        // roles; the rest of a shared policy is the same for all.
        if !is_own && granted.is_empty() {
            let found = shared(level, object, *root);
            out.extend(found.iter().filter(|finding| is_known(finding)).cloned());
            continue;
        }
        let others =
            policies.iter().map(|(_, other)| *other).filter(|other| !is_same(*other, *root));
        let others: Vec<Node<'_>> = others.chain(clusterwide.iter().copied()).collect();
        let context = PolicyContext {
            namespace: object.namespace.as_deref(),
            in_namespace_folder: is_own,
            cilium: level.facts.cilium_version.as_ref().map(|fact| fact.value),
            partitions: &partitions,
            grants_role: !granted.is_empty(),
            others: &others,
            is_whole: level.context.survey.is_some(),
        };
        out.extend(policy::findings(&object.file, *root, &context).into_iter().filter(is_known));
    }
    out
}

/// What is wrong with a policy of the defaults, whatever the namespace.
fn shared(level: &Level<'_>, object: &Object, root: Node<'_>) -> Arc<Vec<Finding>> {
    let look = || policy::findings(&object.file, root, &PolicyContext::default());
    level.context.bases.policy(&object.file.path, object.document, look)
}

fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    std::ptr::eq(one.yaml(), other.yaml()) && one.span() == other.span()
}

/// The entries of the list as it is built.
fn granted(level: &Level<'_>) -> Vec<String> {
    let key = &level.facts.allowed_roles_key;
    let built = level.build.namespaces.iter().filter_map(|n| n.annotations.get(key));
    built.flat_map(|text| decode_roles(text).roles.unwrap_or_default()).collect()
}

/// Of what the build refuses in a policy, the policy's own finding is the better one.
pub(super) fn without_echoes(findings: &mut Vec<Finding>) {
    let of_policies: Vec<(String, Option<usize>)> = findings
        .iter()
        .filter(|f| f.rule.starts_with("policy/") && f.refused_by == Some(RefusedBy::Build))
        .map(|f| (f.path.clone(), f.line))
        .collect();
    findings.retain(|finding| {
        let is_echo = finding.rule == "kustomization/invalid-yaml"
            && of_policies.contains(&(finding.path.clone(), finding.line));
        !is_echo
    });
}
