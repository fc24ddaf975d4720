//! One yes or no, for commands without a wizard.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use inquire::autocompletion::Replacement;
use inquire::validator::Validation;
use inquire::{Autocomplete, CustomUserError, InquireError, Text};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use super::capable::{drop_keys, give_back, refuse_harmful};
use super::lines::read_line;
use super::typed_ahead::{drop_lines, is_ready};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Somebody pressed Esc or Ctrl-C.
    #[error("left")]
    Left,
    /// There is no terminal to ask on.
    #[error("there is no terminal")]
    Unaskable,
}

/// Asks for a yes; Enter alone is a no.
///
/// # Errors
/// Without a terminal, or if the question was left.
pub fn confirm(question: &str) -> Result<bool, NoAnswer> {
    drop_keys().map_err(|_| NoAnswer::Unaskable)?;
    let signals = Signals::register().map_err(|_| NoAnswer::Unaskable)?;
    let (sender, inbox) = channel();
    let question = question.to_owned();
    // `inquire` can't be called off: a signal ends the waiting for it.
    thread::spawn(move || {
        drop(sender.send(yes_or_no(&question)));
    });
    let answer = loop {
        match inbox.recv_timeout(TICK) {
            Ok(answer) => break answer,
            Err(RecvTimeoutError::Timeout) => signals.end_if_any(),
            Err(RecvTimeoutError::Disconnected) => return Err(NoAnswer::Unaskable),
        }
    };
    signals.end_if_any();
    signals.is_over.store(true, Ordering::Relaxed);
    answer.map_err(|error| match error {
        InquireError::OperationCanceled
        | InquireError::OperationInterrupted
        | InquireError::Custom(_) => NoAnswer::Left,
        _ => NoAnswer::Unaskable,
    })
}

/// A text and not `inquire`'s own yes or no, which draws whatever is pasted.
fn yes_or_no(question: &str) -> Result<bool, InquireError> {
    let question = format!("{question} (y/N)");
    let answer = Text::new(&question).with_autocomplete(Harmless).with_validator(|text: &str| {
        let why = "type y for yes or n for no";
        Ok(meaning(text).map_or(Validation::Invalid(why.into()), |_| Validation::Valid))
    });
    Ok(meaning(&answer.prompt()?) == Some(true))
}

fn meaning(answer: &str) -> Option<bool> {
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Some(true),
        "" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// Completes nothing, and ends the question over what a terminal would act on.
#[derive(Clone)]
struct Harmless;

impl Autocomplete for Harmless {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        refuse_harmful(input).map(|()| Vec::new())
    }

    fn get_completion(
        &mut self,
        _: &str,
        _: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(None)
    }
}

/// The signals that end a question.
struct Signals {
    signal: Arc<AtomicUsize>,
    /// Whether signals do what they do without us.
    is_over: Arc<AtomicBool>,
}

impl Signals {
    fn register() -> io::Result<Self> {
        let signals = Signals { signal: Arc::default(), is_over: Arc::default() };
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let value = usize::try_from(number).unwrap_or_default();
            flag::register_conditional_default(number, Arc::clone(&signals.is_over))?;
            flag::register_usize(number, Arc::clone(&signals.signal), value)?;
        }
        Ok(signals)
    }

    /// After a signal: gives the terminal back, and ends as the signal would have ended it.
    fn end_if_any(&self) {
        let number = i32::try_from(self.signal.load(Ordering::Relaxed)).unwrap_or_default();
        if number != 0 {
            give_back();
            let _ = emulate_default_handler(number);
        }
    }
}

/// How long one wait takes before signals are looked at.
const TICK: Duration = Duration::from_millis(50);

/// Asks the same in a plain line, without an escape byte.
///
/// # Errors
/// Without a terminal, or if the question was left.
pub fn confirm_in_lines(question: &str) -> Result<bool, NoAnswer> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let is_over = Arc::new(AtomicBool::new(false));
    flag::register_conditional_default(SIGINT, Arc::clone(&is_over))
        .and_then(|_| flag::register(SIGINT, Arc::clone(&interrupted)))
        .map_err(|_| NoAnswer::Unaskable)?;
    let answer = asked(question, &interrupted);
    // From here on Ctrl-C does what it does without us.
    is_over.store(true, Ordering::Relaxed);
    match answer.map_err(|_| NoAnswer::Unaskable)? {
        Some(line) => Ok(meaning(&line) == Some(true)),
        None => Err(NoAnswer::Left),
    }
}

/// The line that was typed; none at the end of the input, or after Ctrl-C.
fn asked(question: &str, interrupted: &AtomicBool) -> io::Result<Option<String>> {
    drop_lines()?;
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N]: ")?;
    while !interrupted.load(Ordering::Relaxed) {
        if is_ready(TICK)? {
            return read_line();
        }
    }
    writeln!(stderr)?;
    Ok(None)
}
