//! What the rest of a cluster's folder says: clusterwide policies, DNS peers, kube2iam's own
//! manifest, and admission policies that name the role annotation too.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::house::Sibling;
use super::layout::ClusterLayout;
use super::mentions::{Mentions, Word};
use super::walk::Walk;
use crate::domain::allowed_roles::{DEFAULT_KEY, RestrictionFormat};
use crate::domain::dns_peer::DnsPeer;
use crate::domain::facts::{ClusterFacts, Fact};
use crate::domain::name::Namespace;
use crate::domain::pods::Pods;
use crate::domain::session_ttl::SessionTtl;
use crate::kustomize::{Kustomization, listed_files};
use crate::manifests::network_policy::{NetworkPolicy, PodSet, PolicyKind, Selects};
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
    /// The ConfigMaps that it reads, each with the file to edit if the repository has it.
    pub config_maps: Vec<(String, Option<RepoPath>)>,
}

/// The files that make up a cluster beside its applications' namespaces.
#[derive(Debug, Clone, Default)]
pub(super) struct ClusterFiles {
    /// Those that a kustomization of the cluster lists: they are in force.
    listed: BTreeSet<RepoPath>,
    /// Others in the cluster's folder: Argo CD may deliver them as they are.
    others: BTreeSet<RepoPath>,
    /// Kustomizations of the cluster.
    kustomizations: Vec<RepoPath>,
}

impl ClusterFiles {
    pub(super) fn find(tree: &Tree, walk: &Walk, layout: &ClusterLayout) -> Self {
        let own = |path: &&RepoPath| path.is_within(&layout.cluster_folder);
        let (mut seen, mut listed) = (BTreeSet::new(), BTreeSet::new());
        for folder in walk.kustomizations.iter().filter(own) {
            listed_files(tree, folder, &mut seen, &mut listed);
        }
        let others = walk.files.iter().filter(own).filter(|path| !listed.contains(path));
        ClusterFiles {
            others: others.cloned().collect(),
            listed,
            kustomizations: seen.into_iter().collect(),
        }
    }

    /// All of them that mention a word, those in force first.
    fn all_with<'a>(
        &'a self,
        mentions: &'a Mentions<'_>,
        word: Word,
    ) -> impl Iterator<Item = Arc<YamlFile>> + 'a {
        mentions.files(self.listed.iter().chain(&self.others), word)
    }
}

/// The files with clusterwide policies. Files that no kustomization lists are not in force.
pub(super) fn clusterwide(mentions: &Mentions<'_>, files: &ClusterFiles) -> Vec<Arc<YamlFile>> {
    mentions.files(files.listed.iter(), Word::ClusterwidePolicy).collect()
}

/// The policies in a file.
pub(super) fn policies_in(file: &YamlFile) -> impl Iterator<Item = NetworkPolicy<'_>> {
    file.yaml.documents().filter_map(NetworkPolicy::of)
}

/// How a policy is called: by its file, short where that stands in the namespace's folder.
pub(super) fn name_in_words(
    file: &YamlFile,
    policy: &NetworkPolicy<'_>,
    folder: &RepoPath,
) -> String {
    let path = match file.path.parent() {
        Some(parent) if parent == *folder => file.path.name(),
        _ => file.path.as_str(),
    };
    match file.yaml.documents().nth(1) {
        Some(_) => format!("{path} ({})", policy.name()),
        None => path.to_owned(),
    }
}

/// The DNS peers that the pods of applications use: those of clusterwide policies and of the
/// defaults that select every pod, else what most siblings with such a rule have.
pub(super) fn dns_peers(
    mentions: &Mentions<'_>,
    clusterwide: &[Arc<YamlFile>],
    defaults: &[Arc<YamlFile>],
    siblings: &[Sibling],
) -> Option<(Vec<DnsPeer>, RepoPath)> {
    for files in [clusterwide, defaults] {
        if let Some(found) = peers_for_everybody(files) {
            return Some(found);
        }
    }
    peers_of_siblings(mentions, siblings)
}

/// A policy for CoreDNS itself, say, opens the way to its upstream, which is no business of an
/// application's pods.
fn peers_for_everybody(files: &[Arc<YamlFile>]) -> Option<(Vec<DnsPeer>, RepoPath)> {
    let namespace = Namespace::parse("any-application").ok()?;
    let everybody = PodSet { namespace: &namespace, pods: &Pods::default() };
    let mut peers: Vec<DnsPeer> = Vec::new();
    let mut source = None;
    for file in files {
        for policy in
            policies_in(file).filter(|policy| policy.selects_for_egress(everybody) == Selects::All)
        {
            for peer in policy.dns_peers() {
                source.get_or_insert_with(|| file.path.clone());
                if !peers.contains(&peer) {
                    peers.push(peer);
                }
            }
        }
    }
    source.map(|source| (peers, source))
}

fn peers_of_siblings(
    mentions: &Mentions<'_>,
    siblings: &[Sibling],
) -> Option<(Vec<DnsPeer>, RepoPath)> {
    let mut sets: Vec<(Vec<DnsPeer>, RepoPath)> = Vec::new();
    for sibling in siblings {
        let files = sibling_policies(mentions, sibling);
        let mut peers: Vec<DnsPeer> = Vec::new();
        for peer in
            files.iter().flat_map(|file| policies_in(file)).flat_map(|policy| policy.dns_peers())
        {
            // A lone address in one application's policy is that application's own affair.
            if matches!(peer, DnsPeer::Pods { .. }) && !peers.contains(&peer) {
                peers.push(peer);
            }
        }
        if let Some(file) = files.first().filter(|_| !peers.is_empty()) {
            sets.push((peers, file.path.clone()));
        }
    }
    let count = |peer: &DnsPeer| sets.iter().filter(|(peers, _)| peers.contains(peer)).count();
    let common: Vec<DnsPeer> = sets
        .first()?
        .0
        .iter()
        .chain(sets.iter().flat_map(|(peers, _)| peers))
        .filter(|peer| count(peer) * 2 > sets.len())
        .fold(Vec::new(), |mut kept, peer| {
            if !kept.contains(peer) {
                kept.push(peer.clone());
            }
            kept
        });
    let source = sets.iter().find(|(peers, _)| common.iter().all(|peer| peers.contains(peer)))?;
    (!common.is_empty()).then(|| (common.clone(), source.1.clone()))
}

fn sibling_policies(mentions: &Mentions<'_>, sibling: &Sibling) -> Vec<Arc<YamlFile>> {
    let root = sibling.file.yaml.root();
    let entries = root.map(|root| Kustomization::of(root).resources());
    let texts = entries.into_iter().flatten().filter_map(Node::string);
    let own = texts.filter_map(|text| sibling.folder.resolve(text));
    let own: Vec<RepoPath> = own.filter(|path| path.is_within(&sibling.folder)).collect();
    mentions.files(own.iter(), Word::Policy).collect()
}

/// What kube2iam's own DaemonSet shows: facts that the config leaves open, and its namespace.
pub(super) fn read_kube2iam(
    mentions: &Mentions<'_>,
    files: &ClusterFiles,
    facts: &mut ClusterFacts,
) -> Option<String> {
    let mut namespace = None;
    for file in files.all_with(mentions, Word::Kube2iam) {
        for root in file.yaml.documents() {
            if root.get("kind").and_then(Node::text) != Some("DaemonSet") {
                continue;
            }
            let containers = root.at(&["spec", "template", "spec", "containers"]);
            for container in containers.into_iter().flat_map(Node::items).filter(is_kube2iam) {
                take_arguments(container, &file.path, facts);
                namespace =
                    root.at(&["metadata", "namespace"]).and_then(Node::text).map(str::to_owned);
            }
        }
    }
    namespace
}

fn is_kube2iam(container: &Node<'_>) -> bool {
    let holds =
        |key| container.get(key).and_then(Node::text).is_some_and(|text| text.contains("kube2iam"));
    holds("image") || holds("name")
}

/// Flags come as `--flag=value` or as two items.
fn take_arguments(container: Node<'_>, path: &RepoPath, facts: &mut ClusterFacts) {
    let lists = ["command", "args"].into_iter().filter_map(|key| container.get(key));
    let arguments: Vec<&str> = lists.flat_map(Node::items).filter_map(Node::text).collect();
    facts.kube2iam_manifest = Some(path.to_string());
    let mut restricts = false;
    for (at, argument) in arguments.iter().enumerate() {
        let following = arguments.get(at + 1).copied().unwrap_or_default();
        let (flag, value) = argument.split_once('=').unwrap_or((argument, following));
        match flag {
            "--namespace-restrictions" => restricts = !argument.ends_with("=false"),
            flag => take_argument(flag, value, path, facts),
        }
    }
    // kube2iam's own default is off.
    facts.namespace_restrictions.get_or_insert(restricts);
}

fn take_argument(flag: &str, value: &str, path: &RepoPath, facts: &mut ClusterFacts) {
    match flag {
        "--namespace-restriction-format" if facts.format.is_assumed() => {
            let is_regexp = value.eq_ignore_ascii_case("regexp");
            // kube2iam takes everything but `regexp` for glob, without a word.
            if !is_regexp && value != "glob" {
                facts.format_typo = Some((value.to_owned(), path.to_string()));
            }
            let format =
                if is_regexp { RestrictionFormat::Regexp } else { RestrictionFormat::Glob };
            facts.format = Fact::seen(format, path.as_str());
        }
        "--namespace-key" if facts.allowed_roles_key == DEFAULT_KEY => {
            value.clone_into(&mut facts.allowed_roles_key);
        }
        "--default-role" => {
            facts.default_role.get_or_insert_with(|| value.to_owned());
        }
        "--base-role-arn" => {
            facts.base_arn.get_or_insert_with(|| value.to_owned());
        }
        "--iam-role-session-ttl" if facts.session_ttl.is_none() => {
            facts.session_ttl = SessionTtl::parse(value).ok();
        }
        _ => {}
    }
}

/// The cluster's Kyverno policies that name the role annotation or the allowed-roles annotation.
pub(super) fn second_gates(
    mentions: &Mentions<'_>,
    files: &ClusterFiles,
    facts: &ClusterFacts,
) -> Vec<SecondGate> {
    let keys = [facts.role_key.as_str(), facts.allowed_roles_key.as_str()];
    let mut gates = Vec::new();
    for file in files.all_with(mentions, Word::Kyverno) {
        if !keys.iter().any(|key| file.source.text().contains(key)) {
            continue;
        }
        for root in file.yaml.documents() {
            if matches!(root.get("kind").and_then(Node::text), Some("ClusterPolicy" | "Policy")) {
                gates.push(second_gate(mentions, files, root, &file.path));
            }
        }
    }
    gates
}

fn second_gate(
    mentions: &Mentions<'_>,
    files: &ClusterFiles,
    root: Node<'_>,
    path: &RepoPath,
) -> SecondGate {
    let name = root.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default().to_owned();
    let rules = root.at(&["spec", "rules"]).into_iter().flat_map(Node::items);
    let contexts = rules.filter_map(|rule| rule.get("context")).flat_map(Node::items);
    let mut config_maps: Vec<(String, Option<RepoPath>)> = Vec::new();
    for map in contexts.filter_map(|context| context.get("configMap")) {
        let text = |key| map.get(key).and_then(Node::text).unwrap_or_default();
        let name = text("name");
        if !config_maps.iter().any(|(known, _)| known == name) {
            let path = config_map_file(mentions, files, name, text("namespace"));
            config_maps.push((name.to_owned(), path));
        }
    }
    SecondGate { path: path.clone(), name, config_maps }
}

/// The file to edit for a ConfigMap: its manifest, or the kustomization that generates it.
fn config_map_file(
    mentions: &Mentions<'_>,
    files: &ClusterFiles,
    name: &str,
    namespace: &str,
) -> Option<RepoPath> {
    let is_it = |root: Node| {
        let text = |path: &[&str]| root.at(path).and_then(Node::text);
        let own = text(&["metadata", "namespace"]);
        text(&["kind"]) == Some("ConfigMap")
            && text(&["metadata", "name"]) == Some(name)
            // The namespace may come from a kustomization.
            && own.is_none_or(|own| namespace.is_empty() || own == namespace)
    };
    let mut manifests = files.all_with(mentions, Word::ConfigMap);
    if let Some(file) = manifests.find(|file| file.yaml.documents().any(is_it)) {
        return Some(file.path.clone());
    }
    files.kustomizations.iter().find_map(|folder| {
        let path = mentions.tree.kustomization_file(folder).ok()??;
        let file = mentions.tree.yaml(&path).ok()??;
        let generators = file.yaml.root()?.get("configMapGenerator")?.items();
        let mut names = generators.filter_map(|generator| generator.get("name")?.text());
        names.any(|generated| generated == name).then_some(path)
    })
}

/// Whether a policy is in force in all namespaces.
pub(super) fn is_clusterwide(policy: &NetworkPolicy<'_>) -> bool {
    policy.kind() == PolicyKind::CiliumClusterwide
}
