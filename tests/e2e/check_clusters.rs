//! The rules on a cluster as a whole: how its kube2iam is started, and who else decides on roles.

use serde_json::Value as Json;

use crate::support::Repo;

const FINE: &str = "resources:\n  - ../../defaults\nnamespace: report-portal\n";
const MANIFEST: &str = "clusters/c/infra/kube2iam.yaml";

fn findings(repo: &Repo) -> Vec<(String, String, Option<u64>)> {
    let json = repo.run(&["check", "--output", "json"]).ends(0).json();
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = json["findings"].as_array().unwrap().iter();
    all.map(|f| (text(f, "rule"), text(f, "path"), f["line"].as_u64())).collect()
}

fn by_config(settings: &str) -> Vec<(String, String, Option<u64>)> {
    let config = format!(
        "clusters:\n  '*': {{account: '123456789098'}}\n  c: {{kube2iam: {{{settings}}}}}\n"
    );
    findings(&Repo::skeleton(FINE).file("gangplank.yaml", config))
}

fn by_manifest(arguments: &str) -> Vec<(String, String, Option<u64>)> {
    let text = format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: kube2iam, namespace: kube-system}}\nspec: {{template: {{spec: {{containers: [{{name: kube2iam, args: [{arguments}]}}]}}}}}}\n"
    );
    findings(&Repo::skeleton(FINE).file(MANIFEST, text))
}

fn at(rule: &str, path: &str, line: Option<u64>) -> Vec<(String, String, Option<u64>)> {
    vec![(rule.to_owned(), path.to_owned(), line)]
}

#[test]
fn restrictions_that_are_off() {
    let rule = "cluster/restrictions-off";
    assert_eq!(by_config("namespace_restrictions: false"), at(rule, "gangplank.yaml", Some(3)));
    assert_eq!(by_config("namespace_restrictions: true"), []);
    assert_eq!(by_manifest("--base-role-arn="), at(rule, MANIFEST, None));
    assert_eq!(by_manifest("--namespace-restrictions"), []);
}

#[test]
fn a_format_that_is_a_typo() {
    let on = "--namespace-restrictions, --namespace-restriction-format";
    assert_eq!(by_manifest(&format!("{on}=regex")), at("cluster/format-typo", MANIFEST, None));
    assert_eq!(by_manifest(&format!("{on}=REGEXP")), []);
    assert_eq!(by_manifest(&format!("{on}=glob")), []);
}

#[test]
fn a_base_arn_that_is_none() {
    let rule = "cluster/base-arn";
    for wrong in
        ["role/", "arn:aws:iam::123456789098:role/a b", "arn:aws:iam::123456789098:role/app"]
    {
        let found = by_config(&format!("base_arn: '{wrong}'"));
        assert_eq!(found, at(rule, "gangplank.yaml", Some(3)), "{wrong}");
        let found = by_manifest(&format!("--namespace-restrictions, '--base-role-arn={wrong}'"));
        assert_eq!(found, at(rule, MANIFEST, None), "{wrong}");
    }
    for fine in ["role", "role/", "role/team/", "role/a/b/"] {
        assert_eq!(
            by_config(&format!("base_arn: 'arn:aws:iam::123456789098:{fine}'")),
            [],
            "{fine}"
        );
    }
}

#[test]
fn an_admission_policy_that_names_the_role() {
    let policy = |key: &str| {
        format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: roles}}\nspec: {{rules: [{{validate: {{pattern: {{metadata: {{annotations: {{{key}: x}}}}}}}}}}]}}\n"
        )
    };
    let path = "clusters/c/kyverno/policy.yaml";
    let repo = Repo::skeleton(FINE).file(path, policy("iam.amazonaws.com/role"));
    assert_eq!(findings(&repo), at("cluster/second-gate", path, None));
    repo.put(path, policy("example.org/role"));
    assert_eq!(findings(&repo), []);
}

#[test]
fn a_described_cluster_that_is_not_there() {
    let config = "clusters:\n  nowhere: {account: '123456789098'}\n";
    let repo = Repo::skeleton(FINE).file("gangplank.yaml", config);
    assert_eq!(findings(&repo), at("cluster/no-folder", "gangplank.yaml", Some(2)));
    repo.put("gangplank.yaml", config.replace("nowhere", "'c*'"));
    assert_eq!(findings(&repo), []);
}

#[test]
fn what_onboard_writes_is_fine() {
    let repo = Repo::guide();
    repo.onboard(&crate::support::ALL, &["--yes"]).ends(0);
    repo.run(&["check", "--fail-on", "note"]).ends(0);
}
