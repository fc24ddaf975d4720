//! Every option of the policy and of the grant, in the guide's layout.

use serde_json::json;

use super::{ACCOUNT, Onboarding, Policy, depths, peers};
use crate::support::{Kubectl, ROLE, Repo, json as read};

const SA: [&str; 2] = ["--select", "sa=default"];
const RESTRICT: [&str; 2] = ["--egress", "restrict"];

/// The guide's repository, onboarded with these arguments, has this policy.
#[track_caller]
fn builds(kubectl: &Kubectl, more: &[&str], change: impl FnOnce(&mut Policy)) {
    let mut policy = Policy::portable();
    change(&mut policy);
    let onboarding = Onboarding {
        policy: Some(("report-portal", policy.spec())),
        ..Onboarding::of(&Repo::guide, more)
    };
    onboarding.check(kubectl);
}

fn words<'a>(parts: &[&'a [&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

/// The policies whose effect was measured with Cilium's own engine.
#[test]
fn measured_policies_are_written_as_they_were_measured() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let two_dns =
        ["--dns", "kube-system/k8s-app=kube-dns", "--dns", "kube-system/k8s-app=node-local-dns"];
    let rows: [(&str, Vec<&str>); 6] = [
        ("good-01-default-portable", words(&[&SA, &RESTRICT])),
        ("good-04-no-metadata-rule", words(&[&SA, &RESTRICT, &["--no-metadata-rule"]])),
        (
            "good-11-enable-default-deny-false",
            words(&[&SA, &["--egress", "add-only", "--cilium-version", "1.17"]]),
        ),
        (
            "good-12-app-label-selector",
            words(&[&["--select", "label=app=report-portal"], &RESTRICT]),
        ),
        (
            "good-15-match-expressions-two-sa",
            words(&[&SA, &["--select", "sa=report-portal"], &RESTRICT]),
        ),
        ("good-22-node-local-dns", words(&[&SA, &RESTRICT, &two_dns])),
    ];
    for (case, more) in rows {
        let path = format!("{}/tests/cases/cnp/{case}.yaml", env!("CARGO_MANIFEST_DIR"));
        let measured = read(&std::fs::read_to_string(path).unwrap());
        let onboarding = Onboarding {
            policy: Some(("report-portal", measured["spec"].clone())),
            ..Onboarding::of(&Repo::guide, &more)
        };
        onboarding.check(&kubectl);
    }
}

#[test]
fn pods_are_selected_by_accounts_labels_both_or_none() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let select = |values: &[&'static str]| -> Vec<&'static str> {
        let flags = values.iter().flat_map(|value| ["--select", value]);
        flags.chain(RESTRICT).collect()
    };
    let accounts = json!([{"key": ACCOUNT, "operator": "In", "values": ["a", "b"]}]);
    let rows = [
        (select(&["all"]), json!({})),
        (
            select(&["label=app=x", "label=example.org/tier=y"]),
            json!({"matchLabels": {"app": "x", "example.org/tier": "y"}}),
        ),
        (select(&["sa=a", "label=app=x"]), json!({"matchLabels": {ACCOUNT: "a", "app": "x"}})),
        (
            select(&["sa=a", "sa=b", "label=app=on"]),
            json!({"matchLabels": {"app": "on"}, "matchExpressions": accounts}),
        ),
        (select(&["sa=123"]), json!({"matchLabels": {ACCOUNT: "123"}})),
    ];
    for (more, selector) in rows {
        builds(&kubectl, &more, |policy| policy.selector = selector);
    }
}

#[test]
fn regions_and_services_narrow_the_hosts() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let global = ["sts.amazonaws.com", "s3.amazonaws.com", "*.s3.amazonaws.com"];
    let global: Vec<String> = global.map(str::to_owned).to_vec();
    let of = |regions: &[&'static str], more: &[&'static str]| -> Vec<&'static str> {
        let regions = regions.iter().flat_map(|region| ["--region", region]);
        let network = SA.into_iter().chain(RESTRICT).chain(["--network", "regional"]);
        network.chain(regions).chain(more.iter().copied()).collect()
    };
    let depths_of = |region: &str| depths(&format!("{region}.amazonaws.com"), 3);
    let named = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect();
    let rows: [(Vec<&str>, Vec<String>); 7] = [
        (of(&["eu-west-1"], &[]), depths_of("eu-west-1")),
        (of(&["us-east-1"], &[]), [global.clone(), depths_of("us-east-1")].concat()),
        (
            of(&["us-east-1", "eu-west-1"], &[]),
            [global, depths_of("us-east-1"), depths_of("eu-west-1")].concat(),
        ),
        (
            of(&["eu-west-1"], &["--dual-stack"]),
            [depths_of("eu-west-1"), depths("eu-west-1.api.aws", 2)].concat(),
        ),
        (
            of(&["eu-west-1"], &["--service", "sts", "--service", "s3", "--service", "iam"]),
            named(&[
                "sts.eu-west-1.amazonaws.com",
                "s3.eu-west-1.amazonaws.com",
                "*.s3.eu-west-1.amazonaws.com",
                "iam.amazonaws.com",
            ]),
        ),
        (
            of(&["us-east-1"], &["--service", "s3"]),
            named(&[
                "s3.us-east-1.amazonaws.com",
                "*.s3.us-east-1.amazonaws.com",
                "s3.amazonaws.com",
                "*.s3.amazonaws.com",
            ]),
        ),
        (
            of(&["eu-west-1"], &["--service", "ecr", "--service", "sqs", "--dual-stack"]),
            named(&[
                "api.ecr.eu-west-1.amazonaws.com",
                "*.dkr.ecr.eu-west-1.amazonaws.com",
                "ecr.eu-west-1.api.aws",
                "sqs.eu-west-1.amazonaws.com",
                "sqs.eu-west-1.api.aws",
            ]),
        ),
    ];
    for (more, hosts) in rows {
        builds(&kubectl, &more, |policy| policy.hosts = hosts);
    }
}

#[test]
fn dns_peers_are_grouped_by_kind_and_port() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let with = |flags: &[&'static str]| -> Vec<&'static str> {
        let flags = flags.iter().flat_map(|peer| ["--dns", peer]);
        SA.into_iter().chain(RESTRICT).chain(flags).collect()
    };
    let kube_dns = "kube-system/k8s-app=kube-dns";
    let kube_dns_peer = peers(&[("kube-system", &[("k8s-app", "kube-dns")])]);
    builds(&kubectl, &with(&[kube_dns, "169.254.20.10/32"]), |policy| {
        policy.dns.push((json!({"toCIDR": ["169.254.20.10/32"]}), "53"));
    });
    builds(&kubectl, &words(&[&SA, &RESTRICT, &["--no-dns-rule"]]), |policy| policy.dns.clear());
    builds(&kubectl, &with(&["fd00::10/128@5353"]), |policy| {
        policy.dns = vec![(json!({"toCIDR": ["fd00::10/128"]}), "5353")];
    });
    let openshift = "openshift-dns/dns.operator.openshift.io/daemonset-dns=default:5353";
    builds(&kubectl, &with(&[kube_dns, openshift]), |policy| {
        let labels = [("dns.operator.openshift.io/daemonset-dns", "default")];
        policy.dns = vec![(kube_dns_peer, "53"), (peers(&[("openshift-dns", &labels)]), "5353")];
    });
    builds(&kubectl, &with(&["dns/app=on,tier=1e3"]), |policy| {
        policy.dns = vec![(peers(&[("dns", &[("app", "on"), ("tier", "1e3")])]), "53")];
    });
}

#[test]
fn dual_stack_and_no_policy_at_all() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    builds(&kubectl, &words(&[&SA, &RESTRICT, &["--dual-stack"]]), |policy| {
        policy.hosts.extend(depths("api.aws", 2));
    });
    Onboarding::of(&Repo::guide, &["--network", "none"]).check(&kubectl);
}

#[test]
fn roles_of_other_partitions_and_several_roles() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let china = "arn:aws-cn:iam::123456789098:role/team/a";
    let gov = "arn:aws-us-gov:iam::123456789098:role/a";
    let second = "arn:aws:iam::123456789098:role/path/to/second+role=1,@x";
    let suffixes: [(&[&str], Vec<String>); 5] = [
        (&[china], depths("amazonaws.com.cn", 4)),
        (&[gov], depths("amazonaws.com", 4)),
        (&[ROLE, gov], depths("amazonaws.com", 4)),
        (&[ROLE, china], [depths("amazonaws.com", 4), depths("amazonaws.com.cn", 4)].concat()),
        (&[ROLE, second], depths("amazonaws.com", 4)),
    ];
    for (roles, hosts) in suffixes {
        let policy = Policy { hosts, ..Policy::portable() };
        let flags = roles.iter().flat_map(|role| ["--role", role]);
        let cluster = ["--cluster", "c", "--namespace", "report-portal"];
        let all = cluster.into_iter().chain(SA).chain(RESTRICT).chain(flags);
        let onboarding = Onboarding {
            arguments: all.collect(),
            roles: roles.to_vec(),
            policy: Some(("report-portal", policy.spec())),
            ..Onboarding::of(&Repo::guide, &[])
        };
        onboarding.check(&kubectl);
    }
}

#[test]
fn the_policy_can_have_another_name() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for (flag, name) in [("aws-access", "aws-access"), ("{namespace}.aws", "report-portal.aws")] {
        let more = [SA[0], SA[1], RESTRICT[0], RESTRICT[1], "--policy-name", flag];
        let onboarding = Onboarding {
            policy: Some((name, Policy::portable().spec())),
            ..Onboarding::of(&Repo::guide, &more)
        };
        onboarding.check(&kubectl);
    }
}
