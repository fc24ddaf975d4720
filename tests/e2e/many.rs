//! Proves that several onboardings are one plan: clusters, sets of answers, and copies of other
//! namespaces, all written or none.

use crate::support::{Kubectl, Repo};

const DEV: &str = "111111111111";
const PROD: &str = "222222222222";

/// Two clusters with an account each.
fn two_clusters() -> Repo {
    let config = format!(
        "clusters:\n  dev: {{ account: \"{DEV}\", regions: [eu-west-1] }}\n  prod: {{ account: \"{PROD}\", regions: [us-east-1] }}\n"
    );
    Repo::new()
        .defaults("clusters/dev/namespaces/defaults")
        .defaults("clusters/prod/namespaces/defaults")
        .file("gangplank.yaml", config)
        .file("clusters/dev/namespaces/application/.keep", "")
        .file("clusters/prod/namespaces/application/.keep", "")
}

fn kustomization(cluster: &str, namespace: &str) -> String {
    format!("clusters/{cluster}/namespaces/application/{namespace}/kustomization.yaml")
}

fn roles(repo: &Repo, cluster: &str, namespace: &str) -> Vec<String> {
    let kubectl = Kubectl::find();
    let folder = format!("clusters/{cluster}/namespaces/application/{namespace}");
    let Some(kubectl) = kubectl else {
        let text = repo.text(&kustomization(cluster, namespace));
        let list = text.split("'[").nth(1).unwrap().split("]'").next().unwrap();
        return serde_json::from_str(&format!("[{list}]")).unwrap();
    };
    let built = kubectl.build(&repo.root(), &folder);
    let namespace = built.iter().find(|object| object["kind"] == "Namespace").unwrap();
    let value = &namespace["metadata"]["annotations"]["iam.amazonaws.com/allowed-roles"];
    serde_json::from_str(value.as_str().unwrap()).unwrap()
}

#[test]
fn one_command_onboards_on_several_clusters() {
    let repo = two_clusters();
    let answers = [
        "--cluster",
        "dev",
        "--cluster",
        "prod",
        "--namespace",
        "shop",
        "--role",
        "arn:aws:iam::{account}:role/{cluster}/{namespace}",
        "--select",
        "sa=shop",
        "--egress",
        "restrict",
    ];
    let said = repo.onboard(&answers, &["--yes"]).ends(0).stderr;
    assert_eq!(roles(&repo, "dev", "shop"), [format!("arn:aws:iam::{DEV}:role/dev/shop")]);
    assert_eq!(roles(&repo, "prod", "shop"), [format!("arn:aws:iam::{PROD}:role/prod/shop")]);
    let again = said.lines().find_map(|line| line.strip_prefix("same again: ")).unwrap();
    let copy = two_clusters();
    copy.shell(again).ends(0);
    assert_eq!(copy.tree(), repo.tree());
}

#[test]
fn what_one_cluster_refuses_none_gets() {
    let repo = two_clusters();
    let before = repo.tree();
    let role = format!("arn:aws:iam::{DEV}:role/shop");
    let answers = [
        "--cluster",
        "dev",
        "--cluster",
        "prod",
        "--namespace",
        "shop",
        "--role",
        &role,
        "--select",
        "sa=shop",
        "--egress",
        "restrict",
    ];
    let said = repo.onboard(&answers, &["--yes"]).ends(2).stderr;
    assert!(said.contains(&format!("account {DEV} is that of dev, not of prod")), "{said}");
    assert_eq!(repo.tree(), before);
}

#[test]
fn a_namespace_is_copied_with_the_account_of_the_other_cluster() {
    let repo = two_clusters();
    let role = format!("arn:aws:iam::{DEV}:role/shop");
    let foreign = "arn:aws:iam::333333333333:role/shared";
    let answers = [
        "--cluster",
        "dev",
        "--namespace",
        "shop",
        "--role",
        &role,
        "--role",
        foreign,
        "--select",
        "sa=shop",
        "--select",
        "sa=worker",
        "--egress",
        "add-only",
        "--cilium-version",
        "1.17",
        "--service",
        "sqs",
        "--style",
        "strategic-merge",
    ];
    repo.onboard(&answers, &["--yes"]).ends(0);
    let copy = ["--cluster", "prod", "--from", "dev/shop", "--cilium-version", "1.17"];
    let plan = repo.onboard(&copy, &["--dry-run", "--output", "json"]).ends(0).json();
    assert_eq!(plan["answers"]["region"]["value"], serde_json::json!(["us-east-1"]));
    for (name, value) in
        [("network", "regional"), ("egress", "add-only"), ("style", "strategic-merge")]
    {
        assert_eq!(plan["answers"][name]["value"], value, "{plan:#}");
    }
    assert_eq!(plan["answers"]["select"]["value"], serde_json::json!(["sa=shop", "sa=worker"]));
    let said = repo.onboard(&copy, &["--yes"]).ends(0).stderr;
    assert_eq!(roles(&repo, "prod", "shop"), [&format!("arn:aws:iam::{PROD}:role/shop"), foreign]);
    assert!(said.contains("--from dev/shop"), "{said}");
    let policy = "clusters/prod/namespaces/application/shop/cnp.shop.yaml";
    assert!(repo.text(policy).contains("sqs.us-east-1.amazonaws.com"));

    let named = ["--cluster", "prod", "--from", "dev/shop", "--namespace", "shop-two"];
    repo.onboard(&named, &["--cilium-version", "1.17", "--yes"]).ends(0);
    assert!(repo.tree().contains_key(&kustomization("prod", "shop-two")));
    for (from, word) in
        [("dev/nobody", "there is no nobody on dev"), ("dev", "a cluster and a namespace")]
    {
        let said = repo.onboard(&["--cluster", "prod", "--from", from], &["--yes"]).ends(2).stderr;
        assert!(said.contains(word) && said.contains("--from"), "{said}");
    }
}

#[test]
fn a_file_of_many_answers_is_one_plan() {
    let list = format!(
        "- cluster: dev\n  namespace: shop\n  role: arn:aws:iam::{DEV}:role/shop\n  select: all\n  egress: restrict\n- {{cluster: dev, namespace: shop, role: 'arn:aws:iam::{DEV}:role/second'}}\n- cluster: prod\n  namespace: cart\n  role: arn:aws:iam::{PROD}:role/cart\n  select: sa=cart\n  egress: restrict\n"
    );
    let documents = list
        .replace("- {cluster", "---\n{cluster")
        .replace("- cluster", "---\ncluster")
        .replace("\n  ", "\n");
    for text in [&list, &documents] {
        let repo = two_clusters();
        repo.put("answers.yaml", text);
        let before = repo.tree();
        let diff = repo.onboard(&["--answers", "answers.yaml"], &["--dry-run"]).ends(0).stdout;
        assert_eq!(repo.tree(), before);
        let said = repo.onboard(&["--answers", "answers.yaml"], &["--yes"]).ends(0).stderr;
        assert!(
            said.contains("same again: gangplank onboard --answers answers.yaml --yes"),
            "{said}"
        );
        let account = |name: &str| format!("arn:aws:iam::{DEV}:role/{name}");
        assert_eq!(roles(&repo, "dev", "shop"), [account("shop"), account("second")]);
        assert_eq!(roles(&repo, "prod", "cart"), [format!("arn:aws:iam::{PROD}:role/cart")]);
        let copy = two_clusters();
        copy.put("answers.yaml", text);
        copy.git_apply(&diff).ends(0);
        assert_eq!(copy.tree(), repo.tree());
        repo.run(&["undo", "--yes"]).ends(0);
        assert_eq!(repo.tree(), before, "one run, one undo");
    }
    // One wrong set keeps all from being written.
    let repo = two_clusters();
    repo.put("answers.yaml", list.replace("select: sa=cart", "select: cart"));
    let before = repo.tree();
    let said = repo.onboard(&["--answers", "answers.yaml"], &["--yes"]).ends(2).stderr;
    assert!(said.contains("answers.yaml:10:11"), "{said}");
    assert_eq!(repo.tree(), before);
}
