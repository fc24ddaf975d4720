//! How long kube2iam keeps credentials (`--iam-role-session-ttl`), and what it asks STS for.

use std::fmt;

use super::invalid::Invalid;

/// A duration as kube2iam's flag takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTtl {
    text: String,
    milliseconds: u64,
}

/// Go's units in microseconds.
const UNITS: [(&str, u64); 7] = [
    ("ns", 0),
    ("us", 1),
    ("µs", 1),
    ("ms", 1_000),
    ("s", 1_000_000),
    ("m", 60_000_000),
    ("h", 3_600_000_000),
];

impl SessionTtl {
    /// Reads a duration such as `15m` or `1h30m`.
    ///
    /// # Errors
    /// What Go's flags would not take, and what is longer than a day can be.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::whole("a duration with its unit", "15m");
        let mut rest = text;
        let mut milliseconds: u64 = 0;
        while !rest.is_empty() {
            let (part, behind) = part(rest).ok_or_else(wrong)?;
            milliseconds = milliseconds.checked_add(part).ok_or_else(wrong)?;
            rest = behind;
        }
        let is_some = !text.is_empty();
        is_some.then(|| SessionTtl { text: text.to_owned(), milliseconds }).ok_or_else(wrong)
    }

    /// The seconds that kube2iam asks STS for: twice what it keeps the credentials for.
    pub fn asked_seconds(&self) -> u64 {
        self.milliseconds * 2 / 1_000
    }
}

/// One number with its unit, in milliseconds, and what stands behind it.
fn part(text: &str) -> Option<(u64, &str)> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = text.find(|c: char| !is_number(c))?;
    let (number, rest) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (unit, microseconds) = UNITS.into_iter().find(|(unit, _)| {
        rest.strip_prefix(unit)
            .is_some_and(|behind| behind.is_empty() || behind.starts_with(is_number))
    })?;
    // Three digits behind the point are more than a duration of sessions needs.
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let thousandths: u64 = format!("{whole}{digits}").parse().ok()?;
    let is_empty = whole.is_empty() && fraction.is_empty();
    let part = thousandths.checked_mul(microseconds)? / 1_000_000;
    (!is_empty && part < u64::from(u32::MAX)).then_some((part, &rest[unit.len()..]))
}

impl fmt::Display for SessionTtl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, asked) in [
            ("15m", 1_800),
            ("30m0s", 3_600),
            ("1h", 7_200),
            ("1h30m", 10_800),
            (".5h", 3_600),
            ("1.5m", 180),
            ("900s", 1_800),
            ("1500ms", 3),
            ("7m30s", 900),
        ] {
            assert_eq!(SessionTtl::parse(text).unwrap().asked_seconds(), asked, "{text}");
        }
        for text in ["", "15", "m", ".m", "15 m", "15x", "1.2.3m", "-1m", "99999999999999999999h"] {
            assert!(SessionTtl::parse(text).is_err(), "{text}");
        }
    }
}
