//! What a whole process takes: CPU time, wall time, and the most memory it had.

use std::process::Command;
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// In user and in system mode.
    pub(crate) cpu: Duration,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The largest resident set in bytes.
    pub(crate) memory: u64,
}

/// Runs a command to its end, which has to be a success.
pub(crate) fn cost(mut command: Command) -> Cost {
    let start = Instant::now();
    let ended = command.spawn().unwrap().wait4().unwrap();
    let wall = start.elapsed();
    assert!(ended.status.success(), "{command:?} ended with {}", ended.status);
    let used = ended.rusage;
    Cost { cpu: used.utime + used.stime, wall, memory: used.maxrss }
}

/// The one in the middle.
pub(crate) fn median<T: Ord + Copy>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}
