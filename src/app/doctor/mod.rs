//! `gangplank doctor`: whether what gangplank stands on is there and as it should be. Looks and asks,
//! changes nothing.

mod around;
mod repository;

use std::fmt::Write as _;

use serde::Serialize;

use super::is_json;
use super::printer::Printer;
use crate::cli::{Environment, Request};
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::tui::Theme;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Error,
    Unknown,
}

/// What was found out about one thing.
#[derive(Debug, Clone, Serialize)]
struct Check {
    name: String,
    status: Status,
    message: String,
    help: Option<String>,
}

impl Check {
    fn new(name: &str, status: Status, message: impl Into<String>) -> Self {
        Check { name: name.to_owned(), status, message: message.into(), help: None }
    }

    fn ok(name: &str, message: impl Into<String>) -> Self {
        Check::new(name, Status::Ok, message)
    }

    fn help(self, help: impl Into<String>) -> Self {
        Check { help: Some(help.into()), ..self }
    }

    /// What keeps gangplank from working, said as it would be said then.
    fn failed(name: &str, report: &Report) -> Self {
        let check = Check::new(name, Status::Error, report.line());
        Check { help: report.help.clone(), ..check }
    }
}

pub(super) fn run(request: &Request, environment: &Environment, printer: Printer) -> Exit {
    let mut checks = Vec::new();
    let root = repository::check(request, environment, &mut checks);
    checks.extend(around::terminal(request, environment));
    checks.push(around::kustomize(root.as_ref().map(|root| root.path.as_path()), environment));
    checks.push(around::aws(request, environment));
    if let Some(root) = &root {
        checks.push(around::state(&root.path, environment));
        checks.extend(around::interrupted_runs(root, environment));
    }
    let printed = if is_json(request) {
        printer.json_data(&serde_json::json!({ "schema": "gangplank.doctor/1", "checks": checks }))
    } else {
        let color = printer.is_colored(request.color, environment);
        printer.painted(&text(&checks, color, request.ascii))
    };
    let has_error = checks.iter().any(|check| check.status == Status::Error);
    printed.and(if has_error { Exit::Failed } else { Exit::Done })
}

/// A line for each check, with its help below.
fn text(checks: &[Check], color: bool, ascii: bool) -> String {
    let glyphs = Theme::new(false, ascii).glyphs;
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    checks.iter().fold(String::new(), |mut out, check| {
        let (sign, word, paint) = match check.status {
            Status::Ok => (glyphs.ok, "ok", "32"),
            Status::Warning => (glyphs.look, "warning", "33"),
            Status::Error => (glyphs.no, "error", "1;31"),
            Status::Unknown => (glyphs.unknown, "unknown", "33"),
        };
        let word = format!("{sign} {word:<7}");
        let word = if color { format!("\u{1b}[{paint}m{word}\u{1b}[0m") } else { word };
        let (name, message) = (in_one_line(&check.name), in_one_line(&check.message));
        let _ = writeln!(out, "{word}  {name:<width$}  {message}");
        if let Some(help) = &check.help {
            let _ = writeln!(out, "{:11}{:width$}  help: {}", "", "", in_one_line(help));
        }
        out
    })
}
