//! Go's regular expressions, decided the way Go decides them, and not decided at all where Go and
//! Rust differ. Pure.
//!
//! A pattern is read by Go's own grammar (`regexp/syntax/parse.go`, flags `Perl`) into a tree of
//! sets of characters; what Rust's engine gets is written anew from that tree. So nothing that the
//! two languages read differently (`\d`, `[a&&b]`, `\Q…\E`, `a{,3}`) reaches the engine as text.

mod bracket;
mod engine;
mod escape;
mod flags;
mod group;
mod named;
mod parser;
mod set;
mod tree;

use parser::Stop;

/// What Go's `regexp.MatchString` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// It matches somewhere in the text.
    Found,
    /// It matches nowhere.
    NotFound,
    /// It is no regular expression to Go.
    Refused,
    /// It can't be decided here, with the reason.
    Unsure(&'static str),
}

/// Searches a text for a pattern, as Go's `regexp.MatchString` does.
pub fn search(pattern: &str, text: &str) -> Search {
    let read = match parser::read(pattern) {
        Ok(read) => read,
        Err(Stop::Refused) => return Search::Refused,
        Err(Stop::Unsure(why)) => return Search::Unsure(why),
    };
    if read.is_only_sure_for_ascii && !text.is_ascii() {
        return Search::Unsure(
            "it speaks of characters that Go and Rust have different tables for",
        );
    }
    match engine::is_match(&read.tree, text) {
        Some(true) => Search::Found,
        Some(false) => Search::NotFound,
        None => Search::Unsure("it is too large to try here"),
    }
}

/// Whether a pattern is no regular expression to Go.
pub fn is_refused(pattern: &str) -> bool {
    matches!(parser::read(pattern), Err(Stop::Refused))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Search::{Found, NotFound, Refused, Unsure};

    #[test]
    fn go_accepts_what_rust_refuses() {
        let cases = [
            ("a{", "a{", Found),
            ("a{}", "a{}", Found),
            ("a{x}", "a{x}", Found),
            ("a{,3}", "a{,3}", Found),
            ("a{01}", "a{01}", Found),
            (r"\Qa+b\E", "a+b", Found),
            (r"\Qa+b", "a+b", Found),
            (r"a\Q\E*$", "aaa", Found),
            (r"\101", "A", Found),
            (r"\0", "A", NotFound),
            ("(?ii)A", "a", Found),
            ("(?P<n>a)(?P<n>b)", "ab", Found),
            (r"[\d-a]", "-", Found),
            ("[[a]]", "[]", Found),
            ("[[a]]", "a", NotFound),
            ("[a&&b]", "&", Found),
            (r"\<app\>", "<app>", Found),
            ("a(?i)*$", "aaa", Found),
            ("^*a", "ba", Found),
            (r"\b{start}", "a", NotFound),
            (r"\b{start}", "{start}", NotFound),
            ("(?)a", "a", Found),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(search(pattern, text), expected, "{pattern} in {text}");
        }
    }

    #[test]
    fn go_refuses_what_rust_accepts() {
        let patterns = [
            "a**",
            "a++",
            "a?+",
            "x{2}{3}",
            "a{1001}",
            "(a{101}){10}",
            "(?x)a",
            "(?u)a",
            "(?R)a",
            r"(?-u)\w",
            r"\u0041",
            r"\U00000041",
            "a{2,1}",
            "[a-\\d]",
            "[z-a]",
            "[]",
            "[",
            "(",
            ")",
            "*",
            "a|*",
            "(*)",
            "(?i)*",
            "\\",
            r"\8",
            r"\1",
            r"\C",
            r"\x4",
            r"\x{}",
            r"\x{110000}",
            "(?P<n",
            "(?P<>a)",
            "(?P<a b>a)",
            "(?i-)a",
            "(?i",
            "(?=a)",
            "(?<!a)",
            "[[:foo:]]",
            r"\p{Script=Greek}",
            r"\p",
            r"\p{",
            r"\pé",
            r"\Z",
            r"\é",
        ];
        for pattern in patterns {
            assert_eq!(search(pattern, "a"), Refused, "{pattern}");
        }
    }

    #[test]
    fn classes_are_ascii_and_cases_fold_as_in_go() {
        let cases = [
            (r"\w", "é", NotFound),
            (r"\d", "٣", NotFound),
            (r"\s", "\u{b}", NotFound),
            ("[[:space:]]", "\u{b}", Found),
            (r"\bé", "é", NotFound),
            ("[é]", "é", Found),
            ("a.b", "aéb", Found),
            ("a.b", "a\nb", NotFound),
            ("(?s)a.b", "a\nb", Found),
            ("^b", "a\nb", NotFound),
            ("(?m)^b$", "a\nb\nc", Found),
            ("(?i)k$", "\u{212a}", Found),
            ("(?i)\u{17f}", "S", Found),
            ("(?i)[^k]", "\u{212a}", NotFound),
            ("(?i:A)b", "ab", Found),
            ("(?i:A)b", "aB", NotFound),
            ("((?i)a|b)C", "BC", Found),
            (r"[^\n]", "\n", NotFound),
            (r"\x{D800}", "\u{fffd}", NotFound),
            (r"[^\x{0}-\x{10FFFF}]", "a", NotFound),
            (r"\pL", "7", NotFound),
            (r"\PL", "7", Found),
            (r"\p{^L}", "a", NotFound),
            (r"[\p{Lu}-]", "-", Found),
            ("(|a)*b$", "aab", Found),
            ("", "x", Found),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(search(pattern, text), expected, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn what_needs_tables_or_depends_on_the_version_stays_open() {
        for (pattern, text) in [
            (r"\pL", "é"),
            ("(?i)É", "é"),
            (r"\B", "é"),
            (r"\p{Letter}", "a"),
            (r"\p{Nope}", "a"),
            ("(?<n>app)", "app"),
            (r"(?i)\pL", "a"),
        ] {
            assert!(matches!(search(pattern, text), Unsure(_)), "{pattern} in {text}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(search(&nested(900), "a"), Found);
        assert!(matches!(search(&nested(9_000), "a"), Unsure(_)));
        assert!(matches!(search(&nested(200_000), "a"), Unsure(_)));
        assert!(matches!(search(&"(".repeat(200_000), "a"), Refused | Unsure(_)));
        assert_eq!(search(&format!("{}a", "(?i)a*".repeat(300)), "a"), Found);
    }

    proptest::proptest! {
        /// Plain words, dots, stars and groups mean the same in both languages.
        #[test]
        fn agrees_with_rust_where_the_languages_agree(
            pattern in "([abc]|\\.|\\^|\\$|\\[a-b\\]|\\(a\\|b\\)|\\(\\?:bc\\)|a\\*|b\\+|c\\?|\\|){0,8}",
            text in "[abc]{0,8}",
        ) {
            let expected = regex::Regex::new(&pattern).unwrap().is_match(&text);
            let expected = if expected { Found } else { NotFound };
            proptest::prop_assert_eq!(search(&pattern, &text), expected);
        }

        #[test]
        fn no_pattern_panics(pattern in "[a-z\\\\(){}\\[\\]*+?|^$.,:<>0-9iPpQE&~é-]{0,40}", text in "\\PC{0,10}") {
            search(&pattern, &text);
        }

        #[test]
        fn a_quoted_text_finds_itself(text in "[!-~é]{1,20}") {
            if !text.contains("\\E") {
                proptest::prop_assert_eq!(search(&format!("^\\Q{text}\\E$"), &text), Found);
            }
        }
    }
}
