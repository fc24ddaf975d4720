//! The catalogue of rules against what is found.

use gangplank::domain::finding::Finding;
use gangplank::domain::rule::rule_by_id;

/// Findings, once each is known to have a level that the catalogue gives to its rule.
#[track_caller]
pub(crate) fn with_listed_levels(findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &findings {
        let rule = rule_by_id(finding.rule).expect("findings are of rules of the catalogue");
        let is_listed = rule.levels().any(|level| level == finding.level);
        assert!(is_listed, "{finding:?} has another level than {rule:?}");
    }
    findings
}
