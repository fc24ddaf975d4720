//! Proves that the rules are silent on every policy that gangplank writes itself, that nothing people
//! write makes them panic, and that they are fast.

use gangplank::check::policy::{PolicyContext, findings};
use gangplank::domain::answers::{Egress, PolicyAnswers};
use gangplank::domain::cilium_version::CiliumVersion;
use gangplank::domain::dns_peer::DnsPeer;
use gangplank::domain::endpoints::Breadth;
use gangplank::domain::name::{Namespace, PolicyName};
use gangplank::domain::partition::{PARTITIONS, Partition};
use gangplank::domain::pods::{Pods, Selection};
use gangplank::domain::region::{Region, Service};
use gangplank::manifests::render;
use gangplank::manifests::source::SourceText;
use gangplank::manifests::template::Templates;
use gangplank::manifests::yaml::Yaml;
use gangplank::system::RepoPath;
use gangplank::tree::YamlFile;

use crate::support::{Choices, count, for_fixed, policy_rules, read_files};

/// Answers of all sorts, in one partition.
fn answers(choices: &mut Choices, partition: Partition) -> PolicyAnswers {
    let selections = choices.pick(&[
        &["all"][..],
        &["sa=default"],
        &["sa=a", "sa=b", "label=app=x"],
        &["label=app.kubernetes.io/name=x", "label=tier=on"],
    ]);
    let selections = selections.iter().map(|one| Selection::parse(one).unwrap()).collect();
    let services = choices.pick(&[&[][..], &["s3"], &["sts", "ecr", "iam", "sqs"]]);
    let peers = choices.pick(&[
        &["kube-system/k8s-app=kube-dns"][..],
        &["169.254.20.10/32", "kube-system/k8s-app=node-local-dns"],
        &[
            "openshift-dns/dns.operator.openshift.io/daemonset-dns=default:5353",
            "fd00::10/128@5353",
        ],
    ]);
    let breadth = match choices.one_in(2) {
        true => Breadth::Portable(vec![partition]),
        false => Breadth::Regional {
            regions: vec![Region::parse(partition.example_region).unwrap()],
            services: services.iter().map(|one| Service::parse(one).unwrap()).collect(),
        },
    };
    PolicyAnswers {
        name: PolicyName::parse("report-portal").unwrap(),
        pods: Pods::of(selections).unwrap(),
        breadth,
        egress: choices.pick(&[Egress::Restrict, Egress::AddOnly]),
        dns: peers.iter().map(|peer| DnsPeer::parse(peer).unwrap()).collect(),
        metadata: true,
        dual_stack: choices.one_in(2),
        cilium_version: CiliumVersion::parse("1.17").ok(),
    }
}

fn written(answers: &PolicyAnswers) -> String {
    let namespace = Namespace::parse("report-portal").unwrap();
    render::policy(&Templates::built_in(), answers, Some(&namespace)).unwrap()
}

fn beside<'a>(partitions: &'a [Partition], answers: &PolicyAnswers) -> PolicyContext<'a> {
    PolicyContext {
        namespace: Some("report-portal"),
        in_namespace_folder: true,
        cilium: answers.cilium_version,
        partitions,
        grants_role: true,
        others: &[],
        is_whole: true,
    }
}

#[test]
fn what_gangplank_writes_is_right() {
    for_fixed(count(300, 3_000), |choices| {
        let partition = choices.pick(&PARTITIONS);
        let answers = answers(choices, partition);
        let text = written(&answers);
        let found = policy_rules(&text, &beside(&[partition], &answers));
        if found.is_empty() { Ok(()) } else { Err(format!("{found:?}\n{text}")) }
    });
}

/// What people leave out on purpose is said again.
#[test]
fn what_was_left_out_is_found() {
    let aws = PARTITIONS[0];
    let full = PolicyAnswers { egress: Egress::Restrict, ..answers(&mut Choices::of(&[]), aws) };
    let rules = |answers: &PolicyAnswers| {
        let found = policy_rules(&written(answers), &beside(&[aws], answers));
        found.into_iter().map(|one| one.split_once(' ').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&PolicyAnswers { metadata: false, ..full.clone() }), ["no-metadata"]);
    assert_eq!(rules(&PolicyAnswers { dns: Vec::new(), ..full.clone() }), ["no-dns-rule"]);
}

const WORDS: [&str; 40] = [
    "spec",
    "specs",
    "egress",
    "ingress",
    "toFQDNs",
    "matchName",
    "toPorts",
    "ports",
    "port",
    "rules",
    "dns",
    "toCIDR",
    "toCIDRSet",
    "cidr",
    "except",
    "endpointSelector",
    "matchLabels",
    "matchExpressions",
    "key",
    "values",
    "metadata",
    "name",
    "\"*\"",
    "{}",
    "[]",
    "~",
    "53",
    "\"443\"",
    "TCP",
    "169.254.169.254/32",
    "*a",
    "&a x",
    "<<: {}",
    "- x",
    "- {x: y}",
    "[{}, []]",
    "**.amazonaws.com",
    "\"*amazonaws.com.\"",
    "in",
    "é.**",
];

/// A text with some of its words, lines or characters changed.
fn spoilt(choices: &mut Choices, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=choices.below(4) {
        let at = choices.below(lines.len().min(256));
        let line = lines[at].clone();
        match choices.below(5) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, line),
            2 => lines[at] = line.replacen(':', &format!(": {} #", choices.pick(&WORDS)), 1),
            3 => {
                let (indent, _) = line.split_at(line.len() - line.trim_start().len());
                lines[at] = format!("{indent}{}: {}", choices.pick(&WORDS), choices.pick(&WORDS));
            }
            _ => lines[at] = format!("{}{line}", " ".repeat(choices.below(4))),
        }
        if lines.is_empty() {
            return String::new();
        }
    }
    lines.join("\n")
}

#[test]
fn nothing_people_write_makes_a_rule_panic() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/cnp");
    let files = read_files(folder.as_ref());
    let texts: Vec<String> = files
        .into_iter()
        .filter(|(path, _)| path.ends_with(".yaml"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    for_fixed(count(2_000, 50_000), |choices| {
        let case = choices.below(texts.len());
        let text = spoilt(choices, &texts[case]);
        let Ok(yaml) = Yaml::parse(&text) else {
            return Ok(());
        };
        let file = YamlFile {
            path: RepoPath::parse("x.yaml").unwrap(),
            source: SourceText::decode(text.clone().into_bytes()).unwrap(),
            yaml,
        };
        let others: Vec<_> = file.yaml.documents().collect();
        let context =
            PolicyContext { others: &others, grants_role: true, ..PolicyContext::default() };
        for document in file.yaml.documents() {
            for finding in findings(&file, document, &context) {
                if finding.message.contains('\n') || finding.line.is_none() {
                    return Err(format!("{finding:?}\n{text}"));
                }
            }
        }
        Ok(())
    });
}

/// Aliases make a short text long, and it is not walked to its end.
#[test]
fn aliases_do_not_keep_the_rules_busy() {
    let list = |name: &str, times: usize| vec![format!("*{name}"); times].join(", ");
    let text = format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: x}}\nstatus:\n  - &p {{port: \"1\"}}\n  - &q {{ports: [{}]}}\n  - &r {{toPorts: [{}]}}\nspec: {{endpointSelector: {{}}, egress: [{}]}}\n",
        list("p", 500),
        list("q", 500),
        list("r", 500),
    );
    // A walk to its end would take longer than anybody runs tests.
    let found = policy_rules(&text, &PolicyContext::default());
    assert_eq!(found, ["1:1 invalid-yaml build"]);
}
