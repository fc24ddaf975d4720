//! Putting a file into its place, and taking one away: at once, and only if what is there is what
//! was expected. An editor may save between the look and the step, so the look is repeated on what
//! the step took away, and what somebody saved goes back.

use std::io;

use super::journal::RunFile;
use crate::system::{FileKind, RepoPath, WritableDisk};
use crate::tree::LARGEST_FILE;

/// Marks a file that is not what was expected.
fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::StaleNetworkFileHandle, "changed since the preview")
}

/// Whether an error says that somebody changed the file.
pub(super) fn is_changed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::StaleNetworkFileHandle
}

/// The bytes on disk; `None` if there is nothing.
pub(super) fn on_disk(disk: &dyn WritableDisk, path: &RepoPath) -> io::Result<Option<Vec<u8>>> {
    match disk.read(path, LARGEST_FILE) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Puts the file `new` where `target` is, or nothing is. Afterwards `new` is gone or holds what
/// was there.
pub(super) fn put(
    disk: &dyn WritableDisk,
    new: &RepoPath,
    target: &RepoPath,
    expected: Option<&[u8]>,
) -> io::Result<()> {
    if on_disk(disk, target)?.as_deref() != expected {
        return Err(changed());
    }
    if expected.is_none() {
        return disk.rename_new(new, target).map_err(there_is_one);
    }
    if !disk.exchange(new, target)? {
        return disk.rename(new, target);
    }
    if on_disk(disk, new)?.as_deref() == expected {
        return Ok(());
    }
    disk.exchange(new, target)?;
    Err(changed())
}

/// Takes `target` away, by way of the name `aside` that nothing has.
pub(super) fn take(
    disk: &dyn WritableDisk,
    target: &RepoPath,
    aside: &RepoPath,
    expected: Option<&[u8]>,
) -> io::Result<()> {
    if on_disk(disk, target)?.as_deref() != expected {
        return Err(changed());
    }
    disk.rename_new(target, aside)?;
    if on_disk(disk, aside)?.as_deref() == expected {
        return disk.remove_file(aside);
    }
    disk.rename_new(aside, target)?;
    Err(changed())
}

fn there_is_one(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::AlreadyExists { changed() } else { error }
}

/// What leads to a file.
pub(super) enum Way {
    /// Folders, and no link.
    Folders,
    /// This folder is missing, and what is below it.
    Missing(RepoPath),
    /// A link, or something else that is no folder.
    Other,
}

/// What leads to a file, from the root down. Nothing is written through a link: what it leads to
/// may be used elsewhere.
pub(super) fn way_to(disk: &dyn WritableDisk, file: &RepoPath) -> io::Result<Way> {
    let folder = file.parent().unwrap_or_default();
    let mut path = RepoPath::root();
    for name in folder.segments() {
        path = path.child(name);
        match disk.kind(&path)? {
            Some(FileKind::Folder) => {}
            Some(_) => return Ok(Way::Other),
            None => return Ok(Way::Missing(path)),
        }
    }
    Ok(Way::Folders)
}

/// Removes a copy that a run made beside one of its files. What else has its name stays: after a
/// kill between two renames that can be what an editor has saved.
pub(super) fn clear_copy(
    disk: &dyn WritableDisk,
    file: &RunFile,
    copy: &RepoPath,
) -> io::Result<()> {
    match on_disk(disk, copy)? {
        Some(bytes) if !file.is_copy(&bytes) => Err(changed()),
        _ => clear(disk, copy),
    }
}

/// Removes a file that may be gone already.
fn clear(disk: &dyn WritableDisk, path: &RepoPath) -> io::Result<()> {
    match disk.remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
