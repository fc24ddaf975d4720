//! The built program in a real terminal: keys go in, a screen comes out. Everything is waited for,
//! with a deadline, and nothing for a fixed time.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system,
};
use vt100::{Cell, Parser, Screen};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(10);

/// A terminal with a program in it.
pub(crate) struct Pty {
    master: Box<dyn MasterPty + Send>,
    /// Kept open, so that the terminal outlives the program and can be asked how it was left.
    _slave: Box<dyn SlavePty + Send>,
    writer: Box<dyn Write + Send>,
    child: Running,
    seen: Arc<Mutex<Seen>>,
    /// Nobody reads any more.
    is_gone: Arc<AtomicBool>,
}

/// A program that may still be there.
pub(crate) struct Running(Box<dyn Child + Send + Sync>);

/// What the program wrote.
struct Seen {
    parser: Parser,
    bytes: Vec<u8>,
    /// The screen after the last whole frame: what a terminal shows.
    shown: Screen,
}

const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

impl Seen {
    fn new((columns, rows): (u16, u16)) -> Self {
        let parser = Parser::new(cells(rows), cells(columns), 0);
        Seen { shown: parser.screen().clone(), parser, bytes: Vec::new() }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.bytes.extend_from_slice(bytes);
        let last = |mark: &[u8]| self.bytes.windows(mark.len()).rposition(|part| part == mark);
        if last(FRAME_BEGINS) <= last(FRAME_ENDS) {
            self.shown = self.parser.screen().clone();
        }
    }

    fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.parser.set_size(cells(rows), cells(columns));
        self.shown = self.parser.screen().clone();
    }
}

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols: columns, ..PtySize::default() }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has cells")
}

/// The question, or the switch that is asked about: what begins in bold and is no sign. Everything
/// else may change by itself, when a thread has found something out.
fn headings(screen: &Screen) -> Vec<String> {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let is_sign = |cell: &Cell| ["┃", "●", "✗", "›"].contains(&cell.contents());
    let is_heading =
        |row: &u16| screen.cell(*row, 1).is_some_and(|cell| cell.bold() && !is_sign(cell));
    (1..rows).filter(is_heading).map(|row| screen.contents_between(row, 0, row, columns)).collect()
}

impl Pty {
    /// Starts a program in a terminal of this many columns and rows.
    pub(crate) fn start(command: CommandBuilder, columns_rows: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(columns_rows)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let seen = Arc::new(Mutex::new(Seen::new(columns_rows)));
        let into = Arc::clone(&seen);
        let is_gone = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&is_gone);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let mut seen = into.lock().unwrap_or_else(PoisonError::into_inner);
                seen.take(&buffer[..count]);
            }
        });
        Pty {
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            _slave: pair.slave,
            child: Running(child),
            seen,
            is_gone,
        }
    }

    fn look<T>(&self, at: impl FnOnce(&Seen) -> T) -> T {
        at(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.look(|seen| seen.shown.contents())
    }

    /// What the program wrote, byte for byte, with what the terminal echoed.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.look(|seen| seen.bytes.clone())
    }

    /// Waits until the screen is so.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&Screen) -> bool) {
        let began = Instant::now();
        while !self.look(|seen| is_so(&seen.shown)) {
            assert!(
                began.elapsed() < DEADLINE,
                "waited in vain for {what}; the screen:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// Waits until this text is on the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses keys, and waits until this text is on the screen.
    #[track_caller]
    pub(crate) fn press_for(&mut self, keys: &str, text: &str) {
        self.press(keys);
        self.wait_for(text);
    }

    /// Presses a key again and again, each time after another question came, until this text is
    /// on the screen.
    #[track_caller]
    pub(crate) fn press_until(&mut self, key: &str, text: &str) {
        for _ in 0..20 {
            let before = self.look(|seen| headings(&seen.shown));
            if self.text().contains(text) {
                return;
            }
            self.press(key);
            self.wait_until("another question", |screen| headings(screen) != before);
        }
        self.wait_for(text);
    }

    /// Pastes text as a terminal with bracketed paste does.
    pub(crate) fn paste(&mut self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Makes the window another size; returns how much was written before.
    pub(crate) fn set_size(&self, columns_rows: (u16, u16)) -> usize {
        let before = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.resize(columns_rows);
            seen.bytes.len()
        };
        self.master.resize(size(columns_rows)).unwrap();
        before
    }

    /// Makes the window another size, and waits until something was drawn in it.
    #[track_caller]
    pub(crate) fn resize(&mut self, columns_rows: (u16, u16)) {
        let before = self.set_size(columns_rows);
        let began = Instant::now();
        while self.look(|seen| seen.bytes.len()) == before {
            assert!(began.elapsed() < DEADLINE, "not drawn at {columns_rows:?}");
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// What the system calls the program.
    pub(crate) fn id(&self) -> u32 {
        self.child.0.process_id().unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let mut command = Command::new("kill");
        let sent = command.args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the program has ended; its exit code.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.0.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(began.elapsed() < DEADLINE, "still there:\n{}", self.text());
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// How the program ended, as soon as it did.
    pub(crate) fn status(&mut self) -> Option<ExitStatus> {
        self.child.status()
    }

    /// Takes the terminal away from the program.
    pub(crate) fn hang_up(self) -> Running {
        self.is_gone.store(true, Ordering::SeqCst);
        // Whoever reads gets something to read, and ends.
        self.spoil(" ");
        self.child
    }

    /// Whether the program is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.0.try_wait().unwrap().is_none()
    }

    /// Whether the program ever had the screen.
    pub(crate) fn was_taken(&self) -> bool {
        const ENTER: &[u8] = b"\x1b[?1049h";
        self.look(|seen| seen.bytes.windows(ENTER.len()).any(|bytes| bytes == ENTER))
    }

    /// Another program writes on the terminal.
    pub(crate) fn spoil(&self, text: &str) {
        let mut tty = File::options().write(true).open(self.master.tty_name().unwrap()).unwrap();
        tty.write_all(text.as_bytes()).unwrap();
    }

    /// Asserts that the program has the terminal.
    #[track_caller]
    pub(crate) fn is_taken(&self) {
        self.wait_until("the screen", |screen| {
            screen.alternate_screen() && screen.bracketed_paste()
        });
        let modes = self.modes();
        assert!(modes.contains("-icanon") && modes.contains("-echo "), "{modes}");
    }

    /// Asserts that the terminal is as it was before the program began.
    #[track_caller]
    pub(crate) fn is_given_back(&self) {
        self.wait_until("the terminal given back", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        let modes = self.modes();
        let cooked = [" icanon", " echo ", " isig", " icrnl", " opost"];
        for mode in cooked {
            assert!(modes.contains(mode), "no{mode} in {modes}");
        }
    }

    /// The line discipline, as `stty` tells it, with a blank before and after each word.
    pub(crate) fn modes(&self) -> String {
        let path: PathBuf = self.master.tty_name().unwrap();
        let tty = File::open(path).unwrap();
        let mut stty = Command::new("stty");
        let output = stty.arg("-a").stdin(Stdio::from(tty)).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Starts a program, waits for this text, and takes the terminal away; whether it ends then.
pub(crate) fn ends_without_terminal(command: CommandBuilder, text: &str) -> bool {
    let pair = native_pty_system().openpty(size((80, 24))).unwrap();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut parser = Parser::new(cells(24), cells(80), 0);
    let mut buffer = [0; 8192];
    while !parser.screen().contents().contains(text) {
        let count = reader.read(&mut buffer).unwrap();
        parser.process(&buffer[..count]);
    }
    drop((reader, pair.master));
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > DEADLINE {
            child.kill().unwrap();
            return false;
        }
        thread::sleep(Duration::from_millis(3));
    }
    true
}

impl Running {
    /// How it ended, as soon as it did.
    pub(crate) fn status(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }
}

impl Drop for Running {
    /// A test that fails leaves no program behind.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
