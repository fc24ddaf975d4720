//! `gangplank recover`: takes up a run that was interrupted while it wrote.

use super::printer::Printer;
use super::session::Session;
use super::state::State;
use crate::apply::{self, RecoverError, Run};
use crate::cli::{Environment, Recovery, Request};
use crate::error::{Exit, Report};
use crate::system::WritableDisk;

pub(super) fn run(
    how: Recovery,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let session = Session::open(request, environment)?;
    let state = State::of(&session.root.path, environment)?;
    let runs = state.interrupted(session.disk.as_ref())?;
    if runs.is_empty() {
        printer.note("no run was interrupted: nothing to do");
        return Ok(Exit::Done);
    }
    for run in runs.iter().rev() {
        take_up(&state, session.disk.as_ref(), run, how)?;
        for file in &run.files {
            let word = if how == Recovery::Finish { "written" } else { "put back" };
            printer.note(&format!("{word:<10} {}", file.path));
        }
    }
    Ok(Exit::Done)
}

/// Finishes one run or puts it back.
pub(super) fn take_up(
    state: &State,
    disk: &dyn WritableDisk,
    run: &Run,
    how: Recovery,
) -> Result<(), Report> {
    let locked = state.lock()?;
    let done = match how {
        Recovery::Finish => apply::finish(disk, &locked.journal, run),
        Recovery::PutBack => apply::put_back(disk, &locked.journal, run),
    };
    done.map_err(|error| {
        let exit =
            if matches!(error, RecoverError::Changed(_)) { Exit::Decision } else { Exit::Failed };
        Report::new(exit, error.to_string())
    })
}

/// The error for a run without a terminal that finds an interrupted one.
pub(super) fn refusal(runs: &[Run]) -> Report {
    let files: Vec<&str> =
        runs.iter().flat_map(|run| &run.files).map(|f| f.path.as_str()).collect();
    let message = format!("an earlier run was interrupted while it wrote {}", files.join(", "));
    Report::new(Exit::Decision, message)
        .help("gangplank recover --finish writes the rest, gangplank recover --put-back undoes it")
}
