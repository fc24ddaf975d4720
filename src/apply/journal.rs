//! The write-ahead journal: what a run is about to write, with the bytes before and after.
//!
//! One JSON file a run, in a folder of the user's state folder that belongs to one repository. Its
//! name says how far the run came: `ID.started.json` becomes `ID.done.json` by a rename, so that
//! the step is atomic too. One that is given up becomes `ID.forgotten.json`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::plan::{FileChange, Plan, Purpose, sha256};
use crate::system::{FileKind, RepoPath, WritableDisk};

const SCHEMA: &str = "gangplank.journal/1";
const STARTED: &str = ".started.json";
const DONE: &str = ".done.json";
const FORGOTTEN: &str = ".forgotten.json";

/// Runs that are kept to be undone; older ones are dropped.
const KEPT: usize = 20;

/// A journal is as long as the files of one plan; this is far more.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The journal of one repository.
#[derive(Clone)]
pub struct Journal {
    disk: Arc<dyn WritableDisk>,
    root: String,
    head: Option<String>,
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
    /// Its id: when it began, in nanoseconds, or one more than that of the run before if the clock
    /// was set back. Later runs have larger ones.
    pub id: String,
    /// The repository's root.
    pub root: String,
    /// When it began, in seconds since 1970.
    pub started: u64,
    /// The commit that was checked out when it began, if files of git said it.
    #[serde(default)]
    pub head: Option<String>,
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
    /// Its permission bits before; null if it was not there.
    #[serde(default)]
    pub mode: Option<u32>,
}

/// What every version of the journal begins with.
#[derive(Deserialize)]
struct Head {
    schema: String,
    root: String,
}

/// What a journal file is.
enum Content {
    Run(Box<Run>),
    OtherVersion,
    Damaged,
    /// A run that names what none of ours would.
    Refused(String),
    /// A run of another repository.
    Elsewhere,
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
    /// A run that stands in the way and can't be read.
    #[error(
        "the journal {0} can't be read: another version of gangplank wrote it, or it is damaged"
    )]
    Unreadable(String),
    /// A run with a path that leads out of the repository or into git's own folder.
    #[error("the journal {name} names {path}, which no run writes: it was changed, or is damaged")]
    Refused {
        /// The journal.
        name: String,
        /// What it names.
        path: String,
    },
    /// A file that no run writes.
    #[error("{0} is git's own, and is never written")]
    GitsOwn(String),
    /// A file that gangplank would not have changed.
    #[error("{0} is no text, and is left alone")]
    NotText(String),
}

fn refused(name: &RepoPath, path: String) -> JournalError {
    JournalError::Refused { name: name.to_string(), path }
}

impl RunFile {
    fn of(change: &FileChange) -> Result<Self, JournalError> {
        if change.path.is_in_git_folder() {
            return Err(JournalError::GitsOwn(change.path.to_string()));
        }
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
            mode: None,
        })
    }

    /// Its path. The journal is a file that somebody may have changed: a path that leads out of the
    /// repository or into git's own folder is none.
    pub fn repo_path(&self) -> Option<RepoPath> {
        written_path(&self.path)
    }

    /// Whether these bytes are those before or afterwards, or what a kill left of a copy of them.
    pub(super) fn is_copy(&self, bytes: &[u8]) -> bool {
        let texts = [&self.before, &self.after].into_iter().flatten();
        texts.into_iter().any(|text| text.as_bytes().starts_with(bytes))
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

/// A path that a run may name.
fn written_path(text: &str) -> Option<RepoPath> {
    let path = RepoPath::parse(text)?;
    (!path.as_str().is_empty() && !path.is_in_git_folder()).then_some(path)
}

/// Hidden, in the same folder, and not ending in `.yaml`, so that nothing picks it up.
fn sibling(path: &RepoPath, run: &str, end: &str) -> Option<RepoPath> {
    Some(path.parent()?.child(&format!(".{}.gangplank-{run}.{end}", path.name())))
}

impl Run {
    /// The run that writes a plan.
    pub(super) fn of(
        plan: &Plan,
        journal: &Journal,
        folders: Vec<String>,
        now: SystemTime,
    ) -> Result<Self, JournalError> {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (undoes, clears, modes) = match &plan.purpose {
            Purpose::Undo { run, folders, modes } => {
                (Some(run.clone()), folders.clone(), modes.clone())
            }
            _ => (None, Vec::new(), BTreeMap::new()),
        };
        let written = plan.files.iter().filter(|file| file.verb.writes());
        let files = written.map(|change| {
            let mode = modes.get(change.path.as_str()).copied();
            Ok(RunFile { mode, ..RunFile::of(change)? })
        });
        Ok(Run {
            schema: SCHEMA.to_owned(),
            id: journal.next_id(now)?,
            root: journal.root.clone(),
            started: since.as_secs(),
            head: journal.head.clone(),
            command: plan.command.clone(),
            undoes,
            clears,
            folders,
            files: files.collect::<Result<_, JournalError>>()?,
        })
    }

    fn name(&self, end: &str) -> RepoPath {
        name_of(&self.id, end)
    }

    /// The file of the journal that it stands in while it is not ended.
    pub(super) fn started_name(&self) -> RepoPath {
        self.name(STARTED)
    }

    /// What it names and no run of ours would. Its id is a part of file names.
    fn refused(&self) -> Option<&String> {
        let is_number = !self.id.is_empty() && self.id.bytes().all(|byte| byte.is_ascii_digit());
        let folders = self.folders.iter().chain(&self.clears);
        let mut paths = self.files.iter().map(|file| &file.path).chain(folders);
        if is_number { paths.find(|path| written_path(path).is_none()) } else { Some(&self.id) }
    }
}

fn name_of(id: &str, end: &str) -> RepoPath {
    RepoPath::root().child(&format!("{id:0>24}{end}"))
}

impl Journal {
    /// The journal of the repository at `root`, in a folder of its own on `disk`.
    pub fn new(disk: Arc<dyn WritableDisk>, root: impl Into<String>) -> Self {
        Journal { disk, root: root.into(), head: None }
    }

    /// The same journal, for runs that begin with this commit checked out.
    #[must_use]
    pub fn at_commit(self, head: Option<String>) -> Self {
        Journal { head, ..self }
    }

    /// The repository's root.
    pub fn root(&self) -> &str {
        &self.root
    }

    pub(super) fn start(&self, run: &Run) -> Result<(), JournalError> {
        let bytes = serde_json::to_vec_pretty(run).map_err(|e| JournalError::Write(e.into()))?;
        let written = self.disk.write_new(&run.name(STARTED), &bytes, None);
        let written = written.and_then(|()| self.disk.sync_folder(&RepoPath::root()));
        written.map_err(|error| {
            // Nothing was touched yet, so there must be nothing to take up either; a full disk
            // leaves half a journal.
            let _ = self.drop_started(run);
            JournalError::Write(error)
        })
    }

    pub(super) fn finish(&self, run: &Run) -> Result<(), JournalError> {
        let renamed = self.disk.rename(&run.name(STARTED), &run.name(DONE));
        renamed.map_err(JournalError::Write)?;
        self.drop_undone(run);
        self.drop_old();
        Ok(())
    }

    /// Drops a run that has left nothing.
    pub(super) fn drop_started(&self, run: &Run) -> Result<(), JournalError> {
        self.disk.remove_file(&run.name(STARTED)).map_err(JournalError::Write)
    }

    /// Gives a run up that was begun, and keeps its journal under another name, which is returned.
    pub(super) fn set_aside(&self, started: &RepoPath) -> Result<String, JournalError> {
        let id = started.name().trim_end_matches(STARTED);
        let copy = name_of(id, FORGOTTEN);
        self.disk.rename(started, &copy).map_err(JournalError::Write)?;
        Ok(copy.to_string())
    }

    /// The runs of this repository that were begun and that this gangplank can't take up.
    ///
    /// # Errors
    /// The state folder.
    pub(crate) fn unusable(&self) -> Result<Vec<RepoPath>, JournalError> {
        let mut unusable = Vec::new();
        for name in self.names(STARTED)? {
            if matches!(self.read(&name)?, Content::OtherVersion | Content::Refused(_)) {
                unusable.push(name);
            }
        }
        Ok(unusable)
    }

    /// Gives those up. Returns the names of the copies.
    ///
    /// # Errors
    /// The state folder.
    pub(crate) fn set_aside_unusable(&self) -> Result<Vec<String>, JournalError> {
        self.unusable()?.iter().map(|name| self.set_aside(name)).collect()
    }

    /// The id of the next run: the clock may have been set back since the last one.
    pub(super) fn next_id(&self, now: SystemTime) -> Result<String, JournalError> {
        let mut next = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        for end in [STARTED, DONE, FORGOTTEN] {
            let names = self.names(end)?;
            let last =
                names.iter().filter_map(|n| n.name().trim_end_matches(end).parse().ok()).max();
            next = next.max(last.map_or(0, |last: u128| last.saturating_add(1)));
        }
        Ok(next.to_string())
    }

    /// Whether any run was begun and not ended.
    pub(crate) fn has_started(&self) -> bool {
        self.names(STARTED).is_ok_and(|names| !names.is_empty())
    }

    /// The runs that were begun and not ended, the oldest first. The caller holds the lock, so
    /// none of them is under way. One that was cut short was killed before its run touched
    /// anything: there is nothing to take up.
    pub(super) fn unfinished(&self) -> Result<Vec<Run>, JournalError> {
        let mut runs = Vec::new();
        for name in self.names(STARTED)? {
            match self.read(&name)? {
                Content::Run(run) => runs.push(*run),
                Content::OtherVersion => return Err(JournalError::Unreadable(name.to_string())),
                Content::Refused(path) => return Err(refused(&name, path)),
                Content::Damaged | Content::Elsewhere => {}
            }
        }
        Ok(runs)
    }

    /// The last run that was not undone and is none of these, if there is one.
    ///
    /// # Errors
    /// The state folder can't be read. One of the runs can't be read either: it would be passed
    /// over, and an older one undone in its place.
    pub fn last_but(&self, passed: &[String]) -> Result<Option<Run>, JournalError> {
        let mut undone: Vec<String> = Vec::new();
        for name in self.names(DONE)?.iter().rev() {
            let run = match self.read(name)? {
                Content::Run(run) => *run,
                Content::Elsewhere => continue,
                Content::Refused(path) => return Err(refused(name, path)),
                Content::OtherVersion | Content::Damaged => {
                    return Err(JournalError::Unreadable(name.to_string()));
                }
            };
            match run.undoes {
                Some(id) => undone.push(id),
                None if undone.contains(&run.id) || passed.contains(&run.id) => {}
                None => return Ok(Some(run)),
            }
        }
        Ok(None)
    }

    fn names(&self, end: &str) -> Result<Vec<RepoPath>, JournalError> {
        let entries = self.disk.list(&RepoPath::root()).map_err(JournalError::Read)?;
        // gangplank makes no links there: what one leads to is no journal.
        let files = entries.into_iter().filter(|entry| entry.kind == FileKind::File);
        let mut names: Vec<String> = files.map(|entry| entry.name).collect();
        names.retain(|name| name.ends_with(end));
        names.sort();
        Ok(names.iter().map(|name| RepoPath::root().child(name)).collect())
    }

    fn read(&self, name: &RepoPath) -> Result<Content, JournalError> {
        let bytes = self.disk.read(name, LARGEST).map_err(JournalError::Read)?;
        let Ok(head) = serde_json::from_slice::<Head>(&bytes) else {
            return Ok(Content::Damaged);
        };
        if head.root != self.root {
            return Ok(Content::Elsewhere);
        }
        if head.schema != SCHEMA {
            return Ok(Content::OtherVersion);
        }
        let Ok(run) = serde_json::from_slice::<Run>(&bytes) else {
            return Ok(Content::Damaged);
        };
        let refused = run.refused().cloned();
        Ok(refused.map_or_else(|| Content::Run(Box::new(run)), Content::Refused))
    }

    /// Drops a run that this one undid, and then this one: no undo asks for either again, and they
    /// would take the place of runs that can still be undone.
    fn drop_undone(&self, run: &Run) {
        let Some(undone) = &run.undoes else { return };
        let dropped = self.disk.remove_file(&name_of(undone, DONE));
        // As long as the run is there, it has to be known that it was undone.
        if dropped.is_ok() {
            let _ = self.disk.remove_file(&run.name(DONE));
        }
    }

    fn drop_old(&self) {
        let Ok(names) = self.names(DONE) else { return };
        for name in names.iter().rev().skip(KEPT) {
            // An old journal that stays does no harm.
            let _ = self.disk.remove_file(name);
        }
    }
}
