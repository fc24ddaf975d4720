//! `--changed-since`: what a branch has changed, and the repository as it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::repo::{Repository, Root};
use crate::system::{
    Changed, CheckedOutGit, Disk, EarlierDisk, Git, GitFailure, NoChanges, RealDisk, RepoPath, Was,
};
use crate::tree::Tree;

/// What has changed since a branch left a revision.
pub(super) struct Since {
    pub(super) changed: Changed,
    /// The repository as it was; none if its config could not be used.
    pub(super) repository: Option<Repository>,
}

impl Since {
    /// Asks git.
    ///
    /// # Errors
    /// As [`Git::changed_since`].
    pub(super) fn find(
        root: &Root,
        disk: &Arc<RealDisk>,
        revision: &str,
    ) -> Result<Self, NoChanges> {
        let changed = CheckedOutGit.changed_since(&root.path, revision)?;
        let files = changed.paths.iter();
        let files: BTreeMap<RepoPath, Was> = files
            .filter_map(|file| Some((RepoPath::parse(&file.path)?, file.was.clone())))
            .collect();
        let disk = EarlierDisk::new(Arc::clone(disk) as Arc<dyn Disk>, files);
        let repository = Repository::open(Tree::of(Arc::new(disk)), root.prefix.clone()).ok();
        Ok(Since { changed, repository })
    }
}

/// Why it is not known what has changed, as an error at the edge.
pub(super) fn no_changes_report(flag: &str, error: &NoChanges) -> Report {
    let report = Report::new(Exit::Usage, format!("{flag}: {}", in_one_line(&error.to_string())));
    match error {
        NoChanges::NoRepository => report.help(format!("leave {flag} out, or run it in a clone")),
        NoChanges::Git(failure) => report.help(git_help(failure)),
        // A name that nothing has may be one that was not fetched.
        NoChanges::NoCommit { .. } | NoChanges::NoCommonCommit { is_shallow: true, .. } => report.help(
            "name a branch or commit that is there; in CI, fetch the history too (fetch-depth: 0)",
        ),
        NoChanges::NoCommonCommit { .. } => report.help("name the branch that HEAD comes from"),
    }
}

/// What git says is to be done about its failure; empty if it says nothing.
pub(super) fn git_help(failure: &GitFailure) -> String {
    match failure {
        GitFailure::Missing => "install git, or add its folder to PATH".to_owned(),
        GitFailure::NotStarted(_) => String::new(),
        GitFailure::Failed { said, .. } => {
            let mut lines = said.lines().map(str::trim);
            let own =
                lines.find(|line| line.starts_with("git config --global --add safe.directory "));
            own.map(in_one_line).unwrap_or_default()
        }
    }
}
