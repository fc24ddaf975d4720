//! The units of a check, spread over threads: with progress where it takes long, and Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use crate::app::printer::Printer;
use crate::check::Unit;
use crate::cli::Environment;
use crate::error::{Exit, Report};

/// How long a run is quiet before it shows how far it is.
const QUIET: Duration = Duration::from_secs(1);

/// How often it shows that.
const TICK: Duration = Duration::from_millis(100);

/// How long threads may take to end after a signal.
const GRACE: Duration = Duration::from_millis(500);

/// Lets threads work on the units, each with a result of its own.
pub(in crate::app) fn spread<T: Default + Send>(
    units: &[Unit],
    environment: &Environment,
    printer: Printer,
    work: impl Fn(&Unit, &mut T) + Sync,
) -> Result<Vec<T>, Report> {
    let stop = Stop::register()
        .map_err(|error| Report::new(Exit::Failed, format!("no signal handlers: {error}")))?;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(units.len());
    let (next, work) = (AtomicUsize::new(0), &work);
    let results = thread::scope(|scope| {
        let (ended, waiting) = channel::<()>();
        let one = || {
            let (ended, next, stop) = (ended.clone(), &next, &stop);
            scope.spawn(move || {
                let mut result = T::default();
                while stop.signal().is_none()
                    && let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    work(unit, &mut result);
                }
                drop(ended);
                result
            })
        };
        let workers: Vec<_> = (0..threads).map(|_| one()).collect();
        drop(ended);
        let mut progress = Progress::new(units.len(), environment, printer);
        let mut patience = GRACE;
        while waiting.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if let Some(signal) = stop.signal() {
                patience = patience.saturating_sub(TICK);
                if patience.is_zero() {
                    progress.clear();
                    drop(emulate_default_handler(i32::from(signal)));
                }
            }
            progress.show(next.load(Ordering::Relaxed));
        }
        progress.clear();
        workers.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    if let Some(signal) = stop.signal() {
        return Err(Report::new(Exit::Signal(signal), "left before everything was looked at"));
    }
    stop.stand_down();
    let fault = |_| Report::new(Exit::Internal, "a thread of the check has ended early");
    results.into_iter().map(|result| result.map_err(fault)).collect()
}

/// The signals that end a run.
struct Stop {
    signal: Arc<AtomicUsize>,
    /// Whether signals do what they do without us.
    is_over: Arc<AtomicBool>,
}

impl Stop {
    fn register() -> std::io::Result<Self> {
        let (signal, is_over) = (Arc::default(), Arc::default());
        for number in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(number, Arc::clone(&is_over))?;
            flag::register_usize(
                number,
                Arc::clone(&signal),
                usize::try_from(number).unwrap_or(0),
            )?;
        }
        Ok(Stop { signal, is_over })
    }

    fn signal(&self) -> Option<u8> {
        u8::try_from(self.signal.load(Ordering::Relaxed)).ok().filter(|number| *number != 0)
    }

    /// From here on a signal ends the program at once.
    fn stand_down(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// How far a run is, on a terminal.
struct Progress {
    began: Instant,
    all: usize,
    printer: Option<Printer>,
    is_shown: bool,
}

impl Progress {
    fn new(all: usize, environment: &Environment, printer: Printer) -> Self {
        let printer = printer.shows_progress(environment).then_some(printer);
        Progress { began: Instant::now(), all, printer, is_shown: false }
    }

    fn show(&mut self, begun: usize) {
        if let Some(printer) = self.printer.filter(|_| self.began.elapsed() >= QUIET) {
            printer.progress(&format!("looking: {} of {}", begun.min(self.all), self.all));
            self.is_shown = true;
        }
    }

    fn clear(&self) {
        if let Some(printer) = self.printer.filter(|_| self.is_shown) {
            printer.progress("");
        }
    }
}
