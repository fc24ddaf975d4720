//! What becomes of a policy file that is there with other content.

use super::invalid::Invalid;

/// What to do with such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Stop.
    #[default]
    Fail,
    /// Leave it as it is, write the rest.
    Skip,
    /// Write beside it under another name.
    Beside,
    /// Overwrite it.
    Apply,
}

impl OnConflict {
    /// All of them, as flags say them.
    pub const ALL: [(&str, OnConflict); 4] = [
        ("fail", OnConflict::Fail),
        ("skip", OnConflict::Skip),
        ("beside", OnConflict::Beside),
        ("apply", OnConflict::Apply),
    ];

    /// As flags say it.
    pub fn word(self) -> &'static str {
        OnConflict::ALL.iter().find(|(_, what)| *what == self).map_or("fail", |(word, _)| word)
    }
}

/// An answer for one file, or for all that have none of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictAnswer {
    /// The file, from the root; `None` for all.
    pub file: Option<String>,
    /// What to do with it.
    pub what: OnConflict,
}

impl ConflictAnswer {
    /// Reads `WHAT` or `FILE=WHAT`.
    ///
    /// # Errors
    /// Another word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (file, word) = match text.rsplit_once('=') {
            Some((file, word)) => (Some(file.to_owned()), word),
            None => (None, text),
        };
        let known = OnConflict::ALL.iter().find(|(known, _)| *known == word);
        match known {
            Some((_, what)) if file.as_deref() != Some("") => {
                Ok(ConflictAnswer { file, what: *what })
            }
            _ => {
                let message = "this is one of fail, skip, beside, apply, or FILE= and one of them";
                Err(Invalid::whole(message, "fail"))
            }
        }
    }
}

/// What holds for a file: its own answer, else that for all; of several the last.
pub fn answer_for(answers: &[ConflictAnswer], file: &str) -> OnConflict {
    let of = |name: Option<&str>| answers.iter().rfind(|answer| answer.file.as_deref() == name);
    of(Some(file)).or_else(|| of(None)).map_or(OnConflict::default(), |answer| answer.what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_own_answer_or_that_for_all() {
        let answers: Vec<ConflictAnswer> = ["skip", "a/b=c.yaml=apply", "x.yaml=fail", "beside"]
            .map(|text| ConflictAnswer::parse(text).unwrap())
            .to_vec();
        assert_eq!(answer_for(&answers, "a/b=c.yaml"), OnConflict::Apply);
        assert_eq!(answer_for(&answers, "x.yaml"), OnConflict::Fail);
        assert_eq!(answer_for(&answers, "other"), OnConflict::Beside, "the last one counts");
        assert_eq!(answer_for(&[], "other"), OnConflict::Fail);
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "=skip", "overwrite", "a.yaml=", "a.yaml=Skip", "skip=a.yaml"] {
            assert!(ConflictAnswer::parse(text).is_err(), "{text}");
        }
    }
}
