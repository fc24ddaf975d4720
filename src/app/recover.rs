//! `gangplank recover`: shows runs that were interrupted while they wrote, and settles them.

use std::fmt::Write as _;

use serde::Serialize;

use super::carry_out::confirmed;
use super::interrupted::command;
use super::is_json;
use super::printer::Printer;
use super::session::{find_root, open_disk};
use super::state::State;
use super::terminal::{Asking, asking};
use crate::apply::{self, FileState, Present, RecoverError, Run, RunFile, file_states};
use crate::cli::{Environment, Request};
use crate::domain::recovery::Recovery;
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::plan::{FileChange, git_diff};
use crate::repo::Root;
use crate::system::{FileKind, WritableDisk};

/// A run that was looked at, and what became of it.
pub(super) struct Settled {
    run: Run,
    /// How far each file had come.
    states: Vec<FileState>,
    /// The files that were left alone, because they were edited since.
    kept: Vec<String>,
    /// The copy of the journal of a run that is forgotten.
    journal: Option<String>,
}

pub(super) fn run(
    how: Option<Recovery>,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let root = find_root(request.repo.as_deref())?;
    let disk = open_disk(&root)?;
    let state = State::of(&root.path, environment)?;
    let asking = asking(request, environment);
    if how == Some(Recovery::Forget) && !request.dry_run {
        forget_unusable(&state, asking, request, printer)?;
    }
    let runs = looked_at(&state, disk.as_ref())?;
    let decides = how.is_some() || asking.is_some() || request.dry_run;
    if !runs.is_empty() && !is_json(request) {
        let printed = printer.data(&text(&root, &runs, how.is_none() || request.dry_run));
        // Nobody decides about what can't be seen.
        if printed != Exit::Done {
            return Ok(printed);
        }
    }
    if !decides && !runs.is_empty() {
        return Err(undecided(&root));
    }
    if runs.is_empty() || request.dry_run {
        return Ok(shown(&runs, request, printer));
    }
    let Some(how) = decided(how, asking, request)? else {
        printer.note("left: nothing was decided");
        return Ok(Exit::Signal(2));
    };
    let settled = settle_all(&state, disk.as_ref(), how)?;
    if is_json(request) {
        return Ok(printer.json_data(&json(&settled, Some(how))));
    }
    say(&settled, how, printer);
    Ok(Exit::Done)
}

/// Nothing is done: there is nothing to do, or this is a dry run.
fn shown(runs: &[Settled], request: &Request, printer: Printer) -> Exit {
    let mut printed = Exit::Done;
    if is_json(request) {
        printed = printer.json_data(&json(runs, None));
    } else if runs.is_empty() {
        printer.note("no run was interrupted: nothing to do");
    }
    let is_pending = request.exit_code && !runs.is_empty();
    printed.and(if is_pending { Exit::Pending } else { Exit::Done })
}

fn undecided(root: &Root) -> Report {
    let [finish, put_back, forget] = Recovery::ALL.map(|how| command(root, Some(how)));
    Report::new(Exit::Usage, "there is no terminal to ask on what becomes of an interrupted run")
        .help(format!("{finish}, {put_back} or {forget}; --dry-run shows it"))
}

/// What is to become of the runs, asked for unless it was said. Forgetting takes a yes.
fn decided(
    how: Option<Recovery>,
    asking: Option<Asking>,
    request: &Request,
) -> Result<Option<Recovery>, Report> {
    let question = |how| match how {
        Recovery::Finish => "Write the rest?",
        Recovery::PutBack => "Put back what was there before?",
        Recovery::Forget => "Forget it? Its files stay as they are.",
    };
    match how {
        None => {
            for how in Recovery::ALL {
                if confirmed(asking, question(how))? {
                    return Ok(Some(how));
                }
            }
            Ok(None)
        }
        Some(Recovery::Forget) if !request.yes => {
            let is_agreed = forgetting_agreed(asking, question(Recovery::Forget))?;
            Ok(is_agreed.then_some(Recovery::Forget))
        }
        how => Ok(how),
    }
}

fn forgetting_agreed(asking: Option<Asking>, question: &str) -> Result<bool, Report> {
    if asking.is_none() {
        let report = Report::new(Exit::Usage, "there is no terminal to ask on");
        return Err(report.help("--yes forgets without asking; a copy of the journal is kept"));
    }
    confirmed(asking, question)
}

/// Gives up the runs that this gangplank can't take up, once the user has agreed.
fn forget_unusable(
    state: &State,
    asking: Option<Asking>,
    request: &Request,
    printer: Printer,
) -> Result<(), Report> {
    if !state.folder().is_dir() {
        return Ok(());
    }
    let journal = state.lock()?.journal;
    let unusable = journal.unusable().map_err(|error| state.unreadable(&error))?;
    let question = "Forget a run that this gangplank can't take up? Its files stay as they are.";
    if unusable.is_empty() || !(request.yes || forgetting_agreed(asking, question)?) {
        return Ok(());
    }
    let copies = state.lock()?.journal.set_aside_unusable();
    for copy in copies.map_err(|error| state.unreadable(&error))? {
        printer.note(&forgotten(&state.place_of(&copy)));
    }
    Ok(())
}

/// The interrupted runs with how far their files came, the last one first.
fn looked_at(state: &State, disk: &dyn WritableDisk) -> Result<Vec<Settled>, Report> {
    let runs = state.interrupted(disk)?.into_iter().rev();
    let runs = runs.map(|run| {
        let states = file_states(disk, &run).map_err(|error| failed(&error))?;
        Ok(Settled { run, states, kept: Vec::new(), journal: None })
    });
    runs.collect()
}

/// Settles all runs that were interrupted, the last one first.
pub(super) fn settle_all(
    state: &State,
    disk: &dyn WritableDisk,
    how: Recovery,
) -> Result<Vec<Settled>, Report> {
    let mut runs = looked_at(state, disk)?;
    for settled in &mut runs {
        let (locked, run) = (state.lock()?, &settled.run);
        let failed = |error| failed(&error);
        match how {
            Recovery::Finish => {
                settled.kept = apply::finish(disk, &locked.journal, run).map_err(failed)?;
            }
            Recovery::PutBack => {
                settled.kept = apply::put_back(disk, &locked.journal, run).map_err(failed)?;
            }
            Recovery::Forget => {
                let copy = apply::forget(disk, &locked.journal, run).map_err(failed)?;
                settled.journal = Some(state.place_of(&copy));
            }
        }
    }
    Ok(runs)
}

fn failed(error: &RecoverError) -> Report {
    Report::new(Exit::Failed, error.to_string())
}

/// What became of the runs, in a line.
pub(super) fn in_words(settled: &[Settled]) -> String {
    let kept: Vec<&str> = settled.iter().flat_map(|one| &one.kept).map(String::as_str).collect();
    let copies: Vec<&str> = settled.iter().filter_map(|one| one.journal.as_deref()).collect();
    match (kept.as_slice(), copies.as_slice()) {
        ([], []) => "the interrupted run is settled".to_owned(),
        (_, []) => {
            format!("the interrupted run is settled; edited since and kept: {}", kept.join(", "))
        }
        _ => forgotten(&copies.join(", ")),
    }
}

fn forgotten(copy: &str) -> String {
    format!("the interrupted run is forgotten; a copy of its journal is {copy}")
}

/// A line for each file, and what to look at.
fn say(settled: &[Settled], how: Recovery, printer: Printer) {
    for one in settled {
        for file in &one.run.files {
            let what = one.outcome(file, how).replace('_', " ");
            printer.note(&format!("{what:<10} {}", in_one_line(&file.path)));
        }
        if let Some(copy) = &one.journal {
            printer.note(&forgotten(copy));
        }
        if !one.kept.is_empty() {
            printer.note("next: see whether the kept files fit the others: gangplank check");
        }
    }
}

impl Settled {
    /// What became of a file.
    fn outcome(&self, file: &RunFile, how: Recovery) -> &'static str {
        match how {
            _ if self.kept.contains(&file.path) => "kept",
            Recovery::Finish => "written",
            Recovery::PutBack => "put_back",
            Recovery::Forget => "left",
        }
    }

    fn files(&self) -> impl Iterator<Item = (&RunFile, &FileState)> {
        self.run.files.iter().zip(&self.states)
    }
}

/// The word for how far a file came.
fn word(state: &FileState) -> &'static str {
    match state {
        FileState::Old => "old",
        FileState::New => "new",
        FileState::Edited(_) => "edited",
    }
}

/// What is there now, as a word for programs.
fn present_word(present: &Present) -> &'static str {
    match present {
        Present::Missing => "missing",
        Present::Text(_) => "text",
        Present::NoText => "no_text",
        Present::NoFile(FileKind::Link) => "link",
        Present::NoFile(FileKind::Folder) => "folder",
        Present::NoFile(_) => "other",
        Present::NoFolder => "no_folder",
    }
}

// --- for people ---

/// The runs and how far each file came; of those that were edited since, what it was, what the run
/// wanted and what it is.
fn text(root: &Root, runs: &[Settled], shows_all: bool) -> String {
    let mut out = String::new();
    for one in runs {
        if shows_all {
            let _ = writeln!(out, "interrupted: {}", in_one_line(&one.run.command));
            for (file, state) in one.files() {
                let _ = writeln!(out, "{:<10} {}", word(state), in_one_line(&file.path));
            }
        }
        for (file, state) in one.files() {
            if let FileState::Edited(present) = state {
                three_ways(root, file, present, &mut out);
            }
        }
    }
    out
}

fn three_ways(root: &Root, file: &RunFile, present: &Present, out: &mut String) {
    let now = match present {
        Present::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let is = match present {
        Present::Missing => "is gone",
        Present::Text(_) => "was edited",
        Present::NoText => "is no text now",
        Present::NoFile(FileKind::Link) => "is a link now",
        Present::NoFile(FileKind::Folder) => "is a folder now",
        Present::NoFile(_) => "is no file now",
        Present::NoFolder => "has no folder of its own any more",
    };
    let _ = writeln!(out, "{} {is} since the run: it is kept", in_one_line(&file.path));
    let _ = writeln!(out, "the run, from old to new:\n{}", diff(root, file, file.after.as_deref()));
    if matches!(present, Present::Missing | Present::Text(_)) {
        let _ = writeln!(out, "since then, from old to now:\n{}", diff(root, file, now));
    }
}

/// What turns the old text of a file into another one, without an end of the line.
fn diff(root: &Root, file: &RunFile, to: Option<&str>) -> String {
    let Some(path) = file.repo_path() else { return String::new() };
    let before = file.before.as_ref().map(|text| text.clone().into_bytes());
    let change = match (to, before) {
        (Some(to), before) => FileChange::between(path, before, to.as_bytes().to_vec()),
        (None, Some(before)) => FileChange::deleted(path, before),
        (None, None) => return String::new(),
    };
    git_diff(&change, &root.prefix).trim_end().to_owned()
}

// --- for programs ---

#[derive(Serialize)]
struct RunJson<'a> {
    command: &'a str,
    journal: Option<&'a str>,
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    state: &'static str,
    outcome: Option<&'static str>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    now: Option<&'a str>,
    now_is: &'static str,
}

/// `gangplank.recover/1`.
fn json(runs: &[Settled], how: Option<Recovery>) -> serde_json::Value {
    let runs: Vec<RunJson<'_>> = runs
        .iter()
        .map(|one| RunJson {
            command: &one.run.command,
            journal: one.journal.as_deref(),
            files: one.files().map(|(file, state)| file_json(one, file, state, how)).collect(),
        })
        .collect();
    serde_json::json!({ "schema": "gangplank.recover/1", "runs": runs })
}

fn file_json<'a>(
    one: &'a Settled,
    file: &'a RunFile,
    state: &'a FileState,
    how: Option<Recovery>,
) -> FileJson<'a> {
    let (before, after) = (file.before.as_deref(), file.after.as_deref());
    let is_there = |text: Option<&'a str>| (text, if text.is_some() { "text" } else { "missing" });
    let (now, now_is) = match state {
        FileState::Old => is_there(before),
        FileState::New => is_there(after),
        FileState::Edited(Present::Text(text)) => (Some(text.as_str()), "text"),
        FileState::Edited(present) => (None, present_word(present)),
    };
    let outcome = how.map(|how| one.outcome(file, how));
    FileJson { path: &file.path, state: word(state), outcome, before, after, now, now_is }
}
