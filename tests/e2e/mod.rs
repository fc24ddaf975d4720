//! The tests, one file for each thing that they prove.

mod answers;
mod cases;
mod config;
mod demo;
mod differential;
mod edit_properties;
mod editing;
mod endpoints;
mod existing;
mod fuzz;
mod generated_builds;
mod generated_onboardings;
mod hostile;
mod peer;
mod pty;
mod refusals;
mod second_opinion;
mod truth;
mod tui;
mod wizard;
mod writing;
