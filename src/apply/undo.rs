//! The plan that puts back what a run changed.

use std::io;

use super::journal::{Run, RunFile};
use super::place::on_disk;
use crate::domain::finding::{Finding, Level};
use crate::plan::{FileChange, Plan, Purpose};
use crate::system::WritableDisk;

/// Whether every file is as it was before a run, so that there is nothing to undo.
///
/// # Errors
/// The system's reasons.
pub fn is_as_before(disk: &dyn WritableDisk, run: &Run) -> io::Result<bool> {
    for file in &run.files {
        let path = file.repo_path().ok_or(io::ErrorKind::InvalidInput)?;
        if on_disk(disk, &path)?.as_deref() != file.before.as_deref().map(str::as_bytes) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The plan that undoes a run: each file as it was before. One that somebody changed since is a
/// conflict.
///
/// # Errors
/// The system's reasons.
pub fn undo_plan(disk: &dyn WritableDisk, run: &Run) -> io::Result<Plan> {
    let mut plan = Plan {
        purpose: Purpose::Undo {
            run: run.id.clone(),
            folders: run.folders.clone(),
            modes: run.files.iter().filter_map(|f| Some((f.path.clone(), f.mode?))).collect(),
        },
        command: "gangplank undo --yes".to_owned(),
        notes: vec![format!("undoes: {}", run.command)],
        ..Plan::default()
    };
    for file in run.files.iter().rev() {
        let Some(path) = file.repo_path() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let now = on_disk(disk, &path)?;
        let is_ours = now.as_deref() == file.after.as_deref().map(str::as_bytes);
        let change = match (now, &file.before) {
            (now, _) if !is_ours => {
                plan.findings.push(changed_since(file));
                FileChange::conflict(path, now.unwrap_or_default(), None)
            }
            (now, Some(before)) => FileChange::between(path, now, before.clone().into_bytes()),
            (Some(now), None) => FileChange::deleted(path, now),
            (None, None) => continue,
        };
        plan.files.push(change);
    }
    Ok(plan)
}

fn changed_since(file: &RunFile) -> Finding {
    Finding::on_disk(
        "layout/changed-since",
        Level::Error,
        &file.path,
        "this was changed since gangplank wrote it: an undo would lose that",
        "git diff shows it; take back by hand what is not wanted",
    )
}
