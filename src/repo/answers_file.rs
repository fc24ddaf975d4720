//! Answers files and the user's config: maps of the questions' keys to values.

use std::collections::BTreeMap;

use super::config_text::{ConfigError, Ordered, OwnFile, TextList};
use crate::domain::near::closest;
use crate::questions::{QuestionId, TABLE, question_by_key};

/// Answers by question key.
pub type AnswerMap = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UserConfig {
    defaults: Ordered<TextList>,
}

/// Reads an answers file: a map of keys to one value or a list.
///
/// # Errors
/// A key that is no question, with "did you mean"; a value that the question refuses.
pub fn parse_answers(path: &str, text: &str) -> Result<AnswerMap, ConfigError> {
    let own = OwnFile { path, text };
    let map = by_key(own.read()?);
    check_answers(own, &[], &map)?;
    Ok(map)
}

/// Reads the user's config, which has `defaults:` only.
///
/// # Errors
/// As [`parse_answers`].
pub fn parse_user_config(path: &str, text: &str) -> Result<AnswerMap, ConfigError> {
    let own = OwnFile { path, text };
    let map = by_key(own.read::<UserConfig>()?.defaults);
    check_answers(own, &["defaults"], &map)?;
    Ok(map)
}

fn by_key(answers: Ordered<TextList>) -> AnswerMap {
    answers.0.into_iter().map(|(key, TextList(values))| (key, values)).collect()
}

/// Checks answers that stand in a file under `above`.
pub(super) fn check_answers(
    own: OwnFile<'_>,
    above: &[&str],
    map: &AnswerMap,
) -> Result<(), ConfigError> {
    for (key, values) in map {
        let keys: Vec<&str> = above.iter().copied().chain([key.as_str()]).collect();
        let Some(question) = question_by_key(key) else {
            let near = closest(key, TABLE.iter().map(|question| question.key));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the keys are the flags, with `_`".to_owned(),
            };
            return Err(own.wrong_key(&keys, format!("unknown key `{key}`"), &help));
        };
        if values.len() > 1 && !question.repeatable {
            let message = format!("`{key}` has one value");
            return Err(own.wrong(&keys, message, "keep one of them"));
        }
        // A policy name may hold a placeholder that no policy name can.
        let checked = values.iter().filter(|_| question.id != QuestionId::PolicyName);
        for value in checked {
            if let Err(invalid) = question.check(value) {
                let help = format!("for example: {}", invalid.example);
                return Err(own.wrong_item(&keys, value, invalid.line(), &help));
            }
        }
    }
    Ok(())
}
