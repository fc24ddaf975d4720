//! The user's state folder: the journal of a repository, and a lock on it.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};

use crate::apply::{Journal, JournalError, Run, unfinished};
use crate::cli::Environment;
use crate::error::{Exit, Report};
use crate::plan::sha256;
use crate::system::{CheckedOutGit, Git, RealDisk, WritableDisk};

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

    /// Takes the lock, making the folder if need be.
    pub(super) fn lock(&self) -> Result<Locked, Report> {
        let failed = |error: std::io::Error| {
            let message = format!("the journal can't be written: {error}");
            Report::new(Exit::Failed, message)
                .at(self.folder.display().to_string(), None)
                .help("nothing was written; set XDG_STATE_HOME to a folder that can be written")
        };
        // The journal holds file contents: they are the user's own.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        let lock = File::create(self.folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "another gangplank is writing to this repository";
                return Err(Report::new(Exit::Decision, message).help("wait until it has ended"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let disk = RealDisk::open(&self.folder).map_err(failed)?;
        let journal = Journal::new(Arc::new(disk), self.root.clone());
        let journal = journal.at_commit(CheckedOutGit.head(Path::new(&self.root)));
        Ok(Locked { journal, _lock: lock })
    }

    /// Keeps the text of a draft; says whether it could.
    pub(super) fn keep_draft(&self, text: &str) -> bool {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        let file = made.and_then(|()| File::create(self.draft_path()));
        file.and_then(|mut file| file.write_all(text.as_bytes())).is_ok()
    }

    /// The text of the draft, if there is one.
    pub(super) fn draft(&self) -> Option<String> {
        fs::read_to_string(self.draft_path()).ok()
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
        let locked = self.lock()?;
        unfinished(disk, &locked.journal).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &JournalError) -> Report {
        let report = Report::new(Exit::Failed, error.to_string());
        match error {
            JournalError::Unreadable(name) => Report { exit: Exit::Decision, ..report }
                .at(self.folder.join(name).display().to_string(), None)
                .help("use the gangplank that wrote it; without this file its run is forgotten, and git knows what it changed"),
            _ => report,
        }
    }
}
