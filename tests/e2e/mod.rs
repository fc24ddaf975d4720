//! The tests, one file for each thing that they prove.

mod answers;
mod cases;
mod differential;
mod existing;
mod hostile;
mod refusals;
mod demo;
mod truth;
mod writing;
