//! The patches of a kustomization with their texts read, wherever those stand.

use super::fields::{Kustomization, PatchSource, field, field_key};
use super::namespace::BuiltNamespace;
use super::objects::Object;
use super::patch::{self, Match, pattern_matches, place_in_file};
use super::problem::Problem;
use crate::manifests::edit::Step;
use crate::manifests::yaml::{Node, Place, Yaml};
use crate::system::RepoPath;
use crate::tree::Tree;

/// A patch whose text is YAML.
#[derive(Debug)]
pub struct ReadPatch<'k> {
    /// Its entry in the kustomization.
    pub source: PatchSource<'k>,
    /// The way to that entry.
    pub entry: Vec<Step>,
    /// The file that its text stands in.
    pub file: RepoPath,
    /// The way to its text in that file; empty if it is the whole file.
    pub prefix: Vec<Step>,
    /// Its text.
    pub body: Yaml,
}

impl ReadPatch<'_> {
    /// Where a node of the text stands in the file.
    pub fn place(&self, node: Node<'_>) -> Place {
        place_in_file(self.source.inline, node)
    }

    /// Whether the text stands in the kustomization itself.
    pub fn is_inline(&self) -> bool {
        self.source.inline.is_some()
    }

    /// Whether its target may mean an object that is no Namespace, by what does not change on the
    /// way through a build. Without a target nothing is ruled out.
    pub fn may_mean_object(&self, object: &Object) -> bool {
        self.source.target.is_none_or(|target| target_may_mean(target, object))
    }

    /// Whether it means a Namespace, or may.
    pub fn means(&self, namespace: &BuiltNamespace) -> bool {
        let target = self.source.target;
        self.body.root().is_some_and(|root| match root.is_sequence() {
            true => target.is_some_and(|target| patch::may_mean(target, namespace)),
            false => patch::merge_means(root, target, namespace),
        })
    }
}

fn target_may_mean(target: Node<'_>, object: &Object) -> bool {
    let (group, version) = match object.api_version().split_once('/') {
        Some((group, version)) => (group, version),
        None => ("", object.api_version()),
    };
    let is = |name: &str, text: &str| {
        let pattern = target.get(name).and_then(Node::text).filter(|text| !text.is_empty());
        pattern.is_none_or(|pattern| !matches!(pattern_matches(pattern, text), Match::No))
    };
    is("kind", object.kind())
        && is("name", object.name())
        && is("group", group)
        && is("version", version)
}

/// Whether a patch may change what an object's `spec` says, or take the object away.
pub(super) fn may_change_spec(body: &Yaml, target: Option<Node<'_>>, object: &Object) -> bool {
    let is_meant = |root: Node<'_>| match target {
        Some(target) => target_may_mean(target, object),
        None => root.get("kind").and_then(Node::text) == Some(object.kind()),
    };
    body.documents().any(|root| touches_spec(root) && is_meant(root))
}

fn touches_spec(patch: Node<'_>) -> bool {
    let is_below = |path: &str| path.is_empty() || path.starts_with("/spec");
    let mut paths = patch.items().filter_map(|step| step.get("path")?.text());
    paths.any(is_below) || ["spec", "specs", "$patch"].iter().any(|key| patch.get(key).is_some())
}

/// The patches of the kustomization `root` in `folder`, in the order in which kustomize takes them.
/// Those that can't be read are left out: the build says why.
pub fn read_patches<'k>(
    tree: &Tree,
    folder: &RepoPath,
    file: &RepoPath,
    root: Node<'k>,
) -> Vec<ReadPatch<'k>> {
    let kustomization = Kustomization::of(root);
    let sources = kustomization.patches().into_iter().chain(kustomization.late_patches());
    let read = sources.filter_map(|source| {
        let entry = entry_steps(root, source)?;
        let (path, text) = patch_text(tree, folder, file, source).ok()?;
        let body = Yaml::parse(&text).ok()?;
        let prefix = source.inline.map(|inline| inline_steps(&entry, source, inline));
        Some(ReadPatch { source, entry, file: path, prefix: prefix.unwrap_or_default(), body })
    });
    read.collect()
}

/// The text of a patch and the file that it stands in.
///
/// # Errors
/// What kustomize refuses, without a place.
pub(super) fn patch_text(
    tree: &Tree,
    folder: &RepoPath,
    file: &RepoPath,
    source: PatchSource<'_>,
) -> Result<(RepoPath, String), Problem> {
    let broken = |rule, reason: String| Err(Problem::broken(rule, file, reason));
    let relative = match (source.inline.and_then(Node::text), source.path.and_then(Node::text)) {
        (Some(text), None) => return Ok((file.clone(), text.to_owned())),
        (None, Some(relative)) => relative,
        (Some(_), Some(_)) => {
            return broken("patch/both-sources", "`patch` and `path` at once".to_owned());
        }
        (None, None) => return broken("patch/empty", "a patch without text".to_owned()),
    };
    let Some(path) = folder.resolve(relative) else {
        return broken("patch/missing-file", "a patch outside the folder".to_owned());
    };
    if !path.is_within(folder) {
        let reason = format!("{relative} is a file outside this folder: kustomize refuses it");
        return broken("kustomization/outside-root", reason);
    }
    match tree.text(&path)? {
        Some(text) => Ok((path, text.text().to_owned())),
        None => {
            let reason = format!("{relative} is not there");
            let problem = Problem::broken("patch/missing-file", file, reason);
            Err(Problem { missing: Some(path), ..problem })
        }
    }
}

/// The way to a patch's entry in the kustomization.
fn entry_steps(root: Node<'_>, patch: PatchSource<'_>) -> Option<Vec<Step>> {
    ["patchesStrategicMerge", "patches", "patchesJson6902"].iter().find_map(|name| {
        let mut items = field(root, name)?.items();
        let index = items.position(|item| item.span() == patch.entry.span())?;
        let key = field_key(root, name)?.text()?.to_owned();
        Some(vec![Step::Key(key), Step::Index(index)])
    })
}

/// The way into a text that stands in the kustomization.
fn inline_steps(entry: &[Step], patch: PatchSource<'_>, inline: Node<'_>) -> Vec<Step> {
    let mut steps = entry.to_vec();
    if inline.span() != patch.entry.span() {
        let key = field_key(patch.entry, "patch").and_then(Node::text);
        steps.push(Step::Key(key.unwrap_or("patch").to_owned()));
    }
    steps.push(Step::Inside);
    steps
}
