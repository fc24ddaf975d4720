//! lib
#![allow(missing_docs, reason = "under construction")]
pub mod domain;
pub mod kustomize;
pub mod manifests;
pub mod questions;
pub mod repo;
pub mod system;
pub mod tree;
