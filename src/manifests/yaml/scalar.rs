//! What Go reads a scalar as: the YAML 1.1 rules of go-yaml, which kubectl and kustomize use when
//! they turn YAML into JSON. Measured with `kubectl patch --local -o json`.

use super::node::Style;

/// A scalar as Go reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `~`, `null` or nothing.
    Null,
    /// Also `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// Also `0x1F`, `0o17`, `017`, `0b11` and `1_000`.
    Int(i64),
    /// Also whole numbers beyond 64 bits.
    Float(f64),
    /// Everything else, and everything quoted.
    String(String),
}

impl Scalar {
    /// Reads `text` as written in `style` under `tag`.
    pub fn read(text: &str, style: Style, tag: Option<&str>) -> Self {
        let forced_string = matches!(tag, Some("!" | "tag:yaml.org,2002:str" | "!!str"));
        if style != Style::Plain || forced_string {
            return Scalar::String(text.to_owned());
        }
        plain(text)
    }

    /// Whether Go reads a string.
    pub fn is_string(&self) -> bool {
        matches!(self, Scalar::String(_))
    }
}

fn plain(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => number(text).unwrap_or_else(|| Scalar::String(text.to_owned())),
    }
}

/// go-yaml tries numbers only on these first characters, and drops underscores before it parses.
fn number(text: &str) -> Option<Scalar> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    let digits = text.replace('_', "");
    if let Some(int) = integer(&digits) {
        return Some(Scalar::Int(int));
    }
    is_float(&digits).then(|| digits.parse().ok().map(Scalar::Float)).flatten()
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        Some(two) if two.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    // from_str_radix would accept a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, radix).ok()?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// go-yaml's `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_ok && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Scalar {
        Scalar::read(text, Style::Plain, None)
    }

    /// The probe file of kubectl 1.32, one line a reading.
    #[test]
    fn reads_plain_scalars_as_kubectl_does() {
        for text in ["on", "yes", "y", "True"] {
            assert_eq!(read(text), Scalar::Bool(true), "{text}");
        }
        for text in ["N", "OFF", "no", "false"] {
            assert_eq!(read(text), Scalar::Bool(false), "{text}");
        }
        let ints = [
            ("012", 10),
            ("0o12", 10),
            ("0x1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("+1", 1),
            ("-0x10", -16),
            ("123456789098", 123_456_789_098),
        ];
        for (text, value) in ints {
            assert_eq!(read(text), Scalar::Int(value), "{text}");
        }
        let floats = [("012345678901", 12_345_678_901.0), ("1e3", 1000.0), (".5", 0.5)];
        for (text, value) in floats {
            assert_eq!(read(text), Scalar::Float(value), "{text}");
        }
        for text in ["2024-01-02", "1:30", "190:20:30", "=", "1e", "--1", "0x", "report-portal"] {
            assert!(read(text).is_string(), "{text}");
        }
        assert_eq!(read("~"), Scalar::Null);
    }

    #[test]
    fn quotes_and_the_str_tag_make_a_string() {
        assert!(Scalar::read("on", Style::DoubleQuoted, None).is_string());
        assert!(Scalar::read("1", Style::Plain, Some("tag:yaml.org,2002:str")).is_string());
    }
}
