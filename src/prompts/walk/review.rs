//! The review: everything once more, the only place that writes, and the windows of the full screen
//! as questions.

use std::io;

use super::Walk;
use crate::domain::conflict::OnConflict;
use crate::plan::{FileChange, Plan, Verb, git_diff};
use crate::prompts::asker::{Prompt, PromptKind, Reply, Row};
use crate::questions::question;
use crate::wizard::{Message, Move, Popup, ReviewRow, Wizard};

/// The word that writes.
const AGREED: &str = "yes";

impl Walk<'_> {
    /// Says the review, asks what is next, and does it.
    pub(super) fn review(&mut self) -> io::Result<()> {
        self.settle_aws()?;
        let text = self.review_text();
        if self.reviewed.as_ref() != Some(&text) {
            self.say(&format!("\n{text}"))?;
            self.reviewed = Some(text);
        }
        let rows = self.wizard().review_rows().len();
        let prompt = Prompt {
            title: menu(self.wizard(), rows),
            label: "What now".to_owned(),
            ..Prompt::default()
        };
        match self.ask(&prompt, None)? {
            Reply::Left => self.desk.quit(),
            Reply::Back => self.send(Message::WentBack)?,
            Reply::Line(line) => self.menu_word(line.trim(), rows)?,
            _ => {}
        }
        Ok(())
    }

    fn menu_word(&mut self, word: &str, rows: usize) -> io::Result<()> {
        match word.to_ascii_lowercase().as_str() {
            "" => Ok(()),
            "s" | "show" => self.show_files(),
            "w" | "write" => self.write(),
            "r" => {
                self.said.clear();
                self.send(Message::Refreshed)
            }
            "<" => self.send(Message::WentBack),
            "?" => self.explain(None),
            "q" | "quit" => {
                self.desk.quit();
                Ok(())
            }
            word => match word.parse::<usize>() {
                Ok(number) if (1..=rows).contains(&number) => self.change(number - 1),
                _ => self.say(&format!("{word} is none of them")),
            },
        }
    }

    /// Goes to the answer in this row, or decides about the file in it.
    fn change(&mut self, row: usize) -> io::Result<()> {
        self.choose_row(row)?;
        self.conflict()
    }

    /// Takes a row of what is shown: of the review, or of a window over it.
    fn choose_row(&mut self, row: usize) -> io::Result<()> {
        self.desk.send(Message::Moved(Move::First));
        for _ in 0..row {
            self.desk.send(Message::Moved(Move::Down));
        }
        self.send(Message::Entered)
    }

    fn write(&mut self) -> io::Result<()> {
        self.send(Message::WriteAsked)?;
        if !matches!(self.wizard().popup(), Some((Popup::Write, _))) {
            return Ok(());
        }
        let count = self.wizard().plan().map_or(0, |plan| written_files(plan).count());
        let prompt = Prompt {
            title: format!("Write {}?", files(count)),
            help: format!("type {AGREED} to write; anything else does not"),
            label: "Write".to_owned(),
            ..Prompt::default()
        };
        match self.ask(&prompt, None)? {
            Reply::Gone => Ok(()),
            Reply::Left => {
                self.desk.quit();
                Ok(())
            }
            Reply::Line(line) if line.trim().eq_ignore_ascii_case(AGREED) => {
                self.send(Message::Entered)
            }
            _ => {
                self.send(Message::Escaped)?;
                self.say("not written")
            }
        }
    }

    fn show_files(&mut self) -> io::Result<()> {
        let texts: Vec<String> = match self.wizard().plan() {
            Some(plan) => plan.pages().into_iter().map(file_text).collect(),
            None => vec!["there is no plan yet".to_owned()],
        };
        self.say(&texts.join("\n"))
    }

    // --- windows ---

    /// What becomes of an interrupted run.
    pub(super) fn recovery(&mut self) -> io::Result<()> {
        let files = self.wizard().setup().interrupted.join(", ");
        let title = format!("An earlier run was interrupted while it wrote {files}. What now?");
        self.window(&title, Popup::Recovery)
    }

    /// Whether nothing is to be known of it any more.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        let title = "Forget it? Its files stay as they are, and a copy of its journal is kept.";
        self.window(title, Popup::Forget)
    }

    /// What becomes of a file that is there with other content, until that is decided or left open.
    fn conflict(&mut self) -> io::Result<()> {
        while self.desk.leave.is_none() {
            let path = self.wizard().chosen_conflict().map(|conflict| conflict.file.path.clone());
            let path = path.map(|path| path.to_string()).unwrap_or_default();
            match self.wizard().popup() {
                Some((Popup::Conflict, _)) => {
                    let title = format!("{path} is there with other content. What becomes of it?");
                    self.window(&title, Popup::Conflict)?;
                    self.show_difference()?;
                }
                Some((Popup::Overwrite, _)) => {
                    self.say_difference()?;
                    self.window(&format!("Overwrite {path}?"), Popup::Overwrite)?;
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Shows the difference if that was chosen, and asks again.
    fn show_difference(&mut self) -> io::Result<()> {
        if !self.wizard().is_preview_open() {
            return Ok(());
        }
        self.say_difference()?;
        self.desk.send(Message::PreviewAsked);
        self.send(Message::Entered)
    }

    fn say_difference(&mut self) -> io::Result<()> {
        let diff = self.wizard().preview_file().map(|file| git_diff(file, ""));
        self.say(diff.unwrap_or_default().trim_end())
    }

    /// A window of the full screen as a question.
    pub(super) fn window(&mut self, title: &str, popup: Popup) -> io::Result<()> {
        let options = popup.options();
        let row = |(at, text): (usize, &&str)| Row {
            value: at.to_string(),
            text: (*text).to_owned(),
            ..Row::default()
        };
        let prompt = Prompt {
            title: title.to_owned(),
            label: format!("1 to {}", options.len()),
            rows: options.iter().enumerate().map(row).collect(),
            kind: PromptKind::Choice(0),
            ..Prompt::default()
        };
        let chosen = match self.ask(&prompt, None)? {
            Reply::Gone => return Ok(()),
            Reply::Left => {
                self.desk.quit();
                return Ok(());
            }
            Reply::Back => return self.send(Message::Escaped),
            Reply::Value(value) => value.parse().ok(),
            Reply::Line(line) if line.trim() == "<" => return self.send(Message::Escaped),
            Reply::Line(line) => option(line.trim(), options),
            _ => None,
        };
        match chosen {
            Some(row) => self.choose_row(row),
            None => self.say(&format!("a number from 1 to {}", options.len())),
        }
    }

    // --- its text ---

    fn review_text(&self) -> String {
        let wizard = self.wizard();
        let mut lines = vec!["Review".to_owned()];
        for (at, row) in wizard.review_rows().into_iter().enumerate() {
            lines.push(format!("  {} {}", at + 1, row_text(wizard, row)));
        }
        lines.extend(wizard.plan().into_iter().flat_map(outcome));
        if let Some(reason) = wizard.outlook_error() {
            lines.push(reason.to_owned());
        }
        lines.extend(wizard.checks().iter().map(|check| self.check_text(check)));
        if let Some(plan) = wizard.plan() {
            lines.extend(plan.notes.iter().cloned());
            lines.push(format!("The same without questions:\n  {}", plan.command));
        }
        lines.join("\n")
    }
}

/// The option with this number, or that begins like this.
fn option(line: &str, options: &[&str]) -> Option<usize> {
    let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let typed = line.to_ascii_lowercase();
    let named = || options.iter().position(|text| !typed.is_empty() && text.starts_with(&typed));
    number.filter(|at| *at < options.len()).or_else(named)
}

fn menu(wizard: &Wizard, rows: usize) -> String {
    let plan = wizard.plan();
    let count = plan.map_or(0, |plan| written_files(plan).count());
    let is_stopped = plan.is_none_or(|plan| plan.obstacle().is_some());
    let what = match (is_stopped, count) {
        (true, _) => "Nothing can be written like this".to_owned(),
        (false, 0) => "Nothing to write".to_owned(),
        (false, count) => format!("{} to write", files(count)),
    };
    let write = match (wizard.setup().dry_run, count) {
        (true, _) => "end the dry run [w]",
        (false, 0) => "end [w]",
        (false, _) => "write [w]",
    };
    format!("{what}. Show them [s], {write}, change an answer [1-{rows}], quit [q]")
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn written_files(plan: &Plan) -> impl Iterator<Item = &FileChange> {
    plan.files.iter().filter(|file| file.verb.writes())
}

fn row_text(wizard: &Wizard, row: ReviewRow) -> String {
    match row {
        ReviewRow::Answer(id) => {
            let (values, origin) = wizard.answer_text(id).unwrap_or_default();
            format!("{}: {values}  ({origin})", question(id).label())
        }
        ReviewRow::Conflict(at) => wizard.conflicts().get(at).map_or_else(String::new, |one| {
            let words = match one.what {
                OnConflict::Fail => "needs a decision",
                OnConflict::Skip => "left as it is",
                OnConflict::Beside => "ours goes beside it",
                OnConflict::Apply => "overwritten",
            };
            format!("{} is there with other content: {words}", one.file.path)
        }),
    }
}

/// What a plan changes, and what holds then.
fn outcome(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.files.iter().map(file_line).collect();
    for effect in &plan.effects {
        let roles = if effect.after.len() == 1 { "this role" } else { "these roles" };
        lines.push(format!("{} on {} may assume {roles}:", effect.namespace, effect.cluster));
        for role in &effect.after {
            let is_new = !effect.before.contains(role);
            lines.push(format!("  {role}{}", if is_new { "  (new)" } else { "" }));
        }
    }
    lines
}

fn file_line(file: &FileChange) -> String {
    let lines = match file.line_count() {
        0 => String::new(),
        1 => "  (1 line)".to_owned(),
        count => format!("  ({count} lines)"),
    };
    format!("{} {}{lines}", file.verb.word(), file.path)
}

/// A new file as a whole, of any other what changes.
fn file_text(file: &FileChange) -> String {
    let after = file.after.as_deref().map(String::from_utf8_lossy);
    let body = match (file.verb, after) {
        (Verb::Create, Some(text)) => text.into_owned(),
        _ => git_diff(file, ""),
    };
    format!("{} {}\n{body}", file.verb.word(), file.path)
}
