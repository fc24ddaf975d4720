//! Proves that nothing from outside acts on a terminal, that no path leads out of the repository
//! even while somebody moves it, that no credential is kept or said, and that `--offline` asks
//! nobody.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use gangplank::system::{Disk, RealDisk, RepoPath, WritableDisk};
use portable_pty::CommandBuilder;

use crate::support::{
    Answer, DEMO_FOLDER, DEMO_ROLE, IDENTITY, Outcome, Pty, Repo, demo_flags, outcome, program,
    read_files, serve,
};

/// What a terminal takes for a new title, and three other ways to mislead whoever reads.
const TITLE: &str = "\u{1b}]0;pwned\u{7}";
const RAW: [&str; 4] = ["\u{1b}]0;", "\u{9b}", "\u{202e}", "\u{7}"];

/// The same written so that YAML takes it.
const IN_YAML: &str = r"\e]0;pwned\a\u009b31m\u202e";

const IN_JSON: &str = r"\u001b]0;pwned\u0007\u009b31m\u202e";

const NODE: &str = "arn:aws:iam::123456789098:role/node";

const BILLING: &str = "clusters/prod-us1/namespaces/application/billing";

/// Answers that hold the same.
const DENIED: Answer = Answer::Body(
    403,
    "<ErrorResponse><Error><Code>\u{1b}]0;pwned\u{7}</Code><Message>\u{9b}31m\u{202e}pwned</Message></Error></ErrorResponse>",
);

/// An example in which everybody wrote what they could.
fn hostile() -> Repo {
    let list = format!(r#"["arn:aws:iam::123456789098:role/{IN_YAML}", "*{IN_YAML}"]"#);
    let list = list.replace('"', "\\\"");
    let kustomization = format!(
        "# \u{202e}pwned\nnamespace: billing\nresources:\n  - ../../defaults\n  - \"{IN_YAML}.yaml\"\nunknown-{IN_YAML}: x\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: \"{list}\"\n"
    )
    .replace("unknown-\\e", "\"unknown-\\e")
    .replace("\\u202e: x", "\\u202e\": x");
    let policy = format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: \"{IN_YAML}\"\nspec:\n  endpointSelector: {{matchLabels: {{\"k8s:{IN_YAML}\": \"{IN_YAML}\"}}}}\n  egress: [{{toFQDNs: [{{matchName: \"{IN_YAML}\"}}]}}]\n"
    );
    let repo = Repo::demo()
        .file(&format!("{BILLING}/kustomization.yaml"), kustomization)
        .file(&format!("{BILLING}/cnp.billing.yaml"), policy)
        .file(&format!("{BILLING}/{TITLE}.yaml"), "a: b\n")
        .file(&format!("clusters/prod-us1/namespaces/application/{TITLE}/kustomization.yaml"), "")
        .file("CODEOWNERS", format!("* @{TITLE}\u{9b}31m\u{202e}pwned\n"))
        .file("templates/cnp.yaml.hbs", format!("{{{{{TITLE}}}}}\n"))
        .file("other.yaml", format!("{TITLE}: [\n"));
    commit(&repo);
    repo
}

fn commit(repo: &Repo) {
    repo.git(&["add", "."]).ends(0);
    let who = ["-c", "user.name=a", "-c", "user.email=a@b"];
    repo.git(&[&who[..], &["commit", "--quiet", "-m", TITLE]].concat()).ends(0);
}

/// A program of this name that is the first in the path.
fn install(repo: &Repo, name: &str, script: &str) -> String {
    let bin = repo.home().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let all = std::env::var_os("PATH").unwrap_or_default();
    let all = [bin].into_iter().chain(std::env::split_paths(&all));
    std::env::join_paths(all).unwrap().into_string().unwrap()
}

fn with(mut command: CommandBuilder, variables: &[(&str, &str)]) -> CommandBuilder {
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

/// The variables with which AWS is asked at this address.
fn aws(url: &str) -> [(&str, &str); 3] {
    [("AWS_ENDPOINT_URL", url), ("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")]
}

#[track_caller]
fn is_harmless(said: &[u8], when: &str) {
    let text = String::from_utf8_lossy(said);
    for raw in RAW {
        assert!(!text.contains(raw), "{raw:?} when {when}: {text:?}");
    }
}

/// What a command without questions prints on a terminal.
fn printed(command: CommandBuilder) -> Vec<u8> {
    let mut pty = Pty::start(command, (200, 50));
    pty.ends();
    // What it wrote last has come when this has.
    pty.spoil("that was all");
    pty.wait_until("the end", |screen| screen.contents().contains("that was all"));
    pty.bytes()
}

#[test]
fn no_command_prints_on_a_terminal_what_acts_on_it() {
    let repo = hostile();
    let path = install(&repo, "kustomize", &format!("printf '{TITLE}' | tee /dev/stderr; exit 1"));
    let url = serve(DENIED, DENIED);
    let variables = [&aws(&url)[..], &[("PATH", &path)]].concat();
    let roles = format!(r#"["{IN_JSON}"]"#);
    let trust = repo.home().join("trust.json");
    fs::write(&trust, format!("{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {{\"AWS\": \"{IN_JSON}\"}}, \"Sid\": \"{IN_JSON}\"}}]}}")).unwrap();
    let mut flags = demo_flags();
    flags[3] = "billing".to_owned();
    let onboard: Vec<&str> = flags.iter().map(String::as_str).collect();
    let grant = [&onboard[..6], &["--network", "none"]].concat();
    let commands: [Vec<&str>; 13] = [
        vec!["list"],
        vec!["check"],
        vec!["check", "--color", "always"],
        vec!["check", "other.yaml"],
        vec!["explain", "pod", "prod-us1/billing"],
        vec!["explain", "annotation", "--allowed-roles", &roles, "--role", "app"],
        vec![
            "explain",
            "trust",
            "--policy",
            trust.to_str().unwrap(),
            "--role",
            DEMO_ROLE,
            "--node-role",
            NODE,
        ],
        vec!["handoff", "prod-us1/billing"],
        vec!["handoff", "prod-us1/billing", "--output", "markdown"],
        vec!["doctor"],
        vec!["templates", "lint", "templates/cnp.yaml.hbs"],
        [&["onboard"], &onboard[..], &["--dry-run"]].concat(),
        [&["onboard"], &grant[..], &["--dry-run"]].concat(),
    ];
    let mut silent = Vec::new();
    for arguments in commands {
        let said = printed(with(program(&repo, &arguments), &variables));
        is_harmless(&said, &arguments.join(" "));
        if !String::from_utf8_lossy(&said).contains("pwned") {
            silent.push(format!("{} => {}", arguments.join(" "), String::from_utf8_lossy(&said)));
        }
    }
    assert_eq!(silent, [""; 0], "these said nothing of it");
}
