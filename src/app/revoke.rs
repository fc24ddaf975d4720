//! `gangplank revoke`: takes roles away from a namespace.

use super::carry_out::carry_out;
use super::onboard::{invalid_answers, missing_answers};
use super::printer::Printer;
use super::session::{Session, outlook_report};
use crate::cli::{Environment, Request};
use crate::error::{Exit, Report};

pub(super) fn run(
    with_policy: bool,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let mut session = Session::open(request, environment)?;
    let outlook = session.planner.revocation(&session.given.clone(), with_policy);
    let outlook = outlook.map_err(|error| outlook_report(&error, &session.root.path))?;
    if let Some(report) = invalid_answers(&session, &outlook) {
        return Err(report);
    }
    match &outlook.plan {
        Some(plan) => carry_out(session.checkout(), plan, request, environment, printer),
        None => Err(missing_answers(&session, &outlook, "revoke")),
    }
}
