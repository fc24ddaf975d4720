//! What was typed before a question was asked: the rest of a paste, mostly. It is no answer.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};

/// How long nothing may come before a paste is over.
const QUIET: Duration = Duration::from_millis(30);

/// More rounds than the longest paste takes.
const MOST_ROUNDS: usize = 200;

/// Whether standard input has something to read within this time: a line, or its end.
///
/// # Errors
/// If it can't be asked.
pub(super) fn is_ready(patience: Duration) -> io::Result<bool> {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
    match poll(&mut fds, Some(&patience)) {
        Ok(count) => Ok(count > 0),
        // A signal: whoever waits looks at it.
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Drops what the terminal holds, until nothing more comes; whether there was anything.
///
/// # Errors
/// If the terminal is gone.
pub(super) fn drop_lines() -> io::Result<bool> {
    let mut any = false;
    for _ in 0..MOST_ROUNDS {
        let more = is_ready(QUIET)?;
        // Also a line that is not ended yet.
        tcflush(io::stdin(), QueueSelector::IFlush)?;
        any |= more;
        if !more {
            break;
        }
    }
    Ok(any)
}
