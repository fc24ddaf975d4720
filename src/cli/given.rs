//! What a command's own flags say, else their variables.

use clap::ArgMatches;

use super::environment::Environment;
use super::request::{UsageError, variable};

/// Flags, else variables.
pub(super) struct Given<'a> {
    pub(super) matches: &'a ArgMatches,
    pub(super) environment: &'a Environment,
}

impl Given<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let flag = self.matches.get_one::<String>(name).cloned();
        flag.or_else(|| self.environment.get(&variable(name)).map(str::to_owned))
    }

    /// One of several words, the first one if none is given.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<T, UsageError> {
        let text = self.text(name);
        let text = text.as_deref().unwrap_or(choices[0].0);
        choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let name = variable(name);
            UsageError::Mistake(format!("{name}={text}: this is one of {}", words.join(", ")))
        })
    }

    pub(super) fn switch(&self, name: &str) -> Result<bool, UsageError> {
        if self.matches.get_flag(name) {
            return Ok(true);
        }
        let name = variable(name);
        self.environment
            .switch(&name)
            .map_err(|value| UsageError::Mistake(format!("{name}={value}: this is true or false")))
    }
}
