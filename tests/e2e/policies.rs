//! Proves that a policy which is there is found by what it says, read back into its answers, and
//! changed line by line, while one that people wrote otherwise is left alone.

use crate::support::{ALL, FOLDER, Files, GRANT, KUSTOMIZATION, ROLE, Repo};

const POLICY: &str = "clusters/c/namespaces/application/report-portal/cnp.report-portal.yaml";
const OTHER: &str = "arn:aws:iam::123456789098:role/other";
const SKELETON: &str = "namespace: report-portal\nresources:\n  - ../../defaults\n";

/// The answers that a policy can be made from.
const OPTIONS: [&[&str]; 14] = [
    &["--select", "all", "--egress", "restrict"],
    &["--select", "sa=a", "--egress", "add-only", "--cilium-version", "1.17"],
    &["--select", "sa=a", "--select", "sa=b", "--egress", "restrict"],
    &["--select", "sa=a", "--select", "label=app=x", "--egress", "restrict"],
    &["--select", "label=app=x", "--select", "label=tier=y", "--egress", "restrict"],
    &["--select", "sa=a", "--egress", "restrict", "--dual-stack"],
    &["--select", "sa=a", "--egress", "restrict", "--no-metadata-rule"],
    &["--select", "sa=a", "--egress", "restrict", "--dns", "kube-system/k8s-app=coredns:5353"],
    &[
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--dns",
        "169.254.20.10/32",
        "--dns",
        "kube-system/k8s-app=kube-dns",
    ],
    &["--select", "sa=a", "--egress", "restrict", "--network", "regional", "--region", "us-east-1"],
    &[
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--network",
        "regional",
        "--region",
        "eu-west-1",
        "--region",
        "us-east-1",
    ],
    &[
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--network",
        "regional",
        "--region",
        "us-east-1",
        "--service",
        "s3",
        "--service",
        "sts",
    ],
    &[
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--network",
        "regional",
        "--region",
        "eu-west-1",
        "--service",
        "sqs",
        "--service",
        "ecr",
        "--service",
        "iam",
    ],
    &[
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--network",
        "regional",
        "--region",
        "us-gov-west-1",
        "--dual-stack",
    ],
];

fn onboarded(options: &[&str]) -> Repo {
    let repo = Repo::skeleton(SKELETON);
    repo.onboard(&[&GRANT[..], options].concat(), &["--yes"]).ends(0);
    repo
}

/// The grant of another role, with nothing said about the policy.
fn grant_other() -> Vec<&'static str> {
    GRANT.iter().map(|word| if *word == ROLE { OTHER } else { word }).collect()
}

#[test]
fn another_role_needs_no_answer_that_the_policy_gives() {
    for options in OPTIONS {
        let repo = onboarded(options);
        let before = repo.tree();
        let plan = repo.onboard(&grant_other(), &["--dry-run", "--output", "json"]).ends(0).json();
        for (name, answer) in plan["answers"].as_object().unwrap() {
            let flag = format!("--{}", name.replace('_', "-"));
            let is_about_the_policy =
                !matches!(&*flag, "--cluster" | "--namespace" | "--role" | "--cilium-version");
            if options.contains(&flag.as_str()) && is_about_the_policy {
                assert_eq!(answer["origin"], "disk", "{flag} of {options:?}: {plan:#}");
            }
        }
        repo.onboard(&grant_other(), &["--yes"]).ends(0);
        let after = repo.tree();
        assert_eq!(after[POLICY], before[POLICY], "{options:?}");
        assert!(repo.text(KUSTOMIZATION).contains(OTHER));
    }
}

/// From each set of answers to each other one that keeps the pods: as written by gangplank the file
/// becomes what it would have been from the start.
#[test]
fn other_answers_change_the_policy_to_what_they_say() {
    let with_pods: Vec<&[&str]> = OPTIONS.into_iter().filter(|o| o.contains(&"sa=a")).collect();
    let targets: Vec<Files> = with_pods.iter().map(|options| onboarded(options).tree()).collect();
    for (from, to) in [(0, 1), (3, 4), (4, 0), (6, 7), (7, 8), (9, 10)] {
        let repo = onboarded(with_pods[from]);
        let explicit = [&GRANT[..], with_pods[to]].concat();
        // What the first answers switched on has to be switched off by name.
        let off: Vec<&str> = ["--dual-stack", "--no-metadata-rule"]
            .into_iter()
            .filter(|flag| with_pods[from].contains(flag) && !with_pods[to].contains(flag))
            .map(|flag| {
                if flag == "--dual-stack" {
                    "--dual-stack=false"
                } else {
                    "--no-metadata-rule=false"
                }
            })
            .collect();
        let outcome = repo.onboard(&[&explicit[..], &off].concat(), &["--yes"]);
        assert_eq!(
            outcome.code, 0,
            "{:?} to {:?}: {}",
            with_pods[from], with_pods[to], outcome.stderr
        );
        let (after, wanted) = (repo.tree(), &targets[to]);
        if with_pods[to].contains(&"--dns") || !with_pods[from].contains(&"--dns") {
            let text = |files: &Files| String::from_utf8(files[POLICY].clone()).unwrap();
            assert_eq!(text(&after), text(wanted), "{:?} to {:?}", with_pods[from], with_pods[to]);
        }
    }
}

#[test]
fn a_policy_with_comments_changes_in_the_lines_that_say_it() {
    let base = [
        "--select",
        "sa=a",
        "--egress",
        "restrict",
        "--network",
        "regional",
        "--region",
        "us-east-1",
    ];
    let repo = onboarded(&base);
    let commented = repo
        .text(POLICY)
        .replace("spec:\n", "spec: # ours\n")
        .replace("    - toFQDNs:\n", "    # asked for by the data team\n    - toFQDNs:\n")
        .replace(
            "io.cilium.k8s.policy.serviceaccount: a",
            "io.cilium.k8s.policy.serviceaccount: \"a\" # the account",
        );
    repo.put(POLICY, &commented);
    repo.onboard(&[&GRANT[..], &base].concat(), &["--yes"]).ends(0);
    assert_eq!(repo.text(POLICY), commented, "it says the same already");
    let wider = [&GRANT[..], &base, &["--region", "eu-west-1"]].concat();
    repo.onboard(&wider, &["--yes"]).ends(0);
    let after = repo.text(POLICY);
    for line in commented.lines() {
        assert!(after.lines().any(|other| other == line), "{line} in\n{after}");
    }
    assert!(after.contains("        - matchPattern: \"*.eu-west-1.amazonaws.com\"\n"), "{after}");
    repo.onboard(&[&GRANT[..], &base].concat(), &["--yes"]).ends(0);
    assert_eq!(repo.text(POLICY), commented, "and back");
}

#[test]
fn a_policy_under_another_name_is_found_by_what_it_says() {
    let base = ["--select", "sa=a", "--egress", "restrict"];
    let named = [&base[..], &["--policy-name", "partner-api"]].concat();
    let repo = onboarded(&named);
    assert!(repo.tree().contains_key(&format!("{FOLDER}/cnp.partner-api.yaml")));
    let before = repo.tree();
    repo.onboard(&[&GRANT[..], &base].concat(), &["--yes"]).ends(0);
    assert_eq!(repo.tree(), before, "no second policy for the same pods");
    repo.onboard(&GRANT, &["--yes"]).ends(0);
    assert_eq!(repo.tree(), before);
}

const FOREIGN: &str = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: report-portal\nspec:\n  endpointSelector: {}\n  egress:\n    - toEntities: [world]\n";

#[test]
fn a_policy_that_people_wrote_otherwise_is_left_alone() {
    let text = FOREIGN;
    let skeleton = format!("{SKELETON}  - cnp.report-portal.yaml\n");
    let start = || Repo::skeleton(&skeleton).file(POLICY, text);
    let repo = start();
    let before = repo.tree();
    let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
    assert!(said.contains("is there with other content") && repo.tree() == before, "{said}");
    let plan = repo.onboard(&ALL, &["--dry-run", "--output", "json"]).ends(4).json();
    let file = plan["files"].as_array().unwrap().iter().find(|f| f["verb"] == "conflict").unwrap();
    assert!(file["diff"].as_str().unwrap().contains("+  "), "the difference is shown: {file:#}");
    repo.onboard(&ALL, &["--on-conflict", "beside", "--yes"]).ends(0);
    assert_eq!(repo.text(POLICY), text);
    assert!(repo.text(KUSTOMIZATION).contains("cnp.report-portal-aws.yaml"));
    let repo = start();
    repo.onboard(&ALL, &["--on-conflict", "skip", "--yes"]).ends(0);
    assert_eq!(repo.tree().len(), before.len());
}

/// Overwriting is done with these words only, and can be taken back.
#[test]
fn a_policy_that_people_wrote_is_overwritten_only_if_told_so() {
    let listed = format!("{SKELETON}  - cnp.report-portal.yaml\n");
    let repo = Repo::skeleton(listed).file(POLICY, FOREIGN);
    let before = repo.tree();
    let fresh = onboarded(&["--select", "sa=default", "--egress", "restrict"]).text(POLICY);
    for how in ["apply".to_owned(), format!("{POLICY}=apply")] {
        repo.onboard(&ALL, &["--on-conflict", "clusters/c/x.yaml=apply", "--yes"]).ends(4);
        assert_eq!(repo.tree(), before);
        let plan = repo.onboard(&ALL, &["--on-conflict", &how, "--dry-run", "--output", "json"]);
        let plan = plan.ends(0).json();
        let file = plan["files"].as_array().unwrap().iter().find(|f| f["path"] == POLICY).unwrap();
        assert_eq!(file["verb"], "update");
        assert!(file["diff"].as_str().unwrap().contains("-    - toEntities: [world]"), "{file:#}");
        assert!(plan["command"].as_str().unwrap().contains(" --on-conflict apply "), "{plan:#}");
        let said = repo.onboard(&ALL, &["--on-conflict", &how, "--yes"]).ends(0).stderr;
        assert!(said.contains("is overwritten; undo brings it back"), "{said}");
        assert_eq!(repo.text(POLICY), fresh);
        repo.run(&["undo", "--yes"]).ends(0);
        assert_eq!(repo.tree(), before);
    }
}

/// Each file in conflict has its own answer, and the printed command has them all.
#[test]
fn files_in_conflict_are_decided_one_by_one() {
    let path = |cluster: &str, name: &str| {
        format!("clusters/{cluster}/namespaces/application/report-portal/{name}")
    };
    let policy = |cluster: &str| path(cluster, "cnp.report-portal.yaml");
    let start = || {
        let listed = format!("{SKELETON}  - cnp.report-portal.yaml\n");
        let repo = ["a", "b", "c"].iter().fold(Repo::new(), |repo, cluster| {
            repo.file(&path(cluster, "kustomization.yaml"), &listed).file(&policy(cluster), FOREIGN)
        });
        let repo = repo.file(&path("d", "kustomization.yaml"), SKELETON);
        let defaults = |cluster| format!("clusters/{cluster}/namespaces/defaults");
        ["a", "b", "c", "d"].iter().fold(repo, |repo, cluster| repo.defaults(&defaults(cluster)))
    };
    let repo = start();
    let (a, b) = (format!("{}=apply", policy("a")), format!("{}=skip", policy("b")));
    let decided = ["--on-conflict", &a, "--on-conflict", &b, "--on-conflict", "beside"];
    let clusters = ["--cluster", "a", "--cluster", "b", "--cluster", "d", "--cluster", "c"];
    let arguments = [&ALL[2..], &clusters, &decided].concat();
    let plan = repo.onboard(&arguments, &["--dry-run", "--output", "json"]).ends(0).json();
    repo.onboard(&arguments, &["--yes"]).ends(0);
    let after = repo.tree();
    assert_ne!(repo.text(&policy("a")), FOREIGN);
    for (cluster, has_another) in [("b", false), ("c", true)] {
        assert_eq!(repo.text(&policy(cluster)), FOREIGN);
        let beside = path(cluster, "cnp.report-portal-aws.yaml");
        assert_eq!(after.contains_key(&beside), has_another, "{cluster}");
    }
    let again = start();
    let command = plan["command"].as_str().unwrap();
    assert_eq!(command.matches("--on-conflict").count(), 3, "{command}");
    again.shell(command).ends(0);
    assert_eq!(again.tree(), after);
}

/// A policy for fewer pods would take the network away from the others.
#[test]
fn a_policy_never_loses_pods_on_the_way() {
    let repo = onboarded(&["--select", "sa=a", "--egress", "restrict"]);
    let before = repo.tree();
    let other = [&GRANT[..], &["--select", "sa=b", "--egress", "restrict"]].concat();
    repo.onboard(&other, &["--yes"]).ends(4);
    assert_eq!(repo.tree(), before);
    let both =
        [&GRANT[..], &["--select", "sa=a", "--select", "sa=b", "--egress", "restrict"]].concat();
    repo.onboard(&both, &["--yes"]).ends(0);
    assert!(repo.text(POLICY).contains("          - b\n"));
}
