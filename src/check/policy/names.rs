//! Host names and patterns that are accepted, and match something else than was meant.

use super::parts::{entry, get, has_items, items};
use super::pods::Subject;
use super::report::{Fault, Report};
use super::rules::{egress, hosts, patterns, questions};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::partition::{PARTITIONS, Partition};
use crate::manifests::yaml::Node;

/// Looks at the names of one spec; `related` are all rules that can be for its pods, its own too.
pub(super) fn check(
    report: &mut Report<'_>,
    spec: Node<'_>,
    related: &[&Subject<'_>],
    cilium: Option<CiliumVersion>,
    partitions: &[Partition],
) {
    for (node, host) in hosts(spec) {
        undotted(report, node, host);
        double_star(report, node, host, cilium);
    }
    for (node, question) in questions(spec) {
        double_star(report, node, question, cilium);
    }
    for rule in egress(spec).filter(|rule| has_items(*rule, "toFQDNs")) {
        all_ports(report, rule);
    }
    one_label(report, spec, related);
    wrong_partition(report, spec, related, partitions);
}

fn all_ports(report: &mut Report<'_>, rule: Node<'_>) {
    // Ports in the wrong place are unknown fields, and said so.
    let is_inside = items(rule, "toFQDNs").any(|name| entry(name, "toPorts").is_some());
    if is_inside || has_items(rule, "toPorts") || has_items(rule, "icmps") {
        return;
    }
    if let Some(entry) = entry(rule, "toFQDNs") {
        let message = "these names are open on every port, SSH included";
        let help = "toPorts: [{ports: [{port: \"443\", protocol: TCP}]}]";
        report.warning(entry.key, Fault::of("policy/all-ports", message, help));
    }
}

/// How many labels at the end of a name belong to nobody: `com`, `com.cn`.
fn public_labels(labels: &[&str]) -> usize {
    let second = labels.len().checked_sub(2).map(|at| labels[at]);
    let is_country = labels.last().is_some_and(|last| last.len() == 2);
    let is_second_level =
        matches!(second, Some("com" | "co" | "net" | "org" | "gov" | "edu" | "ac"));
    if is_country && is_second_level { 2 } else { 1 }
}

/// A `*` in a domain's own label, where it also stands for somebody else's.
fn undotted(report: &mut Report<'_>, node: Node<'_>, pattern: &str) {
    let name = pattern.trim_end_matches('.');
    if !name.contains('*') || name.bytes().all(|b| b == b'*') {
        return;
    }
    let labels: Vec<&str> = name.split('.').collect();
    let public = public_labels(&labels);
    let Some(at) = labels.len().checked_sub(public + 1) else {
        return;
    };
    let own = labels[at];
    let is_star = |label: &str| label.bytes().all(|b| b == b'*');
    let open_suffix = labels[at + 1..].iter().any(|label| label.contains('*')) && !is_star(own);
    if !open_suffix && (!own.contains('*') || is_star(own)) {
        return;
    }
    let other = match open_suffix {
        true => name.replace('*', "evil"),
        false => format!(
            "{}.{}",
            own.replacen('*', "evil-", 1).replace('*', ""),
            labels[at + 1..].join(".")
        ),
    };
    let message = format!("`{pattern}` also matches other domains, such as {other}");
    let help = match name.trim_start_matches('*') {
        rest if rest.contains('*') => "write the domain out".to_owned(),
        rest => format!("matchPattern: \"*.{}\"", rest.trim_start_matches(['-', '.'])),
    };
    report.error(node, Fault::of("policy/undotted-pattern", message, help));
}

fn double_star(
    report: &mut Report<'_>,
    node: Node<'_>,
    pattern: &str,
    cilium: Option<CiliumVersion>,
) {
    const RULE: &str = "policy/double-star";
    if !pattern.contains("**") {
        return;
    }
    let is_old = cilium.filter(|version| *version < CiliumVersion::FIRST_WITH_DOUBLE_STAR);
    let rest = pattern.strip_prefix("**").map(|rest| rest.trim_end_matches('.'));
    match (rest, is_old) {
        (Some(rest), old) if rest.is_empty() || rest.starts_with('.') => {
            if let Some(version) = old {
                let message = format!("Cilium {version} reads `**` as `*`, one label and no more");
                let help = "write one pattern for each depth: *.x, *.*.x, *.*.*.x";
                report.warning(node, Fault::of(RULE, message, help));
            }
            // Behind the prefix, it is the same as elsewhere.
            if rest.contains("**") {
                report.warning(node, elsewhere(pattern));
            }
        }
        _ => report.warning(node, elsewhere(pattern)),
    }
}

fn elsewhere(pattern: &str) -> Fault {
    let message =
        format!("`**` in `{pattern}` is `*`: several labels only as `**.` at the beginning");
    let help = "write one pattern for each depth, or begin with `**.`";
    Fault::of("policy/double-star", message, help)
}

/// The labels before the suffix of a partition, and the partition's suffix, dual-stack or not.
fn aws_host(host: &str) -> Option<(&str, &'static str)> {
    let host = host.trim_end_matches('.');
    let suffixes = PARTITIONS.iter().flat_map(|p| [p.suffix, p.dual_stack_suffix]);
    suffixes.into_iter().find_map(|suffix| {
        let at = host.len().checked_sub(suffix.len())?;
        let (before, end) = (host.get(..at)?, host.get(at..)?);
        let before = before.strip_suffix('.').or(before.is_empty().then_some(""))?;
        end.eq_ignore_ascii_case(suffix).then_some((before, suffix))
    })
}

/// Only `*.amazonaws.com`, which 0.2 % of AWS's endpoints match.
fn one_label(report: &mut Report<'_>, spec: Node<'_>, related: &[&Subject<'_>]) {
    let is_main = |suffix: &str| PARTITIONS.iter().any(|p| p.suffix == suffix);
    for (node, host) in patterns(spec) {
        let Some(("*", suffix)) = aws_host(host).filter(|(_, suffix)| is_main(suffix)) else {
            continue;
        };
        let is_deeper = |host: &str| {
            host.bytes().all(|b| b == b'*')
                || aws_host(host).is_some_and(|(before, other)| {
                    other == suffix && (before.contains('.') || before == "**")
                })
        };
        let has_deeper = related.iter().any(|one| hosts(one.spec).any(|(_, host)| is_deeper(host)));
        if !has_deeper {
            let message = format!(
                "`*` is one label: `{host}` matches no regional endpoint, such as sts.REGION.{suffix}"
            );
            let help = (2..=4)
                .map(|depth| format!("- matchPattern: \"{}{suffix}\"", "*.".repeat(depth)))
                .collect::<Vec<_>>()
                .join("\n");
            report.warning(node, Fault::of("policy/one-label", message, help));
        }
    }
}

/// Names of AWS, and none of a partition that a role of the namespace is in.
fn wrong_partition(
    report: &mut Report<'_>,
    spec: Node<'_>,
    related: &[&Subject<'_>],
    partitions: &[Partition],
) {
    let [first, ..] = partitions else {
        return;
    };
    let is_granted = |suffix: &str| {
        partitions.iter().any(|p| p.suffix == suffix || p.dual_stack_suffix == suffix)
    };
    let mut foreign = hosts(spec).filter(|(_, host)| aws_host(host).is_some());
    let Some((node, host)) = foreign.next() else {
        return;
    };
    let mut all = related.iter().flat_map(|one| hosts(one.spec));
    if all.any(|(_, host)| aws_host(host).is_some_and(|(_, suffix)| is_granted(suffix))) {
        return;
    }
    let message =
        format!("`{host}` is in another partition than the role of the namespace ({})", first.id);
    let help = format!("names there end with .{}", first.suffix);
    report.warning(node, Fault::of("policy/wrong-partition", message, help));
}

/// Whether a DNS rule can let pods ask for a name that `toFQDNs` has: each of them is a name or a
/// pattern.
pub(super) fn may_meet(question: &str, host: &str) -> bool {
    let is_star = |text: &str| text.trim_end_matches('.').bytes().all(|b| b == b'*');
    if is_star(question) || is_star(host) {
        return true;
    }
    let question = question.trim_end_matches('.').to_ascii_lowercase();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let open = |text: &str| text.strip_prefix("**.").map(|rest| rest.split('.').count());
    let (a, b): (Vec<&str>, Vec<&str>) = (question.split('.').collect(), host.split('.').collect());
    let common = match (open(&question), open(&host)) {
        (None, None) if a.len() != b.len() => return false,
        (None, None) => a.len(),
        (Some(fixed), None) if b.len() > fixed => fixed,
        (None, Some(fixed)) if a.len() > fixed => fixed,
        (Some(one), Some(other)) => one.min(other),
        _ => return false,
    };
    let mut pairs = a.iter().rev().zip(b.iter().rev()).take(common);
    pairs.all(|(a, b)| match (a.contains('*'), b.contains('*')) {
        (false, false) => a == b,
        (true, false) => crate::domain::endpoints::matches(a, b),
        (false, true) => crate::domain::endpoints::matches(b, a),
        (true, true) => true,
    })
}

/// Whether a spec has names at all, and where.
pub(super) fn first_names(spec: Node<'_>) -> Option<Node<'_>> {
    let mut rules = egress(spec).filter(|rule| has_items(*rule, "toFQDNs"));
    rules.next().and_then(|rule| rule.entry("toFQDNs")).map(|entry| entry.key)
}

/// The rules of an item of `toPorts`, if it has some for DNS.
pub(super) fn has_dns_rules(to_ports: Node<'_>) -> bool {
    get(to_ports, "rules").is_some_and(|rules| has_items(rules, "dns"))
}
