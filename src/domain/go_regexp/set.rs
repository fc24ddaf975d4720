//! Sets of characters as ranges of code points, with Go's case folding for ASCII.

/// The largest code point.
const LAST: u32 = 0x10_FFFF;

/// A set of code points; ranges are kept as they come and put in order where it matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub(super) fn of(ranges: &[(u32, u32)]) -> Self {
        Set(ranges.to_vec())
    }

    /// Everything, with or without the line break.
    pub(super) fn any(with_line_break: bool) -> Self {
        if with_line_break { Set(vec![(0, LAST)]) } else { Set(vec![(0, 9), (11, LAST)]) }
    }

    pub(super) fn add(&mut self, low: u32, high: u32) {
        self.0.push((low, high));
    }

    pub(super) fn add_all(&mut self, other: &Set) {
        self.0.extend_from_slice(&other.0);
    }

    /// Adds a range with what its characters fold to; says whether that is all that Go would add.
    ///
    /// Only `k`, `s` and their two relatives outside ASCII (U+212A, U+017F) fold across ASCII's
    /// border; what else folds is in Unicode's tables.
    pub(super) fn add_folded(&mut self, low: u32, high: u32) -> bool {
        self.add(low, high);
        let has = |c: u32| (low..=high).contains(&c);
        for upper in u32::from(b'A')..=u32::from(b'Z') {
            let lower = upper + 32;
            let relative = match upper {
                0x4b => Some(0x212a),
                0x53 => Some(0x17f),
                _ => None,
            };
            if has(upper) || has(lower) || relative.is_some_and(has) {
                self.add(upper, upper);
                self.add(lower, lower);
                if let Some(relative) = relative {
                    self.add(relative, relative);
                }
            }
        }
        high < 0x80 || (low == high && matches!(low, 0x17f | 0x212a))
    }

    /// The same set with what its characters fold to. For sets inside ASCII.
    pub(super) fn folded(&self) -> Self {
        let mut out = Set::default();
        for (low, high) in &self.0 {
            out.add_folded(*low, *high);
        }
        out
    }

    /// The ranges in order, none touching the next.
    pub(super) fn ranges(&self) -> Vec<(u32, u32)> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match out.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => out.push((low, high)),
            }
        }
        out
    }

    /// All other code points.
    pub(super) fn negated(&self) -> Self {
        let mut next = 0;
        let mut out = Vec::new();
        for (low, high) in self.ranges() {
            if low > next {
                out.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= LAST {
            out.push((next, LAST));
        }
        Set(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negating_twice_changes_nothing() {
        let set = Set::of(&[(0x61, 0x7a), (0, 9), (10, 12), (LAST, LAST)]);
        assert_eq!(set.negated().negated().ranges(), [(0, 12), (0x61, 0x7a), (LAST, LAST)]);
        assert_eq!(Set::default().negated(), Set::any(true));
        assert_eq!(Set::any(true).negated(), Set::default());
    }

    #[test]
    fn folding_crosses_the_border_of_ascii_twice() {
        assert_eq!(
            Set::of(&[(0x6b, 0x6b)]).folded().ranges(),
            [(0x4b, 0x4b), (0x6b, 0x6b), (0x212a, 0x212a)]
        );
        assert!(!Set::default().add_folded(0xe9, 0xe9));
        assert!(Set::default().add_folded(0x17f, 0x17f));
    }
}
