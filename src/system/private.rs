//! Folders of the user's own, outside of every repository: what they hold is nobody else's to read
//! or to change, and nothing in them is opened through a link.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// The permission bits by which others can write.
const OTHERS_WRITE: u32 = 0o022;

/// Not through a link; and a pipe is not waited for.
const PLAIN: i32 = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed();

/// Makes a folder of gangplank's folder in a place that the user has for such things.
///
/// # Errors
/// It can't be made; it or gangplank's folder is a link, belongs to somebody else, or others can
/// write to it.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut make = DirBuilder::new();
    make.recursive(true).mode(0o700);
    // The upper one first: nothing is made in what is not the user's own.
    for folder in folder.parent().into_iter().chain([folder]) {
        make.create(folder)?;
        check_own(folder)?;
    }
    Ok(())
}

/// Whether a folder and the one that holds it are the user's own.
///
/// # Errors
/// One is not there, is a link, belongs to somebody else, or others can write to it.
pub(crate) fn check_private(folder: &Path) -> io::Result<()> {
    folder.parent().map_or(Ok(()), check_own)?;
    check_own(folder)
}

fn check_own(folder: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(folder)?;
    let refused = |why: String| {
        let message = format!("{} {why}", folder.display());
        Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
    };
    let mode = metadata.mode() & 0o7777;
    if !metadata.is_dir() {
        refused("is a link or a file where a folder is needed".to_owned())
    } else if metadata.uid() != rustix::process::geteuid().as_raw() {
        refused("belongs to another user".to_owned())
    } else if mode & OTHERS_WRITE != 0 {
        refused(format!("can be written by others (mode {mode:04o})"))
    } else {
        Ok(())
    }
}

/// Opens a file to lock it, and makes it if need be. What it holds stays.
///
/// # Errors
/// As the system reports them; a link.
pub(crate) fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(PLAIN);
    options.open(path)
}

/// Opens a file that is there.
///
/// # Errors
/// As the system reports them; a link.
pub(crate) fn open_plain(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(PLAIN).open(path)
}

/// Reads a text.
///
/// # Errors
/// As the system reports them; a link, no regular file, more than `limit` bytes.
pub(crate) fn read_plain(path: &Path, limit: u64) -> io::Result<String> {
    let file = open_plain(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut text = String::new();
    file.take(limit + 1).read_to_string(&mut text)?;
    if text.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// Writes a text in the place of another one.
///
/// # Errors
/// As the system reports them; a link.
pub(crate) fn write_plain(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).custom_flags(PLAIN);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn only_a_folder_of_one_s_own_will_do() {
        let place = tempfile::tempdir().unwrap();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let folder = place.path().join("gangplank/inner");
        private_folder(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        for path in [place.path().join("gangplank"), folder.clone()] {
            for mode in [0o777, 0o770, 0o702] {
                set(&path, mode);
                let error = private_folder(&folder).unwrap_err().to_string();
                assert!(error.contains(&format!("(mode {mode:04o})")), "{error}");
            }
            set(&path, 0o755);
            private_folder(&folder).unwrap();
        }
        fs::remove_dir(&folder).unwrap();
        symlink(place.path(), &folder).unwrap();
        private_folder(&folder).unwrap_err();
    }

    #[test]
    fn nothing_is_opened_through_a_link() {
        let place = tempfile::tempdir().unwrap();
        let (target, link) = (place.path().join("target"), place.path().join("link"));
        write_plain(&target, "kept").unwrap();
        symlink(&target, &link).unwrap();
        lock_file(&link).unwrap_err();
        open_plain(&link).unwrap_err();
        read_plain(&link, 9).unwrap_err();
        write_plain(&link, "lost").unwrap_err();
        lock_file(&target).unwrap();
        assert_eq!(read_plain(&target, 4).unwrap(), "kept");
        read_plain(&target, 3).unwrap_err();
    }
}
