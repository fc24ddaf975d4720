//! The flags of a pattern, as `(?…)` switches them.

use super::parser::{Parser, Read, Stop};
use super::tree::Edge;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    /// `i`
    pub(super) folds_case: bool,
    /// `s`
    pub(super) dot_matches_line_break: bool,
    /// `m`
    edges_at_lines: bool,
}

impl Flags {
    pub(super) fn line_start(self) -> Edge {
        if self.edges_at_lines { Edge::LineStart } else { Edge::TextStart }
    }

    pub(super) fn line_end(self) -> Edge {
        if self.edges_at_lines { Edge::LineEnd } else { Edge::TextEnd }
    }

    fn switch(&mut self, letter: char, on: bool) -> bool {
        match letter {
            'i' => self.folds_case = on,
            'm' => self.edges_at_lines = on,
            's' => self.dot_matches_line_break = on,
            // Lazy or not makes no difference to whether it matches.
            'U' => {}
            _ => return false,
        }
        true
    }
}

impl Parser<'_> {
    /// Reads from `(?` to where the group's content begins. `None` if no group begins (`(?i)`),
    /// else whether Go remembers its match.
    pub(super) fn group_head(&mut self) -> Read<Option<bool>> {
        let inside = self.rest.get(2..).unwrap_or_default();
        let is_python = inside.starts_with("P<") && inside.len() > 2;
        if is_python || (inside.starts_with('<') && inside.len() > 1) {
            return self.named_group(if is_python { 4 } else { 3 }).map(Some);
        }
        let mut flags = self.flags;
        let mut on = true;
        let mut saw_flag = false;
        for (at, c) in inside.char_indices() {
            match c {
                '-' if on => (on, saw_flag) = (false, false),
                ':' | ')' if on || saw_flag => {
                    self.flags = flags;
                    self.skip(2 + at + 1);
                    return Ok((c == ':').then_some(false));
                }
                c if flags.switch(c, on) => saw_flag = true,
                _ => return Err(Stop::Refused),
            }
        }
        Err(Stop::Refused)
    }

    /// `(?P<name>` or `(?<name>`, where the name begins at a byte.
    fn named_group(&mut self, start: usize) -> Read<bool> {
        let end = self.rest.find('>').ok_or(Stop::Refused)?;
        let name = self.rest.get(start..end).ok_or(Stop::Refused)?;
        let is_legal = |b: u8| b == b'_' || b.is_ascii_alphanumeric();
        if name.is_empty() || !name.bytes().all(is_legal) {
            return Err(Stop::Refused);
        }
        if start == 3 {
            return Err(Stop::Unsure("Go reads `(?<name>` from 1.22 on, kube2iam 0.11 is older"));
        }
        self.skip(end + 1);
        Ok(true)
    }
}
