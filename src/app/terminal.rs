//! Whether somebody can be asked, and how.

use std::io::IsTerminal;

use crate::cli::{Color, Environment, Request};

/// How somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// On the full screen.
    Screen,
    /// One question after the other, with editing and completion (`--plain`).
    Capable,
    /// In plain lines, without an escape byte (`ACCESSIBLE`, `TERM=dumb`).
    Lines,
}

/// How somebody can be asked here; nobody can without a terminal.
pub(super) fn asking(request: &Request, environment: &Environment) -> Option<Asking> {
    let stderr = std::io::stderr().is_terminal();
    // The full screen also draws on the terminal if only standard output is left of it.
    let shows = stderr || std::io::stdout().is_terminal();
    if !std::io::stdin().is_terminal() {
        return None;
    }
    match (environment.wants_lines(), request.plain) {
        (true, _) => stderr.then_some(Asking::Lines),
        (false, true) => stderr.then_some(Asking::Capable),
        (false, false) => shows.then_some(Asking::Screen),
    }
}

/// Whether questions have colours.
pub(super) fn has_color(request: &Request, environment: &Environment) -> bool {
    match request.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => environment.get("NO_COLOR").is_none(),
    }
}
