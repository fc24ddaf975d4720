//! AWS's patterns: `*` and `?`.

/// Whether a pattern matches a whole text.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last star stands, and how far it reaches: it gives up one character at a time.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, reach)) => {
                    star = Some((at, reach + 1));
                    (p, t) = (at + 1, reach + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether a pattern of an ARN matches one, part by part; `None` if it has no six parts.
pub(super) fn is_arn_like(pattern: &str, arn: &str) -> Option<bool> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    (parts.len() == 6).then(|| {
        let own: Vec<&str> = arn.splitn(6, ':').collect();
        own.len() == 6 && parts.iter().zip(own).all(|(pattern, part)| is_like(pattern, part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slowly(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| slowly(rest, &text[at..])),
            Some((b'?', rest)) => !text.is_empty() && slowly(rest, &text[1..]),
            Some((c, rest)) => text.first() == Some(c) && slowly(rest, &text[1..]),
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_the_plain_meaning(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            let expected = slowly(pattern.as_bytes(), text.as_bytes());
            proptest::prop_assert_eq!(is_like(&pattern, &text), expected);
        }
    }

    #[test]
    fn parts_of_an_arn_keep_apart() {
        let arn = "arn:aws:iam::123456789098:role/a/b";
        assert_eq!(is_arn_like("arn:aws:iam::*:role/*", arn), Some(true));
        assert_eq!(is_arn_like("arn:*:*:*:*:role/a", arn), Some(false));
        assert_eq!(is_arn_like("arn:aws:iam::*role/*", arn), None);
        assert_eq!(is_arn_like("*", arn), None);
    }
}
