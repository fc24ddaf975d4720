//! The example as `gangplank demo` writes it, committed, and prepared for what a page shows on it.

use std::fs;
use std::path::{Path, PathBuf};

use super::program::installed;
use super::{Repo, demo_after, demo_flags, kill_on_disk};

const BILLING: &str = "clusters/prod-us1/namespaces/application/billing/kustomization.yaml";
const CHECKOUT: &str = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";

/// A workload with its annotation where no pod has it.
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  annotations: { iam.amazonaws.com/role: arn:aws:iam::123456789098:role/checkout }
spec:
  template: { spec: { serviceAccountName: checkout } }
";

/// What the AWS CLI and kubectl would print, from a cluster and an account that are not there.
const AWS: &str = r#"cat <<'END'
{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" } ] }
END
"#;
const KUBECTL: &str = r#"cat <<'END'
time="2025-01-01T00:00:00Z" level=error msg="Error assuming role AccessDenied: User: arn:aws:sts::123456789098:assumed-role/k8s-node/i-0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789098:role/report-portal"
END
"#;

fn change(repo: &Repo, path: &str, old: &str, new: &str) {
    let text = repo.text(path);
    assert!(text.contains(old), "{text}");
    repo.put(path, text.replacen(old, new, 1));
}

/// The example as `gangplank demo` writes it, committed, with what a block needs.
pub(crate) fn prepared(name: &str) -> Repo {
    let repo = Repo::demo();
    for line in [
        "symbolic-ref HEAD refs/heads/main",
        "config user.name demo",
        "config user.email demo@example.com",
        "add --all",
        "commit --quiet --message example",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        repo.git(&words).ends(0);
    }
    match name {
        "demo" => {}
        "mistakes" => {
            change(&repo, BILLING, "kind: Namespace\n", "kind: Namespace\n      name: billing\n");
            change(&repo, CHECKOUT, "patches:", "Patches:");
            change(&repo, CHECKOUT, "role/checkout\"", "role/checkout \"");
        }
        "finding" => change(&repo, CHECKOUT, "patches:", "Patches:"),
        "manifest" => repo.put("deployment.yaml", DEPLOYMENT),
        "written" => {
            let flags = demo_flags();
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            repo.onboard(&flags, &["--yes"]).ends(0);
        }
        "interrupted" => kill_on_disk(&repo, &demo_after(), 6),
        "misspelt template" => {
            repo.put(".gangplank/templates/labels.yaml.hbs", "labels:\n  - pairs: {{pair}}\n");
        }
        "team" => {
            stand_in(&repo, "aws", AWS);
            stand_in(&repo, "kubectl", KUBECTL);
        }
        other => panic!("no repository is called {other:?}"),
    }
    repo
}

/// A program that prints what a real one would.
fn stand_in(repo: &Repo, name: &str, script: &str) {
    let path = program_folder(repo).join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// The folder of the programs that a block finds.
pub(crate) fn program_folder(repo: &Repo) -> PathBuf {
    let bin = repo.home().join("bin");
    if !bin.is_dir() {
        fs::create_dir(&bin).unwrap();
        let own = Path::new(env!("CARGO_BIN_EXE_gangplank")).to_path_buf();
        let found = ["git", "sh", "cat"].map(|name| (name, installed(name)));
        for (name, path) in [("gangplank", own)].into_iter().chain(found) {
            std::os::unix::fs::symlink(path, bin.join(name)).unwrap();
        }
    }
    bin
}
