//! gangplank beside the tools that people use for the same jobs, in one run: wall time, CPU time,
//! memory and changed lines. What is not installed is said so. Prints a table for each job.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that fails panics and says why, its result is what it prints, and its files are its own"
)]

#[path = "../shared/cost.rs"]
mod cost;
mod jobs;
mod repository;
mod row;
mod templates;
mod tools;

use repository::Repository;
use tools::Tools;

fn main() {
    let (tools, repository) = (Tools::find(), Repository::example());
    tools.list();
    jobs::build(&tools, &repository);
    jobs::new_namespace(&tools, &repository);
    jobs::one_role_more(&tools, &repository);
}
