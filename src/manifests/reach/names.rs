//! Whether the names and patterns of a rule match a host name.

use super::extent::{Doubt, Extent};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::endpoints::{matches, matches_double_star};
use crate::manifests::yaml::Node;

/// The name or the pattern of an entry of `toFQDNs` or of `rules.dns`.
pub(super) fn text(entry: Node<'_>) -> Option<&str> {
    entry.get("matchPattern").or_else(|| entry.get("matchName"))?.text()
}

/// Whether one of the entries matches a host name.
pub(super) fn widest<'a>(
    entries: impl Iterator<Item = Node<'a>>,
    host: &str,
    version: Option<CiliumVersion>,
) -> Extent {
    Extent::widest(entries.map(|entry| one(entry, host, version)))
}

fn one(entry: Node<'_>, host: &str, version: Option<CiliumVersion>) -> Extent {
    let name = entry.get("matchName").and_then(Node::text);
    let is_name = |name: &str| name.trim_end_matches('.').eq_ignore_ascii_case(host);
    if name.is_some_and(is_name) {
        return Extent::All;
    }
    let Some(pattern) = entry.get("matchPattern").and_then(Node::text) else {
        return Extent::None;
    };
    let old = Extent::of(matches(pattern, host));
    let new = Extent::of(matches_double_star(pattern, host));
    match version {
        Some(version) if version < CiliumVersion::FIRST_WITH_DOUBLE_STAR => old,
        Some(_) => new,
        None if old == new => old,
        None => Extent::Perhaps(Doubt::Pattern),
    }
}
