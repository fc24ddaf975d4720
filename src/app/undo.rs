//! `gangplank undo`: puts back what the last run changed, unless it went on its way already.

use std::path::Path;

use super::carry_out::carry_out;
use super::interrupted;
use super::printer::Printer;
use super::session::Session;
use super::since::git_help;
use super::state::State;
use crate::apply::{Run, RunFile, is_as_before, undo_plan};
use crate::cli::{Environment, Request};
use crate::domain::finding::{Finding, Level};
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::plan::{Plan, Verb};
use crate::system::{Brought, CheckedOutGit, Edit, Git, GitFailure, RealDisk, Since};

pub(super) fn run(
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let session = Session::open(request, environment)?;
    interrupted::mention(&session.root, session.disk.as_ref(), environment, printer);
    let state = State::of(&session.root.path, environment)?;
    match found(&session.root.path, session.disk.as_ref(), &state)? {
        Found::Plan(plan) => carry_out(session.checkout(), &plan, request, environment, printer),
        Found::Nothing(why) => {
            printer.note(&format!("{why}: nothing to undo"));
            Ok(Exit::Done)
        }
    }
}

/// What taking back the last run would do; why there is nothing to take back.
pub(super) fn planned(root: &Path, disk: &RealDisk, state: &State) -> Result<Box<Plan>, String> {
    match found(root, disk, state).map_err(|report| report.error)? {
        Found::Plan(plan) => Ok(plan),
        Found::Nothing(why) => Err(format!("{why}: there is nothing to undo")),
    }
}

/// What there is to take back.
enum Found {
    Plan(Box<Plan>),
    /// Nothing, and why.
    Nothing(String),
}

/// The plan that takes back the last run whose change is still there.
fn found(root: &Path, disk: &RealDisk, state: &State) -> Result<Found, Report> {
    let mut passed = Vec::new();
    let mut why = None;
    while let Some(run) = state.last_run_but(&passed)? {
        match of_run(root, disk, &run)? {
            Found::Plan(plan) => return Ok(Found::Plan(plan)),
            Found::Nothing(reason) => why = why.or(Some(reason)),
        }
        passed.push(run.id);
    }
    Ok(Found::Nothing(why.unwrap_or_else(|| "no run of gangplank is known here".to_owned())))
}

fn of_run(root: &Path, disk: &RealDisk, run: &Run) -> Result<Found, Report> {
    let failed = |error: std::io::Error| Report::new(Exit::Failed, error.to_string());
    if is_as_before(disk, run).map_err(failed)? {
        return Ok(Found::Nothing("the files are as they were before the last run".to_owned()));
    }
    let mut plan = undo_plan(disk, run).map_err(failed)?;
    let edits: Vec<Edit<'_>> = run.files.iter().map(edit).collect();
    let since = Since { head: run.head.as_deref(), seconds: run.started };
    let brought =
        CheckedOutGit.brought(root, &edits, since).map_err(|failure| unasked(&failure))?;
    let is_changed = |path: &str| {
        plan.files.iter().any(|file| file.path.as_str() == path && file.verb == Verb::Conflict)
    };
    let fates = || run.files.iter().map(|file| file.path.as_str()).zip(&brought);
    let is_committed = |(path, brought): &(&str, &Brought)| match brought {
        Brought::By { .. } => true,
        Brought::Somehow => !is_changed(path),
        Brought::NotYet | Brought::TakenBack(_) => false,
    };
    let reverted = match brought.last() {
        Some(Brought::TakenBack(commit)) => Some(commit),
        _ => None,
    };
    let all_reverted = brought.iter().all(|one| matches!(one, Brought::TakenBack(_)));
    let is_there = !run.files.iter().any(|file| is_changed(&file.path));
    if let Some(commit) = reverted.filter(|_| all_reverted && !is_there) {
        return Ok(Found::Nothing(format!("{commit} took the last run back already")));
    }
    let committed: Vec<_> = fates().filter(is_committed).collect();
    if let Some((path, _)) = committed.first() {
        // What comes of an undo by hand is said by one reason: git's history.
        plan.findings = vec![in_head(path, committed.iter().map(|(_, brought)| *brought), run)];
    }
    Ok(Found::Plan(Box::new(plan)))
}

fn edit(file: &RunFile) -> Edit<'_> {
    Edit { path: &file.path, before: file.before.as_deref(), after: file.after.as_deref() }
}

fn unasked(failure: &GitFailure) -> Report {
    let why = in_one_line(&failure.to_string());
    let help = "an undo of what others have pulled would surprise them, so it is not done blindly";
    let help = [git_help(failure), help.to_owned()];
    let help: Vec<String> = help.into_iter().filter(|line| !line.is_empty()).collect();
    Report::new(Exit::Failed, format!("git can't be asked what is committed: {why}"))
        .help(help.join("\n"))
}

/// The commands that take commits back, the one that brought the last file first.
fn revert<'a>(brought: impl Iterator<Item = &'a Brought>) -> Vec<(&'a str, String)> {
    let mut reverts: Vec<(&str, String)> = Vec::new();
    for one in brought {
        let Brought::By { commit, is_merge } = one else { continue };
        let side = if *is_merge { "-m 1 " } else { "" };
        if reverts.iter().all(|(known, _)| known != commit) {
            reverts.insert(0, (commit, format!("git revert {side}{commit}")));
        }
    }
    reverts
}

/// What is in HEAD may be with others and in the cluster: git takes it back, and Argo CD acts on it.
fn in_head<'a>(path: &str, brought: impl Iterator<Item = &'a Brought>, run: &Run) -> Finding {
    let reverts = revert(brought);
    let commits: Vec<&str> = reverts.iter().map(|(commit, _)| *commit).collect();
    let (place, how) = match commits.is_empty() {
        false => {
            let commands: Vec<&str> = reverts.iter().map(|(_, command)| command.as_str()).collect();
            (format!(", in {}", commits.join(" and ")), commands.join(" && "))
        }
        true => (
            String::new(),
            "the history here does not say in which commit: find it in a full clone, and revert it there"
                .to_owned(),
        ),
    };
    Finding::on_disk(
        "layout/committed",
        Level::Error,
        path,
        format!("this is committed already{place}: an undo here would only make another change"),
        format!("{how}; once that is merged, {}", consequence(run)),
    )
}

/// What Argo CD does once a run is taken back.
fn consequence(run: &Run) -> &'static str {
    let created = run.files.iter().filter(|file| file.before.is_none());
    let is_new_folder = created
        .clone()
        .any(|file| crate::tree::KUSTOMIZATION_NAMES.iter().any(|n| file.path.ends_with(n)));
    if is_new_folder {
        "Argo CD then deletes the Namespace and everything in it"
    } else if created.count() > 0 {
        "Argo CD then deletes the policy and takes the role from the Namespace"
    } else {
        "Argo CD then puts the Namespace back as it was"
    }
}
