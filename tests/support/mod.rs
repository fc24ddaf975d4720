//! What tests stand on: repositories in temporary folders, the built program, kubectl, and YAML read
//! into one form for comparing.

mod house;
mod kubectl;
mod program;
mod repo;
mod yaml;

pub(crate) use house::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, ROLE};
pub(crate) use kubectl::Kubectl;
pub(crate) use program::{Outcome, outcome};
pub(crate) use repo::{Files, Repo, read_files};
pub(crate) use yaml::{documents, json, json_of};
