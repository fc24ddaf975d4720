//! The shell: arguments in, effects carried out, errors printed, exit code out. It knows all the
//! other modules and decides nothing that a domain type could.

mod asking;
mod carry_out;
mod check;
mod commit;
mod completions;
mod demo;
mod doctor;
mod draft;
mod explain;
mod handoff;
mod interrupted;
mod list;
mod man;
mod onboard;
mod origin;
mod printer;
mod reading;
mod recover;
mod revoke;
mod session;
mod since;
mod state;
mod takeaway;
mod templates;
mod terminal;
mod undo;
mod verify;
mod wizard;
mod workflow;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use crate::cli::{self, Action, Environment, Output, Request, UsageError};
use crate::error::{Exit, Report};
use crate::tui;
use printer::Printer;

/// Runs the program.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let arguments: Vec<String> =
        arguments.into_iter().map(|text| text.to_string_lossy().into_owned()).collect();
    let variables = variables.into_iter();
    let variables =
        variables.filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let environment = Environment::new(variables);
    // A panic is a fault of the program: the hook gives the terminal back and says so.
    tui::install_panic_hook();
    let exit = catch_unwind(AssertUnwindSafe(|| run(&arguments, &environment)));
    ExitCode::from(exit.unwrap_or(Exit::Internal).code())
}

fn run(arguments: &[String], environment: &Environment) -> Exit {
    if let Some(exit) = completions::answer(arguments, environment) {
        return exit;
    }
    let request = match cli::parse(arguments, environment) {
        Ok(request) => request,
        Err(UsageError::Shown(text)) => return Printer::plain().data(&text),
        Err(UsageError::Mistake(text)) => {
            return Printer::of_unread(arguments, environment).failure(&usage(&text));
        }
    };
    let printer = Printer::of(&request);
    match carry_out(&request, environment, printer) {
        Ok(exit) => exit,
        Err(report) => printer.failure(&report),
    }
}

/// clap puts the help below the message.
fn usage(text: &str) -> Report {
    let mut lines = text.trim_end().splitn(2, '\n');
    let report = Report::new(Exit::Usage, lines.next().unwrap_or_default());
    report.help(lines.next().map_or("gangplank --help", str::trim))
}

fn carry_out(
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    match &request.action {
        Action::Onboard => onboard::run(request, environment, printer),
        Action::Demo(folder) => demo::run(folder.as_deref(), request, environment, printer),
        Action::Revoke { policy } => revoke::run(*policy, request, environment, printer),
        Action::Undo => undo::run(request, environment, printer),
        Action::Check(what) => check::run(what, request, environment, printer),
        Action::List(what) => list::run(what, request, environment, printer),
        Action::Explain(what) => explain::run(what, request, environment, printer),
        Action::Handoff(what) => handoff::run(what, request, environment, printer),
        Action::Completions(shell) => completions::script(shell, printer),
        Action::Templates(what) => templates::run(what, request, environment, printer),
        Action::Doctor => Ok(doctor::run(request, environment, printer)),
        Action::Man => man::run(printer),
        Action::Recover(how) => recover::run(*how, request, environment, printer),
    }
}

/// Whether the caller wants JSON.
fn is_json(request: &Request) -> bool {
    request.output == Output::Json
}
