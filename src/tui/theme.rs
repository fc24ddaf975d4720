//! Colours by meaning, and never alone: each has a sign and a word beside it.

use ratatui::style::{Color, Modifier, Style};

use crate::wizard::Sign;

/// The styles of the screen. Only the 16 ANSI colours, so that the terminal's own theme decides
/// what they look like on its background.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// The one accent: what is focused.
    pub accent: Style,
    /// What is not in focus.
    pub dim: Style,
    /// The question.
    pub strong: Style,
    /// The highlighted row.
    pub selected: Style,
    /// Right.
    pub ok: Style,
    /// Wrong.
    pub no: Style,
    /// Worth a look.
    pub look: Style,
    /// A key in YAML.
    pub key: Style,
    /// A quoted text in YAML.
    pub text: Style,
    /// What was searched.
    pub hit: Style,
    /// The signs and lines.
    pub glyphs: Glyphs,
    /// Whether nothing but ASCII is drawn.
    pub is_ascii: bool,
}

/// The signs and lines, in Unicode or ASCII.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct Glyphs {
    pub ok: &'static str,
    pub no: &'static str,
    pub look: &'static str,
    pub unknown: &'static str,
    pub asking: &'static str,
    pub not_yet: &'static str,
    pub here: &'static str,
    pub on: &'static str,
    pub off: &'static str,
    pub bar: &'static str,
    pub row: &'static str,
    pub line: &'static str,
    pub column: &'static str,
    pub then: &'static str,
    pub dot: &'static str,
    pub more: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    ok: "✓",
    no: "✗",
    look: "!",
    unknown: "?",
    asking: "◌",
    not_yet: "·",
    here: "●",
    on: "●",
    off: "○",
    bar: "┃",
    row: "›",
    line: "─",
    column: "│",
    then: "›",
    dot: "·",
    more: "…",
};

const ASCII: Glyphs = Glyphs {
    ok: "v",
    no: "x",
    look: "!",
    unknown: "?",
    asking: "~",
    not_yet: ".",
    here: "*",
    on: "(*)",
    off: "( )",
    bar: "|",
    row: ">",
    line: "-",
    column: "|",
    then: ">",
    dot: "-",
    more: "...",
};

impl Theme {
    /// The theme with or without colours, in Unicode or ASCII.
    pub fn new(color: bool, ascii: bool) -> Self {
        let plain = Style::new();
        let colored = |color_of: Color| if color { plain.fg(color_of) } else { plain };
        Theme {
            accent: colored(Color::Cyan).add_modifier(Modifier::BOLD),
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            selected: plain.add_modifier(Modifier::REVERSED),
            ok: colored(Color::Green),
            no: colored(Color::Red).add_modifier(Modifier::BOLD),
            look: colored(Color::Yellow),
            key: colored(Color::Cyan),
            text: colored(Color::Magenta),
            hit: plain.add_modifier(Modifier::UNDERLINED),
            glyphs: if ascii { ASCII } else { UNICODE },
            is_ascii: ascii,
        }
    }

    /// The sign of a check and its style.
    pub fn sign(&self, sign: Sign) -> (&'static str, Style) {
        match sign {
            Sign::Ok => (self.glyphs.ok, self.ok),
            Sign::No => (self.glyphs.no, self.no),
            Sign::Look => (self.glyphs.look, self.look),
            Sign::Unknown => (self.glyphs.unknown, self.look),
            Sign::Asking => (self.glyphs.asking, self.dim),
            Sign::NotYet => (self.glyphs.not_yet, self.dim),
        }
    }
}
