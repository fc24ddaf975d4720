//! The wizard one question after the other: a second view of the same state machine.

mod desk;
mod meaning;
mod prompting;
mod question;
mod review;
mod said;
mod written;

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use super::asker::{Asker, Row};
use crate::questions::{QuestionId, Step};
use crate::wizard::{Effect, Hands, Leave, Message, Popup, Wizard};
use desk::{Desk, Wait};

/// What the next question needs. A build by an installed kustomize may take its time.
const READING: Wait = Wait {
    is_open: Wizard::is_reading,
    at_most: Duration::from_mins(2),
    words: "looking at the repository ...",
};

/// What lists say about namespaces is a help, and no more.
const STATES: Wait =
    Wait { is_open: Wizard::is_reading_states, at_most: Duration::from_secs(1), words: "" };

/// What AWS says about the role.
const AWS: Wait = Wait {
    is_open: Wizard::is_asking_aws,
    at_most: Duration::from_secs(20),
    words: "asking IAM about the role ...",
};

/// Walks through the wizard until it ends.
///
/// # Errors
/// If the terminal is gone, or what runs behind it had a fault.
pub fn run(
    asker: &mut dyn Asker,
    wizard: &mut Wizard,
    first: Vec<Effect>,
    hands: &mut dyn Hands,
) -> io::Result<Leave> {
    let desk = Desk::new(wizard, hands, first);
    let mut walk = Walk { asker, desk, said: BTreeSet::new(), several: None, reviewed: None };
    walk.greet()?;
    loop {
        walk.settle()?;
        if let Some(leave) = walk.desk.leave.take() {
            return Ok(leave);
        }
        walk.say_notice()?;
        walk.next()?;
    }
}

/// A walk through the wizard.
struct Walk<'a> {
    asker: &'a mut dyn Asker,
    desk: Desk<'a>,
    /// Checks that were said already: each is said once, and all of them in the review.
    said: BTreeSet<String>,
    /// The rows for the question that was answered with a part of several names.
    several: Option<Several>,
    /// The review as it was said last.
    reviewed: Option<String>,
}

/// What is asked again after a part of several names.
struct Several {
    id: QuestionId,
    rows: Vec<Row>,
    typed: String,
    /// Whether what was typed can be a new name.
    is_name: bool,
}

impl Walk<'_> {
    fn wizard(&self) -> &Wizard {
        self.desk.wizard
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.asker.say(text)
    }

    /// Waits for what the next question needs.
    fn settle(&mut self) -> io::Result<()> {
        if !self.desk.wait(READING, self.asker)? {
            self.say("the repository is still being read; the answers may not fit it yet")?;
        }
        if self.wizard().focused() == Some(QuestionId::Namespace) {
            self.desk.wait(STATES, self.asker)?;
        }
        Ok(())
    }

    /// Waits for what AWS says.
    fn settle_aws(&mut self) -> io::Result<()> {
        self.desk.wait(AWS, self.asker).map(drop)
    }

    fn next(&mut self) -> io::Result<()> {
        match (self.wizard().popup(), self.wizard().step()) {
            (Some((Popup::Recovery, _)), _) => self.recovery(),
            (Some((Popup::Forget, _)), _) => self.forget(),
            (_, Step::Review) => self.review(),
            (_, Step::Written) => self.written(),
            _ => self.question(),
        }
    }

    /// Sends a message and waits for what follows from it.
    fn send(&mut self, message: Message) -> io::Result<()> {
        self.desk.send(message);
        self.settle()
    }
}
