//! What a pattern means: sets of characters, one after the other, repeated or as alternatives, with
//! the measures that Go limits.

use super::set::Set;

/// What must hold at a place between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    Word,
    NoWord,
}

#[derive(Debug)]
pub(super) enum Node {
    Empty,
    One(Set),
    Edge(Edge),
    Repeat { node: Box<Node>, count: Count },
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
}

/// How often something repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    /// Whether it is written with braces: only those count for the limit of copies.
    pub(super) is_braced: bool,
}

/// A node with measures that are at least those of Go's tree for it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) node: Node,
    /// Levels, each at least one of Go's `calcHeight`.
    pub(super) height: usize,
    /// Instructions, as `calcSize` counts them.
    pub(super) size: u64,
}

impl Tree {
    pub(super) fn leaf(node: Node) -> Self {
        Tree { node, height: 1, size: 1 }
    }

    pub(super) fn repeat(self, count: Count) -> Self {
        let size = match count {
            Count { is_braced: false, .. } | Count { min: 0, max: None, .. } => self.size + 2,
            Count { min, max: None, .. } => self.size.saturating_mul(min.into()) + 1,
            Count { min, max: Some(max), .. } => {
                self.size.saturating_mul(max.into()) + u64::from(max.saturating_sub(min))
            }
        };
        let node = Node::Repeat { node: Box::new(self.node), count };
        Tree { node, height: self.height + 1, size: size.max(1) }
    }

    /// A group that Go remembers the match of.
    pub(super) fn captured(self) -> Self {
        Tree { height: self.height + 1, size: self.size.saturating_add(2), ..self }
    }

    pub(super) fn concat(trees: Vec<Tree>) -> Self {
        Self::join(trees, 0, Node::Concat).unwrap_or_else(|| Tree::leaf(Node::Empty))
    }

    pub(super) fn alternate(trees: Vec<Tree>) -> Self {
        Self::join(trees, 1, Node::Alternate).unwrap_or_else(|| Tree::leaf(Node::Empty))
    }

    /// Several under one node; a single one stays itself.
    fn join(mut trees: Vec<Tree>, between: u64, node: fn(Vec<Node>) -> Node) -> Option<Self> {
        if trees.len() < 2 {
            return trees.pop();
        }
        let height = trees.iter().map(|tree| tree.height).max().unwrap_or_default() + 1;
        let sizes = trees.iter().map(|tree| tree.size.saturating_add(between));
        let size = sizes.fold(0, u64::saturating_add);
        let nodes = trees.into_iter().map(|tree| tree.node).collect();
        Some(Tree { node: node(nodes), height, size })
    }
}

/// Go's `repeatIsValid`: whether nested counts make at most `copies` copies of anything.
pub(super) fn fits(node: &Node, copies: u32) -> bool {
    match node {
        Node::Repeat { node, count } if count.is_braced => {
            let most = count.max.unwrap_or(count.min);
            if count.max == Some(0) {
                return true;
            }
            most <= copies && fits(node, copies.checked_div(most).unwrap_or(copies))
        }
        Node::Repeat { node, .. } => fits(node, copies),
        Node::Concat(nodes) | Node::Alternate(nodes) => nodes.iter().all(|node| fits(node, copies)),
        Node::Empty | Node::One(_) | Node::Edge(_) => true,
    }
}
