//! What tests stand on: repositories in temporary folders, the built program, kubectl, and YAML read
//! into one form for comparing.

mod api_server;
mod aws;
mod batch;
mod catalogue;
mod choices;
mod driver;
mod edit_model;
mod flow;
mod house;
mod interrupted;
mod keys;
mod kubectl;
mod kustomization_text;
mod meddled;
mod mortal;
mod namespace_folder;
mod page;
mod patch_text;
mod picture;
mod policy;
mod prepared;
mod program;
mod pty;
mod repo;
mod talk;
mod terminal_program;
mod world;
mod yaml;

pub(crate) use api_server::{ApiServer, Cluster};
pub(crate) use aws::{Answer, IDENTITY, MOTO_ACCOUNT, Moto, serve};
pub(crate) use batch::build_each;
pub(crate) use catalogue::with_listed_levels;
pub(crate) use choices::{Choices, SEED, count, for_all, for_fixed, seeds, stream, streams};
pub(crate) use driver::{Driver, planner};
pub(crate) use edit_model::{comments, judge, judge_if_read, lost_lines, read as read_yaml, spelt};
pub(crate) use flow::{DEMO_ANSWERS, DEMO_FOLDER, DEMO_ROLE, demo_after, demo_flags};
pub(crate) use house::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, ROLE, house_files};
pub(crate) use interrupted::{clock, kill_on_disk};
pub(crate) use keys::WINDOW;
pub(crate) use kubectl::Kubectl;
pub(crate) use kustomization_text::KustomizationText;
pub(crate) use meddled::{Meddled, SAVED};
pub(crate) use mortal::{Life, Mortal};
pub(crate) use namespace_folder::NamespaceFolder;
pub(crate) use page::{Fence, README, Table, code, fences, prose, table, tables};
pub(crate) use patch_text::ROLES_KEY;
pub(crate) use picture::{plain_text, styled_text, svg};
pub(crate) use policy::{policy_file, policy_findings, policy_rules};
pub(crate) use prepared::{prepared, program_folder};
pub(crate) use program::{
    Outcome, installed, outcome, program as program_in, scrubbed, without_terminal,
};
pub(crate) use pty::{Pty, ends_without_terminal};
pub(crate) use repo::{Files, Repo, read_files};
pub(crate) use talk::{Talk, Talked, talk, talk_on};
pub(crate) use terminal_program::{program, program_after, program_as_job, program_redirected};
pub(crate) use world::{GUIDE, ROOT, SKELETON, World, onboarding, worlds};
pub(crate) use yaml::{documents, json, json_of};
