//! `gangplank demo`.

use super::printer::Printer;
use crate::cli::{Environment, Request};
use crate::error::{Exit, Report};

pub(super) fn run(
    _folder: Option<&str>,
    _request: &Request,
    _environment: &Environment,
    _printer: Printer,
) -> Result<Exit, Report> {
    Err(Report::new(Exit::Internal, "soon"))
}
