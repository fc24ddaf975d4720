//! Questions in a line of their own, for commands without a full screen.

use inquire::{Confirm, InquireError};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Somebody pressed Esc or Ctrl-C.
    #[error("left")]
    Left,
    /// There is no terminal to ask on.
    #[error("{0}")]
    Unaskable(InquireError),
}

/// Asks for a yes; Enter alone is a no.
///
/// # Errors
/// Without a terminal, or if the question was left.
pub fn confirm(question: &str) -> Result<bool, NoAnswer> {
    let answer = Confirm::new(question).with_default(false).prompt();
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => NoAnswer::Left,
        other => NoAnswer::Unaskable(other),
    })
}
