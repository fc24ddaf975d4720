//! The rules on workload manifests that are given as paths: that each fires, and a near miss.

use serde_json::Value as Json;

use crate::support::{ALL, ROLE, Repo};

const KEY: &str = "iam.amazonaws.com/role";
const ID: &str = "iam.amazonaws.com/external-id";
const FILE: &str = "clusters/c/namespaces/application/report-portal/workload.yaml";

/// The guide's namespace, onboarded with its role and a policy for the service account `rp`.
fn repo() -> Repo {
    let repo = Repo::guide();
    let answers: Vec<&str> =
        ALL.iter().map(|word| if *word == "sa=default" { "sa=rp" } else { word }).collect();
    repo.onboard(&answers, &["--yes"]).ends(0);
    repo
}

/// A workload whose pods have this metadata and these fields.
fn workload(kind: &str, metadata: &str, spec: &str) -> String {
    let template = format!("{{metadata: {metadata}, spec: {{serviceAccountName: rp, {spec}}}}}");
    let spec = match kind {
        "CronJob" => format!("{{jobTemplate: {{spec: {{template: {template}}}}}}}"),
        _ => format!("{{template: {template}}}"),
    };
    format!("apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n")
}

fn annotated(role: &str) -> String {
    format!("{{annotations: {{{KEY}: \"{role}\"}}}}")
}

fn findings(repo: &Repo, path: &str, text: &str) -> Vec<Json> {
    repo.put(path, text);
    let outcome = repo.run(&["check", "--output", "json", path]);
    outcome.json()["findings"].as_array().unwrap().clone()
}

fn rules(text: &str) -> Vec<String> {
    let found = findings(&repo(), FILE, text);
    found.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

const TEMPLATED: [&str; 6] =
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"];

#[test]
fn a_workload_that_is_right_is_left_alone() {
    for kind in TEMPLATED {
        assert!(rules(&workload(kind, &annotated(ROLE), "containers: []")).is_empty(), "{kind}");
        assert!(rules(&workload(kind, "{}", "hostNetwork: true")).is_empty(), "{kind}");
    }
    assert!(
        rules("apiVersion: v1\nkind: Service\nmetadata: {name: x, labels: {a: b}}\n").is_empty()
    );
}

#[test]
fn the_annotation_belongs_on_the_pods() {
    let on = |kind: &str, annotations: &str, way: &str| {
        let text = workload(kind, "{}", "containers: []");
        let text = match way {
            "" => text.replace("{name: x}", &format!("{{name: x, {annotations}}}")),
            way => text.replace(way, &format!("{way}metadata: {{{annotations}}}, ")),
        };
        findings(&repo(), FILE, &text)
    };
    let annotations = format!("annotations: {{{KEY}: \"{ROLE}\"}}");
    for kind in TEMPLATED {
        let found = on(kind, &annotations, "");
        assert_eq!(found.len(), 1, "{kind}: {found:?}");
        let finding = &found[0];
        assert_eq!(
            (&finding["rule"], &finding["line"]),
            (&"pod/annotation-level".into(), &3.into())
        );
        let template =
            if kind == "CronJob" { "spec.jobTemplate.spec.template" } else { "spec.template" };
        let help = finding["help"].as_str().unwrap();
        assert_eq!(help, format!("move it to {template}.metadata.annotations"));
    }
    let found = on("CronJob", &annotations, "jobTemplate: {");
    assert_eq!(found[0]["rule"], "pod/annotation-level", "one level too high");
    // Beside the right one it does no harm.
    let both = workload("Deployment", &annotated(ROLE), "containers: []")
        .replace("{name: x}", &format!("{{name: x, {annotations}}}"));
    assert!(rules(&both).is_empty());
    // A pod's own is right.
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: x, {annotations}}}\nspec: {{serviceAccountName: rp}}\n"
    );
    assert!(rules(&pod).is_empty());
}

#[test]
fn a_label_is_no_annotation() {
    let label = format!("{{labels: {{{KEY}: report-portal}}}}");
    assert_eq!(rules(&workload("Deployment", &label, "x: y")), ["pod/role-label"]);
    let on_top = workload("Deployment", "{}", "x: y")
        .replace("{name: x}", &format!("{{name: x, labels: {{{KEY}: a}}}}"));
    assert_eq!(rules(&on_top), ["pod/role-label"]);
    let other = "{labels: {example.org/role: report-portal}}";
    assert!(rules(&workload("Deployment", other, "x: y")).is_empty());
}

#[test]
fn the_role_has_to_be_one_and_to_be_allowed() {
    for bad in [
        "",
        " ",
        "arn:aws:iam::123456789098:user/report-portal",
        "ARN:aws:iam::123456789098:role/report-portal",
        "arn:aws:iam::1:role/x",
        "arn:aws:iam::123456789098:role/report-portal ",
        "report portal",
    ] {
        let found = rules(&workload("Deployment", &annotated(bad), "x: y"));
        assert_eq!(found, ["pod/bad-role"], "{bad:?}");
    }
    let number = workload("Deployment", &format!("{{annotations: {{{KEY}: 12}}}}"), "x: y");
    assert_eq!(rules(&number), ["pod/bad-role"]);
    for denied in
        ["arn:aws:iam::123456789098:role/other", "arn:aws:iam::999999999999:role/report-portal"]
    {
        let found = findings(&repo(), FILE, &workload("Deployment", &annotated(denied), "x: y"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["rule"], "pod/role-not-allowed");
        let help =
            format!("gangplank onboard --cluster c --namespace report-portal --role {denied}");
        assert_eq!(found[0]["help"].as_str().unwrap(), help);
    }
}

#[test]
fn the_clusters_settings_decide_about_the_role() {
    let repo = repo();
    let other = workload("Deployment", &annotated("report-portal"), "x: y");
    let base = |base: &str| format!("clusters: {{c: {{kube2iam: {{{base}}}}}}}\n");
    repo.put("gangplank.yaml", base("base_arn: 'arn:aws:iam::123456789098:role/'"));
    assert!(findings(&repo, FILE, &other).is_empty());
    repo.put("gangplank.yaml", base("base_arn: 'arn:aws:iam::999999999999:role/'"));
    assert_eq!(findings(&repo, FILE, &other)[0]["rule"], "pod/role-not-allowed");
    repo.put("gangplank.yaml", base("namespace_restrictions: false"));
    assert!(findings(&repo, FILE, &other).is_empty());
    repo.put("gangplank.yaml", base("role_key: example.org/role"));
    let own = other.replace(KEY, "example.org/role");
    assert_eq!(findings(&repo, FILE, &own)[0]["rule"], "pod/role-not-allowed");
}

#[test]
fn the_namespace_is_that_of_the_folder_or_of_the_manifest() {
    let denied = workload("Deployment", &annotated("arn:aws:iam::123456789098:role/other"), "x: y");
    let named = denied.replace("{name: x}", "{name: x, namespace: report-portal}");
    let repo = repo();
    for path in ["clusters/c/apps/x.yaml", "apps/x.yaml"] {
        assert!(findings(&repo, path, &denied).is_empty(), "{path}: nobody says which namespace");
        assert_eq!(findings(&repo, path, &named)[0]["rule"], "pod/role-not-allowed", "{path}");
        let unknown = named.replace("report-portal}", "elsewhere}");
        assert!(findings(&repo, path, &unknown).is_empty(), "{path}: not of this repository");
    }
    // Two clusters have it: which one is meant nobody says.
    let other = "clusters/d/namespaces/application/report-portal/kustomization.yaml";
    repo.put(other, "resources:\n  - ../../../../c/namespaces/defaults\n");
    assert!(findings(&repo, "apps/x.yaml", &named).is_empty());
    assert_eq!(findings(&repo, "clusters/c/apps/x.yaml", &named).len(), 1);
}

#[test]
fn the_hosts_network_has_the_nodes_role() {
    let host = workload("Deployment", &annotated(ROLE), "hostNetwork: true");
    let found = findings(&repo(), FILE, &host);
    assert_eq!(
        (&found[0]["rule"], &found[0]["level"]),
        (&"pod/host-network".into(), &"warning".into())
    );
    assert!(rules(&host.replace("true", "false")).is_empty());
}

#[test]
fn a_policy_for_other_service_accounts_leaves_the_pod_out() {
    let other = workload("Deployment", &annotated(ROLE), "x: y")
        .replace("serviceAccountName: rp", "serviceAccountName: web");
    assert_eq!(rules(&other), ["pod/account-not-selected"]);
    let none = other.replace("serviceAccountName: web, ", "");
    assert_eq!(rules(&none), ["pod/account-not-selected"], "the account is `default` then");
    // A policy for all pods selects this one too.
    let repo = Repo::guide();
    let answers: Vec<&str> =
        ALL.iter().map(|word| if *word == "sa=default" { "all" } else { word }).collect();
    repo.onboard(&answers, &["--yes"]).ends(0);
    assert!(findings(&repo, FILE, &other).is_empty());
}

#[test]
fn an_external_id_that_others_send_is_missing() {
    let with_id = format!("{{annotations: {{{KEY}: \"{ROLE}\", {ID}: team-a}}}}");
    let sends = workload("Deployment", &with_id, "x: y");
    let plain = workload("CronJob", &annotated(ROLE), "x: y");
    assert_eq!(rules(&format!("{sends}---\n{plain}")), ["pod/external-id-missing"]);
    assert!(rules(&plain).is_empty() && rules(&sends).is_empty());
    let misplaced =
        plain.replace("{name: x}", &format!("{{name: x, annotations: {{{ID}: team-a}}}}"));
    assert_eq!(rules(&misplaced), ["pod/external-id-missing"]);
}

#[test]
fn workloads_are_looked_at_only_if_they_are_named() {
    let repo = repo();
    repo.put(FILE, workload("Deployment", &annotated("x y"), "x: y"));
    repo.run(&["check"]).ends(0);
    repo.run(&["check", FILE]).ends(3);
}

#[test]
fn a_workload_outside_any_repository_is_looked_at_as_far_as_it_goes() {
    let repo = Repo::new();
    let text = workload("CronJob", &annotated("arn:aws:iam::1:role/x"), "hostNetwork: true");
    let found = findings(&repo, "x.yaml", &text);
    let rules: Vec<&str> = found.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["pod/bad-role", "pod/host-network"]);
}
