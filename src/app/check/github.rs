//! Findings as annotations of a run on GitHub: workflow commands, a line each.

use std::fmt::Write as _;

use super::{Found, file_of};
use crate::domain::finding::{Finding, Level};
use crate::domain::shown::shown;

pub(super) fn annotations(found: &Found<'_>) -> String {
    let mut out = String::new();
    for finding in &found.findings {
        annotation(&file_of(found, &finding.path), finding, &mut out);
    }
    out
}

fn annotation(file: &str, finding: &Finding, out: &mut String) {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut place = format!("file={}", property(file));
    if let (Some(line), Some(column)) = (finding.line, finding.column) {
        let _ = write!(place, ",line={line},col={column}");
    }
    let help = if finding.help.is_empty() { "" } else { "\nhelp: " };
    let message = format!("{}{help}{}", finding.message, finding.help.trim_end());
    let title = property(finding.rule);
    let _ = writeln!(out, "::{command} {place},title={title}::{}", data(&message));
}

/// The escapes of a message (`escapeData` of actions/toolkit).
fn data(text: &str) -> String {
    shown(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Those of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
