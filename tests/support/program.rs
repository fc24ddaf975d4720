//! Running the built program in an environment that holds nothing of the caller's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;

use super::Repo;

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program with a scrubbed environment and no terminal, in `folder`, at home in `home`.
pub(crate) fn program(folder: &Path, home: &Path) -> Command {
    let mut command = scrubbed(env!("CARGO_BIN_EXE_gangplank"), folder, home);
    command.env("PATH", only_git());
    command
}

/// A `PATH` with git and nothing else: no kustomize is asked that happens to be installed.
pub(crate) fn only_git() -> &'static Path {
    static BIN: OnceLock<PathBuf> = OnceLock::new();
    BIN.get_or_init(|| {
        let bin = Path::new(env!("CARGO_TARGET_TMPDIR")).join("only-git");
        std::fs::create_dir_all(&bin).unwrap();
        let link = bin.join("git");
        if !link.exists() {
            std::os::unix::fs::symlink(installed("git"), link).unwrap();
        }
        bin
    })
}

/// Where a program is installed.
pub(crate) fn installed(name: &str) -> PathBuf {
    let all = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&all).map(|folder| folder.join(name));
    paths.find(|path| path.is_file()).unwrap_or_else(|| panic!("{name} is not installed"))
}

/// Any command in such an environment.
pub(crate) fn scrubbed(name: &str, folder: &Path, home: &Path) -> Command {
    let mut command = Command::new(name);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        // Nobody is asked for credentials over the network.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("XDG_CONFIG_HOME", home.join("config"))
        .stdin(Stdio::null());
    command
}

/// Runs the program where not even `/dev/tty` can be opened.
pub(crate) fn without_terminal(repo: &Repo, arguments: &[&str]) -> Outcome {
    let mut command = scrubbed("setsid", &repo.root(), &repo.home());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    outcome(command.arg("--wait").arg(env!("CARGO_BIN_EXE_gangplank")).args(arguments))
}

/// Runs a command to its end.
pub(crate) fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().expect("the command starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

impl Outcome {
    /// The same outcome, if it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        let parsed = serde_json::from_str(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Everything that was printed.
    pub(crate) fn printed(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}
