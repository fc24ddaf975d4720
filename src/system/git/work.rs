//! git as a tool, started here and nowhere else. It works on the repository that gangplank found: it
//! is told where that is and looks for none itself, since a folder of a pull request can look like a
//! bare repository with a configuration of its own. What git is asked runs nothing that a repository
//! names and contacts nobody; only what it is told, such as a commit, runs hooks and filters.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use thiserror::Error;

use super::repository;
use crate::system::program;

/// Variables that say who commits and which files are the user's configuration. All others of git's
/// are cleared: set in a hook or by an alias, they lead to another repository, change what a path
/// means, or name programs.
const KEPT: [&str; 12] = [
    "GIT_AUTHOR_DATE",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_COMMITTER_DATE",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
];

/// Nobody is there to type: no password, no editor, no pager. Objects that a partial clone has not
/// stay away.
const ALONE: [(&str, &str); 5] = [
    ("GIT_EDITOR", ":"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_PAGER", "cat"),
    ("GIT_SEQUENCE_EDITOR", ":"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// A question takes no lock that another git might wait for, looks at what is committed and not at
/// replacements, and reaches no other repository, also where git is older than `GIT_NO_LAZY_FETCH`.
const ASKING: [(&str, &str); 3] =
    [("GIT_ALLOW_PROTOCOL", "none"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_OPTIONAL_LOCKS", "0")];

/// Settings with which a repository's configuration would run a program on a question, or hide a
/// change: <https://git-scm.com/docs/git-config>.
const SETTINGS: [&str; 12] = [
    "core.attributesFile=/dev/null",
    "core.checkStat=default",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.ignoreCase=false",
    "core.trustctime=true",
    "gpg.openpgp.program=/dev/null",
    "gpg.program=/dev/null",
    "gpg.ssh.program=/dev/null",
    "gpg.x509.program=/dev/null",
    "log.showSignature=false",
    "safe.bareRepository=explicit",
];

/// The installed git on one work tree.
#[derive(Debug, Clone)]
pub struct GitWork {
    program: PathBuf,
    top: PathBuf,
    git_dir: PathBuf,
    /// More settings of questions: the filters that the configuration names, each turned off.
    filters: Vec<String>,
    is_bare: bool,
}

/// Why git did not do what it was told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitFailure {
    /// There is no git in the path.
    #[error("git is not installed")]
    Missing,
    /// It can't be started, or not on this repository.
    #[error("git can't be started: {0}")]
    NotStarted(String),
    /// It ended with a failure.
    #[error("git said: {}", reason(said))]
    Failed {
        /// Its exit code; `None` after a signal.
        code: Option<i32>,
        /// All that it and its hooks said.
        said: String,
    },
}

impl From<io::Error> for GitFailure {
    fn from(error: io::Error) -> Self {
        GitFailure::NotStarted(error.to_string())
    }
}

impl GitWork {
    /// git on the work tree whose top level this is.
    ///
    /// # Errors
    /// There is no git; it does not trust this repository, or takes another one here.
    pub fn open(top: &Path) -> Result<Self, GitFailure> {
        let git_dir = repository::git_dir(top)?;
        repository::refuse_endless(&git_dir)?;
        let mut git = GitWork::unasked(top, git_dir)?;
        git.introduce()?;
        git.filters = git.turned_off_filters()?;
        Ok(git)
    }

    /// git on a new repository in this folder.
    ///
    /// # Errors
    /// There is no git, or it can't make a repository there.
    pub fn init(folder: &Path, branch: &str) -> Result<Self, GitFailure> {
        let folder = &folder.canonicalize()?;
        let git = GitWork::unasked(folder, folder.join(".git"))?;
        let name = format!("init.defaultBranch={branch}");
        git.tell(&["-c", &name, "init", "--quiet"], b"")?;
        GitWork::open(folder)
    }

    fn unasked(top: &Path, git_dir: PathBuf) -> Result<Self, GitFailure> {
        let program = program::installed("git").ok_or(GitFailure::Missing)?;
        let (filters, is_bare) = (Vec::new(), false);
        Ok(GitWork { program, top: top.to_path_buf(), git_dir, filters, is_bare })
    }

    /// Lets git find the repository itself, here and nowhere above: only then it looks at whose it
    /// is (`safe.directory`). What it finds has to be what gangplank found.
    fn introduce(&mut self) -> Result<(), GitFailure> {
        let mut command = self.command();
        command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").envs(ASKING);
        command.env("GIT_CEILING_DIRECTORIES", self.top.parent().unwrap_or(&self.top));
        let question = ["rev-parse", "--absolute-git-dir", "--is-bare-repository"];
        let settings = SETTINGS.iter().flat_map(|setting| ["-c", setting]);
        command.args(settings.chain(question));
        let said = text(&printed(run(command, b""))?);
        let mut lines = said.lines();
        let found = lines.next().map(PathBuf::from).and_then(|path| path.canonicalize().ok());
        if found.as_deref() != Some(&self.git_dir) {
            let why = format!("it takes another repository than {}", self.git_dir.display());
            return Err(GitFailure::NotStarted(why));
        }
        self.is_bare = lines.next() == Some("true");
        Ok(())
    }

    /// Filters run on a question that compares files. Without them a file that has one counts as
    /// changed once git has to look into it.
    fn turned_off_filters(&self) -> Result<Vec<String>, GitFailure> {
        let question = ["config", "--null", "--name-only", "--get-regexp", r"^filter\."];
        let names = self.look_up(&question, b"")?.unwrap_or_default();
        let mut settings = Vec::new();
        for key in names.split('\0').filter(|key| !key.is_empty()) {
            let filter = key.rsplit_once('.').map_or(key, |(filter, _)| filter);
            if filter.contains('=') {
                let why = format!("its configuration has `{filter}`, which can't be turned off");
                return Err(GitFailure::NotStarted(why));
            }
            let off = ["clean=", "smudge=", "process=", "required=false"];
            settings.extend(off.map(|what| format!("{filter}.{what}")));
        }
        Ok(settings)
    }

    /// The top level of the work tree.
    pub fn folder(&self) -> &Path {
        &self.top
    }

    /// Whether the configuration says that there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// Tells git something, with `input` on its standard input. What it prints.
    ///
    /// # Errors
    /// It can't be started, or ends with a failure.
    pub fn tell(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitFailure> {
        let mut command = self.command();
        command.args(["-c", "core.fsmonitor=false"]).args(arguments);
        printed(run(command, input)).map(|bytes| text(&bytes))
    }

    /// Asks git something.
    ///
    /// # Errors
    /// As [`GitWork::tell`].
    pub fn ask(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitFailure> {
        printed(run(self.question(arguments), input)).map(|bytes| text(&bytes))
    }

    /// Asks git something that is answered in bytes.
    ///
    /// # Errors
    /// As [`GitWork::tell`].
    pub(super) fn ask_bytes(
        &self,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Vec<u8>, GitFailure> {
        printed(run(self.question(arguments), input))
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

    fn question(&self, arguments: &[&str]) -> Command {
        let mut command = self.command();
        let filters = self.filters.iter().map(String::as_str);
        command.args(SETTINGS.into_iter().chain(filters).flat_map(|setting| ["-c", setting]));
        command.envs(ASKING).arg("--no-pager").args(arguments);
        command
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (variable, _) in env::vars_os().filter(|(name, _)| is_foreign(name)) {
            command.env_remove(variable);
        }
        command.envs(ALONE).env("PATH", program::child_path());
        command.env("GIT_DIR", &self.git_dir).env("GIT_WORK_TREE", &self.top);
        command.current_dir(&self.top);
        command
    }
}

fn is_foreign(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    let is_kept = |kept: &str| match kept.ends_with('_') {
        true => name.starts_with(kept),
        false => name == kept,
    };
    name.starts_with("GIT_") && !KEPT.into_iter().any(is_kept)
}

fn run(mut command: Command, input: &[u8]) -> io::Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // git answers while it is asked, and waits when nobody reads.
        scope.spawn(move || {
            // One that ends without reading has said why.
            let _ = stdin.map(|mut stdin| stdin.write_all(input));
        });
        child.wait_with_output()
    })
}

fn printed(output: io::Result<Output>) -> Result<Vec<u8>, GitFailure> {
    let output = output?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(GitFailure::Failed { code: output.status.code(), said: text(&output.stderr) })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The line of what git said that says why.
fn reason(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or("no reason given");
    lines
        .find_map(|line| line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")))
        .unwrap_or(first)
}
