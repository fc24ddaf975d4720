//! Proves rule by rule what is refused and by whom, each beside a near miss that is taken.

use gangplank::check::policy::{PolicyContext, is_policy};

use crate::support::{policy_file, policy_rules};

/// A policy with this spec.
fn policy(spec: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: x}}\nspec: {spec}\n"
    )
}

/// The refusals of a text, without their places.
#[track_caller]
fn refusals(text: &str) -> Vec<String> {
    let found = policy_rules(text, &PolicyContext::default());
    let words = found.iter().map(|found| found.split_once(' ').unwrap().1.to_owned());
    words.filter(|found| found.contains(' ')).collect()
}

#[track_caller]
fn refused(spec: &str, expected: &str) {
    assert_eq!(refusals(&policy(spec)), [expected], "{spec}");
}

#[track_caller]
fn taken(spec: &str) {
    assert_eq!(refusals(&policy(spec)), [""; 0], "{spec}");
}

/// Egress with one rule, for all pods.
fn egress(rule: &str) -> String {
    format!("{{endpointSelector: {{}}, egress: [{rule}]}}")
}

/// One entry of `toPorts`, to the pods of the namespace.
fn ports(to_ports: &str) -> String {
    egress(&format!("{{toEndpoints: [{{}}], toPorts: [{to_ports}]}}"))
}

fn port(entry: &str) -> String {
    ports(&format!("{{ports: [{entry}]}}"))
}

fn host(entry: &str) -> String {
    egress(&format!("{{toFQDNs: [{entry}]}}"))
}

fn selector(selector: &str) -> String {
    format!("{{endpointSelector: {selector}, ingress: [{{}}]}}")
}

#[test]
fn lists_of_rules() {
    for list in ["ingress", "ingressDeny", "egress", "egressDeny"] {
        for wrong in ["{}", "{x: y}", "none", "true", "1"] {
            refused(
                &format!("{{endpointSelector: {{}}, {list}: {wrong}}}"),
                "ingress-not-list api-server",
            );
        }
        taken(&format!("{{endpointSelector: {{}}, {list}: [{{}}]}}"));
        refused(&format!("{{endpointSelector: {{}}, {list}: []}}"), "no-rules agent");
        // Null is as good as not there.
        refused(&format!("{{endpointSelector: {{}}, {list}: ~}}"), "no-rules api-server");
    }
    refused("{endpointSelector: {}}", "no-rules api-server");
    taken("{endpointSelector: {}, egress: [], ingress: [{}]}");
    assert_eq!(
        refusals("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n"),
        ["no-rules agent"]
    );
}

#[test]
fn types() {
    refused(&port("{port: 443, protocol: TCP}"), "wrong-type api-server");
    refused(&port("{port: \"443\", endPort: \"444\"}"), "wrong-type api-server");
    taken(&port("{port: \"443\", endPort: 444}"));
    refused(&selector("{matchLabels: {app: 1}}"), "wrong-type api-server");
    refused(&selector("{matchLabels: {app: on}}"), "wrong-type api-server");
    taken(&selector("{matchLabels: {app: \"on\"}}"));
    refused(&selector("[]"), "wrong-type api-server");
    refused(
        "{endpointSelector: {}, ingress: [{}], enableDefaultDeny: false}",
        "wrong-type api-server",
    );
    refused(
        "{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: \"no\"}}",
        "wrong-type api-server",
    );
    taken("{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: no}}");
    refused(&egress("~"), "wrong-type api-server");
    refused(&egress("{toCIDR: 10.0.0.0/8}"), "wrong-type api-server");
    refused(&egress("{authentication: {mode: on}}"), "wrong-type api-server");
    refused(&egress("{authentication: {}}"), "wrong-type api-server");
    taken(&egress("{authentication: {mode: required}}"));
    refused(&egress("{icmps: [{fields: [{type: Ping}]}]}"), "wrong-type api-server");
    taken(&egress(
        "{icmps: [{fields: [{type: 8, family: IPv4}, {type: EchoRequest, family: IPv6}]}]}",
    ));
    refused("[]", "wrong-type api-server");
}

#[test]
fn hosts() {
    refused(&host("{matchName: \"*.x.com\"}"), "wildcard-matchname api-server");
    taken(&host("{matchPattern: \"*.x.com\"}"));
    refused(
        &host("{matchName: a.com, matchPattern: \"*.com\"}"),
        "matchname-and-pattern api-server",
    );
    taken(&host("{matchName: a.com}, {matchPattern: \"*.x.com\"}"));
    for wrong in [
        "{}",
        "{matchName: \"\"}",
        "{matchName: a..b}",
        "{matchName: .a}",
        "{matchName: \"a b\"}",
        "{matchName: \"a.com/x\"}",
        "{matchPattern: \"*.a.com:443\"}",
    ] {
        refused(&host(wrong), "bad-fqdn api-server");
    }
    refused(&host(&format!("{{matchName: {}}}", "a".repeat(256))), "bad-fqdn api-server");
    for right in [
        "{matchName: a.com.}",
        "{matchName: _srv._tcp.A-b.c}",
        "{matchPattern: \"*\"}",
        "{matchPattern: \"a*b.**.c\"}",
    ] {
        taken(&host(right));
    }
}

#[test]
fn one_kind_of_peers() {
    for (one, other) in [
        ("toFQDNs: [{matchName: a.com}]", "toCIDR: [10.0.0.0/8]"),
        ("toEndpoints: [{}]", "toEntities: [host]"),
        ("toCIDR: [10.0.0.0/8]", "toCIDRSet: [{cidr: 11.0.0.0/8}]"),
        ("toServices: [{k8sService: {serviceName: x}}]", "toGroups: [{aws: {region: x}}]"),
    ] {
        refused(&egress(&format!("{{{one}, {other}}}")), "mixed-peers agent");
        taken(&egress(&format!("{{{one}}}, {{{other}}}")));
    }
    refused(
        "{endpointSelector: {}, ingress: [{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}]}",
        "mixed-peers agent",
    );
    refused(
        "{endpointSelector: {}, egressDeny: [{toEndpoints: [{}], toCIDR: [10.0.0.0/8]}]}",
        "mixed-peers agent",
    );
    taken(&egress("{toFQDNs: [{matchName: a.com}], toEntities: []}"));
    refused(
        &egress("{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: \"1\"}]}]}"),
        "mixed-peers agent",
    );
}

#[test]
fn selectors() {
    refused("{ingress: [{}]}", "no-selector api-server");
    refused("{endpointSelector: ~, ingress: [{}]}", "no-selector api-server");
    refused("{nodeSelector: {}, ingress: [{}]}", "node-selector agent");
    refused("{nodeSelector: {}, endpointSelector: {}, ingress: [{}]}", "node-selector api-server");
    let clusterwide =
        policy("{nodeSelector: {}, ingress: [{}]}").replace("CiliumN", "CiliumClusterwideN");
    assert_eq!(refusals(&clusterwide), [""; 0]);
    for wrong in ["a/b/c: x", "\"-a\": x", "UPPER.dns/a: x", "\"k8s:a b\": x", "\"\": x"] {
        refused(&selector(&format!("{{matchLabels: {{{wrong}}}}}")), "bad-label agent");
    }
    for right in ["a.b/c: x", "\"k8s:a.b/c_D\": x", "\"any:app\": \"\"", "\"reserved:host\": \"\""]
    {
        taken(&selector(&format!("{{matchLabels: {{{right}}}}}")));
    }
    refused(&selector("{matchLabels: {app: \"a b\"}}"), "bad-label api-server");
    let expression = |text: &str| selector(&format!("{{matchExpressions: [{{{text}}}]}}"));
    refused(&expression("key: a, operator: Equals"), "bad-label api-server");
    refused(&expression("key: a"), "bad-label api-server");
    refused(&expression("key: a, operator: In"), "bad-label agent");
    refused(&expression("key: a, operator: NotIn, values: []"), "bad-label agent");
    refused(&expression("key: a, operator: Exists, values: [x]"), "bad-label agent");
    refused(&expression("key: a, operator: In, values: [\"a b\"]"), "bad-label agent");
    taken(&expression("key: a, operator: In, values: [x]"));
    taken(&expression("key: a, operator: DoesNotExist"));
}

#[test]
fn ports_and_protocols() {
    // The schema's pattern lets pass what begins with a digit.
    for wrong in ["70000", "65536", "443-", "1-2", "08"] {
        refused(&port(&format!("{{port: \"{wrong}\"}}")), "bad-port agent");
    }
    for wrong in ["", "-", "http_", "*"] {
        refused(&port(&format!("{{port: \"{wrong}\"}}")), "bad-port api-server");
    }
    refused(&port("{port: a-name-that-is-too-long}"), "bad-port agent");
    refused(&port("{protocol: TCP}"), "bad-port api-server");
    refused(&port("{port: \"1\", endPort: 65536}"), "bad-port api-server");
    for right in ["\"0\"", "\"65535\"", "http", "a-1", "8o80"] {
        taken(&port(&format!("{{port: {right}}}")));
    }
    refused(
        &ports(&format!("{{ports: [{}]}}", vec!["{port: \"1\"}"; 41].join(","))),
        "bad-port api-server",
    );
    taken(&ports(&format!("{{ports: [{}]}}", vec!["{port: \"1\"}"; 40].join(","))));
    for wrong in ["tcp", "HTTP", "\"\""] {
        refused(&port(&format!("{{port: \"1\", protocol: {wrong}}}")), "bad-protocol api-server");
    }
    for right in ["TCP", "UDP", "SCTP", "ANY"] {
        taken(&port(&format!("{{port: \"1\", protocol: {right}}}")));
    }
    taken(&port("{protocol: VRRP}"));
}

#[test]
fn l7_rules() {
    let dns = "rules: {dns: [{matchPattern: \"*\"}]}";
    let http = "rules: {http: [{method: GET}]}";
    taken(&ports(&format!("{{ports: [{{port: \"53\"}}], {dns}}}")));
    refused(&ports(&format!("{{{dns}}}")), "dns-rule agent");
    refused(
        &ports(&format!("{{ports: [{{port: \"53\", endPort: 54}}], {dns}}}")),
        "dns-rule agent",
    );
    refused(
        &format!(
            "{{endpointSelector: {{}}, ingress: [{{toPorts: [{{ports: [{{port: \"53\"}}], {dns}}}]}}]}}"
        ),
        "dns-rule agent",
    );
    let both = "rules: {dns: [{matchPattern: \"*\"}], http: [{}]}";
    refused(&ports(&format!("{{ports: [{{port: \"53\"}}], {both}}}")), "dns-rule api-server");
    taken(&ports(&format!("{{ports: [{{port: \"80\", protocol: TCP}}], {http}}}")));
    refused(
        &ports(&format!("{{ports: [{{port: \"80\", protocol: ANY}}], {http}}}")),
        "http-not-tcp agent",
    );
    refused(&ports(&format!("{{ports: [{{port: \"80\"}}], {http}}}")), "http-not-tcp agent");
    refused(
        &ports(&format!("{{ports: [{{port: \"0\", protocol: TCP}}], {http}}}")),
        "bad-port agent",
    );
    refused(&ports("{ports: [{port: \"80\", protocol: TCP}], rules: {}}"), "wrong-type api-server");
    refused(&ports("{rules: {http: [{path: \"/(\"}]}}"), "wrong-type agent");
    taken(&ports(
        "{rules: {http: [{path: \"/public/.*$\", headerMatches: [{name: x, value: z}]}]}}",
    ));
    refused(
        &ports("{rules: {dns: [{matchName: \"*.x.com\"}]}, ports: [{port: \"53\"}]}"),
        "wildcard-matchname api-server",
    );
}

#[test]
fn addresses_and_entities() {
    let cidr = |text: &str| egress(&format!("{{toCIDR: [\"{text}\"]}}"));
    for wrong in
        ["10.0.0.1", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "x/8", "10.0.0.0/-1", "10.0.0.0/"]
    {
        refused(&cidr(wrong), "bad-cidr api-server");
    }
    refused(&cidr("010.0.0.0/8"), "bad-cidr agent");
    for right in ["10.1.2.3/8", "0.0.0.0/0", "fd00::1/64", "::/0"] {
        taken(&cidr(right));
    }
    let set = |text: &str| egress(&format!("{{toCIDRSet: [{{{text}}}]}}"));
    refused(&set("except: [10.0.0.0/9]"), "bad-cidr api-server");
    refused(&set("cidr: 10.0.0.0/8, cidrGroupRef: x"), "bad-cidr api-server");
    refused(&set("cidr: 10.0.0.0/8, except: [11.0.0.0/9]"), "bad-cidr agent");
    refused(&set("cidr: 10.0.0.0/8, except: [10.0.0.0/7]"), "bad-cidr agent");
    taken(&set("cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.255.0.1/32]"));
    taken(&set("cidr: \"::/0\", except: [\"fd00::/8\"]"));
    taken(&set("cidrGroupRef: x"));
    refused(&egress("{toEntities: [worlds]}"), "unknown-entity api-server");
    refused(&egress("{toEntities: [World]}"), "unknown-entity api-server");
    taken(&egress("{toEntities: [host, remote-node, kube-apiserver, cluster]}"));
}

#[test]
fn unknown_fields_at_every_level() {
    for spec in [
        "{endpointSelector: {}, ingress: [{}], egres: []}".to_owned(),
        egress("{toFQDN: []}"),
        egress("{toFqdns: []}"),
        "{endpointSelector: {}, egressDeny: [{toFQDNs: []}]}".to_owned(),
        ports("{port: \"1\"}"),
        port("{port: \"1\", proto: TCP}"),
        selector("{app: x}"),
        selector("{matchExpressions: [{key: a, operator: Exists, value: x}]}"),
        ports("{rules: {http: [{url: /}]}}"),
    ] {
        refused(&spec, "unknown-field api-server");
    }
    let text = policy("{endpointSelector: {}, ingress: [{}]}");
    assert_eq!(refusals(&format!("{text}egress: []\n")), ["unknown-field api-server"]);
    assert_eq!(refusals(&format!("{text}status: {{x: y}}\n")), [""; 0]);
}

#[test]
fn names_and_kinds() {
    let with = |metadata: &str| {
        policy("{endpointSelector: {}, ingress: [{}]}").replace("{name: x}", metadata)
    };
    for wrong in [
        "{}",
        "~",
        "{name: A}",
        "{name: a_b}",
        "{name: \"\"}",
        "{name: x, namespace: A}",
        "{name: x, namespace: a.b}",
    ] {
        assert_eq!(refusals(&with(wrong)), ["bad-name api-server"], "{wrong}");
    }
    assert_eq!(refusals(&with("{name: 1}")), ["wrong-type api-server"]);
    assert_eq!(refusals(&with("{name: x, labels: {a: \"b c\"}}")), ["bad-label api-server"]);
    assert_eq!(
        refusals(&with(
            "{name: a.b-c, namespace: x, labels: {app.kubernetes.io/name: z}, annotations: {Example.com/x: \"any text\"}}"
        )),
        [""; 0]
    );
    let text = policy("{endpointSelector: {}, ingress: [{}]}");
    for (from, to) in [
        ("cilium.io/v2", "cilium.io/v1"),
        ("cilium.io/v2", "cilium.io/v2alpha1"),
        ("cilium.io/v2", "networking.k8s.io/v1"),
        ("CiliumNetworkPolicy", "CiliumNetworkPolicies"),
        ("CiliumNetworkPolicy", "ciliumNetworkPolicy"),
        ("CiliumNetworkPolicy", "CilliumNetworkPolicy"),
        ("CiliumNetworkPolicy", "CiliumClusterWideNetworkPolicy"),
        ("CiliumNetworkPolicy", "NetworkPolicy"),
    ] {
        assert_eq!(refusals(&text.replace(from, to)), ["wrong-kind api-server"], "{to}");
    }
}

#[test]
fn other_kinds_are_no_policies() {
    for (version, kind) in [
        ("cilium.io/v2", "CiliumCIDRGroup"),
        ("cilium.io/v2", "CiliumLocalRedirectPolicy"),
        ("cilium.io/v2", "CiliumEgressGatewayPolicy"),
        ("cilium.io/v2", "CiliumEnvoyConfig"),
        ("cilium.io/v2", "CiliumClusterwideEnvoyConfig"),
        ("cilium.io/v2alpha1", "CiliumBGPPeeringPolicy"),
        ("cilium.io/v2alpha1", "CiliumL2AnnouncementPolicy"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("crd.projectcalico.org/v1", "GlobalNetworkPolicy"),
        ("isovalent.com/v1", "IsovalentNetworkPolicy"),
        ("v1", "Namespace"),
    ] {
        let file = policy_file(&format!("apiVersion: {version}\nkind: {kind}\n"));
        assert!(!is_policy(file.yaml.root().unwrap()), "{kind}");
    }
    for text in ["", "x", "[]", "kind: [CiliumNetworkPolicy]", "kind: ~"] {
        assert!(!policy_file(text).yaml.documents().any(is_policy), "{text}");
    }
}

#[test]
fn equal_keys_are_refused_by_the_build() {
    let text =
        policy("{endpointSelector: {}, egress: [{toEntities: [host], toEntities: [cluster]}]}");
    assert_eq!(refusals(&text), ["duplicate-key build"]);
    let text = policy("{endpointSelector: {}, ingress: [{}]}")
        .replace("{name: x}", "{name: x, labels: {a: b, a: c}}");
    assert_eq!(refusals(&text), ["duplicate-key build"]);
}

/// `specs`, JSON, anchors and merges are read as kubectl reads them.
#[test]
fn other_ways_to_write_the_same() {
    let specs = |list: &str| {
        format!(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: x}}\nspecs:\n{list}"
        )
    };
    let text = specs(
        "  - endpointSelector: {}\n    ingress: [{}]\n  - endpointSelector: {}\n    egress: {}\n",
    );
    assert_eq!(
        policy_rules(&text, &PolicyContext::default()),
        ["8:13 ingress-not-list api-server"]
    );
    assert_eq!(refusals(&specs("  endpointSelector: {}\n")), ["wrong-type api-server"]);
    let json = r#"{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"x"},"spec":{"endpointSelector":{},"egress":[{"toCIDR":["10.0.0.0"]}]}}"#;
    assert_eq!(refusals(json), ["bad-cidr api-server"]);
    assert_eq!(refusals(&json.replace("10.0.0.0", "10.0.0.0/8")), [""; 0]);
    let anchors = "{endpointSelector: {}, egress: [&r {toCIDR: [10.0.0.0/8]}, *r], ingress: [{<<: &i {fromCIDR: [10.0.0.0/8]}}]}";
    taken(anchors);
    refused(&anchors.replace("fromCIDR", "fromCidr"), "unknown-field api-server");
    let laughs: String = (1..30).map(|at| format!("  - &a{at} [*a{0}, *a{0}]\n", at - 1)).collect();
    let text =
        format!("{}x:\n  - &a0 [y]\n{laughs}", policy("{endpointSelector: {}, ingress: [{}]}"));
    assert_eq!(refusals(&text), ["invalid-yaml build"]);
}
