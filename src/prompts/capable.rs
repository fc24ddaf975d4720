//! Asks with `inquire` on a capable terminal: one question at a time, with editing and completion.
//!
//! `inquire` reads keys until it has an answer and can't be called off, so it runs on a thread of its
//! own: a signal ends the waiting, and the terminal is given back in its stead.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::DisableBracketedPaste;
use crossterm::style::ResetColor;
use crossterm::{cursor, execute, terminal};
use inquire::autocompletion::Replacement;
use inquire::ui::RenderConfig;
use inquire::validator::Validation;
use inquire::{Autocomplete, CustomUserError, InquireError, Text};

use super::asker::{Asker, Behind, Prompt, PromptKind, Reply, Row};
use super::signs::Signs;
use super::typed_ahead::drop_lines;
use crate::domain::near::holds_in_order;
use crate::domain::shown::{in_one_line, shown};
use crate::wizard::Wizard;

/// How long one wait for an answer takes before the work behind it is looked at.
const TICK: Duration = Duration::from_millis(25);

/// Keys that are there already come at once.
const AT_ONCE: Duration = Duration::from_millis(1);

/// Rows of a list that are in sight.
const PAGE: usize = 8;

/// What can be done in a list beside taking one of its rows.
const WAYS: [(&str, Reply); 3] = [
    ("<  the question before", Reply::Back),
    ("?  what this means", Reply::Why),
    (">  take what is shown, up to the review", Reply::On),
];

/// Asks with `inquire`.
#[derive(Debug, Clone, Copy)]
pub struct Capable {
    /// Whether there are colours.
    pub color: bool,
    /// Whether signs are ASCII.
    pub ascii: bool,
}

impl Asker for Capable {
    fn signs(&self) -> Signs {
        if self.ascii { Signs::Ascii } else { Signs::Unicode }
    }

    fn has_numbers(&self) -> bool {
        false
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{}", shown(text))
    }

    fn ask(&mut self, prompt: &Prompt, behind: &mut dyn Behind) -> io::Result<Reply> {
        if drop_keys()? {
            self.say("what was typed before the question is not taken")?;
        }
        let (events, inbox) = channel();
        let (lists, wanted) = channel();
        let completer = Completer::new(events.clone(), wanted);
        let (prompt_there, config) = (prompt.clone(), self.config());
        thread::spawn(move || {
            let answer = match prompt_there.kind {
                PromptKind::Text => ask_text(&prompt_there, &completer, &config),
                PromptKind::Choice(_) => ask_choice(&prompt_there, &config),
            };
            // Whoever asked may have gone.
            drop(events.send(Event::Answered(answer)));
        });
        wait(prompt, &inbox, &lists, behind)
    }
}

impl Capable {
    fn config(self) -> RenderConfig<'static> {
        let config = match self.color {
            true => RenderConfig::default_colored(),
            false => RenderConfig::empty(),
        };
        let back = inquire::ui::Styled::new("(back)");
        config.with_canceled_prompt_indicator(back)
    }
}

/// What comes from the thread that asks.
enum Event {
    /// This is typed so far, and a list for it is wanted.
    Typed(String),
    /// It has an answer.
    Answered(Result<Reply, InquireError>),
}

fn wait(
    prompt: &Prompt,
    inbox: &Receiver<Event>,
    lists: &Sender<Vec<Row>>,
    behind: &mut dyn Behind,
) -> io::Result<Reply> {
    loop {
        match inbox.recv_timeout(TICK) {
            Ok(Event::Typed(text)) => drop(lists.send(behind.rows(&text))),
            Ok(Event::Answered(answer)) => return reply(answer, prompt),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(ErrorKind::NotConnected.into()),
        }
        let stands = behind.goes_on();
        if !matches!(stands, Ok(true)) {
            give_back();
            return stands.map(|_| Reply::Gone);
        }
    }
}

fn reply(answer: Result<Reply, InquireError>, prompt: &Prompt) -> io::Result<Reply> {
    match answer {
        Ok(Reply::Line(text)) if text == prompt.initial => Ok(Reply::Unchanged),
        Ok(reply) => Ok(reply),
        Err(InquireError::OperationCanceled) => Ok(Reply::Back),
        Err(InquireError::OperationInterrupted) => Ok(Reply::Left),
        Err(InquireError::IO(error)) => Err(error),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

fn one_line(row: &Row) -> String {
    in_one_line(&row.line("  "))
}

/// Completes with what the wizard suggests for the text.
#[derive(Clone)]
struct Completer {
    events: Sender<Event>,
    lists: Arc<Mutex<Receiver<Vec<Row>>>>,
    /// What is listed now.
    rows: Arc<Mutex<Vec<Row>>>,
}

impl Completer {
    fn new(events: Sender<Event>, lists: Receiver<Vec<Row>>) -> Self {
        Completer { events, lists: Arc::new(Mutex::new(lists)), rows: Arc::default() }
    }

    /// The value of the row that is shown like this.
    fn value(&self, shown: &str) -> Option<String> {
        let rows = locked(&self.rows);
        rows.iter().find(|row| one_line(row) == shown).map(|row| row.value.clone())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Autocomplete for Completer {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        refuse_harmful(input)?;
        self.events.send(Event::Typed(input.to_owned()))?;
        let rows = locked(&self.lists).recv()?;
        let shown = rows.iter().map(one_line).collect();
        *locked(&self.rows) = rows;
        Ok(shown)
    }

    fn get_completion(
        &mut self,
        _: &str,
        highlighted: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(highlighted.and_then(|shown| self.value(&shown)))
    }
}

/// Something was pasted that a terminal would act on; with what is left of the text without it.
#[derive(Debug, thiserror::Error)]
#[error("a control character in what was pasted")]
struct Harmful(String);

/// Before `inquire` draws a text, which it does as it is, ends the question over it.
pub(super) fn refuse_harmful(text: &str) -> Result<(), CustomUserError> {
    let harmless = shown(text);
    if harmless == text { Ok(()) } else { Err(Box::new(Harmful(harmless.into_owned()))) }
}

/// Asks for a text, or for a row that is suggested for it.
fn ask_text(
    prompt: &Prompt,
    completer: &Completer,
    config: &RenderConfig<'static>,
) -> Result<Reply, InquireError> {
    let line = ask_line(prompt, completer, config)?;
    // A row that was highlighted comes back as it is shown.
    let value = completer.value(&line).map(Reply::Value);
    Ok(value.unwrap_or_else(|| Reply::Line(one_answer(&line).to_owned())))
}

/// Asks until nothing is pasted that a terminal would act on.
fn ask_line<C: Autocomplete + Clone + 'static>(
    prompt: &Prompt,
    completer: &C,
    config: &RenderConfig<'static>,
) -> Result<String, InquireError> {
    let mut initial = prompt.initial.clone();
    loop {
        let answer = ask_once(prompt, &initial, completer.clone(), config);
        let harmful = match &answer {
            Err(InquireError::Custom(error)) => error.downcast_ref::<Harmful>(),
            _ => None,
        };
        let Some(Harmful(harmless)) = harmful else { return answer };
        initial.clone_from(harmless);
        writeln!(io::stderr(), "\npasted from a control character on, it is not taken")?;
    }
}

fn ask_once(
    prompt: &Prompt,
    initial: &str,
    completer: impl Autocomplete + 'static,
    config: &RenderConfig<'static>,
) -> Result<String, InquireError> {
    let title = in_one_line(&prompt.title);
    let placeholder = in_one_line(prompt.shown.as_deref().unwrap_or_default());
    let mut text = Text::new(&title)
        .with_autocomplete(completer)
        .with_page_size(PAGE)
        .with_initial_value(initial)
        .with_validator(|text: &str| {
            let refusal = Wizard::refusal(one_answer(text));
            Ok(refusal.map_or(Validation::Valid, |why| Validation::Invalid(why.into())))
        })
        .with_render_config(*config);
    if !prompt.help.is_empty() {
        text = text.with_help_message(&prompt.help);
    }
    if !placeholder.is_empty() {
        text = text.with_placeholder(&placeholder);
    }
    text.prompt()
}

/// One line break at the end of a paste is dropped, as on the full screen.
fn one_answer(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// A row of a list (its value, and how it is shown), or a way out of the list.
#[derive(Clone)]
enum Offer {
    Row(String, String),
    Way(&'static str, Reply),
}

impl Offer {
    fn shown(&self) -> &str {
        match self {
            Offer::Row(_, text) => text,
            Offer::Way(text, _) => text,
        }
    }
}

/// Asks for one of a few rows. Not with a list of `inquire`: that draws what is pasted as it is.
fn ask_choice(prompt: &Prompt, config: &RenderConfig<'static>) -> Result<Reply, InquireError> {
    let rows = prompt.rows.iter().map(|row| Offer::Row(row.value.clone(), one_line(row)));
    let ways = WAYS.into_iter().map(|(text, reply)| Offer::Way(text, reply));
    let offers = Offers(rows.chain(ways).collect());
    let line = ask_line(prompt, &offers, config)?;
    let taken = offers.0.into_iter().find(|offer| offer.shown() == line);
    Ok(match taken {
        Some(Offer::Row(value, _)) => Reply::Value(value),
        Some(Offer::Way(_, reply)) => reply,
        None => Reply::Line(one_answer(&line).to_owned()),
    })
}

/// What can be taken, the best fit for what is typed first.
#[derive(Clone)]
struct Offers(Vec<Offer>);

impl Autocomplete for Offers {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        refuse_harmful(input)?;
        let scored = self.0.iter().filter_map(|offer| Some((score(input, offer)?, offer)));
        let mut scored: Vec<(i64, &Offer)> = scored.collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Ok(scored.into_iter().map(|(_, offer)| offer.shown().to_owned()).collect())
    }

    fn get_completion(
        &mut self,
        _: &str,
        highlighted: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(highlighted)
    }
}

/// How well a row fits what is typed; the ways out fit their sign.
fn score(typed: &str, offer: &Offer) -> Option<i64> {
    let (typed, text) = (typed.to_ascii_lowercase(), offer.shown().to_ascii_lowercase());
    match offer {
        _ if typed.is_empty() => Some(0),
        Offer::Way(..) => text.starts_with(&typed).then_some(0),
        Offer::Row(..) if text.starts_with(&typed) => Some(3),
        Offer::Row(..) if text.contains(&typed) => Some(2),
        Offer::Row(..) => holds_in_order(&text, &typed).then_some(1),
    }
}

/// Drops the keys that came before the question: those that were read already, and those that the
/// terminal holds.
pub(super) fn drop_keys() -> io::Result<bool> {
    let mut any = drop_lines()?;
    while crossterm::event::poll(AT_ONCE)? {
        any |= matches!(crossterm::event::read()?, crossterm::event::Event::Key(_));
    }
    Ok(any)
}

/// Gives the terminal back for good from a question that has no answer yet. Its thread may be about
/// to draw, or to take the terminal: from here on it waits for standard error, and does neither.
pub(super) fn give_back() {
    let mut stderr = io::stderr().lock();
    thread::sleep(TICK);
    let _ = execute!(stderr, DisableBracketedPaste, ResetColor, cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = writeln!(stderr);
    std::mem::forget(stderr);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_finds_it_and_the_nearer_fit_counts_more() {
        let fit = |typed: &str| {
            let text = "prod-us1  12 namespaces";
            score(typed, &Offer::Row(text.to_owned(), text.to_owned()))
        };
        assert_eq!(
            [fit(""), fit("PROD"), fit("us1"), fit("pu1"), fit("xyz")],
            [Some(0), Some(3), Some(2), Some(1), None]
        );
        let (text, reply) = WAYS[0].clone();
        let way = |typed| score(typed, &Offer::Way(text, reply.clone()));
        assert_eq!([way("<"), way("t")], [Some(0), None]);
    }
}
