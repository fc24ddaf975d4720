//! Sets that have a name: `\d`, `[:alnum:]`, `\p{Lu}`.

use super::parser::{Parser, Read, Stop};
use super::set::Set;

const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const UPPER: &[(u32, u32)] = &[(0x41, 0x5a)];
const LOWER: &[(u32, u32)] = &[(0x61, 0x7a)];
const ALPHA: &[(u32, u32)] = &[(0x41, 0x5a), (0x61, 0x7a)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
const CONTROL: &[(u32, u32)] = &[(0, 0x1f), (0x7f, 0x7f)];
const PUNCT: &[(u32, u32)] = &[(0x21, 0x2f), (0x3a, 0x40), (0x5b, 0x60), (0x7b, 0x7e)];

/// Go's `perlGroup`: `\s` is without the vertical tab. With whether it is negated.
pub(super) fn perl_class(text: &str) -> Option<(Set, bool)> {
    let letter = text.strip_prefix('\\')?.chars().next()?;
    let ranges: &[(u32, u32)] = match letter.to_ascii_lowercase() {
        'd' => DIGIT,
        's' => &[(9, 10), (12, 13), (32, 32)],
        'w' => WORD,
        _ => return None,
    };
    Some((Set::of(ranges), letter.is_ascii_uppercase()))
}

/// Go's `posixGroup`, by the name between the colons. With whether it is negated.
pub(super) fn posix_class(name: &str) -> Option<(Set, bool)> {
    let plain = name.strip_prefix('^');
    let ranges: &[(u32, u32)] = match plain.unwrap_or(name) {
        "alnum" => &[(0x30, 0x39), (0x41, 0x5a), (0x61, 0x7a)],
        "alpha" => ALPHA,
        "ascii" => &[(0, 0x7f)],
        "blank" => &[(9, 9), (32, 32)],
        "cntrl" => CONTROL,
        "digit" => DIGIT,
        "graph" => &[(0x21, 0x7e)],
        "lower" => LOWER,
        "print" => &[(0x20, 0x7e)],
        "punct" => PUNCT,
        "space" => &[(9, 13), (32, 32)],
        "upper" => UPPER,
        "word" => WORD,
        "xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    };
    Some((Set::of(ranges), plain.is_some()))
}

impl Parser<'_> {
    /// `\pL`, `\p{Greek}`, `\P{^Lu}`: the part of the table that is in ASCII. The rest differs by
    /// the Unicode version, so the pattern is sure for ASCII only.
    pub(super) fn unicode_class(&mut self) -> Read<Option<Set>> {
        let is_negated = match self.rest.get(..2) {
            Some(r"\p") => false,
            Some(r"\P") => true,
            _ => return Ok(None),
        };
        let inside = &self.rest[2..];
        let first = inside.chars().next().ok_or(Stop::Refused)?;
        let (name, length) = match inside.strip_prefix('{') {
            Some(braced) => {
                let end = braced.find('}').ok_or(Stop::Refused)?;
                (&braced[..end], end + 2)
            }
            None => (&inside[..first.len_utf8()], first.len_utf8()),
        };
        let plain = name.strip_prefix('^');
        let ranges = unicode_table(plain.unwrap_or(name))?;
        if self.flags.folds_case {
            return Err(Stop::Unsure("it folds the case of a Unicode class"));
        }
        self.skip(2 + length);
        self.is_only_sure_for_ascii = true;
        let set = Set::of(ranges);
        Ok(Some(if is_negated == plain.is_some() { set } else { set.negated() }))
    }
}

/// The ASCII part of a table that all of kube2iam's Go versions know by exactly this name.
fn unicode_table(name: &str) -> Read<&'static [(u32, u32)]> {
    Ok(match name {
        "Any" => &[(0, 0x10_FFFF)],
        "L" | "Latin" => ALPHA,
        "Lu" => UPPER,
        "Ll" => LOWER,
        "N" | "Nd" => DIGIT,
        "P" => &[
            (0x21, 0x23),
            (0x25, 0x2a),
            (0x2c, 0x2f),
            (0x3a, 0x3b),
            (0x3f, 0x40),
            (0x5b, 0x5d),
            (0x5f, 0x5f),
            (0x7b, 0x7b),
            (0x7d, 0x7d),
        ],
        "Pc" => &[(0x5f, 0x5f)],
        "Pd" => &[(0x2d, 0x2d)],
        "S" => &[
            (0x24, 0x24),
            (0x2b, 0x2b),
            (0x3c, 0x3e),
            (0x5e, 0x5e),
            (0x60, 0x60),
            (0x7c, 0x7c),
            (0x7e, 0x7e),
        ],
        "Z" | "Zs" => &[(0x20, 0x20)],
        "C" | "Cc" => CONTROL,
        "Lt" | "Lm" | "Lo" | "M" | "Mn" | "Mc" | "Me" | "Nl" | "No" | "Zl" | "Zp" | "Cf" | "Co"
        | "Cs" | "So" | "Greek" | "Cyrillic" | "Han" | "Arabic" | "Hebrew" | "Hiragana"
        | "Katakana" | "Thai" => &[],
        name if is_possible_name(name) => {
            return Err(Stop::Unsure("Go's versions know different names of Unicode classes"));
        }
        _ => return Err(Stop::Refused),
    })
}

/// Go's names have ASCII letters, which newer versions look up without case, `_`, `-` and blank.
fn is_possible_name(name: &str) -> bool {
    let is_legal = |b: u8| b.is_ascii_alphabetic() || b"_- ".contains(&b);
    name.bytes().any(|b| b.is_ascii_alphabetic()) && name.bytes().all(is_legal)
}
