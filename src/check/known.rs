//! `--baseline`: findings that an earlier run had already.

use std::collections::HashMap;

use serde::Deserialize;

use crate::domain::finding::Finding;

/// The findings of an earlier run, by what stays when lines move, and how many there were of each.
#[derive(Debug, Default)]
pub struct Known(HashMap<(String, String, String), usize>);

#[derive(Deserialize)]
struct Earlier {
    schema: String,
    findings: Vec<EarlierFinding>,
}

#[derive(Deserialize)]
struct EarlierFinding {
    rule: String,
    path: String,
    message: String,
}

impl Known {
    /// The form of what an earlier run printed.
    pub const SCHEMA: &'static str = "gangplank.check/1";

    /// Reads what an earlier run printed with `--output json`.
    ///
    /// # Errors
    /// Why this is no such text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let earlier: Earlier = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if earlier.schema != Self::SCHEMA {
            return Err(format!("its schema is {:?}, not {}", earlier.schema, Self::SCHEMA));
        }
        let mut known = Known::default();
        for EarlierFinding { rule, path, message } in earlier.findings {
            *known.0.entry((rule, path, message)).or_default() += 1;
        }
        Ok(known)
    }

    /// Takes out what is known: of several alike, as many as there were. Says how many that are.
    pub fn take_out(&mut self, findings: &mut Vec<Finding>) -> usize {
        let count = findings.len();
        findings.retain(|finding| {
            let Finding { rule, path, message, .. } = finding;
            let key = ((*rule).to_owned(), path.clone(), message.clone());
            match self.0.get_mut(&key) {
                Some(left @ 1..) => {
                    *left -= 1;
                    false
                }
                _ => true,
            }
        });
        count - findings.len()
    }
}
