//! Finding the repository's root.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::system::Git;

/// The name of the repository's config file.
pub const CONFIG_NAME: &str = "gangplank.yaml";

/// The folder by which a root is known that has no config.
pub const CLUSTERS: &str = "clusters";

/// Where the repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The folder with `clusters/` or `gangplank.yaml`, absolute, links resolved.
    pub path: PathBuf,
    /// The root as git and Argo CD see it: its path below git's top level, with `/`, empty if they
    /// are the same or there is no git.
    pub prefix: String,
}

/// Why there is no root.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RootError {
    /// `--repo` names no folder.
    #[error("{0} is no folder that can be read")]
    NoFolder(String),
    /// Nothing on the way up looks like a root.
    #[error("unsupported layout: no {CONFIG_NAME} and no clusters/ in {0} or above it")]
    NotFound(String),
    /// `--repo` names a folder that is no root.
    #[error("unsupported layout: no {CONFIG_NAME} and no clusters/ in {0}")]
    NotARoot(String),
    /// `clusters` is there, and is a file.
    #[error("unsupported layout: {0} is no folder")]
    ClustersIsNoFolder(String),
}

impl Root {
    /// Takes the folder that `--repo` names.
    ///
    /// # Errors
    /// If it is no root.
    pub fn at(folder: &Path, git: &dyn Git) -> Result<Self, RootError> {
        let shown = || folder.display().to_string();
        let path = folder.canonicalize().map_err(|_| RootError::NoFolder(shown()))?;
        if !path.is_dir() {
            return Err(RootError::NoFolder(shown()));
        }
        check_clusters(&path)?;
        if !looks_like_root(&path) {
            return Err(RootError::NotARoot(shown()));
        }
        Ok(Root::new(path, git))
    }

    /// Looks upwards from a folder, not past git's top level.
    ///
    /// # Errors
    /// If nothing on the way is a root.
    pub fn above(folder: &Path, git: &dyn Git) -> Result<Self, RootError> {
        let shown = || folder.display().to_string();
        let start = folder.canonicalize().map_err(|_| RootError::NoFolder(shown()))?;
        let top = git.top_level(&start);
        for path in start.ancestors() {
            check_clusters(path)?;
            if looks_like_root(path) {
                return Ok(Root::new(path.to_path_buf(), git));
            }
            if top.as_deref() == Some(path) {
                break;
            }
        }
        Err(RootError::NotFound(shown()))
    }

    /// Takes a folder that is known to be the root, absolute and without links.
    pub fn new(path: PathBuf, git: &dyn Git) -> Self {
        let top = git.top_level(&path);
        let below = top.as_deref().and_then(|top| path.strip_prefix(top).ok());
        let parts = below.into_iter().flat_map(Path::components);
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        Root { prefix: parts.join("/"), path }
    }

    /// A path below the root as git sees it.
    pub fn git_path(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }
}

fn looks_like_root(path: &Path) -> bool {
    path.join(CONFIG_NAME).is_file() || path.join(CLUSTERS).is_dir()
}

fn check_clusters(path: &Path) -> Result<(), RootError> {
    let clusters = path.join(CLUSTERS);
    if clusters.is_file() && !path.join(CONFIG_NAME).is_file() {
        return Err(RootError::ClustersIsNoFolder(clusters.display().to_string()));
    }
    Ok(())
}
