//! Questions in lines of their own: the wizard without the full screen, and a yes for commands that
//! write.
//!
//! ```text
//! wizard ──> walk ──> Prompt ──> Asker: capable (inquire), lines, a script
//!   ^                                     │
//!   └────────────── Message ── meaning <──┘
//! ```

mod asker;
mod capable;
mod confirm;
mod lines;
mod signs;
mod typed_ahead;
mod walk;

pub use asker::{Asker, Behind, Prompt, PromptKind, Reply, Row};
pub use capable::Capable;
pub use confirm::{NoAnswer, confirm, confirm_in_lines};
pub use lines::Lines;
pub use signs::Signs;
pub use walk::run;
