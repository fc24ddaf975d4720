//! Asks in plain lines: what a screen reader reads well, and what every terminal can show. Writes
//! text and line breaks, and nothing else.

use std::io::{self, Write};
use std::time::Duration;

use rustix::io::Errno;

use super::asker::{Asker, Behind, Prompt, PromptKind, Reply};
use super::signs::Signs;
use super::typed_ahead::{drop_lines, is_ready};
use crate::domain::shown::shown;

/// Rows that are listed; a part of a name finds the others.
const MOST_ROWS: usize = 12;

/// How long one wait for a line takes before the work behind it is looked at.
const TICK: Duration = Duration::from_millis(25);

/// More than a terminal hands over at once.
const LINE: usize = 8192;

/// Plain lines on standard error, answers from standard input.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lines;

impl Asker for Lines {
    fn signs(&self) -> Signs {
        Signs::Words
    }

    fn has_numbers(&self) -> bool {
        true
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{}", shown(text))
    }

    fn ask(&mut self, prompt: &Prompt, behind: &mut dyn Behind) -> io::Result<Reply> {
        if drop_lines()? {
            self.say("what was typed before the question is not taken")?;
        }
        self.say(&written(prompt))?;
        write!(io::stderr(), "{}", shown(&last_line(prompt)))?;
        io::stderr().flush()?;
        loop {
            if !behind.goes_on()? {
                self.say("")?;
                return Ok(Reply::Gone);
            }
            if is_ready(TICK)? {
                return self.read();
            }
        }
    }
}

impl Lines {
    fn read(&mut self) -> io::Result<Reply> {
        match read_line()? {
            Some(line) => Ok(Reply::Line(line)),
            None => {
                self.say("")?;
                Ok(Reply::Left)
            }
        }
    }
}

/// A line from the terminal, which hands over whole lines; none at the end of the input.
pub(super) fn read_line() -> io::Result<Option<String>> {
    let mut buffer = [0; LINE];
    let count = loop {
        match rustix::io::read(io::stdin(), &mut buffer) {
            Err(Errno::INTR) => {}
            read => break read?,
        }
    };
    let line = String::from_utf8_lossy(&buffer[..count]).into_owned();
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// Everything above the line on which the answer is typed.
fn written(prompt: &Prompt) -> String {
    let mut lines = vec![prompt.title.clone()];
    if !prompt.help.is_empty() {
        lines.push(format!("  {}", prompt.help));
    }
    let first = first_row(prompt);
    let listed = prompt.rows.iter().enumerate().skip(first).take(MOST_ROWS);
    lines.extend(listed.map(|(at, row)| format!("  {} {}", at + 1, row.line(": "))));
    let more = prompt.rows.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        lines.push(format!("  {more} more: type a part of the name"));
    }
    lines.join("\n")
}

/// What is chosen already is in sight.
fn first_row(prompt: &Prompt) -> usize {
    match prompt.kind {
        PromptKind::Choice(at) if at >= MOST_ROWS => at + 1 - MOST_ROWS,
        _ => 0,
    }
}

fn last_line(prompt: &Prompt) -> String {
    match &prompt.shown {
        Some(shown) => format!("{} [{shown}]: ", prompt.label),
        None => format!("{}: ", prompt.label),
    }
}

#[cfg(test)]
mod tests {
    use super::super::asker::Row;
    use super::*;

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let row = |at: usize| Row { text: format!("team-{at}"), ..Row::default() };
        let rows: Vec<Row> = (1..=10_000).map(row).collect();
        let prompt = Prompt { title: "Which namespace?".to_owned(), rows, ..Prompt::default() };
        let text = written(&prompt);
        assert_eq!(text.lines().count(), 1 + MOST_ROWS + 1, "{text}");
        assert!(text.contains("\n  1 team-1\n") && !text.contains("team-13"), "{text}");
        assert!(text.ends_with("\n  9988 more: type a part of the name"), "{text}");
        let chosen = written(&Prompt { kind: PromptKind::Choice(19), ..prompt });
        assert!(chosen.contains("\n  20 team-20\n") && !chosen.contains("  21 "), "{chosen}");
    }
}
