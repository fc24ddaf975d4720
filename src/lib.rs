//! lib
#![allow(missing_docs, reason = "under construction")]
pub mod app;
pub mod apply;
pub mod aws;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod error;
pub mod kustomize;
pub mod manifests;
pub mod plan;
pub mod questions;
pub mod repo;
pub mod system;
pub mod tree;
pub mod tui;
pub mod wizard;
