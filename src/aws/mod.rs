//! What AWS says about a role, behind a trait: a question that may take long, and whose answer is
//! always a value, never a panic or a silence.
//!
//! Only `client`, `caller`, `iam`, `roles` and `failure` know the AWS SDK; they are built with the
//! feature `aws`.

mod fake;
mod list;
mod statement;

#[cfg(feature = "aws")]
mod caller;
#[cfg(feature = "aws")]
mod client;
#[cfg(feature = "aws")]
mod failure;
#[cfg(feature = "aws")]
mod iam;
#[cfg(feature = "aws")]
mod roles;

pub use fake::{NotAsked, SlowLookup};
#[cfg(feature = "aws")]
pub use iam::IamLookup;
pub use list::{ListEnd, ListQuestion, MOST_LISTED};
pub use statement::{Outcome, Statement, statements};

use std::time::Duration;

use crate::domain::role_arn::RoleArn;
use crate::domain::session_ttl::SessionTtl;

/// A question about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleQuestion {
    /// The role.
    pub role: RoleArn,
    /// The profile of the AWS config file that reads the role's account; `None` takes what the
    /// environment says.
    pub profile: Option<String>,
    /// The cluster, for words.
    pub cluster: String,
    /// The role that kube2iam runs under there.
    pub node_role: Option<RoleArn>,
    /// That role's unique id.
    pub node_role_id: Option<String>,
    /// The external id that the pods send.
    pub external_id: Option<String>,
    /// How long kube2iam there keeps credentials, if that is known.
    pub session_ttl: Option<SessionTtl>,
}

/// What was found out about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleCheck {
    /// Nobody was asked.
    NotAsked,
    /// The role is there.
    Found(RoleFacts),
    /// There is no such role in its account.
    Missing,
    /// There is a role of this name, with this ARN: its path is another one.
    OtherPath(String),
    /// The caller belongs to this account, and asking there would be about another role.
    OtherAccount(String),
    /// IAM would not say; why, in one line.
    Denied(String),
    /// IAM could not be asked; why, in one line, with what to do.
    Unavailable(String),
}

/// What IAM holds of a role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleFacts {
    /// The trust policy, decoded.
    pub trust_policy: String,
    /// The longest session that may be asked for, in seconds.
    pub longest_session: Option<u32>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
}

/// Who asks AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nobody was asked.
    NotAsked,
    /// The caller has this ARN.
    Known(String),
    /// AWS did not say; why, in one line, with what to do.
    Unavailable(String),
}

/// Looks roles up. Blocks, for seconds if need be, so it is called on a thread of its own.
pub trait RoleLookup: Send + Sync {
    /// What is known of a role.
    fn check(&self, question: &RoleQuestion) -> RoleCheck;

    /// Lists the roles of an account, page by page, until `on_page` says that nobody wants more.
    fn list(
        &self,
        question: &ListQuestion,
        on_page: &mut dyn FnMut(Vec<RoleArn>) -> bool,
    ) -> ListEnd;

    /// Who is asking, with what the environment says.
    fn identity(&self) -> Identity {
        Identity::NotAsked
    }

    /// How long to wait for a newer question before asking this one: nobody wants an answer for
    /// each letter.
    fn patience(&self) -> Duration {
        Duration::ZERO
    }
}
