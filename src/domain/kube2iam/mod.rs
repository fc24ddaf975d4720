//! Would kube2iam give this pod this role? Its decision, step by step as its code takes it. Pure.
//!
//! From `mappings/mapper.go`, `namespace.go` and `iam/arn.go` of jtblin/kube2iam, which are the same
//! from 0.11.2 to 0.15.0 in all that matters here, and `glob.go` of ryanuber/go-glob v1.0.0.

mod base_arn;
mod decision;
mod glob;
mod go_json;
mod reason;
mod wider;

pub use base_arn::{BaseArn, resolve};
pub use decision::{Answer, Decision, Question, Settings, decide, format_of};
pub use glob::is_glob_match;
pub use go_json::{Decoded, Fault, decode_roles};
pub use reason::{Reason, Remark, quoted};
