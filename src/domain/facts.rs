//! What is known of a cluster, and how well.

use super::allowed_roles::{DEFAULT_KEY, RestrictionFormat};
use super::cilium_version::CiliumVersion;
use super::dns_peer::DnsPeer;
use super::kube2iam::Settings;
use super::region::Region;
use super::role_arn::RoleArn;
use super::session_ttl::SessionTtl;

/// A value, and why it is only assumed if it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// How sure it is.
    pub source: Source,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `gangplank.yaml` says so.
    Config,
    /// A manifest of this repository shows it.
    Repository(String),
    /// Nothing says so; it is what most clusters have.
    Assumed,
}

impl<T> Fact<T> {
    /// A fact from `gangplank.yaml`.
    pub fn config(value: T) -> Self {
        Fact { value, source: Source::Config }
    }

    /// A fact that a file of this repository shows.
    pub fn seen(value: T, path: impl Into<String>) -> Self {
        Fact { value, source: Source::Repository(path.into()) }
    }

    /// An assumption.
    pub fn assumed(value: T) -> Self {
        Fact { value, source: Source::Assumed }
    }

    /// Whether nobody has stated it.
    pub fn is_assumed(&self) -> bool {
        self.source != Source::Config
    }

    /// The source in a few words.
    pub fn origin(&self) -> String {
        match &self.source {
            Source::Config => "gangplank.yaml".to_owned(),
            Source::Repository(path) => path.clone(),
            Source::Assumed => "assumed".to_owned(),
        }
    }
}

/// The facts of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFacts {
    /// The cluster's AWS account.
    pub account: Option<Fact<String>>,
    /// Other accounts whose roles are meant to be used here.
    pub trusted_accounts: Vec<String>,
    /// The regions that its pods use.
    pub regions: Option<Fact<Vec<Region>>>,
    /// Cilium's version.
    pub cilium_version: Option<Fact<CiliumVersion>>,
    /// Where its pods ask for names.
    pub dns: Fact<Vec<DnsPeer>>,
    /// How kube2iam reads the list.
    pub format: Fact<RestrictionFormat>,
    /// The Namespace annotation that kube2iam reads.
    pub allowed_roles_key: String,
    /// The pod annotation that names the role.
    pub role_key: String,
    /// The pod annotation that names the external id.
    pub external_id_key: String,
    /// The AWS profile that can look roles of this cluster's account up.
    pub aws_profile: Option<String>,
    /// The role that kube2iam runs under, which assumes all others.
    pub node_role: Option<RoleArn>,
    /// That role's unique id (`AROA…`).
    pub node_role_id: Option<String>,
    /// kube2iam's `--iam-role-session-ttl`.
    pub session_ttl: Option<SessionTtl>,
    /// kube2iam's `--base-role-arn`.
    pub base_arn: Option<String>,
    /// kube2iam's default role, which the list does not restrict.
    pub default_role: Option<String>,
    /// A `--namespace-restriction-format` that kube2iam silently takes for glob, and its file.
    pub format_typo: Option<(String, String)>,
    /// Whether kube2iam restricts by namespace at all, if known.
    pub namespace_restrictions: Option<bool>,
    /// The manifest that starts kube2iam, if the repository has it.
    pub kube2iam_manifest: Option<String>,
}

impl ClusterFacts {
    /// The facts of a cluster that nobody has described.
    pub fn assumed() -> Self {
        ClusterFacts {
            account: None,
            trusted_accounts: Vec::new(),
            regions: None,
            cilium_version: None,
            dns: Fact::assumed(DnsPeer::kube_dns().into_iter().collect()),
            format: Fact::assumed(RestrictionFormat::Glob),
            allowed_roles_key: DEFAULT_KEY.to_owned(),
            role_key: "iam.amazonaws.com/role".to_owned(),
            external_id_key: "iam.amazonaws.com/external-id".to_owned(),
            aws_profile: None,
            node_role: None,
            node_role_id: None,
            session_ttl: None,
            base_arn: None,
            default_role: None,
            format_typo: None,
            namespace_restrictions: None,
            kube2iam_manifest: None,
        }
    }

    /// How kube2iam is started there, as far as it is known. Where nobody knows whether it restricts
    /// by namespace, it is taken to: that is what the list is for.
    pub fn kube2iam(&self) -> Settings {
        Settings {
            base_arn: self.base_arn.clone().unwrap_or_default(),
            default_role: self.default_role.clone().unwrap_or_default(),
            restrictions: self.namespace_restrictions.unwrap_or(true),
            format: self.format.value,
        }
    }
}
