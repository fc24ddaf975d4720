//! What is wrong in a repository that is there: `gangplank check`, and what each namespace is granted:
//! `gangplank list`. Reads a tree, writes nothing.
//!
//! A [`Checker`] says which units of work there are, and looks at one of them at a time, from as many
//! threads as there are. What a unit finds depends on nothing but the tree, so that the result is
//! the same whatever the threads do:
//!
//! ```text
//! paths ── units ──> unit ── check ──> findings ── levels, ignores ──> Collected ── sorted, once each
//! ```

mod affected;
mod checker;
mod cluster;
mod collected;
pub mod folder;
mod granted;
mod ignores;
mod known;
mod levels;
pub mod policy;
mod problems;
mod reach;
mod repository;
mod single;
mod units;
mod workload;

pub use affected::Changes;
pub use checker::Checker;
pub use cluster::cluster_findings;
pub use collected::Collected;
pub use granted::{Grant, GrantedRole, Standing, may_assume};
pub(crate) use ignores::{ignore_as_earlier, ignoring_files};
pub use known::Known;
pub use levels::{apply_to_plan, hold};
pub use problems::{problem_finding, unreadable};
pub use reach::{ReachQuestion, reach};
pub use repository::{idle_clusters, not_all_read};
pub use units::{NoUnit, Unit};
