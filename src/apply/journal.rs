//! The write-ahead journal: what a run is about to write, with the bytes before and after.
//!
//! One JSON file a run, in a folder of the user's state folder that belongs to one repository. Its
//! name says how far the run came: `ID.started.json` becomes `ID.done.json` by a rename, so that
//! the step is atomic too.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::plan::{FileChange, Plan, Purpose, sha256};
use crate::system::{RepoPath, WritableDisk};

const SCHEMA: &str = "gangplank.journal/1";
const STARTED: &str = ".started.json";
const DONE: &str = ".done.json";

/// Runs that are kept to be undone; older ones are dropped.
const KEPT: usize = 20;

/// A journal is as long as the files of one plan; this is far more.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The journal of one repository.
#[derive(Clone)]
pub struct Journal {
    disk: Arc<dyn WritableDisk>,
    root: String,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("root", &self.root).finish_non_exhaustive()
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    schema: String,
    /// Its id: when it began, in nanoseconds.
    pub id: String,
    /// The repository's root.
    pub root: String,
    /// When it began, in seconds since 1970.
    pub started: u64,
    /// The command that does the same.
    pub command: String,
    /// The run that this one undoes.
    #[serde(default)]
    pub undoes: Option<String>,
    /// Folders that go once they are empty, the outer ones first.
    #[serde(default)]
    pub clears: Vec<String>,
    /// Folders that it makes, the outer ones first.
    pub folders: Vec<String>,
    /// The files, in the order in which they are written.
    pub files: Vec<RunFile>,
}

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    /// Its path, relative to the root.
    pub path: String,
    /// Its text before; null if it was not there.
    pub before: Option<String>,
    /// Its text afterwards; null if it goes.
    pub after: Option<String>,
    /// The hash of the text before.
    pub before_sha256: Option<String>,
    /// The hash of the text afterwards.
    pub after_sha256: Option<String>,
}

/// Why the journal can't be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The state folder.
    #[error("the journal can't be written: {0}")]
    Write(std::io::Error),
    /// The state folder.
    #[error("the journal can't be read: {0}")]
    Read(std::io::Error),
    /// A file that gangplank would not have changed.
    #[error("{0} is no text, and is left alone")]
    NotText(String),
}

impl RunFile {
    fn of(change: &FileChange) -> Result<Self, JournalError> {
        let text = |bytes: &Option<Vec<u8>>| match bytes {
            None => Ok(None),
            Some(bytes) => String::from_utf8(bytes.clone())
                .map(Some)
                .map_err(|_| JournalError::NotText(change.path.to_string())),
        };
        Ok(RunFile {
            path: change.path.to_string(),
            before: text(&change.before)?,
            after: text(&change.after)?,
            before_sha256: change.before.as_deref().map(sha256),
            after_sha256: change.after.as_deref().map(sha256),
        })
    }

    /// Its path. The journal is a file that somebody may have changed: a path that leads out of the
    /// repository is none.
    pub fn repo_path(&self) -> Option<RepoPath> {
        RepoPath::parse(&self.path).filter(|path| !path.as_str().is_empty())
    }

    /// The temporary file that becomes it.
    pub(super) fn temporary(&self, run: &str) -> Option<RepoPath> {
        sibling(&self.repo_path()?, run, "new")
    }

    /// The copy of what was there, for putting it back without needing space.
    pub(super) fn backup(&self, run: &str) -> Option<RepoPath> {
        sibling(&self.repo_path()?, run, "old")
    }
}

/// Hidden, in the same folder, and not ending in `.yaml`, so that nothing picks it up.
fn sibling(path: &RepoPath, run: &str, end: &str) -> Option<RepoPath> {
    Some(path.parent()?.child(&format!(".{}.gangplank-{run}.{end}", path.name())))
}

impl Run {
    /// The run that writes a plan.
    pub(super) fn of(
        plan: &Plan,
        root: &str,
        folders: Vec<String>,
        now: SystemTime,
    ) -> Result<Self, JournalError> {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (undoes, clears) = match &plan.purpose {
            Purpose::Undo { run, folders } => (Some(run.clone()), folders.clone()),
            _ => (None, Vec::new()),
        };
        let written = plan.files.iter().filter(|file| file.verb.writes());
        Ok(Run {
            schema: SCHEMA.to_owned(),
            id: since.as_nanos().to_string(),
            root: root.to_owned(),
            started: since.as_secs(),
            command: plan.command.clone(),
            undoes,
            clears,
            folders,
            files: written.map(RunFile::of).collect::<Result<_, _>>()?,
        })
    }

    fn name(&self, end: &str) -> RepoPath {
        RepoPath::root().child(&format!("{:0>24}{end}", self.id))
    }
}

impl Journal {
    /// The journal of the repository at `root`, in a folder of its own on `disk`.
    pub fn new(disk: Arc<dyn WritableDisk>, root: impl Into<String>) -> Self {
        Journal { disk, root: root.into() }
    }

    /// The repository's root.
    pub fn root(&self) -> &str {
        &self.root
    }

    pub(super) fn start(&self, run: &Run) -> Result<(), JournalError> {
        let bytes = serde_json::to_vec_pretty(run).map_err(|e| JournalError::Write(e.into()))?;
        self.disk.write_new(&run.name(STARTED), &bytes, None).map_err(JournalError::Write)?;
        self.disk.sync_folder(&RepoPath::root()).map_err(|error| {
            // Nothing was touched yet, so there must be nothing to take up either.
            let _ = self.forget(run);
            JournalError::Write(error)
        })
    }

    pub(super) fn finish(&self, run: &Run) -> Result<(), JournalError> {
        let renamed = self.disk.rename(&run.name(STARTED), &run.name(DONE));
        renamed.map_err(JournalError::Write)?;
        self.drop_old();
        Ok(())
    }

    pub(super) fn forget(&self, run: &Run) -> Result<(), JournalError> {
        self.disk.remove_file(&run.name(STARTED)).map_err(JournalError::Write)
    }

    /// The runs that were begun and not ended, the oldest first. The caller holds the lock, so
    /// none of them is under way.
    pub(super) fn unfinished(&self) -> Result<Vec<Run>, JournalError> {
        let names = self.names(STARTED)?;
        Ok(names.iter().filter_map(|name| self.read(name)).collect())
    }

    /// The last run that was not undone, if there is one.
    ///
    /// # Errors
    /// The state folder can't be read.
    pub fn last(&self) -> Result<Option<Run>, JournalError> {
        let names = self.names(DONE)?;
        let mut undone: Vec<String> = Vec::new();
        for run in names.iter().rev().filter_map(|name| self.read(name)) {
            match run.undoes {
                Some(id) => undone.push(id),
                None if undone.contains(&run.id) => {}
                None => return Ok(Some(run)),
            }
        }
        Ok(None)
    }

    fn names(&self, end: &str) -> Result<Vec<RepoPath>, JournalError> {
        let entries = self.disk.list(&RepoPath::root()).map_err(JournalError::Read)?;
        let mut names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
        names.retain(|name| name.ends_with(end));
        names.sort();
        Ok(names.iter().map(|name| RepoPath::root().child(name)).collect())
    }

    /// A journal that can't be read is from another version or was cut short before its run
    /// touched anything: there is nothing to take up.
    fn read(&self, name: &RepoPath) -> Option<Run> {
        let bytes = self.disk.read(name, LARGEST).ok()?;
        let run: Run = serde_json::from_slice(&bytes).ok()?;
        (run.schema == SCHEMA && run.root == self.root).then_some(run)
    }

    fn drop_old(&self) {
        let Ok(names) = self.names(DONE) else { return };
        for name in names.iter().rev().skip(KEPT) {
            // An old journal that stays does no harm.
            let _ = self.disk.remove_file(name);
        }
    }
}
