//! Writing a plan.

use std::io;

use thiserror::Error;

use super::journal::{Journal, JournalError, Run, RunFile};
use super::place::{Way, clear_copy, is_changed, on_disk, put, take, way_to};
use crate::plan::Plan;
use crate::system::{Clock, FileKind, RepoPath, WritableDisk};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The files, in order.
    pub files: Vec<String>,
}

/// Why a plan was not written. In every case the repository is as it was before.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// A file is not what the preview showed.
    #[error("{0} changed since the preview: nothing was written")]
    Changed(String),
    /// The journal comes first; without it nothing is written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A step failed, and what was done before was put back.
    #[error("{path} could not be written: {cause}; everything is as it was before")]
    Failed {
        /// The file.
        path: String,
        /// The system's reason.
        cause: io::Error,
    },
    /// A step failed, and so did putting things back: the journal still knows.
    #[error("{path} could not be written: {cause}; and not everything could be put back: {rest}")]
    Stuck {
        /// The file.
        path: String,
        /// The system's reason.
        cause: io::Error,
        /// What went wrong after that.
        rest: io::Error,
    },
}

/// Writes a plan: all of it or nothing.
///
/// # Errors
/// A file that changed since the plan was made; a full disk, missing permissions and the like,
/// after which everything was put back.
pub fn apply(
    disk: &dyn WritableDisk,
    journal: &Journal,
    clock: &dyn Clock,
    plan: &Plan,
) -> Result<Applied, ApplyError> {
    compare(disk, plan)?;
    let folders = missing_folders(disk, plan).map_err(|(path, cause)| failed(&path, cause))?;
    let mut run = Run::of(plan, journal, folders, clock.now())?;
    if run.files.is_empty() {
        return Ok(Applied { files: Vec::new() });
    }
    note_modes(disk, &mut run).map_err(|(path, cause)| failed(&path, cause))?;
    journal.start(&run)?;
    if let Err((path, cause)) = write_all(disk, &run) {
        return Err(match undo(disk, &run) {
            Ok(()) => {
                journal.drop_started(&run)?;
                if is_changed(&cause) { ApplyError::Changed(path) } else { failed(&path, cause) }
            }
            Err(rest) => ApplyError::Stuck { path, cause, rest },
        });
    }
    // The files are written, whatever becomes of the rest: the next start finds every file as the
    // run wanted it, clears up, and ends the run then.
    if remove_leftovers(disk, &run).is_ok() {
        // An empty folder that stays is nothing to git or kustomize.
        let _ = remove_folders(disk, &run.clears);
        let _ = journal.finish(&run);
    }
    Ok(Applied { files: run.files.iter().map(|file| file.path.clone()).collect() })
}

type Step = Result<(), (String, io::Error)>;

fn failed(path: &str, cause: io::Error) -> ApplyError {
    ApplyError::Failed { path: path.to_owned(), cause }
}

/// Every file that the plan speaks of must still be what it was: also one that is left alone,
/// since the plan counts on it.
fn compare(disk: &dyn WritableDisk, plan: &Plan) -> Result<(), ApplyError> {
    for file in &plan.files {
        let path = file.path.to_string();
        let way = way_to(disk, &file.path).map_err(|cause| failed(&path, cause))?;
        if matches!(way, Way::Other) && file.verb.writes() {
            let cause = io::Error::other("a link or a file is in the place of one of its folders");
            return Err(failed(&path, cause));
        }
        let now = on_disk(disk, &file.path).map_err(|cause| failed(&path, cause))?;
        if now != file.before {
            return Err(ApplyError::Changed(path));
        }
    }
    Ok(())
}

/// Notes the permission bits of the files that are there: a copy gets them too.
fn note_modes(disk: &dyn WritableDisk, run: &mut Run) -> Step {
    for file in &mut run.files {
        let Some(path) = file.repo_path() else { continue };
        let mode = disk.mode(&path).map_err(|cause| (file.path.clone(), cause))?;
        file.mode = mode.or(file.mode);
    }
    Ok(())
}

/// The folders that the plan's files need and that are not there, the outer ones first.
fn missing_folders(
    disk: &dyn WritableDisk,
    plan: &Plan,
) -> Result<Vec<String>, (String, io::Error)> {
    let mut missing: Vec<RepoPath> = Vec::new();
    for file in plan.files.iter().filter(|file| file.verb.writes()) {
        let mut folder = file.path.parent();
        while let Some(path) = folder.filter(|path| !path.as_str().is_empty()) {
            let kind = disk.kind(&path).map_err(|cause| (path.to_string(), cause))?;
            match kind {
                Some(FileKind::Folder) => break,
                None if !missing.contains(&path) => missing.push(path.clone()),
                None => {}
                Some(_) => {
                    let cause = io::Error::new(io::ErrorKind::NotADirectory, "not a folder");
                    return Err((path.to_string(), cause));
                }
            }
            folder = path.parent();
        }
    }
    missing.sort();
    Ok(missing.into_iter().map(|path| path.to_string()).collect())
}

fn write_all(disk: &dyn WritableDisk, run: &Run) -> Step {
    for folder in &run.folders {
        make_folder(disk, folder).map_err(|cause| (folder.clone(), cause))?;
    }
    for file in &run.files {
        prepare(disk, run, file).map_err(|cause| (file.path.clone(), cause))?;
    }
    for file in &run.files {
        replace(disk, run, file).map_err(|cause| (file.path.clone(), cause))?;
    }
    Ok(())
}

/// A file, its temporary file, and the copy of what was there.
pub(super) fn paths(run: &Run, file: &RunFile) -> io::Result<(RepoPath, RepoPath, RepoPath)> {
    let all = || Some((file.repo_path()?, file.temporary(&run.id)?, file.backup(&run.id)?));
    all().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no run writes there"))
}

/// Makes a folder, unless somebody made it meanwhile.
pub(super) fn make_folder(disk: &dyn WritableDisk, folder: &str) -> io::Result<()> {
    let path = RepoPath::parse(folder).unwrap_or_default();
    match disk.create_folder(&path) {
        Err(_) if disk.kind(&path)? == Some(FileKind::Folder) => Ok(()),
        made => made,
    }
}

/// Writes the new bytes, and a copy of the old ones, beside the target. All space is taken here.
fn prepare(disk: &dyn WritableDisk, run: &Run, file: &RunFile) -> io::Result<()> {
    let (_, temporary, backup) = paths(run, file)?;
    if let Some(before) = &file.before {
        disk.write_new(&backup, before.as_bytes(), file.mode)?;
    }
    match &file.after {
        Some(after) => disk.write_new(&temporary, after.as_bytes(), file.mode),
        None => Ok(()),
    }
}

/// Puts the new file in its place.
fn replace(disk: &dyn WritableDisk, run: &Run, file: &RunFile) -> io::Result<()> {
    let (target, temporary, _) = paths(run, file)?;
    let before = file.before.as_deref().map(str::as_bytes);
    match file.after {
        Some(_) => put(disk, &temporary, &target, before)?,
        None => take(disk, &target, &temporary, before)?,
    }
    disk.sync_folder(&target.parent().unwrap_or_default())
}

/// Puts back what a run did, in reverse. A file that somebody else changed meanwhile is theirs.
fn undo(disk: &dyn WritableDisk, run: &Run) -> io::Result<()> {
    for file in run.files.iter().rev() {
        match undo_file(disk, run, file) {
            Err(error) if !is_changed(&error) => return Err(error),
            _ => {}
        }
    }
    remove_leftovers(disk, run)?;
    remove_folders(disk, &run.folders)
}

fn undo_file(disk: &dyn WritableDisk, run: &Run, file: &RunFile) -> io::Result<()> {
    let (target, temporary, backup) = paths(run, file)?;
    let after = file.after.as_deref().map(str::as_bytes);
    if on_disk(disk, &target)?.as_deref() != after {
        return Ok(());
    }
    let Some(before) = &file.before else {
        clear_copy(disk, file, &temporary)?;
        return take(disk, &target, &temporary, after);
    };
    if disk.kind(&backup)?.is_none() {
        disk.write_new(&backup, before.as_bytes(), file.mode)?;
    }
    put(disk, &backup, &target, after)
}

/// Removes the temporary files of a run, all that can be removed, and nothing behind a link.
pub(super) fn remove_leftovers(disk: &dyn WritableDisk, run: &Run) -> io::Result<()> {
    let removed: Vec<io::Result<()>> =
        run.files.iter().map(|file| remove_copies(disk, run, file)).collect();
    removed.into_iter().collect()
}

fn remove_copies(disk: &dyn WritableDisk, run: &Run, file: &RunFile) -> io::Result<()> {
    let (target, temporary, backup) = paths(run, file)?;
    if !matches!(way_to(disk, &target)?, Way::Folders) {
        return Ok(());
    }
    for copy in [temporary, backup] {
        match clear_copy(disk, file, &copy) {
            Err(error) if !is_changed(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes the folders that a run made, the inner ones first, unless something is in them or a link
/// is in their place.
pub(super) fn remove_folders(disk: &dyn WritableDisk, folders: &[String]) -> io::Result<()> {
    for folder in folders.iter().rev() {
        let Some(path) = RepoPath::parse(folder).filter(|path| !path.as_str().is_empty()) else {
            continue;
        };
        let is_folder = disk.kind(&path)? == Some(FileKind::Folder);
        if !is_folder || !matches!(way_to(disk, &path)?, Way::Folders) {
            continue;
        }
        match disk.remove_folder(&path) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
                ) =>
            {
                return Err(error);
            }
            _ => {}
        }
    }
    Ok(())
}
