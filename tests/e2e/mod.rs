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
mod kube2iam_vectors;
mod many;
mod policies;
mod pty;
mod pty_ending;
mod pty_output;
mod pty_recovery;
mod pty_sizes;
mod pty_suspend;
mod refusals;
mod revoking;
mod same_bytes;
mod truth;
mod tui;
mod wizard;
mod writing;
