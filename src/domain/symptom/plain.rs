//! A text without what terminals, loggers and people do to it: what two spellings of one message
//! have in common.

/// The text in lower case, without colours, blanks, line breaks, quotes and backslashes. Terminals
/// break lines in the middle of words, so that no blank means anything.
pub(super) fn plain(text: &str) -> String {
    let text = without_colours(text);
    let escapes = [("\\n", ""), ("\\t", ""), ("\\r", ""), ("\\u003c", "<"), ("\\u003e", ">")];
    let escapes = escapes.into_iter().chain([("\\u0026", "&"), ("\\u0027", ""), ("\\u0022", "")]);
    let text = escapes.fold(text, |text, (escape, meant)| text.replace(escape, meant));
    let means_nothing = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '`' | '\\' | '‘' | '’' | '“' | '”' | '\u{feff}')
    };
    text.chars().filter(|c| !means_nothing(*c)).flat_map(char::to_lowercase).collect()
}

/// The text without escape sequences of terminals, also where an escape byte got lost on the way
/// through JSON.
fn without_colours(text: &str) -> String {
    let text = text.replace("\\u001b[", "\u{1b}[").replace("\\x1b[", "\u{1b}[");
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || matches!(c, ';' | '?')));
        let rest = end.and_then(|at| part.get(at..)).unwrap_or_default();
        out.push_str(rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_done_to_a_message_goes_away() {
        let wanted = plain("Invalid role: “app” does not match");
        for text in [
            "\u{1b}[31;1mInvalid\u{1b}[0m role: \"app\" does\n      not match",
            "{\"msg\":\"Invalid role: \\\"app\\\" does not match\"}",
            "INVALID ROLE: 'app' doe\ns not match",
            "\\u001b[31mInvalid role: `app` does\\n not match\\u001b[0m",
        ] {
            assert!(plain(text).contains(&wanted), "{text}");
        }
        assert_ne!(plain("Invalid role: app matches"), wanted);
    }
}
