//! After a kill: finishing a run, putting back what was there, or giving the run up. All of it can
//! be repeated. A file that is neither as it was before nor as the run wanted it is somebody's: it
//! is kept, and the others go their way.

use std::io;

use thiserror::Error;

use super::journal::{Journal, JournalError, Run, RunFile};
use super::place::{Way, clear_copy, is_changed, on_disk, put, take, way_to};
use super::writer::{make_folder, paths, remove_folders, remove_leftovers};
use crate::system::{FileKind, RepoPath, WritableDisk};

/// Why a run can't be taken up.
#[derive(Debug, Error)]
pub enum RecoverError {
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

/// How far a file of an interrupted run came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It is as it was before the run.
    Old,
    /// It is as the run wanted it.
    New,
    /// It is neither: it was edited since.
    Edited(Present),
}

/// What stands where a file of a run belongs, if it is neither the old one nor the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Present {
    /// Nothing.
    Missing,
    /// Another text.
    Text(String),
    /// A file that is no UTF-8, or larger than a manifest.
    NoText,
    /// A symbolic link, a folder, a pipe.
    NoFile(FileKind),
    /// Its folder is gone, or a link or a file is in its place.
    NoFolder,
}

/// Writes what an unfinished run left unwritten. Returns the files that it left alone because
/// they were edited since.
///
/// # Errors
/// The system's reasons.
pub fn finish(
    disk: &dyn WritableDisk,
    journal: &Journal,
    run: &Run,
) -> Result<Vec<String>, RecoverError> {
    let kept = bring(disk, run, &FileState::New)?;
    remove_folders(disk, &run.clears).map_err(|cause| failed(&run.root, cause))?;
    // Of a run that left nothing there is nothing to undo.
    if kept.len() == run.files.len() {
        journal.drop_started(run)?
    } else {
        journal.finish(run)?
    }
    Ok(kept)
}

/// Puts back what was there before an unfinished run. Returns the files that it left alone because
/// they were edited since.
///
/// # Errors
/// The system's reasons.
pub fn put_back(
    disk: &dyn WritableDisk,
    journal: &Journal,
    run: &Run,
) -> Result<Vec<String>, RecoverError> {
    let kept = bring(disk, run, &FileState::Old)?;
    remove_folders(disk, &run.folders).map_err(|cause| failed(&run.root, cause))?;
    journal.drop_started(run)?;
    Ok(kept)
}

/// Gives an unfinished run up: its files stay as they are, its hidden copies go, its journal stays
/// under the name that is returned.
///
/// # Errors
/// The system's reasons.
pub fn forget(
    disk: &dyn WritableDisk,
    journal: &Journal,
    run: &Run,
) -> Result<String, RecoverError> {
    remove_leftovers(disk, run).map_err(|cause| failed(&run.root, cause))?;
    Ok(journal.set_aside(&run.started_name())?)
}

/// The runs that were interrupted, the oldest first. Nothing is changed.
///
/// # Errors
/// The journal can't be read.
pub(crate) fn interrupted(
    disk: &dyn WritableDisk,
    journal: &Journal,
) -> Result<Vec<Run>, JournalError> {
    let mut open = journal.unfinished()?;
    open.retain(|run| !wrote_all(disk, run));
    Ok(open)
}

/// Ends the runs that wrote everything and were killed before they could say so; returns the others.
///
/// # Errors
/// The journal can't be read.
pub fn unfinished(disk: &dyn WritableDisk, journal: &Journal) -> Result<Vec<Run>, JournalError> {
    let mut open = journal.unfinished()?;
    open.retain(|run| {
        let wrote_all = wrote_all(disk, run);
        if wrote_all && remove_leftovers(disk, run).is_ok() {
            // An empty folder that stays is nothing to git or kustomize.
            let _ = remove_folders(disk, &run.clears);
            let _ = journal.finish(run);
        }
        !wrote_all
    });
    Ok(open)
}

fn wrote_all(disk: &dyn WritableDisk, run: &Run) -> bool {
    file_states(disk, run).is_ok_and(|states| states.iter().all(|state| *state == FileState::New))
}

fn failed(path: &str, cause: io::Error) -> RecoverError {
    RecoverError::Failed { path: path.to_owned(), cause }
}

/// How far each file of a run came, in their order.
///
/// # Errors
/// The system's reasons.
pub fn file_states(disk: &dyn WritableDisk, run: &Run) -> Result<Vec<FileState>, RecoverError> {
    let state = |file| file_state(disk, run, file).map_err(|cause| failed(&file.path, cause));
    run.files.iter().map(state).collect()
}

fn file_state(disk: &dyn WritableDisk, run: &Run, file: &RunFile) -> io::Result<FileState> {
    let (path, _, _) = paths(run, file)?;
    match way_to(disk, &path)? {
        Way::Folders => {}
        Way::Missing(folder) if own_folders(run).contains(&folder) => {}
        Way::Missing(_) | Way::Other => return Ok(FileState::Edited(Present::NoFolder)),
    }
    match disk.kind(&path)? {
        None | Some(FileKind::File) => {}
        Some(kind) => return Ok(FileState::Edited(Present::NoFile(kind))),
    }
    let now = match on_disk(disk, &path) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Ok(FileState::Edited(Present::NoText));
        }
        now => now?,
    };
    let is = |text: &Option<String>| now.as_deref() == text.as_deref().map(str::as_bytes);
    Ok(if is(&file.after) {
        FileState::New
    } else if is(&file.before) {
        FileState::Old
    } else {
        let text = now.map(|bytes| String::from_utf8(bytes).map_or(Present::NoText, Present::Text));
        FileState::Edited(text.unwrap_or(Present::Missing))
    })
}

/// The folders that a run makes or takes away, the outer ones first.
fn own_folders(run: &Run) -> Vec<RepoPath> {
    let all = run.folders.iter().chain(&run.clears);
    let mut folders: Vec<RepoPath> = all.filter_map(|folder| RepoPath::parse(folder)).collect();
    folders.sort();
    folders
}

/// Brings every file into a state, unless it was edited since; the names of those.
fn bring(disk: &dyn WritableDisk, run: &Run, to: &FileState) -> Result<Vec<String>, RecoverError> {
    let states = file_states(disk, run)?;
    let mut steps: Vec<(&RunFile, FileState)> = run.files.iter().zip(states).collect();
    if *to == FileState::Old {
        steps.reverse();
    }
    let mut kept = Vec::new();
    for (file, state) in steps {
        let set = match state {
            FileState::Edited(_) => {
                kept.push(file.path.clone());
                continue;
            }
            state if state == *to => continue,
            _ => set(disk, run, file, to),
        };
        match set {
            // Somebody saved it just now.
            Err(error) if is_changed(&error) => kept.push(file.path.clone()),
            set => set.map_err(|cause| failed(&file.path, cause))?,
        }
    }
    remove_leftovers(disk, run).map_err(|cause| failed(&run.root, cause))?;
    Ok(kept)
}

/// Brings a file from the other state into this one. The copy that the run made is used where it is
/// whole: it takes no space, and has the file's permission bits.
fn set(disk: &dyn WritableDisk, run: &Run, file: &RunFile, to: &FileState) -> io::Result<()> {
    let (target, temporary, backup) = paths(run, file)?;
    let (text, expected, copy) = match to {
        FileState::Old => (&file.before, &file.after, &backup),
        _ => (&file.after, &file.before, &temporary),
    };
    for folder in own_folders(run).iter().filter(|folder| target.is_within(folder)) {
        if disk.kind(folder)?.is_none() {
            make_folder(disk, folder.as_str())?;
        }
    }
    let expected = expected.as_deref().map(str::as_bytes);
    match text.as_deref().map(str::as_bytes) {
        None => {
            clear_copy(disk, file, &temporary)?;
            take(disk, &target, &temporary, expected)?;
        }
        Some(text) => {
            if on_disk(disk, copy)?.as_deref() != Some(text) {
                clear_copy(disk, file, copy)?;
                disk.write_new(copy, text, disk.mode(&target)?.or(file.mode))?;
            }
            put(disk, copy, &target, expected)?;
        }
    }
    disk.sync_folder(&target.parent().unwrap_or_default())
}
