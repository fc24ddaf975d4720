//! What git says about the repository.

mod changes;
mod history;
mod repository;
mod revision;
mod work;

use std::path::{Path, PathBuf};

pub use changes::{Changed, Earlier, NoChanges, Was};
pub use history::{Brought, Edit, Since};
pub use revision::{AtRevision, NotRead};
pub use work::{GitFailure, GitWork};

/// Questions to git.
pub trait Git: Send + Sync {
    /// The top level of the work tree that holds `folder`, if any does.
    fn top_level(&self, folder: &Path) -> Option<PathBuf>;

    /// The branch that is checked out, if one is.
    fn branch(&self, folder: &Path) -> Option<String>;

    /// The commit that is checked out, as far as files say it: `None` may also mean that they don't.
    fn head(&self, folder: &Path) -> Option<String>;

    /// What became of edits, named from `folder`, in the commits that HEAD has and that were made
    /// since; nothing outside git.
    ///
    /// # Errors
    /// `git` can't be run, or refuses to look.
    fn brought(
        &self,
        folder: &Path,
        edits: &[Edit<'_>],
        since: Since<'_>,
    ) -> Result<Vec<Brought>, GitFailure>;

    /// What below `folder` differs from where the checked-out branch left `revision`: committed,
    /// changed since, gone, or not known to git; with what it was.
    ///
    /// # Errors
    /// `git` can't be run; no such commit; none that both come from.
    fn changed_since(&self, folder: &Path, revision: &str) -> Result<Changed, NoChanges>;

    /// What these paths, named from the top level, are in a revision, in their order. Links of the
    /// revision are followed.
    ///
    /// # Errors
    /// `git` can't be run; no such commit; something is there and can't be read.
    fn at_revision(
        &self,
        folder: &Path,
        revision: &str,
        paths: &[String],
    ) -> Result<Vec<AtRevision>, NotRead>;
}

/// The git work tree on disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckedOutGit;

impl Git for CheckedOutGit {
    fn top_level(&self, folder: &Path) -> Option<PathBuf> {
        repository::top_level(folder)
    }

    fn branch(&self, folder: &Path) -> Option<String> {
        repository::branch(&repository::top_level(folder)?)
    }

    fn head(&self, folder: &Path) -> Option<String> {
        repository::head(&repository::top_level(folder)?)
    }

    fn brought(
        &self,
        folder: &Path,
        edits: &[Edit<'_>],
        since: Since<'_>,
    ) -> Result<Vec<Brought>, GitFailure> {
        match repository::top_level(folder) {
            Some(top) => history::brought(&GitWork::open(&top)?, folder, edits, since),
            None => Ok(edits.iter().map(|_| Brought::NotYet).collect()),
        }
    }

    fn changed_since(&self, folder: &Path, revision: &str) -> Result<Changed, NoChanges> {
        changes::changed_since(folder, revision)
    }

    fn at_revision(
        &self,
        folder: &Path,
        revision: &str,
        paths: &[String],
    ) -> Result<Vec<AtRevision>, NotRead> {
        revision::read(folder, revision, paths)
    }
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

    fn head(&self, _folder: &Path) -> Option<String> {
        None
    }

    fn brought(
        &self,
        _folder: &Path,
        edits: &[Edit<'_>],
        _since: Since<'_>,
    ) -> Result<Vec<Brought>, GitFailure> {
        Ok(edits.iter().map(|_| Brought::NotYet).collect())
    }

    fn changed_since(&self, _folder: &Path, _revision: &str) -> Result<Changed, NoChanges> {
        Err(NoChanges::NoRepository)
    }

    fn at_revision(
        &self,
        _folder: &Path,
        _revision: &str,
        _paths: &[String],
    ) -> Result<Vec<AtRevision>, NotRead> {
        Err(NoChanges::NoRepository.into())
    }
}
