//! Findings as annotations of a run on GitHub.

use super::{Found, file_of};
use crate::app::workflow::annotation;
use crate::domain::finding::Finding;

pub(super) fn annotations(found: &Found<'_>) -> String {
    let line = |finding: &Finding| {
        let file = file_of(found, &finding.path);
        let place = finding.line.zip(finding.column);
        let said = (finding.message.as_str(), finding.help.as_str());
        annotation(finding.level, Some(&file), place, finding.rule, said)
    };
    found.findings.iter().map(line).collect()
}
