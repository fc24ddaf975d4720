//! Who asks STS for what.

use crate::domain::role_arn::RoleArn;

/// The call that kube2iam makes for a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The role to be assumed, which has the trust policy.
    pub role: RoleArn,
    /// The cluster's node role, under which kube2iam calls.
    pub node_role: RoleArn,
    /// The node role's unique id (`AROA…`), if it is known.
    pub node_role_id: Option<String>,
    /// The external id that the pod's annotation gives; an empty one is not sent.
    pub external_id: Option<String>,
}

impl Request {
    pub(super) fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref().filter(|id| !id.is_empty())
    }

    pub(super) fn is_in_one_account(&self) -> bool {
        self.role.account() == self.node_role.account()
            && self.role.partition() == self.node_role.partition()
    }
}
