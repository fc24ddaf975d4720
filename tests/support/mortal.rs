//! Disks whose program is killed: from one write step on, nothing is done on any of them any more.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gangplank::system::{Disk, DiskEntry, FileKind, RepoPath, WritableDisk};

/// How many write steps are left, on all disks together.
#[derive(Debug)]
pub(crate) struct Life {
    left: AtomicUsize,
}

impl Life {
    /// A life of this many steps.
    pub(crate) fn of(steps: usize) -> Arc<Self> {
        Arc::new(Life { left: AtomicUsize::new(steps) })
    }

    /// Whether it ended.
    pub(crate) fn is_over(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }

    fn step(&self) -> io::Result<()> {
        let take = |left: usize| left.checked_sub(1);
        let taken = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
        taken.map(drop).map_err(|_| io::Error::other("killed"))
    }
}

/// A disk that such a program writes to.
pub(crate) struct Mortal<D> {
    pub(crate) disk: Arc<D>,
    pub(crate) life: Arc<Life>,
}

impl<D: Disk> Disk for Mortal<D> {
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

impl<D: WritableDisk> WritableDisk for Mortal<D> {
    fn create_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.create_folder(path)
    }

    fn remove_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.remove_folder(path)
    }

    fn mode(&self, path: &RepoPath) -> io::Result<Option<u32>> {
        self.disk.mode(path)
    }

    fn write_new(&self, path: &RepoPath, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        self.life.step()?;
        self.disk.write_new(path, bytes, mode)
    }

    fn exchange(&self, one: &RepoPath, other: &RepoPath) -> io::Result<bool> {
        self.life.step()?;
        self.disk.exchange(one, other)
    }

    fn rename_new(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.rename_new(from, to)
    }

    fn rename(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.rename(from, to)
    }

    fn remove_file(&self, path: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.remove_file(path)
    }

    fn sync_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.life.step()?;
        self.disk.sync_folder(path)
    }
}
