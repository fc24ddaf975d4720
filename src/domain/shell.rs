//! Commands to paste into a POSIX shell: every word of them that comes from elsewhere is data.

use std::fmt::Write as _;

use super::shown::must_escape;

/// A word as a shell takes it literally, for scripts; commands are made of a [`CommandLine`]. What
/// could not be seen, or would break the line, stands as the octal bytes that `printf` turns back
/// into it.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if text.chars().any(must_escape) {
        return printed(text);
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn printed(text: &str) -> String {
    let mut format = String::new();
    for c in text.chars() {
        if must_escape(c) || matches!(c, '\\' | '\'') {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(format, "\\{byte:03o}");
            }
        } else if c == '%' {
            format.push_str("%%");
        } else {
            format.push(c);
        }
    }
    // A shell drops the line breaks at the end of what a command prints.
    match text.ends_with('\n') {
        true => format!("\"$(printf '{format}.' | sed '$s/\\.$//')\""),
        false => format!("\"$(printf '{format}')\""),
    }
}

/// A command line under construction: its first words are the program's own, the others are quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine(String);

impl CommandLine {
    /// A command of words of the program's own, such as `gangplank onboard`.
    pub fn of(words: &'static str) -> Self {
        CommandLine(words.to_owned())
    }

    /// git in a folder; without `-C` if that is where one is.
    pub fn git_in(folder: &str) -> Self {
        let git = CommandLine::of("git");
        if folder.is_empty() { git } else { git.flag("-C", folder) }
    }

    /// More words of the program's own, such as a switch.
    #[must_use]
    pub fn switch(mut self, words: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(words);
        self
    }

    /// An argument. One that begins with a dash is not taken for a flag.
    #[must_use]
    pub fn argument(mut self, text: &str) -> Self {
        let _ = match text.starts_with('-') {
            true => write!(self.0, " {}", quoted(&format!("./{text}"))),
            false => write!(self.0, " {}", quoted(text)),
        };
        self
    }

    /// Several arguments.
    #[must_use]
    pub fn arguments<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        texts.into_iter().fold(self, Self::argument)
    }

    /// A flag with its value. One that begins with a dash is not taken for another flag.
    #[must_use]
    pub fn flag(mut self, name: &str, value: &str) -> Self {
        let between = match (value.starts_with('-'), name.starts_with("--")) {
            (true, true) => "=",
            (true, false) => "",
            (false, _) => " ",
        };
        let _ = write!(self.0, " {name}{between}{}", quoted(value));
        self
    }
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_act_on_is_quoted() {
        for plain in ["report-portal", "arn:aws:iam::1:role/a+b@c", "a/b_c.d"] {
            assert_eq!(quoted(plain), plain);
        }
        for (text, expected) in
            [("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("$(x)", "'$(x)'"), ("~", "'~'")]
        {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn a_command_stays_one_line_that_one_can_read() {
        assert_eq!(quoted("a\nb"), r#""$(printf 'a\012b')""#);
        assert_eq!(quoted("x\u{200b}%'"), r#""$(printf 'x\342\200\213%%\047')""#);
    }

    #[test]
    fn a_dash_begins_no_flag_of_somebody_else() {
        let command = CommandLine::of("gangplank check").flag("--repo", "-x").argument("-rf");
        assert_eq!(command.to_string(), "gangplank check --repo=-x ./-rf");
        let command = CommandLine::of("gangplank handoff").argument("c;d/e").switch("--part page");
        assert_eq!(command.to_string(), "gangplank handoff 'c;d/e' --part page");
    }
}
