//! A question of the table as a prompt: its words, what could be taken, and what holds already.

use super::{Several, Walk};
use crate::prompts::asker::{Prompt, PromptKind, Row};
use crate::questions::{Kind, Question, QuestionId, question};
use crate::wizard::{Field, Suggestion, Wizard};

impl Walk<'_> {
    /// The prompt for a question.
    pub(super) fn prompt(&self, id: QuestionId, several: Option<&Several>) -> Prompt {
        let (wizard, question) = (self.wizard(), question(id));
        let rows = match several {
            Some(several) => several.rows.clone(),
            None => rows(wizard, question),
        };
        let initial = match several {
            Some(several) => several.typed.clone(),
            None => own_text(wizard, id),
        };
        let new = several.filter(|several| several.is_name);
        Prompt {
            title: title(wizard, question),
            help: question.help.to_owned(),
            label: question.label(),
            shown: match new {
                Some(several) => Some(format!("{}, a new name", several.typed)),
                None => shown(wizard, question, &rows),
            },
            kind: kind(wizard, question, &rows),
            initial,
            rows,
        }
    }
}

/// What could be taken for a text. Of several values the last one is completed.
pub(super) fn completions(wizard: &Wizard, id: QuestionId, typed: &str) -> Vec<Row> {
    let is_list = question(id).repeatable;
    let (before, last) = match typed.rfind(' ').filter(|_| is_list) {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let found = wizard.suggestions_for(id, last).into_iter().map(row);
    found.map(|row| Row { value: format!("{before}{}", row.value), ..row }).collect()
}

fn row(suggestion: Suggestion) -> Row {
    let text = suggestion.shown().to_owned();
    Row { text, value: suggestion.value, note: suggestion.note, refusal: suggestion.disabled }
}

/// A switch is asked like everything else.
fn title(wizard: &Wizard, question: &Question) -> String {
    let title = wizard.title(question.id);
    match question.kind {
        Kind::Switch => {
            let mut chars = title.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).chain(['?']).collect()
        }
        _ => title,
    }
}

fn rows(wizard: &Wizard, question: &Question) -> Vec<Row> {
    let row = |value: &str, text: &str, note: &str| Row {
        value: value.to_owned(),
        text: text.to_owned(),
        note: note.to_owned(),
        refusal: None,
    };
    match question.kind {
        Kind::Text(_) => completions(wizard, question.id, ""),
        Kind::Choice(choices) => {
            choices.iter().map(|choice| row(choice.value, choice.label, choice.hint)).collect()
        }
        Kind::Switch => vec![row("false", "no", ""), row("true", "yes", "")],
    }
}

fn kind(wizard: &Wizard, question: &Question, rows: &[Row]) -> PromptKind {
    let is_text = question.is_text() && (question.id != QuestionId::Cluster || rows.is_empty());
    if is_text {
        return PromptKind::Text;
    }
    let value = current(wizard, question);
    let at = rows.iter().position(|row| Some(&row.value) == value.as_ref());
    PromptKind::Choice(at.unwrap_or(0))
}

/// The value that holds; a switch is off unless something turns it on.
fn current(wizard: &Wizard, question: &Question) -> Option<String> {
    match question.kind {
        Kind::Switch => Some(wizard.is_on(question.id).to_string()),
        _ => wizard.value(question.id),
    }
}

/// What a text field holds.
fn own_text(wizard: &Wizard, id: QuestionId) -> String {
    match wizard.field(id) {
        Some(Field::Text(field)) => field.values().join(" "),
        _ => String::new(),
    }
}

/// What an empty line takes, with its origin; nothing where an answer is needed.
fn shown(wizard: &Wizard, question: &Question, rows: &[Row]) -> Option<String> {
    let id = question.id;
    let origin = wizard.settled(id).map(|given| given.origin.to_string());
    let with_origin = |text: String| match &origin {
        Some(origin) if origin != "typed" => format!("{text}, {origin}"),
        _ => text,
    };
    if !question.is_text() {
        let value = current(wizard, question)?;
        let at = rows.iter().position(|row| row.value == value)?;
        return Some(with_origin(rows[at].text.clone()));
    }
    if wizard.error(id).is_some() {
        return None;
    }
    let own = own_text(wizard, id);
    match (own.as_str(), wizard.ghost(id)) {
        ("", Some((values, origin))) => Some(format!("{values}, {origin}")),
        // One cluster is no choice.
        ("", None) if id == QuestionId::Cluster && rows.len() == 1 => Some(rows[0].value.clone()),
        ("", None) if id == QuestionId::Cluster || wizard.is_missing(id) => None,
        ("", None) => Some("none".to_owned()),
        (own, _) => Some(with_origin(own.to_owned())),
    }
}
