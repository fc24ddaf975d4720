//! Files as they are in a revision, whatever the disk has: one `git cat-file` for all of them.

use std::path::Path;

use thiserror::Error;

use super::changes::{NoChanges, commit};
use super::repository;
use super::work::{GitFailure, GitWork};

/// Paths in one command line: far from what any system takes.
const PATHS: usize = 200;

/// What a path is in a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtRevision {
    /// Nothing.
    Missing,
    /// A folder.
    Folder,
    /// A file with these bytes.
    File(Vec<u8>),
    /// A link that leads out of the repository, or round in circles.
    Outside,
}

/// Why a revision can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotRead {
    /// There is no such commit, or git does not work here.
    #[error(transparent)]
    NoCommit(#[from] NoChanges),
    /// A file whose content was never fetched.
    #[error("git has no content of {path} in {revision}")]
    NoContent {
        /// The file.
        path: String,
        /// The revision.
        revision: String,
    },
}

impl From<GitFailure> for NotRead {
    fn from(failure: GitFailure) -> Self {
        NotRead::NoCommit(failure.into())
    }
}

/// What paths, named from git's top level, are in a revision.
pub(super) fn read(
    folder: &Path,
    revision: &str,
    paths: &[String],
) -> Result<Vec<AtRevision>, NotRead> {
    let top = repository::top_level(folder).ok_or(NoChanges::NoRepository)?;
    let git = GitWork::open(&top)?;
    let commit = commit(&git, revision)?;
    let mut found = contents(&git, &commit, paths)?;
    let none = paths.iter().zip(&mut found).filter(|(_, what)| **what == AtRevision::Missing);
    let mut none: Vec<(&str, &mut AtRevision)> =
        none.map(|(path, what)| (path.as_str(), what)).collect();
    for some in none.chunks_mut(PATHS) {
        if let Some(path) = tell_apart(&git, &commit, some)? {
            return Err(NotRead::NoContent { path, revision: revision.to_owned() });
        }
    }
    Ok(found)
}

/// `cat-file` says that a file is missing, too, if the commit has it and its content was never
/// fetched, which is returned, and of a submodule.
fn tell_apart(
    git: &GitWork,
    commit: &str,
    none: &mut [(&str, &mut AtRevision)],
) -> Result<Option<String>, GitFailure> {
    let listing = ["--literal-pathspecs", "ls-tree", "-z", commit, "--"];
    let paths: Vec<&str> = none.iter().map(|(path, _)| *path).collect();
    let listed = git.ask(&[&listing[..], &paths].concat(), b"")?;
    let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
    for (what, listed) in entries {
        match none.iter_mut().find(|(path, _)| *path == listed) {
            Some((_, found)) if what.contains(" commit ") => **found = AtRevision::Folder,
            Some(_) => return Ok(Some(listed.to_owned())),
            None => {}
        }
    }
    Ok(None)
}

fn contents(git: &GitWork, commit: &str, paths: &[String]) -> Result<Vec<AtRevision>, GitFailure> {
    // A line each: a name with a line break can't be asked for, and no manifest has one.
    let is_asked = |path: &&String| !path.contains('\n');
    let lines: String =
        paths.iter().filter(is_asked).map(|path| format!("{commit}:{path}\n")).collect();
    let all = git.ask_bytes(&["cat-file", "--batch", "--follow-symlinks"], lines.as_bytes())?;
    let mut rest = all.as_slice();
    let silent = || GitFailure::NotStarted("`git cat-file` gives no answer".to_owned());
    let answer = |path: &String| match is_asked(&path) {
        true => object(&mut rest).ok_or_else(silent),
        false => Ok(AtRevision::Missing),
    };
    paths.iter().map(answer).collect()
}

/// The next answer: a line, and behind most lines as many bytes as it says, and a line break.
fn object(rest: &mut &[u8]) -> Option<AtRevision> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = String::from_utf8_lossy(rest.get(..end)?).into_owned();
    *rest = rest.get(end + 1..)?;
    if line.ends_with(" missing") {
        return Some(AtRevision::Missing);
    }
    let (what, size) = line.rsplit_once(' ')?;
    let size: usize = size.parse().ok()?;
    let bytes = rest.get(..size)?.to_vec();
    *rest = rest.get(size + 1..)?;
    Some(match what.split(' ').next_back()? {
        "blob" => AtRevision::File(bytes),
        "tree" => AtRevision::Folder,
        "dangling" | "notdir" => AtRevision::Missing,
        _ => AtRevision::Outside,
    })
}
