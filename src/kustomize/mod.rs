//! What kustomize will build, worked out on a tree: which objects a folder brings, and how its
//! Namespace ends up. Runs no program.
//!
//! The rules come from running kustomize 5.5 and 5.8: patches before the namespace transformer,
//! the last patch wins, a merge patch with a target can't remove. What is not worked out here
//! (generators, Helm, remote bases, label selectors) is named, never guessed.

mod build;
mod fields;
mod listed;
mod namespace;
mod patch;
mod setters;
mod strict;

pub use build::{Build, NOT_EVALUATED, Object, Problem, build, rule_of_read_error};
pub use fields::{Kustomization, PatchSource, field, field_key};
pub use listed::listed_files;
pub use namespace::BuiltNamespace;
pub use setters::{Setter, setters};

#[cfg(test)]
mod tests;
