//! Proves what holds at the edges: a report that could not be printed is no success, files of a
//! repository are read within it and within limits, and a repository brings no script.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{ALL, KUSTOMIZATION, ROLE, Repo};

fn granted() -> Repo {
    Repo::skeleton(format!(
        "resources:\n  - ../../defaults\nnamespace: report-portal\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{ROLE}\"]'\n"
    ))
}

#[test]
fn what_could_not_be_printed_is_no_success() {
    let repo = granted().file("cnp.yaml", "kind: CiliumNetworkPolicy\n");
    let onboard = [&["onboard"], &ALL[..], &["--dry-run"]].concat();
    let json: Vec<&str> = [&onboard[..], &["--output", "json"]].concat();
    let pending: Vec<&str> = [&onboard[..], &["--exit-code"]].concat();
    let commands: Vec<&[&str]> = vec![
        &["check"],
        &["check", "cnp.yaml"],
        &["check", "cnp.yaml", "--output", "json"],
        &["check", "--output", "json"],
        &["check", "--output", "sarif"],
        &["check", "cnp.yaml", "--output", "github"],
        &onboard,
        &json,
        &pending,
        &["templates", "lint", "--output", "json"],
        &["list"],
        &["list", "--output", "json"],
        &["handoff", "c/report-portal", "--offline"],
        &["explain", "pod", "c/report-portal", "--role", ROLE, "--verify", "off"],
        &["explain", "annotation", "--allowed-roles", "[]", "--role", ROLE],
        &["doctor", "--offline"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["check", "nowhere", "--output", "json"],
    ];
    for arguments in commands {
        // A report without a word in it is printed all right.
        if repo.run(arguments).stdout.is_empty() {
            continue;
        }
        let mut command: Command = repo.program();
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command.args(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("standard output can't be written"), "{arguments:?}: {said}");
    }
}

/// A reader that has gone away has what it wanted.
#[test]
fn a_closed_pipe_changes_nothing() {
    let repo = granted().file("cnp.yaml", "kind: CiliumNetworkPolicy\n");
    let outcome = repo.shell("gangplank check cnp.yaml | head -0; gangplank list | head -1");
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn owners_are_read_within_the_repository_and_within_limits() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "* @SECRET\n").unwrap();
    let targets = [secret.path().to_str().unwrap(), "/dev/zero", "/dev/stdin", "../../home/fifo"];
    for (at, target) in targets.into_iter().enumerate() {
        for place in [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] {
            let repo = granted();
            let fifo = Command::new("mkfifo").arg(repo.home().join("fifo")).status().unwrap();
            assert!(fifo.success());
            let link = repo.top().join(place);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(target, &link).unwrap();
            let begun = Instant::now();
            let outcome = repo.run(&["handoff", "c/report-portal", "--offline"]).ends(0);
            assert!(begun.elapsed() < Duration::from_secs(20), "{target}");
            assert!(!outcome.printed().contains("SECRET"), "{at}: {}", outcome.stdout);
        }
    }
    let repo = granted().file("CODEOWNERS", "* @team\n");
    let outcome = repo.run(&["handoff", "c/report-portal", "--offline"]).ends(0);
    assert!(outcome.stdout.contains("`@team`"), "{}", outcome.stdout);
}

/// The line that an error points at comes from a file of the repository, or is left out.
#[test]
fn no_error_quotes_a_file_outside() {
    for target in ["/dev/zero", "/dev/stdin"] {
        let repo = granted().link("gangplank.yaml", target);
        let begun = Instant::now();
        for arguments in [&["check"][..], &["onboard", "--cluster", "c", "--dry-run"], &["list"]] {
            repo.run(arguments).ends(2);
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{target}");
    }
}

#[test]
fn a_repository_brings_no_script_for_the_test_pod() {
    let own = ".gangplank/templates/test-pod.sh.hbs";
    let repo = granted().file(own, "#!/bin/sh\ntouch PWN\n");
    let script = repo.run(&["handoff", "c/report-portal", "--offline", "--part", "test-pod"]);
    let script = script.ends(0);
    assert!(!script.stdout.contains("PWN") && script.stdout.contains("kubectl"));
    assert!(script.stderr.contains(own), "{}", script.stderr);
    let page = repo.run(&["handoff", "c/report-portal", "--offline"]).ends(0);
    assert!(page.stdout.contains(own) && !page.stdout.contains("touch PWN"), "{}", page.stdout);
    let doctor = repo.run(&["doctor", "--offline"]).stdout;
    assert!(doctor.contains(&format!("{own} is not used")), "{doctor}");
    // A link to it, and a broken one, are no way in either, and no failure.
    for text in ["{{#if}}", ""] {
        let repo = granted().file(own, text);
        let outcome = repo.run(&["handoff", "c/report-portal", "--offline", "--part", "test-pod"]);
        assert!(outcome.ends(0).stdout.contains("kubectl"));
    }
    // What stands in one's own folder is used.
    let repo = granted();
    let folder = repo.home().join("config/gangplank/templates");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("test-pod.sh.hbs"), "#!/bin/sh\necho mine {{sh role}}\n").unwrap();
    let script = repo.run(&["handoff", "c/report-portal", "--offline", "--part", "test-pod"]);
    assert!(script.ends(0).stdout.contains("echo mine"));
}

/// Whatever the names in a repository hold, the script says them so that a terminal can't act on it.
#[test]
fn the_script_says_names_harmlessly() {
    let repo = granted();
    let account = "a\u{1b}]0;x\u{7}\u{9b}31m";
    let policy = format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: x}}\nspec:\n  endpointSelector: {{matchLabels: {{io.cilium.k8s.policy.serviceaccount: \"{}\"}}}}\n  egress: [{{toCIDR: [169.254.169.254/32]}}]\n",
        account
            .escape_default()
            .to_string()
            .replace("\\u{1b}", "\\e")
            .replace("\\u{7}", "\\a")
            .replace("\\u{9b}", "\\u009b")
    );
    let folder = KUSTOMIZATION.trim_end_matches("/kustomization.yaml");
    repo.put(&format!("{folder}/cnp.x.yaml"), policy);
    let text = repo
        .text(KUSTOMIZATION)
        .replace("  - ../../defaults\n", "  - ../../defaults\n  - cnp.x.yaml\n");
    repo.put(KUSTOMIZATION, text);
    let script =
        repo.run(&["handoff", "c/report-portal", "--offline", "--part", "test-pod"]).ends(0);
    let path = repo.home().join("script");
    fs::write(&path, script.stdout).unwrap();
    let mut script = Command::new("sh");
    let output = script.arg(&path).env("KUBECTL", "true").env("TEST_POD_WAIT", "0").output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        said.windows(15).any(|part| part == b"service account"),
        "{}",
        String::from_utf8_lossy(&said)
    );
    assert!(!said.iter().any(|b| (*b < 32 && *b != b'\n' && *b != b'\t') || *b >= 127), "{said:?}");
}
