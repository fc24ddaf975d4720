//! Proves on the 54 policies that Cilium's own code and its schema have judged that the rules refuse
//! what those refuse, say who does, and find what the accepted ones do wrong.

use std::collections::BTreeMap;
use std::fs;

use gangplank::check::policy::PolicyContext;
use gangplank::domain::cilium_version::CiliumVersion;
use gangplank::domain::finding::RefusedBy;
use gangplank::domain::partition::Partition;

use crate::support::{policy_findings, policy_rules};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/cnp");

/// Every case with a finding: where, what, and who refuses it.
const FINDINGS: &[(&str, &[&str])] = &[
    (
        "bad-01-seed-verbatim",
        &[
            "11:7 no-dns-rule",
            "12:22 wildcard-matchname api-server",
            "17:12 ingress-not-list api-server",
        ],
    ),
    ("bad-02-matchname-wildcard", &["10:7 no-dns-rule", "11:22 wildcard-matchname api-server"]),
    (
        "bad-04-port-integer",
        &["10:7 no-dns-rule", "11:25 one-label", "14:21 wrong-type api-server"],
    ),
    (
        "bad-05-matchname-and-pattern",
        &[
            "10:7 all-ports",
            "10:7 no-dns-rule",
            "12:11 matchname-and-pattern api-server",
            "12:25 one-label",
        ],
    ),
    (
        "bad-06-tofqdns-and-tocidr-same-rule",
        &["10:7 all-ports", "10:7 no-dns-rule", "11:25 one-label", "12:7 mixed-peers agent"],
    ),
    ("bad-10-only-empty-lists", &["5:1 no-rules agent"]),
    ("bad-13-bad-cidr", &["11:11 bad-cidr api-server"]),
    ("bad-14-url-in-pattern", &["10:7 no-dns-rule", "11:25 bad-fqdn api-server"]),
    ("bad-16-tofqdn-typo", &["10:7 unknown-field api-server"]),
    ("bad-19-no-name", &["3:1 bad-name api-server"]),
    ("bad-20-name-uppercase-underscore", &["4:9 bad-name api-server"]),
    ("bad-21-node-selector", &["6:3 node-selector agent"]),
    ("bad-23-wrong-apiversion-v1", &["1:13 wrong-kind api-server"]),
    ("bad-24-label-value-arn", &["8:31 bad-label api-server"]),
    (
        "bad-25-toports-without-ports-list",
        &[
            "10:7 no-dns-rule",
            "11:25 one-label",
            "13:11 unknown-field api-server",
            "14:11 unknown-field api-server",
        ],
    ),
    ("bad-26-port-out-of-range", &["10:7 no-dns-rule", "11:25 one-label", "14:21 bad-port agent"]),
    (
        "bad-27-http-rule-on-any-protocol",
        &["10:7 no-dns-rule", "11:25 one-label", "15:25 http-not-tcp agent"],
    ),
    ("bad-28-egress-object", &["10:5 ingress-not-list api-server"]),
    ("bad-29-duplicate-egress-key", &["21:3 duplicate-key build"]),
    (
        "bad-31-toentities-instead-of-fqdn-mixed",
        &["10:7 all-ports", "10:7 no-dns-rule", "11:25 one-label", "12:7 mixed-peers agent"],
    ),
    (
        "bad-32-toports-other-l3-service",
        &["10:7 mixed-peers agent", "14:7 all-ports", "14:7 no-dns-rule", "15:25 one-label"],
    ),
    ("bad-33-toports-dns-and-http-rules", &["18:11 dns-rule api-server"]),
    ("bad-34-cidr-without-prefix-length", &["22:11 bad-cidr api-server"]),
    ("bad-35-ingress-scalar", &["30:12 ingress-not-list api-server"]),
    ("bad-36-enable-default-deny-bool", &["30:22 wrong-type api-server"]),
    ("bad-37-matchname-with-port", &["10:7 no-dns-rule", "11:22 bad-fqdn api-server"]),
    ("bad-39-clusterwide-kind", &["2:7 wrong-kind api-server"]),
    ("bad-40-namespace-uppercase", &["5:14 bad-name api-server"]),
    ("trap-01-star-amazonaws-misses-regional", &["28:25 one-label"]),
    ("trap-02-no-leading-dot-matches-evil", &["28:25 undotted-pattern"]),
    ("trap-03-dns-port-without-l7-rule", &["16:15 dns-without-l7"]),
    ("trap-04-kube-dns-without-namespace-label", &["11:11 dns-namespace"]),
    ("trap-05-wrong-namespace-in-selector", &["8:7 namespace-selector"]),
    ("trap-06-selector-typo-service-account", &["8:7 unknown-selector-key"]),
    ("trap-09-double-star-middle", &["28:25 double-star"]),
    ("trap-13-no-dns-rule-alone", &["10:7 no-dns-rule"]),
    ("trap-14-seed-with-only-the-two-syntax-fixes", &["10:7 no-dns-rule", "11:25 one-label"]),
    ("trap-17-enable-default-deny-ingress-without-ingress-rules", &["37:5 default-deny-no-effect"]),
];

/// The columns of the judgements, by case: overall, schema, agent.
fn verdicts() -> BTreeMap<String, [String; 3]> {
    let text = fs::read_to_string(format!("{FOLDER}/verdicts.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        (columns[0].to_owned(), [1, 2, 4].map(|at| columns[at].to_owned()))
    });
    let rows: BTreeMap<_, _> = rows.collect();
    assert_eq!(rows.len(), 54);
    rows
}

fn case(name: &str) -> String {
    fs::read_to_string(format!("{FOLDER}/{name}.yaml")).unwrap()
}

#[test]
fn a_case_is_refused_by_whom_it_was_refused() {
    for (name, [overall, schema, agent]) in verdicts() {
        let findings = policy_findings(&case(&name), &PolicyContext::default());
        let who: Vec<RefusedBy> = findings.iter().filter_map(|one| one.refused_by).collect();
        let expected = match (overall.as_str(), schema.as_str(), agent.as_str()) {
            ("accept", "ok", "ok") => None,
            ("reject", "ok", _) => Some(RefusedBy::Agent),
            ("reject", "invalid", "yaml-error") => Some(RefusedBy::Build),
            ("reject", "invalid", _) => Some(RefusedBy::ApiServer),
            other => panic!("{name}: {other:?}"),
        };
        match expected {
            None => assert!(who.is_empty(), "{name}: {findings:#?}"),
            Some(expected) => {
                assert!(!who.is_empty(), "{name}");
                assert!(who.iter().all(|who| *who == expected), "{name}: {findings:#?}");
            }
        }
    }
}

/// A file by itself: nothing is known of a cluster.
#[test]
fn a_case_has_just_these_findings() {
    let expected: BTreeMap<&str, &[&str]> = FINDINGS.iter().copied().collect();
    for name in verdicts().keys() {
        let found = policy_rules(&case(name), &PolicyContext::default());
        let expected = expected.get(name.as_str()).copied().unwrap_or_default();
        assert_eq!(found, expected, "{name}");
    }
}

/// In a build, with all that is known of a cluster.
#[test]
fn a_good_case_stays_silent_where_a_role_is_granted() {
    let good = verdicts().into_keys().filter(|name| name.starts_with("good-"));
    for name in good.filter(|name| name != "good-04-no-metadata-rule") {
        let id = if name.contains("china") { "aws-cn" } else { "aws" };
        let context = PolicyContext {
            namespace: Some("report-portal"),
            in_namespace_folder: true,
            cilium: CiliumVersion::parse("1.19").ok(),
            partitions: &[Partition::by_id(id).unwrap()],
            grants_role: true,
            others: &[],
            is_whole: true,
        };
        assert_eq!(policy_rules(&case(&name), &context), [""; 0], "{name}");
    }
}

#[test]
fn every_finding_says_what_to_do() {
    for (name, _) in FINDINGS {
        for finding in policy_findings(&case(name), &PolicyContext::default()) {
            assert!(!finding.message.contains('\n') && !finding.message.ends_with('.'));
            assert!(!finding.help.is_empty(), "{finding:?}");
            assert_eq!(finding.path, "cnp.yaml");
        }
    }
}
