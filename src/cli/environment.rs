//! The environment as a value, so that nothing but `main` reads the process's own.

use std::collections::BTreeMap;

/// Environment variables.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes variables; those that are no UTF-8 are of no use here.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Environment(variables.into_iter().collect())
    }

    /// A variable, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether nothing but plain lines may be written: for a screen reader, or on a terminal that
    /// knows nothing else.
    pub fn wants_lines(&self) -> bool {
        let is_asked = !matches!(self.get("ACCESSIBLE"), None | Some("0" | "false" | "no"));
        is_asked || self.get("TERM") == Some("dumb")
    }

    /// The names of all variables that begin like this and say something.
    pub(super) fn names_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(name, _)| name.starts_with(prefix));
        named.filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.as_str())
    }

    /// Whether a variable says yes; `Err` with its value if it says neither yes nor no.
    ///
    /// # Errors
    /// The value.
    pub fn switch(&self, name: &str) -> Result<bool, String> {
        match self.get(name).unwrap_or_default() {
            "" | "0" | "false" | "no" => Ok(false),
            "1" | "true" | "yes" => Ok(true),
            other => Err(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_reader_and_a_dumb_terminal_want_lines() {
        for (name, value, expected) in [
            ("ACCESSIBLE", "1", true),
            ("ACCESSIBLE", "please", true),
            ("ACCESSIBLE", "0", false),
            ("ACCESSIBLE", "", false),
            ("TERM", "dumb", true),
            ("TERM", "xterm", false),
        ] {
            let environment = Environment::new([(name.to_owned(), value.to_owned())]);
            assert_eq!(environment.wants_lines(), expected, "{name}={value}");
        }
    }
}
