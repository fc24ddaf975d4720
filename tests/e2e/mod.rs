//! The tests, one file for each thing that they prove.

mod answers;
mod cases;
mod config;
mod demo;
mod differential;
mod editing;
mod endpoints;
mod existing;
mod hostile;
mod pty;
mod refusals;
mod revoking;
mod truth;
mod tui;
mod wizard;
mod writing;
