//! What a check looks at: the repository that the paths are in, or just the files that they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::trusted::Trusted;
use crate::app::session::{find_root, open_disk, open_repository, repository_in, root_report};
use crate::error::{Exit, Report};
use crate::repo::{Repository, Root, RootError};
use crate::system::{CheckedOutGit, Git, RealDisk, RepoPath};

/// A repository, and paths in it.
pub(in crate::app) struct Opened {
    pub(in crate::app) root: Root,
    pub(in crate::app) disk: Arc<RealDisk>,
    pub(in crate::app) repository: Repository,
    pub(in crate::app) paths: Vec<RepoPath>,
    /// Whose configuration and comments count, if not those on disk.
    pub(in crate::app) trusted: Option<Trusted>,
}

impl Opened {
    /// Finds the repository that `--repo` names, else the one that the first path is in, else the one
    /// around the current folder. Files outside any repository are looked at by themselves.
    pub(in crate::app) fn find(repo: Option<&str>, paths: &[String]) -> Result<Self, Report> {
        Opened::find_trusting(repo, paths, None)
    }

    /// The same with the configuration as it is in a revision, which says where the root is too.
    pub(in crate::app) fn find_trusting(
        repo: Option<&str>,
        paths: &[String],
        revision: Option<&str>,
    ) -> Result<Self, Report> {
        let here = here()?;
        let absolute = paths.iter().map(|path| absolute(&here, path));
        let absolute = absolute.collect::<Result<Vec<PathBuf>, Report>>()?;
        let first = absolute.first().map(PathBuf::as_path);
        let trusting = |revision| Trusted::new(&start(repo, &here, first)?, revision);
        let trusted = revision.map(trusting).transpose()?;
        let known = match &trusted {
            Some(trusted) => trusted.root(&start(repo, &here, first)?, repo.is_some())?,
            None => None,
        };
        let root = match (known, repo, first) {
            (Some(known), ..) => Root::new(known, &CheckedOutGit),
            (None, None, Some(first)) => match Root::above(&folder_of(first), &CheckedOutGit) {
                Ok(root) => root,
                Err(RootError::NotFound(_)) => files_root(&here, &absolute),
                Err(error) => return Err(root_report(&error)),
            },
            _ => find_root(repo)?,
        };
        let in_root = paths.iter().zip(&absolute);
        let paths = in_root.map(|(given, path)| in_root_path(&root, given, path));
        let paths = paths.collect::<Result<_, _>>()?;
        let (disk, repository) = match &trusted {
            None => open_repository(&root)?,
            Some(trusted) => {
                let disk = open_disk(&root)?;
                let tree = trusted.tree(&root, Arc::clone(&disk))?;
                (disk, repository_in(&tree, &root)?)
            }
        };
        Ok(Opened { root, disk, repository, paths, trusted })
    }
}

fn here() -> Result<PathBuf, Report> {
    std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .map_err(|error| Report::new(Exit::Failed, format!("no current folder: {error}")))
}

/// The folder from which a root is looked for, without links.
fn start(repo: Option<&str>, here: &Path, first: Option<&Path>) -> Result<PathBuf, Report> {
    let start = match (repo, first) {
        (Some(repo), _) => here.join(repo),
        (None, first) => first.map_or_else(|| here.to_path_buf(), folder_of),
    };
    let missing = |_| root_report(&RootError::NoFolder(start.display().to_string()));
    start.canonicalize().map_err(missing)
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
