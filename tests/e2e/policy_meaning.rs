//! Proves what the rules find in policies that everybody accepts, each beside a near miss on which
//! they stay silent.

use gangplank::check::policy::PolicyContext;
use gangplank::domain::cilium_version::CiliumVersion;
use gangplank::domain::partition::Partition;
use gangplank::manifests::yaml::Node;

use crate::support::{policy_file, policy_rules};

const DNS: &str = "{toEndpoints: [{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [{matchPattern: \"*\"}]}}]}";
const PORT_53: &str = "{toEndpoints: [{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: \"53\"}]}]}";
const METADATA: &str =
    "{toCIDR: [169.254.169.254/32], toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]}";
const NAMES: &str = "{toFQDNs: [{matchName: a.com}], toPorts: [{ports: [{port: \"443\"}]}]}";

fn kind(kind: &str, selector: &str, rest: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  endpointSelector: {selector}\n{rest}"
    )
}

fn policy(selector: &str, rest: &str) -> String {
    kind("CiliumNetworkPolicy", selector, rest)
}

fn egress(rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("    - {rule}\n")).collect();
    format!("  egress:\n{rules}")
}

/// A policy for all pods with these egress rules.
fn opens(rules: &[&str]) -> String {
    policy("{}", &egress(rules))
}

/// A policy with names and DNS: `toFQDNs` with this entry.
fn name(entry: &str) -> String {
    let rule = format!("{{toFQDNs: [{entry}], toPorts: [{{ports: [{{port: \"443\"}}]}}]}}");
    opens(&[DNS, &rule])
}

fn rules(text: &str, context: &PolicyContext<'_>) -> Vec<String> {
    let found = policy_rules(text, context);
    found.iter().map(|found| found.split_once(' ').unwrap().1.to_owned()).collect()
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    assert_eq!(rules(text, &PolicyContext::default()), expected, "{text}");
}

/// The same in a namespace that is granted a role, beside these policies.
#[track_caller]
fn finds_beside(text: &str, others: &[&str], expected: &[&str]) {
    let files: Vec<_> = others.iter().map(|text| policy_file(text)).collect();
    let others: Vec<Node<'_>> = files.iter().map(|file| file.yaml.root().unwrap()).collect();
    let context = PolicyContext {
        namespace: Some("team-a"),
        grants_role: true,
        others: &others,
        is_whole: true,
        ..PolicyContext::default()
    };
    assert_eq!(rules(text, &context), expected, "{text}");
}

const ACCOUNT: &str = "{matchLabels: {io.cilium.k8s.policy.serviceaccount: a}}";

#[test]
fn names_need_a_dns_rule_for_the_same_pods() {
    finds(&opens(&[NAMES]), &["no-dns-rule"]);
    finds(&opens(&[NAMES, DNS]), &[]);
    finds(&opens(&[NAMES, PORT_53]), &["dns-without-l7"]);
    finds(&opens(&[NAMES, PORT_53, DNS]), &[]);
    let names = policy(ACCOUNT, &egress(&[NAMES, METADATA]));
    finds_beside(&names, &[], &["no-dns-rule"]);
    let dns = egress(&[DNS]);
    finds_beside(&names, &[&policy("{}", &dns)], &[]);
    finds_beside(&names, &[&policy("{matchLabels: {app: x}}", &dns)], &[]);
    finds_beside(&names, &[&policy(&ACCOUNT.replace(": a}", ": b}"), &dns)], &["no-dns-rule"]);
    let clusterwide = |selector: &str| kind("CiliumClusterwideNetworkPolicy", selector, &dns);
    finds_beside(&names, &[&clusterwide("{}")], &[]);
    let elsewhere = "{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": team-b}}";
    finds_beside(&names, &[&clusterwide(elsewhere)], &["no-dns-rule"]);
    finds_beside(&names, &[&clusterwide(&elsewhere.replace("team-b", "team-a"))], &[]);
    finds_beside(&names, &[&opens(&[PORT_53])], &["dns-without-l7"]);
    let kubernetes = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n  egress:\n    - ports: [{port: 53, protocol: UDP}]\n";
    finds_beside(&names, &[kubernetes], &["dns-without-l7"]);
}

/// Where nothing restricts the pods, names are only an addition.
#[test]
fn names_of_a_policy_that_only_adds_need_no_dns_rule() {
    let adds = format!("{}  enableDefaultDeny: {{egress: false}}\n", egress(&[NAMES]));
    finds(&policy("{}", &adds), &[]);
    finds_beside(&policy("{}", &adds), &[&opens(&[METADATA])], &["no-dns-rule"]);
}

#[test]
fn a_narrow_dns_rule_must_let_the_names_through() {
    let narrow = |pattern: &str| DNS.replace("\"*\"", &format!("\"{pattern}\""));
    for good in ["a.com", "*.com", "A.com.", "**.com", "*"] {
        finds(&opens(&[NAMES, &narrow(good)]), &[]);
    }
    for bad in ["b.com", "*.a.com", "*.org", "**.a.com"] {
        finds(&opens(&[NAMES, &narrow(bad)]), &["no-dns-rule"]);
    }
    let pattern = NAMES.replace("matchName: a.com", "matchPattern: \"*.s3.*.amazonaws.com\"");
    finds(&opens(&[&pattern, &narrow("*.*.*.amazonaws.com")]), &[]);
    finds(&opens(&[&pattern, &narrow("*.amazonaws.com")]), &["no-dns-rule"]);
}

#[test]
fn a_dns_peer_needs_its_namespace() {
    let bare = DNS.replace("\"k8s:io.kubernetes.pod.namespace\": kube-system, ", "");
    finds(&opens(&[&bare]), &["dns-namespace"]);
    finds(&opens(&[&bare.replace("k8s-app: kube-dns", "app: my-dns")]), &[]);
    finds(
        &opens(&[&bare
            .replace("\"53\"", "\"9153\"")
            .replace(", rules: {dns: [{matchPattern: \"*\"}]}", "")]),
        &[],
    );
    let by_label =
        "\"k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name\": kube-system, k8s-app";
    finds(&opens(&[&bare.replace("k8s-app", by_label)]), &[]);
    finds(&opens(&[&bare]).replace("{name: x}", "{name: x, namespace: kube-system}"), &[]);
    finds(&kind("CiliumClusterwideNetworkPolicy", "{}", &egress(&[&bare])), &[]);
}

#[test]
fn restricted_pods_with_a_role_need_the_metadata_address() {
    finds_beside(&opens(&[DNS]), &[], &["no-metadata"]);
    finds(&opens(&[DNS]), &[]);
    for open in [
        METADATA,
        "{toCIDRSet: [{cidr: 169.254.0.0/16}]}",
        "{toCIDRSet: [{cidr: 169.254.169.0/24, except: [169.254.169.0/25]}], toPorts: [{ports: [{port: \"79\", endPort: 81}]}]}",
        "{toPorts: [{ports: [{port: \"80\"}]}]}",
    ] {
        finds_beside(&opens(&[DNS, open]), &[], &[]);
        finds_beside(&opens(&[DNS]), &[&policy(ACCOUNT, &egress(&[open]))], &[]);
    }
    for shut in [
        "{toCIDR: [169.254.169.254/32], toPorts: [{ports: [{port: \"443\"}]}]}",
        "{toCIDR: [169.254.169.254/32], toPorts: [{ports: [{port: \"80\", protocol: UDP}]}]}",
        "{toCIDRSet: [{cidr: 169.254.0.0/16, except: [169.254.169.254/32]}]}",
        "{toCIDR: [10.0.0.0/8]}",
        "{toEntities: [cluster]}",
    ] {
        finds_beside(&opens(&[DNS, shut]), &[], &["no-metadata"]);
    }
    let ingress = policy("{}", "  ingress:\n    - {}\n");
    finds_beside(&ingress, &[], &[]);
    let adds = format!("{}  enableDefaultDeny: {{egress: false}}\n", egress(&[DNS]));
    finds_beside(&policy("{}", &adds), &[], &[]);
    let denied =
        format!("{}  egressDeny:\n    - toCIDR: [169.254.169.254/32]\n", egress(&[DNS, METADATA]));
    finds_beside(&policy("{}", &denied), &[], &["no-metadata"]);
    let kubernetes = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n  egress:\n    - to: [{ipBlock: {cidr: 169.254.169.254/32}}]\n      ports: [{port: 80}]\n";
    finds_beside(&opens(&[DNS]), &[kubernetes], &[]);
    finds_beside(&opens(&[DNS]), &[&kubernetes.replace("port: 80", "port: 443")], &["no-metadata"]);
}

#[test]
fn the_node_port_alone_is_not_enough() {
    let node = "{toEntities: [host], toPorts: [{ports: [{port: \"8181\", protocol: TCP}]}]}";
    finds(&opens(&[DNS, node]), &["metadata-after-dnat"]);
    finds_beside(&opens(&[DNS, node]), &[], &["metadata-after-dnat"]);
    finds(&opens(&[DNS, node, METADATA]), &[]);
    finds(&opens(&[DNS, &node.replace("8181", "8080")]), &[]);
    finds(&opens(&[DNS, &node.replace("host", "cluster")]), &[]);
}

#[test]
fn the_whole_world() {
    for open in [
        "{toEntities: [world]}",
        "{toEntities: [cluster, all]}",
        "{toCIDR: [0.0.0.0/0]}",
        "{toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}",
    ] {
        finds(&opens(&[open]), &["world-egress"]);
    }
    for narrow in [
        "{toEntities: [cluster]}",
        "{toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.169.254/32]}]}",
        "{toCIDR: [10.0.0.0/8]}",
    ] {
        finds(&opens(&[narrow]), &[]);
    }
    finds(&policy("{}", "  ingress:\n    - fromEntities: [world]\n"), &[]);
    finds(&policy("{}", "  egressDeny:\n    - toEntities: [world]\n"), &[]);
    let but_metadata = format!(
        "{}  egressDeny:\n    - toCIDR: [169.254.169.254/32]\n",
        egress(&["{toEntities: [all]}"])
    );
    finds(&policy("{}", &but_metadata), &[]);
    let outside_dns = "{toEntities: [world], toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchPattern: \"*\"}]}}]}";
    finds(&opens(&[outside_dns]), &[]);
}

#[test]
fn patterns_that_match_other_domains() {
    for bad in [
        "*amazonaws.com",
        "*amazonaws.com.cn",
        "*example.org",
        "aws*.com",
        "amazonaws.*",
        "**evil.com",
        "*api.aws",
    ] {
        let found =
            rules(&name(&format!("{{matchPattern: \"{bad}\"}}")), &PolicyContext::default());
        assert!(found.contains(&"undotted-pattern".to_owned()), "{bad}: {found:?}");
    }
    for good in [
        "*.example.org",
        "*-prod.example.org",
        "*.*.amazonaws.com",
        "*.com",
        "*",
        "*.co.uk",
        "*s3.amazonaws.com",
        "a.*.example.com",
    ] {
        finds(&name(&format!("{{matchPattern: \"{good}\"}}")), &[]);
    }
}

#[test]
fn one_label_matches_no_region() {
    let one = "{matchPattern: \"*.amazonaws.com\"}";
    finds(&name(one), &["one-label"]);
    finds(&name(&one.replace(".com", ".com.cn")), &["one-label"]);
    for more in [
        "{matchPattern: \"*.*.amazonaws.com\"}",
        "{matchName: sts.eu-central-1.amazonaws.com}",
        "{matchPattern: \"**.amazonaws.com\"}",
        "{matchPattern: \"*\"}",
    ] {
        finds(&name(&format!("{one}, {more}")), &[]);
    }
    finds(&name(&format!("{one}, {{matchPattern: \"*.*.amazonaws.com.cn\"}}")), &["one-label"]);
    finds(&name("{matchPattern: \"*.s3.amazonaws.com\"}"), &[]);
    finds(&name("{matchPattern: \"*.googleapis.com\"}"), &[]);
    finds_beside(
        &opens(&[
            DNS,
            METADATA,
            "{toFQDNs: [{matchPattern: \"*.amazonaws.com\"}], toPorts: [{ports: [{port: \"443\"}]}]}",
        ]),
        &[&name("{matchPattern: \"*.*.amazonaws.com\"}")],
        &[],
    );
}

#[test]
fn two_stars() {
    let at = |version: &str| PolicyContext {
        cilium: CiliumVersion::parse(version).ok(),
        ..PolicyContext::default()
    };
    let leading = name("{matchPattern: \"**.amazonaws.com\"}");
    assert_eq!(rules(&leading, &at("1.18")), ["double-star"]);
    assert_eq!(rules(&leading, &at("1.19")), [""; 0]);
    finds(&leading, &[]);
    finds(&name("{matchPattern: \"s3.**.amazonaws.com\"}"), &["double-star"]);
    let alone = opens(&[&DNS.replace("\"*\"", "\"**\"")]);
    assert_eq!(rules(&alone, &at("1.17.5")), ["double-star"]);
    finds(&alone, &[]);
}

#[test]
fn all_ports_of_names() {
    let rule = "{toFQDNs: [{matchName: a.com}]}";
    finds(&opens(&[DNS, rule]), &["all-ports"]);
    finds(&opens(&[DNS, "{toFQDNs: [{matchName: a.com}], toPorts: []}"]), &["all-ports"]);
    finds(&opens(&[DNS, NAMES]), &[]);
    finds(&opens(&[DNS, "{toCIDR: [10.0.0.0/8]}"]), &[]);
    // Ports below the names are the one mistake, and named as that.
    let inside = "{toFQDNs: [{matchName: a.com, toPorts: [{ports: [{port: \"443\"}]}]}]}";
    finds(&opens(&[DNS, inside]), &["unknown-field api-server"]);
}

#[test]
fn http_rules_on_the_metadata_address() {
    let http = METADATA.replace("TCP}]", "TCP}], rules: {http: [{method: GET}]}");
    finds(&opens(&[DNS, &http]), &["http-metadata"]);
    finds(&opens(&[DNS, &http.replace("169.254.169.254", "10.1.2.3")]), &[]);
}

#[test]
fn misspelt_labels_of_cilium() {
    let selects =
        |key: &str| policy(&format!("{{matchLabels: {{\"{key}\": x}}}}"), "  ingress:\n    - {}\n");
    for bad in [
        "io.cilium.k8s.policy.service-account",
        "k8s:io.cilium.k8s.policy.serviceAccount",
        "k8s.io.cilium.k8s.policy.serviceaccount",
        "any.io.cilium.k8s.policy.serviceaccount",
        "K8s:io.cilium.k8s.policy.serviceaccount",
        "cilium.io/serviceaccount",
        "io.cilium.policy.serviceaccount",
        "serviceAccountName",
        "k8s.io.kubernetes.pod.namespace",
    ] {
        finds(&selects(bad), &["unknown-selector-key"]);
    }
    for good in [
        "io.cilium.k8s.policy.serviceaccount",
        "k8s:io.cilium.k8s.policy.serviceaccount",
        "any:io.cilium.k8s.policy.serviceaccount",
        "io.cilium.k8s.policy.cluster",
        "k8s:io.cilium.k8s.namespace.labels.team",
        "io.cilium/app",
        "app.kubernetes.io/name",
        "service-account",
        "reserved:ingress",
    ] {
        finds(&selects(good), &[]);
    }
    let expression =
        "{matchExpressions: [{key: io.cilium.k8s.policy.sa, operator: In, values: [x]}]}";
    finds(&policy(expression, "  ingress:\n    - {}\n"), &["unknown-selector-key"]);
    let peer = "{toEndpoints: [{matchLabels: {\"k8s.io.kubernetes.pod.namespace\": x}}]}";
    finds(&opens(&[peer]), &["unknown-selector-key"]);
}

#[test]
fn a_namespace_in_the_selector_is_overwritten() {
    let ingress = "  ingress:\n    - {}\n";
    let selects = |namespace: &str| {
        policy(
            &format!("{{matchLabels: {{\"k8s:io.kubernetes.pod.namespace\": {namespace}}}}}"),
            ingress,
        )
    };
    finds_beside(&selects("team-b"), &[], &["namespace-selector"]);
    finds_beside(&selects("team-a"), &[], &[]);
    finds(&selects("other"), &["namespace-selector"]);
    finds(&selects("other").replace("CiliumN", "CiliumClusterwideN"), &[]);
    finds(&selects("other").replace("{name: x}", "{name: x, namespace: other}"), &[]);
    finds(&policy("{matchLabels: {k8s:io.cilium.k8s.namespace.labels.team: b}}", ingress), &[]);
}

#[test]
fn default_deny_without_rules_denies_nothing() {
    let deny = |way: &str| format!("{}  enableDefaultDeny: {{{way}}}\n", egress(&[DNS]));
    finds(&policy("{}", &deny("ingress: true")), &["default-deny-no-effect"]);
    finds(&policy("{}", &deny("egress: true, ingress: false")), &[]);
    let with_rules = format!("{}  ingress:\n    - {{}}\n", deny("ingress: true"));
    finds(&policy("{}", &with_rules), &[]);
    let old =
        PolicyContext { cilium: CiliumVersion::parse("1.15").ok(), ..PolicyContext::default() };
    assert_eq!(rules(&policy("{}", &deny("egress: false")), &old), ["add-only-version"]);
    let newer = PolicyContext { cilium: CiliumVersion::parse("1.16").ok(), ..old };
    assert_eq!(rules(&policy("{}", &deny("egress: false")), &newer), [""; 0]);
}

#[test]
fn an_empty_egress_rule_denies_everything() {
    finds(&opens(&["{}"]), &["deny-all-egress"]);
    finds(&opens(&["{}", DNS]), &[]);
    finds(&policy("{}", "  ingress:\n    - {}\n"), &[]);
}

#[test]
fn where_a_policy_stands() {
    let foreign = opens(&[DNS, METADATA]).replace("{name: x}", "{name: x, namespace: team-b}");
    finds_beside(&foreign, &[], &["foreign-namespace"]);
    finds_beside(&foreign.replace("team-b", "team-a"), &[], &[]);
    finds(&foreign, &[]);
    let clusterwide = kind("CiliumClusterwideNetworkPolicy", "{}", "  ingress:\n    - {}\n");
    let folder = PolicyContext { in_namespace_folder: true, ..PolicyContext::default() };
    assert_eq!(rules(&clusterwide, &folder), ["clusterwide"]);
    finds(&clusterwide, &[]);
    assert_eq!(rules(&opens(&[DNS]), &folder), [""; 0]);
}

#[test]
fn names_of_another_partition() {
    let china = [Partition::by_id("aws-cn").unwrap()];
    let context = PolicyContext { partitions: &china, ..PolicyContext::default() };
    let names = |list: &str| rules(&name(list), &context);
    assert_eq!(names("{matchPattern: \"*.*.amazonaws.com\"}"), ["wrong-partition"]);
    assert_eq!(names("{matchPattern: \"*.*.amazonaws.com.cn\"}"), [""; 0]);
    assert_eq!(
        names("{matchName: sts.amazonaws.com}, {matchPattern: \"*.*.amazonaws.com.cn\"}"),
        [""; 0]
    );
    assert_eq!(names("{matchName: example.com}"), [""; 0]);
    let gov = [Partition::by_id("aws-us-gov").unwrap()];
    let context = PolicyContext { partitions: &gov, ..PolicyContext::default() };
    assert_eq!(rules(&name("{matchPattern: \"*.*.amazonaws.com\"}"), &context), [""; 0]);
}

/// Forms that policies in the field have: none of them is worth a word.
#[test]
fn healthy_policies_stay_silent() {
    let clusterwide = |rest: &str| {
        format!(
            "apiVersion: \"cilium.io/v2\"\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {{name: \"x\"}}\nspec:\n{rest}"
        )
    };
    let by_expression = "{toEndpoints: [{matchExpressions: [{key: k8s-app, operator: In, values: [kube-dns, coredns]}, {key: io.kubernetes.pod.namespace, operator: In, values: [kube-system]}]}], toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [{matchPattern: \"*\"}]}}]}";
    let http = "{toFQDNs: [{matchName: a.com}], toPorts: [{ports: [{port: \"80\", protocol: TCP}], rules: {http: [{method: \"GET|HEAD\", path: \"/public/.*\"}]}}]}";
    for healthy in [
        opens(&[by_expression, http]),
        opens(&["{toEntities: [kube-apiserver]}", "{toEndpoints: [{}]}"]),
        opens(&["{toServices: [{k8sService: {serviceName: x, namespace: z}}]}", "{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.96.0.0/12]}]}"]),
        policy("{matchLabels: {name: x-wing, io.cilium.k8s.policy.cluster: one}}", "  ingress:\n    - fromEndpoints: [{matchLabels: {\"reserved:init\": \"\"}}, {matchExpressions: [{key: \"k8s:io.cilium.k8s.policy.cluster\", operator: Exists}]}]\n      toPorts: [{ports: [{port: http, protocol: TCP}]}]\n"),
        policy("{}", "  ingress:\n    - fromEntities: [ingress]\n    - icmps: [{fields: [{type: 8, family: IPv4}]}]\n"),
        clusterwide("  nodeSelector: {matchLabels: {node-role.kubernetes.io/control-plane: \"\"}}\n  ingress:\n    - fromEntities: [kube-apiserver, remote-node, health]\n    - toPorts: [{ports: [{port: \"6443\", protocol: TCP}, {port: \"30000\", endPort: 32767, protocol: TCP}]}]\n"),
        clusterwide("  description: probes\n  endpointSelector: {}\n  ingress:\n    - fromCIDR: [\"169.254.7.127/32\"]\n"),
        clusterwide("  endpointSelector: {}\n  egress: [{toEntities: [all]}]\n  egressDeny:\n    - toCIDR: [169.254.169.254/32]\n"),
        clusterwide("  endpointSelector: {matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}]}\n  enableDefaultDeny: {egress: false, ingress: false}\n  egress:\n    - toEndpoints: [{matchLabels: {\"io.kubernetes.pod.namespace\": kube-system, k8s-app: kube-dns}}]\n      toPorts: [{ports: [{port: \"53\", protocol: UDP}, {port: \"53\", protocol: TCP}], rules: {dns: [{matchPattern: \"*\"}]}}]\n"),
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\nspecs:\n  - endpointSelector: {matchLabels: {app: a}}\n    enableDefaultDeny: {ingress: true, egress: true}\n    ingress: [{fromEndpoints: [{matchLabels: {app: b}}]}]\n    egress: [{toEndpoints: [{matchLabels: {app: c}}], toPorts: [{ports: [{port: \"5432\", protocol: TCP}]}]}]\n  - endpointSelector: {matchLabels: {app: b}}\n    egressDeny: [{toEntities: [world]}]\n".to_owned(),
    ] {
        finds(&healthy, &[]);
    }
}
