//! The keys: one table from which the footer, the help and the mapping of events come.
//!
//! In text fields every printable key types, since `+`, `?`, `,`, `@` and `=` are legal in roles.

use super::message::{Edit, Message, Move};

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
}

use Context::{Choice, Popup, Preview, Review, Text, Written};
use Key::{Alt, Char, Ctrl, Named};

const EVERYWHERE: &[Context] = &[Text, Choice, Review, Preview, Written, Popup];
const STEPS: &[Context] = &[Text, Choice];
const PAGES: &[Context] = &[Review, Preview];

const fn binding(
    keys: &'static [Key],
    contexts: &'static [Context],
    message: fn() -> Message,
    shown: &'static str,
    does: &'static str,
) -> Binding {
    Binding { keys, contexts, message, shown, does, in_footer: true }
}

const fn hidden(
    keys: &'static [Key],
    contexts: &'static [Context],
    message: fn() -> Message,
    shown: &'static str,
    does: &'static str,
) -> Binding {
    Binding { keys, contexts, message, shown, does, in_footer: false }
}

/// All keys. Of several that fit, the first one counts.
pub const BINDINGS: &[Binding] = &[
    binding(&[Ctrl('s'), Named("F10")], &[Review], || Message::WriteAsked, "^S", "write"),
    binding(&[Named("Enter")], &[Review], || Message::Entered, "Enter", "change this answer"),
    binding(&[Named("Enter")], &[Popup], || Message::Entered, "Enter", "yes"),
    binding(&[Named("Enter"), Char('q')], &[Written], || Message::QuitAsked, "q", "quit"),
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
    binding(&[Named("Up"), Ctrl('p')], &[Choice], || Message::Moved(Move::Up), "↑↓", "choose"),
    hidden(&[Named("Up"), Ctrl('p')], EVERYWHERE, || Message::Moved(Move::Up), "↑", "up"),
    hidden(&[Named("Down"), Ctrl('n')], EVERYWHERE, || Message::Moved(Move::Down), "↓", "down"),
    binding(&[Char(' ')], &[Choice], || Message::Toggled, "Space", "toggle"),
    binding(&[Alt('+'), Alt('=')], &[Text], || Message::EntryAdded, "Alt-+", "another"),
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
    binding(&[Char(']')], PAGES, || Message::FileSwitched(1), "] [", "file"),
    hidden(&[Char('[')], PAGES, || Message::FileSwitched(-1), "[", "file before"),
    binding(&[Char('d')], PAGES, || Message::DiffSwitched, "d", "diff/file"),
    binding(&[Char('m')], &[Review], || Message::StyleSwitched, "m", "merge/patch"),
    binding(&[Ctrl('o')], &[Text, Choice, Review], || Message::PreviewAsked, "^O", "preview"),
    binding(&[Ctrl('o'), Char('q')], &[Preview], || Message::PreviewAsked, "^O", "close"),
    hidden(
        &[Ctrl('r')],
        &[Text, Choice, Review],
        || Message::Refreshed,
        "^R",
        "read everything again",
    ),
    binding(&[Named("F1"), Ctrl('g')], EVERYWHERE, || Message::HelpAsked, "F1", "help"),
    hidden(&[Char('?')], &[Choice, Review, Preview, Written], || Message::HelpAsked, "?", "help"),
    hidden(&[Ctrl('z')], EVERYWHERE, || Message::SuspendAsked, "^Z", "stop until fg"),
    hidden(&[Ctrl('l')], EVERYWHERE, || Message::RedrawAsked, "^L", "draw again"),
    hidden(&[Named("Esc")], EVERYWHERE, || Message::Escaped, "Esc", "close, else back"),
    hidden(&[Char('q')], &[Review], || Message::QuitAsked, "q", "quit"),
    binding(&[Ctrl('c')], EVERYWHERE, || Message::QuitAsked, "^C", "quit"),
    hidden(
        &[Named("Backspace"), Ctrl('h')],
        &[Text],
        || Message::Edited(Edit::Backspace),
        "Backspace",
        "delete left",
    ),
    hidden(
        &[Named("Delete"), Ctrl('d')],
        &[Text],
        || Message::Edited(Edit::Delete),
        "Del",
        "delete right",
    ),
    hidden(
        &[Ctrl('w'), Named("Alt-Backspace")],
        &[Text],
        || Message::Edited(Edit::DeleteWord),
        "^W",
        "delete word",
    ),
    hidden(&[Ctrl('u')], &[Text], || Message::Edited(Edit::DeleteToStart), "^U", "delete to start"),
    hidden(&[Ctrl('k')], &[Text], || Message::Edited(Edit::DeleteToEnd), "^K", "delete to end"),
    hidden(&[Named("Left"), Ctrl('b')], &[Text], || Message::Edited(Edit::Left), "←", "left"),
    hidden(
        &[Named("Right"), Ctrl('f')],
        &[Text],
        || Message::Edited(Edit::Right),
        "→",
        "right; at the end takes the suggestion",
    ),
    hidden(&[Alt('b')], &[Text], || Message::Edited(Edit::WordLeft), "Alt-B", "word left"),
    hidden(&[Alt('f')], &[Text], || Message::Edited(Edit::WordRight), "Alt-F", "word right"),
    hidden(
        &[Named("Home"), Ctrl('a')],
        &[Text],
        || Message::Edited(Edit::Start),
        "^A",
        "start of line",
    ),
    hidden(
        &[Named("End"), Ctrl('e')],
        &[Text],
        || Message::Edited(Edit::End),
        "^E",
        "end of line; there takes the suggestion",
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
        (Key::Char(c), Context::Text) => Some(Message::Typed(c)),
        _ => None,
    }
}
