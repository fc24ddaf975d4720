//! Edits of several files on a tree, as changes of a plan.

use std::collections::BTreeMap;

use super::changes::FileChange;
use super::links::refuse_link;
use super::stop::Stop;
use crate::manifests::edit::{self, Edit, Refusal};
use crate::manifests::source::SourceText;
use crate::system::RepoPath;
use crate::tree::Tree;

/// Edits, by file.
#[derive(Debug, Default)]
pub(super) struct FileEdits(BTreeMap<RepoPath, Vec<Edit>>);

/// Why a file is not edited.
#[derive(Debug)]
pub(super) struct NotEdited {
    pub(super) path: RepoPath,
    pub(super) refusal: Refusal,
}

impl FileEdits {
    /// One more edit of a file; they are made in this order.
    pub(super) fn add(&mut self, path: &RepoPath, edit: Edit) {
        self.0.entry(path.clone()).or_default().push(edit);
    }

    /// The same, unless it is among them.
    pub(super) fn add_once(&mut self, path: &RepoPath, edit: &Edit) {
        let edits = self.0.entry(path.clone()).or_default();
        if !edits.contains(edit) {
            edits.push(edit.clone());
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the edits of one file out.
    pub(super) fn take(&mut self, path: &RepoPath) -> Vec<Edit> {
        self.0.remove(path).unwrap_or_default()
    }

    /// The changes that the edits make. `tree` is what they are made on, `disk` what is there now:
    /// a file that is only pending is created.
    pub(super) fn changes(
        &self,
        tree: &Tree,
        disk: &Tree,
    ) -> Result<Result<Vec<FileChange>, NotEdited>, Stop> {
        let mut changes = Vec::new();
        for (path, edits) in &self.0 {
            refuse_link(disk, path)?;
            let Some(source) = tree.text(path)? else {
                continue;
            };
            match edited(path, &source, edits) {
                Ok(after) => {
                    changes.push(FileChange::between(path.clone(), disk.read(path)?, after));
                }
                Err(not_edited) => return Ok(Err(not_edited)),
            }
        }
        Ok(Ok(changes))
    }
}

/// The bytes of a file after its edits.
pub(super) fn edited(
    path: &RepoPath,
    source: &SourceText,
    edits: &[Edit],
) -> Result<Vec<u8>, NotEdited> {
    let edited = edit::edit(source, edits).map(|source| source.encode());
    edited.map_err(|refusal| NotEdited { path: path.clone(), refusal })
}
