//! `gangplank check` on 1,000 and on 10,000 namespaces as a whole process, beside `cat` of the same
//! files and beside one `kubectl kustomize` a folder.

use std::fs;
use std::time::Duration;

use super::child::{Cost, command, cost};
use super::onboard::kubectl;
use super::repository::{NAMESPACES, Place, Repository};
use super::table::{Table, Value, median};

/// Runs of each.
const RUNS: usize = 5;

/// Namespaces that kubectl builds.
const SAMPLE: usize = 10;

/// CPU time of `kubectl kustomize` where there is none to measure, in milliseconds.
const RECORDED_KUBECTL: u64 = 65;

pub(crate) fn measure(repository: &Repository, table: &mut Table) {
    table.title("check of the namespaces of one cluster, and of 1,000 of them by path");
    for place in Place::ALL {
        let kubectl = kubectl_each(repository, place, table);
        for count in [1_000, NAMESPACES] {
            check(repository, place, count, kubectl, table);
        }
    }
}

fn check(
    repository: &Repository,
    place: Place,
    count: usize,
    kubectl: Duration,
    table: &mut Table,
) {
    let folders: Vec<String> = (0..count).map(|number| place.namespace(number)).collect();
    let cluster = format!("clusters/{}", place.cluster);
    let paths: Vec<&str> = match count {
        NAMESPACES => vec![cluster.as_str()],
        _ => folders.iter().map(String::as_str).collect(),
    };
    let run = || {
        let arguments = [&["check", "--quiet"], &paths[..]].concat();
        cost(command(repository, env!("CARGO_BIN_EXE_gangplank"), &arguments))
    };
    let costs: Vec<Cost> = (0..RUNS).map(|_| run()).collect();
    let cpu = median(&mut costs.iter().map(|cost| cost.cpu).collect::<Vec<_>>());
    let wall = median(&mut costs.iter().map(|cost| cost.wall).collect::<Vec<_>>());
    let what = format!("{}, {count}", place.cluster);
    if count == NAMESPACES {
        table.goal(&format!("{what}: wall time"), Value::Time(wall), Value::millis(1_000));
        let memory = costs.iter().map(|cost| cost.memory).max().unwrap();
        table.goal(&format!("{what}: peak memory"), Value::Bytes(memory), Value::megabytes(100));
    }
    let all = kubectl * u32::try_from(count).unwrap();
    table.goal(
        &format!("{what}: CPU, a 300th of kubectl's"),
        Value::Time(cpu),
        Value::Time(all / 300),
    );
    let cat = cat(repository, &folders);
    table.goal(&format!("{what}: CPU, five times cat's"), Value::Time(cpu), Value::Time(cat * 5));
    table.peer("kubectl kustomize of each", Value::Time(all), Value::Time(cpu));
    table.peer("cat of the same files", Value::Time(cat), Value::Time(cpu));
}

/// CPU time of one `cat` of the files in these folders.
fn cat(repository: &Repository, folders: &[String]) -> Duration {
    let mut files = Vec::new();
    for folder in folders {
        let names = fs::read_dir(repository.root().join(folder)).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        files.extend(names.map(|name| format!("{folder}/{name}")));
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let mut times: Vec<Duration> =
        (0..RUNS).map(|_| cost(command(repository, "cat", &files)).cpu).collect();
    median(&mut times)
}

/// CPU time of `kubectl kustomize` of one folder.
fn kubectl_each(repository: &Repository, place: Place, table: &mut Table) -> Duration {
    let Some(kubectl) = kubectl() else {
        table.remark("kubectl kustomize: as recorded, there is none here");
        return Duration::from_millis(RECORDED_KUBECTL);
    };
    let folders = (0..SAMPLE).map(|at| place.namespace(at * NAMESPACES / SAMPLE));
    let run = |folder: String| cost(command(repository, &kubectl, &["kustomize", &folder])).cpu;
    median(&mut folders.map(run).collect::<Vec<Duration>>())
}
