//! Signals while the wizard runs: flags that the loop looks at, so that the terminal is given back in
//! one place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use super::super::terminal::Asking;
use crate::tui;

/// How long the loop has to end by itself after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// Signals as flags: the loop looks at them, so that the terminal is given back in one place.
pub(super) struct Signals {
    pub(super) ending: Arc<AtomicUsize>,
    pub(super) suspend: Arc<AtomicBool>,
}

impl Signals {
    /// In lines the terminal is as a shell leaves it, and Ctrl-Z does what it always does.
    pub(super) fn register(asking: Asking) -> std::io::Result<Self> {
        let signals = Signals { ending: Arc::default(), suspend: Arc::default() };
        let mut waiting = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
        let ending = Arc::clone(&signals.ending);
        thread::spawn(move || {
            for signal in waiting.forever() {
                ending.store(usize::try_from(signal).unwrap_or(0), Ordering::Relaxed);
                // On a terminal that has gone away, reading events never comes back.
                thread::sleep(GRACE);
                tui::give_back();
                drop(emulate_default_handler(signal));
            }
        });
        if asking == Asking::Screen {
            flag::register(SIGTSTP, Arc::clone(&signals.suspend))?;
        }
        Ok(signals)
    }
}
