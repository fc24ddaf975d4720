//! A disk on which an editor saves a file just before a certain write step.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gangplank::system::{Disk, DiskEntry, FileKind, MemoryDisk, RepoPath, WritableDisk};

/// What the editor saves.
pub(crate) const SAVED: &[u8] = b"# saved by an editor\n";

/// The disk, and when the editor saves what.
pub(crate) struct Meddled {
    pub(crate) disk: Arc<MemoryDisk>,
    /// The step before which it saves.
    pub(crate) at: usize,
    /// The file that it saves.
    pub(crate) path: String,
    /// Whether this file system can swap files.
    pub(crate) swaps: bool,
    /// Steps so far.
    pub(crate) steps: AtomicUsize,
}

impl Meddled {
    fn step(&self) {
        if self.steps.fetch_add(1, Ordering::SeqCst) == self.at {
            self.disk.put(&self.path, SAVED);
        }
    }
}

impl Disk for Meddled {
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        self.disk.list(folder)
    }

    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        self.disk.kind(path)
    }

    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        self.disk.target_kind(path)
    }

    fn link(&self, path: &RepoPath) -> io::Result<Option<String>> {
        self.disk.link(path)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        self.disk.read(path, limit)
    }
}

impl WritableDisk for Meddled {
    fn create_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.create_folder(path)
    }

    fn remove_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.remove_folder(path)
    }

    fn mode(&self, path: &RepoPath) -> io::Result<Option<u32>> {
        self.disk.mode(path)
    }

    fn write_new(&self, path: &RepoPath, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        self.step();
        self.disk.write_new(path, bytes, mode)
    }

    fn exchange(&self, one: &RepoPath, other: &RepoPath) -> io::Result<bool> {
        if !self.swaps {
            return Ok(false);
        }
        self.step();
        self.disk.exchange(one, other)
    }

    fn rename_new(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.rename_new(from, to)
    }

    fn rename(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.rename(from, to)
    }

    fn remove_file(&self, path: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.remove_file(path)
    }

    fn sync_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.step();
        self.disk.sync_folder(path)
    }
}
