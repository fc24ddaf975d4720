//! A whole process in the repository.

use std::process::{Command, Stdio};

pub(crate) use super::cost::{Cost, cost};
use super::repository::Repository;

/// A command at the root of the repository, with nothing of the caller's environment.
pub(crate) fn command(repository: &Repository, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository.root()).env_clear();
    command.env("HOME", repository.home()).env("XDG_STATE_HOME", repository.home().join("state"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The most memory that a running process has had, where the system tells.
pub(crate) fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}
