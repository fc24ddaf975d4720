//! What a policy in the repository does to pods: which it selects, whether it restricts their
//! egress, where it lets them ask for names. Reads CiliumNetworkPolicy, its clusterwide form and
//! Kubernetes NetworkPolicy; judging whether a policy is legal is not done here.

use std::net::{IpAddr, Ipv4Addr};

use super::cilium_labels::misspelt;
use super::yaml::{Node, Scalar};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::name::Namespace;
use crate::domain::pods::{NAMESPACE_LABEL, Pods, SERVICE_ACCOUNT_LABEL};

/// Where the pods ask for credentials.
pub const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

/// The fields of a Cilium rule that name peers. Where one stands, empty or not, nothing else is
/// meant.
pub const PEERS: [&str; 9] = [
    "toEndpoints",
    "toFQDNs",
    "toCIDR",
    "toCIDRSet",
    "toEntities",
    "toServices",
    "toGroups",
    "toNodes",
    "toRequires",
];

/// The namespace's name as one of its labels, in Cilium's spelling.
pub const NAMESPACE_NAME_LABEL: &str = "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name";

/// The kinds that can restrict egress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// `cilium.io/v2` CiliumNetworkPolicy.
    Cilium,
    /// `cilium.io/v2` CiliumClusterwideNetworkPolicy.
    CiliumClusterwide,
    /// `networking.k8s.io/v1` NetworkPolicy.
    Kubernetes,
}

/// Whether a selector selects pods that are only known by some of their labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selects {
    /// All of them.
    All,
    /// Perhaps some: it asks for labels that nobody has mentioned.
    Perhaps,
    /// None.
    None,
}

/// The pods that a question is about, as far as they are known.
#[derive(Debug, Clone, Copy)]
pub struct PodSet<'a> {
    /// Their namespace.
    pub namespace: &'a Namespace,
    /// What is known of their labels.
    pub pods: &'a Pods,
}

/// One spec of a policy, and what it is to some pods.
#[derive(Debug, Clone, Copy)]
pub(super) struct EgressSpec<'a> {
    pub(super) node: Node<'a>,
    pub(super) selects: Selects,
    /// Whether it puts those that it selects into egress default-deny.
    pub(super) restricts: bool,
}

/// One line of a selector: what it asks of a label.
#[derive(Debug, Clone)]
pub(super) struct Asks<'a> {
    /// The label, without Cilium's source before it.
    pub(super) key: &'a str,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub(super) operator: &'a str,
    pub(super) values: Vec<&'a str>,
}

/// A policy of the repository.
#[derive(Debug, Clone, Copy)]
pub struct NetworkPolicy<'a> {
    kind: PolicyKind,
    root: Node<'a>,
}

impl<'a> NetworkPolicy<'a> {
    /// Takes a document, if it is one of the three kinds.
    pub fn of(root: Node<'a>) -> Option<Self> {
        let group = root.get("apiVersion")?.text()?.split('/').next()?;
        let kind = match (group, root.get("kind")?.text()?) {
            ("cilium.io", "CiliumNetworkPolicy") => PolicyKind::Cilium,
            ("cilium.io", "CiliumClusterwideNetworkPolicy") => PolicyKind::CiliumClusterwide,
            ("networking.k8s.io", "NetworkPolicy") => PolicyKind::Kubernetes,
            _ => return None,
        };
        Some(NetworkPolicy { kind, root })
    }

    /// Which of the three it is.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        self.root.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default()
    }

    fn specs(&self) -> Vec<Node<'a>> {
        let one = self.root.get("spec").into_iter();
        let several = self.root.get("specs").into_iter().flat_map(Node::items);
        one.chain(several).filter(|spec| spec.is_mapping()).collect()
    }

    /// The selectors of the pods that it is for.
    pub fn selectors(&self) -> impl Iterator<Item = Node<'a>> {
        let key = self.selector_key();
        self.specs().into_iter().filter_map(move |spec| spec.get(key))
    }

    fn selector_key(&self) -> &'static str {
        if self.kind == PolicyKind::Kubernetes { "podSelector" } else { "endpointSelector" }
    }

    /// Whether it puts all of these pods into egress default-deny.
    pub fn restricts_egress(&self, pods: PodSet<'_>) -> Selects {
        let restricting = self.specs().into_iter().filter(|spec| self.spec_restricts(*spec));
        let selections = restricting.map(|spec| self.selects(spec, pods));
        selections.fold(Selects::None, Selects::stronger)
    }

    /// Whether its egress rules are for these pods.
    pub fn selects_for_egress(&self, pods: PodSet<'_>) -> Selects {
        let specs = self.specs().into_iter().filter(|spec| has_items(*spec, "egress"));
        specs.map(|spec| self.selects(spec, pods)).fold(Selects::None, Selects::stronger)
    }

    /// Its specs, as far as egress of these pods goes.
    pub(super) fn egress_specs(
        &self,
        pods: PodSet<'_>,
        version: Option<CiliumVersion>,
    ) -> impl Iterator<Item = EgressSpec<'a>> {
        let is_old =
            version.is_some_and(|version| version < CiliumVersion::FIRST_WITH_DEFAULT_DENY_FIELD);
        // An older Cilium has no `enableDefaultDeny`: rules restrict.
        let restricts = move |spec| match self.kind {
            PolicyKind::Cilium | PolicyKind::CiliumClusterwide if is_old => has_egress_rules(spec),
            _ => self.spec_restricts(spec),
        };
        self.specs().into_iter().map(move |node| EgressSpec {
            node,
            selects: self.selects(node, pods),
            restricts: restricts(node),
        })
    }

    fn spec_restricts(&self, spec: Node<'_>) -> bool {
        if self.kind == PolicyKind::Kubernetes {
            let types = spec.get("policyTypes").filter(|types| types.items().len() > 0);
            let names_egress = |types: Node| types.items().any(|t| t.text() == Some("Egress"));
            // Without policyTypes, egress counts if there are egress rules.
            return types.map_or_else(|| has_items(spec, "egress"), names_egress);
        }
        let default_deny = spec.at(&["enableDefaultDeny", "egress"]).and_then(Node::scalar);
        default_deny != Some(Scalar::Bool(false)) && has_egress_rules(spec)
    }

    fn selects(&self, spec: Node<'_>, pods: PodSet<'_>) -> Selects {
        match spec.get(self.selector_key()) {
            Some(selector) => selector_selects(selector, self.kind, pods),
            // A clusterwide policy may select nodes instead.
            None => Selects::None,
        }
    }

    /// The peers to which it opens a port for DNS.
    pub fn dns_peers(&self) -> Vec<DnsPeer> {
        let rules = self.specs().into_iter().filter_map(|spec| spec.get("egress"));
        rules.flat_map(Node::items).flat_map(|rule| self.rule_dns_peers(rule)).collect()
    }

    fn rule_dns_peers(&self, rule: Node<'_>) -> Vec<DnsPeer> {
        let Some(port) = dns_port(rule, self.kind) else {
            return Vec::new();
        };
        if self.kind == PolicyKind::Kubernetes {
            let peers = rule.get("to").into_iter().flat_map(Node::items);
            return peers.filter_map(|peer| kubernetes_peer(peer, port)).collect();
        }
        let pods = rule.get("toEndpoints").into_iter().flat_map(Node::items);
        let addresses = rule.get("toCIDR").into_iter().flat_map(Node::items);
        let pods = pods.flat_map(|peer| pod_peers(peer, port));
        let addresses = addresses
            .filter_map(Node::text)
            .filter_map(|cidr| DnsPeer::parse(&format!("{cidr}@{port}")).ok());
        pods.chain(addresses).collect()
    }
}

impl Selects {
    /// The one that is more: of several policies, one that selects all is enough.
    #[must_use]
    pub fn stronger(self, other: Self) -> Self {
        match (self, other) {
            (Selects::All, _) | (_, Selects::All) => Selects::All,
            (Selects::Perhaps, _) | (_, Selects::Perhaps) => Selects::Perhaps,
            _ => Selects::None,
        }
    }

    fn weaker(self, other: Self) -> Self {
        match (self, other) {
            (Selects::None, _) | (_, Selects::None) => Selects::None,
            (Selects::Perhaps, _) | (_, Selects::Perhaps) => Selects::Perhaps,
            _ => Selects::All,
        }
    }
}

fn has_items(spec: Node<'_>, key: &str) -> bool {
    spec.get(key).is_some_and(|list| list.items().len() > 0)
}

fn has_egress_rules(spec: Node<'_>) -> bool {
    has_items(spec, "egress") || has_items(spec, "egressDeny")
}

/// The port of a rule that opens DNS: port 53, or any port that has `rules.dns`.
fn dns_port(rule: Node<'_>, kind: PolicyKind) -> Option<u16> {
    let number = |port: Node| port.get("port")?.text()?.parse::<u16>().ok();
    if kind == PolicyKind::Kubernetes {
        let ports = rule.get("ports")?.items();
        return ports.filter_map(number).find(|&port| port == 53);
    }
    let mut found = rule.get("toPorts")?.items().filter_map(|to_ports| {
        let is_l7 = to_ports.at(&["rules", "dns"]).is_some_and(|dns| dns.items().len() > 0);
        let ports = to_ports.get("ports")?.items();
        ports.filter_map(number).find(|&port| port == 53 || is_l7)
    });
    found.next()
}

/// Drops the source that Cilium allows before a label's key.
fn without_source(key: &str) -> &str {
    key.strip_prefix("k8s:").or_else(|| key.strip_prefix("any:")).unwrap_or(key)
}

/// The keys of the labels that a selector asks for, without their source.
pub fn selector_keys(selector: Node<'_>) -> Vec<&str> {
    let labels = selector.get("matchLabels").into_iter().flat_map(Node::entries);
    let labels = labels.filter_map(|entry| entry.key.text());
    let expressions = selector.get("matchExpressions").into_iter().flat_map(Node::items);
    let expressions = expressions.filter_map(|expression| expression.get("key")?.text());
    labels.chain(expressions).map(without_source).collect()
}

/// Pods that a selector selects for certain: any of these accounts, all of these labels. Where it
/// leaves a choice between values of a label, the first is taken. `None` if it asks for more.
pub fn pods_of(selector: Node<'_>) -> Option<Pods> {
    let mut pods = Pods::default();
    for (key, values) in requirements(selector)? {
        match (without_source(key), values.first()?) {
            (SERVICE_ACCOUNT_LABEL, _) => {
                pods.service_accounts = values.iter().map(|name| (*name).to_owned()).collect();
            }
            (NAMESPACE_LABEL | NAMESPACE_NAME_LABEL, _) => {}
            (key, value) => pods.labels.push((key.to_owned(), (*value).to_owned())),
        }
    }
    Some(pods)
}

/// The requirements of a selector: keys, each with the values it may have.
fn requirements(selector: Node<'_>) -> Option<Vec<(&str, Vec<&str>)>> {
    let labels = selector.get("matchLabels").into_iter().flat_map(Node::entries);
    let labels = labels.map(|entry| Some((entry.key.text()?, vec![entry.value.text()?])));
    let expressions = selector.get("matchExpressions").into_iter().flat_map(Node::items);
    let expressions = expressions.map(|expression| {
        let is_in = expression.get("operator").and_then(Node::text) == Some("In");
        let values = expression.get("values")?.items().filter_map(Node::text).collect();
        is_in.then_some((expression.get("key")?.text()?, values))
    });
    labels.chain(expressions).collect()
}

/// A peer is only of use with its namespace; without one it means the policy's own. Several values
/// are several peers.
fn pod_peers(selector: Node<'_>, port: u16) -> Vec<DnsPeer> {
    let mut namespace = None;
    let mut label_sets: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, values) in requirements(selector).unwrap_or_default() {
        match (without_source(key), &values[..]) {
            (NAMESPACE_LABEL | NAMESPACE_NAME_LABEL, [name]) => {
                namespace = Namespace::parse(name).ok()
            }
            (key, values) => {
                let with = |value: &&str, labels: &Vec<(String, String)>| {
                    let mut labels = labels.clone();
                    labels.push((key.to_owned(), (*value).to_owned()));
                    labels
                };
                let sets =
                    values.iter().flat_map(|value| label_sets.iter().map(move |l| with(value, l)));
                // More is nothing people write.
                label_sets = sets.take(8).collect();
            }
        }
    }
    let Some(namespace) = namespace else {
        return Vec::new();
    };
    let sets = label_sets.into_iter().filter(|labels| !labels.is_empty());
    sets.map(|labels| DnsPeer::Pods { namespace: namespace.clone(), labels, port }).collect()
}

fn kubernetes_peer(peer: Node<'_>, port: u16) -> Option<DnsPeer> {
    if let Some(cidr) = peer.at(&["ipBlock", "cidr"]).and_then(Node::text) {
        return DnsPeer::parse(&format!("{cidr}@{port}")).ok();
    }
    let name = peer.at(&["namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"])?;
    let labels = peer.at(&["podSelector", "matchLabels"])?.entries();
    let labels: Option<Vec<_>> =
        labels.map(|e| Some((e.key.text()?.to_owned(), e.value.text()?.to_owned()))).collect();
    let labels = labels.filter(|labels| !labels.is_empty())?;
    Some(DnsPeer::Pods { namespace: Namespace::parse(name.text()?).ok()?, labels, port })
}

/// The lines of a selector.
pub(super) fn asked(selector: Node<'_>) -> impl Iterator<Item = Asks<'_>> {
    let labels = selector.get("matchLabels").into_iter().flat_map(Node::entries);
    let labels = labels.map(|entry| Asks {
        key: without_source(entry.key.text().unwrap_or_default()),
        operator: "In",
        values: vec![entry.value.text().unwrap_or_default()],
    });
    let expressions = selector.get("matchExpressions").into_iter().flat_map(Node::items);
    let expressions = expressions.map(|expression| {
        let text = |key| expression.get(key).and_then(Node::text).unwrap_or_default();
        let values = expression.get("values").into_iter().flat_map(Node::items);
        Asks {
            key: without_source(text("key")),
            operator: text("operator"),
            values: values.filter_map(Node::text).collect(),
        }
    });
    labels.chain(expressions)
}

/// Every requirement must hold: the weakest answer counts.
fn selector_selects(selector: Node<'_>, kind: PolicyKind, pods: PodSet<'_>) -> Selects {
    // Cilium overwrites the namespace in the selector of a namespaced policy.
    let counts = |asks: &Asks<'_>| kind != PolicyKind::Cilium || asks.key != NAMESPACE_LABEL;
    let holds = asked(selector).filter(counts).map(|asks| holds(&asks, pods));
    holds.fold(Selects::All, Selects::weaker)
}

/// Whether one requirement holds for the pods. Their label may have any of several values (service
/// accounts), so it can hold for some of them.
fn holds(asks: &Asks<'_>, pods: PodSet<'_>) -> Selects {
    if misspelt(asks.key).is_some() {
        return Selects::None;
    }
    let Some(known) = known_values(asks.key, pods) else {
        return Selects::Perhaps;
    };
    let inside = known.iter().filter(|value| asks.values.contains(value)).count();
    let all_in = inside == known.len();
    match (asks.operator, all_in, inside) {
        ("In", true, _) | ("NotIn", _, 0) | ("Exists", ..) => Selects::All,
        ("In", _, 0) | ("NotIn", true, _) | ("DoesNotExist", ..) => Selects::None,
        _ => Selects::Perhaps,
    }
}

fn known_values<'a>(key: &str, pods: PodSet<'a>) -> Option<Vec<&'a str>> {
    if key == NAMESPACE_LABEL || key == NAMESPACE_NAME_LABEL {
        return Some(vec![pods.namespace.as_str()]);
    }
    if key == SERVICE_ACCOUNT_LABEL && !pods.pods.service_accounts.is_empty() {
        return Some(pods.pods.service_accounts.iter().map(String::as_str).collect());
    }
    let label = pods.pods.labels.iter().find(|(name, _)| name == key);
    label.map(|(_, value)| vec![value.as_str()])
}

#[cfg(test)]
mod tests {
    use super::super::yaml::Yaml;
    use super::*;
    use crate::domain::pods::Selection;

    fn restricts(policy: &str, select: &[&str]) -> Selects {
        let yaml = Yaml::parse(policy).unwrap();
        let selections = select.iter().map(|s| Selection::parse(s).unwrap()).collect();
        let pods = Pods::of(selections).unwrap();
        let namespace = Namespace::parse("team-a").unwrap();
        let policy = NetworkPolicy::of(yaml.root().unwrap()).unwrap();
        policy.restricts_egress(PodSet { namespace: &namespace, pods: &pods })
    }

    fn cilium(selector: &str, rest: &str) -> String {
        format!(
            "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {{name: x}}\nspec:\n  endpointSelector: {selector}\n{rest}"
        )
    }

    const EGRESS: &str = "  egress:\n    - toEntities: [cluster]\n";

    #[test]
    fn an_empty_selector_restricts_everybody() {
        assert_eq!(restricts(&cilium("{}", EGRESS), &["all"]), Selects::All);
        assert_eq!(restricts(&cilium("{}", "  egress: []\n"), &["all"]), Selects::None);
        assert_eq!(restricts(&cilium("{}", "  ingress:\n    - {}\n"), &["all"]), Selects::None);
        let open = format!("{EGRESS}  enableDefaultDeny: {{egress: false}}\n");
        assert_eq!(restricts(&cilium("{}", &open), &["all"]), Selects::None);
    }

    #[test]
    fn labels_decide_as_far_as_they_are_known() {
        let sa = "{matchLabels: {k8s:io.cilium.k8s.policy.serviceaccount: app}}";
        assert_eq!(restricts(&cilium(sa, EGRESS), &["sa=app"]), Selects::All);
        assert_eq!(restricts(&cilium(sa, EGRESS), &["sa=other"]), Selects::None);
        assert_eq!(restricts(&cilium(sa, EGRESS), &["sa=app", "sa=other"]), Selects::Perhaps);
        assert_eq!(restricts(&cilium(sa, EGRESS), &["label=app=x"]), Selects::Perhaps);
        let other = "{matchLabels: {k8s:io.kubernetes.pod.namespace: team-b}}";
        assert_eq!(restricts(&cilium(other, EGRESS), &["all"]), Selects::None);
        let not_system = "{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}]}";
        assert_eq!(restricts(&cilium(not_system, EGRESS), &["all"]), Selects::All);
    }

    #[test]
    fn a_kubernetes_policy_counts_by_its_types() {
        let policy = |rest: &str| {
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {{}}\n{rest}"
            )
        };
        assert_eq!(restricts(&policy("  policyTypes: [Egress]\n"), &["all"]), Selects::All);
        assert_eq!(restricts(&policy("  policyTypes: [Ingress]\n"), &["all"]), Selects::None);
        assert_eq!(restricts(&policy("  egress: [{}]\n"), &["all"]), Selects::All);
    }

    #[test]
    fn dns_peers_are_read_with_their_namespace() {
        let text = cilium(
            "{}",
            "  egress:\n    - toEndpoints:\n        - matchLabels:\n            k8s:io.kubernetes.pod.namespace: kube-system\n            io.cilium.k8s.policy.serviceaccount: coredns\n        - matchLabels: {k8s-app: no-namespace}\n      toPorts:\n        - ports: [{port: \"8053\", protocol: ANY}]\n          rules: {dns: [{matchPattern: \"*\"}]}\n    - toCIDR: [169.254.20.10/32]\n      toPorts:\n        - ports: [{port: \"53\"}]\n",
        );
        let yaml = Yaml::parse(&text).unwrap();
        let peers = NetworkPolicy::of(yaml.root().unwrap()).unwrap().dns_peers();
        let peers: Vec<String> = peers.iter().map(ToString::to_string).collect();
        assert_eq!(
            peers,
            ["kube-system/io.cilium.k8s.policy.serviceaccount=coredns:8053", "169.254.20.10/32"]
        );
    }
}
