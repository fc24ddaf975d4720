//! All tests from outside, in one binary: the built program on real folders, and its parts on disks
//! in memory. What needs kubectl is compared with what kubectl says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that fails panics, says why, and works on folders of its own"
)]

mod architecture;
mod e2e;
mod support;
