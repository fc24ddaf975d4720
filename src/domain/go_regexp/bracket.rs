//! Sets in brackets.

use super::named::{perl_class, posix_class};
use super::parser::{Parser, Read, Stop};
use super::set::Set;

impl Parser<'_> {
    /// Go's `parseClass`: `[` is an ordinary character inside, and there are no operations on sets.
    pub(super) fn bracket(&mut self) -> Read<Set> {
        self.skip(1);
        let is_negated = self.rest.starts_with('^');
        self.skip(usize::from(is_negated));
        let mut set = Set::default();
        let mut is_first = true;
        while is_first || !self.rest.starts_with(']') {
            is_first = false;
            self.member(&mut set)?;
        }
        self.skip(1);
        Ok(if is_negated { set.negated() } else { set })
    }

    fn member(&mut self, set: &mut Set) -> Read<()> {
        if let Some(class) = self.posix()? {
            set.add_all(&class);
        } else if let Some(class) = self.unicode_class()? {
            set.add_all(&class);
        } else if let Some((class, is_negated)) = perl_class(self.rest) {
            self.skip(2);
            set.add_all(&self.ascii_class(&class, is_negated));
        } else {
            let (low, high) = self.range()?;
            self.add_range(low, high, set);
        }
        Ok(())
    }

    /// `[:alnum:]`; a beginning without an end is no class but characters.
    fn posix(&mut self) -> Read<Option<Set>> {
        let Some(inside) = self.rest.strip_prefix("[:") else { return Ok(None) };
        let Some(end) = inside.find(":]") else { return Ok(None) };
        let (class, is_negated) = posix_class(&inside[..end]).ok_or(Stop::Refused)?;
        self.skip(end + 4);
        Ok(Some(self.ascii_class(&class, is_negated)))
    }

    /// A class inside ASCII, folded first and negated then, as Go's `appendGroup` does.
    pub(super) fn ascii_class(&self, class: &Set, is_negated: bool) -> Set {
        let class = if self.flags.folds_case { class.folded() } else { class.clone() };
        if is_negated { class.negated() } else { class }
    }

    fn range(&mut self) -> Read<(u32, u32)> {
        let low = self.range_end()?;
        let goes_on = self.rest.len() >= 2 && self.rest.starts_with('-');
        if !goes_on || self.rest.starts_with("-]") {
            return Ok((low, low));
        }
        self.skip(1);
        let high = self.range_end()?;
        if high < low { Err(Stop::Refused) } else { Ok((low, high)) }
    }

    fn range_end(&mut self) -> Read<u32> {
        let c = self.rest.chars().next().ok_or(Stop::Refused)?;
        if c == '\\' {
            return self.escaped_character();
        }
        self.skip(c.len_utf8());
        Ok(c.into())
    }
}
