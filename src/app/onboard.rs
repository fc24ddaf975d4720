//! `gangplank onboard`: the wizard, or with all answers its work without questions.

use super::carry_out::{carry_out, dry_run, nobody_to_ask, written};
use super::commit::{Wish, commit};
use super::draft;
use super::printer::Printer;
use super::session::{self, Session};
use super::state::State;
use super::terminal::{Asking, asking};
use super::verify;
use super::wizard::{Aws, End, How, Opened};
use crate::cli::{Environment, Request};
use crate::domain::shell::CommandLine;
use crate::error::{Exit, Report};
use crate::plan::{Outlook, Plan};
use crate::questions::{GivenAnswers, Origin, QuestionId, TABLE, command_line, question};
use crate::repo::{DefaultsChoice, in_words};
use crate::wizard::Written;

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
    if request.resume {
        let state = State::of(&session.root.path, environment)?;
        draft::resume(&state, &mut session.given)?;
    }
    if !session.batch.is_empty() {
        return run_batch(session, request, environment, printer);
    }
    refuse_mistakes(&session, &session.given)?;
    let asking = asking(request, environment);
    if let Some(asking) = asking.filter(|_| !request.yes && !request.dry_run) {
        // The screen first: everything else is read behind it.
        return wizard(session, asking, request, environment, printer);
    }
    let outlook = session.planner.outlook(&session.given.clone());
    let outlook = outlook.map_err(|error| session::outlook_report(&error, &session.root.path))?;
    if let Some(report) = invalid_answers(&session, &outlook) {
        return Err(report);
    }
    match outlook.plan {
        Some(mut plan) if request.yes || request.dry_run => {
            if plan.obstacle().is_none() {
                verify::verify(&mut plan, request, environment)?;
            }
            carry_out(session.checkout(), &plan, request, environment, printer)
        }
        Some(_) => Err(nobody_to_ask()),
        None => match asking {
            Some(asking) => wizard(session, asking, request, environment, printer),
            None => Err(missing_answers(&session, &outlook, "onboard")),
        },
    }
}

/// Several onboardings as one plan, all or nothing.
fn run_batch(
    mut session: Session,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    for given in &session.batch {
        refuse_mistakes(&session, given)?;
    }
    let outlook = session.planner.outlook_of_many(&session.batch);
    let outlook = outlook.map_err(|error| session::outlook_report(&error, &session.root.path))?;
    if let Some(report) = invalid_answers(&session, &outlook) {
        return Err(report);
    }
    let file = request.answers_file.as_deref().unwrap_or("-");
    match outlook.plan {
        Some(plan) => {
            let command = CommandLine::of("gangplank onboard").flag("--answers", file);
            let mut plan = Plan { command: command.switch("--yes").to_string(), ..plan };
            if plan.obstacle().is_none() {
                verify::verify(&mut plan, request, environment)?;
            }
            carry_out(session.checkout(), &plan, request, environment, printer)
        }
        None => Err(missing_answers(&session, &outlook, "onboard")),
    }
}

/// Answers that no repository could make right are refused before anything is read or drawn.
pub(super) fn refuse_mistakes(session: &Session, given: &GivenAnswers) -> Result<(), Report> {
    for (id, answer) in given.iter().filter(|(id, _)| *id != QuestionId::PolicyName) {
        let question = question(id);
        for value in &answer.values {
            let refusal = |invalid| session.sources.refusal(id, &answer.origin, value, &invalid);
            question.check(value).map_err(refusal)?;
        }
    }
    Ok(())
}

fn wizard(
    session: Session,
    asking: Asking,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let branch = request.git_branch.clone();
    let wish = branch.map(|branch| Wish { root: session.root.clone(), branch });
    wish.as_ref().map_or(Ok(()), Wish::look_ahead)?;
    let opened = Opened::of(&session, wish);
    let Session { root, planner, .. } = session;
    let aws = Aws {
        lookup: verify::lookup(request),
        has_credentials: verify::has_credentials(environment, None),
    };
    let End { written: plans, how } =
        super::wizard::run(&opened, planner, asking, request, environment, aws)?;
    for Written { plan, commit: made } in &plans {
        let branch = request.git_branch.as_deref().filter(|_| made.is_none());
        let committed = made.clone().map(Ok).or(branch.map(|branch| commit(&root, plan, branch)));
        written(&root, plan, request, printer, committed)?;
    }
    match how {
        How::Finished => {
            if plans.is_empty() {
                printer.note("what was written was taken back");
            }
            Ok(Exit::Done)
        }
        How::Previewed(plan) => dry_run(&root, &plan, request, printer),
        How::Left { exit, is_done, has_draft } => {
            let what = match (is_done, plans.is_empty()) {
                (true, _) => "everything",
                (false, true) => "nothing",
                (false, false) => "nothing more",
            };
            let more = if has_draft { "; gangplank --resume goes on from here" } else { "" };
            printer.note(&format!("left: {what} was written{more}"));
            Ok(exit)
        }
    }
}

pub(super) fn invalid_answers(session: &Session, outlook: &Outlook) -> Option<Report> {
    let first = outlook.invalid.first()?;
    let given = outlook.settled.get(first.id).or_else(|| session.given.get(first.id));
    let origin = given.map_or(Origin::Flag, |given| given.origin.clone());
    Some(session.sources.refusal(first.id, &origin, &first.value, &first.invalid))
}

pub(super) fn missing_answers(session: &Session, outlook: &Outlook, command: &str) -> Report {
    let mut words = Vec::new();
    let mut example = session.given.clone();
    for id in &outlook.missing {
        let question = question(*id);
        let candidates = candidates(*id, session, outlook);
        let shown = in_words(&candidates);
        words.push(if shown.is_empty() {
            question.flag()
        } else {
            format!("{} ({shown})", question.flag())
        });
        let first = candidates.into_iter().next();
        let value = first.unwrap_or_else(|| question.example.to_owned());
        example.give(*id, vec![value], Origin::Flag);
    }
    let message = format!("there is no terminal to ask for {}", words.join(", "));
    Report::new(Exit::Usage, message).help(format!(
        "for example: {}",
        command_line(command, &example, &TABLE.map(|question| question.id), &[])
    ))
}

/// The answers that the repository has for a question, the likeliest first; none if it has no say.
fn candidates(id: QuestionId, session: &Session, outlook: &Outlook) -> Vec<String> {
    match (id, outlook.survey.as_deref().map(|survey| &survey.defaults)) {
        // A folder that can't be listed is said where its clusters are needed.
        (QuestionId::Cluster, _) => session.planner.repository().clusters().unwrap_or_default(),
        (QuestionId::Defaults, Some(DefaultsChoice::Ask(folders))) => {
            folders.iter().map(|one| one.folder.to_string()).collect()
        }
        _ => Vec::new(),
    }
}
