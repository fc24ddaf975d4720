//! The external id that a pod's annotation carries to STS.

use super::invalid::{Invalid, show};

/// An external id, 2 to 1224 characters of STS's alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(String);

const EXAMPLE: &str = "report-portal-prod";

impl ExternalId {
    /// Reads an external id.
    ///
    /// # Errors
    /// What `sts:AssumeRole` would refuse: other characters than letters, digits and `_+=,.@:/-`,
    /// or another length.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| !legal(c)) {
            let message =
                format!("an external id has letters, digits and _+=,.@:/- only, not {}", show(c));
            return Err(Invalid::at(text, at, message, EXAMPLE));
        }
        if !(2..=1224).contains(&text.len()) {
            return Err(Invalid::whole("an external id has 2 to 1224 characters", EXAMPLE));
        }
        Ok(ExternalId(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
