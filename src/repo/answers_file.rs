//! Answers files and the user's config: maps of the questions' keys to values.

use std::collections::BTreeMap;

use super::config_text::{ConfigError, Ordered, OwnFile, TextList};
use crate::domain::near::closest;
use crate::manifests::yaml::Node;
use crate::questions::{QuestionId, TABLE, question_by_key};

/// Answers by question key.
pub type AnswerMap = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UserConfig {
    defaults: Ordered<TextList>,
}

/// Reads an answers file: a map of keys to one value or a list, or several such maps, as a list or
/// as documents.
///
/// # Errors
/// A key that is no question, with "did you mean"; a value that the question refuses.
pub fn parse_answers(path: &str, text: &str) -> Result<Vec<AnswerMap>, ConfigError> {
    let own = OwnFile { path, text };
    let yaml = own.parse()?;
    let mut all = Vec::new();
    for document in yaml.documents().filter(|document| !document.is_null()) {
        let several = document.items().chain(Some(document).filter(|node| !node.is_sequence()));
        for section in several {
            let map = by_key(own.read_node(section)?);
            check_section(own, section, &map)?;
            all.push(map);
        }
    }
    Ok(all)
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
    let yaml = own.parse()?;
    match yaml.root().and_then(|root| root.at(above)) {
        Some(section) => check_section(own, section, map),
        None => Ok(()),
    }
}

fn check_section(own: OwnFile<'_>, section: Node<'_>, map: &AnswerMap) -> Result<(), ConfigError> {
    for (key, values) in map {
        let entry = section.entry(key);
        let value_place = entry.map(|entry| entry.value.place());
        let Some(question) = question_by_key(key) else {
            let near = closest(key, TABLE.iter().map(|question| question.key));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the keys are the flags, with `_`".to_owned(),
            };
            let place = entry.map(|entry| entry.key.place());
            return Err(own.error(place, format!("unknown key `{key}`"), &help));
        };
        if values.len() > 1 && !question.repeatable {
            let message = format!("`{key}` has one value");
            return Err(own.error(value_place, message, "keep one of them"));
        }
        // A policy name may hold a placeholder that no policy name can.
        let checked = values.iter().filter(|_| question.id != QuestionId::PolicyName);
        for value in checked {
            if let Err(invalid) = question.check(value) {
                let help = format!("for example: {}", invalid.example);
                let item = entry.and_then(|entry| {
                    entry.value.items().find(|item| item.text() == Some(value.as_str()))
                });
                let place = item.map(Node::place).or(value_place);
                return Err(own.error(place, invalid.line(), &help));
            }
        }
    }
    Ok(())
}
