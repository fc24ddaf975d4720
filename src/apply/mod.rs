//! Writing a plan, and taking a half-written one up again. The only module that writes to the
//! repository.
//!
//! A plan is written in four stages, so that a kill at any point leaves each file wholly old or
//! wholly new, and the next start knows what was going on:
//!
//! ```text
//! compare with disk ─> journal ─> temporary files beside the targets ─> renames, in order ─> done
//! ```

mod journal;
mod place;
mod recover;
mod undo;
mod writer;

pub use journal::{Journal, JournalError, Run, RunFile};
pub(crate) use recover::interrupted;
pub use recover::{
    FileState, Present, RecoverError, file_states, finish, forget, put_back, unfinished,
};
pub use undo::{is_as_before, undo_plan};
pub use writer::{Applied, ApplyError, apply};
