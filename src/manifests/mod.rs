//! Text in, text out: the YAML model, templates, edits, and what a policy says. No file access.

pub mod cilium_labels;
pub mod edit;
pub mod network_policy;
pub mod policy_reading;
pub mod reach;
pub mod reconcile;
pub mod render;
pub mod roles_text;
pub mod source;
pub mod template;
pub mod workload;
pub mod yaml;
