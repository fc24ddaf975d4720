//! All answers to one onboarding, typed: what a plan is made from.

use super::cilium_version::CiliumVersion;
use super::conflict::ConflictAnswer;
use super::dns_peer::DnsPeer;
use super::endpoints::Breadth;
use super::external_id::ExternalId;
use super::name::{ClusterName, Namespace, PolicyName};
use super::pods::Pods;
use super::role_arn::RoleArn;

/// How the annotation is patched into the Namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatchStyle {
    /// JSON 6902: `op: add` on the annotation.
    JsonPatch,
    /// A partial Namespace that is merged in.
    StrategicMerge,
}

impl PatchStyle {
    /// As the flag says it.
    pub fn as_str(self) -> &'static str {
        match self {
            PatchStyle::JsonPatch => "json-patch",
            PatchStyle::StrategicMerge => "strategic-merge",
        }
    }
}

/// Whether the policy cuts off what it does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Egress {
    /// The pods reach only what some policy lists.
    Restrict,
    /// Nothing is cut off (`enableDefaultDeny: false`).
    AddOnly,
}

/// One onboarding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace.
    pub namespace: Namespace,
    /// The roles to allow, at least one.
    pub roles: Vec<RoleArn>,
    /// How to patch.
    pub style: PatchStyle,
    /// The policy, or none.
    pub policy: Option<PolicyAnswers>,
    /// What the team's pods send to STS.
    pub external_id: Option<ExternalId>,
    /// What to do with foreign policy files.
    pub on_conflict: Vec<ConflictAnswer>,
    /// The role that kube2iam runs under, where only the user knows it.
    pub node_role: Option<RoleArn>,
    /// Whether facts of the cluster are written into the config.
    pub record_facts: bool,
    /// The folder with the Namespace, relative to the root, where the repository leaves a choice.
    pub defaults: Option<String>,
}

/// The policy to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyAnswers {
    /// Its name, and that of its file.
    pub name: PolicyName,
    /// The pods it is for.
    pub pods: Pods,
    /// What it opens.
    pub breadth: Breadth,
    /// Whether it restricts.
    pub egress: Egress,
    /// Where names are asked for; empty leaves the DNS rule out.
    pub dns: Vec<DnsPeer>,
    /// Whether the metadata address is opened, where kube2iam listens.
    pub metadata: bool,
    /// Whether dual-stack endpoints are opened.
    pub dual_stack: bool,
    /// The cluster's Cilium, if known.
    pub cilium_version: Option<CiliumVersion>,
}
