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
mod hostile;
mod pty;
mod refusals;
mod truth;
mod tui;
mod wizard;
mod writing;
