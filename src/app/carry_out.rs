//! Carrying out a plan without the full screen: printing it, writing it, and saying what was done.

use std::sync::Arc;

use super::commit::{self, Commits};
use super::printer::Printer;
use super::session;
use super::state::State;
use super::terminal::{Asking, asking};
use super::{interrupted, is_json};
use crate::apply::{ApplyError, apply};
use crate::cli::{Environment, Request};
use crate::domain::finding::{Cause, Finding, Level};
use crate::error::{Exit, Report};
use crate::plan::{COMMIT_STEP, Obstacle, Plan, Verb, next_steps};
use crate::prompts;
use crate::repo::Root;
use crate::system::{RealDisk, SystemClock};

/// A repository that can be written to.
#[derive(Clone, Copy)]
pub(super) struct Checkout<'a> {
    pub(super) root: &'a Root,
    pub(super) disk: &'a Arc<RealDisk>,
}

/// Carries a plan out as the request asks: prints it, or writes it once somebody has agreed.
pub(super) fn carry_out(
    checkout: Checkout<'_>,
    plan: &Plan,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let root = checkout.root;
    if request.dry_run {
        return dry_run(root, plan, request, printer);
    }
    if let Some(report) = obstacle_report(root, plan) {
        if !is_json(request) {
            errors(root, plan, printer);
            return Ok(report.exit);
        }
        return Err(report);
    }
    let commits = wished_commits(root, plan, request)?;
    let state = State::of(&root.path, environment)?;
    let asking = asking(request, environment);
    if !request.yes && asking.is_none() {
        return Err(nobody_to_ask());
    }
    if !request.yes && plan.has_changes() && !agreed(checkout, plan, asking, printer)? {
        printer.note("left: nothing was written");
        return Ok(Exit::Signal(2));
    }
    write(checkout, &state, plan)?;
    interrupted::mention(root, checkout.disk.as_ref(), environment, printer);
    written(root, plan, request, printer, commits.map(|commits| commits.make()))
}

/// Says what was written, and what became of the commit if there was to be one.
pub(super) fn written(
    root: &Root,
    plan: &Plan,
    request: &Request,
    printer: Printer,
    committed: Option<Result<Vec<String>, Report>>,
) -> Result<Exit, Report> {
    let committed = match committed.transpose() {
        Ok(committed) => committed,
        Err(report) => {
            outcome(root, plan, printer);
            return Err(report);
        }
    };
    let said = match is_json(request) {
        true => printer.json_data(&plan_json(root, plan)),
        false => Exit::Done,
    };
    summary(root, plan, committed.as_deref(), printer);
    Ok(said)
}

/// The commits that are asked for, if there is anything to commit.
fn wished_commits(root: &Root, plan: &Plan, request: &Request) -> Result<Option<Commits>, Report> {
    let branch = request.git_branch.as_deref();
    branch.map_or(Ok(None), |branch| commit::prepare(root, plan, branch))
}

/// Shows the plan and asks. Without a terminal nobody can agree.
fn agreed(
    checkout: Checkout<'_>,
    plan: &Plan,
    asking: Option<Asking>,
    printer: Printer,
) -> Result<bool, Report> {
    printer.lines(plan.git_diff(&checkout.root.prefix).trim_end());
    outcome(checkout.root, plan, printer);
    confirmed(asking, "Write this?")
}

/// Asks for a yes.
pub(super) fn confirmed(asking: Option<Asking>, question: &str) -> Result<bool, Report> {
    let confirm = match asking {
        Some(Asking::Lines) => prompts::confirm_in_lines,
        _ => prompts::confirm,
    };
    confirm(question).map_err(|error| match error {
        prompts::NoAnswer::Unaskable => nobody_to_ask(),
        prompts::NoAnswer::Left => Report::new(Exit::Signal(2), "left: nothing was written"),
    })
}

/// The error for all answers and neither `--yes` nor `--dry-run`.
pub(super) fn nobody_to_ask() -> Report {
    Report::new(Exit::Usage, "there is no terminal to review this on")
        .help("--yes writes without asking, --dry-run shows what would be written")
}

/// The root, if commands that name files below it would not work from here.
pub(super) fn here_to(root: &Root) -> String {
    let is_here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .is_ok_and(|here| here == root.path);
    if is_here { String::new() } else { root.path.display().to_string() }
}

/// Writes a plan, unless there is nothing to write, or an interrupted run has to do with it.
pub(super) fn write(checkout: Checkout<'_>, state: &State, plan: &Plan) -> Result<(), Report> {
    if !plan.has_changes() {
        return state.interrupted(checkout.disk.as_ref()).map(drop);
    }
    let locked = state.lock()?;
    let runs = state.interrupted_in(&locked, checkout.disk.as_ref())?;
    let blocking = interrupted::concerned(checkout.disk, plan, &runs);
    if !blocking.is_empty() {
        return Err(interrupted::refusal(checkout.root, &blocking));
    }
    let applied = apply(checkout.disk.as_ref(), &locked.journal, &SystemClock, plan);
    applied.map(drop).map_err(|error| apply_report(&error))
}

fn apply_report(error: &ApplyError) -> Report {
    let report = |exit| Report::new(exit, error.to_string());
    match error {
        ApplyError::Changed(_) => {
            report(Exit::Decision).help("run gangplank again: it looks at the file as it is now")
        }
        ApplyError::Stuck { .. } => {
            report(Exit::Failed).help("mend the cause, then: gangplank recover --put-back")
        }
        _ => report(Exit::Failed),
    }
}

pub(super) fn plan_json(root: &Root, plan: &Plan) -> serde_json::Value {
    plan.to_json(&root.path.display().to_string(), &root.prefix)
}

pub(super) fn dry_run(
    root: &Root,
    plan: &Plan,
    request: &Request,
    printer: Printer,
) -> Result<Exit, Report> {
    let obstacle = obstacle_report(root, plan);
    let said = match (is_json(request), &obstacle) {
        (true, _) => printer.json_data(&plan_json(root, plan)),
        (false, None) => printer.data(&plan.git_diff(&root.prefix)),
        (false, Some(_)) => Exit::Done,
    };
    if !is_json(request) {
        errors(root, plan, printer);
    }
    if let Some(report) = obstacle {
        return Ok(said.and(report.exit));
    }
    let commits = wished_commits(root, plan, request)?;
    if request.exit_code && plan.has_changes() {
        return Ok(said.and(Exit::Pending));
    }
    summary(root, plan, commits.map(|commits| commits.announced()).as_deref(), printer);
    Ok(said)
}

/// The error that keeps a plan from being written.
fn obstacle_report(root: &Root, plan: &Plan) -> Option<Report> {
    let (exit, cause) = match plan.obstacle()? {
        Obstacle::Answer => (Exit::Usage, Cause::Answer),
        Obstacle::Disk => (Exit::Decision, Cause::Disk),
    };
    let decisive = |finding: &&Finding| finding.level == Level::Error && finding.cause == cause;
    let Some(finding) = plan.findings.iter().find(decisive) else {
        let file = plan.files.iter().find(|file| file.verb == Verb::Conflict)?;
        return Some(
            Report::new(exit, "this file needs a decision").at(file.path.to_string(), None),
        );
    };
    Some(finding_report(root, finding, exit))
}

fn finding_report(root: &Root, finding: &Finding, exit: Exit) -> Report {
    session::with_line(Report::of(finding, exit), &root.path)
}

/// Prints the errors among the findings.
fn errors(root: &Root, plan: &Plan, printer: Printer) {
    for finding in plan.findings.iter().filter(|finding| finding.level == Level::Error) {
        printer.failure(&finding_report(root, finding, Exit::Done));
    }
}

/// What was or would be changed, and what comes next. Of a commit the lines tell that it needs.
fn summary(root: &Root, plan: &Plan, committed: Option<&[String]>, printer: Printer) {
    outcome(root, plan, printer);
    committed.unwrap_or_default().iter().for_each(|line| printer.note(line));
    let next = next_steps(plan, &here_to(root)).next.into_iter();
    for (what, command) in next.filter(|(what, _)| committed.is_none() || what != COMMIT_STEP) {
        printer.note(&format!("next: {what}: {command}"));
    }
    printer.note(&format!("same again: {}", plan.command));
}

/// What a plan changes, and what holds then.
fn outcome(root: &Root, plan: &Plan, printer: Printer) {
    for file in &plan.files {
        printer.note(&format!("{:<10} {}", file.verb.word(), file.path));
    }
    for finding in plan.findings.iter().filter(|finding| finding.level < Level::Error) {
        printer.remark(finding, &finding_report(root, finding, Exit::Done));
    }
    for note in &plan.notes {
        printer.note(note);
    }
    for line in &next_steps(plan, &here_to(root)).achieved {
        printer.note(line);
    }
}
