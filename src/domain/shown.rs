//! Text that comes from files, AWS or kubectl, as people may see it: nothing in it acts on a terminal
//! or on a CI log, nothing is hidden, and what belongs in one line stays there.

use std::borrow::Cow;

/// A text of several lines, with everything else that a terminal or a CI log would act on, or that
/// would not be seen, as an escape such as `\u{200b}`. A tab becomes a space.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !needs_escapes(text) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text.split('\n').map(shown_line).collect();
    Cow::Owned(lines.join("\n"))
}

/// The same for a text that belongs in one line: line breaks and tabs become escapes too.
pub fn in_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in without_commands(text).chars() {
        if must_escape(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Whether a character must not reach people as it is: it acts, or it can't be seen.
pub(crate) fn must_escape(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

fn needs_escapes(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && must_escape(c)) || text.contains("::") || text.contains("##[")
}

/// A carriage return that ends a line is part of the line break.
fn shown_line(line: &str) -> String {
    let line = line.strip_suffix('\r').unwrap_or(line).replace('\t', " ");
    in_one_line(&line)
}

/// GitHub's runner obeys `::command::` at the beginning of a line, after blanks, and `##[command]`
/// anywhere (actions/runner, `ActionCommand.cs`).
fn without_commands(text: &str) -> Cow<'_, str> {
    let rest = text.trim_start();
    let is_command = rest.starts_with("::");
    if !is_command && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let text = text.replace("##[", "##\\u{5b}");
    let blanks = text.len() - text.trim_start().len();
    match is_command {
        true => Cow::Owned(format!("{}\\u{{3a}}{}", &text[..blanks], &text[blanks + 1..])),
        false => Cow::Owned(text),
    }
}

/// Characters that take no room of their own, or turn the direction of the text: Unicode's
/// `Default_Ignorable_Code_Point`, the line and paragraph separators and the annotation marks.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_becomes_an_escape() {
        assert_eq!(
            shown("a\u{1b}[31mb\r\u{9b}c\u{202e}d\te\r\nf"),
            "a\\u{1b}[31mb\\r\\u{9b}c\\u{202e}d e\nf"
        );
        assert!(matches!(shown("plain: é ✓ 日本\nnext"), Cow::Borrowed(_)));
        for hidden in ['\u{200b}', '\u{2060}', '\u{feff}', '\u{61c}', '\u{e0041}', '\u{ad}'] {
            let text = format!("zw{hidden}x");
            let escaped = format!("zw{}x", hidden.escape_default());
            assert_eq!(shown(&text), escaped);
            assert_eq!(in_one_line(&text), escaped);
        }
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(in_one_line("a\nhelp: b\tc\u{2028}d"), "a\\nhelp: b\\tc\\u{2028}d");
    }

    #[test]
    fn no_line_is_a_command_for_a_ci_runner() {
        assert_eq!(in_one_line("  ::add-mask::x"), "  \\u{3a}:add-mask::x");
        assert_eq!(shown("a\n\t::error::x\nb"), "a\n \\u{3a}:error::x\nb");
        assert_eq!(shown("a ##[stop-commands]t"), "a ##\\u{5b}stop-commands]t");
        assert_eq!(in_one_line("arn:aws:iam::1:role/x"), "arn:aws:iam::1:role/x");
        assert_eq!(shown("arn:aws:iam::1:role/x\ny"), "arn:aws:iam::1:role/x\ny");
    }
}
