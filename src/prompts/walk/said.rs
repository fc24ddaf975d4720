//! What is said between questions: what is known at the start, checks, reasons, explanations.

use std::io;

use super::Walk;
use crate::questions::{QuestionId, TABLE, question};
use crate::wizard::{CheckLine, Sign};

impl Walk<'_> {
    /// Where it is, how to get around, and what was answered with the call.
    pub(super) fn greet(&mut self) -> io::Result<()> {
        let setup = self.wizard().setup();
        let branch = setup.branch.as_ref().map(|branch| format!(" ({branch})"));
        let dry = if setup.dry_run { ", dry run: nothing is written" } else { "" };
        let back = if self.asker.has_numbers() { "" } else { " or Esc" };
        let mut lines = vec![
            format!("gangplank in {}{}{dry}", setup.repository, branch.unwrap_or_default()),
            format!("<{back} goes back, > takes what is shown up to the review,"),
            "- takes an answer back, ? explains, Ctrl-C leaves.".to_owned(),
            "Nothing is written before you say so.".to_owned(),
        ];
        for id in TABLE.iter().map(|question| question.id) {
            if let Some(given) = setup.given.get(id) {
                lines.push(format!(
                    "{}: {}  ({})",
                    question(id).label(),
                    given.values.join(" "),
                    given.origin
                ));
            }
        }
        self.say(&lines.join("\n"))
    }

    /// What became of the last answer, if there is something to say.
    pub(super) fn say_notice(&mut self) -> io::Result<()> {
        match self.wizard().notice().map(str::to_owned) {
            Some(notice) => self.say(&notice),
            None => Ok(()),
        }
    }

    /// A check in a line, with what to do about it below.
    pub(super) fn check_text(&self, check: &CheckLine) -> String {
        let head = format!("{} {}", self.asker.signs().of(check.sign), check.text);
        match check.help.as_deref().map(str::trim_end).filter(|help| !help.is_empty()) {
            Some(help) => format!("{head}\n  {}", help.replace('\n', "\n  ")),
            None => head,
        }
    }

    /// The checks of the step that were not said yet.
    pub(super) fn say_checks(&mut self) -> io::Result<()> {
        let checks = self.wizard().checks();
        for check in checks.iter().filter(|check| check.sign != Sign::NotYet) {
            self.say_once(&self.check_text(check))?;
        }
        Ok(())
    }

    pub(super) fn say_once(&mut self, text: &str) -> io::Result<()> {
        if self.said.insert(text.to_owned()) { self.say(text) } else { Ok(()) }
    }

    /// Why a question could not be left.
    pub(super) fn say_reason(&mut self, id: QuestionId) -> io::Result<()> {
        let no = self.asker.signs().of(Sign::No);
        let wizard = self.wizard();
        if !wizard.has_tried() {
            return Ok(());
        }
        let text = match wizard.error(id) {
            Some(invalid) => format!("{no} {}\n  example: {}", invalid.line(), invalid.example),
            None if wizard.is_missing(id) => {
                format!("{no} an answer is needed, for example {}", question(id).example)
            }
            None => return Ok(()),
        };
        self.say(&text)
    }

    /// What keeps the plan from being made, if anything does.
    pub(super) fn say_outlook_error(&mut self) -> io::Result<()> {
        let no = self.asker.signs().of(Sign::No);
        match self.wizard().outlook_error().map(|reason| format!("{no} {reason}")) {
            Some(text) => self.say_once(&text),
            None => Ok(()),
        }
    }

    /// What the question means.
    pub(super) fn explain(&mut self, id: Option<QuestionId>) -> io::Result<()> {
        let why = self.wizard().step().why().join(" ");
        let mut lines = vec![why.trim_end().to_owned()];
        if let Some(question) = id.map(question) {
            lines.push(format!("{} ({})", question.help, question.flag()));
            lines.push(format!("example: {}", question.example));
        } else {
            lines.push("r reads everything and asks IAM again, < goes back.".to_owned());
        }
        self.say(&lines.join("\n"))
    }
}
