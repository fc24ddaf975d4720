//! What went wrong, for people and for programs, and the exit code that goes with it.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::domain::finding::Finding;
use crate::domain::shown::{in_one_line, shown};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Written, or nothing to do.
    Done,
    /// Something failed.
    Failed,
    /// Wrong flags, or answers missing or invalid.
    Usage,
    /// Changes are pending (`--dry-run --exit-code`), or a check found something.
    Pending,
    /// What is on disk needs a decision.
    Decision,
    /// IAM says no, and that was required.
    VerifiedNo,
    /// IAM could not be asked, and that was required.
    NotVerified,
    /// A fault of the program.
    Internal,
    /// A signal.
    Signal(u8),
}

impl Exit {
    /// How a run ends that would end with `exit` if all that it had to say was said: this is how the
    /// saying ended. A report that was lost is no success, and finds nothing.
    #[must_use]
    pub(crate) fn and(self, exit: Exit) -> Exit {
        if self == Exit::Done { exit } else { self }
    }

    /// The code that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Pending => 3,
            Exit::Decision => 4,
            Exit::VerifiedNo => 5,
            Exit::NotVerified => 6,
            Exit::Internal => 70,
            Exit::Signal(number) => 128u8.saturating_add(number),
        }
    }
}

/// An error at the edge: what happened, where, and what to type next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How the run ends.
    pub exit: Exit,
    /// What happened, lower case, one line.
    pub error: String,
    /// What to do next.
    pub help: Option<String>,
    /// The file it is about.
    pub path: Option<String>,
    /// The line and column in it.
    pub place: Option<(usize, usize)>,
    /// The text of that line.
    pub line_text: Option<String>,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    error: &'a str,
    help: Option<&'a str>,
    path: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
}

/// Characters of a line that are shown before the one that is pointed at, and from there on.
const BEFORE: usize = 120;
const FROM_THERE: usize = 80;

/// A line of a file with a caret under one of its characters; of a long one, what is round it.
pub fn excerpt(text: &str, line: usize, column: usize) -> String {
    let at = column.saturating_sub(1);
    let skipped = at.saturating_sub(BEFORE);
    let before: String = text.chars().skip(skipped).take(at - skipped).collect();
    let after: String = text.chars().skip(at).take(FROM_THERE).collect();
    let cut = if skipped > 0 { "…" } else { "" };
    let before = format!("{cut}{}", in_one_line(&before.replace('\t', " ")));
    let number = line.to_string();
    let pad = " ".repeat(number.len());
    // A wide character takes two cells of the screen.
    let blanks = " ".repeat(before.width());
    format!(
        "{pad} |\n{number} | {before}{}\n{pad} | {blanks}^\n",
        in_one_line(&after.replace('\t', " "))
    )
}

/// What to do next. Lines to copy stay below each other and indented, so that none of them can pass
/// for a line of gangplank's own.
pub fn help_lines(help: &str) -> String {
    let help = shown(help.trim_end());
    match help.contains('\n') {
        true => format!("help:\n  {}\n", help.replace('\n', "\n  ")),
        false => format!("help: {help}\n"),
    }
}

impl Report {
    /// An error without a place.
    pub fn new(exit: Exit, error: impl Into<String>) -> Self {
        Report { exit, error: error.into(), help: None, path: None, place: None, line_text: None }
    }

    /// The same error with what to do next.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        let help: String = help.into();
        Report { help: Some(help).filter(|help| !help.is_empty()), ..self }
    }

    /// The same error about a file.
    #[must_use]
    pub fn at(self, path: impl Into<String>, place: Option<(usize, usize)>) -> Self {
        let path: String = path.into();
        Report { path: Some(path).filter(|path| !path.is_empty()), place, ..self }
    }

    /// The error that a finding is.
    pub fn of(finding: &Finding, exit: Exit) -> Self {
        Report::new(exit, finding.message.clone())
            .help(finding.help.clone())
            .at(finding.path.clone(), finding.line.zip(finding.column))
    }

    /// In one line, without the help: the place, and what happened.
    pub fn line(&self) -> String {
        let error = in_one_line(&self.error);
        match self.location() {
            Some(location) => format!("{location}: {error}"),
            None => error,
        }
    }

    fn location(&self) -> Option<String> {
        let path = in_one_line(self.path.as_deref()?);
        Some(match self.place {
            Some((line, column)) => format!("{path}:{line}:{column}"),
            None => path,
        })
    }

    /// For people: at most the message, the place with a caret, and the help.
    pub fn human(&self) -> String {
        self.human_as("error")
    }

    /// The same under another word than `error`, such as `warning[rule]`.
    pub fn human_as(&self, word: &str) -> String {
        let mut out = format!("{word}: {}\n", in_one_line(&self.error));
        if let Some(location) = self.location() {
            let _ = writeln!(out, " --> {location}");
        }
        if let Some((line, column)) = self.place.filter(|_| self.path.is_some()) {
            self.caret(line, column, &mut out);
        }
        if let Some(help) = &self.help {
            out.push_str(&help_lines(help));
        }
        out
    }

    fn caret(&self, line: usize, column: usize, out: &mut String) {
        let Some(text) = &self.line_text else { return };
        out.push_str(&excerpt(text, line, column));
    }

    /// For programs: `gangplank.error/1`.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!(ReportJson {
            schema: "gangplank.error/1",
            error: &self.error,
            help: self.help.as_deref(),
            path: self.path.as_deref(),
            line: self.place.map(|(line, _)| line),
            column: self.place.map(|(_, column)| column),
        })
    }
}
