//! What keeps a plan of one folder from being made.

use super::policy_file::PolicyError;
use crate::check::unreadable;
use crate::domain::finding::Finding;
use crate::manifests::template::TemplateError;
use crate::tree::ReadError;

/// What stops a plan from being made.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nothing of the folder can be planned, and this is why.
    Finding(Box<Finding>),
    /// A template does not work.
    Template(TemplateError),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Stop::Finding(Box::new(finding))
    }
}

impl From<TemplateError> for Stop {
    fn from(error: TemplateError) -> Self {
        Stop::Template(error)
    }
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        unreadable(&error).into()
    }
}

impl From<PolicyError> for Stop {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Template(error) => error.into(),
            PolicyError::Unreadable(error) => error.into(),
        }
    }
}
