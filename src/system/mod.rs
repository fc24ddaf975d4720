//! The outside worlds as traits, each with the real one and a shipped fake: disk, git, clock.
//!
//! AWS has its own folder (`aws`), the terminal its own file (`tui::screen`).

mod clock;
mod disk;
mod git;
mod memory_disk;
mod path;

pub use clock::{Clock, FixedClock, SystemClock};
pub use disk::{Disk, DiskEntry, FileKind, RealDisk, WritableDisk};
pub use git::{CheckedOutGit, Committed, Git, NoGit};
pub use memory_disk::{Fault, MemoryDisk};
pub use path::RepoPath;
