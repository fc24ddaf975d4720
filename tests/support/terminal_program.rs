//! The built program as a command for a terminal: plain, redirected, limited, or as a shell's job.

use portable_pty::CommandBuilder;

use super::Repo;

/// The program in a repository, with these arguments.
pub(crate) fn program(repo: &Repo, arguments: &[&str]) -> CommandBuilder {
    let mut command = scrubbed(repo, env!("CARGO_BIN_EXE_gangplank"));
    command.args(arguments);
    command
}

/// The program with its standard streams redirected as a shell writes it.
pub(crate) fn program_redirected(repo: &Repo, how: &str, arguments: &[&str]) -> CommandBuilder {
    shell(repo, &format!(r#"exec "$0" "$@" {how}"#), arguments)
}

/// The program after a line of shell.
pub(crate) fn program_after(repo: &Repo, line: &str, arguments: &[&str]) -> CommandBuilder {
    shell(repo, &format!(r#"{line}; exec "$0" "$@""#), arguments)
}

/// The program as a job of a shell, which says `fg` at each line that it reads. The program's id
/// is in the file `id` of the home folder.
pub(crate) fn program_as_job(repo: &Repo) -> CommandBuilder {
    let script = r#"set -m
sh -c 'echo $$ >"$HOME/id"; exec "$0"' "$0"
code=$?
# Stopped is above 143, which is what SIGTERM leaves.
while [ "$code" -gt 143 ]; do
  echo "the shell again"
  read -r line
  fg
  code=$?
done
echo "ended with $code"
"#;
    shell(repo, script, &[])
}

fn shell(repo: &Repo, script: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = scrubbed(repo, "sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_gangplank")]);
    command.args(arguments);
    command
}

fn scrubbed(repo: &Repo, name: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(name);
    command.env_clear();
    command.cwd(repo.root());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", repo.home());
    command.env("XDG_STATE_HOME", repo.home().join("state"));
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("XDG_CONFIG_HOME", repo.home().join("config"));
    command.env("TERM", "xterm-256color");
    command.env("RUST_BACKTRACE", "0");
    command
}
