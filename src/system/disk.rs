//! Files of the repository: reading for everybody, writing only for `repo::apply`.
//!
//! The real disk is a capability on the root folder, so that neither `..` nor a symbolic link
//! leads out of it, also when somebody swaps a folder for a link in between.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, FileType, OpenOptions, OpenOptionsExt, Permissions, PermissionsExt};

use super::path::RepoPath;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a socket, a pipe.
    Other,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskEntry {
    /// The name; names that are no UTF-8 are not listed, since no manifest can mention them.
    pub name: String,
    /// What it is, links not followed.
    pub kind: FileKind,
}

/// Reading.
pub trait Disk: Send + Sync {
    /// The names in a folder, in no particular order.
    ///
    /// # Errors
    /// As the system reports them; a missing folder is `NotFound`.
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>>;

    /// What a path is, links not followed; `None` if there is nothing.
    ///
    /// # Errors
    /// Anything but `NotFound`.
    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>>;

    /// What a path leads to, links inside the repository followed; `None` if there is nothing.
    ///
    /// # Errors
    /// Anything but `NotFound`; a link that leads out of the repository.
    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>>;

    /// What a link says, if the path is one; links on the way to it are followed.
    ///
    /// # Errors
    /// As the system reports them.
    fn link(&self, path: &RepoPath) -> io::Result<Option<String>>;

    /// The bytes of a file, links inside the repository followed.
    ///
    /// # Errors
    /// As the system reports them; `FileTooLarge` above `limit` bytes.
    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>>;
}

/// Writing: what `repo::apply` is made of. Each call is one step that a fault or a kill can hit.
pub trait WritableDisk: Disk {
    /// Makes a folder, whose parent exists.
    ///
    /// # Errors
    /// As the system reports them.
    fn create_folder(&self, path: &RepoPath) -> io::Result<()>;

    /// Removes an empty folder.
    ///
    /// # Errors
    /// As the system reports them.
    fn remove_folder(&self, path: &RepoPath) -> io::Result<()>;

    /// The permission bits of a file; `None` if there is nothing, or this disk has none.
    ///
    /// # Errors
    /// Anything but `NotFound`.
    fn mode(&self, path: &RepoPath) -> io::Result<Option<u32>>;

    /// Writes a file that is not there yet, with these permission bits or the usual ones, and waits
    /// until it is on the disk.
    ///
    /// # Errors
    /// As the system reports them; `AlreadyExists`.
    fn write_new(&self, path: &RepoPath, bytes: &[u8], mode: Option<u32>) -> io::Result<()>;

    /// Swaps two files of one folder at once; `false` if this system or file system can't.
    ///
    /// # Errors
    /// As the system reports them.
    fn exchange(&self, one: &RepoPath, other: &RepoPath) -> io::Result<bool>;

    /// Renames a file to a name that nothing has; where the system can't promise that, what has
    /// the name is lost.
    ///
    /// # Errors
    /// As the system reports them; `AlreadyExists`.
    fn rename_new(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()>;

    /// Renames a file over another one.
    ///
    /// # Errors
    /// As the system reports them.
    fn rename(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// As the system reports them.
    fn remove_file(&self, path: &RepoPath) -> io::Result<()>;

    /// Waits until a folder's names are on the disk.
    ///
    /// # Errors
    /// As the system reports them.
    fn sync_folder(&self, path: &RepoPath) -> io::Result<()>;
}

/// The real disk, below one folder.
#[derive(Debug)]
pub struct RealDisk {
    root: PathBuf,
    dir: Dir,
}

impl RealDisk {
    /// Opens the repository's root.
    ///
    /// # Errors
    /// If it is no folder that can be read.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let dir = Dir::open_ambient_dir(&root, ambient_authority())?;
        Ok(RealDisk { root, dir })
    }

    /// The root, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

fn kind_of(file_type: FileType) -> FileKind {
    if file_type.is_symlink() {
        FileKind::Link
    } else if file_type.is_dir() {
        FileKind::Folder
    } else if file_type.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

fn missing_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        // A file where a folder is looked for means that the path is not there either.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Disk for RealDisk {
    fn list(&self, folder: &RepoPath) -> io::Result<Vec<DiskEntry>> {
        let mut entries = Vec::new();
        for entry in self.dir.read_dir(folder.as_os_path())? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(DiskEntry { name, kind: kind_of(entry.file_type()?) });
            }
        }
        Ok(entries)
    }

    fn kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        let metadata = missing_is_none(self.dir.symlink_metadata(path.as_os_path()))?;
        Ok(metadata.map(|metadata| kind_of(metadata.file_type())))
    }

    fn target_kind(&self, path: &RepoPath) -> io::Result<Option<FileKind>> {
        let metadata = missing_is_none(self.dir.metadata(path.as_os_path()))?;
        Ok(metadata.map(|metadata| kind_of(metadata.file_type())))
    }

    fn link(&self, path: &RepoPath) -> io::Result<Option<String>> {
        if self.kind(path)? != Some(FileKind::Link) {
            return Ok(None);
        }
        let target = self.dir.read_link_contents(path.as_os_path())?;
        Ok(Some(target.to_string_lossy().into_owned()))
    }

    fn read(&self, path: &RepoPath, limit: u64) -> io::Result<Vec<u8>> {
        let mut options = OpenOptions::new();
        // A pipe that nobody writes to would be waited for.
        options.read(true).custom_flags(NOT_WAITING);
        let file = self.dir.open_with(path.as_os_path(), &options)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let too_large = || io::Error::from(io::ErrorKind::FileTooLarge);
        if metadata.len() > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        // The file may have grown since.
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
    }
}

/// `O_NONBLOCK`, which means nothing to a regular file.
const NOT_WAITING: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// Read, write and execute for owner, group and others: what a journal may bring back.
const PERMISSION_BITS: u32 = 0o777;

/// A rename that not every system and file system can do.
#[derive(Clone, Copy)]
enum Special {
    Exchange,
    New,
}

impl RealDisk {
    /// Renames within one folder; `false` if that can't be done here.
    fn rename_in_folder(&self, from: &RepoPath, to: &RepoPath, how: Special) -> io::Result<bool> {
        let folder = from.parent().unwrap_or_default();
        if to.parent().unwrap_or_default() != folder {
            return Ok(false);
        }
        // The folder is opened inside the root; from there on a name can't lead anywhere else.
        let dir = self.dir.open(folder.as_os_path())?;
        special_rename(&dir, from.name(), to.name(), how)
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn special_rename(folder: &File, from: &str, to: &str, how: Special) -> io::Result<bool> {
    use rustix::fs::{RenameFlags, renameat_with};
    use rustix::io::Errno;
    let flags = match how {
        Special::Exchange => RenameFlags::EXCHANGE,
        Special::New => RenameFlags::NOREPLACE,
    };
    match renameat_with(folder, from, folder, to, flags) {
        Ok(()) => Ok(true),
        // An old kernel, or a file system that does not know how.
        Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn special_rename(_folder: &File, _from: &str, _to: &str, _how: Special) -> io::Result<bool> {
    Ok(false)
}

impl WritableDisk for RealDisk {
    fn create_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.dir.create_dir(path.as_os_path())
    }

    fn remove_folder(&self, path: &RepoPath) -> io::Result<()> {
        self.dir.remove_dir(path.as_os_path())
    }

    fn mode(&self, path: &RepoPath) -> io::Result<Option<u32>> {
        let metadata = missing_is_none(self.dir.metadata(path.as_os_path()))?;
        Ok(metadata.map(|metadata| metadata.permissions().mode() & PERMISSION_BITS))
    }

    fn write_new(&self, path: &RepoPath, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = self.dir.open_with(path.as_os_path(), &options)?;
        if let Some(mode) = mode {
            file.set_permissions(Permissions::from_mode(mode & PERMISSION_BITS))?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn exchange(&self, one: &RepoPath, other: &RepoPath) -> io::Result<bool> {
        self.rename_in_folder(one, other, Special::Exchange)
    }

    fn rename_new(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        match self.rename_in_folder(from, to, Special::New)? {
            true => Ok(()),
            false => self.rename(from, to),
        }
    }

    fn rename(&self, from: &RepoPath, to: &RepoPath) -> io::Result<()> {
        self.dir.rename(from.as_os_path(), &self.dir, to.as_os_path())
    }

    fn remove_file(&self, path: &RepoPath) -> io::Result<()> {
        self.dir.remove_file(path.as_os_path())
    }

    fn sync_folder(&self, path: &RepoPath) -> io::Result<()> {
        // Not `open_dir`: its descriptor is for looking names up only, and can't be synced.
        self.dir.open(path.as_os_path())?.sync_all()
    }
}
