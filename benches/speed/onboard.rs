//! `gangplank onboard … --yes` as a whole process, beside `kubectl kustomize` of what it wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::child::{Cost, command, cost, peak_memory};
use super::repository::{Place, Repository};
use super::table::{Table, Value, median};

/// Runs of gangplank.
const RUNS: usize = 21;

/// Runs of kubectl, which takes longer.
const PEER_RUNS: usize = 11;

/// CPU time of `kubectl kustomize` where there is none to measure, in milliseconds.
const RECORDED_KUBECTL: u64 = 65;

/// CPU times of other tools for a like task, measured once elsewhere, in milliseconds.
const RECORDED: [(&str, u64); 4] =
    [("kustomize build", 19), ("kustomize edit add", 11), ("envsubst", 6), ("copier", 520)];

pub(crate) fn measure(repository: &Repository, place: Place, table: &mut Table) {
    let mut costs: Vec<Cost> = (0..RUNS).map(|_| onboard(repository, place)).collect();
    costs.sort_by_key(|cost| cost.cpu);
    let cpu = costs[RUNS / 2].cpu;
    let least = costs[0].cpu;
    table.goal("onboard --yes, CPU time", Value::Time(cpu), Value::millis(5));
    table.goal("onboard --yes, CPU time, least", Value::Time(least), Value::millis(5));
    peer(repository, place, Value::Time(cpu), table);
    let memory = costs.iter().map(|cost| cost.memory).max().unwrap();
    table.goal("onboard --yes, peak memory", Value::Bytes(memory), Value::megabytes(20));
    // A child starts in a copy of this process, and may never come to more than that.
    if peak_memory(std::process::id()).is_some_and(|own| memory <= own) {
        table.remark("no more than the benchmark itself has: it may be less");
    }
}

/// Onboards a new namespace, and takes it away again.
fn onboard(repository: &Repository, place: Place) -> Cost {
    let cost = write(repository, place);
    fs::remove_dir_all(new_folder(repository, place)).unwrap();
    cost
}

fn new_folder(repository: &Repository, place: Place) -> PathBuf {
    repository.root().join(place.new_in).join("new-team")
}

fn write(repository: &Repository, place: Place) -> Cost {
    let role = format!("{}new-team", place.role);
    let mut arguments = vec!["onboard", "--yes", "--cluster", place.cluster];
    arguments.extend(["--namespace", "new-team", "--role", &role, "--select", "sa=new-team"]);
    if place.cluster == "prod-us1" {
        // In the other cluster a policy of the defaults restricts egress already.
        arguments.extend(["--egress", "restrict"]);
    }
    cost(command(repository, env!("CARGO_BIN_EXE_gangplank"), &arguments))
}

fn peer(repository: &Repository, place: Place, own: Value, table: &mut Table) {
    let Some(kubectl) = kubectl() else {
        let recorded = Value::millis(RECORDED_KUBECTL);
        return table.peer("kubectl kustomize (recorded: none here)", recorded, own);
    };
    write(repository, place);
    let folder = format!("{}/new-team", place.new_in);
    let run = || cost(command(repository, &kubectl, &["kustomize", &folder])).cpu;
    let mut times: Vec<Duration> = (0..PEER_RUNS).map(|_| run()).collect();
    fs::remove_dir_all(new_folder(repository, place)).unwrap();
    table.peer("kubectl kustomize of that folder", Value::Time(median(&mut times)), own);
}

/// The kubectl that the variable names, else the one that `tests/run` installs.
pub(crate) fn kubectl() -> Option<String> {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/target/venv/bin/kubectl").to_owned();
    let named = std::env::var("GANGPLANK_TEST_KUBECTL").ok();
    named.into_iter().chain([installed]).find(|path| Path::new(path).is_file())
}

/// Other tools, measured once elsewhere.
pub(crate) fn recorded(table: &mut Table) {
    let times = RECORDED.map(|(tool, millis)| format!("{tool} {millis} ms"));
    table.remark(&format!("recorded CPU times of other tools: {}", times.join(", ")));
}
