//! Why a typed value is refused: what is wrong, at which column, and what a right one looks like.

use thiserror::Error;

/// A value that its type refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Invalid {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// The first offending character, counted from 1; `None` where the whole value is meant.
    pub column: Option<usize>,
    /// A value that would do.
    pub example: &'static str,
}

impl Invalid {
    /// Refuses the whole value.
    pub fn whole(message: impl Into<String>, example: &'static str) -> Self {
        Invalid { message: message.into(), column: None, example }
    }

    /// Refuses the character at byte `offset` of `text`.
    pub fn at(
        text: &str,
        offset: usize,
        message: impl Into<String>,
        example: &'static str,
    ) -> Self {
        let column = text.get(..offset).unwrap_or(text).chars().count() + 1;
        Invalid { message: message.into(), column: Some(column), example }
    }

    /// The message with its column in front, for one line of output.
    pub fn line(&self) -> String {
        match self.column {
            Some(column) => format!("column {column}: {}", self.message),
            None => self.message.clone(),
        }
    }

    /// The same refusal for a value that begins `shift` characters into a longer text.
    #[must_use]
    pub fn shifted(self, shift: usize) -> Self {
        Invalid { column: Some(self.column.unwrap_or(1) + shift), ..self }
    }
}

/// Names a character so that it can be shown: control characters would harm a terminal.
pub fn show(c: char) -> String {
    if c.is_control() {
        format!("U+{:04X}", u32::from(c))
    } else if c == ' ' {
        "a blank".to_owned()
    } else {
        format!("`{c}`")
    }
}
