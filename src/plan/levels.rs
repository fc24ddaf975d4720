//! The levels that `rules:` of the config gives to findings.
//!
//! Any warning can be raised, lowered or turned off, and so can errors that are a matter of opinion.
//! An error that keeps something broken from being written stays one: the config was written before
//! this folder looked as it does.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, Level};
use crate::domain::rule::rule_by_id;

/// Levels by rule id; `None` is off.
type Levels = BTreeMap<String, Option<Level>>;

/// Gives the findings of a plan their levels.
pub(super) fn apply(levels: &Levels, findings: &mut Vec<Finding>) {
    findings.retain_mut(|finding| match levels.get(finding.rule) {
        Some(_) if is_firm(finding) => {
            hold(levels, finding);
            true
        }
        Some(Some(level)) => {
            finding.level = *level;
            true
        }
        Some(None) => false,
        None => true,
    });
}

/// Keeps an error what it is, and says so to whoever tried to lower it.
pub(super) fn hold(levels: &Levels, finding: &mut Finding) {
    if levels.get(finding.rule).is_some_and(|level| *level != Some(Level::Error)) {
        finding.message.push_str("; `rules:` can't lower what keeps a wrong write back");
    }
}

fn is_firm(finding: &Finding) -> bool {
    let by_rule = rule_by_id(finding.rule).is_none_or(|rule| rule.is_firm);
    finding.level == Level::Error && (by_rule || finding.refused_by.is_some())
}
