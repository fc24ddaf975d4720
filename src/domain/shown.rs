//! Text that comes from files, AWS or kubectl, made harmless for a terminal.

use std::borrow::Cow;

/// Takes out what a terminal would act on or be misled by: control characters but the line break,
/// and the marks that turn the direction of text around. A tab becomes a blank.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_harmful(c) || c == '\t') {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !is_harmful(*c));
    Cow::Owned(kept.map(|c| if c == '\t' { ' ' } else { c }).collect())
}

/// The same for a text that belongs in one line: what [`shown`] takes out, and line breaks, stay
/// visible as escapes.
pub fn in_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_harmful(c) || matches!(c, '\n' | '\t') => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

fn is_harmful(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || turns_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_marks_go() {
        assert_eq!(shown("a\u{1b}[31mb\r\u{9b}c\u{202e}d\te\nf"), "a[31mbcd e\nf");
        assert!(matches!(shown("plain"), Cow::Borrowed(_)));
    }
}
