//! Everything that can happen to the wizard: its table of contents, together with `effect`.

use std::sync::Arc;

use crate::aws::{ListEnd, RoleCheck};
use crate::domain::role_arn::RoleArn;
use crate::plan::{NamespaceState, Outlook};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A character was typed.
    Typed(char),
    /// Text was pasted.
    Pasted(String),
    /// A text field was edited in another way.
    Edited(Edit),
    /// A choice, a suggestion or a page was moved over.
    Moved(Move),
    /// Enter: take what is there and go on.
    Entered,
    /// Tab: go on.
    WentOn,
    /// Shift-Tab: go back.
    WentBack,
    /// Esc: close what is open, else go back.
    Escaped,
    /// Space on a switch or a choice.
    Toggled,
    /// The focused question is answered as a whole: with these values, or with none of its own.
    Answered(Vec<String>),
    /// Another entry of a repeatable answer.
    EntryAdded,
    /// The program is to be stopped until `fg`.
    SuspendAsked,
    /// The screen is to be drawn anew.
    RedrawAsked,
    /// Help was asked for, or closed.
    HelpAsked,
    /// The preview was opened over everything, or closed.
    PreviewAsked,
    /// The next (or the one before) of the preview's files.
    FileSwitched(isize),
    /// Between the whole file and what changes.
    DiffSwitched,
    /// Between the two styles of patches.
    StyleSwitched,
    /// The plan is to be written.
    WriteAsked,
    /// Everything is to be read again.
    Refreshed,
    /// The wizard is to be left.
    QuitAsked,
    /// The repository was looked through.
    Scanned(Scanned),
    /// The outlook on the answers of this request is there.
    Looked(u64, Result<Arc<Outlook>, String>),
    /// AWS answered this request.
    RoleChecked(u64, RoleCheck),
    /// AWS listed some of the roles that this request is about.
    RolesListed(u64, Vec<RoleArn>),
    /// How the list of this request ended.
    RoleListEnded(u64, ListEnd),
    /// The plan was written, or why not.
    Applied(Result<(), String>),
    /// An interrupted run was taken up, or why not.
    Recovered(Result<(), String>),
}

/// An edit of a text field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// One character to the left goes.
    Backspace,
    /// One character to the right goes.
    Delete,
    /// The word to the left goes.
    DeleteWord,
    /// Everything to the left goes.
    DeleteToStart,
    /// Everything to the right goes.
    DeleteToEnd,
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// To the start.
    Start,
    /// To the end.
    End,
}

/// A move over a list or a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// What was found in the repository.
#[derive(Debug, Clone)]
pub enum Scanned {
    /// The clusters.
    Clusters(Result<Vec<String>, String>),
    /// The namespaces of a cluster.
    Namespaces(String, Result<Vec<String>, String>),
    /// What some namespaces of a cluster have.
    States(String, Vec<NamespaceState>),
}
