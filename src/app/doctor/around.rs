//! What is around the repository: the terminal, an installed kustomize, AWS, the state folder.

use std::path::Path;

use rustix::fs::{Access, access};

use super::{Check, Status};
use crate::app::interrupted;
use crate::app::session::{installed_kustomize, open_disk};
use crate::app::state::State;
use crate::app::terminal::{Asking, asking};
use crate::app::verify::{has_credentials, lookup};
use crate::aws::Identity;
use crate::cli::{Color, Environment, Request, Verify};
use crate::repo::Root;
use crate::tui::{self, view::LEAST};

/// The terminal: whether there is one, its size, its colours, its characters.
pub(super) fn terminal(request: &Request, environment: &Environment) -> Vec<Check> {
    let check = match asking(request, environment) {
        None => {
            let check =
                Check::new("terminal", Status::Unknown, "none here, so nobody can be asked");
            check.help("all answers as flags, with --yes or --dry-run, need none")
        }
        Some(Asking::Lines) => Check::ok(
            "terminal",
            "questions come in plain lines: ACCESSIBLE is set, or TERM is dumb",
        ),
        Some(_) => return window_checks(request, environment),
    };
    vec![check]
}

fn window_checks(request: &Request, environment: &Environment) -> Vec<Check> {
    vec![window(environment), colors(request, environment), characters(request, environment)]
}

fn window(environment: &Environment) -> Check {
    let term = environment.get("TERM").unwrap_or("not set");
    match tui::size() {
        Some((columns, lines)) => {
            let message = format!("{columns} columns, {lines} lines; TERM is {term}");
            if columns < LEAST.0 || lines < LEAST.1 {
                let help = format!("questions need {} columns and {} lines", LEAST.0, LEAST.1);
                return Check::new("terminal", Status::Warning, message).help(help);
            }
            Check::ok("terminal", message)
        }
        None => Check::new("terminal", Status::Warning, "it does not say how large it is"),
    }
}

fn colors(request: &Request, environment: &Environment) -> Check {
    let message = match request.color {
        Color::Always => "on: --color",
        Color::Never => "off: --color",
        Color::Auto if environment.get("NO_COLOR").is_some() => "off: NO_COLOR is set",
        Color::Auto => "the terminal's own 16",
    };
    Check::ok("colours", message)
}

/// The first of these variables that is set counts, as for every program.
fn characters(request: &Request, environment: &Environment) -> Check {
    if request.ascii {
        return Check::ok("characters", "ASCII: --ascii");
    }
    let mut variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let set = variables.find_map(|name| Some((name, environment.get(name)?)));
    let is_utf8 = |value: &str| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    };
    match set {
        Some((name, value)) if is_utf8(value) => {
            Check::ok("characters", format!("UTF-8: {name} is {value}"))
        }
        Some((name, value)) => {
            let message = format!("{name} is {value}, which is not UTF-8");
            let check = Check::new("characters", Status::Warning, message);
            check.help("--ascii, if the screen shows odd characters")
        }
        None => Check::new("characters", Status::Unknown, "no locale is set")
            .help("--ascii, if the screen shows odd characters"),
    }
}

/// The program that is asked where the native build can't work something out.
pub(super) fn kustomize(root: Option<&Path>, environment: &Environment) -> Check {
    let name = "kustomize";
    let need = "kustomize 4 or newer, or kubectl 1.21 or newer";
    let Some(program) = installed_kustomize(root, environment) else {
        let message = "neither kustomize nor kubectl is in PATH";
        return Check::new(name, Status::Warning, message).help(format!(
            "install {need}: it is asked where gangplank can't work a build out itself"
        ));
    };
    let path = program.program().display();
    match program.release() {
        Ok(release) => {
            let message = format!("{}: {path}", release.name);
            match release.is_too_old {
                Some(false) => Check::ok(name, message),
                Some(true) => {
                    let message = format!("{message} is too old: it refuses inline patches");
                    Check::new(name, Status::Warning, message).help(format!("install {need}"))
                }
                None => Check::new(name, Status::Unknown, format!("{message} tells no version")),
            }
        }
        Err(why) => Check::new(name, Status::Warning, format!("{path}: {why}"))
            .help(format!("install {need}")),
    }
}

/// Who AWS says that is asking. Without a trace of credentials the chain would look for them in the
/// network for seconds.
pub(super) fn aws(request: &Request, environment: &Environment) -> Check {
    let not_asked = |why: &str| {
        let message = format!("not asked who you are: {why}; roles are not verified");
        Check::new("aws", Status::Unknown, message)
    };
    if request.offline || request.verify == Verify::Off {
        return not_asked(if request.offline { "--offline" } else { "--verify off" });
    }
    if !has_credentials(environment, None) {
        return not_asked("no credentials here").help("aws sso login, or set AWS_PROFILE");
    }
    match lookup(request).identity() {
        Identity::Known(arn) => Check::ok("aws", format!("you are {arn}")),
        Identity::Unavailable(why) => Check::new("aws", Status::Warning, why),
        Identity::NotAsked => not_asked("this gangplank is built without AWS"),
    }
}

/// The runs that were interrupted; no word if there are none.
pub(super) fn interrupted_runs(root: &Root, environment: &Environment) -> Option<Check> {
    let disk = open_disk(root).ok()?;
    let runs = State::of(&root.path, environment).and_then(|state| state.glance(disk.as_ref()));
    let message = match runs {
        Ok(runs) if runs.is_empty() => return None,
        Ok(runs) => interrupted::in_a_line(&runs),
        Err(report) => report.line(),
    };
    let check = Check::new("interrupted", Status::Warning, message);
    Some(check.help(format!("{} shows it", interrupted::command(root, None))))
}

/// Whether the journal could be written, judged by the folder of it that is there.
pub(super) fn state(root: &Path, environment: &Environment) -> Check {
    let state = match State::of(root, environment) {
        Ok(state) => state,
        Err(report) => return Check::failed("state", &report),
    };
    let folder = state.folder();
    if let Some(why) = state.refusal() {
        let message = format!("the journal is not kept there: {why}");
        let help = "set XDG_STATE_HOME to a folder that only you can write to; nothing is written without it";
        return Check::new("state", Status::Error, message).help(help);
    }
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(folder);
    if there.is_dir() && access(there, Access::WRITE_OK | Access::EXEC_OK).is_ok() {
        return Check::ok("state", format!("{} can be written", folder.display()));
    }
    let message = format!("the journal can't be written: {} is in the way", there.display());
    let help = "set XDG_STATE_HOME to a folder that can be written; nothing is written without it";
    Check::new("state", Status::Error, message).help(help)
}
