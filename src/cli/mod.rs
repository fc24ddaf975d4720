//! The command line: flags and variables become a request. No files, no terminal.
//!
//! The flags of answers are made from the table of questions, so that a question and its flag
//! can't drift apart.

mod check;
mod environment;
mod explain;
mod flags;
mod given;
mod handoff;
mod helps;
mod request;
mod templates;

pub use check::{Check, List};
pub use environment::Environment;
pub use explain::{Explain, PodSource};
pub use flags::command;
pub use handoff::{Handoff, Part};
pub use request::{Action, Color, Output, Request, UsageError, Verify, parse};
pub use templates::Templates;
