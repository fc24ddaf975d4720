//! `gangplank undo`: puts back what the last run changed, unless it went on its way already.

use std::path::Path;

use super::carry_out::carry_out;
use super::printer::Printer;
use super::session::Session;
use super::state::State;
use crate::apply::{Run, undo_plan};
use crate::cli::{Environment, Request};
use crate::domain::finding::{Finding, Level};
use crate::error::{Exit, Report};
use crate::plan::Plan;
use crate::system::{CheckedOutGit, Committed, Git, RealDisk};

pub(super) fn run(
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let session = Session::open(request, environment)?;
    let state = State::of(&session.root.path, environment)?;
    let Some(run) = state.last_run()? else {
        printer.note("no run of gangplank is known here: nothing to undo");
        return Ok(Exit::Done);
    };
    let plan = plan(&session.root.path, session.disk.as_ref(), &run)?;
    carry_out(session.checkout(), &plan, request, environment, printer)
}

/// What taking back the last run would do; why there is nothing to take back.
pub(super) fn planned(root: &Path, disk: &RealDisk, state: &State) -> Result<Box<Plan>, String> {
    let run = state.last_run().map_err(|report| report.error)?;
    let run = run.ok_or_else(|| "there is nothing to undo".to_owned())?;
    plan(root, disk, &run).map(Box::new).map_err(|report| report.error)
}

fn plan(root: &Path, disk: &RealDisk, run: &Run) -> Result<Plan, Report> {
    let failed = |error: std::io::Error| Report::new(Exit::Failed, error.to_string());
    let mut plan = undo_plan(disk, run).map_err(failed)?;
    let paths: Vec<&str> = run.files.iter().map(|file| file.path.as_str()).collect();
    let committed = CheckedOutGit.committed(root, &paths).map_err(|error| {
        Report::new(Exit::Failed, format!("git can't be asked what is committed: {error}")).help(
            "an undo of what others have pulled would surprise them, so it is not done blindly",
        )
    })?;
    plan.findings.extend(committed.first().map(|first| in_head(first, run)));
    Ok(plan)
}

/// What is in HEAD may be with others and in the cluster: git takes it back, and Argo CD acts on it.
fn in_head(committed: &Committed, run: &Run) -> Finding {
    let created = run.files.iter().filter(|file| file.before.is_none());
    let is_new_folder = created
        .clone()
        .any(|file| crate::tree::KUSTOMIZATION_NAMES.iter().any(|n| file.path.ends_with(n)));
    let consequence = if is_new_folder {
        "Argo CD then deletes the Namespace and everything in it"
    } else if created.count() > 0 {
        "Argo CD then deletes the policy and takes the role from the Namespace"
    } else {
        "Argo CD then puts the Namespace back as it was"
    };
    Finding::on_disk(
        "layout/committed",
        Level::Error,
        committed.path.as_str(),
        "this is committed already: an undo here would only make another change",
        format!("git revert {}; once that is merged, {consequence}", committed.commit),
    )
}
