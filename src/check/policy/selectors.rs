//! Selectors that are accepted, and select something else than was meant.

use super::PolicyContext;
use super::parts::{entry, flag_of, get, has_items, items, text_of};
use super::pods::{NAMESPACE_NAME_LABEL, Requirement, Wants, requirements};
use super::report::{Fault, Report};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::pods::NAMESPACE_LABEL;
use crate::manifests::cilium_labels::misspelt;
use crate::manifests::yaml::Node;

/// Lists of peers that are selectors.
const PEERS: [&str; 4] = ["fromEndpoints", "fromRequires", "toEndpoints", "toRequires"];

/// Looks at the selectors of one spec.
pub(super) fn check(
    report: &mut Report<'_>,
    spec: Node<'_>,
    is_clusterwide: bool,
    namespace: Option<&str>,
) {
    if let Some(selector) = get(spec, "endpointSelector") {
        for wanted in requirements(selector) {
            let key = wanted.node.text().unwrap_or_default();
            if let Some(help) = misspelt(key) {
                let message = format!(
                    "no pod has a label `{key}`: this selects nothing, and the pods stay open"
                );
                report.error(wanted.node, Fault::of(MISSPELT, message, help));
            } else if !is_clusterwide {
                namespace_selector(report, &wanted, namespace);
            }
        }
    }
    for rule in super::parts::RULE_LISTS.into_iter().flat_map(|list| items(spec, list)) {
        for peer in PEERS.into_iter().flat_map(|list| items(rule, list)) {
            for wanted in requirements(peer) {
                let key = wanted.node.text().unwrap_or_default();
                if let Some(help) = misspelt(key) {
                    let message = format!("no pod has a label `{key}`: this peer is nobody");
                    report.error(wanted.node, Fault::of(MISSPELT, message, help));
                }
            }
        }
    }
}

const MISSPELT: &str = "policy/unknown-selector-key";

/// Cilium overwrites the namespace in the selector of a namespaced policy.
fn namespace_selector(report: &mut Report<'_>, wanted: &Requirement<'_>, namespace: Option<&str>) {
    const RULE: &str = "policy/namespace-selector";
    let is_own = namespace.is_some_and(|own| wanted.values == [own]) && wanted.wants == Wants::In;
    if is_own {
        return;
    }
    let help = "leave it out: a policy is for pods of its own namespace";
    if wanted.key == NAMESPACE_LABEL {
        let message = "Cilium overwrites the namespace here with the policy's own";
        report.warning(wanted.node, Fault::of(RULE, message, help));
    } else if wanted.key == NAMESPACE_NAME_LABEL && wanted.wants == Wants::In {
        if namespace.is_some_and(|own| !wanted.values.contains(&own)) {
            let message = "no pod of the policy's own namespace has this label";
            report.warning(wanted.node, Fault::of(RULE, message, help));
        }
    }
}

/// `enableDefaultDeny` that does nothing, or that an older Cilium drops.
pub(super) fn default_deny(report: &mut Report<'_>, spec: Node<'_>, cilium: Option<CiliumVersion>) {
    let Some(deny) = entry(spec, "enableDefaultDeny") else {
        return;
    };
    for (way, opposite) in [("ingress", "ingressDeny"), ("egress", "egressDeny")] {
        let has_rules = has_items(spec, way) || has_items(spec, opposite);
        let flag = entry(deny.value, way).filter(|_| flag_of(deny.value, way) == Some(true));
        if let Some(flag) = flag.filter(|_| !has_rules) {
            let message = format!("without rules for {way}, this denies nothing");
            let help = format!("`{way}: [{{}}]` denies all {way}");
            report.warning(flag.key, Fault::of("policy/default-deny-no-effect", message, help));
        }
    }
    let is_off = ["ingress", "egress"].iter().any(|way| flag_of(deny.value, way) == Some(false));
    let first = CiliumVersion::FIRST_WITH_DEFAULT_DENY_FIELD;
    if let Some(version) = cilium.filter(|version| *version < first && is_off) {
        let message = format!("Cilium {version} drops enableDefaultDeny, and the policy restricts");
        let help = format!("it needs Cilium {first}");
        report.error(deny.key, Fault::of("policy/add-only-version", message, help));
    }
}

/// The namespace and the kind of a policy, against where it stands.
pub(super) fn standing(
    report: &mut Report<'_>,
    document: Node<'_>,
    is_clusterwide: bool,
    context: &PolicyContext<'_>,
) {
    if is_clusterwide && context.in_namespace_folder {
        if let Some(kind) = entry(document, "kind") {
            let message = "a clusterwide policy in a namespace's folder is for the pods of all \
                           namespaces";
            let help = "write `kind: CiliumNetworkPolicy`";
            report.error(kind.value, Fault::of("policy/clusterwide", message, help));
        }
    }
    let Some(metadata) = get(document, "metadata").filter(|_| !is_clusterwide) else {
        return;
    };
    let written = text_of(metadata, "namespace");
    if let (Some(written), Some(built)) = (written, context.namespace) {
        if written != built {
            let node = get(metadata, "namespace").unwrap_or(metadata);
            let message = format!("`{written}` is overwritten: this is built into `{built}`");
            let fault = Fault::of("policy/foreign-namespace", message, "leave `namespace` out");
            report.warning(node, fault);
        }
    }
}
