//! Whether Argo CD would deliver a folder: the git paths of ApplicationSets and Applications.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use super::layout::ClusterLayout;
use super::mentions::{Mentions, Word};
use super::walk::Walk;
use crate::kustomize::listed_files;
use crate::manifests::yaml::Node;
use crate::system::RepoPath;
use crate::tree::Tree;

/// The git paths of one cluster's namespace folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    rules: Vec<Rule>,
    /// Whether something was seen that could deliver more than the rules say.
    is_open: bool,
    generators: usize,
}

/// One git path of Argo CD.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: String,
    excluded: bool,
    /// The generator that it stands in: an exclude is about its own generator's paths only.
    generator: usize,
    /// The folders that a kustomization at this very path builds from, if it is one above the
    /// namespace folders.
    builds: Option<BTreeSet<RepoPath>>,
    /// The manifest that says so.
    source: RepoPath,
}

/// Whether a folder is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, says this manifest.
    Delivered(RepoPath),
    /// There are git paths for this cluster's namespaces, and none matches.
    NotDelivered {
        /// The paths.
        patterns: Vec<String>,
        /// The manifest with the first of them.
        source: RepoPath,
    },
    /// This repository doesn't say.
    Unknown,
}

impl Delivery {
    /// Reads the Argo CD manifests of the repository. `prefix` is the root below git's top level,
    /// since Argo CD's paths begin there.
    pub(super) fn find(
        mentions: &Mentions<'_>,
        walk: &Walk,
        layout: &ClusterLayout,
        prefix: &str,
    ) -> Self {
        let mut delivery = Delivery { is_open: !walk.is_complete, ..Delivery::default() };
        for file in mentions.files(walk.files.iter(), Word::ArgoCd) {
            for root in file.yaml.documents() {
                delivery.read(root, &file.path);
            }
        }
        delivery.keep_only(mentions.tree, layout, prefix);
        delivery
    }

    fn read(&mut self, root: Node<'_>, source: &RepoPath) {
        match root.get("kind").and_then(Node::text) {
            Some("ApplicationSet") => {
                for generator in root.at(&["spec", "generators"]).into_iter().flat_map(Node::items)
                {
                    self.read_generator(generator, source, 0);
                }
                // A path from a template without a git generator could be any.
                let path = root.at(&["spec", "template", "spec", "source", "path"]);
                let is_templated =
                    path.and_then(Node::text).is_some_and(|path| path.contains("{{"));
                let has_git = root.yaml().text().contains("directories:");
                self.is_open |= is_templated && !has_git;
            }
            Some("Application") => {
                let one = root.at(&["spec", "source"]).into_iter();
                let several = root.at(&["spec", "sources"]).into_iter().flat_map(Node::items);
                for path in one.chain(several).filter_map(|s| s.get("path")?.text()) {
                    self.add(path, false, source);
                }
            }
            _ => {}
        }
    }

    /// Matrix and merge generators hold others; their nesting is limited by Argo CD to two levels.
    fn read_generator(&mut self, generator: Node<'_>, source: &RepoPath, depth: usize) {
        for combined in ["matrix", "merge"] {
            let inner = generator.at(&[combined, "generators"]).filter(|_| depth < 3);
            for generator in inner.into_iter().flat_map(Node::items) {
                self.read_generator(generator, source, depth + 1);
            }
        }
        let Some(git) = generator.get("git") else {
            return;
        };
        self.generators += 1;
        // A file generator makes one Application a file; which folder it takes is in a template.
        for file in git.get("files").into_iter().flat_map(Node::items) {
            let path = file.get("path").and_then(Node::text).unwrap_or_default();
            self.is_open |= path.contains("{{") || path.contains("namespaces");
        }
        for directory in git.get("directories").into_iter().flat_map(Node::items) {
            let Some(path) = directory.get("path").and_then(Node::text) else {
                continue;
            };
            let excluded = directory.get("exclude").and_then(Node::text) == Some("true");
            self.is_open |= path.contains("{{");
            self.add(path, excluded, source);
        }
    }

    fn add(&mut self, pattern: &str, excluded: bool, source: &RepoPath) {
        let pattern = pattern.trim_start_matches("./").trim_matches('/').to_owned();
        let (generator, source) = (self.generators, source.clone());
        self.rules.push(Rule { pattern, excluded, generator, builds: None, source });
    }

    /// Keeps the paths that speak of this cluster's namespace folders, as seen from the root.
    fn keep_only(&mut self, tree: &Tree, layout: &ClusterLayout, prefix: &str) {
        self.rules.retain_mut(|rule| {
            let below = if prefix.is_empty() {
                Some(rule.pattern.as_str())
            } else {
                rule.pattern.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'))
            };
            let Some(below) = below.map(str::to_owned) else {
                return false;
            };
            rule.builds = builds_from(tree, &below, layout);
            let reaches = layout.groups.iter().any(|group| could_be_in(&below, group));
            rule.pattern = below;
            reaches || rule.builds.is_some()
        });
    }

    /// Whether a folder is delivered.
    pub fn verdict(&self, folder: &RepoPath) -> Verdict {
        let matching = |rule: &&Rule| {
            matches(&rule.pattern, folder.as_str())
                || rule.builds.as_ref().is_some_and(|folders| folders.contains(folder))
        };
        let is_excluded = |included: &&Rule| {
            let mut excludes = self.rules.iter().filter(|rule| rule.excluded);
            excludes.any(|rule| rule.generator == included.generator && matching(&rule))
        };
        let mut included = self.rules.iter().filter(|rule| !rule.excluded).filter(matching);
        if let Some(rule) = included.find(|rule| !is_excluded(rule)) {
            return Verdict::Delivered(rule.source.clone());
        }
        match self.rules.iter().find(|rule| !rule.excluded) {
            Some(first) if !self.is_open => Verdict::NotDelivered {
                patterns: self.rules.iter().map(Rule::in_words).collect(),
                source: first.source.clone(),
            },
            _ => Verdict::Unknown,
        }
    }
}

impl Rule {
    fn in_words(&self) -> String {
        if self.excluded { format!("not {}", self.pattern) } else { self.pattern.clone() }
    }
}

/// The folders that a kustomization above the namespace folders builds from.
fn builds_from(tree: &Tree, path: &str, layout: &ClusterLayout) -> Option<BTreeSet<RepoPath>> {
    let folder = RepoPath::parse(path)?;
    let is_above = layout.groups.iter().any(|group| group.is_within(&folder));
    if !is_above || tree.kustomization_file(&folder).ok()?.is_none() {
        return None;
    }
    let (mut folders, mut files) = (BTreeSet::new(), BTreeSet::new());
    listed_files(tree, &folder, &mut folders, &mut files);
    folders.remove(&folder);
    // One that lists no namespace folder is about something else.
    let lists = folders.iter().any(|f| f.parent().is_some_and(|p| layout.groups.contains(&p)));
    lists.then_some(folders)
}

/// Whether a pattern can match a folder in `group` or below it.
fn could_be_in(pattern: &str, group: &RepoPath) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    let group: Vec<&str> = group.segments().collect();
    parts.len() > group.len() && parts.iter().zip(&group).all(|(part, name)| matches(part, name))
}

/// Go's `path.Match`, which Argo CD uses: `*` and `?` stay within one folder name, `**` is no more
/// than `*`, and braces are plain characters.
fn matches(pattern: &str, path: &str) -> bool {
    if let Some(hit) = matches_by_names(pattern, path) {
        return hit;
    }
    let pattern = pattern.replace("**", "*").replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

/// The same for a pattern of names and lone stars, as nearly all are: compiling a glob takes longer
/// than reading the manifest that it stands in.
fn matches_by_names(pattern: &str, path: &str) -> Option<bool> {
    let is_star = |part: &str| part == "*" || part == "**";
    let is_name = |part: &str| !part.contains(['*', '?', '[', '\\', '{', '}']);
    if !pattern.split('/').all(|part| is_star(part) || is_name(part)) {
        return None;
    }
    let (parts, names) = (pattern.split('/'), path.split('/'));
    let is_as_deep = parts.clone().count() == names.clone().count();
    Some(is_as_deep && parts.zip(names).all(|(part, name)| is_star(part) || part == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_folder_by_folder() {
        let hits = [
            ("clusters/dev/namespaces/*", "clusters/dev/namespaces/a"),
            ("clusters/*/namespaces/**", "clusters/dev/namespaces/a"),
            ("clusters/dev/namespaces/team-?", "clusters/dev/namespaces/team-1"),
            ("a/{b}", "a/{b}"),
        ];
        for (pattern, path) in hits {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        let misses = [
            ("clusters/dev/namespaces/*", "clusters/dev/namespaces/application/a"),
            ("clusters/**", "clusters/dev/namespaces/a"),
            ("clusters/dev/namespaces", "clusters/dev/namespaces/a"),
            ("a/{b,c}", "a/b"),
            ("a/b*", "a/b/c"),
        ];
        for (pattern, path) in misses {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
