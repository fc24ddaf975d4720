//! kube2iam's globs: only `*` is special, it crosses `/` and may stand for nothing.

/// Whether a glob matches a whole text, as ryanuber/go-glob v1.0.0 does.
pub fn is_glob_match(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else {
            return false;
        };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain meaning, in exponential time.
    fn is_match_slowly(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| is_match_slowly(rest, &text[at..])),
            Some((c, rest)) => text.first() == Some(c) && is_match_slowly(rest, &text[1..]),
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_the_plain_meaning(pattern in "[ab*/]{0,8}", text in "[ab/]{0,8}") {
            let expected = is_match_slowly(pattern.as_bytes(), text.as_bytes());
            proptest::prop_assert_eq!(is_glob_match(&pattern, &text), expected);
        }

        #[test]
        fn no_text_panics(pattern in "\\PC{0,20}", text in "\\PC{0,20}") {
            is_glob_match(&pattern, &text);
        }
    }

    #[test]
    fn nothing_else_is_special() {
        assert!(is_glob_match("", ""));
        assert!(!is_glob_match("", "a"));
        assert!(is_glob_match("a?[b]", "a?[b]"));
        assert!(!is_glob_match("a?", "ab"));
        assert!(!is_glob_match("A*", "ab"));
    }
}
