//! The plan of `gangplank check --fix`: the edits that rules propose, written like any other.

use super::changes::{Plan, Purpose};
use super::file_edits::FileEdits;
use super::stop::Stop;
use crate::check::folder::Fix;
use crate::domain::finding::{Finding, Level};
use crate::tree::Tree;

impl Plan {
    /// The plan that makes these fixes, each once: what mends the defaults is proposed for every
    /// folder that builds from them.
    pub fn of_fixes(tree: &Tree, fixes: &[Fix]) -> Plan {
        let command = "gangplank check --fix --yes".to_owned();
        let mut plan = Plan { purpose: Purpose::Mend, command, ..Plan::default() };
        let mut edits = FileEdits::default();
        for fix in fixes {
            edits.add_once(&fix.file, &fix.edit);
        }
        match edits.changes(tree, tree) {
            Ok(Ok(files)) => plan.files = files,
            Ok(Err(not_edited)) => plan.findings.push(Finding::on_disk(
                "kustomization/not-edited",
                Level::Error,
                not_edited.path.as_str(),
                not_edited.refusal.reason,
                "mend this file by hand, then run gangplank again",
            )),
            Err(Stop::Finding(finding)) => plan.findings.push(*finding),
            // No edit takes one.
            Err(Stop::Template(_)) => {}
        }
        plan
    }
}
