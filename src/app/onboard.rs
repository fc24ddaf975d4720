//! `gangplank onboard`: the wizard, or with all answers its work without questions.

use std::io::IsTerminal;

use super::printer::Printer;
use super::session::{self, Session};
use super::state::State;
use super::{is_json, recover, written};
use crate::apply::{ApplyError, apply};
use crate::cli::{Environment, Request};
use crate::domain::finding::{Cause, Finding, Level};
use crate::error::{Exit, Report};
use crate::plan::{Obstacle, Outlook, Plan, Verb};
use crate::questions::{GivenAnswers, Origin, QuestionId, equivalent_command, question};
use crate::system::SystemClock;

pub(super) fn run(
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let mut session = Session::open(request, environment)?;
    let outlook = session.planner.outlook(&session.given.clone());
    let outlook = outlook.map_err(|error| session::outlook_report(&error, &session.root.path))?;
    if let Some(report) = invalid_answers(&outlook) {
        return Err(report);
    }
    let is_complete = outlook.plan.is_some();
    let has_terminal = has_terminal(environment);
    let without_questions = is_complete && (request.yes || request.dry_run);
    if !without_questions && has_terminal {
        return Err(Report::new(Exit::Internal, "the wizard is not here yet"));
    }
    match outlook.plan {
        Some(plan) if without_questions => {
            carry_out(&session, &plan, request, environment, printer)
        }
        Some(_) => Err(
            Report::new(Exit::Usage, "there is no terminal to review this on")
                .help("--yes writes without asking, --dry-run shows what would be written"),
        ),
        None => Err(missing_answers(&outlook.missing, &session.given)),
    }
}

/// Whether the wizard can be shown: somebody types, and something shows a screen.
fn has_terminal(environment: &Environment) -> bool {
    let shows = std::io::stderr().is_terminal() || std::io::stdout().is_terminal();
    std::io::stdin().is_terminal() && shows && environment.get("TERM") != Some("dumb")
}

fn invalid_answers(outlook: &Outlook) -> Option<Report> {
    let first = outlook.invalid.first()?;
    let question = question(first.id);
    let message = format!(
        "{} {:?}: {}",
        question.flag(),
        first.value,
        first.invalid.line()
    );
    Some(Report::new(Exit::Usage, message).help(format!("for example: {}", first.invalid.example)))
}

fn missing_answers(missing: &[QuestionId], given: &GivenAnswers) -> Report {
    let flags: Vec<String> = missing.iter().map(|id| question(*id).flag()).collect();
    let message = format!("there is no terminal to ask for {}", flags.join(", "));
    let mut example = given.clone();
    for id in missing {
        example.give(*id, vec![question(*id).example.to_owned()], Origin::Flag);
    }
    Report::new(Exit::Usage, message).help(format!("for example: {}", equivalent_command(&example)))
}

fn carry_out(
    session: &Session,
    plan: &Plan,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    if request.dry_run {
        return Ok(dry_run(session, plan, request, printer));
    }
    if let Some(report) = obstacle_report(session, plan) {
        if !is_json(request) {
            remarks(session, plan, printer, Level::Error);
            return Ok(report.exit);
        }
        return Err(report);
    }
    let state = State::of(&session.root.path, environment)?;
    let interrupted = state.interrupted(session.disk.as_ref())?;
    if !interrupted.is_empty() {
        return Err(recover::refusal(&interrupted));
    }
    write(session, &state, plan)?;
    if is_json(request) {
        printer.json_data(&plan_json(session, plan));
    }
    summary(session, plan, printer);
    Ok(Exit::Done)
}

/// Writes a plan, unless there is nothing to write.
pub(super) fn write(session: &Session, state: &State, plan: &Plan) -> Result<(), Report> {
    if !plan.has_changes() {
        return Ok(());
    }
    let locked = state.lock()?;
    let applied = apply(session.disk.as_ref(), &locked.journal, &SystemClock, plan);
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

fn plan_json(session: &Session, plan: &Plan) -> serde_json::Value {
    plan.to_json(
        &session.root.path.display().to_string(),
        &session.root.prefix,
    )
}

fn dry_run(session: &Session, plan: &Plan, request: &Request, printer: Printer) -> Exit {
    let obstacle = obstacle_report(session, plan);
    if is_json(request) {
        printer.json_data(&plan_json(session, plan));
    } else if obstacle.is_none() {
        printer.data(&plan.git_diff(&session.root.prefix));
    }
    if !is_json(request) {
        remarks(session, plan, printer, Level::Error);
    }
    match obstacle {
        Some(report) => report.exit,
        None if request.exit_code && plan.has_changes() => Exit::Pending,
        None => {
            summary(session, plan, printer);
            Exit::Done
        }
    }
}

/// The error that keeps a plan from being written.
pub(super) fn obstacle_report(session: &Session, plan: &Plan) -> Option<Report> {
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
    Some(finding_report(session, finding, exit))
}

fn finding_report(session: &Session, finding: &Finding, exit: Exit) -> Report {
    session::with_line(
        Report::of(finding, exit),
        &session.root.path.join(&finding.path),
    )
}

/// Prints the findings at or above a level, errors as such.
fn remarks(session: &Session, plan: &Plan, printer: Printer, least: Level) {
    for finding in plan
        .findings
        .iter()
        .filter(|finding| finding.level >= least)
    {
        let report = finding_report(session, finding, Exit::Done);
        if finding.level == Level::Error {
            printer.failure(&report);
        } else {
            printer.remark(&format!("warning[{}]", finding.rule), &report);
        }
    }
}

fn summary(session: &Session, plan: &Plan, printer: Printer) {
    for file in &plan.files {
        printer.note(&format!("{:<10} {}", file.verb.word(), file.path));
    }
    for finding in plan
        .findings
        .iter()
        .filter(|finding| finding.level < Level::Error)
    {
        let report = finding_report(session, finding, Exit::Done);
        printer.remark(&format!("warning[{}]", finding.rule), &report);
    }
    for line in written::lines(plan, &session.root) {
        printer.note(&line);
    }
    printer.note(&format!("same again: {}", plan.command));
}
