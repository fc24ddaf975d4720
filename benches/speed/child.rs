//! What a whole process takes: CPU time, wall time, and the most memory it had.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use super::repository::Repository;

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

/// A command at the root of the repository, with nothing of the caller's environment.
pub(crate) fn command(repository: &Repository, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository.root()).env_clear();
    command.env("HOME", repository.home()).env("XDG_STATE_HOME", repository.home().join("state"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
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

/// The most memory that a running process has had, where the system tells.
pub(crate) fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}
