//! Answers filled in with examples, for a draft while some are missing.

use super::on_disk::OnDisk;
use super::outlook::Outlook;
use crate::questions::{GivenAnswers, Origin, QuestionId};
use crate::repo::DefaultsChoice;

/// The answers, with examples for those that are missing or wrong.
pub(super) fn with_examples(given: &GivenAnswers, outlook: &Outlook) -> GivenAnswers {
    let mut filled = given.clone();
    let wrong: Vec<QuestionId> = outlook.invalid.iter().map(|answer| answer.id).collect();
    for id in &wrong {
        filled.replace(*id, Vec::new(), Origin::Default);
    }
    let survey = outlook.survey.as_deref();
    let account = survey.and_then(|survey| survey.facts.account.as_ref());
    let account = account.map_or("123456789098", |fact| fact.value.as_str());
    for (id, example) in [
        (QuestionId::Namespace, "your-namespace".to_owned()),
        (QuestionId::Role, format!("arn:aws:iam::{account}:role/your-role")),
        (QuestionId::Select, "sa=default".to_owned()),
        (QuestionId::Region, "us-east-1".to_owned()),
        (QuestionId::Egress, "restrict".to_owned()),
    ] {
        if outlook.missing.contains(&id) || wrong.contains(&id) {
            filled.give(id, vec![example], Origin::Default);
        }
    }
    if let Some(DefaultsChoice::Ask(candidates)) = survey.map(|survey| &survey.defaults) {
        let first = candidates.first().map(|one| one.folder.to_string());
        filled.give(QuestionId::Defaults, first.into_iter().collect(), Origin::Default);
    }
    filled
}

/// A copy is called like its model, unless somebody says otherwise.
pub(super) fn with_namespace(given: &GivenAnswers, copied: &OnDisk) -> GivenAnswers {
    let mut given = given.clone();
    if let (None, Some(name)) =
        (given.get(QuestionId::Namespace), copied.value(QuestionId::Namespace))
    {
        given.give(QuestionId::Namespace, vec![name.to_owned()], copied.origin());
    }
    given
}
