//! Findings of many units: each once, and in one order.

use std::collections::BTreeMap;

use crate::domain::finding::Finding;

/// What tells a finding from another, in the order in which they are said.
type Key = (String, Option<usize>, Option<usize>, &'static str, String);

/// The findings of many units. One in the defaults that a thousand namespaces see is one finding.
#[derive(Debug, Default)]
pub struct Collected(BTreeMap<Key, Finding>);

impl Collected {
    /// Adds the findings of a unit.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            let Finding { path, line, column, rule, message, .. } = &finding;
            let key = (path.clone(), *line, *column, *rule, message.clone());
            self.0.entry(key).or_insert(finding);
        }
    }

    /// Adds what another thread has collected.
    pub fn add_all(&mut self, other: Collected) {
        self.add(other.0.into_values());
    }

    /// The findings by path, line, column and rule.
    pub fn into_sorted(self) -> Vec<Finding> {
        self.0.into_values().collect()
    }
}
