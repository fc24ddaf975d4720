//! Answers to text: the only place that names the templates' variables.

use serde::Serialize;

use super::template::{TemplateError, Templates};
use crate::domain::allowed_roles::pointer_segment;
use crate::domain::answers::{Egress, PatchStyle, PolicyAnswers};
use crate::domain::dns_peer::DnsPeer;
use crate::domain::endpoints::HostMatch;
use crate::domain::name::Namespace;
use crate::domain::pods::SERVICE_ACCOUNT_LABEL;

/// A key and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

impl Pair {
    /// A pair.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Pair { key: key.into(), value: value.into() }
    }
}

/// A top-level key of a new kustomization, in its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct KeyLine {
    /// The key.
    pub name: String,
    /// Whether an empty line stands before it.
    pub blank_before: bool,
}

/// An entry of `labels:`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelsEntry {
    /// Its pairs.
    pub pairs: Vec<Pair>,
    /// `includeSelectors`.
    pub include_selectors: bool,
    /// `includeTemplates`.
    pub include_templates: bool,
}

/// What a new kustomization says and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKustomization {
    /// Whether it begins with `---`.
    pub document_start: bool,
    /// Its keys, in order.
    pub keys: Vec<KeyLine>,
    /// The namespace.
    pub namespace: Namespace,
    /// `resources:`
    pub resources: Vec<String>,
    /// `components:`
    pub components: Vec<String>,
    /// `commonLabels:`
    pub common_labels: Vec<Pair>,
    /// `commonAnnotations:`
    pub common_annotations: Vec<Pair>,
    /// `labels:`
    pub labels: Vec<LabelsEntry>,
    /// Rendered entries of `patches:`.
    pub patches: Vec<String>,
    /// How far lists are indented.
    pub list_indent: usize,
}

#[derive(Serialize)]
struct KustomizationContext<'a> {
    document_start: bool,
    keys: &'a [KeyLine],
    namespace: &'a str,
    resources: &'a [String],
    components: &'a [String],
    common_labels: &'a [Pair],
    common_annotations: &'a [Pair],
    labels: Vec<String>,
    patches: &'a [String],
    list_indent: usize,
    dash: String,
}

/// The text of a new kustomization.
///
/// # Errors
/// What is wrong with the template.
pub fn kustomization(
    templates: &Templates,
    new: &NewKustomization,
) -> Result<String, TemplateError> {
    let labels = new.labels.iter().map(|entry| templates.render("labels.yaml", entry));
    let context = KustomizationContext {
        document_start: new.document_start,
        keys: &new.keys,
        namespace: new.namespace.as_str(),
        resources: &new.resources,
        components: &new.components,
        common_labels: &new.common_labels,
        common_annotations: &new.common_annotations,
        labels: labels.collect::<Result<_, _>>()?,
        patches: &new.patches,
        list_indent: new.list_indent,
        dash: format!("{}- ", " ".repeat(new.list_indent)),
    };
    templates.render("kustomization.yaml", &context)
}

#[derive(Serialize)]
struct PatchContext<'a> {
    namespace: &'a str,
    key: &'a str,
    pointer: String,
    value: &'a str,
}

/// One entry of `patches:` that sets the annotation `key` to `value`, not indented.
///
/// # Errors
/// What is wrong with the template.
pub fn patch_entry(
    templates: &Templates,
    style: PatchStyle,
    namespace: &Namespace,
    key: &str,
    value: &str,
) -> Result<String, TemplateError> {
    let context = PatchContext {
        namespace: namespace.as_str(),
        key,
        pointer: format!("/metadata/annotations/{}", pointer_segment(key)),
        value,
    };
    templates.render(&format!("patch.{}.yaml", style.as_str()), &context)
}

#[derive(Serialize)]
struct PolicyContext<'a> {
    name: &'a str,
    namespace: &'a str,
    selects_all: bool,
    match_labels: Vec<Pair>,
    service_accounts: &'a [String],
    dns_pods: Vec<DnsPods<'a>>,
    dns_addresses: Vec<DnsAddresses<'a>>,
    metadata: bool,
    hosts: Vec<Host<'a>>,
    add_only: bool,
}

#[derive(Serialize)]
struct DnsPods<'a> {
    port: u16,
    peers: Vec<PodPeer<'a>>,
}

#[derive(Serialize)]
struct PodPeer<'a> {
    namespace: &'a str,
    labels: Vec<Pair>,
}

#[derive(Serialize)]
struct DnsAddresses<'a> {
    port: u16,
    cidrs: Vec<&'a str>,
}

#[derive(Serialize)]
struct Host<'a> {
    is_pattern: bool,
    text: &'a str,
}

/// The text of a policy. A namespace is only written where no `namespace:` of a kustomization
/// fills it in.
///
/// # Errors
/// What is wrong with the template.
pub fn policy(
    templates: &Templates,
    answers: &PolicyAnswers,
    namespace: Option<&Namespace>,
) -> Result<String, TemplateError> {
    let pods = &answers.pods;
    let pairs = |labels: &[(String, String)]| -> Vec<Pair> {
        labels.iter().map(|(key, value)| Pair::new(key, value)).collect()
    };
    // One account is a label; any of several takes an expression.
    let (mut match_labels, service_accounts) = match &pods.service_accounts[..] {
        [one] => (vec![Pair::new(SERVICE_ACCOUNT_LABEL, one)], &[][..]),
        several => (Vec::new(), several),
    };
    match_labels.extend(pairs(&pods.labels));
    let hosts = answers.breadth.hosts(answers.dual_stack);
    let hosts = hosts
        .iter()
        .map(|host| Host { is_pattern: matches!(host, HostMatch::Pattern(_)), text: host.text() });
    let context = PolicyContext {
        name: answers.name.as_str(),
        namespace: namespace.map_or("", Namespace::as_str),
        selects_all: pods.is_all(),
        match_labels,
        service_accounts,
        dns_pods: dns_pods(&answers.dns),
        dns_addresses: dns_addresses(&answers.dns),
        metadata: answers.metadata,
        hosts: hosts.collect(),
        add_only: answers.egress == Egress::AddOnly,
    };
    templates.render("cnp.yaml", &context)
}

/// Several peers on one port go into one rule.
fn dns_pods(peers: &[DnsPeer]) -> Vec<DnsPods<'_>> {
    let mut groups: Vec<DnsPods> = Vec::new();
    for peer in peers {
        let DnsPeer::Pods { namespace, labels, port } = peer else {
            continue;
        };
        let labels = labels.iter().map(|(key, value)| Pair::new(key, value)).collect();
        let peer = PodPeer { namespace: namespace.as_str(), labels };
        match groups.iter_mut().find(|group| group.port == *port) {
            Some(group) => group.peers.push(peer),
            None => groups.push(DnsPods { port: *port, peers: vec![peer] }),
        }
    }
    groups
}

fn dns_addresses(peers: &[DnsPeer]) -> Vec<DnsAddresses<'_>> {
    let mut groups: Vec<DnsAddresses> = Vec::new();
    for peer in peers {
        let DnsPeer::Address { cidr, port } = peer else {
            continue;
        };
        match groups.iter_mut().find(|group| group.port == *port) {
            Some(group) => group.cidrs.push(cidr),
            None => groups.push(DnsAddresses { port: *port, cidrs: vec![cidr] }),
        }
    }
    groups
}
