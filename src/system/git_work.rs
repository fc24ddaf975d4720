//! git as a tool: the installed `git` at work in a folder. Nobody is asked anything, and nothing in
//! the caller's environment leads to another repository.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use thiserror::Error;

/// Set in a hook or by an alias, these lead to another repository or change what a path means.
const FOREIGN: [&str; 14] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
];

/// Nobody is there to type: no password, no editor, no pager.
const ALONE: [(&str, &str); 4] = [
    ("GIT_EDITOR", ":"),
    ("GIT_PAGER", "cat"),
    ("GIT_SEQUENCE_EDITOR", ":"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// The installed git in one folder.
#[derive(Debug, Clone)]
pub struct GitWork {
    folder: PathBuf,
}

/// Why git did not do what it was told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitFailure {
    /// There is no git in the path.
    #[error("git is not installed")]
    Missing,
    /// It can't be started.
    #[error("git can't be started: {0}")]
    NotStarted(String),
    /// It ended with a failure.
    #[error("git said: {}", first_line(said))]
    Failed {
        /// Its exit code; `None` after a signal.
        code: Option<i32>,
        /// All that it and its hooks said.
        said: String,
    },
}

impl GitWork {
    /// git in this folder.
    pub fn new(folder: &Path) -> Self {
        GitWork { folder: folder.to_path_buf() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells git something, with `input` on its standard input. What it prints.
    ///
    /// # Errors
    /// It can't be started, or ends with a failure.
    pub fn tell(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitFailure> {
        printed(self.output(&mut Command::new("git"), arguments, input))
    }

    /// Asks git something; it takes no lock that another git might wait for.
    ///
    /// # Errors
    /// As [`GitWork::tell`].
    pub fn ask(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitFailure> {
        let mut command = Command::new("git");
        command.env("GIT_OPTIONAL_LOCKS", "0");
        printed(self.output(&mut command, arguments, input))
    }

    /// What git answers; `None` for its plain "no", which is exit code 1.
    ///
    /// # Errors
    /// As [`GitWork::tell`].
    pub fn look_up(&self, arguments: &[&str], input: &[u8]) -> Result<Option<String>, GitFailure> {
        match self.ask(arguments, input) {
            Err(GitFailure::Failed { code: Some(1), .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }

    fn output(
        &self,
        command: &mut Command,
        arguments: &[&str],
        input: &[u8],
    ) -> io::Result<Output> {
        for variable in FOREIGN {
            command.env_remove(variable);
        }
        command.envs(ALONE).current_dir(&self.folder).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that ends without reading has said why.
            let _ = stdin.write_all(input);
        }
        child.wait_with_output()
    }
}

fn printed(output: io::Result<Output>) -> Result<String, GitFailure> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output {
        Ok(output) if output.status.success() => Ok(text(&output.stdout)),
        Ok(output) => {
            Err(GitFailure::Failed { code: output.status.code(), said: text(&output.stderr) })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(GitFailure::Missing),
        Err(error) => Err(GitFailure::NotStarted(error.to_string())),
    }
}

fn first_line(said: &str) -> &str {
    let line = said.lines().find(|line| !line.trim().is_empty());
    line.map_or("no reason given", str::trim)
}
