//! One question: asked with what is known already, answered, checked.

use std::io;

use super::desk::Desk;
use super::meaning::{Meaning, meaning, taken};
use super::prompting::completions;
use super::{Several, Walk};
use crate::prompts::asker::{Behind, Prompt, PromptKind, Reply, Row};
use crate::questions::{QuestionId, Step, question};
use crate::wizard::Message;

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
            Meaning::Several { rows, typed, is_name } => {
                self.narrow(Several { id, rows, typed, is_name })
            }
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
    fn narrow(&mut self, several: Several) -> io::Result<()> {
        let how = match (self.asker.has_numbers(), several.is_name) {
            (true, true) => format!("a number takes one, Enter makes {} new", several.typed),
            (true, false) => "a number takes one".to_owned(),
            (false, _) => "choose one with the arrow keys".to_owned(),
        };
        let fits = match several.rows.len() {
            1 => "1 name matches".to_owned(),
            count => format!("{count} match"),
        };
        self.say(&format!("{fits}: {how}"))?;
        self.several = Some(several);
        Ok(())
    }

    /// An empty line: the new name that was asked about, else what holds already.
    fn keep(
        &mut self,
        prompt: &Prompt,
        id: QuestionId,
        several: Option<Several>,
    ) -> io::Result<()> {
        match several.filter(|several| several.is_name) {
            Some(several) => self.answer(id, vec![several.typed]),
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
            // What is open is asked, not taken: that is no mistake of anybody's.
            if self.wizard().focused().is_some_and(|id| self.wizard().is_missing(id)) {
                break;
            }
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
