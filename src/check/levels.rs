//! The levels that `rules:` of the config gives to findings.
//!
//! In a plan any warning can be raised, lowered or turned off, and so can errors that are a matter of
//! opinion. An error that keeps something broken from being written stays one: the config was
//! written before this folder looked as it does. A check writes nothing, so that there every rule
//! may be lowered or turned off: people have to be able to live with what is there.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, Level};
use crate::domain::rule::rule_by_id;

/// Levels by rule id; `None` is off.
type Levels = BTreeMap<String, Option<Level>>;

/// Gives the findings of a plan their levels.
pub fn apply_to_plan(levels: &Levels, findings: &mut Vec<Finding>) {
    findings.retain_mut(|finding| {
        let is_held = levels.contains_key(finding.rule) && is_firm(finding);
        if is_held {
            hold(levels, finding);
        }
        is_held || give(levels, finding)
    });
}

/// Gives the findings of a check their levels.
pub(super) fn apply(levels: &Levels, findings: &mut Vec<Finding>) {
    findings.retain_mut(|finding| give(levels, finding));
}

/// Gives a finding its level; whether it is to be said at all.
fn give(levels: &Levels, finding: &mut Finding) -> bool {
    match levels.get(finding.rule) {
        Some(Some(level)) => finding.level = *level,
        Some(None) => return false,
        None => {}
    }
    true
}

/// Keeps an error what it is, and says so to whoever tried to lower it.
pub fn hold(levels: &Levels, finding: &mut Finding) {
    if levels.get(finding.rule).is_some_and(|level| *level != Some(Level::Error)) {
        finding.message.push_str("; `rules:` can't lower what keeps a wrong write back");
    }
}

fn is_firm(finding: &Finding) -> bool {
    let by_rule = rule_by_id(finding.rule).is_none_or(|rule| rule.is_firm);
    finding.level == Level::Error && (by_rule || finding.refused_by.is_some())
}
