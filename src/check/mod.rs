//! What is wrong with what stands in a repository: the rules that `gangplank check` reports.

pub mod policy;
