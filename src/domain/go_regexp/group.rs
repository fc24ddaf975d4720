//! A group while it is read: its alternatives so far, and the elements of the last one.

use super::flags::Flags;
use super::tree::Tree;

#[derive(Debug)]
pub(super) struct Group {
    alternatives: Vec<Tree>,
    elements: Vec<Tree>,
    /// What holds again behind the group.
    pub(super) flags_before: Flags,
    is_captured: bool,
}

impl Group {
    pub(super) fn new(flags_before: Flags, is_captured: bool) -> Self {
        Group { alternatives: Vec::new(), elements: Vec::new(), flags_before, is_captured }
    }

    pub(super) fn push(&mut self, tree: Tree) {
        self.elements.push(tree);
    }

    /// What a repetition repeats.
    pub(super) fn pop(&mut self) -> Option<Tree> {
        self.elements.pop()
    }

    pub(super) fn next_alternative(&mut self) {
        let elements = std::mem::take(&mut self.elements);
        self.alternatives.push(Tree::concat(elements));
    }

    pub(super) fn close(mut self) -> Tree {
        self.next_alternative();
        let tree = Tree::alternate(self.alternatives);
        if self.is_captured { tree.captured() } else { tree }
    }
}
