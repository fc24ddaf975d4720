//! A mistake in a template, with its place.

/// What is wrong at one place of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    /// Its rule in the catalogue.
    pub(super) rule: &'static str,
    /// The byte of the text at which it stands.
    pub(super) at: usize,
    /// One line that says what is wrong.
    pub(super) message: String,
    /// What to write instead.
    pub(super) help: String,
}

impl Slip {
    pub(super) fn new(
        rule: &'static str,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Slip { rule, at, message: message.into(), help: help.into() }
    }

    pub(super) fn syntax(at: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Slip::new("template/syntax", at, message, help)
    }
}

/// The line and column of a byte, both from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// The byte at a line and column, both from 1.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
    let here = lines.next().unwrap_or_default();
    before + here.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}
