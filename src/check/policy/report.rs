//! Where the rules put what they find: findings of one file, at the nodes that they are about.

use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::manifests::yaml::Node;

/// The findings of one policy.
pub(super) struct Report<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

/// What is wrong with a value, without its place.
pub(super) struct Fault {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) help: String,
}

impl Fault {
    pub(super) fn of(
        rule: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Fault { rule, message: message.into(), help: help.into() }
    }
}

impl<'a> Report<'a> {
    pub(super) fn of(path: &'a str) -> Self {
        Report { path, findings: Vec::new() }
    }

    /// Something that a part of the real system refuses.
    pub(super) fn refused(&mut self, who: RefusedBy, node: Node<'_>, fault: Fault) {
        let finding = self.finding(Level::Error, node, fault).refused_by(who);
        self.findings.push(finding);
    }

    /// Something that the API server refuses.
    pub(super) fn api_server(&mut self, node: Node<'_>, fault: Fault) {
        self.refused(RefusedBy::ApiServer, node, fault);
    }

    /// Something that only the agent refuses: the policy is stored, and enforces nothing.
    pub(super) fn agent(&mut self, node: Node<'_>, fault: Fault) {
        self.refused(RefusedBy::Agent, node, fault);
    }

    /// Something that everybody accepts, and that is wrong.
    pub(super) fn error(&mut self, node: Node<'_>, fault: Fault) {
        let finding = self.finding(Level::Error, node, fault);
        self.findings.push(finding);
    }

    /// Something that everybody accepts, and that is probably not meant.
    pub(super) fn warning(&mut self, node: Node<'_>, fault: Fault) {
        let finding = self.finding(Level::Warning, node, fault);
        self.findings.push(finding);
    }

    fn finding(&self, level: Level, node: Node<'_>, fault: Fault) -> Finding {
        let place = node.place();
        Finding::on_disk(fault.rule, level, self.path, fault.message, fault.help)
            .at(place.line, place.column)
    }

    /// All findings, in the order of the text. An alias puts one node to several uses, which is
    /// one mistake.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
        self.findings.dedup();
        self.findings
    }
}
