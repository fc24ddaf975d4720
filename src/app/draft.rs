//! A draft: the answers of a wizard that was left, kept beside the journal until something is
//! written. `--resume` goes on from there.

use std::collections::BTreeMap;

use super::state::State;
use crate::error::{Exit, Report};
use crate::questions::{Given, GivenAnswers, Origin, QuestionId, question, question_by_key};

/// Keeps the answers that somebody typed or gave; says whether there are any.
pub(super) fn keep(state: &State, given: &GivenAnswers) -> bool {
    // What was decided about a file was about the file as it was.
    let lasts = |(id, given): &(QuestionId, &Given)| {
        *id != QuestionId::OnConflict || given.origin != Origin::Typed
    };
    let answers: BTreeMap<&str, &[String]> = given
        .iter()
        .filter(lasts)
        .map(|(id, given)| (question(id).key, &given.values[..]))
        .collect();
    let is_worth_it = given.iter().any(|(_, given)| given.origin == Origin::Typed);
    // A draft is a help: one that can't be kept is not worth an error at the end.
    is_worth_it && serde_yaml::to_string(&answers).is_ok_and(|text| state.keep_draft(&text))
}

/// Puts the answers of the draft behind those that were given.
pub(super) fn resume(state: &State, given: &mut GivenAnswers) -> Result<(), Report> {
    let Some(text) = state.draft() else {
        let report = Report::new(Exit::Usage, "there is no draft of this repository to go on from");
        return Err(report.help("a wizard that is left keeps one until something is written"));
    };
    let answers: BTreeMap<String, Vec<String>> = serde_yaml::from_str(&text)
        .map_err(|error| Report::new(Exit::Failed, format!("the draft can't be read: {error}")))?;
    for (key, values) in answers {
        if let Some(question) = question_by_key(&key) {
            given.give(question.id, values, Origin::AnswersFile);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Environment;

    fn resumed(answers: &[(QuestionId, &str, Origin)]) -> Option<GivenAnswers> {
        let folder = tempfile::tempdir().unwrap();
        let variable = ("XDG_STATE_HOME".to_owned(), folder.path().display().to_string());
        let state = State::of(folder.path(), &Environment::new([variable])).unwrap();
        let mut given = GivenAnswers::default();
        for (id, value, origin) in answers {
            given.give(*id, vec![(*value).to_owned()], origin.clone());
        }
        let mut resumed = GivenAnswers::default();
        keep(&state, &given).then(|| resume(&state, &mut resumed).unwrap())?;
        Some(resumed)
    }

    #[test]
    fn a_draft_keeps_answers_but_no_decision_about_a_file() {
        let namespace = (QuestionId::Namespace, "x", Origin::Typed);
        let typed = (QuestionId::OnConflict, "a.yaml=apply", Origin::Typed);
        let kept = resumed(&[namespace.clone(), typed]).unwrap();
        assert_eq!(kept.value(QuestionId::Namespace), Some("x"));
        assert_eq!(kept.get(QuestionId::OnConflict), None);
        let flag = (QuestionId::OnConflict, "skip", Origin::Flag);
        assert_eq!(
            resumed(&[namespace, flag]).unwrap().value(QuestionId::OnConflict),
            Some("skip")
        );
        assert_eq!(resumed(&[(QuestionId::Cluster, "c", Origin::Flag)]), None);
    }
}
