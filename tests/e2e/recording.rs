//! Facts of a cluster in `gangplank.yaml`: written with the plan once somebody says so, and never
//! otherwise.

use crate::support::{GRANT, Repo};

const NODE: &str = "arn:aws:iam::123456789098:role/k8s-node";

/// Grants a role without a policy, and more.
fn grant(repo: &Repo, more: &[&str]) -> crate::support::Outcome {
    repo.onboard(&[&GRANT[..], &["--network", "none", "--yes"], more].concat(), &[])
}

fn config(repo: &Repo) -> Option<String> {
    std::fs::read_to_string(repo.root().join("gangplank.yaml")).ok()
}

#[test]
fn nothing_is_recorded_unless_somebody_says_so() {
    let repo = Repo::guide();
    grant(&repo, &["--node-role", NODE]).ends(0);
    assert_eq!(config(&repo), None);
}

#[test]
fn a_new_config_states_what_was_typed_and_the_next_run_knows_it() {
    let repo = Repo::guide();
    let outcome = grant(&repo, &["--node-role", NODE, "--record-facts"]).ends(0);
    let text = format!(
        "# What gangplank knows about this repository.\nclusters:\n  c:\n    kube2iam:\n      node_role: {NODE}\n"
    );
    assert_eq!(config(&repo), Some(text));
    assert!(outcome.stderr.contains("gangplank.yaml && git commit"), "{}", outcome.stderr);
    // The role that was granted shows the account now; after that there is nothing left to say.
    let second = grant(&repo, &["--record-facts"]).ends(0).stderr;
    assert!(second.contains("update     gangplank.yaml"), "{second}");
    assert!(config(&repo).unwrap().contains("    account: \"123456789098\"\n"));
    let third = grant(&repo, &["--record-facts"]).ends(0).stderr;
    assert!(!third.contains("gangplank.yaml &&") && !third.contains("update"), "{third}");
}

#[test]
fn a_config_keeps_its_comments_and_what_it_states() {
    let before = "# ours\nprotected: [\"istio-*\"] # meshes\nclusters:\n  \"*\": { cilium: { version: \"1.17\" } }\n  c: # the one\n    account: \"123456789098\" # main\n# the end\n";
    let repo = Repo::guide().file("gangplank.yaml", before);
    grant(&repo, &["--node-role", NODE, "--record-facts"]).ends(0);
    let line = "    account: \"123456789098\" # main\n";
    let expected = before.replace(line, &format!("{line}    kube2iam:\n      node_role: {NODE}\n"));
    assert_eq!(config(&repo), Some(expected));
}

/// The account of the siblings' roles, the format of kube2iam's manifest, a region that was typed.
#[test]
fn what_manifests_and_siblings_show_is_recorded_too() {
    let daemon_set = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube2iam, namespace: kube2iam}\nspec:\n  template:\n    spec:\n      containers:\n        - name: kube2iam\n          image: jtblin/kube2iam\n          args: [--namespace-restrictions, --namespace-restriction-format=regexp]\n";
    let repo = Repo::guide().file("clusters/c/kube2iam/daemonset.yaml", daemon_set);
    grant(&repo, &[]).ends(0);
    let other = ["--cluster", "c", "--namespace", "second", "--role", crate::support::ROLE];
    let policy = ["--select", "sa=x", "--egress", "restrict", "--region", "eu-west-1"];
    let all = [&other[..], &policy, &["--record-facts", "--yes"]].concat();
    repo.onboard(&all, &[]).ends(0);
    let text = config(&repo).unwrap();
    for line in [
        "    account: \"123456789098\"\n",
        "    regions: [eu-west-1]\n",
        "      restriction_format: regexp\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_config_that_can_not_be_edited_stops_the_plan_and_says_what_to_write() {
    let shared = "clusters:\n  d: &x { account: \"123456789098\" }\n  c: *x\n";
    let repo = Repo::guide().file("gangplank.yaml", shared);
    let before = repo.tree();
    let refused = grant(&repo, &["--node-role", NODE, "--record-facts"]).ends(4).stderr;
    assert!(refused.contains("an anchor or alias"), "{refused}");
    assert!(refused.contains(&format!("clusters.c.kube2iam.node_role: {NODE}")), "{refused}");
    assert_eq!(repo.tree(), before, "all or nothing");
}

#[test]
fn a_node_role_that_can_not_be_that_of_the_cluster_is_refused() {
    let config = "clusters:\n  c: { account: \"210987654321\" }\n";
    let other = Repo::guide().file("gangplank.yaml", config);
    let refused = grant(&other, &["--node-role", NODE]).ends(2).stderr;
    assert!(
        refused.contains("a node role is in its cluster's account: c is 210987654321"),
        "{refused}"
    );
    let two = Repo::demo();
    let clusters = ["--cluster", "prod-us1", "--cluster", "dev-eu1", "--namespace", "x"];
    let role = ["--role", "arn:aws:iam::{account}:role/x", "--network", "none", "--yes"];
    let both = [&clusters[..], &role, &["--node-role", NODE]].concat();
    let refused = two.onboard(&both, &[]).ends(2).stderr;
    assert!(refused.contains("one cluster at a time"), "{refused}");
}

#[test]
fn undo_takes_the_facts_back() {
    let repo = Repo::guide();
    let before = repo.tree();
    grant(&repo, &["--node-role", NODE, "--record-facts"]).ends(0);
    let mut program = repo.program();
    program.args(["undo", "--yes"]);
    crate::support::outcome(&mut program).ends(0);
    assert_eq!(repo.tree(), before);
}
