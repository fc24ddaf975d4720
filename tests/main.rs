//! All tests from outside, in one binary: the built program on real folders, and its parts on disks
//! in memory. What needs kubectl is compared with what kubectl says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that fails panics, says why, and works on small files of its own"
)]

mod architecture;
mod e2e;
mod support;
