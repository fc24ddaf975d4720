//! The tests, one file for each thing that they prove.

mod cases;
mod existing;
mod hostile;
mod refusals;
mod truth;
mod writing;
