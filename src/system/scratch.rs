//! Folders for a moment, outside of every repository. Each is removed with its owner; what a kill
//! leaves behind goes the next time one is made.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::private::{lock_file, open_plain, private_folder};

const LOCK: &str = "lock";

/// A folder that goes when this is dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    /// As long as it is held, the folder is nobody's leftover.
    lock: PathBuf,
    _held: File,
}

impl Scratch {
    /// Makes a folder inside `parent`, which is made if need be, as is the folder above it. They hold
    /// files of the repository: they are the user's own.
    pub(super) fn new(parent: &Path) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        private_folder(parent)?;
        sweep(parent);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{count}", std::process::id());
        let lock = parent.join(format!("{name}.{LOCK}"));
        let held = lock_file(&lock)?;
        held.try_lock()?;
        let scratch = Scratch { folder: parent.join(name), lock, _held: held };
        // One of the same name is of a program that was killed.
        remove_all(&scratch.folder)?;
        DirBuilder::new().mode(0o700).create(&scratch.folder)?;
        Ok(scratch)
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed now is tried again the next time.
        if remove_all(&self.folder).is_ok() {
            let _ = fs::remove_file(&self.lock);
        }
    }
}

/// Removes the folders whose owner is gone.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let lock = entry.path();
        if lock.extension().is_none_or(|extension| extension != LOCK) {
            continue;
        }
        let is_left = open_plain(&lock).is_ok_and(|file| file.try_lock().is_ok());
        if is_left && remove_all(&lock.with_extension("")).is_ok() {
            let _ = fs::remove_file(&lock);
        }
    }
}

fn remove_all(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::super::private::{read_plain, write_plain};
    use super::*;

    /// The names of locks can be guessed: what a link of such a name leads to stays as it is.
    #[test]
    fn a_lock_is_not_made_through_a_link() {
        let place = tempfile::tempdir().unwrap();
        let (parent, target) = (place.path().join("builds"), place.path().join("target"));
        drop(Scratch::new(&parent).unwrap());
        write_plain(&target, "kept").unwrap();
        for count in 0..200 {
            let name = format!("{}-{count}.{LOCK}", std::process::id());
            std::os::unix::fs::symlink(&target, parent.join(name)).unwrap();
        }
        assert!(Scratch::new(&parent).is_err());
        assert_eq!(read_plain(&target, 9).unwrap(), "kept");
    }
}
