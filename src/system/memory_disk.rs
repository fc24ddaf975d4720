//! The fake disk: a tree in memory, with faults, slow reads and kills on demand.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, DiskEntry, FileKind, WritableDisk};
use super::path::RepoPath;

/// What goes wrong, and when.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Every call on this path fails like this; reading included.
    On(RepoPath, io::ErrorKind),
    /// The n-th write step (from 0) fails like this, and the later ones work again.
    AtStep(usize, io::ErrorKind),
    /// Nothing new can be written; renaming and removing work.
    NoSpace,
    /// From the n-th write step (from 0) on nothing is done any more, as after a kill.
    KilledAt(usize),
}

#[derive(Debug, Clone)]
enum Item {
    File(Vec<u8>),
    Folder,
    Link(RepoPath),
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<RepoPath, Item>,
    faults: Vec<Fault>,
    steps: usize,
}

/// A disk in memory.
#[derive(Debug, Default)]
pub struct MemoryDisk {
    state: Mutex<State>,
}

impl MemoryDisk {
    /// A disk with these files, and the folders above them.
    ///
    /// # Panics
    /// If a path leads out of the disk: a mistake in a test.
    pub fn with_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let disk = MemoryDisk::default();
        for (path, text) in files {
            disk.put(path, text.as_bytes());
        }
        disk
    }

    /// Puts a file there, and the folders above it, past all faults.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let path = RepoPath::parse(path).unwrap_or_default();
        let mut state = self.lock();
        let mut folder = path.parent();
        while let Some(path) = folder {
            folder = path.parent();
            state.items.entry(path).or_insert(Item::Folder);
        }
        state.items.insert(path, Item::File(bytes.to_vec()));
    }

    /// Puts a symbolic link there.
    pub fn put_link(&self, path: &str, target: &str) {
        let parse = |text| RepoPath::parse(text).unwrap_or_default();
        self.put(path, b"");
        self.lock().items.insert(parse(path), Item::Link(parse(target)));
    }

    /// Lets something go wrong from now on, and counts write steps anew.
    pub fn break_with(&self, fault: Fault) {
        let mut state = self.lock();
        state.steps = 0;
        state.faults.push(fault);
    }

    /// Repairs the disk.
    pub fn repair(&self) {
        self.lock().faults.clear();
    }

    /// How many write steps were taken or tried since the last fault was set.
    pub fn steps(&self) -> usize {
        self.lock().steps
    }

    /// All files with their contents.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.lock();
        let files = state.items.iter().filter_map(|(path, item)| match item {
            Item::File(bytes) => Some((path.to_string(), bytes.clone())),
            _ => None,
        });
        files.collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(
        &self,
        path: &RepoPath,
        act: impl FnOnce(&mut State) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut state = self.lock();
        let step = state.steps;
        state.steps += 1;
        state.check(path)?;
        for fault in &state.faults {
            match fault {
                Fault::AtStep(n, kind) if *n == step => return Err((*kind).into()),
                Fault::KilledAt(n) if step >= *n => {
                    return Err(io::Error::new(io::ErrorKind::Interrupted, "killed"));
                }
                _ => {}
            }
        }
        act(&mut state)
    }
}

impl State {
    fn check(&self, path: &RepoPath) -> io::Result<()> {
        let hit = self.faults.iter().find_map(|fault| match fault {
            Fault::On(on, kind) if on == path => Some(*kind),
            _ => None,
        });
        hit.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn target(&self, path: &RepoPath) -> Option<&Item> {
        match self.items.get(path) {
            Some(Item::Link(target)) => self.items.get(target),
            item => item,
        }
    }

    fn kind(item: &Item) -> FileKind {
        match item {
            Item::File(_) => FileKind::File,
            Item::Folder => FileKind::Folder,
            Item::Link(_) => FileKind::Link,
        }
    }

    fn is_folder(&self, path: &RepoPath) -> bool {
        path.as_str().is_empty() || matches!(self.target(path), Some(Item::Folder))
    }

    fn needs_space(&self) -> io::Result<()> {
        let is_full = self.faults.iter().any(|fault| matches!(fault, Fault::NoSpace));
        if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn needs_parent(&self, path: &RepoPath) -> io::Result<()> {
        let parent = path.parent().unwrap_or_default();
        if self.is_folder(&parent) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

impl Disk for MemoryDisk {
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        let state = self.lock();
        state.check(folder)?;
        if !state.is_folder(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let inside = state.items.iter().filter(|(path, _)| path.parent().as_ref() == Some(folder));
        Ok(inside
            .map(|(path, item)| DiskEntry { name: path.name().to_owned(), kind: State::kind(item) })
            .collect())
    }

    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        let state = self.lock();
        state.check(path)?;
        if path.as_str().is_empty() {
            return Ok(Some(FileKind::Folder));
        }
        Ok(state.items.get(path).map(State::kind))
    }

    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        let state = self.lock();
        state.check(path)?;
        if path.as_str().is_empty() {
            return Ok(Some(FileKind::Folder));
        }
        Ok(state.target(path).map(State::kind))
    }

    fn link(&self, path: &RepoPath) -> io::Result<Option<String>> {
        let state = self.lock();
        state.check(path)?;
        Ok(match state.items.get(path) {
            Some(Item::Link(target)) => {
                Some(target.relative_to(&path.parent().unwrap_or_default()))
            }
            _ => None,
        })
    }

    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        let state = self.lock();
        state.check(path)?;
        match state.target(path) {
            Some(Item::File(bytes)) if bytes.len() as u64 > limit => {
                Err(io::ErrorKind::FileTooLarge.into())
            }
            Some(Item::File(bytes)) => Ok(bytes.clone()),
            Some(_) => Err(io::ErrorKind::InvalidInput.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl WritableDisk for MemoryDisk {
    fn create_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.write(path, |state| {
            state.needs_space()?;
            state.needs_parent(path)?;
            if state.items.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            state.items.insert(path.clone(), Item::Folder);
            Ok(())
        })
    }

    fn remove_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.write(path, |state| {
            if state.items.keys().any(|other| other != path && other.is_within(path)) {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            state.items.remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    fn mode(&self, _path: &RepoPath) -> io::Result<Option<u32>> {
        Ok(None)
    }

    fn write_new(&self, path: &RepoPath, bytes: &[u8], _mode: Option<u32>) -> io::Result<()> {
        self.write(path, |state| {
            state.needs_space()?;
            state.needs_parent(path)?;
            if state.items.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            state.items.insert(path.clone(), Item::File(bytes.to_vec()));
            Ok(())
        })
    }

    fn exchange(&self, one: &RepoPath, other: &RepoPath) -> io::Result<bool> {
        self.write(other, |state| {
            let (Some(first), Some(second)) =
                (state.items.get(one).cloned(), state.items.get(other).cloned())
            else {
                return Err(io::ErrorKind::NotFound.into());
            };
            state.items.insert(one.clone(), second);
            state.items.insert(other.clone(), first);
            Ok(())
        })?;
        Ok(true)
    }

    fn rename_new(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.write(to, |state| {
            state.needs_parent(to)?;
            if state.items.contains_key(to) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let item = state.items.remove(from).ok_or(io::ErrorKind::NotFound)?;
            state.items.insert(to.clone(), item);
            Ok(())
        })
    }

    fn rename(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.write(to, |state| {
            state.needs_parent(to)?;
            let item = state.items.remove(from).ok_or(io::ErrorKind::NotFound)?;
            state.items.insert(to.clone(), item);
            Ok(())
        })
    }

    fn remove_file(&self, path: &RepoPath) -> io::Result<()> {
        self.write(path, |state| {
            state.items.remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    fn sync_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.write(path, |_| Ok(()))
    }
}
