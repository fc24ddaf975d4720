//! The command that does the same without questions.

use super::given::{GivenAnswers, Origin};
use super::table::{Kind, QuestionId, question};
use crate::domain::shell::CommandLine;

/// The `gangplank onboard` line that holds every answer that was given, ready to be pasted into a
/// shell. Answers that the repository or a default brings are left out: they come again. So are
/// answers to questions that are not `asked`: they mean nothing here, and a flag for them is refused.
pub fn equivalent_command(given: &GivenAnswers, asked: &[QuestionId]) -> String {
    command_line("onboard", given, asked, &[])
}

/// The line of any command with these answers and more switches.
pub fn command_line(
    command: &str,
    given: &GivenAnswers,
    asked: &[QuestionId],
    switches: &[&str],
) -> String {
    let mut line = CommandLine::of("gangplank").switch(command);
    for (id, answer) in given.iter() {
        let question = question(id);
        if !is_said(&answer.origin) || !asked.contains(&id) {
            continue;
        }
        match question.kind {
            Kind::Switch if answer.values.iter().any(|value| value == "true") => {
                line = line.switch(&question.flag());
            }
            Kind::Switch => line = line.switch(&format!("{}=false", question.flag())),
            _ => {
                let flag = question.flag();
                line = answer.values.iter().fold(line, |line, value| line.flag(&flag, value));
            }
        }
    }
    line = switches.iter().fold(line, |line, switch| line.switch(switch));
    line.switch("--yes").to_string()
}

/// Whether an answer must be said again: one from this user or this call.
fn is_said(origin: &Origin) -> bool {
    !matches!(origin, Origin::Disk(_) | Origin::RepositoryConfig | Origin::Default)
}

#[cfg(test)]
mod tests {
    use super::super::TABLE;
    use super::*;

    #[test]
    fn it_says_what_was_said_and_quotes_it() {
        let mut given = GivenAnswers::default();
        given.give(QuestionId::Role, vec!["arn:aws:iam::{account}:role/x".into()], Origin::Typed);
        given.give(QuestionId::Cluster, vec!["it's one".into()], Origin::Flag);
        given.give(QuestionId::Style, vec!["json-patch".into()], Origin::Disk("siblings".into()));
        given.give(QuestionId::DualStack, vec!["true".into()], Origin::Environment);
        assert_eq!(
            equivalent_command(&given, &TABLE.map(|question| question.id)),
            r"gangplank onboard --cluster 'it'\''s one' --role 'arn:aws:iam::{account}:role/x' --dual-stack --yes"
        );
    }

    #[test]
    fn the_stronger_answer_stays() {
        let mut given = GivenAnswers::default();
        given.give(QuestionId::Style, vec!["json-patch".into()], Origin::Flag);
        given.give(QuestionId::Style, vec!["strategic-merge".into()], Origin::Environment);
        assert_eq!(given.value(QuestionId::Style), Some("json-patch"));
    }
}
