//! Proves on the policies that Cilium's own policy engine has judged that gangplank says the same of
//! what the pods reach.

use std::fs;

use gangplank::domain::cilium_version::CiliumVersion;
use gangplank::domain::dns_peer::DnsPeer;
use gangplank::domain::name::Namespace;
use gangplank::domain::pods::{Pods, Selection};
use gangplank::domain::reach::Reachable;
use gangplank::manifests::network_policy::{NetworkPolicy, PodSet};
use gangplank::manifests::reach::{NamedPolicy, PolicySet, Target};

use crate::support::policy_file;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/cnp");

/// The names that the engine was asked about.
const NAMES: [&str; 14] = [
    "sts.amazonaws.com",
    "sts.eu-central-1.amazonaws.com",
    "s3.eu-central-1.amazonaws.com",
    "bucket.s3.eu-central-1.amazonaws.com",
    "bucket.s3.dualstack.eu-central-1.amazonaws.com",
    "my.dotted.bucket.s3.eu-central-1.amazonaws.com",
    "dynamodb.us-east-1.amazonaws.com",
    "111122223333.dkr.ecr.us-east-1.amazonaws.com",
    "sts.cn-north-1.amazonaws.com.cn",
    "bucket.s3.cn-north-1.amazonaws.com.cn",
    "lambda.eu-central-1.api.aws",
    "amazonaws.com",
    "evil-amazonaws.com",
    "example.com",
];

/// What gangplank says, in the words of the engine.
fn said(policy: &str, version: Option<&str>) -> (Vec<String>, Vec<&'static str>) {
    let file = policy_file(policy);
    let policy = NetworkPolicy::of(file.yaml.root().unwrap()).unwrap();
    let namespace = Namespace::parse("report-portal").unwrap();
    let selections =
        ["sa=default", "label=app=report-portal"].map(|s| Selection::parse(s).unwrap());
    let pods = Pods::of(selections.to_vec()).unwrap();
    let dns = [DnsPeer::kube_dns().unwrap()];
    let version = version.map(|version| CiliumVersion::parse(version).unwrap());
    let all = [NamedPolicy { name: "it".to_owned(), policy, is_patched: false }];
    let set = PolicySet::of(all, PodSet { namespace: &namespace, pods: &pods }, &dns, version);
    let word = |verdict| match verdict {
        Reachable::Yes => "ALLOW",
        Reachable::No => "DENY",
        other => other.word(),
    };
    let host = |name| set.answer(Target::Host { name, may_be_private: false }).verdict;
    let dns = format!("dns53={}", word(set.dns().verdict));
    let metadata = format!("meta:80={}", word(set.answer(Target::Metadata).verdict));
    let unnamed = format!("world:443={}", word(host("unnamed.example.org")));
    let reached = NAMES.into_iter().filter(|name| host(name) == Reachable::Yes).collect();
    assert!(NAMES.iter().all(|name| matches!(host(name), Reachable::Yes | Reachable::No)));
    (vec![dns, metadata, unnamed], reached)
}

/// The rows of the record for policies that Cilium takes: name and what the engine said.
fn record() -> Vec<(String, String)> {
    let text = fs::read_to_string(format!("{FOLDER}/verdicts.tsv")).unwrap();
    let columns = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let accepted = columns.filter(|columns| columns[1] == "accept");
    accepted.map(|columns| (columns[0].to_owned(), columns[8].to_owned())).collect()
}

#[test]
fn what_pods_reach_is_what_the_engine_says() {
    let record = record();
    assert_eq!(record.len(), 26);
    for (case, engine) in record {
        let policy = fs::read_to_string(format!("{FOLDER}/{case}.yaml")).unwrap();
        let (ways, reached) = said(&policy, Some("1.20"));
        let engine = engine.replace("PROXIED", "ALLOW");
        let words: Vec<&str> = engine.split(' ').collect();
        for way in &ways {
            assert!(words.contains(&way.as_str()), "{case}: {way}, but {engine}");
        }
        let names = words.iter().find_map(|word| word.strip_prefix("reach=")).unwrap();
        let names: Vec<&str> = names.split(',').filter(|name| *name != "-").collect();
        assert_eq!(reached, names, "{case}");
    }
}
