//! What tests stand on: repositories in temporary folders, the built program, kubectl, and YAML read
//! into one form for comparing.

mod driver;
mod flow;
mod house;
mod kubectl;
mod mortal;
mod program;
mod pty;
mod repo;
mod yaml;

pub(crate) use driver::Driver;
pub(crate) use flow::{DEMO_ANSWERS, DEMO_FOLDER, DEMO_ROLE, demo_after, demo_flags};
pub(crate) use house::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, ROLE};
pub(crate) use kubectl::Kubectl;
pub(crate) use mortal::{Life, Mortal};
pub(crate) use program::{Outcome, outcome};
pub(crate) use pty::{Pty, program, program_with_output};
pub(crate) use repo::{Files, Repo, read_files};
pub(crate) use yaml::{documents, json, json_of};
