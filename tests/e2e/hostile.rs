//! Proves that hostile input gets one clear line, the right exit code and no write: names, roles,
//! links, unreadable folders, broken configs. And that nothing from outside reaches a terminal raw.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use gangplank::plan::Planner;
use gangplank::questions::{GivenAnswers, Origin, QuestionId};
use gangplank::repo::Repository;
use gangplank::system::{Disk, Fault, MemoryDisk, RepoPath};
use gangplank::tree::Tree;

use crate::support::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, Outcome, ROLE, Repo};

/// What an error for people looks like: a line, perhaps a place, perhaps help; nothing a terminal
/// acts on, and no trace of a panic.
#[track_caller]
fn is_clear(outcome: &Outcome, word: &str) {
    let said = outcome.printed();
    let is_raw = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(is_raw), "{said:?}");
    assert!(!said.contains("panicked"), "{said}");
    let first = outcome.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("error: ") && first.len() < 500, "{said}");
    assert!(said.contains(word), "{word:?} in {said}");
    assert_eq!(said.matches("error: ").count(), 1, "one error: {said}");
    assert_eq!(outcome.stdout, "", "data only");
}

/// Runs the program on a repository that must stay as it is.
#[track_caller]
fn refused(repo: &Repo, arguments: &[&str], code: i32, word: &str) -> Outcome {
    let before = repo.tree();
    for last in ["--yes", "--dry-run"] {
        let outcome = repo.onboard(arguments, &[last]).ends(code);
        is_clear(&outcome, word);
        let outcome = repo.onboard(arguments, &[last, "--output", "json"]).ends(code);
        assert!(outcome.json()["schema"].as_str().unwrap().starts_with("gangplank."));
        assert!(!outcome.printed().contains(|c: char| c.is_control() && c != '\n'));
    }
    assert_eq!(repo.tree(), before, "nothing is written");
    repo.onboard(arguments, &["--yes"]).ends(code)
}

/// All answers, with this one instead of the usual.
fn with<'a>(flag: &'a str, value: &'a str) -> Vec<&'a str> {
    let mut all: Vec<&str> = ALL.to_vec();
    match all.iter().position(|word| *word == flag) {
        Some(at) => all[at + 1] = value,
        None => all.extend([flag, value]),
    }
    all
}

#[test]
fn names_that_are_none() {
    let repo = Repo::guide();
    let (long, longer) = ("a".repeat(64), "a".repeat(300));
    let names = [
        ("..", "column 1"),
        (".", "column 1"),
        ("../../../etc", "column 1"),
        ("a/b", "column 2"),
        ("a\nb", "U+000A"),
        ("a\u{1b}[31mb", "U+001B"),
        ("a\u{9b}b", "U+009B"),
        ("a\u{202e}b", "column 2"),
        ("Report-Portal", "lower case"),
        ("report_portal", "`_`"),
        ("a-", "column 2"),
        ("a b", "a blank"),
        ("ä", "column 1"),
        ("", "--namespace"),
        (&long, "column 64"),
        (&longer, "column 64"),
    ];
    for (name, word) in names {
        refused(&repo, &with("--namespace", name), 2, word);
    }
    let dash = [&["--namespace=-a"], &ALL[..2], &ALL[4..]].concat();
    refused(&repo, &dash, 2, "column 1");
    for (name, word) in [
        ("..", "no cluster"),
        (".", "no cluster"),
        ("../c", "column 3"),
        ("c/namespaces", "column 2"),
        ("c\u{1b}]0;x", "U+001B"),
        ("", "cluster"),
        ("d", "no cluster `d`"),
        ("C", "did you mean `c`"),
    ] {
        refused(&repo, &with("--cluster", name), 2, word);
    }
    for name in ["A", "a/b", "../x", "a..b", "", "x\n", &longer] {
        refused(&repo, &with("--policy-name", name), 2, "--policy-name");
    }
}

#[test]
fn roles_that_are_none() {
    let repo = Repo::guide();
    let long = format!("arn:aws:iam::123456789098:role/{}", "x".repeat(65));
    let roles = [
        ("arn:aws:iam::123456789098:user/deploy", "user"),
        ("arn:aws:iam::123456789098:instance-profile/x", "instance profile"),
        ("arn:aws:sts::123456789098:assumed-role/x/session", "--role"),
        ("arn:aws:iam::123456789098:assumed-role/x", "session"),
        ("arn:aws:iam::123456789098:group/x", "group"),
        ("arn:aws:iam::123456789098:root", "account"),
        ("arn:aws:iam::12345678909:role/x", "--role"),
        ("arn:aws:iam::123456789098:role/a b", "column 33"),
        (" arn:aws:iam::123456789098:role/a", "column 1"),
        ("arn:aws:iam::123456789098:role/a ", "column 33"),
        ("\"arn:aws:iam::123456789098:role/a\"", "column 1"),
        ("arn:aws:iam::123456789098:role/a'b", "column 33"),
        ("arn:aws:iam::123456789098:role/a\"b", "column 33"),
        ("arn:aws:iam::123456789098:role/a\\b", "column 33"),
        ("arn:aws:iam::123456789098:role/a*", "column 33"),
        ("arn:aws:iam::123456789098:role/a?/b", "column 33"),
        ("arn:aws:iam::123456789098:role//b", "column 32"),
        ("arn:aws:iam::123456789098:role/a\n", "column 33"),
        ("arn:aws:iam::123456789098:role/\u{1b}[2J", "column 32"),
        ("arn:aws:iam::{account}:role/a", "account"),
        ("arn:aws:iam::{acount}:role/a", "--role"),
        ("*", "--role"),
        ("report-portal", "--role"),
        ("", "--role"),
        (&long, "64"),
    ];
    for (role, word) in roles {
        refused(&repo, &with("--role", role), 2, word);
    }
    for (role, word) in [
        ("arn:aws:iam::123456789098:role/aws-service-role/x.amazonaws.com/Y", "linked"),
        ("arn:aws:iam::123456789098:role/aws-reserved/sso.amazonaws.com/Y", "Identity Center"),
    ] {
        refused(&repo, &with("--role", role), 2, word);
    }
}

#[test]
fn other_answers_that_will_not_do() {
    let repo = Repo::guide();
    for (flag, value, word) in [
        ("--select", "sa=", "missing"),
        ("--select", "default", "sa=default"),
        ("--select", "label=io.kubernetes.pod.namespace=x", "Cilium"),
        ("--select", "label=app=\u{1b}[0m", "--select"),
        ("--network", "all", "regional, portable, none"),
        ("--network", "none", "--egress"),
        ("--egress", "open", "restrict, add-only"),
        ("--egress", "add-only", "Cilium"),
        ("--cilium-version", "new", "--cilium-version"),
        ("--dns", "169.254.20.10", "prefix length"),
        ("--dns", "kube-system/k8s-app", "KEY=VALUE"),
        ("--style", "yaml", "json-patch, strategic-merge"),
        ("--on-conflict", "overwrite", "fail, skip, beside"),
        ("--external-id", "a b\n", "--external-id"),
    ] {
        refused(&repo, &with(flag, value), 2, word);
    }
    let older = [&with("--egress", "add-only")[..], &["--cilium-version", "1.15"]].concat();
    refused(&repo, &older, 2, "1.15");
    let portable = [&ALL[..], &["--network", "portable", "--region", "us-east-1"]].concat();
    refused(&repo, &portable, 2, "--network regional");
    let both = [&ALL[..], &["--no-dns-rule", "--dns", "10.0.0.10/32"]].concat();
    refused(&repo, &both, 2, "contradicts");
}

#[test]
fn flags_and_variables_that_are_none() {
    let repo = Repo::guide();
    for (arguments, word) in [
        (&["--nmespace", "x"][..], "--namespace"),
        (&["--output", "xml"], "human"),
        (&["--yes", "--color", "no"], "never"),
        (&["--namespace"], "--namespace"),
        (&["recover", "--finish", "--put-back"], "--put-back"),
        (&["offboard"], "offboard"),
        (&["--answers", "nowhere.yaml"], "nowhere.yaml"),
        (&["--repo", "nowhere"], "nowhere"),
    ] {
        let outcome = repo.run(arguments).ends(2);
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(word), "{word:?} in {}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    let mut command = repo.program();
    let output = command.arg("onboard").env("GANGPLANK_DRY_RUN", "perhaps").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("GANGPLANK_DRY_RUN=perhaps"));
}

#[test]
fn missing_answers_are_named_with_an_example() {
    let repo = Repo::guide();
    for (arguments, words) in [
        (&[][..], &["--cluster", "--namespace", "--role", "--select"][..]),
        (&GRANT, &["--select", "--egress"]),
        (&ALL[..8], &["--egress"]),
        (&[&ALL[..], &["--network", "regional"]].concat(), &["--region"]),
    ] {
        let outcome = refused(&repo, arguments, 2, "there is no terminal to ask for");
        let (error, help) = outcome.stderr.split_once("help: ").unwrap();
        for word in words {
            assert!(error.contains(word), "{word} in {error}");
            assert!(help.contains(word), "{word} in {help}");
        }
        assert!(help.contains("gangplank onboard "));
    }
    // All answers, but neither --yes nor --dry-run.
    let outcome = repo.onboard(&ALL, &[]).ends(2);
    is_clear(&outcome, "--dry-run");
}

#[test]
fn roots_that_are_none() {
    let empty = Repo::new();
    refused(&empty, &ALL, 2, "unsupported layout");
    let file = Repo::new().file("clusters", "no folder\n");
    refused(&file, &ALL, 4, "clusters");
    let no_namespaces = Repo::new().file("clusters/c/README.md", "");
    refused(&no_namespaces, &ALL, 4, "unsupported layout");
    let namespaces = Repo::new().file("clusters/c/namespaces", "no folder\n");
    refused(&namespaces, &ALL, 4, "unsupported layout");
    let no_defaults = Repo::new().file("clusters/c/namespaces/README.md", "");
    refused(&no_defaults, &ALL, 2, "--defaults");
    let folder = Repo::guide().file(FOLDER, "a file where the folder should be\n");
    refused(&folder, &ALL, 4, FOLDER);
    let inside = Repo::guide().file(&format!("{KUSTOMIZATION}/x"), "a folder of this name");
    refused(&inside, &ALL, 4, "");
}

#[test]
fn configs_with_mistakes() {
    for (config, place, word) in [
        ("protcted: []\n", "1:1", "did you mean `protected`"),
        ("clusters:\n  c:\n    acount: '1'\n", "3:5", "did you mean `account`"),
        ("clusters:\n  c:\n    account: 123456789098\n", "", ""),
        ("clusters:\n  c:\n    account: 12345\n", "3:14", "12 digits"),
        ("clusters:\n  c:\n    regions: us-east-1\n", "3", ""),
        ("clusters:\n  c:\n    regions: [moon]\n", "3", "region"),
        ("clusters:\n  c:\n    kube2iam: {restriction_format: regex}\n", "3", "glob or regexp"),
        ("clusters:\n  c:\n    kube2iam: {allowed_roles_key: 'a b'}\n", "3", ""),
        ("clusters:\n  c:\n    cilium: {dns: [{cidr: 10.0.0.1}]}\n", "3", "prefix length"),
        ("defaults: {stile: json-patch}\n", "1", "did you mean `style`"),
        ("defaults: {style: yaml}\n", "1", "strategic-merge"),
        ("layout:\n  namespaces: ../{cluster}/{namespace}\n", "2", "inside"),
        ("layout:\n  namespaces: clusters/x\n", "2", "{namespace}"),
        ("a: [\n", "", "YAML"),
        ("\u{1b}[2J: x\n", "", ""),
        ("- a\n", "1", ""),
    ] {
        if word.is_empty() && place.is_empty() && config.contains("123456789098") {
            // An account without quotes is still an account.
            let repo = Repo::guide().file("gangplank.yaml", config);
            repo.onboard(&ALL, &["--yes"]).ends(0);
            continue;
        }
        let repo = Repo::guide().file("gangplank.yaml", config);
        let outcome = refused(&repo, &ALL, 2, word);
        assert!(outcome.stderr.contains(&format!("gangplank.yaml:{place}")), "{}", outcome.stderr);
    }
}

#[test]
fn links_are_not_written_through() {
    let skeleton = "namespace: report-portal\nresources:\n  - ../../defaults\n";
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("kustomization.yaml"), skeleton).unwrap();
    let away = outside.path().to_str().unwrap();
    let group = "clusters/c/namespaces/application";
    let repos = [
        Repo::guide()
            .file("shared.yaml", skeleton)
            .link(KUSTOMIZATION, "../../../../../shared.yaml"),
        Repo::guide().link(KUSTOMIZATION, "nowhere"),
        Repo::guide()
            .file(&format!("{group}/real/kustomization.yaml"), skeleton)
            .link(FOLDER, "real"),
        Repo::guide().link(FOLDER, away),
        Repo::guide().link(group, away),
        Repo::guide().link(KUSTOMIZATION, &format!("{away}/kustomization.yaml")),
        Repo::skeleton(skeleton).link(&format!("{FOLDER}/cnp.report-portal.yaml"), "/dev/null"),
    ];
    for repo in repos {
        refused(&repo, &ALL, 4, "");
    }
    let links = Repo::guide().link("clusters/d", away);
    refused(&links, &with("--cluster", "d"), 4, "leads out of the repository");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

/// A link inside the repository may be read: defaults are often shared that way.
#[test]
fn a_link_to_the_defaults_is_followed() {
    let repo = Repo::new().defaults("shared").link(DEFAULTS, "../../../shared");
    repo.onboard(&ALL, &["--yes"]).ends(0);
    assert!(repo.text(KUSTOMIZATION).contains("  - ../../defaults\n"));
}

fn given() -> GivenAnswers {
    let mut given = GivenAnswers::default();
    for (id, value) in [
        (QuestionId::Cluster, "c"),
        (QuestionId::Namespace, "report-portal"),
        (QuestionId::Role, ROLE),
        (QuestionId::Select, "all"),
        (QuestionId::Egress, "restrict"),
    ] {
        given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    given
}

/// Tests may run as root, who reads everything: the disk in memory refuses instead.
#[test]
fn what_can_not_be_read_is_never_taken_for_missing() {
    let kustomization = format!("{DEFAULTS}/kustomization.yaml");
    let files = [
        (&*kustomization, "resources:\n  - namespace.yaml\n"),
        (
            "clusters/c/namespaces/defaults/namespace.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n",
        ),
        (KUSTOMIZATION, "namespace: report-portal\nresources:\n  - ../../defaults\n"),
    ];
    let parts = [
        "clusters/c",
        "clusters/c/namespaces",
        "clusters/c/namespaces/application",
        FOLDER,
        KUSTOMIZATION,
        &kustomization,
        files[1].0,
    ];
    for path in parts {
        for kind in [ErrorKind::PermissionDenied, ErrorKind::TimedOut] {
            let disk = Arc::new(MemoryDisk::with_files(files));
            disk.break_with(Fault::On(RepoPath::parse(path).unwrap(), kind));
            let tree = Tree::of(disk as Arc<dyn Disk>);
            let repository = Repository::open(tree, String::new()).unwrap();
            let outlook = Planner::new(repository, BTreeMap::new()).outlook(&given());
            let message = match outlook {
                Err(error) => {
                    assert!(error.is_about_the_disk(), "{path}: {error}");
                    error.to_string()
                }
                Ok(outlook) => {
                    let plan = outlook.plan.expect("all answers are there");
                    assert!(plan.obstacle().is_some(), "{path} {kind}: {:?}", plan.files);
                    format!("{:?}", plan.findings)
                }
            };
            assert!(message.contains("can't be read"), "{path}: {message}");
        }
    }
}
