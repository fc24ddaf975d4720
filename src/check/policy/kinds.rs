//! Which documents are Cilium policies, and which are meant to be.

use super::parts::{entry, text_of};
use super::report::{Fault, Report};
use crate::domain::near::closest;
use crate::manifests::yaml::Node;

const NAMESPACED: &str = "CiliumNetworkPolicy";
const CLUSTERWIDE: &str = "CiliumClusterwideNetworkPolicy";
const API_VERSION: &str = "cilium.io/v2";

/// The two kinds of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Namespaced,
    Clusterwide,
}

impl Kind {
    /// The kind that a document is meant to be.
    pub(super) fn meant(document: Node<'_>) -> Option<Self> {
        let kind = document.get("kind")?.text()?;
        let group = || text_of(document, "apiVersion").and_then(|text| text.split('/').next());
        match kind {
            NAMESPACED => Some(Kind::Namespaced),
            CLUSTERWIDE => Some(Kind::Clusterwide),
            // Kubernetes' own kind in Cilium's group.
            "NetworkPolicy" if group() == Some("cilium.io") => Some(Kind::Namespaced),
            "ClusterwideNetworkPolicy" if group() == Some("cilium.io") => Some(Kind::Clusterwide),
            _ => near(kind),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Namespaced => NAMESPACED,
            Kind::Clusterwide => CLUSTERWIDE,
        }
    }
}

/// Cilium has many kinds: only one that is as long, or a plural, is a policy's.
fn near(kind: &str) -> Option<Kind> {
    let is_as_long = |name: &str| kind.len().abs_diff(name.len()) <= 3;
    if !kind.is_ascii() || !(is_as_long(NAMESPACED) || is_as_long(CLUSTERWIDE)) {
        return None;
    }
    let lower = kind.to_ascii_lowercase();
    if !lower.starts_with("ci") || !lower.contains("pol") {
        return None;
    }
    let names = [Kind::Namespaced, Kind::Clusterwide];
    let lower_names = names.map(|kind| kind.name().to_ascii_lowercase());
    let nearest = closest(&lower, lower_names.iter().map(String::as_str))?;
    let at = lower_names.iter().position(|name| name == nearest)?;
    // Others, such as CiliumLocalRedirectPolicy, are far from both.
    Some(names[at])
}

/// The kind and the API version must be just right.
pub(super) fn check(report: &mut Report<'_>, document: Node<'_>, kind: Kind) {
    const RULE: &str = "policy/wrong-kind";
    if let Some(entry) = entry(document, "kind") {
        let written = entry.value.text().unwrap_or_default();
        if written != kind.name() {
            let message = format!("there is no kind `{written}`");
            let help = format!("kind: {}", kind.name());
            report.api_server(entry.value, Fault::of(RULE, message, help));
        }
    }
    let help = format!("apiVersion: {API_VERSION}");
    match entry(document, "apiVersion") {
        Some(entry) if entry.value.text() != Some(API_VERSION) => {
            let written = entry.value.text().unwrap_or_default();
            let message = format!("{} is no kind of `{written}`", kind.name());
            report.api_server(entry.value, Fault::of(RULE, message, help));
        }
        Some(_) => {}
        None => {
            let message = "the policy has no `apiVersion`";
            report.api_server(document, Fault::of(RULE, message, help));
        }
    }
}
