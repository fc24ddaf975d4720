//! Who asks in lines, as a trait: with `inquire` on a capable terminal, in plain lines for a screen
//! reader, or by a script.

use std::io;

use super::signs::Signs;

/// A question, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prompt {
    /// The question.
    pub title: String,
    /// A line that explains it; may be empty.
    pub help: String,
    /// A word or two for the line on which the answer is typed.
    pub label: String,
    /// What holds if nothing is typed.
    pub shown: Option<String>,
    /// The text to begin with, where a text can be edited.
    pub initial: String,
    /// What could be taken.
    pub rows: Vec<Row>,
    /// How it is answered.
    pub kind: PromptKind,
}

/// How a prompt is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PromptKind {
    /// With a text; the rows are suggestions.
    #[default]
    Text,
    /// With one of the rows; this one is highlighted at first.
    Choice(usize),
}

/// Something that could be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The answer that it stands for.
    pub value: String,
    /// How it is called.
    pub text: String,
    /// What is known about it; may be empty.
    pub note: String,
    /// Why it can't be taken, if so.
    pub refusal: Option<String>,
}

impl Row {
    /// The row as one line, with this between its name and what is known about it.
    pub fn line(&self, between: &str) -> String {
        match (&self.refusal, self.note.as_str()) {
            (Some(why), _) => format!("{} (can't be chosen: {why})", self.text),
            (None, "") => self.text.clone(),
            (None, note) => format!("{}{between}{note}", self.text),
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A line was typed.
    Line(String),
    /// The text is as it was.
    Unchanged,
    /// A row was taken, which stands for this.
    Value(String),
    /// Esc, or the row that says so: back to the question before.
    Back,
    /// What the question means.
    Why,
    /// What is shown is taken, up to the review.
    On,
    /// Ctrl-C, or the end of the input.
    Left,
    /// Nothing may be asked any more: a signal came.
    Gone,
}

/// What goes on behind a question while somebody thinks about it.
pub trait Behind {
    /// Takes what has come in; whether the question still stands.
    ///
    /// # Errors
    /// If what goes on behind it had a fault.
    fn goes_on(&mut self) -> io::Result<bool>;

    /// What could be taken where this is typed.
    fn rows(&mut self, typed: &str) -> Vec<Row>;
}

/// Somebody who says lines and asks questions.
pub trait Asker {
    /// How checks are signed.
    fn signs(&self) -> Signs;

    /// Whether rows are listed with numbers, so that a number takes one.
    fn has_numbers(&self) -> bool;

    /// Says a text.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn say(&mut self, text: &str) -> io::Result<()>;

    /// Asks a question. What was typed before it was asked is no answer.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn ask(&mut self, prompt: &Prompt, behind: &mut dyn Behind) -> io::Result<Reply>;
}
