//! What a CustomResourceDefinition says of a field, in Rust's words.

use super::report::Report;
use super::values::Check;
use crate::manifests::yaml::Node;

/// What may stand in a place.
pub(super) enum Shape {
    /// A text that a check lets pass.
    Text(Check),
    /// A whole number in these bounds, for a rule.
    Whole(&'static str, i64, i64),
    /// A whole number, or a text that a check lets pass.
    WholeOrText(Check),
    /// `true` or `false`.
    Flag,
    /// A list of so many at most.
    List(&'static Shape, usize),
    /// A list of a policy's rules.
    Rules(&'static Shape),
    /// A map with any keys.
    Map(&'static Shape),
    /// A map with these keys.
    Fields(&'static Fields),
    /// Anything.
    Any,
}

/// A map with fields of its own.
pub(super) struct Fields {
    /// Its fields.
    pub(super) known: &'static [Field],
    /// Looks at the map as a whole: which fields stand together, which are needed.
    pub(super) whole: fn(Place<'_>, &mut Report<'_>),
}

/// A field of a map.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: &'static Shape,
}

/// A map, and the node to point at where something is missing in it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) map: Node<'a>,
    pub(super) at: Node<'a>,
}

/// A field of this name and shape.
pub(super) const fn field(name: &'static str, shape: &'static Shape) -> Field {
    Field { name, shape }
}

/// No limit to a list.
pub(super) const ANY_NUMBER: usize = usize::MAX;
