//! After a kill: finishing a run, or putting back what was there. Both can be repeated, and both
//! stop at a file that is neither as it was before nor as the run wanted it.

use std::io;

use thiserror::Error;

use super::journal::{Journal, JournalError, Run, RunFile};
use super::place::{clear, is_changed, on_disk, put, take};
use super::writer::{make_folder, remove_folders, remove_leftovers};
use crate::system::WritableDisk;

/// Why a run can't be taken up.
#[derive(Debug, Error)]
pub enum RecoverError {
    /// Somebody changed a file since.
    #[error("{0} was changed since: decide by hand, git shows the difference")]
    Changed(String),
    /// The system.
    #[error("{path}: {cause}")]
    Failed {
        /// The file.
        path: String,
        /// The system's reason.
        cause: io::Error,
    },
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    After,
}

/// Writes what an unfinished run left unwritten.
///
/// # Errors
/// A file that was changed since; the system's reasons.
pub fn finish(disk: &dyn WritableDisk, journal: &Journal, run: &Run) -> Result<(), RecoverError> {
    let states = states(disk, run)?;
    for folder in &run.folders {
        make_folder(disk, folder).map_err(|cause| failed(folder, cause))?;
    }
    for (file, state) in run.files.iter().zip(states) {
        if state == State::Before {
            set(disk, run, file, State::After).map_err(|cause| failed(&file.path, cause))?;
        }
    }
    remove_leftovers(disk, run).map_err(|cause| failed(&run.root, cause))?;
    remove_folders(disk, &run.clears).map_err(|cause| failed(&run.root, cause))?;
    Ok(journal.finish(run)?)
}

/// Puts back what was there before an unfinished run.
///
/// # Errors
/// A file that was changed since; the system's reasons.
pub fn put_back(disk: &dyn WritableDisk, journal: &Journal, run: &Run) -> Result<(), RecoverError> {
    let states = states(disk, run)?;
    for (file, state) in run.files.iter().zip(states).rev() {
        if state == State::After {
            set(disk, run, file, State::Before).map_err(|cause| failed(&file.path, cause))?;
        }
    }
    remove_leftovers(disk, run).map_err(|cause| failed(&run.root, cause))?;
    remove_folders(disk, &run.folders).map_err(|cause| failed(&run.root, cause))?;
    Ok(journal.forget(run)?)
}

/// Ends the runs that wrote everything and were killed before they could say so; returns the others.
///
/// # Errors
/// The journal can't be read.
pub fn unfinished(disk: &dyn WritableDisk, journal: &Journal) -> Result<Vec<Run>, JournalError> {
    let mut open = journal.unfinished()?;
    open.retain(|run| {
        let wrote_all = states(disk, run).is_ok_and(|s| s.iter().all(|s| *s == State::After));
        if wrote_all && remove_leftovers(disk, run).is_ok() {
            // An empty folder that stays is nothing to git or kustomize.
            let _ = remove_folders(disk, &run.clears);
            let _ = journal.finish(run);
        }
        !wrote_all
    });
    Ok(open)
}

fn failed(path: &str, cause: io::Error) -> RecoverError {
    if is_changed(&cause) {
        return RecoverError::Changed(path.to_owned());
    }
    RecoverError::Failed { path: path.to_owned(), cause }
}

/// How far each file came. Looked at first, so that nothing is touched if one is in between.
fn states(disk: &dyn WritableDisk, run: &Run) -> Result<Vec<State>, RecoverError> {
    let states = run.files.iter().map(|file| {
        let changed = || RecoverError::Changed(file.path.clone());
        let path = file.repo_path().ok_or_else(changed)?;
        let now = on_disk(disk, &path).map_err(|cause| failed(&file.path, cause))?;
        let is = |text: &Option<String>| now.as_deref() == text.as_deref().map(str::as_bytes);
        if is(&file.after) {
            Ok(State::After)
        } else if is(&file.before) {
            Ok(State::Before)
        } else {
            Err(changed())
        }
    });
    states.collect()
}

/// Brings a file from the other state into this one. The copy that the run made is used where it is
/// whole: it takes no space, and has the file's permission bits.
fn set(disk: &dyn WritableDisk, run: &Run, file: &RunFile, to: State) -> io::Result<()> {
    let all = || Some((file.repo_path()?, file.temporary(&run.id)?, file.backup(&run.id)?));
    let (target, temporary, backup) = all().ok_or(io::ErrorKind::InvalidInput)?;
    let (text, expected, copy) = match to {
        State::Before => (&file.before, &file.after, &backup),
        State::After => (&file.after, &file.before, &temporary),
    };
    let expected = expected.as_deref().map(str::as_bytes);
    match text.as_deref().map(str::as_bytes) {
        None => {
            clear(disk, &temporary)?;
            take(disk, &target, &temporary, expected)?;
        }
        Some(text) => {
            if on_disk(disk, copy)?.as_deref() != Some(text) {
                clear(disk, copy)?;
                disk.write_new(copy, text, disk.mode(&target)?.or(file.mode))?;
            }
            put(disk, copy, &target, expected)?;
        }
    }
    disk.sync_folder(&target.parent().unwrap_or_default())
}
