//! The way to the node that an edit is about, and the shapes in which no node is touched.

use super::{Refusal, Step, refuse};
use crate::manifests::yaml::{Entry, Node, Place, Yaml};

/// The one document of a text.
#[derive(Clone, Copy)]
pub(super) struct Document<'y> {
    pub(super) root: Node<'y>,
    pub(super) line_end: &'static str,
}

/// A node, and the entry or the list that it is part of.
#[derive(Clone, Copy)]
pub(super) struct Found<'y> {
    pub(super) node: Node<'y>,
    /// The entry that the node is the value of.
    pub(super) entry: Option<Entry<'y>>,
    /// The mapping or list that it stands in.
    pub(super) parent: Option<Node<'y>>,
}

impl Found<'_> {
    pub(super) fn place(self) -> Place {
        self.entry.map_or(self.node, |entry| entry.key).place()
    }
}

impl<'y> Document<'y> {
    /// Refuses texts of which kustomize reads only a part, or in which a change shows twice.
    pub(super) fn of(yaml: &'y Yaml) -> Result<Self, Refusal> {
        let Some(root) = yaml.root().filter(|root| !root.is_null()) else {
            return refuse("the file is empty", None);
        };
        if let Some(place) = yaml.ambiguous_line() {
            return refuse(
                "an invisible character that kustomize takes for a line end",
                Some(place),
            );
        }
        // A marker at the end of the file opens a document with nothing in it.
        if let Some(second) = yaml.documents().skip(1).find(|root| !root.is_null()) {
            return refuse("two documents: kustomize ignores the second", Some(second.place()));
        }
        if let Some(key) = root.duplicate_keys().first() {
            return refuse(twice(*key), Some(key.place()));
        }
        if let Some(key) = same_but_for_case(root) {
            return refuse(twice(key), Some(key.place()));
        }
        let line_end = if yaml.text().contains("\r\n") { "\r\n" } else { "\n" };
        Ok(Document { root, line_end })
    }

    pub(super) fn text(&self) -> &'y str {
        self.root.yaml().text()
    }

    /// The node at the end of a way, which must be there.
    pub(super) fn find(&self, at: &[Step]) -> Result<Found<'y>, Refusal> {
        let mut found = Found { node: self.root, entry: None, parent: None };
        untouchable(found.node)?;
        for step in at {
            let parent = found.node;
            let (node, entry) = match step {
                Step::Key(key) => {
                    let Some(entry) = own_entry(parent, key)? else {
                        return refuse(format!("`{key}` is not there"), Some(parent.place()));
                    };
                    (entry.value, Some(entry))
                }
                Step::Index(index) => match parent.items().nth(*index) {
                    Some(item) => (item, None),
                    None => return refuse("the list is shorter", Some(parent.place())),
                },
                Step::Inside => return refuse("a text is no node", Some(parent.place())),
            };
            untouchable(node)?;
            found = Found { node, entry, parent: Some(parent) };
        }
        Ok(found)
    }
}

fn twice(key: Node<'_>) -> String {
    format!("`{}` is there twice, and kustomize drops one of them", key.text().unwrap_or_default())
}

/// Go reads keys without regard to case, so `Patches` and `patches` are one.
fn same_but_for_case(root: Node<'_>) -> Option<Node<'_>> {
    let keys: Vec<Node<'_>> = root.entries().map(|entry| entry.key).collect();
    let text = |node: &Node<'_>| node.text().unwrap_or_default().to_ascii_lowercase();
    let repeated = |at: usize| keys[..at].iter().any(|earlier| text(earlier) == text(&keys[at]));
    (0..keys.len()).find(|at| repeated(*at)).map(|at| keys[at])
}

fn untouchable(node: Node<'_>) -> Result<(), Refusal> {
    if node.is_anchored() || node.is_alias() {
        return refuse(
            "an anchor or alias: a change here could show in two places",
            Some(node.place()),
        );
    }
    Ok(())
}

/// The entry that a mapping itself has for a key.
pub(super) fn own_entry<'y>(mapping: Node<'y>, key: &str) -> Result<Option<Entry<'y>>, Refusal> {
    let mut entries = mapping.entries().filter(|entry| entry.key.text() == Some(key));
    let entry = entries.next();
    if let Some(second) = entries.next() {
        return refuse(twice(second.key), Some(second.key.place()));
    }
    match (entry, mapping.get(key)) {
        (None, Some(merged)) => {
            refuse(format!("`{key}` comes from a merge key (`<<`)"), Some(merged.place()))
        }
        _ => Ok(entry),
    }
}
