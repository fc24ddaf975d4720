//! The outside worlds as traits, each with the real one and a shipped fake: disk, git, clock, and
//! a kustomize that is installed.
//!
//! AWS has its own folder (`aws`), the terminal its own file (`tui::screen`).

mod clock;
mod disk;
mod external_build;
mod git;
mod git_work;
mod installed_kustomize;
mod kustomize_flavour;
mod memory_disk;
mod path;
mod scratch;

pub use clock::{Clock, FixedClock, SystemClock};
pub use disk::{Disk, DiskEntry, FileKind, RealDisk, WritableDisk};
pub use external_build::{
    BuildFiles, ExternalBuild, ExternallyBuilt, NoExternalBuild, NotBuilt, ScriptedBuild,
};
pub use git::{CheckedOutGit, Committed, Git, NoGit};
pub use git_work::{GitFailure, GitWork};
pub use installed_kustomize::{InstalledKustomize, KustomizeRelease};
pub use memory_disk::{Fault, MemoryDisk};
pub use path::RepoPath;
