//! The keys: one table from which the footer, the help and the mapping of events come.
//!
//! In text fields every printable key types, since `+`, `?`, `,`, `@` and `=` are legal in roles.

use super::message::{Again, Edit, Message, Move, Take};

/// A key, whatever the terminal calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A printable key.
    Char(char),
    /// A printable key with Ctrl.
    Ctrl(char),
    /// A printable key with Alt.
    Alt(char),
    /// An arrow or another key with a name.
    Named(&'static str),
}

impl Key {
    /// What people call it.
    pub fn name(self) -> String {
        match self {
            Char(' ') => "Space".to_owned(),
            Char(c) => c.to_string(),
            Ctrl(c) => format!("Ctrl-{}", c.to_ascii_uppercase()),
            Alt(c) => format!("Alt-{}", c.to_ascii_uppercase()),
            Named("BackTab") => "Shift-Tab".to_owned(),
            Named(name) => name.to_owned(),
        }
    }
}

/// Where the wizard is, as far as keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// A text field.
    Text,
    /// A choice or a switch.
    Choice,
    /// The review.
    Review,
    /// The preview over everything.
    Preview,
    /// After writing.
    Written,
    /// A window with a question.
    Popup,
    /// A line to type into at the foot of the screen.
    Entry,
}

impl Context {
    /// All of them.
    pub const ALL: [Context; 7] = [Text, Choice, Review, Preview, Written, Popup, Entry];

    /// What it is called in the help.
    pub fn title(self) -> &'static str {
        match self {
            Text => "a text field",
            Choice => "a choice",
            Review => "the review",
            Preview => "the preview",
            Written => "after writing",
            Popup => "a window",
            Entry => "a line to type into",
        }
    }
}

/// What a key does.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys.
    pub keys: &'static [Key],
    /// Where it works.
    pub contexts: &'static [Context],
    /// What happens.
    pub message: fn() -> Message,
    /// How the help calls the keys.
    pub shown: &'static str,
    /// What it does, in a word or three.
    pub does: &'static str,
    /// Whether the footer shows it.
    pub in_footer: bool,
    /// When it has work to do.
    pub works: Works,
}

/// When a key has work to do in its context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    /// Always.
    Always,
    /// In a field that takes several answers.
    Repeatable,
    /// On a switch.
    OnSwitch,
    /// On a choice.
    OnChoice,
    /// When there is a page to preview.
    WithPage,
    /// When that page is a file.
    WithFile,
    /// Once a role was granted.
    AfterGrant,
    /// Once a role was granted, and before that is committed.
    Uncommitted,
    /// When the plan can be written. Pressed all the same, the key says why it can't.
    Writable,
}

impl Binding {
    const fn when(mut self, works: Works) -> Self {
        self.works = works;
        self
    }
}

use Context::{Choice, Entry, Popup, Preview, Review, Text, Written};
use Key::{Alt, Char, Ctrl, Named};

const EVERYWHERE: &[Context] = &[Text, Choice, Review, Preview, Written, Popup];
const TYPING: &[Context] = &[Text, Entry];
const STEPS: &[Context] = &[Text, Choice];
const PAGES: &[Context] = &[Review, Preview];

const fn binding(
    keys: &'static [Key],
    contexts: &'static [Context],
    message: fn() -> Message,
    shown: &'static str,
    does: &'static str,
) -> Binding {
    Binding { keys, contexts, message, shown, does, in_footer: true, works: Works::Always }
}

const fn hidden(
    keys: &'static [Key],
    contexts: &'static [Context],
    message: fn() -> Message,
    shown: &'static str,
    does: &'static str,
) -> Binding {
    Binding { keys, contexts, message, shown, does, in_footer: false, works: Works::Always }
}

/// All keys. Of several that fit, the first one counts.
pub const BINDINGS: &[Binding] = &[
    binding(&[Ctrl('s'), Named("F10")], &[Review], || Message::WriteAsked, "^S", "write")
        .when(Works::Writable),
    binding(&[Named("Enter")], &[Review], || Message::Entered, "Enter", "change this answer"),
    binding(&[Named("Enter")], &[Popup], || Message::Entered, "Enter", "take it"),
    binding(&[Named("Enter")], &[Entry], || Message::Entered, "Enter", "take it"),
    binding(&[Named("Esc"), Ctrl('c')], &[Entry], || Message::Escaped, "Esc", "close"),
    binding(&[Named("Tab")], STEPS, || Message::WentOn, "Tab", "next"),
    hidden(&[Named("Enter")], STEPS, || Message::Entered, "Enter", "take it, next"),
    binding(
        &[Named("BackTab"), Named("Alt-Left")],
        STEPS,
        || Message::WentBack,
        "Shift-Tab",
        "back",
    ),
    hidden(
        &[Named("BackTab"), Named("Alt-Left")],
        &[Review],
        || Message::WentBack,
        "Shift-Tab",
        "back",
    ),
    binding(&[Named("Up"), Ctrl('p')], &[Choice], || Message::Moved(Move::Up), "Up Down", "choose")
        .when(Works::OnChoice),
    hidden(&[Named("Up"), Ctrl('p')], EVERYWHERE, || Message::Moved(Move::Up), "Up", "up"),
    hidden(&[Named("Down"), Ctrl('n')], EVERYWHERE, || Message::Moved(Move::Down), "Down", "down"),
    binding(&[Char(' ')], &[Choice], || Message::Toggled, "Space", "toggle").when(Works::OnSwitch),
    binding(&[Alt('+'), Alt('=')], &[Text], || Message::EntryAdded, "Alt-+", "another")
        .when(Works::Repeatable),
    hidden(&[Named("PageUp")], EVERYWHERE, || Message::Moved(Move::PageUp), "PgUp", "a page up"),
    hidden(
        &[Named("PageDown")],
        EVERYWHERE,
        || Message::Moved(Move::PageDown),
        "PgDn",
        "a page down",
    ),
    hidden(&[Char('k')], PAGES, || Message::Moved(Move::Up), "k", "up"),
    hidden(&[Char('j')], PAGES, || Message::Moved(Move::Down), "j", "down"),
    hidden(&[Char('g'), Named("Home")], PAGES, || Message::Moved(Move::First), "g", "first"),
    hidden(&[Char('G'), Named("End")], PAGES, || Message::Moved(Move::Last), "G", "last"),
    binding(&[Char(']')], PAGES, || Message::FileSwitched(1), "] [", "switch file")
        .when(Works::WithPage),
    hidden(&[Char('[')], PAGES, || Message::FileSwitched(-1), "[", "the file before"),
    binding(&[Char('d')], PAGES, || Message::DiffSwitched, "d", "diff/file").when(Works::WithFile),
    hidden(&[Char('m')], &[Review], || Message::StyleSwitched, "m", "take the other style"),
    binding(&[Char('s')], PAGES, || Message::StylesAsked, "s", "both styles").when(Works::WithFile),
    binding(&[Char('/')], &[Preview], || Message::SearchAsked, "/", "search"),
    hidden(&[Char('/')], &[Review], || Message::SearchAsked, "/", "search in the preview"),
    hidden(&[Char('n')], &[Preview], || Message::MatchStepped { forward: true }, "n", "next place"),
    hidden(
        &[Char('N')],
        &[Preview],
        || Message::MatchStepped { forward: false },
        "N",
        "place before",
    ),
    hidden(
        &[Char('l')],
        PAGES,
        || Message::WrapSwitched,
        "l",
        "long lines go on below, or are cut",
    ),
    binding(&[Char('c')], &[Review], || Message::CopyAsked(Take::Command), "c", "copy command"),
    hidden(&[Char('c')], &[Written], || Message::CopyAsked(Take::Command), "c", "copy the command"),
    hidden(&[Char('c')], &[Preview], || Message::CopyAsked(Take::Command), "c", "copy the command"),
    binding(&[Char('y')], &[Preview], || Message::CopyAsked(Take::Page), "y", "copy"),
    hidden(&[Char('y')], &[Review], || Message::CopyAsked(Take::Page), "y", "copy this file"),
    hidden(&[Char('w')], &[Preview], || Message::SaveAsked, "w", "save this file elsewhere"),
    hidden(&[Char('w')], &[Review], || Message::SaveAsked, "w", "save the plan as a diff"),
    hidden(
        &[Char('1')],
        &[Written],
        || Message::CopyAsked(Take::NextStep(1)),
        "1",
        "copy the first command",
    ),
    hidden(
        &[Char('2')],
        &[Written],
        || Message::CopyAsked(Take::NextStep(2)),
        "2",
        "copy the second command",
    ),
    hidden(
        &[Char('3')],
        &[Written],
        || Message::CopyAsked(Take::NextStep(3)),
        "3",
        "copy the third command",
    ),
    binding(&[Ctrl('o')], &[Text, Choice, Review], || Message::PreviewAsked, "^O", "preview")
        .when(Works::WithPage),
    binding(&[Ctrl('o'), Char('q')], &[Preview], || Message::PreviewAsked, "^O", "close"),
    hidden(
        &[Ctrl('r')],
        &[Text, Choice, Review],
        || Message::Refreshed,
        "^R",
        "read everything again",
    ),
    binding(&[Char('g')], &[Written], || Message::CommitAsked, "g", "commit")
        .when(Works::Uncommitted),
    binding(
        &[Char('h')],
        &[Written],
        || Message::HandOverAsked { test_pod: false },
        "h",
        "hand over",
    )
    .when(Works::AfterGrant),
    hidden(
        &[Char('t')],
        &[Written],
        || Message::HandOverAsked { test_pod: true },
        "t",
        "save the test pod, a script",
    ),
    binding(&[Char('p')], &[Written], || Message::AgainAsked(Again::Cluster), "p", "other cluster")
        .when(Works::AfterGrant),
    binding(&[Char('n')], &[Written], || Message::AgainAsked(Again::Namespace), "n", "namespace")
        .when(Works::AfterGrant),
    binding(&[Char('u')], &[Written], || Message::UndoAsked, "u", "undo").when(Works::AfterGrant),
    binding(&[Named("Enter"), Char('q')], &[Written], || Message::QuitAsked, "q", "quit"),
    binding(&[Named("F1"), Ctrl('g')], EVERYWHERE, || Message::HelpAsked, "F1", "help"),
    hidden(&[Char('?')], &[Choice, Review, Preview, Written], || Message::HelpAsked, "?", "help"),
    hidden(&[Ctrl('z')], EVERYWHERE, || Message::SuspendAsked, "^Z", "stop until fg"),
    hidden(&[Ctrl('l')], EVERYWHERE, || Message::RedrawAsked, "^L", "draw again"),
    hidden(&[Named("Esc")], EVERYWHERE, || Message::Escaped, "Esc", "close, else back"),
    hidden(&[Char('q')], &[Review], || Message::QuitAsked, "q", "quit"),
    binding(&[Ctrl('c')], EVERYWHERE, || Message::QuitAsked, "^C", "quit"),
    hidden(
        &[Named("Backspace"), Ctrl('h')],
        TYPING,
        || Message::Edited(Edit::Backspace),
        "Backspace",
        "delete left",
    ),
    hidden(
        &[Named("Delete"), Ctrl('d')],
        TYPING,
        || Message::Edited(Edit::Delete),
        "Del",
        "delete right",
    ),
    hidden(
        &[Ctrl('w'), Named("Alt-Backspace")],
        TYPING,
        || Message::Edited(Edit::DeleteWord),
        "^W",
        "delete word",
    ),
    hidden(&[Ctrl('u')], TYPING, || Message::Edited(Edit::DeleteToStart), "^U", "delete to start"),
    hidden(&[Ctrl('k')], TYPING, || Message::Edited(Edit::DeleteToEnd), "^K", "delete to end"),
    hidden(&[Named("Left"), Ctrl('b')], TYPING, || Message::Edited(Edit::Left), "Left", "left"),
    hidden(
        &[Named("Right"), Ctrl('f')],
        TYPING,
        || Message::Edited(Edit::Right),
        "Right",
        "right; at the end of a field takes the suggestion",
    ),
    hidden(&[Alt('b')], TYPING, || Message::Edited(Edit::WordLeft), "Alt-B", "word left"),
    hidden(&[Alt('f')], TYPING, || Message::Edited(Edit::WordRight), "Alt-F", "word right"),
    hidden(
        &[Named("Home"), Ctrl('a')],
        TYPING,
        || Message::Edited(Edit::Start),
        "^A",
        "start of line",
    ),
    hidden(
        &[Named("End"), Ctrl('e')],
        TYPING,
        || Message::Edited(Edit::End),
        "^E",
        "end of line; in a field takes the suggestion",
    ),
];

/// What a key does in a context.
pub fn message_for(key: Key, context: Context) -> Option<Message> {
    let fits =
        |binding: &&Binding| binding.contexts.contains(&context) && binding.keys.contains(&key);
    if let Some(binding) = BINDINGS.iter().find(fits) {
        return Some((binding.message)());
    }
    match (key, context) {
        (Key::Char(c), Context::Text | Context::Entry) => Some(Message::Typed(c)),
        _ => None,
    }
}
