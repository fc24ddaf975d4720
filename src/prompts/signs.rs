//! The signs of checks in lines. Each is a word where a screen reader speaks it.

use crate::wizard::Sign;

/// How checks are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// With words, which can be heard.
    Words,
    /// With characters of Unicode.
    Unicode,
    /// With ASCII characters.
    Ascii,
}

impl Signs {
    /// What stands before a check that came out like this.
    pub fn of(self, sign: Sign) -> &'static str {
        let [word, unicode, ascii] = match sign {
            Sign::Ok => ["ok:", "✓", "v"],
            Sign::No => ["no:", "✗", "x"],
            Sign::Look => ["look:", "!", "!"],
            Sign::Unknown => ["unknown:", "?", "?"],
            Sign::Asking => ["waiting:", "◌", "~"],
            Sign::NotYet => ["not yet:", "·", "."],
        };
        match self {
            Signs::Words => word,
            Signs::Unicode => unicode,
            Signs::Ascii => ascii,
        }
    }
}
