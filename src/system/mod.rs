//! The outside worlds as traits, each with the real one and a shipped fake: disk, git, clock, and
//! a kustomize that is installed.
//!
//! AWS has its own folder (`aws`), the terminal its own file (`tui::screen`).

mod clock;
mod disk;
mod earlier;
mod external_build;
mod git;
mod installed_kustomize;
mod kustomize_flavour;
mod links;
mod memory_disk;
mod new_file;
mod path;
mod private;
mod program;
mod scratch;
mod tmux;

pub use clock::{Clock, FixedClock, SystemClock};
pub use disk::{Disk, DiskEntry, FileKind, RealDisk, WritableDisk};
pub use earlier::EarlierDisk;
pub use external_build::{
    BuildFiles, ExternalBuild, ExternallyBuilt, NoExternalBuild, NotBuilt, ScriptedBuild,
};
pub use git::{
    AtRevision, Brought, Changed, CheckedOutGit, Earlier, Edit, Git, GitFailure, GitWork,
    NoChanges, NoGit, NotRead, Since, Was,
};
pub use installed_kustomize::{InstalledKustomize, KustomizeRelease};
pub(crate) use links::follow;
pub use memory_disk::{Fault, MemoryDisk};
pub use new_file::save_new;
pub use path::RepoPath;
pub(crate) use private::{
    check_private, lock_file, open_plain, private_folder, read_plain, write_plain,
};
pub use tmux::load_buffer;
