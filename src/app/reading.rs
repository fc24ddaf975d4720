//! The texts that commands read beside the repository's tree: files that the user names, and files of
//! the repository that an error points into. None is read without a limit, and those of a repository
//! never through a link that leads out of it.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::system::{Disk, RealDisk, RepoPath};

/// More than any file of answers, baseline or policy that people have.
const MOST: u64 = 64 * 1024 * 1024;

/// What a file of the repository may hold that is only quoted from.
const MOST_QUOTED: u64 = 4 * 1024 * 1024;

/// The text of a file that the user names, which may be a pipe; `-` is standard input.
///
/// # Errors
/// It can't be read, is no UTF-8, or larger than 64 MiB.
pub(super) fn named(path: &str) -> io::Result<String> {
    match path {
        "-" => limited(io::stdin().lock()),
        path => limited(File::open(path)?),
    }
}

fn limited(input: impl Read) -> io::Result<String> {
    let mut text = String::new();
    input.take(MOST + 1).read_to_string(&mut text)?;
    match text.len() as u64 > MOST {
        true => Err(ErrorKind::FileTooLarge.into()),
        false => Ok(text),
    }
}

/// The text of a file below a folder; none if there is no such regular file within it.
pub(super) fn below(folder: &Path, file: &str) -> Option<String> {
    let path = RepoPath::parse(file)?;
    let bytes = RealDisk::open(folder).ok()?.read(&path, MOST_QUOTED).ok()?;
    String::from_utf8(bytes).ok()
}
