//! Writing strings so that Go reads a string: plain where both of kustomize's YAML readers leave
//! the text alone, quoted everywhere else.

use std::fmt::Write as _;

use super::node::Style;
use super::scalar::Scalar;

/// Whether `text` can stand without quotes and still be read as this very string.
///
/// The characters allowed are far fewer than YAML's, so that no place in a document changes the
/// meaning; names and paths pass, everything else gets quotes.
pub fn is_plain_safe(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '/'));
    let all_safe =
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    starts_well && all_safe && Scalar::read(text, Style::Plain, None).is_string()
}

/// `text` as a YAML scalar that Go reads as this string: plain if that is safe, else quoted.
pub fn quoted(text: &str) -> String {
    if is_plain_safe(text) { text.to_owned() } else { double_quoted(text) }
}

/// `text` as a double-quoted YAML scalar.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Control characters and the line breaks of YAML 1.1 (NEL, LS, PS) can't stand raw.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The allowed-roles JSON as people write it: in single quotes, since JSON is full of double ones.
pub fn annotation_value(json: &str) -> String {
    if json.chars().any(char::is_control) {
        return double_quoted(json);
    }
    format!("'{}'", json.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::super::Yaml;
    use super::*;

    fn reads_back(written: &str) -> Option<String> {
        let text = format!("key: {written}\n");
        let yaml = Yaml::parse(&text).expect("valid");
        yaml.root()?.get("key")?.string().map(str::to_owned)
    }

    #[test]
    fn names_stay_plain_and_retyped_words_get_quotes() {
        assert_eq!(quoted("report-portal"), "report-portal");
        assert_eq!(quoted("../../defaults"), "../../defaults");
        for word in ["on", "y", "no", "off", "null", "1e3", "0x1f", "123", "1_0", "", ".5", "-"] {
            assert!(quoted(word).starts_with('"'), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_string_comes_back(text in "\\PC{0,20}|[ -~\\t\\n]{0,20}") {
            proptest::prop_assert_eq!(reads_back(&quoted(&text)), Some(text.clone()));
            proptest::prop_assert_eq!(reads_back(&annotation_value(&text)), Some(text));
        }
    }
}
