//! Proves the table of what pods reach: that it says of gangplank's own policy what that policy is
//! for, joins it with all others for the same pods, and says from where each row comes.

use std::sync::Arc;

use gangplank::demo::FILES;
use gangplank::domain::reach::{Reach, ReachTarget, Reachable};
use gangplank::questions::{GivenAnswers, Origin, QuestionId};
use gangplank::system::MemoryDisk;

use crate::support::{DEMO_ROLE, planner};

const PROD: &str = "prod-us1";
const DEV: &str = "dev-eu1";

type Answers<'a> = &'a [(QuestionId, &'a str)];

/// The table for a namespace of the example repository with more files, and these answers.
#[track_caller]
fn reach_with(files: &[(&str, &str)], cluster: &str, answers: Answers<'_>) -> Reach {
    let mut given = GivenAnswers::default();
    let first = [
        (QuestionId::Cluster, cluster),
        (QuestionId::Namespace, "report-portal"),
        (QuestionId::Role, DEMO_ROLE),
        (QuestionId::Select, "sa=rp"),
        (QuestionId::Egress, "restrict"),
        (QuestionId::Region, if cluster == PROD { "us-east-1" } else { "eu-central-1" }),
    ];
    let network =
        answers.iter().find(|(id, _)| *id == QuestionId::Network).map(|(_, value)| *value);
    let means_nothing: &[QuestionId] = match network {
        Some("none") => &[QuestionId::Select, QuestionId::Egress, QuestionId::Region],
        Some("portable") => &[QuestionId::Region],
        _ => &[],
    };
    let is_other = |id: QuestionId| answers.iter().all(|(other, _)| *other != id);
    let first = first.into_iter().filter(|(id, _)| is_other(*id) && !means_nothing.contains(id));
    for (id, value) in first.chain(answers.iter().copied()) {
        given.give(id, value.split(' ').map(str::to_owned).collect(), Origin::Flag);
    }
    let all = FILES.iter().chain(files).copied();
    let outlook = planner(&Arc::new(MemoryDisk::with_files(all))).outlook(&given).unwrap();
    outlook.reach.unwrap_or_else(|| panic!("{:?} {:?}", outlook.missing, outlook.invalid))
}

#[track_caller]
fn reach(cluster: &str, answers: Answers<'_>) -> Reach {
    reach_with(&[], cluster, answers)
}

/// The verdicts, a letter each: DNS, credentials, STS, S3, ECR, another region, the outside, own
/// pods, other pods.
fn letters(reach: &Reach) -> String {
    let letter = |verdict| match verdict {
        Reachable::Yes => 'y',
        Reachable::InPart => 'p',
        Reachable::No => 'n',
        Reachable::CannotTell => '?',
    };
    reach.rows.iter().map(|row| letter(row.verdict)).collect()
}

#[test]
fn the_own_policy_opens_what_it_is_for() {
    use QuestionId::{Egress, Network, NoDnsRule, NoMetadataRule, Region, Service};
    let portable = (Network, "portable");
    let cases: &[(Answers<'_>, &str)] = &[
        (&[], "yyyyynnnn"),
        (&[portable], "yyyyyynnn"),
        (&[(NoDnsRule, "true")], "nynnnnnnn"),
        (&[(NoMetadataRule, "true")], "ynyyynnnn"),
        (&[(NoDnsRule, "true"), (NoMetadataRule, "true")], "nnnnnnnnn"),
        (&[portable, (NoDnsRule, "true")], "nynnnnnnn"),
        (&[portable, (NoMetadataRule, "true")], "ynyyyynnn"),
        (&[(Egress, "add-only")], "yyyyyyyyy"),
        (&[portable, (Egress, "add-only")], "yyyyyyyyy"),
        (&[(Egress, "add-only"), (NoDnsRule, "true"), (NoMetadataRule, "true")], "yyyyyyyyy"),
        (&[(Network, "none")], "yyyyyyyyy"),
        (&[(Service, "s3")], "yynynnnnn"),
        // A row of its own for the service that is named.
        (&[(Service, "sts sqs")], "yyynnynnnn"),
        (&[(Region, "eu-west-1")], "yyyyynnnn"),
    ];
    for (answers, expected) in cases {
        assert_eq!(letters(&reach(PROD, answers)), *expected, "{answers:?}");
    }
}

/// The defaults there restrict every pod, and open its namespace, DNS and the metadata address.
#[test]
fn the_policies_that_are_there_count_too() {
    use QuestionId::{Egress, Network, NoDnsRule, NoMetadataRule};
    let cases: &[(Answers<'_>, &str)] = &[
        (&[], "yyyyynnyn"),
        (&[(Egress, "add-only"), (QuestionId::CiliumVersion, "1.17")], "yyyyynnyn"),
        (&[(NoDnsRule, "true"), (NoMetadataRule, "true")], "yyyyynnyn"),
        (&[(Network, "none")], "yynnnnnyn"),
    ];
    for (answers, expected) in cases {
        assert_eq!(letters(&reach(DEV, answers)), *expected, "{answers:?}");
    }
    let table = reach(DEV, &[]);
    let because = |target| table.row(target).unwrap().because.as_str();
    let defaults = "clusters/dev-eu1/namespaces/defaults/cnp.default-egress.yaml";
    assert_eq!(because(ReachTarget::OwnNamespace), format!("opened by {defaults}"));
    assert_eq!(
        because(ReachTarget::Credentials),
        format!("opened by {defaults} and cnp.report-portal.yaml")
    );
    assert_eq!(
        because(ReachTarget::Outside),
        format!("{defaults} and cnp.report-portal.yaml restrict egress, and nothing opens it")
    );
    let dns = table.row(ReachTarget::Dns).unwrap();
    assert_eq!(dns.remarks, [format!("assumed from {defaults}")]);
}

#[test]
fn a_clusterwide_policy_counts_once_a_kustomization_lists_it() {
    let deny = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata:\n  name: no-metadata\nspec:\n  endpointSelector: {}\n  egressDeny:\n    - toCIDR: [169.254.169.254/32]\n";
    let list = "resources:\n  - ccnp.yaml\n";
    let file = ("clusters/prod-us1/policies/ccnp.yaml", deny);
    let listed = [file, ("clusters/prod-us1/policies/kustomization.yaml", list)];
    let table = reach_with(&listed, PROD, &[]);
    assert_eq!(letters(&table), "ynyyynnnn");
    assert_eq!(
        table.row(ReachTarget::Credentials).unwrap().because,
        "denied by clusters/prod-us1/policies/ccnp.yaml"
    );
    assert_eq!(letters(&reach_with(&[file], PROD, &[])), "yyyyynnnn");
}

/// Beside another account's policy, this one's pods are as they were; of all pods, nobody knows.
#[test]
fn it_holds_for_the_selected_pods() {
    let on = |select| {
        let namespace = [(QuestionId::Namespace, "checkout"), (QuestionId::Network, "none")];
        let own = [(QuestionId::Namespace, "checkout"), (QuestionId::Select, select)];
        (reach(PROD, &namespace), reach(PROD, &own))
    };
    let (all, account) = on("sa=checkout");
    assert_eq!(all.subject(), "all pods of checkout on prod-us1");
    // What the policy of one account opens is open to all: the others are not restricted.
    assert_eq!(letters(&all), "yyyyy????");
    assert_eq!(
        all.row(ReachTarget::Outside).unwrap().because,
        "cnp.checkout.yaml may be for some of these pods only: it asks for other labels"
    );
    assert_eq!(account.subject(), "service account checkout of checkout on prod-us1");
    assert_eq!(letters(&account), "yyyyynnnn");
}

#[test]
fn the_table_in_words() {
    let lines = reach(PROD, &[]).lines();
    let by = "opened by cnp.report-portal.yaml";
    let shut = "cnp.report-portal.yaml restricts egress, and nothing opens it";
    assert_eq!(
        lines,
        [
            format!("reach DNS (kube-system/k8s-app=kube-dns): {by}"),
            format!("reach credentials (kube2iam, 169.254.169.254): {by}"),
            format!("reach sts.us-east-1.amazonaws.com: {by}"),
            format!(
                "reach my-bucket.s3.us-east-1.amazonaws.com: {by}; any bucket of any account in us-east-1 too"
            ),
            format!("reach ECR in us-east-1: {by}"),
            format!("do not reach sts.eu-west-1.amazonaws.com: {shut}"),
            format!("do not reach example.com: {shut}"),
            format!("do not reach pods of report-portal: {shut}"),
            format!("do not reach pods of other namespaces: {shut}"),
            "policies outside of this repository are not looked at".to_owned(),
        ]
    );
}
