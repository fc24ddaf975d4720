//! The wizard and its hands on one desk: messages go in, effects are begun, results are taken.

use std::io::{self, ErrorKind};
use std::thread;
use std::time::{Duration, Instant};

use crate::prompts::asker::Asker;
use crate::wizard::{Effect, Hands, Leave, Message, Popup, Wizard};

/// How long something may take before somebody is told that it is waited for.
const UNSAID: Duration = Duration::from_millis(700);

/// The wizard and its hands.
pub(super) struct Desk<'a> {
    pub(super) wizard: &'a mut Wizard,
    hands: &'a mut dyn Hands,
    /// Why it ends, once it does.
    pub(super) leave: Option<Leave>,
}

/// Something to wait for.
#[derive(Clone, Copy)]
pub(super) struct Wait {
    /// Whether it is still under way.
    pub(super) is_open: fn(&Wizard) -> bool,
    /// How long it is waited for; Ctrl-C leaves all the while.
    pub(super) at_most: Duration,
    /// What is said if it takes long; empty if nothing.
    pub(super) words: &'static str,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        wizard: &'a mut Wizard,
        hands: &'a mut dyn Hands,
        first: Vec<Effect>,
    ) -> Self {
        let mut desk = Desk { wizard, hands, leave: None };
        desk.begin(first);
        desk
    }

    pub(super) fn send(&mut self, message: Message) {
        let effects = self.wizard.update(message);
        self.begin(effects);
    }

    fn begin(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Quit(ending) => self.leave = Some(Leave::Ended(ending)),
                // Nothing is drawn that could be drawn again, and the shell stops us by itself.
                Effect::Suspend | Effect::Redraw => {}
                effect => self.hands.begin(effect),
            }
        }
    }

    /// Takes what has come in; whether it goes on.
    pub(super) fn goes_on(&mut self) -> io::Result<bool> {
        for message in self.hands.results() {
            self.send(message);
        }
        if self.hands.has_fault() {
            return Err(ErrorKind::NotConnected.into());
        }
        // After the results: whoever leaves now must know whether it was written.
        if let Some(signal) = self.hands.signal() {
            self.leave = Some(Leave::Signal(signal));
        }
        Ok(self.leave.is_none())
    }

    /// Waits for something; whether it came to its end.
    pub(super) fn wait(&mut self, wait: Wait, asker: &mut dyn Asker) -> io::Result<bool> {
        let began = Instant::now();
        let mut is_said = wait.words.is_empty();
        while self.goes_on()? && (wait.is_open)(self.wizard) {
            let waited = began.elapsed();
            if waited > wait.at_most {
                return Ok(false);
            }
            if !is_said && waited > UNSAID {
                asker.say(wait.words)?;
                is_said = true;
            }
            thread::sleep(self.hands.patience());
        }
        Ok(true)
    }

    /// Leaves. Where the full screen asks once more, leaving a line is an answer.
    pub(super) fn quit(&mut self) {
        self.send(Message::QuitAsked);
        if self.leave.is_none() && matches!(self.wizard.popup(), Some((Popup::Quit, _))) {
            self.send(Message::QuitAsked);
        }
    }
}
