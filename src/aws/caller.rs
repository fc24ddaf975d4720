//! Who is asking: in another account the same name is another role.

use aws_config::SdkConfig;

use super::failure::Failure;
use crate::domain::partition::Partition;

/// Who is asking.
pub(super) struct Caller {
    pub(super) arn: String,
    pub(super) account: String,
}

impl Caller {
    /// Asks STS; a failure is one line.
    pub(super) async fn of(config: &SdkConfig, profile: Option<&str>) -> Result<Self, String> {
        let identity = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
        let identity = identity.map_err(|error| {
            let failure = Failure::of(&error, error.raw_response());
            failure.line("sts:GetCallerIdentity", profile, None)
        })?;
        Ok(Caller {
            arn: identity.arn.unwrap_or_default(),
            account: identity.account.unwrap_or_default(),
        })
    }

    pub(super) fn is_in(&self, partition: Partition) -> bool {
        self.arn.split(':').nth(1) == Some(partition.id)
    }
}
