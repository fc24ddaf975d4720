//! Asking AWS before a write: `--verify auto` warns, `require` stops, `off` and `--offline` ask
//! nobody.

use std::sync::Arc;

use crate::aws::{NotAsked, Outcome, RoleCheck, RoleLookup, RoleQuestion, statements};
use crate::cli::{Environment, Request, Verify};
use crate::domain::finding::{Finding, Level};
use crate::error::{Exit, Report};
use crate::plan::Plan;

/// Who is asked about roles.
pub(super) fn lookup(request: &Request) -> Arc<dyn RoleLookup> {
    if request.offline || request.verify == Verify::Off {
        return Arc::new(NotAsked);
    }
    real()
}

#[cfg(feature = "aws")]
fn real() -> Arc<dyn RoleLookup> {
    Arc::new(crate::aws::IamLookup)
}

#[cfg(not(feature = "aws"))]
fn real() -> Arc<dyn RoleLookup> {
    Arc::new(NotAsked)
}

/// What IAM says about the roles of a plan, as findings of it.
///
/// # Errors
/// With `--verify require`: IAM says no (exit 5), or could not be asked (exit 6).
pub(super) fn verify(
    plan: &mut Plan,
    request: &Request,
    environment: &Environment,
) -> Result<(), Report> {
    let is_required = request.verify == Verify::Require;
    if !is_required && (request.offline || request.verify == Verify::Off) {
        return Ok(());
    }
    let lookup = lookup(request);
    let mut findings = Vec::new();
    for question in questions(plan) {
        // Without a trace of credentials the chain would look for them in the network for seconds.
        let check = if is_required || has_credentials(environment, question.profile.as_deref()) {
            lookup.check(&question)
        } else {
            RoleCheck::NotAsked
        };
        for statement in statements(&question, &check) {
            let (exit, level) = match statement.outcome {
                Outcome::Yes => continue,
                Outcome::No => (Some(Exit::VerifiedNo), Level::Warning),
                Outcome::NotAsked => (Some(Exit::NotVerified), Level::Note),
                Outcome::Open => (None, Level::Note),
            };
            let text = format!("{}: {}", question.role, statement.text);
            let finding = Finding::in_answer(statement.rule, level, text, statement.help);
            if let (true, Some(exit)) = (is_required, exit) {
                return Err(Report::of(&finding, exit));
            }
            findings.push(finding);
        }
    }
    plan.add_findings(findings);
    Ok(())
}

fn questions(plan: &Plan) -> Vec<RoleQuestion> {
    let mut questions: Vec<RoleQuestion> = Vec::new();
    for effect in &plan.effects {
        for role in &effect.roles {
            let question = RoleQuestion {
                role: role.clone(),
                cluster: effect.cluster.clone(),
                profile: effect.aws.profile.clone(),
                node_role: effect.aws.node_role.clone(),
                node_role_id: effect.aws.node_role_id.clone(),
                external_id: effect.aws.external_id.clone(),
                session_ttl: effect.aws.session_ttl.clone(),
            };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

/// Whether anything here looks like credentials.
pub(super) fn has_credentials(environment: &Environment, profile: Option<&str>) -> bool {
    const VARIABLES: [&str; 5] = [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let has_file = |variable: &str, name: &str| match environment.get(variable) {
        Some(path) => std::path::Path::new(path).is_file(),
        None => environment
            .get("HOME")
            .is_some_and(|home| std::path::Path::new(home).join(".aws").join(name).is_file()),
    };
    profile.is_some()
        || VARIABLES.iter().any(|name| environment.get(name).is_some())
        || has_file("AWS_CONFIG_FILE", "config")
        || has_file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}
