//! The real terminal: taking it, giving it back, and making sure that it is given back.
//!
//! Draws on standard error, or on `/dev/tty` if that is redirected, so that standard output is
//! data only. The only file that names raw mode.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use signal_hook::consts::SIGTSTP;
use signal_hook::low_level::emulate_default_handler;

use super::console::Console;

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
    terminal: Terminal<CrosstermBackend<BufWriter<Device>>>,
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
            Ok(terminal) => Ok(Screen { terminal }),
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
    let entered = execute!(device, EnterAlternateScreen, EnableBracketedPaste);
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Gives the terminal back, each part whether or not the one before worked.
pub fn give_back() {
    if let Ok(mut device) = Device::open() {
        let _ = execute!(device, DisableBracketedPaste);
        let _ = execute!(device, LeaveAlternateScreen);
        let _ = execute!(device, crossterm::cursor::Show);
    }
    let _ = disable_raw_mode();
}

impl Drop for Screen {
    fn drop(&mut self) {
        // After a panic the hook has given it back, and its message must stay the last thing.
        if !std::thread::panicking() {
            give_back();
        }
    }
}

impl Console for Screen {
    fn draw(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| draw(frame)).map(drop)
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    fn next(&mut self, timeout: Duration) -> io::Result<Option<Event>> {
        if crossterm::event::poll(timeout)? { crossterm::event::read().map(Some) } else { Ok(None) }
    }

    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        emulate_default_handler(SIGTSTP)?;
        enter()?;
        self.terminal.clear()
    }
}

/// From now on a panic gives the terminal back before it says anything.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        give_back();
        let text = panic.payload_as_str().unwrap_or("no reason given");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            io::stderr(),
            "error: gangplank has a fault: {text} ({place})\nhelp: nothing was half-written; please report this with what you did"
        );
    }));
}
