//! Answers as they were given: texts with their origin, before they mean anything.

use std::collections::BTreeMap;
use std::fmt;

use super::table::{QuestionId, TABLE};

/// Where an answer comes from; the stronger one first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Typed in the wizard.
    Typed,
    /// A flag.
    Flag,
    /// An environment variable.
    Environment,
    /// An answers file.
    AnswersFile,
    /// What is on disk; the words say what.
    Disk(String),
    /// `gangplank.yaml`.
    RepositoryConfig,
    /// The user's config.
    UserConfig,
    /// Nothing else said anything.
    Default,
}

impl Origin {
    /// The word that JSON uses.
    pub fn word(&self) -> &'static str {
        match self {
            Origin::Typed => "typed",
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::AnswersFile => "answers_file",
            Origin::Disk(_) => "disk",
            Origin::RepositoryConfig => "repository_config",
            Origin::UserConfig => "user_config",
            Origin::Default => "default",
        }
    }
}

/// In words, for the review.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Typed => "typed",
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::AnswersFile => "answers file",
            Origin::Disk(what) => what,
            Origin::RepositoryConfig => "gangplank.yaml",
            Origin::UserConfig => "your config",
            Origin::Default => "default",
        })
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its values; one, unless the question is repeatable.
    pub values: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// All answers given, by question; of several for one question the strongest is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenAnswers(BTreeMap<QuestionId, Given>);

impl GivenAnswers {
    /// Gives an answer, unless a stronger one is there. No values are no answer.
    pub fn give(&mut self, id: QuestionId, values: Vec<String>, origin: Origin) {
        let weaker = self.0.get(&id).is_some_and(|given| given.origin < origin);
        if !values.is_empty() && !weaker {
            self.0.insert(id, Given { values, origin });
        }
    }

    /// Replaces an answer; with no values, takes it away.
    pub fn replace(&mut self, id: QuestionId, values: Vec<String>, origin: Origin) {
        self.0.remove(&id);
        self.give(id, values, origin);
    }

    /// The answer to a question.
    pub fn get(&self, id: QuestionId) -> Option<&Given> {
        self.0.get(&id)
    }

    /// The values of an answer; none if there is no answer.
    pub fn values(&self, id: QuestionId) -> &[String] {
        self.0.get(&id).map_or(&[], |given| &given.values)
    }

    /// The only value of an answer.
    pub fn value(&self, id: QuestionId) -> Option<&str> {
        self.values(id).first().map(String::as_str)
    }

    /// The answers that both have.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let both = self.0.iter().filter(|(id, given)| other.0.get(id) == Some(given));
        GivenAnswers(both.map(|(id, given)| (*id, given.clone())).collect())
    }

    /// All answers in the order of the questions.
    pub fn iter(&self) -> impl Iterator<Item = (QuestionId, &Given)> {
        TABLE.iter().filter_map(|question| Some((question.id, self.0.get(&question.id)?)))
    }
}
