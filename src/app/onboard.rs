//! `gangplank onboard`: the wizard, or with all answers its work without questions.

use std::io::IsTerminal;
use std::sync::Arc;

use super::printer::Printer;
use super::session::{self, Session};
use super::state::State;
use super::wizard::{End, Opened};
use super::{is_json, recover};
use crate::apply::{ApplyError, apply};
use crate::aws::NotAsked;
use crate::cli::{Environment, Request};
use crate::domain::finding::{Cause, Finding, Level};
use crate::domain::invalid::Invalid;
use crate::error::{Exit, Report};
use crate::plan::{Obstacle, Outlook, Plan, Verb, next_steps};
use crate::questions::{GivenAnswers, Origin, QuestionId, TABLE, equivalent_command, question};
use crate::repo::Root;
use crate::system::{SystemClock, WritableDisk};

pub(super) fn run(
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let session = Session::open(request, environment)?;
    run_in(session, request, environment, printer)
}

/// Onboards in a repository that is open already.
pub(super) fn run_in(
    mut session: Session,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    refuse_mistakes(&session.given)?;
    let has_terminal = has_terminal(environment);
    if has_terminal && !request.yes && !request.dry_run {
        // The screen first: everything else is read behind it.
        return wizard(session, request, environment, printer);
    }
    let outlook = session.planner.outlook(&session.given.clone());
    let outlook = outlook.map_err(|error| session::outlook_report(&error, &session.root.path))?;
    if let Some(report) = invalid_answers(&outlook) {
        return Err(report);
    }
    match outlook.plan {
        Some(plan) if request.yes || request.dry_run => {
            carry_out(&session, &plan, request, environment, printer)
        }
        Some(_) => Err(Report::new(Exit::Usage, "there is no terminal to review this on")
            .help("--yes writes without asking, --dry-run shows what would be written")),
        None if has_terminal => wizard(session, request, environment, printer),
        None => Err(missing_answers(&outlook.missing, &session.given)),
    }
}

/// Answers that no repository could make right are refused before anything is read or drawn.
fn refuse_mistakes(given: &GivenAnswers) -> Result<(), Report> {
    for (id, answer) in given.iter().filter(|(id, _)| *id != QuestionId::PolicyName) {
        let question = question(id);
        for value in &answer.values {
            question.check(value).map_err(|invalid| invalid_answer(id, value, &invalid))?;
        }
    }
    Ok(())
}

fn wizard(
    session: Session,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let opened = Opened::of(&session);
    let Session { root, planner, .. } = session;
    match super::wizard::run(&opened, planner, request, environment, Arc::new(NotAsked))? {
        End::Written(plan) => {
            if is_json(request) {
                printer.json_data(&plan.to_json(&root.path.display().to_string(), &root.prefix));
            }
            summary(&root, &plan, printer);
            Ok(Exit::Done)
        }
        End::Previewed(plan) => Ok(dry_run(&root, &plan, request, printer)),
        End::Left(exit, has_written) => {
            let what = if has_written { "everything" } else { "nothing" };
            printer.note(&format!("left: {what} was written"));
            Ok(exit)
        }
    }
}

/// Whether the wizard can be shown: somebody types, and something shows a screen.
pub(super) fn has_terminal(environment: &Environment) -> bool {
    let shows = std::io::stderr().is_terminal() || std::io::stdout().is_terminal();
    std::io::stdin().is_terminal() && shows && environment.get("TERM") != Some("dumb")
}

fn invalid_answers(outlook: &Outlook) -> Option<Report> {
    let first = outlook.invalid.first()?;
    Some(invalid_answer(first.id, &first.value, &first.invalid))
}

fn invalid_answer(id: QuestionId, value: &str, invalid: &Invalid) -> Report {
    let message = format!("{} {value:?}: {}", question(id).flag(), invalid.line());
    Report::new(Exit::Usage, message).help(format!("for example: {}", invalid.example))
}

fn missing_answers(missing: &[QuestionId], given: &GivenAnswers) -> Report {
    let flags: Vec<String> = missing.iter().map(|id| question(*id).flag()).collect();
    let message = format!("there is no terminal to ask for {}", flags.join(", "));
    let mut example = given.clone();
    for id in missing {
        example.give(*id, vec![question(*id).example.to_owned()], Origin::Flag);
    }
    Report::new(Exit::Usage, message).help(format!(
        "for example: {}",
        equivalent_command(&example, &TABLE.map(|question| question.id))
    ))
}

fn carry_out(
    session: &Session,
    plan: &Plan,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    if request.dry_run {
        return Ok(dry_run(&session.root, plan, request, printer));
    }
    if let Some(report) = obstacle_report(&session.root, plan) {
        if !is_json(request) {
            remarks(&session.root, plan, printer, Level::Error);
            return Ok(report.exit);
        }
        return Err(report);
    }
    let state = State::of(&session.root.path, environment)?;
    let interrupted = state.interrupted(session.disk.as_ref())?;
    if !interrupted.is_empty() {
        return Err(recover::refusal(&interrupted));
    }
    write(session.disk.as_ref(), &state, plan)?;
    if is_json(request) {
        printer.json_data(&plan_json(&session.root, plan));
    }
    summary(&session.root, plan, printer);
    Ok(Exit::Done)
}

/// The root, if commands that name files below it would not work from here.
pub(super) fn here_to(root: &Root) -> String {
    let is_here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .is_ok_and(|here| here == root.path);
    if is_here { String::new() } else { root.path.display().to_string() }
}

/// Writes a plan, unless there is nothing to write.
pub(super) fn write(disk: &dyn WritableDisk, state: &State, plan: &Plan) -> Result<(), Report> {
    if !plan.has_changes() {
        return Ok(());
    }
    let locked = state.lock()?;
    let applied = apply(disk, &locked.journal, &SystemClock, plan);
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

fn plan_json(root: &Root, plan: &Plan) -> serde_json::Value {
    plan.to_json(&root.path.display().to_string(), &root.prefix)
}

fn dry_run(root: &Root, plan: &Plan, request: &Request, printer: Printer) -> Exit {
    let obstacle = obstacle_report(root, plan);
    if is_json(request) {
        printer.json_data(&plan_json(root, plan));
    } else if obstacle.is_none() {
        printer.data(&plan.git_diff(&root.prefix));
    }
    if !is_json(request) {
        remarks(root, plan, printer, Level::Error);
    }
    match obstacle {
        Some(report) => report.exit,
        None if request.exit_code && plan.has_changes() => Exit::Pending,
        None => {
            summary(root, plan, printer);
            Exit::Done
        }
    }
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
    session::with_line(Report::of(finding, exit), &root.path.join(&finding.path))
}

/// Prints the findings at or above a level, errors as such.
fn remarks(root: &Root, plan: &Plan, printer: Printer, least: Level) {
    for finding in plan.findings.iter().filter(|finding| finding.level >= least) {
        let report = finding_report(root, finding, Exit::Done);
        if finding.level == Level::Error {
            printer.failure(&report);
        } else {
            printer.remark(&format!("warning[{}]", finding.rule), &report);
        }
    }
}

fn summary(root: &Root, plan: &Plan, printer: Printer) {
    for file in &plan.files {
        printer.note(&format!("{:<10} {}", file.verb.word(), file.path));
    }
    for finding in plan.findings.iter().filter(|finding| finding.level < Level::Error) {
        let report = finding_report(root, finding, Exit::Done);
        printer.remark(&format!("warning[{}]", finding.rule), &report);
    }
    for note in &plan.notes {
        printer.note(note);
    }
    let steps = next_steps(plan, &here_to(root));
    for line in &steps.achieved {
        printer.note(line);
    }
    for (what, command) in &steps.next {
        printer.note(&format!("next: {what}: {command}"));
    }
    printer.note(&format!("same again: {}", plan.command));
}
