//! The user's state folder: the journal of a repository, and a lock on it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};

use crate::apply::{Journal, JournalError, Run, interrupted, unfinished};
use crate::cli::Environment;
use crate::error::{Exit, Report};
use crate::plan::sha256;
use crate::system::{
    CheckedOutGit, Git, RealDisk, WritableDisk, check_private, lock_file, open_plain,
    private_folder, read_plain, write_plain,
};

const LOCK: &str = "lock";

/// Answers are a few lines.
const LARGEST_DRAFT: u64 = 1024 * 1024;

/// The state of one repository.
#[derive(Clone)]
pub(super) struct State {
    folder: PathBuf,
    root: String,
}

/// The right to write: as long as it lives, no other gangplank writes to this repository.
pub(super) struct Locked {
    pub(super) journal: Journal,
    _lock: File,
}

impl State {
    /// The state of the repository at `root`, which need not be there yet.
    pub(super) fn of(root: &Path, environment: &Environment) -> Result<Self, Report> {
        let missing = || {
            Report::new(
                Exit::Failed,
                "no folder for the journal: neither XDG_STATE_HOME nor HOME is set",
            )
            .help("set XDG_STATE_HOME; the journal is what undoes a run that was interrupted")
        };
        let base =
            match environment.get("XDG_STATE_HOME").filter(|path| Path::new(path).is_absolute()) {
                Some(path) => PathBuf::from(path),
                None => choose_base_strategy()
                    .ok()
                    .and_then(|base| base.state_dir())
                    .ok_or_else(missing)?,
            };
        let root = root.display().to_string();
        let name = &sha256(root.as_bytes())[..16];
        Ok(State { folder: base.join("gangplank").join(name), root })
    }

    /// The folder, which need not be there yet.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The place of a file in it.
    pub(super) fn place_of(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Takes the lock, making the folder if need be.
    pub(super) fn lock(&self) -> Result<Locked, Report> {
        let failed = |error: io::Error| {
            let message = format!("the journal can't be written: {error}");
            Report::new(Exit::Failed, message).at(self.folder.display().to_string(), None).help(
                "nothing was written; set XDG_STATE_HOME to a folder that only you can write to",
            )
        };
        // The journal holds file contents: they are the user's own.
        private_folder(&self.folder).map_err(failed)?;
        let lock = lock_file(&self.folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "another gangplank is writing to this repository";
                return Err(Report::new(Exit::Decision, message).help("wait until it has ended"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let journal = self.journal().map_err(failed)?;
        let journal = journal.at_commit(CheckedOutGit.head(Path::new(&self.root)));
        Ok(Locked { journal, _lock: lock })
    }

    fn journal(&self) -> io::Result<Journal> {
        Ok(Journal::new(Arc::new(RealDisk::open(&self.folder)?), self.root.clone()))
    }

    /// Why the folder is not used. One that is not there can be made.
    pub(super) fn refusal(&self) -> Option<io::Error> {
        let is_missing = |error: &io::Error| {
            matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        };
        check_private(&self.folder).err().filter(|error| !is_missing(error))
    }

    /// Keeps the text of a draft; says whether it could.
    pub(super) fn keep_draft(&self, text: &str) -> bool {
        let made = private_folder(&self.folder);
        made.and_then(|()| write_plain(&self.draft_path(), text)).is_ok()
    }

    /// The text of the draft, if there is one.
    pub(super) fn draft(&self) -> Option<String> {
        check_private(&self.folder).ok()?;
        read_plain(&self.draft_path(), LARGEST_DRAFT).ok()
    }

    /// Drops the draft: what it was about is written.
    pub(super) fn drop_draft(&self) {
        // An old draft does no harm.
        let _ = fs::remove_file(self.draft_path());
    }

    fn draft_path(&self) -> PathBuf {
        self.folder.join("draft.yaml")
    }

    /// The last run that was not undone and is none of these.
    pub(super) fn last_run_but(&self, passed: &[String]) -> Result<Option<Run>, Report> {
        if !self.folder.is_dir() {
            return Ok(None);
        }
        let last = self.lock()?.journal.last_but(passed);
        last.map_err(|error| self.unreadable(&error))
    }

    /// The runs that were interrupted; none if this repository was never written to.
    pub(super) fn interrupted(&self, disk: &dyn WritableDisk) -> Result<Vec<Run>, Report> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        self.interrupted_in(&self.lock()?, disk)
    }

    /// The same under a lock that is held.
    pub(super) fn interrupted_in(
        &self,
        locked: &Locked,
        disk: &dyn WritableDisk,
    ) -> Result<Vec<Run>, Report> {
        unfinished(disk, &locked.journal).map_err(|error| self.unreadable(&error))
    }

    /// The runs that were interrupted, for a command that only looks: nothing is made or ended, and
    /// a run that is under way is none.
    pub(super) fn glance(&self, disk: &dyn WritableDisk) -> Result<Vec<Run>, Report> {
        let journal = check_private(&self.folder).and_then(|()| self.journal());
        // A writer must not find the lock held by somebody who has nothing to look at.
        let Some(journal) = journal.ok().filter(Journal::has_started) else {
            return Ok(Vec::new());
        };
        let lock = open_plain(&self.folder.join(LOCK));
        if lock.as_ref().is_ok_and(|lock| lock.try_lock_shared().is_err()) {
            return Ok(Vec::new());
        }
        interrupted(disk, &journal).map_err(|error| self.unreadable(&error))
    }

    pub(super) fn unreadable(&self, error: &JournalError) -> Report {
        let report = Report::new(Exit::Failed, error.to_string());
        match error {
            JournalError::Unreadable(name) => Report { exit: Exit::Decision, ..report }
                .at(self.place_of(name), None)
                .help("use the gangplank that wrote it, or `gangplank recover --forget` if it was interrupted; git knows what it changed"),
            JournalError::Refused { name, .. } => Report { exit: Exit::Decision, ..report }
                .at(self.place_of(name), None)
                .help("`gangplank recover --forget` gives it up if it was interrupted; git knows what it changed"),
            _ => report,
        }
    }
}
