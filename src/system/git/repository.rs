//! Where git keeps what it knows of a work tree, read from its files: starting `git` would cost more
//! than the rest of a run. Files of a repository that somebody packed may be anything: only regular
//! ones are read, and only their beginning.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// `HEAD` and a `.git` file are one line; a name longer than this is none.
const LONGEST: u64 = 64 * 1024;

/// A list of all references.
const MOST_PACKED: u64 = 32 * 1024 * 1024;

/// The top level of the work tree that holds a folder.
pub(super) fn top_level(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
}

/// The folder in which git keeps what it knows of the work tree at `top`. A linked work tree and a
/// submodule have a file that names it.
pub(super) fn git_dir(top: &Path) -> io::Result<PathBuf> {
    let dot_git = top.join(".git");
    if dot_git.is_dir() {
        return dot_git.canonicalize();
    }
    let text = read(&dot_git, LONGEST)?;
    let target = text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ");
    let target = target.ok_or_else(|| not_git("its .git names no folder"))?;
    top.join(target).canonicalize()
}

/// The branch that is checked out at `top`, if one is.
pub(super) fn branch(top: &Path) -> Option<String> {
    let head = read(&git_dir(top).ok()?.join("HEAD"), LONGEST).ok()?;
    head.trim().strip_prefix("ref: refs/heads/").map(str::to_owned)
}

/// The commit that is checked out at `top`, if the files of loose and packed references say it.
pub(super) fn head(top: &Path) -> Option<String> {
    let git_dir = git_dir(top).ok()?;
    let head = read(&git_dir.join("HEAD"), LONGEST).ok()?;
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return Some(head.trim().to_owned()).filter(|id| is_id(id));
    };
    // A linked work tree shares its branches with the others.
    let common = read(&git_dir.join("commondir"), LONGEST).ok();
    let common = common.map_or(git_dir.clone(), |common| git_dir.join(common.trim()));
    let loose = read(&common.join(name), LONGEST).ok();
    let id = loose.map(|id| id.trim().to_owned()).or_else(|| {
        let packed = read(&common.join("packed-refs"), MOST_PACKED).ok()?;
        let entry = packed.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' '));
        entry.map(str::to_owned)
    });
    id.filter(|id| is_id(id))
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Refuses a folder of git's in which git would wait for a pipe or read a device without end.
pub(super) fn refuse_endless(git_dir: &Path) -> io::Result<()> {
    for folder in [git_dir.to_path_buf(), git_dir.join("info")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            let kind = fs::metadata(&path).map(|metadata| metadata.file_type());
            let is_endless = |kind: fs::FileType| {
                kind.is_fifo() || kind.is_char_device() || kind.is_block_device()
            };
            if kind.is_ok_and(is_endless) {
                return Err(not_git(&format!("{} is a pipe or a device", path.display())));
            }
        }
    }
    Ok(())
}

/// The text of a small regular file.
fn read(path: &Path, limit: u64) -> io::Result<String> {
    let mut options = File::options();
    // A pipe that nobody writes to would be waited for.
    options.read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(not_git(&format!("{} is no regular file", path.display())));
    }
    let mut text = String::new();
    file.take(limit).read_to_string(&mut text)?;
    Ok(text)
}

fn not_git(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
