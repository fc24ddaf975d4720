//! After writing: what the full screen's last page offers, as a menu.

use std::io;
use std::time::Duration;

use super::Walk;
use super::desk::Wait;
use crate::prompts::asker::{Prompt, Reply};
use crate::wizard::{Again, Edit, Message, Popup, Wizard};

/// The texts for the team are made of a whole build.
const TEXTS: Wait = Wait {
    is_open: Wizard::is_handing_over,
    at_most: Duration::from_mins(1),
    words: "putting the texts together ...",
};

/// Hooks may take their time; Ctrl-C leaves.
const COMMIT: Wait =
    Wait { is_open: Wizard::is_committing, at_most: Duration::MAX, words: "committing ..." };

const MENU: &str = "What next: hand it over [h], save a test pod [t], commit on a branch [g], \
                    the same on another cluster [p], another namespace [n], take it back [u], end [q]";

impl Walk<'_> {
    /// Says what holds now, asks what is next, and does it. An empty line is the end.
    pub(super) fn written(&mut self) -> io::Result<()> {
        if matches!(self.wizard().popup(), Some((Popup::Undo, _))) {
            return self.window("Take back what was written?", Popup::Undo);
        }
        if self.wizard().entry().is_some() {
            return self.entry();
        }
        if !self.wizard().has_granted() {
            self.desk.quit();
            return Ok(());
        }
        if self.reviewed.take().is_some() {
            let text = self.written_text();
            self.say(&format!("\n{text}"))?;
        }
        let prompt = Prompt {
            title: MENU.to_owned(),
            label: "What next".to_owned(),
            shown: Some("q".to_owned()),
            ..Prompt::default()
        };
        match self.ask(&prompt, None)? {
            Reply::Line(line) => self.next_word(line.trim()),
            Reply::Gone | Reply::Back | Reply::Why => Ok(()),
            _ => {
                self.desk.quit();
                Ok(())
            }
        }
    }

    fn next_word(&mut self, word: &str) -> io::Result<()> {
        let message = match word.to_ascii_lowercase().as_str() {
            "" | "q" | "quit" => {
                self.desk.quit();
                return Ok(());
            }
            "h" => return self.hand_over(),
            "t" => Message::HandOverAsked { test_pod: true },
            "g" => Message::CommitAsked,
            "p" => Message::AgainAsked(Again::Cluster),
            "n" => Message::AgainAsked(Again::Namespace),
            "u" => Message::UndoAsked,
            _ => return self.say(&format!("{word} is none of them")),
        };
        self.said.clear();
        self.send(message)?;
        self.desk.wait(TEXTS, self.asker).map(drop)
    }

    /// Says all the texts for the team.
    fn hand_over(&mut self) -> io::Result<()> {
        self.send(Message::HandOverAsked { test_pod: false })?;
        self.desk.wait(TEXTS, self.asker)?;
        let sheets = self.wizard().sheets().iter();
        let texts: Vec<String> =
            sheets.map(|sheet| format!("\n{}:\n\n{}", sheet.title, sheet.text)).collect();
        self.say(&texts.join("\n"))?;
        self.close_preview()
    }

    fn close_preview(&mut self) -> io::Result<()> {
        if self.wizard().is_preview_open() { self.send(Message::PreviewAsked) } else { Ok(()) }
    }

    /// A line that the full screen takes at its foot: a file or a branch.
    fn entry(&mut self) -> io::Result<()> {
        let Some(entry) = self.wizard().entry() else {
            return Ok(());
        };
        let own = entry.field.text().to_owned();
        let prompt = Prompt {
            title: entry.purpose.question().to_owned(),
            label: "Name".to_owned(),
            shown: Some(own.clone()),
            initial: own,
            ..Prompt::default()
        };
        let before = self.commit_lines().len();
        match self.ask(&prompt, None)? {
            Reply::Gone => return Ok(()),
            Reply::Line(line) => {
                let line = line.trim();
                if !line.is_empty() && line != "<" {
                    self.desk.send(Message::Edited(Edit::DeleteToStart));
                    self.desk.send(Message::Pasted(line.to_owned()));
                }
                let is_back = line == "<";
                self.send(if is_back { Message::Escaped } else { Message::Entered })?;
            }
            Reply::Unchanged | Reply::Value(_) | Reply::On => self.send(Message::Entered)?,
            Reply::Back | Reply::Left | Reply::Why => self.send(Message::Escaped)?,
        }
        self.desk.wait(COMMIT, self.asker)?;
        self.close_preview()?;
        let made = self.commit_lines().split_off(before);
        if made.is_empty() { Ok(()) } else { self.say(&made.join("\n")) }
    }

    fn commit_lines(&self) -> Vec<String> {
        let last = self.wizard().written().last();
        last.and_then(|written| written.commit.clone()).unwrap_or_default()
    }

    /// What holds now; what is to be done is said at the end.
    fn written_text(&self) -> String {
        self.wizard().next_steps().map_or_else(String::new, |steps| steps.achieved.join("\n"))
    }
}
