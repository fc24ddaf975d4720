//! Layouts, defaults and siblings as repositories have them.

use serde_json::json;

use super::{Onboarding, Policy, depths, of_kind, only, preview};
use crate::support::{DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, Kubectl, Repo};

const PODS: [&str; 4] = ["--select", "sa=default", "--egress", "restrict"];

const ROLE_WITH_DOTS: &str = "arn:aws:iam::123456789098:role/team.a/app+x";

fn kustomization(namespace: &str, defaults: &str) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\
         namespace: {namespace}\nresources:\n  - {defaults}\n"
    )
}

/// The guide's onboarding in this house builds, and the kustomization begins like this.
#[track_caller]
fn builds<'a>(kubectl: &Kubectl, house: &'a dyn Fn() -> Repo, folder: &'a str) -> Onboarding<'a> {
    let onboarding = Onboarding {
        folder,
        policy: Some(("report-portal", Policy::portable().spec())),
        ..Onboarding::of(house, &PODS)
    };
    onboarding.check(kubectl);
    onboarding
}

#[track_caller]
fn written(repo: &Repo, folder: &str) -> String {
    let arguments = [&GRANT[..], &PODS].concat();
    repo.onboard(&arguments, &["--yes"]).ends(0);
    repo.text(&format!("{folder}/kustomization.yaml"))
}

#[test]
fn both_layouts_find_their_defaults() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    // Group, defaults, what a sibling lists, and what the new folder must list.
    let rows = [
        ("namespaces/application", "namespaces/defaults", None, "../../defaults"),
        ("namespaces/application", "namespaces/default", None, "../../default"),
        ("namespaces/application", "defaults", None, "../../../defaults"),
        ("namespaces/application", "defaults", Some("../../../defaults/"), "../../../defaults/"),
        ("namespaces/application", "namespaces/default", Some("../../default"), "../../default"),
        ("namespaces/application", "base/ns", Some("../../../base/ns"), "../../../base/ns"),
        ("namespaces", "defaults", Some("../../defaults"), "../../defaults"),
        ("namespaces", "default", Some("../../default/"), "../../default/"),
        ("namespaces", "namespaces/defaults", Some("../defaults"), "../defaults"),
    ];
    for (group, defaults, listed, expected) in rows {
        let house = || {
            let repo = Repo::new().defaults(&format!("clusters/c/{defaults}"));
            let sibling = format!("clusters/c/{group}/first/kustomization.yaml");
            match listed {
                Some(listed) => repo.file(&sibling, kustomization("first", listed)),
                None => repo.file("clusters/c/namespaces/README.md", "namespaces\n"),
            }
        };
        let folder = format!("clusters/c/{group}/report-portal");
        builds(&kubectl, &house, &folder);
        let text = written(&house(), &folder);
        assert!(text.contains(&format!("  - {expected}\n")), "{expected} in\n{text}");
    }
}

#[test]
fn a_root_below_the_git_top_level_gives_the_same() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let house = || Repo::below("deploy/git ops").defaults(DEFAULTS);
    builds(&kubectl, &house, FOLDER);
    let plan = preview(&house(), &[&GRANT[..], &PODS].concat());
    assert!(plan.diff.contains(&format!("+++ b/deploy/git ops/{FOLDER}/")), "{}", plan.diff);
}

/// How siblings are written, and the new kustomization up to its patches.
#[test]
fn a_new_folder_looks_like_its_siblings() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let component = "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
  - pairs:
      team: data
";
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    // The sibling, where `NAME` is its name and `CNP` the item that is added; and the labels.
    let rows = [
        (format!("{head}namespace: NAME\nresources:\n  - ../../defaults\nCNP"), json!({})),
        (format!("---\n{head}\nnamespace: NAME\n\nresources:\n- ../../defaults/\nCNP"), json!({})),
        (format!("{head}namespace: NAME\nresources:\n    - ../../defaults\nCNP"), json!({})),
        ("resources:\n  - ../../defaults\nCNPnamespace: NAME\n".to_owned(), json!({})),
        (
            format!(
                "{head}namespace: NAME\ncommonLabels:\n  app: NAME\n  team: data\n\
                 resources:\n  - ../../defaults\nCNP"
            ),
            json!({"app": "report-portal", "team": "data"}),
        ),
        (
            format!(
                "{head}namespace: NAME\nresources:\n  - ../../defaults\nCNP\n\
                 labels:\n  - pairs:\n      app: NAME\n      team: data\n    includeSelectors: true\n"
            ),
            json!({"app": "report-portal", "team": "data"}),
        ),
        (
            format!(
                "{head}namespace: NAME\nresources:\n  - ../../defaults\nCNP\
                 components:\n  - ../../../components/data\n"
            ),
            json!({"team": "data"}),
        ),
    ];
    for (shape, more) in rows {
        let house = || {
            let sibling = |name: &str| shape.replace("NAME", name).replace("CNP", "");
            let folder = "clusters/c/namespaces/application";
            Repo::guide()
                .file("clusters/c/components/data/kustomization.yaml", component)
                .file(&format!("{folder}/first/kustomization.yaml"), sibling("first"))
                .file(&format!("{folder}/second/kustomization.yaml"), sibling("second"))
        };
        let mut labels = json!({"tier": "shared"});
        labels.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let onboarding = Onboarding {
            labels,
            policy: Some(("report-portal", Policy::portable().spec())),
            ..Onboarding::of(&house, &PODS)
        };
        onboarding.check(&kubectl);
        let indent: &str = shape.split("- ../../defaults").next().unwrap();
        let indent = indent.rsplit('\n').next().unwrap();
        let item = format!("{indent}- cnp.report-portal.yaml\n");
        let expected = shape.replace("NAME", "report-portal").replace("CNP", &item);
        let text = written(&house(), FOLDER);
        assert!(text.starts_with(&expected), "{expected}\nis the beginning of\n{text}");
        let patches = &text[expected.len()..];
        assert!(
            patches.trim_start().starts_with(&format!("patches:\n{indent}- target:")),
            "{text}"
        );
    }
}

#[test]
fn the_repositorys_own_template_is_used() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let template = "# ${CLUSTER_NAME}\nnamespace: ${NAMESPACE_NAME}\nresources:\n  - ../../defaults\n  - quota.yaml\n";
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: ${NAMESPACE_NAME}-quota\nspec: {}\n";
    for folder in ["clusters/c/namespace_template", "tools/templates/namespace"] {
        let house = || {
            Repo::guide()
                .file(&format!("{folder}/kustomization.yaml"), template)
                .file(&format!("{folder}/quota.yaml"), quota)
        };
        let onboarding = Onboarding {
            policy: Some(("report-portal", Policy::portable().spec())),
            ..Onboarding::of(&house, &PODS)
        };
        let built = onboarding.check(&kubectl);
        assert_eq!(only(&built, "ResourceQuota")["metadata"]["name"], "report-portal-quota");
        assert!(written(&house(), FOLDER).starts_with("# c\nnamespace: report-portal\n"));
    }
}

#[test]
fn the_facts_of_a_cluster_decide_key_format_regions_and_dns() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let config = "\
clusters:
  c:
    regions: [eu-west-1]
    cilium:
      dns: [{ cidr: 169.254.20.10/32, port: 5353 }]
    kube2iam:
      restriction_format: regexp
      allowed_roles_key: example.org/roles
";
    let house = || Repo::guide().file("gangplank.yaml", config);
    let policy = Policy {
        dns: vec![(json!({"toCIDR": ["169.254.20.10/32"]}), "5353")],
        hosts: depths("eu-west-1.amazonaws.com", 3),
        ..Policy::portable()
    };
    let escaped = r"arn:aws:iam::123456789098:role/team\.a/app\+x$";
    let onboarding = Onboarding {
        arguments: [&GRANT[..5], &[ROLE_WITH_DOTS], &PODS].concat(),
        key: "example.org/roles",
        roles: vec![escaped],
        policy: Some(("report-portal", policy.spec())),
        ..Onboarding::of(&house, &[])
    };
    onboarding.check(&kubectl);
}

/// kube2iam's own manifest and a policy of the cluster, instead of a config.
#[test]
fn what_the_repository_shows_counts_as_a_fact() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let daemon = "\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube2iam
spec:
  template:
    spec:
      containers:
        - name: kube2iam
          args:
            - --namespace-restrictions
            - --namespace-restriction-format=regexp
            - --namespace-key=allowed-roles
";
    let house = || Repo::guide().file("clusters/c/cluster-wide/kube2iam/daemonset.yaml", daemon);
    let onboarding = Onboarding {
        key: "allowed-roles",
        roles: vec!["arn:aws:iam::123456789098:role/report-portal$"],
        policy: Some(("report-portal", Policy::portable().spec())),
        ..Onboarding::of(&house, &PODS)
    };
    onboarding.check(&kubectl);
}

#[test]
fn several_clusters_are_one_plan() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let config = "clusters:\n  c: {account: '123456789098'}\n  d: {account: '210987654321'}\n";
    let repo = Repo::guide().defaults("clusters/d/defaults").file("gangplank.yaml", config);
    let old = kustomization("first", "../../defaults");
    let repo = repo.file("clusters/d/namespaces/first/kustomization.yaml", old);
    let arguments = [
        &["--cluster", "c", "--cluster", "d", "--namespace", "report-portal"][..],
        &["--role", "arn:aws:iam::{account}:role/{cluster}/{namespace}"],
        &PODS,
    ]
    .concat();
    let plan = preview(&repo, &arguments);
    assert_eq!(plan.paths().count(), 4);
    repo.onboard(&arguments, &["--yes"]).ends(0);
    let rows = [
        (FOLDER, "arn:aws:iam::123456789098:role/c/report-portal"),
        ("clusters/d/namespaces/report-portal", "arn:aws:iam::210987654321:role/d/report-portal"),
    ];
    for (folder, role) in rows {
        let built = kubectl.build(&repo.root(), folder);
        let namespace = only(&built, "Namespace");
        let value = &namespace["metadata"]["annotations"]["iam.amazonaws.com/allowed-roles"];
        assert_eq!(*value, json!(json!([role]).to_string()));
        assert_eq!(of_kind(&built, "CiliumNetworkPolicy").count(), 1);
    }
    assert!(repo.tree().contains_key(KUSTOMIZATION));
}
