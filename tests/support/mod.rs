//! What tests stand on: repositories in temporary folders, the built program, kubectl, and YAML read
//! into one form for comparing.

mod driver;
mod flow;
mod house;
mod interrupted;
mod keys;
mod kubectl;
mod mortal;
mod program;
mod pty;
mod repo;
mod terminal_program;
mod yaml;

pub(crate) use driver::Driver;
pub(crate) use flow::{DEMO_ANSWERS, DEMO_FOLDER, DEMO_ROLE, demo_after, demo_flags};
pub(crate) use house::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, ROLE};
pub(crate) use interrupted::{clock, kill_on_disk};
pub(crate) use keys::WINDOW;
pub(crate) use kubectl::Kubectl;
pub(crate) use mortal::{Life, Mortal};
pub(crate) use program::{Outcome, outcome, program as program_in, without_terminal};
pub(crate) use pty::{Pty, ends_without_terminal};
pub(crate) use repo::{Files, Repo, read_files};
pub(crate) use terminal_program::{program, program_after, program_as_job, program_redirected};
pub(crate) use yaml::{documents, json, json_of};
