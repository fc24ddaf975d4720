//! gangplank takes a Kubernetes namespace on board AWS: in a GitOps repository it grants the
//! namespace the right to assume an IAM role through kube2iam, and writes the CiliumNetworkPolicy
//! that the role needs.
//!
//! ```text
//!  front ends                       pure                        shell (app)
//!  key, paste ── tui ──┐                              ┌─> repo    surveys a cluster
//!  flag ───────── cli ─┴─> Message ─> wizard ─> Effect ┼─> plan    answers -> changes, findings
//!                              ^                       ├─> aws     asks about a role
//!                              │                       └─> apply   writes, behind a journal
//!                              └──────── results ──────────┘
//! ```
//!
//! One way through: key or flag, message, state, effect, plan, file. The preview is the plan, and
//! only [`apply`] writes.
//!
//! From the bottom up: [`domain`] has the words of the trade, [`manifests`] text and its meaning,
//! [`system`] the outside worlds, [`tree`] the repository with pending changes on top,
//! [`kustomize`] what it builds to, [`repo`] what is known of it, [`check`] what is wrong with it,
//! [`questions`] what is asked, [`plan`] what would be written, [`handoff`] what the team gets,
//! [`apply`] the writing, [`wizard`] the questions as a state machine, [`tui`] the screen, [`cli`]
//! the command line, and [`app`] the shell that knows them all.

pub mod app;
pub mod apply;
pub mod aws;
pub mod check;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod error;
pub mod handoff;
pub mod kustomize;
pub mod manifests;
pub mod plan;
pub mod prompts;
pub mod questions;
pub mod repo;
pub mod system;
pub mod tree;
pub mod tui;
pub mod wizard;
