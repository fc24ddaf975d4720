//! Everything that can happen to the wizard: its table of contents, together with `effect`.

use std::sync::Arc;

use super::preview::Sheet;
use crate::aws::{ListEnd, RoleCheck};
use crate::domain::role_arn::RoleArn;
use crate::plan::{NamespaceState, Outlook, Plan};

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
    /// Both styles of patches side by side, or the chosen one again.
    StylesAsked,
    /// Between cutting long lines and letting them go on below.
    WrapSwitched,
    /// A text is to be found in the preview.
    SearchAsked,
    /// The next place (else the one before) where it is found.
    MatchStepped {
        /// Whether it is the next one.
        forward: bool,
    },
    /// Something is to be copied to the clipboard.
    CopyAsked(Take),
    /// What is shown is to be saved to a file.
    SaveAsked,
    /// After writing: once more.
    AgainAsked(Again),
    /// What was written is to be taken back.
    UndoAsked,
    /// What was written is to be committed.
    CommitAsked,
    /// The texts for the team are to be shown.
    HandOverAsked {
        /// Whether it is the test pod that is wanted, as a file.
        test_pod: bool,
    },
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
    /// The same answers in the other style, for this request.
    OtherStyleLooked(u64, Result<Arc<Outlook>, String>),
    /// What an undo would do, or why there is none.
    UndoPlanned(Result<Box<Plan>, String>),
    /// What was committed and what comes next, or why nothing was.
    Committed(Result<Vec<String>, String>),
    /// The texts for the team: the page, the test pod, the pull request.
    HandedOver(Result<Vec<Sheet>, String>),
    /// What became of the copying.
    Copied(Result<String, String>),
    /// What became of the saving.
    Saved(Result<String, String>),
    /// AWS answered this request.
    RoleChecked(u64, RoleCheck),
    /// AWS listed some of the roles that this request is about.
    RolesListed(u64, Vec<RoleArn>),
    /// How the list of this request ended.
    RoleListEnded(u64, ListEnd),
    /// The plan was written, or why not.
    Applied(Result<(), String>),
    /// An interrupted run was settled: in words, and what was kept; or why not.
    Recovered(Result<String, String>),
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

/// Something that can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// What the preview shows.
    Page,
    /// The command that does the same without questions.
    Command,
    /// The command of a next step, from 1.
    NextStep(usize),
}

/// What is done once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The same on another cluster.
    Cluster,
    /// Another namespace on the same cluster.
    Namespace,
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
