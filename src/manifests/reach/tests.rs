//! Each way a policy opens or shuts something, beside a near miss.

use proptest::prelude::*;

use super::*;
use crate::domain::pods::{Pods, Selection};
use crate::manifests::yaml::Yaml;
use Reachable::{CannotTell, InPart, No, Yes};

const DNS: &str = "{toEndpoints: [{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [{matchPattern: \"*\"}]}}]}";
const METADATA: &str =
    "{toCIDR: [169.254.169.254/32], toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]}";
const NAMES: &str = "{toFQDNs: [{matchPattern: \"*.us-east-1.amazonaws.com\"}], toPorts: [{ports: [{port: \"443\"}]}]}";
const STS: &str = "sts.us-east-1.amazonaws.com";

fn policy(kind: &str, selector: &str, rest: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  endpointSelector: {selector}\n{rest}"
    )
}

/// A policy for all pods of the namespace with these egress rules.
fn opens(rules: &[&str]) -> String {
    policy("CiliumNetworkPolicy", "{}", &egress("egress", rules))
}

fn denies(rules: &[&str]) -> String {
    policy("CiliumNetworkPolicy", "{}", &egress("egressDeny", rules))
}

fn clusterwide(rules: &[&str]) -> String {
    policy("CiliumClusterwideNetworkPolicy", "{}", &egress("egress", rules))
}

/// A policy for the pods of a service account.
fn for_account(account: &str, rules: &[&str]) -> String {
    let selector = format!("{{matchLabels: {{io.cilium.k8s.policy.serviceaccount: {account}}}}}");
    policy("CiliumNetworkPolicy", &selector, &egress("egress", rules))
}

fn kubernetes(rules: &[&str]) -> String {
    let types = "  policyTypes: [Egress]\n";
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: x}}\nspec:\n  podSelector: {{}}\n{types}{}",
        egress("egress", rules)
    )
}

fn egress(key: &str, rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("    - {rule}\n")).collect();
    format!("  {key}:\n{rules}")
}

fn adds(policy: &str) -> String {
    format!("{policy}  enableDefaultDeny: {{egress: false, ingress: false}}\n")
}

/// Asks about pods of the namespace `team-a` that have the service account `app`.
fn ask<T>(policies: &[String], look: impl FnOnce(&PolicySet<'_>) -> T) -> T {
    ask_on(policies, &["kube-system/k8s-app=kube-dns"], Some("1.19"), look)
}

fn ask_on<T>(
    policies: &[String],
    dns: &[&str],
    version: Option<&str>,
    look: impl FnOnce(&PolicySet<'_>) -> T,
) -> T {
    let texts: Vec<Yaml> = policies.iter().map(|text| Yaml::parse(text).unwrap()).collect();
    let named = texts.iter().enumerate().map(|(at, yaml)| NamedPolicy {
        name: format!("p{at}"),
        policy: NetworkPolicy::of(yaml.root().unwrap()).unwrap(),
        is_patched: false,
    });
    let namespace = Namespace::parse("team-a").unwrap();
    let pods = Pods::of(vec![Selection::parse("sa=app").unwrap()]).unwrap();
    let dns: Vec<DnsPeer> = dns.iter().map(|peer| DnsPeer::parse(peer).unwrap()).collect();
    let version = version.map(|version| CiliumVersion::parse(version).unwrap());
    look(&PolicySet::of(named, PodSet { namespace: &namespace, pods: &pods }, &dns, version))
}

fn host(name: &str) -> Target<'_> {
    Target::Host { name, may_be_private: false }
}

#[track_caller]
fn says(policies: &[String], target: Target<'_>, expected: Reachable) {
    let answer = ask(policies, |set| set.answer(target));
    assert_eq!(answer.verdict, expected, "{target:?}: {}\n{}", answer.because, policies.join("\n"));
}

#[track_caller]
fn dns_is(policies: &[String], expected: Reachable) {
    let (verdict, because) = ask(policies, |set| (set.dns().verdict, set.dns().because));
    assert_eq!(verdict, expected, "{because}\n{}", policies.join("\n"));
}

#[test]
fn without_a_policy_all_is_open_and_the_reason_says_so() {
    let answer = ask(&[], |set| set.answer(host("example.com")));
    assert_eq!(answer.verdict, Yes);
    assert_eq!(answer.because, "nothing in this repository restricts egress of these pods");
    says(&[adds(&opens(&[METADATA]))], host("example.com"), Yes);
    says(&[policy("CiliumNetworkPolicy", "{}", "  ingress:\n    - {}\n")], Target::Metadata, Yes);
    // Before 1.16, Cilium has no field that says so.
    let on_old = |rules: &str| {
        let verdict = |set: &PolicySet<'_>| set.answer(Target::OwnPods).verdict;
        ask_on(&[rules.to_owned()], &["kube-system/k8s-app=kube-dns"], Some("1.15"), verdict)
    };
    assert_eq!(on_old(&adds(&opens(&[METADATA]))), No);
    assert_eq!(on_old(&adds(&opens(&["{toEndpoints: [{}]}"]))), Yes);
    let ingress_only = kubernetes(&[]).replace("[Egress]", "[Ingress]");
    says(&[ingress_only], Target::Metadata, Yes);
}

#[test]
fn the_reason_names_what_opens_and_what_shuts() {
    let because = |policies: &[String], target| ask(policies, |set| set.answer(target).because);
    let both = [opens(&[DNS]), opens(&[METADATA])];
    assert_eq!(because(&both, Target::Metadata), "opened by p1");
    assert_eq!(because(&both, Target::OwnPods), "p0 and p1 restrict egress, and nothing opens it");
    let one = [opens(&[DNS])];
    assert_eq!(because(&one, Target::OwnPods), "p0 restricts egress, and nothing opens it");
    let denied = [opens(&[METADATA]), denies(&["{toCIDR: [169.254.0.0/16]}"])];
    assert_eq!(because(&denied, Target::Metadata), "denied by p1");
    let many: Vec<String> = (0..4).map(|_| opens(&[METADATA])).collect();
    assert_eq!(because(&many, Target::Metadata), "opened by p0, p1 and 2 more");
    let unlearned =
        [opens(&[DNS.replace("rules: {dns: [{matchPattern: \"*\"}]}", "x: y").as_str(), NAMES])];
    assert_eq!(
        because(&unlearned, host(STS)),
        "p0 names it, but no DNS rule for these pods lets Cilium learn its addresses"
    );
    let unasked = [opens(&["{toEntities: [world]}"])];
    assert_eq!(
        because(&unasked, host("example.com")),
        "its name must be asked for first: p0 restricts egress, and nothing opens it"
    );
}

#[test]
fn dns_servers_are_pods_of_a_namespace_on_a_udp_port() {
    let rule = |from: &str, to: &str| [opens(&[&DNS.replace(from, to)])];
    dns_is(&[opens(&[DNS])], Yes);
    dns_is(&rule(", rules: {dns: [{matchPattern: \"*\"}]}", ""), Yes);
    dns_is(&rule(", protocol: ANY", ""), Yes);
    dns_is(&rule("ANY", "UDP"), Yes);
    dns_is(&rule("ANY", "TCP"), No);
    dns_is(&rule("\"53\"", "\"5353\""), No);
    dns_is(&rule("\"53\"", "\"dns\""), CannotTell);
    dns_is(&rule("kube-dns", "coredns"), No);
    dns_is(&rule("k8s-app: kube-dns", "io.cilium.k8s.policy.serviceaccount: coredns"), CannotTell);
    // Without its namespace, a peer is one in the policy's own.
    dns_is(&rule("\"k8s:io.kubernetes.pod.namespace\": kube-system, ", ""), No);
    let bare = DNS.replace("\"k8s:io.kubernetes.pod.namespace\": kube-system, ", "");
    dns_is(&[clusterwide(&[&bare])], Yes);
    dns_is(&[opens(&["{toEntities: [cluster]}"])], Yes);
    // Addresses never mean pods.
    dns_is(&[opens(&["{toCIDR: [0.0.0.0/0]}"])], No);
    dns_is(&[opens(&["{toEntities: [world]}"])], No);
}

#[test]
fn a_kubernetes_policy_opens_tcp_unless_it_says_udp() {
    let to = "to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]";
    dns_is(&[kubernetes(&[&format!("{{{to}, ports: [{{port: 53, protocol: UDP}}]}}")])], Yes);
    dns_is(&[kubernetes(&[&format!("{{{to}, ports: [{{port: 53}}]}}")])], No);
    dns_is(&[kubernetes(&[&format!("{{{}}}", to.replace("kube-system", "dns"))])], No);
    dns_is(&[kubernetes(&["{to: [{namespaceSelector: {}}]}"])], Yes);
    dns_is(&[kubernetes(&["{to: [{namespaceSelector: {matchLabels: {team: x}}}]}"])], CannotTell);
    dns_is(&[kubernetes(&["{to: [{podSelector: {}}]}"])], No);
    dns_is(&[kubernetes(&["{}"])], Yes);
}

#[test]
fn several_servers_are_open_or_shut_together() {
    let servers = ["kube-system/k8s-app=kube-dns", "169.254.20.10/32"];
    let verdict = |rules: &[&str]| {
        ask_on(&[opens(rules)], &servers, None, |set| {
            (set.dns().verdict, set.answer(host(STS)).verdict)
        })
    };
    let local = "{toCIDR: [169.254.20.10/32], toPorts: [{ports: [{port: \"53\"}], rules: {dns: [{matchPattern: \"*\"}]}}]}";
    assert_eq!(verdict(&[DNS, local, NAMES]), (Yes, Yes));
    assert_eq!(verdict(&[DNS, NAMES]), (CannotTell, CannotTell));
    assert_eq!(verdict(&[NAMES]), (No, No));
    let node = "{toEntities: [host], toPorts: [{ports: [{port: \"53\"}]}]}";
    assert_eq!(verdict(&[DNS, node]).0, CannotTell);
}

#[test]
fn the_metadata_address_is_open_before_the_dnat_or_not_at_all() {
    let cases = [
        (METADATA, Yes),
        ("{toCIDR: [169.254.0.0/16]}", Yes),
        ("{toCIDR: [10.0.0.0/8]}", No),
        ("{toCIDRSet: [{cidr: 0.0.0.0/0}]}", Yes),
        ("{toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}]}", No),
        ("{toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]}", Yes),
        ("{toCIDRSet: [{cidrGroupRef: aws}]}", CannotTell),
        ("{toEntities: [world]}", Yes),
        ("{toEntities: [cluster, host]}", No),
        ("{toEntities: [host], toPorts: [{ports: [{port: \"8181\"}]}]}", No),
        ("{toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]}", Yes),
        ("{toPorts: [{ports: [{port: \"1\", endPort: 1024}]}]}", Yes),
        ("{toPorts: [{ports: [{port: \"81\", endPort: 442}]}]}", No),
        ("{toPorts: [{ports: [{port: \"80\", protocol: UDP}]}]}", No),
        ("{toPorts: [{ports: [{port: \"0\"}]}]}", Yes),
        ("{toPorts: [{ports: [{port: \"http\"}]}]}", No),
        ("{toPorts: [{ports: [{port: \"80\", protocol: TCP}], rules: {http: [{}]}}]}", CannotTell),
        ("{toEndpoints: [], toPorts: [{ports: [{port: \"80\"}]}]}", No),
        ("{toServices: [{k8sService: {serviceName: x}}]}", No),
        ("{icmps: [{fields: [{type: 8}]}]}", No),
        ("{}", No),
    ];
    for (rule, expected) in cases {
        says(&[opens(&[rule])], Target::Metadata, expected);
    }
    says(&[kubernetes(&["{to: [], ports: [{port: 80}]}"])], Target::Metadata, Yes);
    says(&[kubernetes(&["{ports: [{protocol: TCP}]}"])], Target::Metadata, Yes);
    let block = "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}";
    says(&[kubernetes(&[block])], Target::Metadata, No);
}

#[test]
fn a_host_is_reached_by_its_name_once_that_is_learned() {
    let narrow = |pattern: &str| DNS.replace("\"*\"", &format!("\"{pattern}\""));
    says(&[opens(&[DNS, NAMES])], host(STS), Yes);
    says(&[opens(&[DNS, NAMES])], host("sts.eu-west-1.amazonaws.com"), No);
    says(&[opens(&[DNS, NAMES])], host("a.s3.us-east-1.amazonaws.com"), No);
    says(&[opens(&[NAMES])], host(STS), No);
    says(&[opens(&[DNS]), opens(&[NAMES])], host(STS), Yes);
    says(&[for_account("other", &[DNS]), opens(&[NAMES])], host(STS), No);
    says(&[opens(&[&narrow("*.us-east-1.amazonaws.com"), NAMES])], host(STS), Yes);
    says(&[opens(&[&narrow("*.eu-west-1.amazonaws.com"), NAMES])], host(STS), No);
    says(&[opens(&[DNS, &NAMES.replace("443", "80")])], host(STS), No);
    // A rule for a DNS server that nobody asks teaches nothing.
    says(&[opens(&[&DNS.replace("kube-dns", "x"), NAMES])], host(STS), No);
    // Where all is open, no name is needed.
    says(&[adds(&opens(&[NAMES]))], host("example.com"), Yes);
}

#[test]
fn two_stars_depend_on_the_version() {
    let rule = NAMES.replace("*.us-east-1", "**");
    let verdict = |version| {
        ask_on(&[opens(&[DNS, &rule])], &["kube-system/k8s-app=kube-dns"], version, |set| {
            set.answer(host(STS)).verdict
        })
    };
    assert_eq!(verdict(Some("1.19")), Yes);
    assert_eq!(verdict(Some("1.18")), No);
    assert_eq!(verdict(None), CannotTell);
}

#[test]
fn a_host_is_reached_by_address_as_far_as_that_is_known() {
    let near = Target::Host { name: STS, may_be_private: true };
    let cases = [
        ("{toEntities: [world]}", Yes, Yes),
        ("{toCIDR: [0.0.0.0/0]}", Yes, Yes),
        ("{toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.0.0/16]}]}", Yes, Yes),
        ("{toCIDRSet: [{cidr: 0.0.0.0/0, except: [52.0.0.0/8]}]}", CannotTell, CannotTell),
        ("{toCIDR: [52.0.0.0/8]}", CannotTell, CannotTell),
        // That of a VPC endpoint is in the network of the cluster.
        ("{toCIDR: [10.0.0.0/8]}", No, CannotTell),
        ("{toCIDR: [169.254.169.254/32]}", No, No),
        ("{toServices: [{k8sService: {serviceName: x}}]}", CannotTell, CannotTell),
        ("{toGroups: [{aws: {}}]}", CannotTell, CannotTell),
        ("{toEntities: [cluster]}", No, No),
        ("{toEndpoints: [{}]}", No, No),
        (
            "{toEntities: [world], toPorts: [{ports: [{port: \"443\"}], serverNames: [x]}]}",
            CannotTell,
            CannotTell,
        ),
    ];
    for (rule, far, in_region) in cases {
        says(&[opens(&[DNS, rule])], host("example.com"), far);
        says(&[opens(&[DNS, rule])], near, in_region);
        // Without a way to ask for its name, no address helps.
        says(
            &[opens(&[rule])],
            host("example.com"),
            if rule.contains("Services") { CannotTell } else { No },
        );
    }
}

#[test]
fn pods_are_meant_all_of_them_or_some() {
    let own = |rules: &[&str], expected| says(&[opens(rules)], Target::OwnPods, expected);
    let others = |rules: &[&str], expected| says(&[opens(rules)], Target::OtherPods, expected);
    own(&["{toEndpoints: [{}]}"], Yes);
    others(&["{toEndpoints: [{}]}"], No);
    own(&["{toEndpoints: [{matchLabels: {app: db}}]}"], InPart);
    own(&["{toEndpoints: [{}], toPorts: [{ports: [{port: \"5432\"}]}]}"], InPart);
    own(&["{toEndpoints: [{}], toPorts: [{ports: [{port: \"0\", protocol: ANY}]}]}"], Yes);
    let of = |namespace: &str| {
        format!(
            "{{toEndpoints: [{{matchLabels: {{\"k8s:io.kubernetes.pod.namespace\": {namespace}}}}}]}}"
        )
    };
    own(&[&of("team-a")], Yes);
    others(&[&of("team-a")], No);
    own(&[&of("monitoring")], No);
    others(&[&of("monitoring")], InPart);
    let any = "{toEndpoints: [{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: Exists}]}]}";
    own(&[any], Yes);
    others(&[any], Yes);
    for rule in ["{toEntities: [cluster]}", "{toEntities: [all]}"] {
        own(&[rule], Yes);
        others(&[rule], Yes);
    }
    // Addresses never mean pods, and the way to DNS is a row of its own.
    for rule in ["{toCIDR: [10.0.0.0/8]}", "{toEntities: [world]}", "{toEntities: [host]}", DNS] {
        own(&[rule], No);
        others(&[rule], No);
    }
    says(&[clusterwide(&["{toEndpoints: [{}]}"])], Target::OtherPods, Yes);
    says(&[kubernetes(&["{to: [{podSelector: {}}]}"])], Target::OwnPods, Yes);
    says(&[kubernetes(&["{to: [{podSelector: {}}]}"])], Target::OtherPods, No);
    says(&[kubernetes(&["{to: [{namespaceSelector: {}}]}"])], Target::OtherPods, Yes);
    says(
        &[kubernetes(&["{to: [{namespaceSelector: {matchLabels: {a: b}}}]}"])],
        Target::OtherPods,
        InPart,
    );
}

#[test]
fn a_deny_wins_over_every_allow() {
    let all = clusterwide(&["{toEntities: [all]}"]);
    says(std::slice::from_ref(&all), Target::OtherPods, Yes);
    let beside = |rule: &str| [all.clone(), denies(&[rule])];
    says(&beside("{toEntities: [world]}"), host("example.com"), No);
    says(&beside("{toEntities: [world]}"), Target::OtherPods, Yes);
    says(&beside("{toCIDR: [169.254.169.254/32]}"), Target::Metadata, No);
    says(&beside("{toCIDR: [169.254.169.254/32]}"), host("example.com"), Yes);
    says(&beside("{toCIDR: [52.0.0.0/8]}"), host("example.com"), CannotTell);
    says(&beside("{toEndpoints: [{matchLabels: {app: db}}]}"), Target::OwnPods, InPart);
    says(
        &beside("{toCIDRSet: [{cidr: 0.0.0.0/0}], toPorts: [{ports: [{port: \"25\"}]}]}"),
        host("example.com"),
        Yes,
    );
    // It denies where nothing else restricts, too.
    says(&[adds(&denies(&["{toEntities: [world]}"]))], Target::Metadata, No);
    says(&[adds(&denies(&["{toEntities: [world]}"]))], Target::OwnPods, Yes);
    says(&[denies(&["{toEntities: [world]}"])], Target::OwnPods, No);
    let dns = "{toEndpoints: [{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system}}]}";
    says(&beside(dns), host("example.com"), No);
}

#[test]
fn labels_that_nobody_mentioned_leave_it_open() {
    let for_label = |rules: &[&str]| {
        policy("CiliumNetworkPolicy", "{matchLabels: {app: x}}", &egress("egress", rules))
    };
    says(&[for_label(&[DNS])], Target::Metadata, CannotTell);
    // Whoever it selects, what it opens is open.
    says(&[for_label(&[DNS, METADATA, NAMES])], Target::Metadata, Yes);
    says(&[for_label(&[DNS, METADATA, NAMES])], host(STS), Yes);
    says(&[for_label(&[DNS]), for_label(&[METADATA])], Target::Metadata, CannotTell);
    says(&[opens(&[DNS]), for_label(&[METADATA])], Target::Metadata, CannotTell);
    says(&[opens(&[METADATA]), for_label(&[DNS])], Target::Metadata, Yes);
    says(&[opens(&[NAMES]), for_label(&[DNS])], host(STS), CannotTell);
    says(&[for_account("other", &[DNS])], Target::Metadata, Yes);
    // Nobody has a misspelt label.
    let misspelt = for_account("app", &[DNS]).replace("serviceaccount", "service-account");
    says(&[misspelt], Target::Metadata, Yes);
    // Cilium overwrites a namespace in the selector of a namespaced policy.
    let elsewhere = "{matchLabels: {k8s:io.kubernetes.pod.namespace: other}}";
    let namespaced = policy("CiliumNetworkPolicy", elsewhere, &egress("egress", &[DNS]));
    says(std::slice::from_ref(&namespaced), Target::Metadata, No);
    says(&[namespaced.replace("CiliumNetwork", "CiliumClusterwideNetwork")], Target::Metadata, Yes);
}

#[test]
fn what_is_patched_is_not_known() {
    let text = opens(&[DNS, METADATA]);
    let yaml = Yaml::parse(&text).unwrap();
    let namespace = Namespace::parse("team-a").unwrap();
    let policy = NetworkPolicy::of(yaml.root().unwrap()).unwrap();
    let named = NamedPolicy { name: "p".to_owned(), policy, is_patched: true };
    let pods = Pods::default();
    let set = PolicySet::of([named], PodSet { namespace: &namespace, pods: &pods }, &[], None);
    let answer = set.answer(Target::Metadata);
    assert_eq!(answer.verdict, CannotTell);
    assert_eq!(answer.because, "p is patched, and what it says then is not worked out here");
}

/// Rules of all kinds.
const RULES: [&str; 16] = [
    DNS,
    METADATA,
    NAMES,
    "{toEntities: [world]}",
    "{toEntities: [cluster]}",
    "{toEntities: [all]}",
    "{toCIDR: [0.0.0.0/0]}",
    "{toCIDR: [52.0.0.0/8], toPorts: [{ports: [{port: \"443\"}]}]}",
    "{toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}]}",
    "{toCIDRSet: [{cidrGroupRef: x}]}",
    "{toEndpoints: [{}]}",
    "{toEndpoints: [{matchLabels: {app: db}}]}",
    "{toEndpoints: [{matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system}}]}",
    "{toServices: [{k8sService: {serviceName: x}}]}",
    "{toPorts: [{ports: [{port: \"443\", protocol: TCP}]}]}",
    "{}",
];

const SELECTORS: [&str; 4] = [
    "{}",
    "{matchLabels: {io.cilium.k8s.policy.serviceaccount: app}}",
    "{matchLabels: {io.cilium.k8s.policy.serviceaccount: other}}",
    "{matchLabels: {app: x}}",
];

fn any_policy(key: &'static str) -> impl Strategy<Value = String> {
    let rules = prop::collection::vec(prop::sample::select(&RULES[..]), 1..4);
    // No name can stand in a deny.
    let rules = rules.prop_map(move |mut rules| {
        rules.retain(|rule| key == "egress" || !rule.contains("toFQDNs") && !rule.contains("dns:"));
        rules
    });
    let selector = prop::sample::select(&SELECTORS[..]);
    (rules, selector, any::<bool>()).prop_map(move |(rules, selector, adds_only)| {
        let text = policy("CiliumNetworkPolicy", selector, &egress(key, &rules));
        if adds_only { adds(&text) } else { text }
    })
}

fn all_answers(policies: &[String]) -> Vec<Reachable> {
    let targets = [
        Target::Metadata,
        host(STS),
        host("example.com"),
        Target::Host { name: STS, may_be_private: true },
        Target::OwnPods,
        Target::OtherPods,
    ];
    ask(policies, |set| {
        let answers = targets.into_iter().map(|target| set.answer(target).verdict);
        answers.chain([set.dns().verdict]).collect()
    })
}

proptest! {
    #[test]
    fn where_egress_is_restricted_an_allow_only_adds(
        policies in prop::collection::vec(any_policy("egress"), 0..4),
        deny in prop::option::of(any_policy("egressDeny")),
        more in any_policy("egress"),
    ) {
        let before: Vec<String> = [opens(&["{}"])].into_iter().chain(policies).chain(deny).collect();
        let after: Vec<String> = before.iter().cloned().chain([more]).collect();
        for (before, after) in all_answers(&before).into_iter().zip(all_answers(&after)) {
            prop_assert!(before != Yes || after == Yes, "{before:?} {after:?}");
            prop_assert!(before == No || after != No, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_deny_never_opens_anything(
        policies in prop::collection::vec(any_policy("egress"), 0..4),
        deny in any_policy("egressDeny"),
    ) {
        let after: Vec<String> = policies.iter().cloned().chain([deny]).collect();
        for (before, after) in all_answers(&policies).into_iter().zip(all_answers(&after)) {
            prop_assert!(after != Yes || before == Yes, "{before:?} {after:?}");
            prop_assert!(before != No || after == No, "{before:?} {after:?}");
        }
    }

    /// A policy for the pods of another account is none for these.
    #[test]
    fn policies_for_others_change_nothing(
        policies in prop::collection::vec(any_policy("egress"), 0..4),
        rules in prop::collection::vec(prop::sample::select(&RULES[..]), 1..4),
    ) {
        let after: Vec<String> = policies.iter().cloned().chain([for_account("b", &rules)]).collect();
        prop_assert_eq!(all_answers(&policies), all_answers(&after));
    }
}
