//! The plan of `gangplank templates export`: the built-in templates as files to begin with.

use super::changes::{FileChange, Plan, Purpose};
use crate::domain::finding::{Finding, Level};
use crate::domain::shell::CommandLine;
use crate::manifests::template::{documented, template_names};
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree};

impl Plan {
    /// The plan that writes all built-in templates into a folder. A file with another content is
    /// somebody's own, and stays.
    ///
    /// # Errors
    /// A file that can't be looked at.
    pub fn of_templates(tree: &Tree, folder: &RepoPath) -> Result<Plan, ReadError> {
        let command = CommandLine::of("gangplank templates export").argument(folder.as_str());
        let command = command.switch("--yes").to_string();
        let mut plan = Plan { purpose: Purpose::Export, command, ..Plan::default() };
        for name in template_names() {
            let path = folder.child(&format!("{name}.hbs"));
            let wanted = documented(name).unwrap_or_default().into_bytes();
            match tree.read(&path)? {
                Some(there) if there != wanted => {
                    plan.findings.push(taken(&path));
                    plan.files.push(FileChange::conflict(path, there, Some(wanted)));
                }
                before => plan.files.push(FileChange::between(path, before, wanted)),
            }
        }
        Ok(plan)
    }
}

fn taken(path: &RepoPath) -> Finding {
    Finding::on_disk(
        "template/taken",
        Level::Error,
        path.as_str(),
        "this is there with other content, and an export overwrites nothing",
        "name another folder, or move the file away",
    )
}
