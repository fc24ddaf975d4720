//! What git says about the repository, read from its files: starting `git` would cost more than
//! the rest of a run.

use std::fs;
use std::path::{Path, PathBuf};

/// Questions to git.
pub trait Git: Send + Sync {
    /// The top level of the work tree that holds `folder`, if any does.
    fn top_level(&self, folder: &Path) -> Option<PathBuf>;

    /// The branch that is checked out, if one is.
    fn branch(&self, folder: &Path) -> Option<String>;
}

/// The git work tree on disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckedOutGit;

impl Git for CheckedOutGit {
    fn top_level(&self, folder: &Path) -> Option<PathBuf> {
        folder.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
    }

    fn branch(&self, folder: &Path) -> Option<String> {
        let dot_git = self.top_level(folder)?.join(".git");
        let git_dir = if dot_git.is_dir() { dot_git } else { linked_git_dir(&dot_git)? };
        let head = fs::read_to_string(git_dir.join("HEAD")).ok()?;
        head.trim().strip_prefix("ref: refs/heads/").map(str::to_owned)
    }
}

/// A linked work tree or a submodule has a file that names the folder.
fn linked_git_dir(dot_git: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(dot_git).ok()?;
    let target = text.trim().strip_prefix("gitdir: ")?;
    Some(dot_git.parent()?.join(target))
}

/// A folder outside git.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGit;

impl Git for NoGit {
    fn top_level(&self, _folder: &Path) -> Option<PathBuf> {
        None
    }

    fn branch(&self, _folder: &Path) -> Option<String> {
        None
    }
}
