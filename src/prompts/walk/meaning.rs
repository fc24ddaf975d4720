//! What a typed line means for the question that was asked.

use crate::prompts::asker::Row;
use crate::questions::{Kind, Question, QuestionId};
use crate::wizard::Wizard;

/// What a line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// `<`: the question before.
    Back,
    /// `>`: what is shown is taken, up to the review.
    On,
    /// `?`: what this means.
    Why,
    /// Nothing: what is shown is taken.
    Keep,
    /// These are the values; none takes the answer back.
    Values(Vec<String>),
    /// Several names hold this text.
    Several {
        /// Those names.
        rows: Vec<Row>,
        /// The text.
        typed: String,
        /// Whether it can be a name of its own.
        is_name: bool,
    },
    /// It can't be taken; why.
    Refused(String),
}

/// What a line means, where these rows were offered and `find` finds more. Numbers take rows if the
/// rows were listed with `numbers`.
pub(super) fn meaning(
    line: &str,
    question: &Question,
    rows: &[Row],
    numbers: bool,
    find: &mut dyn FnMut(&str) -> Vec<Row>,
) -> Meaning {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line).trim();
    if let Some(why) = Wizard::refusal(line) {
        return Meaning::Refused(why);
    }
    match line {
        "<" => return Meaning::Back,
        ">" => return Meaning::On,
        "?" => return Meaning::Why,
        "" => return Meaning::Keep,
        "-" => return Meaning::Values(Vec::new()),
        _ => {}
    }
    if let Some(row) = rows.iter().find(|row| row.value == line) {
        return taken(row);
    }
    let numbered = line.parse::<usize>().ok().filter(|_| numbers);
    if let Some(row) = numbered.and_then(|at| rows.get(at.checked_sub(1)?)) {
        return taken(row);
    }
    match question.kind {
        Kind::Text(_) => text_meaning(line, question, numbers, find),
        Kind::Choice(_) | Kind::Switch => choice_meaning(line, rows),
    }
}

/// A row as an answer, unless it can't be one.
pub(super) fn taken(row: &Row) -> Meaning {
    match &row.refusal {
        Some(why) => Meaning::Refused(format!("{} can't be chosen: {why}", row.text)),
        None => Meaning::Values(vec![row.value.clone()]),
    }
}

/// One of a few: a part of its value or of its name is enough, if no other has it.
fn choice_meaning(line: &str, rows: &[Row]) -> Meaning {
    let typed = line.to_ascii_lowercase();
    let begins = |text: &str| text.to_ascii_lowercase().starts_with(&typed);
    let mut fitting = rows.iter().filter(|row| begins(&row.value) || begins(&row.text));
    match (fitting.next(), fitting.next()) {
        (Some(row), None) => taken(row),
        _ => {
            let names: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
            Meaning::Refused(format!("{line} is none of: {}", names.join(", ")))
        }
    }
}

fn text_meaning(
    line: &str,
    question: &Question,
    numbers: bool,
    find: &mut dyn FnMut(&str) -> Vec<Row>,
) -> Meaning {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let is_part = match question.id {
        QuestionId::Cluster => true,
        QuestionId::Role => words.len() == 1 && !line.starts_with("arn:"),
        // With a list that follows what is typed, a new name is typed with the others in sight.
        QuestionId::Namespace => numbers && question.check(line).is_ok(),
        _ => false,
    };
    let is_name = question.id == QuestionId::Namespace;
    let mut found = if is_part { find(line) } else { Vec::new() };
    match found.len() {
        0 if question.repeatable && question.id != QuestionId::Cluster => Meaning::Values(words),
        0 => Meaning::Values(vec![line.to_owned()]),
        1 if !is_name => taken(&found.remove(0)),
        _ => Meaning::Several { rows: found, typed: line.to_owned(), is_name },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::question;

    fn rows(names: &[&str]) -> Vec<Row> {
        let row = |name: &&str| Row {
            value: (*name).to_owned(),
            text: (*name).to_owned(),
            ..Row::default()
        };
        names.iter().map(row).collect()
    }

    fn of(line: &str, id: QuestionId, names: &[&str]) -> Meaning {
        let all = rows(names);
        let found = all.clone();
        let mut find =
            |typed: &str| found.iter().filter(|row| row.value.contains(typed)).cloned().collect();
        meaning(line, question(id), &all, true, &mut find)
    }

    fn several(names: &[&str], typed: &str, is_name: bool) -> Meaning {
        Meaning::Several { rows: rows(names), typed: typed.to_owned(), is_name }
    }

    fn one(value: &str) -> Meaning {
        Meaning::Values(vec![value.to_owned()])
    }

    #[test]
    fn signs_and_numbers_and_names() {
        let names = ["dev-eu1", "prod-eu1", "prod-us1"];
        for (line, expected) in [
            ("<\n", Meaning::Back),
            (" > ", Meaning::On),
            ("?", Meaning::Why),
            ("\r\n", Meaning::Keep),
            ("-", Meaning::Values(Vec::new())),
            ("3", one("prod-us1")),
            ("prod-eu1\n", one("prod-eu1")),
            ("dev", one("dev-eu1")),
            ("prod", several(&["prod-eu1", "prod-us1"], "prod", false)),
            ("4", one("4")),
            ("0", one("0")),
        ] {
            assert_eq!(of(line, QuestionId::Cluster, &names), expected, "{line:?}");
        }
    }

    #[test]
    fn a_new_name_that_is_a_part_of_others_is_asked_about() {
        let names = ["report-portal", "reporting"];
        let both = several(&names, "report", true);
        assert_eq!(of("report", QuestionId::Namespace, &names), both);
        assert_eq!(of("reporting", QuestionId::Namespace, &names), one("reporting"));
        assert_eq!(of("checkout", QuestionId::Namespace, &names), one("checkout"));
        let portal = several(&["report-portal"], "portal", true);
        assert_eq!(of("portal", QuestionId::Namespace, &names), portal, "one is not taken for it");
    }

    #[test]
    fn an_arn_is_taken_as_it_is_and_several_are_several() {
        let names = ["arn:aws:iam::123456789098:role/a", "arn:aws:iam::123456789098:role/ab"];
        let prefix = "arn:aws:iam::123456789098:role/";
        assert_eq!(of(prefix, QuestionId::Role, &names), one(prefix));
        let both = names.join(" ");
        assert_eq!(
            of(&both, QuestionId::Role, &names),
            Meaning::Values(names.map(str::to_owned).into())
        );
        assert_eq!(of("role/ab", QuestionId::Role, &names), one(names[1]));
    }

    #[test]
    fn what_can_t_be_an_answer_is_refused() {
        let refused = |line, id| matches!(of(line, id, &["no", "yes"]), Meaning::Refused(_));
        assert!(refused("a\nb\n", QuestionId::Namespace), "several lines");
        assert!(refused("a\u{7}b", QuestionId::Namespace), "a control character");
        assert!(refused("maybe", QuestionId::DualStack));
        assert_eq!(of("Y", QuestionId::DualStack, &["no", "yes"]), one("yes"));
        let row = Row { refusal: Some("protected".to_owned()), ..rows(&["istio"]).remove(0) };
        let meaning = meaning("1", question(QuestionId::Namespace), &[row], true, &mut |_| vec![]);
        assert_eq!(meaning, Meaning::Refused("istio can't be chosen: protected".to_owned()));
    }
}
