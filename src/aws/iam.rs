//! The real IAM: who am I first, then the role.

use std::time::Duration;

use aws_sdk_iam::types::Role;
use percent_encoding::percent_decode_str;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::caller::Caller;
use super::client::{LONGEST, config};
use super::failure::Failure;
use super::{
    Identity, ListEnd, ListQuestion, RoleCheck, RoleFacts, RoleLookup, RoleQuestion, roles,
};
use crate::domain::partition::PARTITIONS;
use crate::domain::role_arn::RoleArn;

/// Asks IAM with the credentials of the environment, or of a profile.
#[derive(Debug, Clone, Copy, Default)]
pub struct IamLookup;

impl RoleLookup for IamLookup {
    fn check(&self, question: &RoleQuestion) -> RoleCheck {
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(why) => return RoleCheck::Unavailable(why),
        };
        let answer = runtime.block_on(async { timeout(LONGEST, ask(question)).await });
        // A hung call is left behind, not waited for.
        runtime.shutdown_background();
        answer.unwrap_or_else(|_| RoleCheck::Unavailable(late()))
    }

    fn list(
        &self,
        question: &ListQuestion,
        on_page: &mut dyn FnMut(Vec<RoleArn>) -> bool,
    ) -> ListEnd {
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(why) => return ListEnd::Broken(why),
        };
        let end = runtime.block_on(roles::list(question, on_page));
        runtime.shutdown_background();
        end.into()
    }

    fn identity(&self) -> Identity {
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(why) => return Identity::Unavailable(why),
        };
        let asked = async {
            let config = config(None, PARTITIONS[0]).await;
            Caller::of(&config, None).await
        };
        let answer = runtime.block_on(async { timeout(LONGEST, asked).await });
        runtime.shutdown_background();
        match answer {
            Ok(Ok(caller)) => Identity::Known(caller.arn),
            Ok(Err(why)) => Identity::Unavailable(why),
            Err(_) => Identity::Unavailable(late()),
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(300)
    }
}

fn late() -> String {
    format!("AWS did not answer within {} seconds", LONGEST.as_secs())
}

fn runtime() -> Result<Runtime, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("IAM can't be asked: {error}"))
}

async fn ask(question: &RoleQuestion) -> RoleCheck {
    let profile = question.profile.as_deref();
    let partition = question.role.partition();
    let config = config(profile, partition).await;
    let caller = match Caller::of(&config, profile).await {
        Ok(caller) => caller,
        Err(why) => return RoleCheck::Unavailable(why),
    };
    if caller.account != question.role.account() || !caller.is_in(partition) {
        return RoleCheck::OtherAccount(caller.account);
    }
    let role =
        aws_sdk_iam::Client::new(&config).get_role().role_name(question.role.name()).send().await;
    match role {
        Ok(found) => found.role.map_or(RoleCheck::Missing, |role| compare(&question.role, role)),
        Err(error) => {
            let failure = Failure::of(&error, error.raw_response());
            if failure.is_missing() {
                return RoleCheck::Missing;
            }
            let line = failure.line("iam:GetRole", profile, Some(&caller.arn));
            if failure.is_denied() { RoleCheck::Denied(line) } else { RoleCheck::Unavailable(line) }
        }
    }
}

/// A role is asked for by its name alone; only the whole ARN says whether it is the one.
fn compare(asked: &RoleArn, role: Role) -> RoleCheck {
    if role.arn != asked.as_str() {
        return RoleCheck::OtherPath(role.arn);
    }
    let document = role.assume_role_policy_document.unwrap_or_default();
    // AWS sends it percent-encoded; tools that pass it on may have decoded it.
    let trust_policy = if document.starts_with("%7B") {
        percent_decode_str(&document).decode_utf8_lossy().into_owned()
    } else {
        document
    };
    RoleCheck::Found(RoleFacts {
        trust_policy,
        longest_session: role.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok()),
        boundary: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
    })
}
