//! The annotation as Go's `encoding/json` decodes it into a list of strings.
//!
//! Any fault of syntax anywhere means no roles at all. An element that is no string becomes `""`
//! and the others stay, which is why a reader that gives up there would be wrong.

/// What kube2iam has after decoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The roles; none if there is no list.
    pub roles: Option<Vec<String>>,
    /// Why kube2iam logs an error, if it does.
    pub fault: Option<Fault>,
}

/// What is wrong with an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No JSON, from this byte on.
    Syntax(usize),
    /// JSON, but no list.
    NotAList,
    /// The list's element of this number (from 1) is no string.
    NotAString(usize),
}

/// Go's `maxNestingDepth`.
const MOST_NESTING: usize = 10_000;

/// Decodes an annotation.
pub fn decode_roles(text: &str) -> Decoded {
    let none = |fault| Decoded { roles: None, fault };
    if text.is_empty() {
        return none(None);
    }
    // Go checks the whole text before it decodes any of it.
    if let Err(at) = check(text) {
        return none(Some(Fault::Syntax(at)));
    }
    match text.trim_matches(BLANKS) {
        "null" => none(None),
        list if list.starts_with('[') => elements(list),
        _ => none(Some(Fault::NotAList)),
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

fn check(text: &str) -> Result<(), usize> {
    let mut reader = Reader { text, at: 0 };
    let ended = reader.value().and_then(|()| {
        reader.blanks();
        if reader.at == text.len() { Some(()) } else { None }
    });
    ended.ok_or(reader.at)
}

/// The elements of a list whose syntax is right.
fn elements(list: &str) -> Decoded {
    let mut reader = Reader { text: list, at: 1 };
    let mut roles = Vec::new();
    let mut fault = None;
    reader.blanks();
    while reader.at < list.len() && reader.peek() != Some(b']') {
        let start = reader.at;
        if reader.value().is_none() {
            break;
        }
        let element = &list[start..reader.at];
        if element.starts_with('"') {
            roles.push(unquote(element));
        } else {
            roles.push(String::new());
            if element != "null" && fault.is_none() {
                fault = Some(Fault::NotAString(roles.len()));
            }
        }
        reader.blanks();
        reader.take(b',');
        reader.blanks();
    }
    Decoded { roles: Some(roles), fault }
}

/// Walks along a text. `None` anywhere means that the syntax is wrong at `at`.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn skip_while(&mut self, is_wanted: impl Fn(u8) -> bool) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(&is_wanted) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn blanks(&mut self) {
        let _ = self.skip_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    }

    /// One value, however deep, after blanks; without recursion, since the depth is the text's.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                bracket @ (b'[' | b'{') => {
                    if open.len() >= MOST_NESTING {
                        return None;
                    }
                    self.at += 1;
                    open.push(bracket);
                    if !self.begins(bracket)? {
                        continue;
                    }
                }
                b'"' => self.string()?,
                b'-' | b'0'..=b'9' => self.number()?,
                _ => self.word()?,
            }
            if self.ends(&mut open)? {
                return Some(());
            }
        }
    }

    /// Behind an opening bracket; says whether it is closed again at once.
    fn begins(&mut self, bracket: u8) -> Option<bool> {
        self.blanks();
        if self.peek()? == bracket + 2 {
            return Some(true);
        }
        if bracket == b'{' {
            self.key()?;
        }
        Some(false)
    }

    /// Behind a value, or before the bracket that closes an empty one: closes what ends there, and
    /// says whether that was all.
    fn ends(&mut self, open: &mut Vec<u8>) -> Option<bool> {
        while let Some(&bracket) = open.last() {
            self.blanks();
            match self.peek()? {
                // `]` and `}` stand two behind `[` and `{`.
                b if b == bracket + 2 => {
                    self.at += 1;
                    open.pop();
                }
                b',' => {
                    self.at += 1;
                    if bracket == b'{' {
                        self.blanks();
                        self.key()?;
                    }
                    return Some(false);
                }
                _ => return None,
            }
        }
        Some(true)
    }

    fn key(&mut self) -> Option<()> {
        self.string()?;
        self.blanks();
        self.take(b':')
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let word = ["null", "true", "false"].into_iter().find(|word| rest.starts_with(word))?;
        self.at += word.len();
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        self.skip_while(|b| b.is_ascii_digit())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            let _ = self.skip_while(|b| b >= 0x20 && b != b'"' && b != b'\\');
            match self.peek()? {
                b'"' => return self.take(b'"'),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        self.at += 1;
        let letter = self.peek()?;
        if letter == b'u' {
            self.at += 1;
            for _ in 0..4 {
                self.peek().filter(u8::is_ascii_hexdigit)?;
                self.at += 1;
            }
            return Some(());
        }
        b"\"\\/bfnrt".contains(&letter).then(|| self.at += 1)
    }
}

/// The text of a string whose syntax is right; a surrogate without its other half is U+FFFD.
fn unquote(quoted: &str) -> String {
    let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let (c, length) = unescape(escape);
        out.push(c);
        rest = &escape[length..];
    }
    out + rest
}

/// The character that an escape stands for, and how long the escape is without its backslash.
fn unescape(escape: &str) -> (char, usize) {
    match escape.as_bytes().first() {
        Some(b'u') => {
            let first = unit(&escape[1..]);
            let second = escape[5..].strip_prefix(r"\u").map(unit);
            if let Some(c) = second.and_then(|second| pair(first, second)) {
                return (c, 11);
            }
            (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
        }
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        other => (other.map_or(char::REPLACEMENT_CHARACTER, |b| char::from(*b)), 1),
    }
}

fn unit(hexadecimal: &str) -> u32 {
    hexadecimal.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}

/// The character of two surrogates, if they are a pair.
fn pair(first: u32, second: u32) -> Option<char> {
    let is_pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    is_pair.then(|| char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Option<Vec<String>> {
        decode_roles(text).roles
    }

    #[test]
    fn decodes_what_can_be_decoded() {
        let decoded = decode_roles(r#"["app",1,null,["x"],{"a":[]},1e999,"app"]"#);
        assert_eq!(decoded.roles.unwrap(), ["app", "", "", "", "", "", "app"]);
        assert_eq!(decoded.fault, Some(Fault::NotAString(2)));
        assert_eq!(decode_roles("[null]").fault, None);
        assert_eq!(roles(" \t\r\n[ ]\n"), Some(vec![]));
        assert_eq!(
            roles(r#"["\u002a\ud83d\ude00\ud800\ud800\udc00\udc00\u0041\/"]"#).unwrap(),
            ["*\u{1f600}\u{fffd}\u{10000}\u{fffd}A/"]
        );
    }

    #[test]
    fn any_fault_of_syntax_means_no_roles() {
        let texts = [
            " ",
            "[",
            "]",
            "[\"a\",]",
            "[,\"a\"]",
            "['a']",
            "[a]",
            "[\"a\"]x",
            "[\"a\"][\"b\"]",
            "[\"a\"]\0",
            "\u{feff}[]",
            "\u{a0}[]",
            "[\"\t\"]",
            "[\"\\x\"]",
            "[\"\\u12\"]",
            "[01]",
            "[-]",
            "[1.]",
            "[.5]",
            "[1e]",
            "[+1]",
            "[NaN]",
            "[nul]",
            "[\"a\"",
            "[\"a",
            "{\"a\"}",
            "{\"a\":1,}",
            "[{1:2}]",
            "[\"a\" \"b\"]",
            "[]]",
            "[}",
            "// c\n[]",
        ];
        for text in texts {
            let decoded = decode_roles(text);
            assert!(matches!(decoded.fault, Some(Fault::Syntax(_))), "{text:?}: {decoded:?}");
            assert_eq!(decoded.roles, None, "{text:?}");
        }
        for text in ["\"a\"", "1", "true", "{}", "{\"a\":[\"b\"]}"] {
            assert_eq!(decode_roles(text).fault, Some(Fault::NotAList), "{text}");
        }
        assert_eq!(decode_roles("null"), Decoded { roles: None, fault: None });
    }

    #[test]
    fn nests_as_deep_as_go_does() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(roles(&nested(10_000)), Some(vec![String::new()]));
        assert_eq!(roles(&nested(10_001)), None);
    }

    /// serde_json reads the same language but for depth, huge numbers and single surrogates.
    fn slowly(text: &str) -> Option<Vec<String>> {
        match serde_json::from_str(text).ok()? {
            serde_json::Value::Array(elements) => {
                let text = |e: &serde_json::Value| e.as_str().unwrap_or_default().to_owned();
                Some(elements.iter().map(text).collect())
            }
            _ => None,
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_serde_json(text in "(\\[|\\]|,|\"[a*\\\\]{0,2}\"|\"\\\\u00[0-9a-f]{2}\"|null|true|-?[0-9.e]{1,3}|\\{|\\}|:|[ \n\t\u{a0}]){0,9}") {
            proptest::prop_assert_eq!(roles(&text), slowly(&text));
        }

        #[test]
        fn agrees_on_lists(list in proptest::collection::vec("\\PC{0,6}|[\u{0}-\u{1f}\"\\\\]{0,3}", 0..5)) {
            let text = serde_json::to_string(&list).unwrap();
            proptest::prop_assert_eq!(roles(&text), Some(list));
        }

        #[test]
        fn no_text_panics(text in "[\\[\\]{}\",:\\\\u0-9a-fé \u{0}]{0,30}") {
            decode_roles(&text);
        }
    }
}
