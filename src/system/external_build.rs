//! Another program that builds a folder: an installed kustomize or kubectl, asked where the native
//! build does not work something out.

use std::collections::BTreeMap;

use super::path::RepoPath;

/// Files with their bytes, by path.
pub type BuildFiles = BTreeMap<RepoPath, Vec<u8>>;

/// What another program built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternallyBuilt {
    /// The objects, as YAML documents.
    pub yaml: String,
    /// The program with its version, such as `kubectl kustomize v5.8.1`.
    pub by: String,
}

/// Why another program built nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotBuilt {
    /// There is no such program.
    Absent,
    /// It failed; one line that names it.
    Failed(String),
    /// It did not end; one line that names it. Asking it again would cost as much.
    Hung(String),
}

/// A program that builds folders.
pub trait ExternalBuild: Send + Sync {
    /// Whether there is one to ask. Starts nothing.
    fn is_there(&self) -> bool;

    /// Builds a folder of a tree that holds just these files.
    ///
    /// # Errors
    /// Why there is no result.
    fn build(&self, folder: &RepoPath, files: &BuildFiles) -> Result<ExternallyBuilt, NotBuilt>;

    /// Ends what is under way and begins nothing more: this program is about to end.
    fn stop(&self) {}
}

/// No program is installed.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoExternalBuild;

impl ExternalBuild for NoExternalBuild {
    fn is_there(&self) -> bool {
        false
    }

    fn build(&self, _folder: &RepoPath, _files: &BuildFiles) -> Result<ExternallyBuilt, NotBuilt> {
        Err(NotBuilt::Absent)
    }
}

/// A program that does what a function says.
#[derive(Debug, Clone, Copy)]
pub struct ScriptedBuild<F>(pub F);

impl<F> ExternalBuild for ScriptedBuild<F>
where
    F: Fn(&RepoPath, &BuildFiles) -> Result<ExternallyBuilt, NotBuilt> + Send + Sync,
{
    fn is_there(&self) -> bool {
        true
    }

    fn build(&self, folder: &RepoPath, files: &BuildFiles) -> Result<ExternallyBuilt, NotBuilt> {
        (self.0)(folder, files)
    }
}
