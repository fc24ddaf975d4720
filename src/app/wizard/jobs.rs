//! What the wizard wants read of the repository, on a thread of its own, one job after the other.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::super::handoff;
use super::super::session::outlook_report;
use super::hands::{Done, Place};
use crate::domain::name::ClusterName;
use crate::plan::{Outlook, OutlookError, Planner};
use crate::wizard::{Effect, Message, Scanned};

/// Looks through the repository and makes outlooks. Of several outlooks that wait only the last
/// one is made: the others are about answers that have changed since.
pub(super) fn plan_jobs(
    mut planner: Planner,
    place: &Place,
    jobs: &Receiver<Effect>,
    results: &Sender<Done>,
) {
    let mut waiting: VecDeque<Effect> = VecDeque::new();
    loop {
        match waiting.pop_front() {
            None => match jobs.recv() {
                Ok(job) => waiting.push_back(job),
                Err(_) => return,
            },
            Some(job) => {
                waiting.extend(jobs.try_iter());
                let is_old = is_outlook(&job) && waiting.iter().any(is_outlook);
                let done = if is_old { None } else { plan_job(&mut planner, place, job) };
                if results.send(done).is_err() {
                    return;
                }
            }
        }
    }
}

fn is_outlook(job: &Effect) -> bool {
    matches!(job, Effect::Look(..) | Effect::AskKustomize(..))
}

fn plan_job(planner: &mut Planner, place: &Place, job: Effect) -> Done {
    let root = &place.root.path;
    match job {
        Effect::ListClusters => {
            let clusters = planner.repository().clusters().map_err(|error| error.to_string());
            Some(Message::Scanned(Scanned::Clusters(clusters)))
        }
        Effect::ListNamespaces(cluster) => {
            let names = namespaces(planner, &cluster);
            Some(Message::Scanned(Scanned::Namespaces(cluster, names)))
        }
        Effect::ReadStates(cluster, names) => {
            let parsed = ClusterName::parse(&cluster).ok()?;
            let states = planner.namespace_states(&parsed, &names).unwrap_or_default();
            Some(Message::Scanned(Scanned::States(cluster, states)))
        }
        Effect::Look(request, given) => {
            Some(Message::Looked(request, looked(planner.outlook_with_draft(&given), root)))
        }
        Effect::LookAtOtherStyle(request, given) => {
            let looked = looked(planner.outlook_with_draft(&given), root);
            Some(Message::OtherStyleLooked(request, looked))
        }
        Effect::AskKustomize(request, given) => {
            Some(Message::Looked(request, looked(planner.outlook(&given), root)))
        }
        Effect::HandOver(wish) => {
            Some(Message::HandedOver(handoff::sheets(planner, &place.root, &place.disk, *wish)))
        }
        Effect::Forget => {
            planner.forget();
            None
        }
        _ => None,
    }
}

fn looked(outlook: Result<Outlook, OutlookError>, root: &Path) -> Result<Arc<Outlook>, String> {
    outlook.map(Arc::new).map_err(|error| outlook_report(&error, root).line())
}

fn namespaces(planner: &Planner, cluster: &str) -> Result<Vec<String>, String> {
    let cluster = ClusterName::parse(cluster).map_err(|invalid| invalid.message)?;
    let repository = planner.repository();
    let layout = repository.layout(&cluster).map_err(|error| error.to_string())?;
    layout.namespaces(&repository.tree).map_err(|error| error.to_string())
}
