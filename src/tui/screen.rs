//! The real terminal: taking it, giving it back, and making sure that it is given back.
//!
//! Draws on standard error, or on `/dev/tty` if that is redirected, so that standard output is
//! data only. Questions in lines (`prompts`) are asked without it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use rustix::process::{Pid, getpgrp, getppid, getsid};
use signal_hook::consts::SIGTSTP;
use signal_hook::low_level::emulate_default_handler;

use super::console::Console;

/// Whether the terminal is to be given back; a panic may ask on any thread.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether some thread panicked.
static FAULT: AtomicBool = AtomicBool::new(false);

/// Where the screen is drawn.
enum Device {
    Stderr(io::Stderr),
    Tty(File),
}

impl Device {
    fn open() -> io::Result<Self> {
        if io::stderr().is_terminal() {
            return Ok(Device::Stderr(io::stderr()));
        }
        OpenOptions::new().write(true).open("/dev/tty").map(Device::Tty)
    }
}

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Device::Stderr(stderr) => stderr.write(bytes),
            Device::Tty(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Device::Stderr(stderr) => stderr.flush(),
            Device::Tty(file) => file.flush(),
        }
    }
}

/// The terminal while the wizard has it. Dropping it gives it back.
pub struct Screen {
    /// Never dropped: it would print that the cursor can't be shown where the terminal is gone, and
    /// panic since that can't be printed either. `give_back` shows the cursor.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Device>>>>,
    /// Who started the program.
    parent: Option<Pid>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// If there is none; in that case nothing was changed.
    pub fn take() -> io::Result<Self> {
        enter()?;
        let made = Device::open()
            .and_then(|device| Terminal::new(CrosstermBackend::new(BufWriter::new(device))));
        match made {
            Ok(terminal) => Ok(Screen { terminal: ManuallyDrop::new(terminal), parent: getppid() }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }
}

fn enter() -> io::Result<()> {
    let mut device = Device::open()?;
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let entered = execute!(device, EnterAlternateScreen, EnableBracketedPaste);
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Gives the terminal back if it was taken, each part whether or not the one before worked.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut device) = Device::open() {
        let _ = execute!(device, EndSynchronizedUpdate, DisableBracketedPaste);
        let _ = execute!(device, LeaveAlternateScreen);
        let _ = execute!(device, crossterm::cursor::Show);
    }
    let _ = disable_raw_mode();
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// After a panic on another thread nothing more may be drawn: its message is the last thing.
fn still_taken() -> io::Result<()> {
    if has_fault() { Err(ErrorKind::NotConnected.into()) } else { Ok(()) }
}

/// The shortest wait for an event: what is there already is taken, and no frame is late for it.
const SHORTEST: Duration = Duration::from_micros(200);

impl Console for Screen {
    fn draw(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()> {
        still_taken()?;
        // The terminal shows the frame as a whole, not line by line.
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| draw(frame))?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    fn redraw(&mut self) -> io::Result<()> {
        // Not `clear`: that asks the terminal where its cursor is, through standard output.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    fn next(&mut self, timeout: Duration) -> io::Result<Option<Event>> {
        still_taken()?;
        // crossterm's source does not look at all if it may not wait at all.
        let timeout = timeout.max(SHORTEST);
        if crossterm::event::poll(timeout)? { crossterm::event::read().map(Some) } else { Ok(None) }
    }

    fn suspend(&mut self) -> io::Result<()> {
        if !can_come_back(self.parent) {
            return Ok(());
        }
        give_back();
        emulate_default_handler(SIGTSTP)?;
        enter()?;
        self.redraw()
    }
}

/// Whether somebody could say `fg`: a shell with job control gives each job a group of its own. In
/// the group that leads the session, or after the end of who started it, the program would stop for
/// ever.
fn can_come_back(parent: Option<Pid>) -> bool {
    getppid() == parent && getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Hands a text to the clipboard of the terminal (OSC 52). tmux swallows what it does not know:
/// for it the sequence is sent once more, wrapped, so that the terminal around it gets it.
///
/// # Errors
/// If the terminal is gone.
pub fn send_to_clipboard(text: &str, is_wrapped: bool) -> io::Result<()> {
    let mut sequence = String::new();
    CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).map_err(io::Error::other)?;
    let mut device = Device::open()?;
    device.write_all(sequence.as_bytes())?;
    if is_wrapped {
        write!(device, "\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))?;
    }
    device.flush()
}

/// Whether a panic happened.
pub fn has_fault() -> bool {
    FAULT.load(Ordering::SeqCst)
}

/// The columns and lines of the terminal, if there is one.
pub fn size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok()
}

/// From now on a panic gives the terminal back before it says anything.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        FAULT.store(true, Ordering::SeqCst);
        give_back();
        let text = panic.payload_as_str().unwrap_or("no reason given");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            io::stderr(),
            "error: gangplank has a fault: {text} ({place})\nhelp: no file is half-written; please report this with what you did"
        );
    }));
}
