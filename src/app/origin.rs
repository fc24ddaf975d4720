//! Where an answer came from, for the error about it: a flag, a variable, a line of a file.

use std::path::Path;

use super::reading;
use super::session::with_text;
use crate::domain::invalid::Invalid;
use crate::error::{Exit, Report};
use crate::questions::{Origin, QuestionId, question};
use crate::repo::{CONFIG_NAME, place_of};

/// A file of answers that was read.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// The files of answers that were read.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    /// `--answers`
    pub(super) answers: Option<Source>,
    /// The user's own config.
    pub(super) user: Option<Source>,
    /// `gangplank.yaml`
    pub(super) repository: Option<Source>,
}

impl Sources {
    /// With the config of the repository at `root`, as far as it can be read.
    pub(super) fn of(root: &Path, answers: Option<Source>, user: Option<Source>) -> Self {
        let text = reading::below(root, CONFIG_NAME);
        let repository = text.map(|text| Source::new(CONFIG_NAME.to_owned(), &text));
        Sources { answers, user, repository }
    }

    /// The error about an answer that will not do, named as whoever gave it named it.
    pub(super) fn refusal(
        &self,
        id: QuestionId,
        origin: &Origin,
        value: &str,
        invalid: &Invalid,
    ) -> Report {
        let question = question(id);
        let report = |name: &str| {
            let message = format!("{name} {value:?}: {}", invalid.line());
            Report::new(Exit::Usage, message).help(format!("for example: {}", invalid.example))
        };
        let (source, above) = match origin {
            Origin::Environment => return report(&question.variable()),
            Origin::AnswersFile => (&self.answers, &[][..]),
            Origin::RepositoryConfig => (&self.repository, &["defaults"][..]),
            Origin::UserConfig => (&self.user, &["defaults"][..]),
            Origin::Typed | Origin::Flag | Origin::Disk(_) | Origin::Default => {
                return report(&question.flag());
            }
        };
        let report = report(question.key);
        match source {
            Some(source) => source.point_at(report, &[above, &[question.key]].concat(), value),
            None => report,
        }
    }
}

impl Source {
    /// A file without the byte order mark that editors put before its text.
    pub(super) fn new(path: String, text: &str) -> Self {
        Source { path, text: text.trim_start_matches('\u{feff}').to_owned() }
    }

    fn point_at(&self, report: Report, keys: &[&str], value: &str) -> Report {
        let place = place_of(&self.text, keys, Some(value));
        let place = place.map(|place| (place.line, place.column));
        with_text(report.at(&self.path, place), &self.text)
    }
}
