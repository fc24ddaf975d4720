//! What a check looks at: the repository that the paths are in, or just the files that they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::session::{find_root, open_repository, root_report};
use crate::error::{Exit, Report};
use crate::repo::{Repository, Root, RootError};
use crate::system::{CheckedOutGit, Git, RealDisk, RepoPath};

/// A repository, and paths in it.
pub(in crate::app) struct Opened {
    pub(in crate::app) root: Root,
    pub(in crate::app) disk: Arc<RealDisk>,
    pub(in crate::app) repository: Repository,
    pub(in crate::app) paths: Vec<RepoPath>,
}

impl Opened {
    /// Finds the repository that `--repo` names, else the one that the first path is in, else the one
    /// around the current folder. Files outside any repository are looked at by themselves.
    pub(in crate::app) fn find(repo: Option<&str>, paths: &[String]) -> Result<Self, Report> {
        let here = here()?;
        let absolute = paths.iter().map(|path| absolute(&here, path));
        let absolute = absolute.collect::<Result<Vec<PathBuf>, Report>>()?;
        let root = match (repo, absolute.first()) {
            (None, Some(first)) => match Root::above(&folder_of(first), &CheckedOutGit) {
                Ok(root) => root,
                Err(RootError::NotFound(_)) => files_root(&here, &absolute),
                Err(error) => return Err(root_report(&error)),
            },
            _ => find_root(repo)?,
        };
        let in_root = paths.iter().zip(&absolute);
        let paths = in_root.map(|(given, path)| in_root_path(&root, given, path));
        let paths = paths.collect::<Result<_, _>>()?;
        let (disk, repository) = open_repository(&root)?;
        Ok(Opened { root, disk, repository, paths })
    }
}

fn here() -> Result<PathBuf, Report> {
    std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .map_err(|error| Report::new(Exit::Failed, format!("no current folder: {error}")))
}

/// A path without links in front of its last name: that one may be a link on purpose.
fn absolute(here: &Path, path: &str) -> Result<PathBuf, Report> {
    let joined = here.join(path);
    let missing = |error: std::io::Error| {
        Report::new(Exit::Usage, format!("{path} can't be looked at: {error}"))
            .help("name a cluster's folder, a namespace's folder, or a file")
    };
    match (joined.parent(), joined.file_name()) {
        (Some(parent), Some(name)) => Ok(parent.canonicalize().map_err(missing)?.join(name)),
        _ => joined.canonicalize().map_err(missing),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    let parent = || path.parent().unwrap_or(path);
    if path.is_dir() { path.to_path_buf() } else { parent().to_path_buf() }
}

/// Where files are looked at that are in no repository: git's top level, the current folder, or what
/// they have in common. A folder may build from its neighbours, so that it is never the root itself.
fn files_root(here: &Path, paths: &[PathBuf]) -> Root {
    let parents: Vec<&Path> = paths.iter().map(|path| path.parent().unwrap_or(path)).collect();
    let holds_all = |folder: &Path| parents.iter().all(|parent| parent.starts_with(folder));
    let top = parents.first().and_then(|first| CheckedOutGit.top_level(first));
    let candidates = top.into_iter().chain([here.to_path_buf()]);
    let common = parents.first().into_iter().flat_map(|first| first.ancestors());
    let mut all = candidates.chain(common.map(Path::to_path_buf));
    let path = all.find(|folder| holds_all(folder)).unwrap_or_else(|| here.to_path_buf());
    Root { path, prefix: String::new() }
}

fn in_root_path(root: &Root, given: &str, path: &Path) -> Result<RepoPath, Report> {
    let below = path.strip_prefix(&root.path).ok();
    let below = below.and_then(|below| RepoPath::parse(&below.to_string_lossy()));
    below.ok_or_else(|| {
        let message = format!("{given} lies outside of {}", root.path.display());
        Report::new(Exit::Usage, message).help("check it in a run of its own")
    })
}
