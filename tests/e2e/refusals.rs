//! Proves what onboarding refuses or reports because of what the repository says: protected
//! namespaces, raw manifests, delivery, a second gate, policies that restrict already.

use serde_json::Value as Json;

use crate::support::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, ROLE, Repo};

/// The plan, which must end with this code and hold this finding.
#[track_caller]
fn finds(repo: &Repo, arguments: &[&str], code: i32, rule: &str) -> Json {
    let before = repo.tree();
    let outcome = repo.onboard(arguments, &["--dry-run", "--output", "json"]).ends(code);
    let plan = outcome.json();
    let findings = plan["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["rule"] == rule);
    let found = found.unwrap_or_else(|| panic!("no {rule} in {plan:#}")).clone();
    if code != 0 {
        assert_eq!(found["level"], "error");
        repo.onboard(arguments, &["--yes"]).ends(code);
        assert_eq!(repo.tree(), before, "nothing is written");
    }
    found
}

/// The rules of all findings.
fn rules(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let outcome = repo.onboard(arguments, &["--dry-run", "--output", "json"]).ends(0);
    let plan = outcome.json();
    let findings = plan["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn for_namespace(name: &str) -> Vec<&str> {
    [&ALL[..3], &[name], &ALL[4..]].concat()
}

#[test]
fn protected_namespaces() {
    let config = "protected: [\"istio-*\", \"!argocd\"]\n";
    let repo = Repo::guide().file("gangplank.yaml", config);
    for name in ["default", "kube-system", "kube-public", "cilium", "kube2iam", "istio-system"] {
        finds(&repo, &for_namespace(name), 2, "layout/protected");
    }
    for name in ["argocd", "istio", "kube", "my-kube-system"] {
        assert!(!rules(&repo, &for_namespace(name)).contains(&"layout/protected".to_owned()));
    }
}

#[test]
fn manifests_without_a_kustomization() {
    let manifest = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: report-portal\n";
    let repo = Repo::guide().file(&format!("{FOLDER}/00-namespace.yaml"), manifest);
    let finding = finds(&repo, &ALL, 4, "layout/raw-folder");
    assert_eq!(finding["path"], FOLDER);
    // A folder with nothing but notes is as good as new.
    let repo = Repo::guide().file(&format!("{FOLDER}/README.md"), "ours\n");
    repo.onboard(&ALL, &["--yes"]).ends(0);
}

#[test]
fn two_folders_for_one_namespace() {
    let text = "namespace: report-portal\nresources:\n  - ../../defaults\n";
    let other = "clusters/c/namespaces/report-portal/kustomization.yaml";
    let repo = Repo::skeleton(text).file(other, text);
    let outcome = repo.onboard(&ALL, &["--yes"]).ends(4);
    assert!(outcome.stderr.contains("are both there"), "{}", outcome.stderr);
}

fn application_set(paths: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: namespaces\n\
         spec:\n  generators:\n    - git:\n        repoURL: https://git.example.org/x.git\n        \
         directories:\n{paths}"
    )
}

#[test]
fn what_argo_cd_delivers() {
    let directory = |path: &str| format!("          - path: {path}\n");
    let rows = [
        (directory("clusters/c/namespaces/application/*"), true),
        (directory("clusters/c/namespaces/*/*"), true),
        (directory("clusters/*/namespaces/application/*"), true),
        (directory("clusters/c/namespaces/*"), false),
        (directory("clusters/c/namespaces/system/*"), false),
        (
            directory("clusters/c/namespaces/application/*")
                + &directory("clusters/c/namespaces/application/report-portal")
                + "            exclude: true\n",
            false,
        ),
        (directory("clusters/d/namespaces/*"), true),
    ];
    for (paths, is_delivered) in rows {
        for prefix in ["", "deploy"] {
            let paths = match prefix {
                "" => paths.clone(),
                _ => paths.replace("clusters/", "deploy/clusters/"),
            };
            let repo = Repo::below(prefix).defaults(DEFAULTS);
            let repo = repo.file("clusters/c/application-set.yaml", application_set(&paths));
            if is_delivered {
                let rules = rules(&repo, &ALL);
                assert!(!rules.contains(&"layout/not-delivered".to_owned()), "{paths}");
            } else {
                let finding = finds(&repo, &ALL, 4, "layout/not-delivered");
                assert_eq!(finding["path"], FOLDER, "{paths}");
            }
        }
    }
}

#[test]
fn a_second_gate_is_named_with_the_file_to_edit() {
    let policy = "\
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: allowed-roles
spec:
  rules:
    - name: roles
      context:
        - name: roles
          configMap:
            name: kube2iam-roles
            namespace: kyverno
      validate:
        message: \"iam.amazonaws.com/role is not allowed\"
";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kube2iam-roles\n";
    let gate = "clusters/c/cluster-wide/kyverno/policy.yaml";
    let repo = Repo::guide().file(gate, policy).file("clusters/c/cluster-wide/map.yaml", map);
    let finding = finds(&repo, &ALL, 0, "cluster/second-gate");
    assert_eq!((&finding["level"], &finding["path"]), (&"warning".into(), &gate.into()));
    assert!(finding["help"].as_str().unwrap().contains("clusters/c/cluster-wide/map.yaml"));
    let other = Repo::guide().file(gate, policy.replace("iam.amazonaws.com/role", "owner"));
    assert!(!rules(&other, &ALL).contains(&"cluster/second-gate".to_owned()));
}

const BY_ACCOUNT: [&str; 8] =
    ["--cluster", "c", "--namespace", "report-portal", "--role", ROLE, "--select", "sa=default"];

/// Whether a first egress policy is asked about, with this file in the defaults' `resources`.
#[track_caller]
fn asks_about_egress(file: &str, is_listed: bool) -> bool {
    let repo = Repo::guide().file(&format!("{DEFAULTS}/policy.yaml"), file);
    if is_listed {
        let listed = "resources:\n  - namespace.yaml\n  - policy.yaml\n";
        repo.put(&format!("{DEFAULTS}/kustomization.yaml"), listed);
    }
    let outcome = repo.onboard(&BY_ACCOUNT, &["--dry-run"]);
    assert_eq!(outcome.code == 2, outcome.stderr.contains("--egress"), "{}", outcome.stderr);
    assert!([0, 2].contains(&outcome.code), "{}", outcome.stderr);
    outcome.code == 2
}

#[test]
fn a_first_egress_policy_is_asked_about_unless_one_restricts_already() {
    let cilium = |spec: &str| {
        format!(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: x\nspec: {spec}\n"
        )
    };
    let native = |spec: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: x\nspec: {spec}\n"
        )
    };
    let account = "io.cilium.k8s.policy.serviceaccount";
    let rows = [
        (cilium("{endpointSelector: {}, egress: [{toEndpoints: [{}]}]}"), false),
        (cilium("{endpointSelector: {}, egress: [{}]}"), false),
        (cilium("{endpointSelector: {}, egressDeny: [{toEntities: [world]}]}"), false),
        (cilium("{endpointSelector: {}, ingress: [{}]}"), true),
        (cilium("{endpointSelector: {}, egress: []}"), true),
        (cilium("{endpointSelector: {}, egress: [{}], enableDefaultDeny: {egress: false}}"), true),
        (cilium("{endpointSelector: {matchLabels: {app: x}}, egress: [{}]}"), true),
        (
            cilium(&format!(
                "{{endpointSelector: {{matchLabels: {{{account}: default}}}}, egress: [{{}}]}}"
            )),
            false,
        ),
        (
            cilium(&format!(
                "{{endpointSelector: {{matchLabels: {{{account}: other}}}}, egress: [{{}}]}}"
            )),
            true,
        ),
        (native("{podSelector: {}, policyTypes: [Egress]}"), false),
        (native("{podSelector: {}, policyTypes: [Ingress]}"), true),
        (native("{podSelector: {}, egress: [{}]}"), false),
    ];
    for (policy, asks) in rows {
        assert_eq!(asks_about_egress(&policy, true), asks, "{policy}");
        assert!(asks_about_egress(&policy, false), "a file that nothing lists: {policy}");
    }
}

#[test]
fn a_clusterwide_policy_counts_where_a_kustomization_lists_it() {
    let policy = "\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: core-dns-egress
spec:
  endpointSelector: {}
  egress:
    - toEndpoints:
        - matchLabels:
            io.kubernetes.pod.namespace: kube-system
            k8s-app: coredns
      toPorts:
        - ports:
            - port: \"5353\"
              protocol: UDP
          rules:
            dns:
              - matchPattern: \"*\"
";
    let folder = "clusters/c/cluster-wide/policies";
    let repo = Repo::guide().file(&format!("{folder}/dns.yaml"), policy);
    repo.onboard(&BY_ACCOUNT, &["--dry-run"]).ends(2);
    repo.put(&format!("{folder}/kustomization.yaml"), "resources:\n  - dns.yaml\n");
    let dry = repo.onboard(&BY_ACCOUNT, &["--dry-run"]).ends(0);
    // Its DNS peer is that of the cluster.
    for line in ["+            k8s:k8s-app: coredns\n", "+            - port: \"5353\"\n"] {
        assert!(dry.stdout.contains(line), "{line} in {}", dry.stdout);
    }
    // Another cluster's policies say nothing here.
    let other = Repo::guide()
        .defaults("clusters/d/namespaces/defaults")
        .file(&format!("{folder}/dns.yaml"), policy)
        .file(&format!("{folder}/kustomization.yaml"), "resources:\n  - dns.yaml\n");
    let arguments = [&["--cluster", "d"], &BY_ACCOUNT[2..]].concat();
    other.onboard(&arguments, &["--dry-run"]).ends(2);
}

#[test]
fn dns_peers_come_from_the_policies_of_siblings() {
    let policy = "\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: first
spec:
  endpointSelector: {}
  egress:
    - toEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: kube-system
            k8s:k8s-app: node-local-dns
      toPorts:
        - ports:
            - port: \"53\"
";
    let sibling = "clusters/c/namespaces/application/first";
    let kustomization = "namespace: first\nresources:\n  - ../../defaults\n  - cnp.first.yaml\n";
    let repo = Repo::guide()
        .file(&format!("{sibling}/kustomization.yaml"), kustomization)
        .file(&format!("{sibling}/cnp.first.yaml"), policy);
    let plan = repo.onboard(&ALL, &["--dry-run", "--output", "json"]).ends(0).json();
    let dns = &plan["answers"]["dns"];
    assert_eq!(dns["origin"], "disk", "{plan:#}");
    assert_eq!(dns["value"][0], "kube-system/k8s-app=node-local-dns");
}

#[test]
fn roles_of_other_accounts() {
    let config = "\
clusters:
  c: { account: \"123456789098\", trusted_accounts: [\"333333333333\"] }
  prod: { account: \"210987654321\" }
";
    let repo = Repo::guide().file("gangplank.yaml", config);
    let role = |account: &str| format!("arn:aws:iam::{account}:role/x");
    let rows = [
        ("123456789098", 0, ""),
        ("333333333333", 0, ""),
        ("210987654321", 2, "annotation/other-environment"),
        ("444444444444", 0, "annotation/other-account"),
    ];
    for (account, code, rule) in rows {
        let role = role(account);
        let arguments = [&GRANT[..5], &[&role], &ALL[6..]].concat();
        if rule.is_empty() {
            let rules = rules(&repo, &arguments);
            assert!(rules.iter().all(|rule| !rule.starts_with("annotation/")), "{rules:?}");
        } else {
            finds(&repo, &arguments, code, rule);
        }
    }
}

#[test]
fn two_policies_of_one_name() {
    let policy = "\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: report-portal
spec:
  endpointSelector: {}
  ingress: [{}]
";
    let listed = "resources:\n  - namespace.yaml\n  - policy.yaml\n";
    let repo = Repo::guide()
        .file(&format!("{DEFAULTS}/policy.yaml"), policy)
        .file(&format!("{DEFAULTS}/kustomization.yaml"), listed);
    finds(&repo, &ALL, 2, "policy/name-taken");
    repo.onboard(&ALL, &["--policy-name", "aws", "--yes"]).ends(0);
}

#[test]
fn a_choice_of_defaults_is_not_guessed() {
    let repo = Repo::guide().defaults("clusters/c/namespaces/default");
    let outcome = repo.onboard(&ALL, &["--yes"]).ends(2);
    assert!(outcome.stderr.contains("--defaults"), "{}", outcome.stderr);
    let chosen = "clusters/c/namespaces/default";
    repo.onboard(&ALL, &["--defaults", chosen, "--yes"]).ends(0);
    assert!(repo.text(KUSTOMIZATION).contains("  - ../../default\n"));
    let other = Repo::guide().defaults("clusters/c/namespaces/default");
    other.onboard(&ALL, &["--defaults", "clusters/c", "--yes"]).ends(2);
}

/// What a policy leaves out on purpose is said once, and written all the same.
#[test]
fn warnings_are_shown_and_do_not_stop() {
    for (more, rule) in [
        (&["--no-dns-rule"][..], "policy/no-dns-rule"),
        (&["--no-metadata-rule"], "policy/no-metadata"),
        (&["--network", "regional", "--region", "cn-north-1"], "policy/wrong-partition"),
        (&[], "policy/first-egress"),
    ] {
        let repo = Repo::guide();
        let arguments = [&ALL[..], more].concat();
        assert_eq!(finds(&repo, &arguments, 0, rule)["level"], "warning");
        let outcome = repo.onboard(&arguments, &["--yes"]).ends(0);
        assert!(outcome.stderr.contains(&format!("warning[{rule}]: ")), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
        // Quiet hides what was done and what comes next, never what is wrong.
        let quiet = Repo::guide().onboard(&arguments, &["--yes", "--quiet"]).ends(0).stderr;
        assert!(quiet.contains(&format!("warning[{rule}]: ")), "{quiet}");
        for line in ["create ", "next: ", "same again: ", "assumed: "] {
            assert!(!quiet.contains(line), "{line} in {quiet}");
        }
    }
}
