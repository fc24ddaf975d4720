//! Following a folder's `resources` and building its Namespaces.

use std::collections::HashSet;
use std::sync::Arc;

use super::fields::{Kustomization, PatchSource};
use super::header::{Role, check_header};
use super::namespace::{BuiltNamespace, raw_text};
use super::objects::{Object, duplicate, list_items, object};
use super::patch::{self, Patch};
use super::patches::{may_change_spec, patch_text};
use super::problem::Problem;
use super::strict;
use crate::manifests::yaml::{Node, Yaml};
use crate::system::RepoPath;
use crate::tree::{Tree, YamlFile};

/// What a folder builds to, as far as it is worked out.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// The objects of all files on the way, in kustomize's order.
    pub objects: Vec<Object>,
    /// The Namespaces among them, patched and renamed.
    pub namespaces: Vec<BuiltNamespace>,
    /// What is broken or not worked out.
    pub problems: Vec<Problem>,
    /// Whether it was given up for its size: links that lead back make a folder endless.
    pub is_cut: bool,
}

impl Build {
    /// Whether something is not worked out, and nothing is broken.
    pub fn is_open(&self) -> bool {
        !self.problems.is_empty() && self.problems.iter().all(|problem| !problem.is_broken)
    }
}

/// Folders that one build may visit: far more than any real one, few enough to stay quick.
const MOST_FOLDERS: usize = 1_000;

/// Works out what kustomize would build from `folder`.
pub fn build(tree: &Tree, folder: &RepoPath) -> Build {
    let mut walk = Walk { tree, above: Vec::new(), visited: 0, has_affixes: false };
    walk.folder(folder)
}

struct Walk<'t> {
    tree: &'t Tree,
    above: Vec<RepoPath>,
    visited: usize,
    /// Whether a prefix or suffix changes names, which is not worked out here.
    has_affixes: bool,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &RepoPath) -> Build {
        let mut build = Build::default();
        if self.above.contains(folder) {
            build.problems.push(Problem::broken(
                "kustomization/cycle",
                folder,
                "`resources` lead back here: a cycle",
            ));
            return build;
        }
        self.visited += 1;
        if self.visited > MOST_FOLDERS {
            build.problems.push(Problem::unsupported(folder, "too many folders in one build"));
            build.is_cut = true;
            return build;
        }
        match self.kustomization(folder) {
            Ok(file) => {
                self.above.push(folder.clone());
                let role = if self.above.len() > 1 { Role::Resource } else { Role::Top };
                self.fill(folder, &file, role, &mut build);
                self.above.pop();
            }
            Err(problem) => build.problems.push(problem),
        }
        build
    }

    fn kustomization(&self, folder: &RepoPath) -> Result<Arc<YamlFile>, Problem> {
        match &self.tree.kustomization_files(folder)?[..] {
            [] => Err(Problem::broken(
                "kustomization/missing-resource",
                folder,
                "no kustomization file in this folder",
            )),
            [one] => {
                let missing =
                    || Problem::broken("kustomization/missing-resource", one, "the file is gone");
                self.tree.yaml(one)?.ok_or_else(missing)
            }
            _ => Err(Problem::broken(
                "kustomization/two-files",
                folder,
                "several kustomization files in this folder",
            )),
        }
    }

    /// Adds what a kustomization brings to the build, then lets it change everything in there.
    fn fill(&mut self, folder: &RepoPath, file: &YamlFile, role: Role, build: &mut Build) {
        let is_empty = |root: &Node<'_>| {
            root.is_null() || (root.is_mapping() && Kustomization::of(*root).is_empty())
        };
        let Some(root) = file.yaml.root().filter(|root| !is_empty(root)) else {
            return build.problems.push(Problem::broken(
                "kustomization/empty",
                &file.path,
                "the kustomization is empty",
            ));
        };
        build.problems.extend(ambiguous(file));
        if !root.is_mapping() {
            let reason = "the kustomization is no mapping of fields";
            let problem = Problem::broken("kustomization/wrong-type", &file.path, reason);
            return build.problems.push(problem.at(root));
        }
        let kustomization = Kustomization::of(root);
        if let Err(problem) = check_header(&kustomization, file, role) {
            return build.problems.push(problem);
        }
        if let Some(key) = kustomization.unknown_field() {
            let reason = format!("kustomize knows no field `{}`", key.text().unwrap_or_default());
            let problem = Problem::broken("kustomization/unknown-field", &file.path, reason);
            build.problems.push(problem.at(key));
        }
        build.problems.extend(strict::refusals(root, &file.path));
        for resource in kustomization.resources() {
            self.resource(folder, file, resource, build);
        }
        for component in kustomization.components() {
            self.component(folder, file, component, build);
        }
        self.has_affixes |= kustomization.has_affixes();
        if !self.has_affixes {
            build.problems.extend(duplicate(file, build));
        }
        for (name, node) in kustomization.not_evaluated() {
            let reason = format!("`{name}` is not worked out here");
            build.problems.push(Problem::unsupported(&file.path, reason).at(node));
        }
        for source in kustomization.patches() {
            self.patch(folder, file, source, build);
        }
        if let Some(namespace) = kustomization.namespace() {
            transform_namespace(namespace.text().unwrap_or_default(), file, build);
        }
        for (key, value) in kustomization.labels() {
            for namespace in &mut build.namespaces {
                namespace.label(key, raw_text(value));
            }
        }
        for (key, value) in kustomization.common_annotations() {
            for namespace in &mut build.namespaces {
                namespace.has_annotations = true;
                namespace.untyped.remove(key);
                namespace.structured.remove(key);
                namespace.annotations.insert(key.to_owned(), raw_text(value));
            }
        }
        for source in kustomization.late_patches() {
            self.patch(folder, file, source, build);
        }
    }

    /// A component changes what its user has, where a base brings its own.
    fn component(
        &mut self,
        folder: &RepoPath,
        file: &YamlFile,
        entry: Node<'_>,
        build: &mut Build,
    ) {
        let path =
            entry.string().filter(|text| !is_remote(text)).and_then(|text| folder.resolve(text));
        let Some(path) = path else {
            let problem = Problem::unsupported(&file.path, "a component from elsewhere");
            return build.problems.push(problem.at(entry));
        };
        if self.above.contains(&path) {
            let problem = Problem::broken("kustomization/cycle", &path, "a component uses itself");
            return build.problems.push(problem);
        }
        match self.kustomization(&path) {
            Ok(file) => {
                self.above.push(path.clone());
                self.fill(&path, &file, Role::Component, build);
                self.above.pop();
            }
            Err(problem) => build.problems.push(problem.at(entry)),
        }
    }

    fn resource(&mut self, folder: &RepoPath, file: &YamlFile, entry: Node<'_>, build: &mut Build) {
        let Some(text) = entry.string() else {
            let problem = Problem::broken(
                "kustomization/wrong-type",
                &file.path,
                "an entry of `resources` is no text",
            );
            return build.problems.push(problem.at(entry));
        };
        if is_remote(text) {
            let problem = Problem::unsupported(&file.path, format!("a remote base: {text}"));
            return build.problems.push(problem.at(entry));
        }
        if text.starts_with('/') {
            let reason = format!("{text} is an absolute path: kustomize refuses it");
            let problem = Problem::broken("kustomization/outside-root", &file.path, reason);
            return build.problems.push(problem.at(entry));
        }
        let Some(path) = folder.resolve(text) else {
            let reason = format!("{text} lies outside the repository");
            return build.problems.push(Problem::unsupported(&file.path, reason).at(entry));
        };
        match self.tree.kind(&path) {
            Ok(Some(crate::system::FileKind::Folder)) => {
                let mut below = self.folder(&path);
                let is_bare = |problem: &Problem| {
                    problem.path == path && problem.rule == "kustomization/missing-resource"
                };
                if below.problems.iter().any(is_bare) {
                    let reason = format!("{text} is a folder without a kustomization file");
                    below.problems = vec![missing(file, entry, &path, reason)];
                }
                build.objects.extend(below.objects);
                build.namespaces.extend(below.namespaces);
                build.problems.extend(below.problems);
                build.is_cut |= below.is_cut;
            }
            Ok(Some(_)) if !path.is_within(folder) => {
                let reason = format!("{text} is a file outside this folder: kustomize refuses it");
                let problem = Problem::broken("kustomization/outside-root", &file.path, reason);
                build.problems.push(problem.at(entry));
            }
            Ok(Some(_)) => self.manifest(&path, build),
            Ok(None) => {
                build.problems.push(missing(file, entry, &path, format!("{text} is not there")));
            }
            Err(error) => build.problems.push(error.into()),
        }
    }

    fn manifest(&self, path: &RepoPath, build: &mut Build) {
        let file = match self.tree.yaml(path) {
            Ok(Some(file)) => file,
            Ok(None) => return,
            Err(error) => return build.problems.push(error.into()),
        };
        build.problems.extend(ambiguous(&file));
        for (document, root) in file.yaml.documents().enumerate() {
            if root.is_null() {
                continue;
            }
            let items = list_items(root).map(Iterator::enumerate);
            let Some(items) = items else {
                object(&file, root, (document, None), build);
                continue;
            };
            for (item, root) in items {
                object(&file, root, (document, Some(item)), build);
            }
        }
    }

    fn patch(
        &self,
        folder: &RepoPath,
        file: &YamlFile,
        source: PatchSource<'_>,
        build: &mut Build,
    ) {
        if source.inline.is_none() && !source.entry.is_mapping() && !source.is_early {
            // Refused for its type already.
            return;
        }
        let (path, text) = match patch_text(self.tree, folder, &file.path, source) {
            Ok(found) => found,
            Err(problem) => return build.problems.push(problem.at(source.entry)),
        };
        match Yaml::parse(&text) {
            Ok(body) => {
                let PatchSource { target, inline, is_late, is_early, .. } = source;
                let patch = Patch { target, inline, body: &body, path: &path, is_late, is_early };
                for object in &mut build.objects {
                    object.is_patched |= may_change_spec(&body, target, object);
                }
                let is_open = build.problems.iter().any(|problem| !problem.is_broken);
                let mut problems = Vec::new();
                patch::apply(&patch, &mut build.namespaces, &mut problems);
                // Behind something that is not worked out, a patch may well find what it needs.
                let problems = problems.into_iter().map(|problem| match problem.rule {
                    "patch/remove-missing"
                    | "patch/test-failed"
                    | "patch/bad-path"
                    | "patch/name-mismatch"
                        if is_open =>
                    {
                        problem.not_evaluated()
                    }
                    _ => problem,
                });
                build.problems.extend(problems);
            }
            Err(error) => {
                let problem = Problem::broken(
                    "patch/not-a-patch",
                    &path,
                    format!("a patch is not valid YAML: {}", error.message),
                );
                // kustomize says only that it can't parse it.
                let place = patch::place_of_error(source.inline, &text, error.place);
                build.problems.push(Problem { place: Some(place), ..problem });
            }
        }
    }
}

fn missing(file: &YamlFile, entry: Node<'_>, path: &RepoPath, reason: String) -> Problem {
    let problem = Problem::broken("kustomization/missing-resource", &file.path, reason).at(entry);
    Problem { missing: Some(path.clone()), ..problem }
}

/// A file that kustomize may read in other lines than we do.
fn ambiguous(file: &YamlFile) -> Option<Problem> {
    let place = file.yaml.ambiguous_line()?;
    let reason = "an invisible character that kustomize takes for a line end";
    Some(Problem { place: Some(place), ..Problem::unsupported(&file.path, reason) })
}

fn transform_namespace(name: &str, file: &YamlFile, build: &mut Build) {
    let different: HashSet<&str> = build.namespaces.iter().map(|n| n.name.as_str()).collect();
    if different.len() > 1 {
        let reason = "two Namespaces and one `namespace:`: kustomize can't rename both";
        let problem = Problem::broken("kustomization/two-namespaces", &file.path, reason);
        build.problems.push(problem.at_field(file, "namespace"));
    }
    for namespace in &mut build.namespaces {
        namespace.rename(name);
    }
    for object in &mut build.objects {
        object.namespace = Some(name.to_owned());
    }
}

/// kustomize takes URLs and `host/owner/repository` with `?ref=` for remote bases.
fn is_remote(text: &str) -> bool {
    text.contains("://")
        || text.contains("?ref=")
        || text.starts_with("git@")
        || text.to_ascii_lowercase().starts_with("github.com/")
}
