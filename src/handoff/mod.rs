//! What the application team gets once their namespace may assume roles: one page, a script that
//! proves it with a pod, and the text of the pull request. Pure: reads a repository, writes
//! nothing, asks nobody.
//!
//! ```text
//! repository ── survey, build, pod chain ──> Handoff ──> page, test pod, pull request, JSON
//! what IAM says ─────────────────────────────^
//! ```

mod build;
mod document;
mod earlier;
mod json;
mod page;
mod pods;
mod pull_request;
mod region;
mod roles;
mod test_pod;
mod trust;
mod workloads;

pub use build::{HandoffError, Wish};
pub use document::{Block, Section, as_markdown, as_text};
pub use earlier::Earlier;
pub use pods::PolicyPods;
pub use roles::HandedRole;
pub use trust::Trust;
pub use workloads::{WORKLOADS, Workload, manifest};

use crate::domain::finding::Finding;
use crate::domain::name::ClusterName;
use crate::domain::pod::Link;
use crate::domain::pods::Pods;
use crate::domain::reach::Reach;
use crate::domain::region::Region;
use crate::plan::AwsFacts;
use crate::system::RepoPath;

/// Everything that is handed over.
#[derive(Debug, Clone)]
pub struct Handoff {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace as built.
    pub namespace: String,
    /// Its folder.
    pub folder: RepoPath,
    /// The same from git's top level.
    pub git_path: String,
    /// The entries of its list as built.
    pub entries: Vec<String>,
    /// The pod annotation that names the role.
    pub role_key: String,
    /// The pod annotation that names the external id.
    pub external_id_key: String,
    /// The roles that its pods may ask for, the one for the test pod first; at least one.
    pub roles: Vec<HandedRole>,
    /// Entries of the list that are no single role.
    pub patterns: Vec<String>,
    /// The repository's own template of the test pod's script, which is not used.
    pub unused_script: Option<String>,
    /// The external id that the roles want, if one was given.
    pub external_id: Option<String>,
    /// What the policies leave open.
    pub network: Network,
    /// Whether the test pod gets the role, link by link, as far as the repository tells.
    pub links: Vec<Link>,
    /// What was there before the change; none if git does not know.
    pub earlier: Option<Earlier>,
    /// What a check finds in the namespace's folder.
    pub findings: Vec<Finding>,
    /// The owners of the namespace's kustomization, by `CODEOWNERS`.
    pub owners: Vec<String>,
    /// What AWS has to be asked with.
    pub aws: AwsFacts,
}

/// The network of some pods.
#[derive(Debug, Clone)]
pub struct Network {
    /// The policies of the namespace with egress rules, and which pods each is for.
    pub policies: Vec<PolicyPods>,
    /// The pods that everything is said for; the test pod is one of them.
    pub pods: Pods,
    /// What they reach.
    pub reach: Reach,
    /// The region in which the test pod asks STS.
    pub region: Region,
    /// Whether the policies may let the test pod reach STS there.
    pub opens_sts: bool,
    /// Whether a policy of this repository restricts egress of the pods.
    pub restricts_egress: bool,
}
