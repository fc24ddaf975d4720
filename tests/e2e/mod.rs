//! The tests, one file for each thing that they prove.

mod cases;
mod demo;
mod truth;
