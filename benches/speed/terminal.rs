//! A program in a real terminal: keys go in, and it is known when the screen showed what.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use super::child::peak_memory;
use super::repository::Repository;

const COLUMNS: NonZeroU16 = NonZeroU16::new(120).unwrap();
const ROWS: NonZeroU16 = NonZeroU16::new(40).unwrap();

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// A terminal with a program in it.
pub(crate) struct Terminal {
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: Parser,
    began: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts gangplank.
    pub(crate) fn gangplank(repository: &Repository, arguments: &[&str]) -> Self {
        Self::start(repository, env!("CARGO_BIN_EXE_gangplank"), arguments)
    }

    /// Starts gangplank with AWS at this address.
    pub(crate) fn gangplank_with_aws(
        repository: &Repository,
        arguments: &[&str],
        url: &str,
    ) -> Self {
        let mut command = command(repository, env!("CARGO_BIN_EXE_gangplank"), arguments);
        command.env("AWS_ENDPOINT_URL", url);
        command.env("AWS_ACCESS_KEY_ID", "x");
        command.env("AWS_SECRET_ACCESS_KEY", "x");
        Self::spawn(command)
    }

    /// Starts a program.
    pub(crate) fn start(repository: &Repository, program: &str, arguments: &[&str]) -> Self {
        Self::spawn(command(repository, program, arguments))
    }

    fn spawn(command: CommandBuilder) -> Self {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                drop(sender.send((Instant::now(), buffer[..count].to_vec())));
            }
        });
        let writer = pair.master.take_writer().unwrap();
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let parser = Parser::new(ROWS, COLUMNS, 0);
        Terminal { writer, child, output, parser, began, _master: pair.master }
    }

    /// Waits until the screen is so; when it was, counted from the start of the program.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> Duration {
        let mut at = self.began;
        while !is_so(&self.parser.screen().contents()) {
            let Ok((when, bytes)) = self.output.recv_timeout(DEADLINE) else {
                panic!("waited in vain for {what}:\n{}", self.parser.screen().contents());
            };
            at = when;
            self.parser.process(&bytes);
        }
        at - self.began
    }

    /// Waits until a text is on the screen.
    pub(crate) fn until_shows(&mut self, text: &str) -> Duration {
        self.until(text, |screen| screen.contains(text))
    }

    /// Presses a key that brings this text to the screen; how long that took.
    pub(crate) fn press(&mut self, key: &str, text: &str) -> Duration {
        let pressed = self.began.elapsed();
        self.writer.write_all(key.as_bytes()).unwrap();
        self.until_shows(text).saturating_sub(pressed)
    }

    /// Leaves, and waits until the program has ended; how long that took.
    pub(crate) fn leave(&mut self) -> Duration {
        self.press("\x03", "Leave?");
        let began = Instant::now();
        self.writer.write_all(b"\x03").unwrap();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < DEADLINE, "it does not end");
            thread::sleep(Duration::from_micros(200));
        }
        began.elapsed()
    }

    /// Takes back what was typed, and waits until it is gone.
    pub(crate) fn clear_field(&mut self, typed: &str) {
        self.writer.write_all(b"\x15").unwrap();
        self.until("an empty field", |screen| !screen.contains(typed));
    }

    /// Takes what is drawn meanwhile.
    pub(crate) fn rest(&mut self, pause: Duration) {
        let end = Instant::now() + pause;
        while let Ok((_, bytes)) = self.output.recv_timeout(end - Instant::now().min(end)) {
            self.parser.process(&bytes);
        }
    }

    /// The most memory that the program has had.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        peak_memory(self.child.process_id()?)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(repository: &Repository, program: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env_clear();
    command.cwd(repository.root());
    command.env("HOME", repository.home());
    command.env("XDG_STATE_HOME", repository.home().join("state"));
    command.env("TERM", "xterm-256color");
    command
}
