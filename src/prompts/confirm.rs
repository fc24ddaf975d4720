//! One yes or no, for commands without a wizard.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use inquire::{Confirm, InquireError};
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::capable::drop_keys;
use super::lines::read_line;
use super::typed_ahead::{drop_lines, is_ready};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Somebody pressed Esc or Ctrl-C.
    #[error("left")]
    Left,
    /// There is no terminal to ask on.
    #[error("there is no terminal")]
    Unaskable,
}

/// Asks for a yes; Enter alone is a no.
///
/// # Errors
/// Without a terminal, or if the question was left.
pub fn confirm(question: &str) -> Result<bool, NoAnswer> {
    drop_keys().map_err(|_| NoAnswer::Unaskable)?;
    let answer = Confirm::new(question).with_default(false).prompt();
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => NoAnswer::Left,
        _ => NoAnswer::Unaskable,
    })
}

/// How long one wait for a line takes before Ctrl-C is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Asks the same in a plain line, without an escape byte.
///
/// # Errors
/// Without a terminal, or if the question was left.
pub fn confirm_in_lines(question: &str) -> Result<bool, NoAnswer> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let is_over = Arc::new(AtomicBool::new(false));
    flag::register_conditional_default(SIGINT, Arc::clone(&is_over))
        .and_then(|_| flag::register(SIGINT, Arc::clone(&interrupted)))
        .map_err(|_| NoAnswer::Unaskable)?;
    let answer = asked(question, &interrupted);
    // From here on Ctrl-C does what it does without us.
    is_over.store(true, Ordering::Relaxed);
    match answer.map_err(|_| NoAnswer::Unaskable)? {
        Some(line) => Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")),
        None => Err(NoAnswer::Left),
    }
}

/// The line that was typed; none at the end of the input, or after Ctrl-C.
fn asked(question: &str, interrupted: &AtomicBool) -> io::Result<Option<String>> {
    drop_lines()?;
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N]: ")?;
    while !interrupted.load(Ordering::Relaxed) {
        if is_ready(TICK)? {
            return read_line();
        }
    }
    writeln!(stderr)?;
    Ok(None)
}
