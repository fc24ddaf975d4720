//! One question: asked with what is known already, answered, checked.

use std::io;

use super::desk::Desk;
use super::meaning::{Meaning, meaning, taken};
use super::said::label;
use super::{Several, Walk};
use crate::prompts::asker::{Behind, Prompt, PromptKind, Reply, Row};
use crate::questions::{Kind, Question, QuestionId, Step, question};
use crate::wizard::{Field, Message, Suggestion, Wizard};

/// The desk while a question stands, and what it completes.
pub(super) struct Completing<'a, 'b> {
    pub(super) desk: &'b mut Desk<'a>,
    pub(super) id: Option<QuestionId>,
}

impl Behind for Completing<'_, '_> {
    fn goes_on(&mut self) -> io::Result<bool> {
        self.desk.goes_on()
    }

    fn rows(&mut self, typed: &str) -> Vec<Row> {
        self.id.map(|id| completions(self.desk.wizard, id, typed)).unwrap_or_default()
    }
}

/// What could be taken for a text. Of several values the last one is completed.
fn completions(wizard: &Wizard, id: QuestionId, typed: &str) -> Vec<Row> {
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

impl Walk<'_> {
    /// Asks the question that is focused, and takes what comes of it.
    pub(super) fn question(&mut self) -> io::Result<()> {
        self.reviewed = None;
        let Some(id) = self.wizard().focused() else {
            return self.send(Message::WentOn);
        };
        self.say_outlook_error()?;
        self.say_allowed(id)?;
        self.say_reason(id)?;
        let several = self.several.take().filter(|several| several.id == id);
        let prompt = self.prompt(id, several.as_ref());
        match self.ask(&prompt, Some(id))? {
            Reply::Gone => Ok(()),
            Reply::Left => {
                self.desk.quit();
                Ok(())
            }
            Reply::Back => self.send(Message::WentBack),
            Reply::Why => self.explain(Some(id)),
            Reply::On => self.on(&prompt, id),
            Reply::Unchanged => self.keep(&prompt, id, several),
            Reply::Value(value) => {
                let row = prompt.rows.iter().find(|row| row.value == value);
                let meaning = row.map_or(Meaning::Values(words(id, &value)), taken);
                self.take(meaning, &prompt, id, several)
            }
            Reply::Line(line) => {
                let numbers = self.asker.has_numbers();
                let wizard = &*self.desk.wizard;
                let mut find = |typed: &str| completions(wizard, id, typed);
                let meaning = meaning(&line, question(id), &prompt.rows, numbers, &mut find);
                self.say_taken(&line, &meaning, &prompt)?;
                self.take(meaning, &prompt, id, several)
            }
        }
    }

    pub(super) fn ask(&mut self, prompt: &Prompt, id: Option<QuestionId>) -> io::Result<Reply> {
        self.say("")?;
        self.asker.ask(prompt, &mut Completing { desk: &mut self.desk, id })
    }

    fn take(
        &mut self,
        meaning: Meaning,
        prompt: &Prompt,
        id: QuestionId,
        several: Option<Several>,
    ) -> io::Result<()> {
        match meaning {
            Meaning::Back => self.send(Message::WentBack),
            Meaning::On => self.on(prompt, id),
            Meaning::Why => {
                self.several = several;
                self.explain(Some(id))
            }
            // Where a text is edited in place, one that was deleted is an answer.
            Meaning::Keep if prompt.initial.is_empty() || self.asker.has_numbers() => {
                self.keep(prompt, id, several)
            }
            Meaning::Keep => self.answer(id, Vec::new()),
            Meaning::Values(values) => self.answer(id, values),
            Meaning::Several(rows, own) => self.narrow(prompt, id, rows, own),
            Meaning::Refused(why) => {
                self.several = several;
                self.say(&why)
            }
        }
    }

    /// What a number, or a part of a name, stands for.
    fn say_taken(&mut self, line: &str, meaning: &Meaning, prompt: &Prompt) -> io::Result<()> {
        let Meaning::Values(values) = meaning else {
            return Ok(());
        };
        let is_text = prompt.kind == PromptKind::Text;
        let row = prompt.rows.iter().find(|row| !is_text && row.value == values.concat());
        let taken = row.map_or_else(|| values.join(" "), |row| row.text.clone());
        let is_typed = words_of(line) == words_of(&taken) || values.is_empty();
        if is_typed { Ok(()) } else { self.say(&format!("{}: {taken}", prompt.label)) }
    }

    /// Several names hold what was typed: it is asked again with those.
    fn narrow(
        &mut self,
        prompt: &Prompt,
        id: QuestionId,
        rows: Vec<Row>,
        own: Option<String>,
    ) -> io::Result<()> {
        let how = match (self.asker.has_numbers(), &own) {
            (true, Some(own)) => format!("a number takes one, Enter makes {own} new"),
            (true, None) => "a number takes one".to_owned(),
            (false, _) => "choose one with the arrow keys".to_owned(),
        };
        let count = rows.len();
        let fits = if count == 1 { "1 name matches" } else { "match" };
        let fits = if count == 1 { fits.to_owned() } else { format!("{count} {fits}") };
        self.say(&format!("{fits}: {how}"))?;
        let typed = own.clone().unwrap_or_else(|| prompt.initial.clone());
        self.several = Some(Several { id, typed, rows, own });
        Ok(())
    }

    /// An empty line: the new name that was asked about, else what holds already.
    fn keep(
        &mut self,
        prompt: &Prompt,
        id: QuestionId,
        several: Option<Several>,
    ) -> io::Result<()> {
        match several.and_then(|several| several.own) {
            Some(own) => self.answer(id, vec![own]),
            None if is_undecided(prompt, id) => self.say_needed(id),
            None => self.go_on(id),
        }
    }

    fn answer(&mut self, id: QuestionId, values: Vec<String>) -> io::Result<()> {
        self.send(Message::Answered(values))?;
        match self.wizard().notice() {
            Some(_) => Ok(()),
            None => self.go_on(id),
        }
    }

    /// Leaves the question, if it can be left, with what is to be said about the answer.
    fn go_on(&mut self, id: QuestionId) -> io::Result<()> {
        if self.wizard().error(id).is_none() {
            if matches!(id, QuestionId::Role | QuestionId::NodeRole | QuestionId::ExternalId) {
                self.settle_aws()?;
            }
            self.say_checks()?;
        }
        self.send(Message::WentOn)
    }

    /// Takes what is shown, up to the review or to a question that has no answer.
    fn on(&mut self, prompt: &Prompt, id: QuestionId) -> io::Result<()> {
        if is_undecided(prompt, id) {
            return self.say_needed(id);
        }
        while self.wizard().step() < Step::Review && self.desk.leave.is_none() {
            let before = (self.wizard().step(), self.wizard().focused());
            self.send(Message::WentOn)?;
            if before == (self.wizard().step(), self.wizard().focused()) {
                break;
            }
        }
        Ok(())
    }

    fn say_needed(&mut self, id: QuestionId) -> io::Result<()> {
        self.say(&format!("an answer is needed, for example {}", question(id).example))
    }

    /// The roles that are on disk: what is typed joins them.
    fn say_allowed(&mut self, id: QuestionId) -> io::Result<()> {
        if id != QuestionId::Role {
            return Ok(());
        }
        for allowed in self.wizard().allowed_already() {
            let cluster = allowed.cluster.map(|name| format!(" on {name}")).unwrap_or_default();
            let inherited = if allowed.is_inherited { " (inherited)" } else { "" };
            self.say_once(&format!("already allowed{cluster}: {}{inherited}", allowed.role))?;
        }
        Ok(())
    }

    fn prompt(&self, id: QuestionId, several: Option<&Several>) -> Prompt {
        let (wizard, question) = (self.wizard(), question(id));
        let rows = match several {
            Some(several) => several.rows.clone(),
            None => rows(wizard, question),
        };
        let initial = match several {
            Some(several) => several.typed.clone(),
            None => own_text(wizard, id),
        };
        let own = several.and_then(|several| several.own.as_ref());
        Prompt {
            title: title(wizard, question),
            help: question.help.to_owned(),
            label: label(id),
            shown: match own {
                Some(own) => Some(format!("{own}, a new name")),
                None => shown(wizard, question, &rows),
            },
            kind: kind(wizard, question, &rows),
            initial,
            rows,
        }
    }
}

/// The full screen has a cluster highlighted from the start; in a line nothing is taken unseen.
fn is_undecided(prompt: &Prompt, id: QuestionId) -> bool {
    id == QuestionId::Cluster && prompt.shown.is_none()
}

fn words_of(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The values of a row that was completed.
fn words(id: QuestionId, value: &str) -> Vec<String> {
    match question(id).repeatable {
        true => value.split_whitespace().map(str::to_owned).collect(),
        false => vec![value.to_owned()],
    }
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
