//! Trying an own template: onboardings of all kinds in a small repository in memory, with the
//! template in its place. What is wrong then, and is not with the built-in one, it has to answer for.

mod samples;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use self::samples::{FILES, onboardings};
use super::outlook::{OutlookError, Planner};
use crate::domain::finding::{Finding, Level};
use crate::manifests::template::{OwnTemplate, TemplateError};
use crate::questions::{GivenAnswers, Origin, QuestionId, question, question_by_key};
use crate::repo::Repository;
use crate::system::{Disk, MemoryDisk};
use crate::tree::Tree;

/// What is said of a plan, and how bad it is.
type Said = BTreeMap<String, Level>;

/// Everything that is wrong with some templates: what they say, else what they give.
pub fn try_templates(all: &[OwnTemplate]) -> Vec<Finding> {
    let answers: Vec<GivenAnswers> = onboardings().map(given).collect();
    let usual: OnceCell<Vec<Said>> = OnceCell::new();
    let mut found = Vec::new();
    for own in all {
        let wrong: Vec<Finding> = own.check().iter().map(finding).collect();
        if wrong.is_empty() {
            let usual = usual.get_or_init(|| outlooks(&answers, Vec::new()));
            found.extend(output(own, &answers, usual));
        } else {
            found.extend(wrong);
        }
    }
    found
}

/// What is only said with this template in its place, each once.
fn output(own: &OwnTemplate, answers: &[GivenAnswers], usual: &[Said]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let all = outlooks(answers, vec![own.clone()]);
    for ((said, usual), given) in all.into_iter().zip(usual).zip(answers) {
        let news = said.into_iter().filter(|(message, _)| !usual.contains_key(message));
        for (message, level) in news {
            if found.iter().all(|one| one.message != message) {
                found.push(with_answers(own, message, level, given));
            }
        }
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    found
}

/// What is said of the onboardings with these answers.
fn outlooks(answers: &[GivenAnswers], own: Vec<OwnTemplate>) -> Vec<Said> {
    let disk = MemoryDisk::with_files(FILES.iter().copied());
    let tree = Tree::of(Arc::new(disk) as Arc<dyn Disk>);
    let Ok(repository) = Repository::open(tree, String::new()) else {
        return Vec::new();
    };
    let mut planner = Planner::new(repository, BTreeMap::new()).with_user_templates(own);
    answers.iter().map(|given| outlook(&mut planner, given)).collect()
}

fn outlook(planner: &mut Planner, given: &GivenAnswers) -> Said {
    let one = |message: String| BTreeMap::from([(message, Level::Error)]);
    match planner.outlook(given) {
        Ok(outlook) => match outlook.plan {
            Some(plan) => plan.findings.into_iter().map(|f| (f.message, f.level)).collect(),
            None => one("no plan can be made".to_owned()),
        },
        Err(OutlookError::Template(error)) => one(error.message),
        Err(error) => one(error.to_string()),
    }
}

fn given(answers: Vec<(&'static str, &'static str)>) -> GivenAnswers {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, value) in answers {
        let several = question_by_key(key).is_some_and(|question| question.repeatable);
        let values = values.entry(key).or_default();
        if !several {
            values.clear();
        }
        values.push(value.to_owned());
    }
    let mut given = GivenAnswers::default();
    for (key, values) in values {
        if let Some(question) = question_by_key(key) {
            given.give(question.id, values, Origin::Flag);
        }
    }
    given
}

fn with_answers(own: &OwnTemplate, message: String, level: Level, given: &GivenAnswers) -> Finding {
    let told = [QuestionId::Style, QuestionId::Select, QuestionId::Network, QuestionId::Egress];
    let told = told.into_iter().chain([QuestionId::Dns, QuestionId::Namespace]);
    let told = told.filter(|id| given.get(*id).is_some());
    let words: Vec<String> =
        told.map(|id| format!("{} {}", question(id).flag(), given.values(id).join(" "))).collect();
    let help = format!("so it is with {}", words.join(", "));
    Finding::on_disk("template/output", level, own.file.as_str(), message, help)
}

/// An error of a template as a finding.
fn finding(error: &TemplateError) -> Finding {
    let (path, message) = (error.file.as_str(), error.message.as_str());
    let finding = Finding::on_disk(error.rule, Level::Error, path, message, error.help.as_str());
    match error.place {
        Some((line, column)) => finding.at(line, column),
        None => finding,
    }
}
