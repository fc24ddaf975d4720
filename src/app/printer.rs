//! The only place that prints: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use super::workflow;
use crate::cli::{Color, Environment, Output, Request};
use crate::domain::finding::{Finding, Level};
use crate::domain::shown::{in_one_line, shown};
use crate::error::{Exit, Report};

/// Prints in the form that the request asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printer {
    failures: Failures,
    quiet: bool,
}

/// How a failure is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failures {
    /// For people, on standard error.
    Human,
    /// As `gangplank.error/1`, on standard output.
    Json,
    /// As an annotation of a run on GitHub, on standard output.
    Github,
}

impl Printer {
    pub(super) fn of(request: &Request) -> Self {
        let failures = match request.output {
            Output::Json => Failures::Json,
            Output::Github => Failures::Github,
            Output::Human | Output::Markdown | Output::Sarif => Failures::Human,
        };
        Printer { failures, quiet: request.quiet }
    }

    pub(super) fn plain() -> Self {
        Printer { failures: Failures::Human, quiet: false }
    }

    /// For a command line that can't be read: the form that it names all the same.
    pub(super) fn of_unread(arguments: &[String], environment: &Environment) -> Self {
        let names = |form: &str| {
            let flag = format!("--output={form}");
            arguments.iter().any(|argument| *argument == flag || argument == form)
                || environment.get("GANGPLANK_OUTPUT") == Some(form)
        };
        let failures = match () {
            () if names("json") => Failures::Json,
            () if names("github") => Failures::Github,
            () => Failures::Human,
        };
        Printer { failures, quiet: false }
    }

    /// Data, byte for byte; on a terminal without what the terminal would act on.
    #[must_use]
    pub(super) fn data(self, text: &str) -> Exit {
        let text = if io::stdout().is_terminal() { shown(text) } else { text.into() };
        written(&mut io::stdout().lock(), &text)
    }

    /// Data whose colours are the program's own, and in which everything else was made harmless.
    #[must_use]
    pub(super) fn painted(self, text: &str) -> Exit {
        written(&mut io::stdout().lock(), text)
    }

    /// Whether standard output is to have colours.
    pub(super) fn is_colored(self, color: Color, environment: &Environment) -> bool {
        match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let is_asked = environment.get("NO_COLOR").is_none();
                is_asked && !environment.wants_lines() && io::stdout().is_terminal()
            }
        }
    }

    /// Whether somebody sees how far a long run is.
    pub(super) fn shows_progress(self, environment: &Environment) -> bool {
        !self.quiet && !environment.wants_lines() && io::stderr().is_terminal()
    }

    /// A line that the next one takes the place of.
    pub(super) fn progress(self, text: &str) {
        self.always(&format!("\r{}\u{1b}[K", in_one_line(text)));
    }

    #[must_use]
    pub(super) fn json_data(self, value: &serde_json::Value) -> Exit {
        self.data(&format!("{value:#}\n"))
    }

    /// A line for people, unless they asked for quiet.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            self.always(&format!("{}\n", in_one_line(text)));
        }
    }

    /// The same of several lines, such as a diff.
    pub(super) fn lines(self, text: &str) {
        if !self.quiet {
            self.always(&format!("{}\n", shown(text)));
        }
    }

    /// A line that is said whether quiet or not.
    pub(super) fn warning(self, text: &str) {
        self.always(&format!("warning: {}\n", in_one_line(text)));
    }

    fn always(self, text: &str) {
        // Nobody is left to be told if standard error is gone.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// An error, and the exit code that goes with it.
    pub(super) fn failure(self, report: &Report) -> Exit {
        let said = match self.failures {
            Failures::Json => self.json_data(&report.json()),
            Failures::Github => self.painted(&workflow::failure(report)),
            Failures::Human => {
                self.always(&report.human());
                Exit::Done
            }
        };
        said.and(report.exit)
    }

    /// A finding that does not stop anything. Quiet or not, a warning is said.
    pub(super) fn remark(self, finding: &Finding, report: &Report) {
        let word = match finding.level {
            Level::Note if self.quiet => return,
            Level::Note => "note",
            Level::Warning | Level::Error => "warning",
        };
        self.always(&report.human_as(&format!("{word}[{}]", finding.rule)));
    }
}

fn written(out: &mut impl Write, text: &str) -> Exit {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        // A reader that has gone away (`| head`) has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            let line = format!("error: standard output can't be written: {error}\n");
            // Nobody is left to be told if standard error is gone too.
            let _ = io::stderr().lock().write_all(line.as_bytes());
            Exit::Failed
        }
    }
}
