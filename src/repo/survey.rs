//! A survey of one cluster: everything about it that an onboarding needs to know, read once and
//! used for every preview.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::Config;
use super::config_text::ConfigError;
use super::defaults::DefaultsChoice;
use super::delivery::Delivery;
use super::house::{House, Sibling};
use super::layout::{self, ClusterLayout, LayoutError, NamespacePlace};
use super::mentions::Mentions;
use super::policies::{self, ClusterFiles, SecondGate};
use super::protected::Protected;
use super::root::CONFIG_NAME;
use super::walk::Walk;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::facts::{ClusterFacts, Fact};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::near::closest;
use crate::domain::role_arn::RoleArn;
use crate::kustomize::{self, Build, Object};
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects};
use crate::manifests::reach::{NamedPolicy, PolicySet};
use crate::manifests::yaml::{Node, Place};
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree, YamlFile};

/// A repository with its config read.
#[derive(Debug, Clone)]
pub struct Repository {
    /// What is on disk, without pending changes.
    pub tree: Tree,
    /// `gangplank.yaml`.
    pub config: Config,
    /// The root below git's top level.
    pub prefix: String,
}

/// Why a cluster can't be surveyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurveyError {
    /// There is no such cluster.
    #[error("no cluster `{name}`: {looked_in}/ has {known}")]
    NoCluster {
        /// What was asked for.
        name: String,
        /// The folder with the clusters.
        looked_in: RepoPath,
        /// The clusters that are there, in words.
        known: String,
        /// A cluster with nearly this name.
        near: Option<String>,
    },
    /// Its namespace folders are not where they are looked for.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// Something can't be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// An entry under `clusters:` of the config that describes no cluster of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleEntry {
    /// The name or glob.
    pub name: String,
    /// Where it stands in the config.
    pub place: Option<Place>,
    /// A cluster with nearly this name.
    pub near: Option<String>,
}

/// What is known of one cluster.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The cluster.
    pub cluster: ClusterName,
    /// Where its namespace folders are.
    pub layout: ClusterLayout,
    /// Its facts.
    pub facts: ClusterFacts,
    /// How its namespace folders are written.
    pub house: House,
    /// Where the Namespace object comes from.
    pub defaults: DefaultsChoice,
    /// What Argo CD delivers.
    pub delivery: Delivery,
    /// Admission policies that name the role annotation.
    pub second_gates: Vec<SecondGate>,
    /// Namespaces that are not for applications.
    pub protected: Protected,
    /// Roles that the siblings read allow, with the namespaces that do.
    pub roles_in_use: BTreeMap<RoleArn, Vec<String>>,
    /// Whether all files beside the namespaces were looked at.
    pub is_complete: bool,
    clusterwide: Vec<Arc<YamlFile>>,
}

impl Repository {
    /// Reads the config of a repository.
    ///
    /// # Errors
    /// A config that can't be read or used.
    pub fn open(tree: Tree, prefix: String) -> Result<Self, ConfigError> {
        let path = RepoPath::root().child(CONFIG_NAME);
        let unreadable = |error: ReadError| ConfigError {
            path: error.path.to_string(),
            place: error.place,
            message: error.reason,
            help: "mend the file, or take it away".to_owned(),
        };
        let config = match tree.text(&path).map_err(unreadable)? {
            Some(source) => Config::parse(CONFIG_NAME, source.text())?,
            None => Config::default(),
        };
        Ok(Repository { tree, config, prefix })
    }

    fn configured_layout(&self) -> Option<&str> {
        self.config.namespaces_layout.as_deref()
    }

    /// The clusters, sorted.
    ///
    /// # Errors
    /// If the folder with the clusters can't be listed.
    pub fn clusters(&self) -> Result<Vec<String>, ReadError> {
        layout::clusters(&self.tree, self.configured_layout())
    }

    /// The entries under `clusters:` of the config that describe no cluster of the repository.
    ///
    /// # Errors
    /// If the folder with the clusters can't be listed.
    pub fn idle_entries(&self) -> Result<Vec<IdleEntry>, ReadError> {
        let clusters = self.clusters()?;
        let entry = |(name, place): (&str, Option<Place>)| IdleEntry {
            name: name.to_owned(),
            place,
            near: closest(name, clusters.iter().map(String::as_str)).map(str::to_owned),
        };
        Ok(self.config.idle_entries(&clusters).map(entry).collect())
    }

    /// Where a cluster's namespace folders are.
    ///
    /// # Errors
    /// No such cluster, or an unknown layout.
    pub fn layout(&self, cluster: &ClusterName) -> Result<ClusterLayout, SurveyError> {
        let folder = layout::clusters_folder(self.configured_layout());
        if !self.tree.is_folder(&folder.child(cluster.as_str()))? {
            let known = self.clusters()?;
            return Err(SurveyError::NoCluster {
                name: cluster.to_string(),
                near: closest(cluster.as_str(), known.iter().map(String::as_str))
                    .map(str::to_owned),
                known: if known.is_empty() { "none".to_owned() } else { in_words(&known) },
                looked_in: folder,
            });
        }
        Ok(ClusterLayout::find(&self.tree, self.configured_layout(), cluster)?)
    }

    /// Surveys a cluster.
    ///
    /// # Errors
    /// No such cluster, an unknown layout, or something that can't be read.
    pub fn survey(&self, cluster: &ClusterName) -> Result<Survey, SurveyError> {
        let layout = self.layout(cluster)?;
        let tree = &self.tree;
        let siblings = Sibling::sample(tree, &layout.new_in)?;
        let protected = Protected::new(&self.config.protected);
        let walk = Walk::over(tree, &layout, &protected);
        let files = ClusterFiles::find(tree, &walk, &layout);
        let mentions = Mentions::in_tree(tree);
        let defaults =
            DefaultsChoice::find(tree, &siblings, &layout.new_in, &layout.cluster_folder)?;
        let clusterwide = policies::clusterwide(&mentions, &files);
        let mut facts = self.config.facts(cluster.as_str());
        let kube2iam = policies::read_kube2iam(&mentions, &files, &mut facts);
        if facts.dns.is_assumed() {
            let defaults_files = defaults_policies(tree, &defaults);
            let found = policies::dns_peers(&mentions, &clusterwide, &defaults_files, &siblings);
            if let Some((peers, path)) = found {
                facts.dns = Fact::seen(peers, path.as_str());
            }
        }
        let roles_in_use = roles_in_use(&siblings);
        if facts.account.is_none() {
            facts.account = commonest_account(&roles_in_use);
        }
        Ok(Survey {
            cluster: cluster.clone(),
            house: House::find(tree, &siblings, &layout.cluster_folder)?,
            delivery: Delivery::find(&mentions, &walk, &layout, &self.prefix),
            second_gates: policies::second_gates(&mentions, &files, &facts),
            protected: protected.and(dns_namespaces(&facts)).and(kube2iam),
            is_complete: walk.is_complete,
            defaults,
            facts,
            layout,
            roles_in_use,
            clusterwide,
        })
    }
}

/// A stated DNS peer's namespace is one of the platform's.
fn dns_namespaces(facts: &ClusterFacts) -> Vec<String> {
    let pods = facts.dns.value.iter().filter_map(|peer| match peer {
        DnsPeer::Pods { namespace, .. } => Some(namespace.to_string()),
        DnsPeer::Address { .. } => None,
    });
    pods.collect()
}

/// A list of names for a line of output: the first few, and how many there are; empty for none.
pub fn in_words(names: &[String]) -> String {
    match names.get(..8) {
        Some(first) if names.len() > 8 => {
            format!("{}, … {} in all", first.join(", "), names.len())
        }
        _ => names.join(", "),
    }
}

fn defaults_policies(tree: &Tree, defaults: &DefaultsChoice) -> Vec<Arc<YamlFile>> {
    let DefaultsChoice::One(defaults) = defaults else {
        return Vec::new();
    };
    policy_files(&kustomize::build(tree, &defaults.folder))
}

/// The files of a build that hold policies, each once.
fn policy_files(build: &Build) -> Vec<Arc<YamlFile>> {
    let mut files: Vec<Arc<YamlFile>> = Vec::new();
    for object in &build.objects {
        let is_policy = object.root().and_then(NetworkPolicy::of).is_some();
        if is_policy && !files.iter().any(|file| file.path == object.file.path) {
            files.push(Arc::clone(&object.file));
        }
    }
    files
}

/// The role ARNs in the siblings' own kustomizations: cheap, and enough for suggestions.
fn roles_in_use(siblings: &[Sibling]) -> BTreeMap<RoleArn, Vec<String>> {
    let mut roles: BTreeMap<RoleArn, Vec<String>> = BTreeMap::new();
    for sibling in siblings {
        let text = sibling.file.source.text();
        for (at, _) in text.match_indices("arn:") {
            let end = text[at..].find(['"', '\'', ' ', '\n', '\\', ']', '$']);
            let candidate = &text[at..end.map_or(text.len(), |end| at + end)];
            if let Ok(role) = RoleArn::parse(candidate) {
                let users = roles.entry(role).or_default();
                let name = sibling.folder.name().to_owned();
                if !users.contains(&name) {
                    users.push(name);
                }
            }
        }
    }
    roles
}

fn commonest_account(roles: &BTreeMap<RoleArn, Vec<String>>) -> Option<Fact<String>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (role, users) in roles {
        *counts.entry(role.account()).or_default() += users.len();
    }
    let (account, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let source = format!("{count} roles of its siblings");
    Some(Fact::seen(account.to_owned(), source))
}

impl Survey {
    /// Where a namespace is, or would be.
    ///
    /// # Errors
    /// Two folders for one namespace; a folder that can't be looked at.
    pub fn place(&self, tree: &Tree, namespace: &Namespace) -> Result<NamespacePlace, LayoutError> {
        self.layout.place(tree, namespace)
    }

    /// Whether policies of this repository restrict the egress of these pods already: clusterwide
    /// ones, and those that the build of the namespace brings.
    pub fn egress_restricted(&self, build: &Build, pods: PodSet<'_>) -> Selects {
        let clusterwide = self.clusterwide.iter().flat_map(|file| policies::policies_in(file));
        let clusterwide = clusterwide.filter(policies::is_clusterwide);
        let own =
            build.objects.iter().filter_map(|object| object.root().and_then(NetworkPolicy::of));
        let all = clusterwide.chain(own).map(|policy| policy.restricts_egress(pods));
        all.fold(Selects::None, Selects::stronger)
    }

    /// All policies of this repository that may be for these pods: clusterwide ones, and those that
    /// the build of the namespace brings. `dns` are the servers that the pods ask for names.
    pub fn policies<'a>(
        &'a self,
        built: (&RepoPath, &'a Build),
        pods: PodSet<'a>,
        dns: &'a [DnsPeer],
    ) -> PolicySet<'a> {
        let (folder, build) = built;
        let clusterwide = self.clusterwide.iter().flat_map(|file| {
            let policies = policies::policies_in(file).filter(policies::is_clusterwide);
            policies.map(|policy| NamedPolicy {
                name: policies::name_in_words(file, &policy, folder),
                policy,
                is_patched: false,
            })
        });
        let lands_there = |object: &&Object| {
            object.namespace.as_deref().is_none_or(|name| name == pods.namespace.as_str())
        };
        let own = build.objects.iter().filter(lands_there).filter_map(|object| {
            let policy = NetworkPolicy::of(object.root()?)?;
            let name = policies::name_in_words(&object.file, &policy, folder);
            Some(NamedPolicy { name, policy, is_patched: object.is_patched })
        });
        let version = self.facts.cilium_version.as_ref().map(|fact| fact.value);
        PolicySet::of(clusterwide.chain(own), pods, dns, version)
    }

    /// The clusterwide policies that are in force.
    pub fn clusterwide_policies(&self) -> impl Iterator<Item = Node<'_>> {
        let documents = self.clusterwide.iter().flat_map(|file| file.yaml.documents());
        documents.filter(|root| {
            NetworkPolicy::of(*root).is_some_and(|policy| policies::is_clusterwide(&policy))
        })
    }

    /// The DNS peers to use unless an answer says otherwise.
    pub fn dns(&self) -> &Fact<Vec<DnsPeer>> {
        &self.facts.dns
    }
}
