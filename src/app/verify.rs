//! Asking AWS before a write: `--verify auto` warns, `require` stops, `off` and `--offline` ask
//! nobody.

use std::sync::Arc;

use crate::aws::{NotAsked, RoleCheck, RoleLookup, RoleQuestion};
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
    for question in questions(plan) {
        // Without a trace of credentials the chain would look for them in the network for seconds.
        let check = if is_required || has_credentials(environment, &question) {
            lookup.check(&question)
        } else {
            RoleCheck::NotAsked
        };
        let Some((exit, finding)) = outcome(&question, check) else {
            continue;
        };
        if is_required {
            return Err(Report::of(&finding, exit));
        }
        plan.findings.push(finding);
    }
    Ok(())
}

fn questions(plan: &Plan) -> Vec<RoleQuestion> {
    let mut questions: Vec<RoleQuestion> = Vec::new();
    for effect in &plan.effects {
        for role in &effect.roles {
            let question = RoleQuestion { role: role.clone(), profile: effect.aws_profile.clone() };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    questions
}

/// Whether anything here looks like credentials.
fn has_credentials(environment: &Environment, question: &RoleQuestion) -> bool {
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
    question.profile.is_some()
        || VARIABLES.iter().any(|name| environment.get(name).is_some())
        || has_file("AWS_CONFIG_FILE", "config")
        || has_file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}

/// What is to be said, and the exit code if that must not be; nothing for a role that is there.
fn outcome(question: &RoleQuestion, check: RoleCheck) -> Option<(Exit, Finding)> {
    let role = &question.role;
    let no = |rule, message: String, help: &str| {
        Some((Exit::VerifiedNo, Finding::in_answer(rule, Level::Warning, message, help)))
    };
    let unknown = |message: String, help: &str| {
        let rule = "role/cannot-tell";
        Some((Exit::NotVerified, Finding::in_answer(rule, Level::Note, message, help)))
    };
    match check {
        RoleCheck::Found(_) => None,
        RoleCheck::NotAsked => unknown(
            format!("IAM was not asked whether {role} exists"),
            "log in to AWS, or say --verify off",
        ),
        RoleCheck::Missing => no(
            "role/missing",
            format!("there is no role {} in account {}", role.name(), role.account()),
            "look at its name again, or make it first",
        ),
        RoleCheck::OtherPath(arn) => no(
            "role/other-path",
            format!("the role has another path than {role}"),
            &format!("take {arn}"),
        ),
        RoleCheck::OtherAccount(account) => unknown(
            format!("{role} can't be checked: you are logged in to account {account}"),
            "set aws_profile for the cluster in gangplank.yaml to ask in the right account",
        ),
        RoleCheck::Denied(why) | RoleCheck::Unavailable(why) => {
            unknown(format!("{role} was not checked: {why}"), "")
        }
    }
}
