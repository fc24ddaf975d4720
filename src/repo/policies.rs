//! What the rest of a cluster's folder says: clusterwide policies, DNS peers, kube2iam's own
//! manifest, and admission policies that name the role annotation too.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::house::Sibling;
use super::layout::ClusterLayout;
use super::walk::{Walk, holds_any};
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::facts::{ClusterFacts, Fact};
use crate::kustomize::listed_files;
use crate::manifests::network_policy::{NetworkPolicy, PolicyKind};
use crate::manifests::yaml::Node;
use crate::system::RepoPath;
use crate::tree::{Tree, YamlFile};

/// An admission policy that names the role annotation: a second list somebody has to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondGate {
    /// Its file.
    pub path: RepoPath,
    /// Its name.
    pub name: String,
    /// The ConfigMaps that it reads, each with its file if the repository has it.
    pub config_maps: Vec<(String, Option<RepoPath>)>,
}

/// The files with clusterwide policies that some kustomization of the cluster lists. Files that
/// none lists are not in force.
pub(super) fn clusterwide(tree: &Tree, walk: &Walk, layout: &ClusterLayout) -> Vec<Arc<YamlFile>> {
    let mut seen = BTreeSet::new();
    let mut files = BTreeSet::new();
    let own = walk
        .kustomizations
        .iter()
        .filter(|folder| folder.is_within(&layout.cluster_folder));
    for folder in own {
        listed_files(tree, folder, &mut seen, &mut files);
    }
    let with_policy = files
        .into_iter()
        .filter(|path| holds_any(tree, path, &["ClusterwideNetworkPolicy"]));
    with_policy
        .filter_map(|path| tree.yaml(&path).ok().flatten())
        .collect()
}

/// The policies in a file.
pub(super) fn policies_in(file: &YamlFile) -> impl Iterator<Item = NetworkPolicy<'_>> {
    file.yaml.documents().filter_map(NetworkPolicy::of)
}

/// The DNS peers that the cluster's own policies use: clusterwide ones first, then what the
/// siblings' folders hold.
pub(super) fn dns_peers(
    tree: &Tree,
    clusterwide: &[Arc<YamlFile>],
    defaults: &[Arc<YamlFile>],
    siblings: &[Sibling],
) -> Option<(Vec<DnsPeer>, RepoPath)> {
    for files in [clusterwide, defaults] {
        if let Some(found) = peers_of(files) {
            return Some(found);
        }
    }
    let policies: Vec<Arc<YamlFile>> = siblings
        .iter()
        .flat_map(|s| sibling_policies(tree, s))
        .collect();
    peers_of(&policies)
}

fn peers_of(files: &[Arc<YamlFile>]) -> Option<(Vec<DnsPeer>, RepoPath)> {
    let mut peers: Vec<DnsPeer> = Vec::new();
    let mut source = None;
    for file in files {
        for peer in policies_in(file).flat_map(|policy| policy.dns_peers()) {
            source.get_or_insert_with(|| file.path.clone());
            if !peers.contains(&peer) {
                peers.push(peer);
            }
        }
    }
    source.map(|source| (peers, source))
}

fn sibling_policies(tree: &Tree, sibling: &Sibling) -> Vec<Arc<YamlFile>> {
    let root = sibling.file.yaml.root();
    let entries = root.map(|root| crate::kustomize::Kustomization::of(root).resources());
    let texts = entries.into_iter().flatten().filter_map(Node::string);
    let own = texts.filter_map(|text| sibling.folder.resolve(text));
    let own = own.filter(|path| {
        path.is_within(&sibling.folder) && holds_any(tree, path, &["NetworkPolicy"])
    });
    own.filter_map(|path| tree.yaml(&path).ok().flatten())
        .collect()
}

/// Fills in what kube2iam's own DaemonSet in the cluster's folder shows and the config leaves open.
pub(super) fn read_kube2iam(
    tree: &Tree,
    walk: &Walk,
    layout: &ClusterLayout,
    facts: &mut ClusterFacts,
) {
    let own = walk.files_with(
        tree,
        &[
            "--namespace-restriction",
            "--base-role-arn",
            "--namespace-key",
        ],
    );
    for path in own.filter(|path| path.is_within(&layout.cluster_folder)) {
        let Ok(Some(file)) = tree.yaml(path) else {
            continue;
        };
        for root in file.yaml.documents() {
            if root.get("kind").and_then(Node::text) == Some("DaemonSet") {
                take_arguments(root, path, facts);
            }
        }
    }
}

fn take_arguments(root: Node<'_>, path: &RepoPath, facts: &mut ClusterFacts) {
    let containers = root.at(&["spec", "template", "spec", "containers"]);
    for container in containers.into_iter().flat_map(Node::items) {
        let arguments = ["command", "args"]
            .into_iter()
            .filter_map(|key| container.get(key));
        for argument in arguments.flat_map(Node::items).filter_map(Node::text) {
            let Some((flag, value)) = argument.split_once('=') else {
                if argument == "--namespace-restrictions" {
                    facts.namespace_restrictions.get_or_insert(true);
                }
                continue;
            };
            take_argument(flag, value, path, facts);
        }
    }
}

fn take_argument(flag: &str, value: &str, path: &RepoPath, facts: &mut ClusterFacts) {
    match flag {
        // kube2iam takes everything but `regexp` for glob.
        "--namespace-restriction-format" if facts.format.is_assumed() => {
            let is_regexp = value.eq_ignore_ascii_case("regexp");
            let format = if is_regexp {
                RestrictionFormat::Regexp
            } else {
                RestrictionFormat::Glob
            };
            facts.format = Fact::seen(format, path.as_str());
        }
        "--namespace-key"
            if facts.allowed_roles_key == crate::domain::allowed_roles::DEFAULT_KEY =>
        {
            value.clone_into(&mut facts.allowed_roles_key);
        }
        "--namespace-restrictions" => {
            facts.namespace_restrictions.get_or_insert(value != "false");
        }
        "--default-role" => {
            facts.default_role.get_or_insert_with(|| value.to_owned());
        }
        "--base-role-arn" => {
            facts.base_arn.get_or_insert_with(|| value.to_owned());
        }
        _ => {}
    }
}

/// The Kyverno policies that name the role annotation or the allowed-roles annotation.
pub(super) fn second_gates(tree: &Tree, walk: &Walk, facts: &ClusterFacts) -> Vec<SecondGate> {
    let mut gates = Vec::new();
    for path in walk.files_with(tree, &["kyverno.io/"]) {
        if !holds_any(tree, path, &[&facts.role_key, &facts.allowed_roles_key]) {
            continue;
        }
        let Ok(Some(file)) = tree.yaml(path) else {
            continue;
        };
        for root in file.yaml.documents() {
            if matches!(
                root.get("kind").and_then(Node::text),
                Some("ClusterPolicy" | "Policy")
            ) {
                gates.push(second_gate(tree, walk, root, path));
            }
        }
    }
    gates
}

fn second_gate(tree: &Tree, walk: &Walk, root: Node<'_>, path: &RepoPath) -> SecondGate {
    let name = root
        .at(&["metadata", "name"])
        .and_then(Node::text)
        .unwrap_or_default()
        .to_owned();
    let rules = root
        .at(&["spec", "rules"])
        .into_iter()
        .flat_map(Node::items);
    let contexts = rules
        .filter_map(|rule| rule.get("context"))
        .flat_map(Node::items);
    let names = contexts.filter_map(|context| context.at(&["configMap", "name"])?.text());
    let mut config_maps: Vec<(String, Option<RepoPath>)> = Vec::new();
    for name in names {
        if !config_maps.iter().any(|(known, _)| known == name) {
            config_maps.push((name.to_owned(), config_map_file(tree, walk, name)));
        }
    }
    SecondGate {
        path: path.clone(),
        name,
        config_maps,
    }
}

fn config_map_file(tree: &Tree, walk: &Walk, name: &str) -> Option<RepoPath> {
    let holding = walk.files.iter().filter(|path| {
        let text = tree.text(path).ok().flatten();
        text.is_some_and(|s| s.text().contains("ConfigMap") && s.text().contains(name))
    });
    let mut holding = holding.filter(|path| {
        let file = tree.yaml(path).ok().flatten();
        file.is_some_and(|file| {
            file.yaml.documents().any(|root| {
                root.get("kind").and_then(Node::text) == Some("ConfigMap")
                    && root.at(&["metadata", "name"]).and_then(Node::text) == Some(name)
            })
        })
    });
    holding.next().cloned()
}

/// Whether a policy is in force in all namespaces.
pub(super) fn is_clusterwide(policy: &NetworkPolicy<'_>) -> bool {
    policy.kind() == PolicyKind::CiliumClusterwide
}
