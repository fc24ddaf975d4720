//! What kustomize would build from a thousand namespaces, worked out in this process, beside
//! `kubectl kustomize` of a sample of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gangplank::kustomize::build;
use gangplank::system::{RealDisk, RepoPath};
use gangplank::tree::Tree;

use super::child::{command, cost};
use super::onboard::kubectl;
use super::repository::{Place, Repository};
use super::table::{Table, Value, median};

/// Namespaces that are evaluated.
const EVALUATED: usize = 1_000;

/// Namespaces that kubectl builds.
const SAMPLE: usize = 10;

/// Times that all are evaluated.
const RUNS: usize = 5;

pub(crate) fn measure(repository: &Repository, table: &mut Table) {
    table.title(&format!("what kustomize would build from {EVALUATED} namespaces, wall times"));
    for place in Place::ALL {
        evaluate(repository, place, table);
    }
}

fn evaluate(repository: &Repository, place: Place, table: &mut Table) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| natively(repository, place)).collect();
    let all = median(&mut times);
    table.plain(&format!("all of {}, evaluated here", place.cluster), Value::Time(all));
    let each = Value::Time(all / u32::try_from(EVALUATED).unwrap());
    table.plain("each of them", each);
    let Some(kubectl) = kubectl() else {
        return table.remark("beside kubectl kustomize: none here");
    };
    let step = EVALUATED / SAMPLE;
    let folders = (0..SAMPLE).map(|at| place.namespace(at * step));
    let run = |folder: String| cost(command(repository, &kubectl, &["kustomize", &folder])).wall;
    let mut times: Vec<Duration> = folders.map(run).collect();
    let peer = Value::Time(median(&mut times));
    table.peer(&format!("kubectl kustomize, each of {SAMPLE}"), peer, each);
}

/// How long it takes to evaluate them, on a tree that has read nothing yet.
fn natively(repository: &Repository, place: Place) -> Duration {
    let start = Instant::now();
    let tree = Tree::of(Arc::new(RealDisk::open(&repository.root()).unwrap()));
    for number in 0..EVALUATED {
        let folder = RepoPath::parse(&place.namespace(number)).unwrap();
        let built = build(&tree, &folder);
        assert!(built.problems.is_empty() && built.namespaces.len() == 1, "{folder}");
    }
    start.elapsed()
}
