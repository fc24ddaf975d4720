//! What stands behind a backslash.

use super::group::Group;
use super::named::perl_class;
use super::parser::{Parser, Read, Stop};
use super::tree::{Edge, Node, Tree};

impl Parser<'_> {
    /// An element that begins with a backslash, outside brackets.
    pub(super) fn escaped(&mut self, group: &mut Group) -> Read<()> {
        let edge = match self.rest.as_bytes().get(1) {
            Some(b'A') => Edge::TextStart,
            Some(b'z') => Edge::TextEnd,
            Some(b'b') => Edge::Word,
            Some(b'B') => {
                // The engine could see an edge inside a character.
                self.is_only_sure_for_ascii = true;
                Edge::NoWord
            }
            Some(b'Q') => {
                self.quoted(group);
                return Ok(());
            }
            _ => return self.escaped_set(group),
        };
        self.skip(2);
        group.push(Tree::leaf(Node::Edge(edge)));
        Ok(())
    }

    fn escaped_set(&mut self, group: &mut Group) -> Read<()> {
        if let Some(set) = self.unicode_class()? {
            group.push(Tree::leaf(Node::One(set)));
        } else if let Some((class, is_negated)) = perl_class(self.rest) {
            self.skip(2);
            let set = self.ascii_class(&class, is_negated);
            group.push(Tree::leaf(Node::One(set)));
        } else {
            let c = self.escaped_character()?;
            self.literal(c, group);
        }
        Ok(())
    }

    /// `\Q…\E`: all characters mean themselves.
    fn quoted(&mut self, group: &mut Group) {
        self.skip(2);
        let (text, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
        self.rest = rest;
        for c in text.chars() {
            self.literal(c.into(), group);
        }
    }

    /// Go's `parseEscape`: one character, by its name, its number or itself.
    pub(super) fn escaped_character(&mut self) -> Read<u32> {
        self.skip(1);
        let c = self.rest.chars().next().ok_or(Stop::Refused)?;
        self.skip(c.len_utf8());
        match c {
            'a' => Ok(7),
            'f' => Ok(12),
            'n' => Ok(10),
            'r' => Ok(13),
            't' => Ok(9),
            'v' => Ok(11),
            'x' => self.hexadecimal(),
            '0' => Ok(self.octal(0)),
            '1'..='7' if self.octal_digit().is_some() => Ok(self.octal(u32::from(c) - 0x30)),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(c.into()),
            _ => Err(Stop::Refused),
        }
    }

    fn octal_digit(&self) -> Option<u32> {
        self.rest.chars().next()?.to_digit(8)
    }

    /// Up to two more octal digits.
    fn octal(&mut self, first: u32) -> u32 {
        let mut value = first;
        for _ in 0..2 {
            let Some(digit) = self.octal_digit() else { break };
            value = value * 8 + digit;
            self.skip(1);
        }
        value
    }

    /// `\xHH` or `\x{H…}`.
    fn hexadecimal(&mut self) -> Read<u32> {
        let (digits, length) = match self.rest.strip_prefix('{') {
            Some(inside) => {
                let end = inside.find('}').ok_or(Stop::Refused)?;
                (&inside[..end], end + 2)
            }
            None => (self.rest.get(..2).ok_or(Stop::Refused)?, 2),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Stop::Refused);
        }
        // Leading zeros may be many; what is left is too large, or fits.
        let significant = digits.trim_start_matches('0');
        let value = match significant.len() {
            0 => 0,
            1..=6 => u32::from_str_radix(significant, 16).map_err(|_| Stop::Refused)?,
            _ => return Err(Stop::Refused),
        };
        if value > 0x10_FFFF {
            return Err(Stop::Refused);
        }
        self.skip(length);
        Ok(value)
    }
}
