//! What AWS says about a role, behind a trait: a question that may take long, and whose answer is
//! always a value, never a panic or a silence.

mod fake;

pub use fake::{NotAsked, SlowLookup};

use crate::domain::role_arn::RoleArn;

/// What was found out about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleCheck {
    /// Nobody was asked.
    NotAsked,
    /// The role is there.
    Found,
    /// There is no such role.
    Missing,
    /// IAM would not say.
    Denied,
    /// IAM could not be asked; why, in one line.
    Unavailable(String),
}

/// Looks a role up. Blocks, so it is called on a thread of its own.
pub trait RoleLookup: Send + Sync {
    /// What is known of `role`.
    fn check(&self, role: &RoleArn) -> RoleCheck;
}
