//! Does a role's trust policy let the cluster's node role assume it? In three values, because some
//! conditions are only known while AWS decides. Pure.
//!
//! The rules are those of AWS's IAM UserGuide: `reference_policies_elements_principal`,
//! `…_condition_operators`, `reference_policies_condition-keys` and the evaluation logic. What lies
//! outside the trust policy (SCPs, boundaries, session policies) is not seen.

mod action;
mod condition;
mod document;
mod evaluation;
mod json;
mod missing;
mod pattern;
mod principal;
mod reason;
mod request;
mod truth;

pub use evaluation::{Answer, Verdict, evaluate};
pub use missing::statement_to_add;
pub use reason::{Code, Reason};
pub use request::Request;
