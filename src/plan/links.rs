//! Symbolic links: what they lead to may be used elsewhere, so nothing is written through them.

use super::stop::Stop;
use crate::domain::finding::{Finding, Level};
use crate::system::{FileKind, RepoPath};
use crate::tree::Tree;

/// Writing through a link changes a file that others may use, or that lies elsewhere.
pub(super) fn refuse_links(tree: &Tree, folder: &RepoPath) -> Result<(), Stop> {
    let mut path = RepoPath::root();
    for name in folder.segments() {
        path = path.child(name);
        refuse_link(tree, &path)?;
        if tree.entry_kind(&path)? == Some(FileKind::File) {
            let message = "a file where a folder is needed";
            let finding = Finding::on_disk(
                "layout/no-folder",
                Level::Error,
                path.as_str(),
                message,
                "move it away",
            );
            return Err(finding.into());
        }
    }
    for name in crate::tree::KUSTOMIZATION_NAMES {
        refuse_link(tree, &folder.child(name))?;
    }
    Ok(())
}

pub(super) fn refuse_link(tree: &Tree, path: &RepoPath) -> Result<(), Stop> {
    let message = match tree.entry_kind(path)? {
        Some(FileKind::Link) => "a symbolic link: what it leads to may be used elsewhere too",
        Some(FileKind::Other) => "neither a file nor a folder",
        _ => return Ok(()),
    };
    let help = "run gangplank on what it leads to, or replace the link";
    Err(Finding::on_disk("layout/link", Level::Error, path.as_str(), message, help).into())
}
