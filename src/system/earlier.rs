//! The repository as it was: a disk, and on top of it the files that have changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::disk::{Disk, DiskEntry, FileKind};
use super::path::RepoPath;

/// A disk some of whose files are as they were.
pub struct EarlierDisk {
    now: Arc<dyn Disk>,
    /// What has changed: the bytes that a file had, none if it was not there.
    files: BTreeMap<RepoPath, Option<Vec<u8>>>,
}

impl EarlierDisk {
    /// The disk as it was before these files changed.
    pub fn new(now: Arc<dyn Disk>, files: BTreeMap<RepoPath, Option<Vec<u8>>>) -> Self {
        EarlierDisk { now, files }
    }

    /// The files below a folder that were there and have changed.
    fn below<'a>(&'a self, folder: &'a RepoPath) -> impl Iterator<Item = &'a RepoPath> {
        let files = self.files.iter().filter(|(_, bytes)| bytes.is_some());
        files.map(|(path, _)| path).filter(move |path| *path != folder && path.is_within(folder))
    }

    /// Whether a path or something that was below it has changed.
    fn is_changed(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path) || self.below(path).next().is_some()
    }

    /// What a path was that has changed.
    fn earlier_kind(&self, path: &RepoPath) -> Option<FileKind> {
        match self.files.get(path) {
            Some(Some(_)) => Some(FileKind::File),
            _ => self.below(path).next().map(|_| FileKind::Folder),
        }
    }
}

impl Disk for EarlierDisk {
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        let mut earlier: BTreeSet<(String, bool)> = BTreeSet::new();
        for path in self.below(folder) {
            let below = path.relative_to(folder);
            let (name, is_folder) = match below.split_once('/') {
                Some((folder, _)) => (folder.to_owned(), true),
                None => (below, false),
            };
            earlier.insert((name, is_folder));
        }
        let now = match self.now.list(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !earlier.is_empty() => {
                Vec::new()
            }
            now => now?,
        };
        let is_left = |entry: &DiskEntry| {
            !self.files.contains_key(&folder.child(&entry.name))
                && !earlier.iter().any(|(name, _)| *name == entry.name)
        };
        let mut entries: Vec<DiskEntry> = now.into_iter().filter(is_left).collect();
        entries.extend(earlier.into_iter().map(|(name, is_folder)| DiskEntry {
            name,
            kind: if is_folder { FileKind::Folder } else { FileKind::File },
        }));
        Ok(entries)
    }

    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        if self.is_changed(path) { Ok(self.earlier_kind(path)) } else { self.now.kind(path) }
    }

    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        match self.is_changed(path) {
            true => Ok(self.earlier_kind(path)),
            false => self.now.target_kind(path),
        }
    }

    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            None => self.now.read(path, limit),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            Some(Some(bytes)) if u64::try_from(bytes.len()).is_ok_and(|size| size > limit) => {
                Err(io::ErrorKind::FileTooLarge.into())
            }
            Some(Some(bytes)) => Ok(bytes.clone()),
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
            ("a/new", None),
            ("a/other", Some(b"then".to_vec())),
            ("gone/deep/file", Some(b"x".to_vec())),
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
