//! A list of an account's roles: what is asked, and how it ended.

use crate::domain::partition::Partition;

/// More roles than any account has: the quota ends at 5,000.
pub const MOST_LISTED: usize = 10_000;

/// A question for all roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuestion {
    /// The profile of the AWS config file; `None` takes what the environment says.
    pub profile: Option<String>,
    /// The accounts whose roles are wanted; none if nobody knows, and then any will do.
    pub accounts: Vec<String>,
    /// The partition that they are in.
    pub partition: Partition,
}

/// How a list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListEnd {
    /// Nobody was asked.
    NotAsked,
    /// It is complete: all roles of this account.
    Complete(String),
    /// It was not read, or not to its end; why, in one line.
    Broken(String),
}
