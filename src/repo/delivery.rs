//! Whether Argo CD would deliver a folder: the git paths of ApplicationSets and Applications.

use globset::GlobBuilder;

use super::layout::ClusterLayout;
use super::walk::Walk;
use crate::manifests::yaml::Node;
use crate::system::RepoPath;
use crate::tree::Tree;

/// The git paths of one cluster's namespace folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    rules: Vec<Rule>,
    /// Whether something was seen that could deliver more than the rules say.
    is_open: bool,
}

/// One git path of Argo CD.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: String,
    excluded: bool,
    /// The manifest that says so.
    source: RepoPath,
}

/// Whether a folder is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, says this manifest.
    Delivered(RepoPath),
    /// There are git paths for this cluster's namespaces, and none matches: these.
    NotDelivered(Vec<String>),
    /// This repository doesn't say.
    Unknown,
}

impl Delivery {
    /// Reads the Argo CD manifests of the repository. `prefix` is the root below git's top level,
    /// since Argo CD's paths begin there.
    pub(super) fn find(tree: &Tree, walk: &Walk, layout: &ClusterLayout, prefix: &str) -> Self {
        let mut delivery = Delivery {
            is_open: !walk.is_complete,
            ..Delivery::default()
        };
        for path in walk.files_with(tree, &["argoproj.io/"]) {
            let Ok(Some(file)) = tree.yaml(path) else {
                continue;
            };
            for root in file.yaml.documents() {
                delivery.read(root, path);
            }
        }
        delivery.keep_only(layout, prefix);
        delivery
    }

    fn read(&mut self, root: Node<'_>, source: &RepoPath) {
        match root.get("kind").and_then(Node::text) {
            Some("ApplicationSet") => {
                for generator in root
                    .at(&["spec", "generators"])
                    .into_iter()
                    .flat_map(Node::items)
                {
                    self.read_generator(generator, source, 0);
                }
            }
            Some("Application") => {
                let one = root.at(&["spec", "source"]).into_iter();
                let several = root
                    .at(&["spec", "sources"])
                    .into_iter()
                    .flat_map(Node::items);
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
            let inner = generator
                .at(&[combined, "generators"])
                .filter(|_| depth < 3);
            for generator in inner.into_iter().flat_map(Node::items) {
                self.read_generator(generator, source, depth + 1);
            }
        }
        let Some(git) = generator.get("git") else {
            return;
        };
        // A file generator makes one Application a file; which folder it takes is in a template.
        self.is_open |= git.get("files").is_some();
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
        let pattern = pattern
            .trim_start_matches("./")
            .trim_matches('/')
            .to_owned();
        self.rules.push(Rule {
            pattern,
            excluded,
            source: source.clone(),
        });
    }

    /// Keeps the paths that speak of this cluster's namespace folders, as seen from the root.
    fn keep_only(&mut self, layout: &ClusterLayout, prefix: &str) {
        let groups: Vec<&RepoPath> = layout.groups.iter().collect();
        self.rules.retain_mut(|rule| {
            let below = if prefix.is_empty() {
                Some(rule.pattern.as_str())
            } else {
                rule.pattern
                    .strip_prefix(prefix)
                    .and_then(|rest| rest.strip_prefix('/'))
            };
            let Some(below) = below else { return false };
            let speaks_of_them = groups.iter().any(|group| could_be_below(below, group));
            rule.pattern = below.to_owned();
            speaks_of_them
        });
    }

    /// Whether a folder is delivered.
    pub fn verdict(&self, folder: &RepoPath) -> Verdict {
        let matching = |rule: &&Rule| matches(&rule.pattern, folder.as_str());
        let excluded = self
            .rules
            .iter()
            .filter(|rule| rule.excluded)
            .find(matching);
        let included = self
            .rules
            .iter()
            .filter(|rule| !rule.excluded)
            .find(matching);
        match (included, excluded) {
            (Some(rule), None) => Verdict::Delivered(rule.source.clone()),
            _ if self.is_open
                || self.rules.iter().all(|rule| rule.excluded) && excluded.is_none() =>
            {
                Verdict::Unknown
            }
            _ => {
                let patterns = self.rules.iter().map(|rule| match rule.excluded {
                    true => format!("not {}", rule.pattern),
                    false => rule.pattern.clone(),
                });
                Verdict::NotDelivered(patterns.collect())
            }
        }
    }
}

/// Whether a pattern can match a folder in or above `group`'s children: its segments match the
/// group's, as far as both go.
fn could_be_below(pattern: &str, group: &RepoPath) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    let group: Vec<&str> = group.segments().collect();
    parts.len() >= group.len()
        && parts
            .iter()
            .zip(&group)
            .all(|(part, name)| matches(part, name))
}

/// Go's `path.Match`: `*` and `?` stay within one folder name.
fn matches(pattern: &str, path: &str) -> bool {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}
