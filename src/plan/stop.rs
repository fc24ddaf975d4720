//! What keeps a plan of one folder from being made.

use super::policy_file::PolicyError;
use crate::domain::finding::{Finding, Level};
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

pub(super) fn unreadable(error: &ReadError) -> Finding {
    let finding = Finding::on_disk(
        error.rule(),
        Level::Error,
        error.path.as_str(),
        error.reason.clone(),
        "mend it, then run gangplank again",
    );
    match error.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}
