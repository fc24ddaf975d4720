//! The loop: carry effects out, draw, wait for an event or a result, update.

use std::io;
use std::time::Duration;

use super::console::Console;
use super::events::message_of;
use super::theme::Theme;
use super::view;
use crate::wizard::{Effect, Ending, Hands, Leave, Wizard};

/// Events that are taken before the next frame is drawn, so that a burst of keys does not draw one
/// frame each.
const BURST: usize = 256;

/// Runs the wizard on a console until it ends.
///
/// # Errors
/// If the terminal is gone.
pub fn run(
    console: &mut dyn Console,
    wizard: &mut Wizard,
    first: Vec<Effect>,
    hands: &mut dyn Hands,
    theme: &Theme,
) -> io::Result<Leave> {
    // What is there already is shown before anything is read.
    console.draw(&mut |frame| view::draw(frame, wizard, theme))?;
    let mut effects = first;
    loop {
        // Both leave an empty screen behind.
        let mut changed =
            effects.iter().any(|effect| matches!(effect, Effect::Suspend | Effect::Redraw));
        if let Some(ending) = carry_out(console, &mut effects, hands)? {
            return Ok(Leave::Ended(ending));
        }
        if hands.takes_suspend() {
            console.suspend()?;
            changed = true;
        }
        for message in hands.results() {
            effects.extend(wizard.update(message));
            changed = true;
        }
        // After the results: whoever leaves now must know whether it was written.
        if let Some(signal) = hands.signal() {
            return Ok(Leave::Signal(signal));
        }
        changed |= take_events(console, wizard, hands.patience(), changed, &mut effects)?;
        if changed {
            console.draw(&mut |frame| view::draw(frame, wizard, theme))?;
        }
    }
}

fn carry_out(
    console: &mut dyn Console,
    effects: &mut Vec<Effect>,
    hands: &mut dyn Hands,
) -> io::Result<Option<Ending>> {
    for effect in effects.drain(..) {
        match effect {
            Effect::Quit(ending) => return Ok(Some(ending)),
            Effect::Suspend => console.suspend()?,
            Effect::Redraw => console.redraw()?,
            effect => hands.begin(effect),
        }
    }
    Ok(None)
}

/// Takes the events that are there. Waits for the first one, unless there is news to draw or work
/// to begin. An effect ends the burst: what comes next may depend on it.
fn take_events(
    console: &mut dyn Console,
    wizard: &mut Wizard,
    patience: Duration,
    has_news: bool,
    effects: &mut Vec<Effect>,
) -> io::Result<bool> {
    let at_once = has_news || !effects.is_empty();
    let mut wait = if at_once { Duration::ZERO } else { patience };
    let mut changed = false;
    for _ in 0..BURST {
        let Some(event) = console.next(wait)? else {
            break;
        };
        wait = Duration::ZERO;
        changed = true;
        if let Some(message) = message_of(event, wizard.context()) {
            effects.extend(wizard.update(message));
        }
        let ends = effects.iter().any(|effect| !matches!(effect, Effect::Look(..)));
        if ends {
            break;
        }
    }
    Ok(changed)
}
