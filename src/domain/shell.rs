//! Words for a POSIX shell.

/// A word as a shell takes it literally.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
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
}
