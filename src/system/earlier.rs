//! The repository as it was: a disk, and on top of it the files that have changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::disk::{Disk, DiskEntry, FileKind};
use super::git::Was;
use super::links::follow;
use super::path::RepoPath;

/// A disk some of whose files are as they were.
pub struct EarlierDisk {
    now: Arc<dyn Disk>,
    /// What has changed, and what it was.
    files: BTreeMap<RepoPath, Was>,
}

/// What was at a path that no link is on the way to.
enum Then<'a> {
    AsNow,
    Folder,
    Changed(&'a Was),
}

impl EarlierDisk {
    /// The disk as it was before these files changed.
    pub fn new(now: Arc<dyn Disk>, files: BTreeMap<RepoPath, Was>) -> Self {
        EarlierDisk { now, files }
    }

    /// The files below a folder that were there and have changed.
    fn below<'a>(&'a self, folder: &'a RepoPath) -> impl Iterator<Item = (&'a RepoPath, &'a Was)> {
        // All that is below a folder sorts behind it, with others in between.
        let from = self.files.range(folder.clone()..);
        let near = from.take_while(|(path, _)| path.as_str().starts_with(folder.as_str()));
        let within = near.filter(move |(path, _)| *path != folder && path.is_within(folder));
        within.filter(|(_, was)| **was != Was::Absent)
    }

    fn then(&self, path: &RepoPath) -> Then<'_> {
        match self.files.get(path) {
            Some(was) if *was != Was::Absent => return Then::Changed(was),
            _ if self.below(path).next().is_some() => return Then::Folder,
            Some(was) => return Then::Changed(was),
            None => {}
        }
        let mut above = path.parent();
        while let Some(folder) = above {
            match self.files.get(&folder) {
                Some(Was::Unknown) => return Then::Changed(&Was::Unknown),
                // What was no folder had nothing in it.
                Some(_) => return Then::Changed(&Was::Absent),
                None => above = folder.parent(),
            }
        }
        Then::AsNow
    }

    fn real(&self, path: &RepoPath) -> io::Result<RepoPath> {
        Ok(follow(path, |path| self.own_link(path))?.pop().unwrap_or_default())
    }

    /// What a link said that no other is on the way to.
    fn own_link(&self, path: &RepoPath) -> io::Result<Option<String>> {
        match self.then(path) {
            Then::AsNow => self.now.link(path),
            Then::Changed(Was::Link(target)) => Ok(Some(target.clone())),
            Then::Folder | Then::Changed(_) => Ok(None),
        }
    }

    /// Whether a folder that is there now held anything then: git keeps no empty ones.
    fn was_there(&self, folder: &RepoPath) -> io::Result<bool> {
        let mut waiting = vec![folder.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in self.now.list(&folder)? {
                let path = folder.child(&entry.name);
                match entry.kind {
                    FileKind::Folder => waiting.push(path),
                    _ if self.files.contains_key(&path) => {}
                    _ => return Ok(true),
                }
            }
        }
        Ok(folder.as_str().is_empty())
    }

    fn own_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        match self.then(path) {
            Then::AsNow => match self.now.kind(path)? {
                Some(FileKind::Folder) if !self.was_there(path)? => Ok(None),
                kind => Ok(kind),
            },
            Then::Folder => Ok(Some(FileKind::Folder)),
            Then::Changed(Was::Absent) => Ok(None),
            Then::Changed(Was::File(_)) => Ok(Some(FileKind::File)),
            Then::Changed(Was::Link(_)) => Ok(Some(FileKind::Link)),
            Then::Changed(Was::Unknown) => Err(not_known()),
        }
    }

    /// A path without the links in front of its last name.
    fn place(&self, path: &RepoPath) -> io::Result<RepoPath> {
        match path.parent() {
            Some(folder) => Ok(self.real(&folder)?.child(path.name())),
            None => Ok(RepoPath::root()),
        }
    }

    /// What is in a folder now and was the same then.
    fn kept(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        if self.files.contains_key(folder) {
            return Ok(Vec::new());
        }
        match self.now.list(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            now => now,
        }
    }
}

fn not_known() -> io::Error {
    io::Error::other("what was here can't be read from git")
}

impl Disk for EarlierDisk {
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        let folder = &self.real(folder)?;
        match self.then(folder) {
            Then::AsNow => match self.own_kind(folder)? {
                Some(FileKind::Folder) => {}
                Some(_) => return Err(io::ErrorKind::NotADirectory.into()),
                None => return Err(io::ErrorKind::NotFound.into()),
            },
            Then::Changed(Was::Absent) => return Err(io::ErrorKind::NotFound.into()),
            Then::Changed(Was::Unknown) => return Err(not_known()),
            Then::Changed(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Then::Folder => {}
        }
        let names = self.below(folder).map(|(path, _)| {
            let below = path.relative_to(folder);
            below.split_once('/').map_or(below.clone(), |(folder, _)| folder.to_owned())
        });
        let names: BTreeSet<String> = names.collect();
        let is_left = |entry: &DiskEntry| {
            !self.files.contains_key(&folder.child(&entry.name)) && !names.contains(&entry.name)
        };
        let mut entries: Vec<DiskEntry> = Vec::new();
        for entry in self.kept(folder)?.into_iter().filter(is_left) {
            let is_folder = entry.kind == FileKind::Folder;
            if !is_folder || self.was_there(&folder.child(&entry.name))? {
                entries.push(entry);
            }
        }
        for name in names {
            // A submodule is a folder, whatever was in it.
            let kind = self.own_kind(&folder.child(&name)).unwrap_or(Some(FileKind::Folder));
            entries.extend(kind.map(|kind| DiskEntry { name, kind }));
        }
        Ok(entries)
    }

    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        self.own_kind(&self.place(path)?)
    }

    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        self.own_kind(&self.real(path)?)
    }

    fn link(&self, path: &RepoPath) -> io::Result<Option<String>> {
        self.own_link(&self.place(path)?)
    }

    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        let path = &self.real(path)?;
        match self.then(path) {
            Then::AsNow => self.now.read(path, limit),
            Then::Folder => Err(io::ErrorKind::IsADirectory.into()),
            Then::Changed(Was::File(bytes))
                if u64::try_from(bytes.len()).is_ok_and(|size| size > limit) =>
            {
                Err(io::ErrorKind::FileTooLarge.into())
            }
            Then::Changed(Was::File(bytes)) => Ok(bytes.clone()),
            Then::Changed(Was::Absent | Was::Link(_)) => Err(io::ErrorKind::NotFound.into()),
            Then::Changed(Was::Unknown) => Err(not_known()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemoryDisk;
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    #[test]
    fn new_files_are_gone_and_removed_ones_are_back() {
        let disk =
            MemoryDisk::with_files([("a/new", "new"), ("a/same", "same"), ("a/other", "now")]);
        let files = [
            ("a/new", Was::Absent),
            ("a/other", Was::File(b"then".to_vec())),
            ("gone/deep/file", Was::File(b"x".to_vec())),
        ];
        let files = files.into_iter().map(|(name, bytes)| (path(name), bytes)).collect();
        let earlier = EarlierDisk::new(Arc::new(disk), files);
        let names = |folder: &str| {
            let mut all = earlier.list(&path(folder)).unwrap();
            all.sort_by(|one, other| one.name.cmp(&other.name));
            all.into_iter().map(|entry| (entry.name, entry.kind)).collect::<Vec<_>>()
        };
        let file = |name: &str| (name.to_owned(), FileKind::File);
        assert_eq!(names("a"), [file("other"), file("same")]);
        assert_eq!(names("gone"), [("deep".to_owned(), FileKind::Folder)]);
        assert_eq!(earlier.read(&path("a/other"), 9).unwrap(), b"then");
        assert_eq!(earlier.read(&path("a/same"), 9).unwrap(), b"same");
        assert_eq!(earlier.read(&path("a/new"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(
            earlier.read(&path("a/other"), 1).unwrap_err().kind(),
            io::ErrorKind::FileTooLarge
        );
        assert_eq!(earlier.kind(&path("a/new")).unwrap(), None);
        assert_eq!(earlier.target_kind(&path("gone/deep")).unwrap(), Some(FileKind::Folder));
        assert_eq!(earlier.kind(&path("a")).unwrap(), Some(FileKind::Folder));
    }
}
