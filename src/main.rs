//! The program: hands arguments and environment to the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    gangplank::app::main(std::env::args_os(), std::env::vars_os())
}
