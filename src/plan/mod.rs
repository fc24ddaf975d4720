//! From answers to a plan: what would be written, what is wrong with it, and how to say the same
//! without questions. Reads a tree, writes nothing.
//!
//! Every front end ends here, and only a plan is ever written (`apply`), so the preview is the plan.
//!
//! ```text
//! given answers ── resolve ──> typed answers ── folder, policy_file ──> changes ── checks ──> plan
//! ```

mod built;
mod catalogue;
mod changes;
mod checks;
mod commit_message;
mod config_facts;
mod copied;
mod diff;
mod elsewhere;
mod examples;
mod file_edits;
mod folder;
mod links;
mod mending;
mod next_steps;
mod on_disk;
mod outlook;
mod own_policy;
mod planning;
mod pod_chain;
mod policy_file;
mod resolve;
mod revocation;
mod role_list;
mod stop;

pub use changes::{
    AwsFacts, Conflict, Effective, FileChange, Obstacle, Plan, Purpose, Verb, sha256,
};
pub use commit_message::{commit_message, commit_subject};
pub use config_facts::ConfigFact;
pub use diff::{DiffLine, LineKind, diff_lines, git_diff};
pub use next_steps::{COMMIT_STEP, NextSteps, next_steps};
pub use outlook::{InvalidAnswer, NamespaceState, Outlook, OutlookError, Planner};
pub use pod_chain::{PodChain, asked_role};
pub use resolve::Resolved;
