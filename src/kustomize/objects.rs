//! The objects that a build brings, and what kustomize refuses about them.

use std::collections::HashSet;
use std::sync::Arc;

use super::build::Build;
use super::namespace::BuiltNamespace;
use super::problem::Problem;
use crate::manifests::yaml::Node;
use crate::system::RepoPath;
use crate::tree::YamlFile;

/// An object that the build brings, before patches.
#[derive(Debug, Clone)]
pub struct Object {
    /// The file it stands in.
    pub file: Arc<YamlFile>,
    /// Which of the file's documents it is.
    pub document: usize,
    /// Which item of the document, if that is a list of objects.
    pub item: Option<usize>,
    /// The namespace that a `namespace:` on the way gives it.
    pub namespace: Option<String>,
    /// Whether a patch may change its `spec`, so that what is built says something else.
    pub is_patched: bool,
}

impl Object {
    /// The object's root node.
    pub fn root(&self) -> Option<Node<'_>> {
        let root = self.file.yaml.documents().nth(self.document)?;
        match self.item {
            Some(item) => root.get("items")?.items().nth(item),
            None => Some(root),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> &str {
        self.root().and_then(|root| root.get("kind")).and_then(Node::text).unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        let name = self.root().and_then(|root| root.at(&["metadata", "name"]));
        name.and_then(Node::text).unwrap_or_default()
    }

    /// Its group and version.
    pub fn api_version(&self) -> &str {
        let version = self.root().and_then(|root| root.get("apiVersion"));
        version.and_then(Node::text).unwrap_or_default()
    }

    /// Its namespace; none is `default` to kustomize.
    fn namespace(&self) -> &str {
        match self.namespace.as_deref() {
            None | Some("") => "default",
            Some(namespace) => namespace,
        }
    }
}

/// Two objects with one identity, as they come in: kustomize refuses the second.
pub(super) fn duplicate(file: &YamlFile, build: &Build) -> Option<Problem> {
    let mut seen = HashSet::new();
    let names = build.namespaces.iter().map(|namespace| namespace.name.as_str());
    let ids = build.objects.iter().filter(|object| object.kind() != "Namespace");
    let ids =
        ids.map(|object| (object.api_version(), object.kind(), object.name(), object.namespace()));
    let all = names.map(|name| ("", "Namespace", name, "")).chain(ids);
    let (_, kind, name, _) = all.into_iter().find(|id| !seen.insert(*id))?;
    let reason = format!("{kind} {name} comes in twice");
    let problem = Problem::broken("kustomization/duplicate-resource", &file.path, reason);
    Some(problem.at_field(file, "resources"))
}

/// The items of a list of objects, which kustomize takes one by one.
pub(super) fn list_items(root: Node<'_>) -> Option<impl Iterator<Item = Node<'_>>> {
    let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"));
    root.get("items").filter(|items| is_list && items.is_sequence()).map(Node::items)
}

/// Takes an object into the build.
pub(super) fn object(
    file: &Arc<YamlFile>,
    root: Node<'_>,
    (document, item): (usize, Option<usize>),
    build: &mut Build,
) {
    build.problems.extend(object_problem(root, &file.path));
    if root.get("kind").and_then(Node::text) == Some("Namespace") {
        build.namespaces.push(BuiltNamespace::of(root, &file.path));
    }
    let namespace = root.at(&["metadata", "namespace"]).and_then(Node::text).map(str::to_owned);
    let (file, is_patched) = (Arc::clone(file), false);
    build.objects.push(Object { file, document, item, namespace, is_patched });
}

/// Why a document is no object that kustomize takes, or none that is worked out here.
fn object_problem(root: Node<'_>, path: &RepoPath) -> Option<Problem> {
    let broken = |rule, node, reason| Some(Problem::broken(rule, path, reason).at(node));
    let text = |key| root.get(key).and_then(Node::text).unwrap_or_default();
    let has = |key| root.at(&["metadata", key]).is_some_and(|name| name.text() != Some(""));
    if !root.is_mapping() {
        return broken("kustomization/wrong-type", root, "a document that is no object");
    }
    if let Some(key) = twice(root) {
        return broken(
            "kustomization/invalid-yaml",
            key,
            "a key that is there twice: kustomize refuses it in a manifest",
        );
    }
    if text("kind").ends_with("List") && root.get("items").is_some() {
        return Some(Problem::unsupported(path, "an unusual list of objects").at(root));
    }
    if !has("name") && !has("generateName") {
        return broken("kustomization/wrong-type", root, "an object without metadata.name");
    }
    if text("kind") == "Namespace" && text("apiVersion") != "v1" {
        let reason = "a Namespace whose apiVersion is not v1";
        return Some(Problem::unsupported(path, reason).at(root));
    }
    None
}

/// The first key anywhere below that is there twice. Aliases are not followed: what they stand for
/// is looked at where it stands.
fn twice(node: Node<'_>) -> Option<Node<'_>> {
    if node.is_alias() {
        return None;
    }
    let own = node.duplicate_keys().first().copied();
    let values = node.entries().map(|entry| entry.value);
    own.or_else(|| node.items().chain(values).find_map(twice))
}
