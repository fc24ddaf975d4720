//! What kustomize will build, worked out on a tree: which objects a folder brings, and how its
//! Namespace ends up. Runs no program.
//!
//! The rules come from running kustomize 5.5 and 5.8: patches before the namespace transformer,
//! the last patch wins, a merge patch with a target can't remove. What is not worked out here
//! (generators, Helm, remote bases, label selectors) is named, never guessed; what another program
//! needs to work it out, and what it says then, is read here too.

mod build;
mod fields;
mod header;
mod listed;
mod namespace;
mod objects;
mod patch;
mod patches;
mod printed;
mod problem;
mod selector;
mod setters;
mod sources;
mod strict;

pub use build::{Build, build};
pub use fields::{Kustomization, PatchSource, field, field_key, known_field};
pub use listed::listed_files;
pub use namespace::BuiltNamespace;
pub use objects::Object;
pub use patches::{ReadPatch, read_patches};
pub use printed::with_printed;
pub use problem::{NOT_EVALUATED, Problem};
pub use setters::{Setter, Written, setters};
pub use sources::sources;

#[cfg(test)]
mod tests;
