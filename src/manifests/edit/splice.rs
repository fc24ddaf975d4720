//! One replaced stretch of a text.

use std::ops::Range;

/// Bytes of a text and what stands there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that go.
    pub range: Range<usize>,
    /// What comes instead.
    pub with: String,
}

impl Splice {
    /// New text at a place.
    pub fn insert(at: usize, with: impl Into<String>) -> Self {
        Splice { range: at..at, with: with.into() }
    }

    /// Text that goes.
    pub fn remove(range: Range<usize>) -> Self {
        Splice { range, with: String::new() }
    }
}

/// The text with all of these stretches replaced; they must not overlap.
pub(super) fn spliced(text: &str, splices: &[Splice]) -> String {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| splice.range.start);
    let mut out = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for splice in sorted {
        out.push_str(&text[at..splice.range.start]);
        out.push_str(&splice.with);
        at = splice.range.end;
    }
    out.push_str(&text[at..]);
    out
}
