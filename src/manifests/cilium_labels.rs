//! The labels that Cilium itself puts on pods, and keys that look like one of them and are none.

use crate::domain::pods::{NAMESPACE_LABEL, SERVICE_ACCOUNT_LABEL};

/// The labels that Cilium puts on pods itself, beside those of their namespace.
const CILIUM_LABELS: [&str; 4] = [
    SERVICE_ACCOUNT_LABEL,
    "io.cilium.k8s.policy.cluster",
    "io.cilium.k8s.policy.name",
    "io.cilium.k8s.policy.istiosidecarproxy",
];

/// How the key of a label of the namespace begins.
pub(super) const NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";

/// What to write instead of a key that looks like one of Cilium's, and is none.
pub fn misspelt(key: &str) -> Option<String> {
    if !key.bytes().any(|b| matches!(b, b'i' | b'I')) {
        return None;
    }
    let (source, body) = match key.split_once(':') {
        Some((source, body)) => (Some(source), body),
        None => (None, key),
    };
    let is_known_source = source.is_none_or(|source| matches!(source, "k8s" | "any"));
    let is_cilium = body.starts_with("io.cilium.k8s.") || body == NAMESPACE_LABEL;
    if is_cilium && is_known(body) {
        return (!is_known_source && source != Some("reserved"))
            .then(|| format!("write k8s:{body}"));
    }
    // A source that is joined with a dot is part of the name.
    let joined = ["k8s.", "any."].into_iter().find_map(|source| body.strip_prefix(source));
    let is_ours =
        |body: &str| body.starts_with("io.cilium.") || body.starts_with("io.kubernetes.pod.");
    if let Some(rest) = joined.filter(|rest| is_ours(rest)) {
        return Some(format!("write k8s:{rest}"));
    }
    let letters: String =
        body.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let is_account = letters.ends_with("serviceaccount") || letters.ends_with("serviceaccountname");
    let is_field = matches!(body, "serviceAccountName" | "serviceAccount");
    if is_field || (is_account && (letters.contains("cilium") || letters.contains("cillium"))) {
        return Some(format!("write {SERVICE_ACCOUNT_LABEL}"));
    }
    is_cilium.then(|| format!("for a service account, write {SERVICE_ACCOUNT_LABEL}"))
}

fn is_known(body: &str) -> bool {
    body == NAMESPACE_LABEL
        || CILIUM_LABELS.contains(&body)
        || body.strip_prefix(NAMESPACE_LABELS).is_some_and(|label| !label.is_empty())
}
