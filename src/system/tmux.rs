//! tmux, as far as a clipboard goes: it hands a buffer on to the terminal that it runs in, whatever
//! its `set-clipboard` and `allow-passthrough` say of the programs inside.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::program;

/// How long tmux has; it answers in a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// Puts a text into tmux's newest buffer, and into the clipboard of the terminal around it.
///
/// # Errors
/// No tmux, one older than 3.2, or one that does not answer.
pub fn load_buffer(text: &str) -> io::Result<()> {
    let tmux = program::installed("tmux").ok_or(io::ErrorKind::NotFound)?;
    let mut child = Command::new(tmux)
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // A tmux that does not read would hold a long text up; once it is killed the thread ends.
    if let Some(mut stdin) = child.stdin.take() {
        let text = text.to_owned();
        thread::spawn(move || stdin.write_all(text.as_bytes()));
    }
    let ended = ended(&mut child);
    if ended.is_err() {
        child.kill()?;
        child.wait()?;
    }
    ended
}

fn ended(child: &mut Child) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("tmux ended with {status}"))),
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}
