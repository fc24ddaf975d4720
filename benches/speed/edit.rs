//! One edit of a commented kustomization that is there, as a whole process, beside `kustomize edit`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::child::{Cost, command, cost};
use super::repository::Repository;
use super::table::{Table, Value, median};

/// Runs of each program.
const RUNS: usize = 21;

/// CPU time of `kustomize edit add resource` where there is none to measure, in milliseconds.
const RECORDED_KUSTOMIZE: u64 = 11;

const FOLDER: &str = "clusters/prod-us1/namespaces/application/commented";

/// As a skeleton script and two people leave it.
const SKELETON: &str = "\
# Owned by the team commented: ask them first
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: commented   # must equal the folder

resources:
  # shared
  - ../../defaults # trailing
  # the end of the list
";

const PATCH: &str = "
# who may
patches:
  # the first one
  - target:
      kind: Namespace
    patch: |-
      - op: add
        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles
        value: '[\"arn:aws:iam::123456789098:role/commented\"]'
# end of file
";

/// A role more in the patch that is there; nothing else.
const ROLE_MORE: [&str; 2] = ["--network", "none"];

/// The whole work on a skeleton: a policy, its line, the patch.
const SKELETON_MORE: [&str; 4] = ["--select", "sa=commented", "--egress", "restrict"];

pub(crate) fn measure(repository: &Repository, table: &mut Table) {
    table.title("one edit of a commented kustomization, in the example of `gangplank demo`");
    let patched = format!("{SKELETON}{PATCH}");
    let first = onboard(repository, "a role more in its patch", &patched, &ROLE_MORE, table);
    onboard(repository, "a policy and a patch on a skeleton", SKELETON, &SKELETON_MORE, table);
    peer(repository, first, table);
    fs::remove_dir_all(folder(repository)).unwrap();
}

fn folder(repository: &Repository) -> PathBuf {
    repository.root().join(FOLDER)
}

/// Puts the folder there as it was before the edit.
fn reset(repository: &Repository, text: &str) {
    let folder = folder(repository);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("kustomization.yaml"), text).unwrap();
}

/// Measures a program on the same file again and again; the medians of both times.
fn times(repository: &Repository, text: &str, run: impl Fn() -> Cost) -> (Value, Value) {
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        reset(repository, text);
        let cost = run();
        let now = fs::read_to_string(folder(repository).join("kustomization.yaml")).unwrap();
        assert_ne!(now, text, "it was edited");
        cpu.push(cost.cpu);
        wall.push(cost.wall);
    }
    let value = |times: &mut Vec<Duration>| Value::Time(median(times));
    (value(&mut cpu), value(&mut wall))
}

fn onboard(
    repository: &Repository,
    what: &str,
    text: &str,
    more: &[&str],
    table: &mut Table,
) -> (Value, Value) {
    let role = "arn:aws:iam::123456789098:role/new-role";
    let fixed = ["onboard", "--yes", "--cluster", "prod-us1", "--namespace", "commented"];
    let arguments = [&fixed, &["--role", role][..], more].concat();
    let run = || cost(command(repository, env!("CARGO_BIN_EXE_gangplank"), &arguments));
    let (cpu, wall) = times(repository, text, run);
    table.goal(&format!("{what}, CPU time"), cpu, Value::millis(5));
    table.plain(&format!("{what}, wall time"), wall);
    (cpu, wall)
}

/// `kustomize edit add resource` changes one line of one file, and knows nothing of the rest.
fn peer(repository: &Repository, (cpu, wall): (Value, Value), table: &mut Table) {
    let Some(kustomize) = kustomize() else {
        let recorded = Value::millis(RECORDED_KUSTOMIZE);
        return table.peer("kustomize edit, CPU (recorded: none here)", recorded, cpu);
    };
    let add = || {
        let folder = folder(repository);
        fs::write(folder.join("quota.yaml"), "").unwrap();
        let mut command =
            command(repository, &kustomize, &["edit", "add", "resource", "quota.yaml"]);
        command.current_dir(folder);
        cost(command)
    };
    let (peer_cpu, peer_wall) = times(repository, SKELETON, add);
    table.peer("kustomize edit add resource, CPU", peer_cpu, cpu);
    table.peer("kustomize edit add resource, wall", peer_wall, wall);
}

/// The kustomize that the variable names, else the one in the path.
fn kustomize() -> Option<String> {
    let named = std::env::var("GANGPLANK_TEST_KUSTOMIZE").ok().map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = named.into_iter().chain(in_path(&path));
    all.find(|path| path.is_file())?.into_os_string().into_string().ok()
}

fn in_path(path: &std::ffi::OsStr) -> Vec<PathBuf> {
    std::env::split_paths(path).map(|folder: PathBuf| folder.join(Path::new("kustomize"))).collect()
}
