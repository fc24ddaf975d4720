//! The words of the trade, as types that can only hold legal values. Pure: no files, no clock, no
//! terminal, no network.
//!
//! Every `parse` here is the one check that a flag, a variable, a file and a keystroke pass.

pub mod allowed_roles;
pub mod answers;
pub mod cidr;
pub mod cilium_version;
pub mod codeowners;
pub mod conflict;
pub mod dns_peer;
pub mod endpoints;
pub mod external_id;
pub mod facts;
pub mod finding;
pub mod go_regexp;
pub mod invalid;
pub mod kube2iam;
pub mod label;
pub mod name;
pub mod near;
pub mod partition;
pub mod pod;
pub mod pods;
pub mod reach;
pub mod recovery;
pub mod region;
pub mod reserved_role;
pub mod role_arn;
pub mod rule;
pub mod session_ttl;
pub mod shell;
pub mod shown;
pub mod symptom;
pub mod trust;
