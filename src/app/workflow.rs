//! Annotations of a run on GitHub: workflow commands, a line each.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::fmt::Write as _;

use crate::domain::finding::Level;
use crate::domain::shown::shown;
use crate::error::Report;

/// An annotation of a place in a file. `title` says what it is about in a word or two.
pub(super) fn annotation(
    level: Level,
    file: Option<&str>,
    place: Option<(usize, usize)>,
    title: &str,
    (message, help): (&str, &str),
) -> String {
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = String::new();
    if let Some(file) = file {
        let _ = write!(properties, "file={},", property(file));
    }
    if let (Some((line, column)), true) = (place, file.is_some()) {
        let _ = write!(properties, "line={line},col={column},");
    }
    let between = if help.is_empty() { "" } else { "\nhelp: " };
    let message = format!("{message}{between}{}", help.trim_end());
    format!("::{command} {properties}title={}::{}\n", property(title), data(&message))
}

/// A run that failed.
pub(super) fn failure(report: &Report) -> String {
    let help = report.help.as_deref().unwrap_or_default();
    let said = (report.error.as_str(), help);
    annotation(Level::Error, report.path.as_deref(), report.place, "gangplank failed", said)
}

/// The escapes of a message (`escapeData` of actions/toolkit).
fn data(text: &str) -> String {
    shown(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Those of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
