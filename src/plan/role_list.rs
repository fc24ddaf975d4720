//! The list of roles of a namespace: what is in force, which of the folder's files sets it, and the
//! edit that changes it there.

use super::file_edits::FileEdits;
use crate::domain::allowed_roles::{AllowedRoles, Unreadable};
use crate::domain::finding::{Finding, Level};
use crate::kustomize::{self, BuiltNamespace, Object, Setter};
use crate::manifests::edit::{Change, Edit, Splice, Step};
use crate::manifests::roles_text::{additions, removals};
use crate::manifests::yaml::annotation_value;
use crate::system::RepoPath;
use crate::tree::Tree;

/// The list of one namespace as it is.
pub(super) struct RoleList {
    /// The annotation's text as built; empty without one.
    built: String,
    /// The entries as kube2iam decodes them.
    pub(super) entries: AllowedRoles,
    setters: Vec<Setter>,
}

/// How the list is changed.
pub(super) enum Way {
    /// No file of the folder sets it yet: a new patch does.
    NewPatch,
    /// It is set here, and nowhere else in the folder.
    InPlace(Setter),
    /// It can't be changed without a decision.
    Refused(Finding),
}

impl RoleList {
    /// Reads the list of a Namespace as built from a folder.
    ///
    /// # Errors
    /// An annotation that kube2iam does not decode, or only in part.
    pub(super) fn read(
        tree: &Tree,
        folder: &RepoPath,
        namespace: &BuiltNamespace,
        objects: &[Object],
        key: &str,
    ) -> Result<Self, (String, Unreadable)> {
        let built = namespace.annotations.get(key).cloned().unwrap_or_default();
        let entries = AllowedRoles::parse(&built).map_err(|error| (built.clone(), error))?;
        let setters = kustomize::setters(tree, folder, namespace, objects, key);
        Ok(RoleList { built, entries, setters })
    }

    /// Whether no file of the folder sets the list.
    pub(super) fn is_inherited(&self) -> bool {
        self.setters.is_empty()
    }

    /// The way to the value in its file, if a patch of the folder sets it.
    pub(super) fn place(&self) -> Option<&[Step]> {
        let is_patch = |setter: &&Setter| setter.entry.is_some();
        self.setters.iter().rfind(is_patch).map(|setter| &setter.at[..])
    }

    /// The way to make the list say `json`.
    pub(super) fn way(&self, json: &str) -> Way {
        let value = annotation_value(json);
        match &self.setters[..] {
            [] => Way::NewPatch,
            [one] => match &one.value {
                Ok(text) if *text == self.built => Way::InPlace(one.clone()),
                Ok(_) => Way::Refused(not_edited(
                    one,
                    "a patch here sets the same annotation already, and something else changes what it says",
                    format!("make this what is built:\n{value}"),
                )),
                Err(reason) => Way::Refused(not_edited(
                    one,
                    reason,
                    format!(
                        "write it by hand; with the roles that are built now it would be\n{value}"
                    ),
                )),
            },
            [.., last] => Way::Refused(not_edited(
                last,
                "several places in this folder set the same annotation, and the last one wins without a word",
                format!("make its value this, and keep one of them:\n{value}"),
            )),
        }
    }

    /// Takes out all entries but those that are kept.
    pub(super) fn keep(&self, setter: &Setter, kept: &[String], edits: &mut FileEdits) {
        let ways = removals(&self.built, |entry| kept.iter().any(|kept| kept == entry));
        edits.add(&setter.file, rewrite(setter, ways));
    }

    /// Puts entries behind those that are there.
    pub(super) fn add(&self, setter: &Setter, entries: &[String], edits: &mut FileEdits) {
        let ways = additions(&self.built, entries);
        edits.add(&setter.file, rewrite(setter, ways));
    }
}

fn rewrite(setter: &Setter, ways: Vec<Vec<Splice>>) -> Edit {
    Edit { at: setter.at.clone(), change: Change::Rewrite(ways) }
}

fn not_edited(setter: &Setter, message: &str, help: String) -> Finding {
    let rule = "kustomization/not-edited";
    let finding = Finding::on_disk(rule, Level::Error, setter.file.as_str(), message, help);
    finding.at(setter.place.line, setter.place.column)
}
