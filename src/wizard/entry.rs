//! A line to type into at the foot of the screen: what to search, or where to save.

use super::field::TextField;
use super::state::Wizard;

/// What a line is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryPurpose {
    /// A text to find in the preview.
    Search,
    /// The file that what is shown is saved to.
    Save,
    /// The branch that what was written is committed on.
    Branch,
}

impl EntryPurpose {
    /// The same as a question.
    pub fn question(self) -> &'static str {
        match self {
            EntryPurpose::Search => "What is to be found?",
            EntryPurpose::Save => "Which new file should it be saved to?",
            EntryPurpose::Branch => "On which branch should it be committed? Nothing is pushed.",
        }
    }
}

/// The line.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is for.
    pub purpose: EntryPurpose,
    /// What was typed.
    pub field: TextField,
}

impl Entry {
    pub(super) fn new(purpose: EntryPurpose, text: &str) -> Self {
        Entry { purpose, field: TextField::of(&[text.to_owned()]) }
    }
}

impl Wizard {
    /// The line at the foot of the screen, if it is open.
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }
}
