//! Looking at one unit of a repository after another. Nothing is written, and nothing depends on
//! which unit comes first.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::folder::{self, Bases, Fix, FolderContext};
use super::granted::{self, Grant};
use super::ignores;
use super::levels;
use super::problems::unreadable;
use super::single::{self, Single};
use super::units::{NoUnit, Places, Unit};
use super::{cluster_findings, idle_clusters, not_all_read};
use crate::domain::finding::{Finding, Level};
use crate::domain::name::{ClusterName, Namespace};
use crate::kustomize;
use crate::repo::{LayoutError, Repository, Survey, SurveyError};
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree};

/// Looks at a repository, unit by unit.
#[derive(Debug)]
pub struct Checker<'r> {
    pub(super) repository: &'r Repository,
    pub(super) places: Places,
    surveys: BTreeMap<String, OnceLock<Result<Survey, SurveyError>>>,
    bases: Bases,
    /// Whether findings stay that a comment ignores.
    keeps_ignored: bool,
}

impl<'r> Checker<'r> {
    /// Finds out where the namespace folders of a repository are.
    ///
    /// # Errors
    /// A folder that can't be listed.
    pub fn new(repository: &'r Repository) -> Result<Self, SurveyError> {
        let mut places = Places::default();
        for name in repository.clusters()? {
            let Ok(cluster) = ClusterName::parse(&name) else { continue };
            match repository.layout(&cluster) {
                Ok(layout) => {
                    let folders = layout.folders(&repository.tree)?.into_iter();
                    places.namespaces.extend(folders.map(|folder| (folder, name.clone())));
                    places.layouts.insert(name, layout);
                }
                Err(SurveyError::Layout(LayoutError::Unsupported { folder, .. })) => {
                    places.others.insert(name, folder);
                }
                Err(error) => return Err(error),
            }
        }
        let names = places.layouts.keys().chain(places.others.keys());
        let surveys = names.map(|name| (name.clone(), OnceLock::new())).collect();
        Ok(Checker { repository, places, surveys, bases: Bases::default(), keeps_ignored: false })
    }

    /// The same for a caller who decides which comments count.
    #[must_use]
    pub fn keeping_ignored(self) -> Self {
        Checker { keeps_ignored: true, ..self }
    }

    /// Whether a unit is one here.
    pub(super) fn knows(&self, unit: &Unit) -> bool {
        match unit {
            Unit::Repository | Unit::Folder(_) | Unit::File(_) => true,
            Unit::Cluster(name) => {
                self.places.layouts.contains_key(name) || self.places.others.contains_key(name)
            }
            Unit::Namespace(folder) => self.places.namespaces.contains_key(folder),
        }
    }

    /// Whether there is a cluster whose namespace folders are where they are looked for.
    pub fn has_layout(&self) -> bool {
        !self.places.layouts.is_empty()
    }

    /// The units that some paths mean, sorted, each once; all of them if there is no path.
    ///
    /// # Errors
    /// A path that means nothing.
    pub fn units(&self, paths: &[RepoPath]) -> Result<Vec<Unit>, NoUnit> {
        let mut units = Vec::new();
        if paths.is_empty() {
            units = self.places.all();
        }
        for path in paths {
            units.extend(self.places.meant(&self.repository.tree, path)?);
        }
        units.sort();
        units.dedup();
        Ok(units)
    }

    /// The clusters whose namespace folders are known.
    pub fn clusters(&self) -> impl Iterator<Item = &str> {
        self.places.layouts.keys().map(String::as_str)
    }

    /// The namespace folders of a cluster, if it has any.
    pub fn units_of(&self, cluster: &str) -> Option<Vec<Unit>> {
        self.places.layouts.get(cluster)?;
        let own = self.places.namespaces.iter().filter(|(_, its)| *its == cluster);
        Some(own.map(|(folder, _)| Unit::Namespace(folder.clone())).collect())
    }

    /// What is wrong with a unit.
    pub fn check(&self, unit: &Unit) -> Vec<Finding> {
        let tree = &self.repository.tree;
        match unit {
            Unit::Repository => self.judged(tree, idle_clusters(self.repository)),
            Unit::Cluster(name) => self.judged(tree, self.cluster(name)),
            Unit::Namespace(folder) => {
                let tree = tree.looking_at(folder);
                let cluster = self.places.namespaces.get(folder);
                let survey = cluster.and_then(|cluster| self.survey(cluster));
                self.judged(&tree, self.folder(&tree, folder, Some(folder.name()), survey))
            }
            Unit::Folder(folder) => {
                let tree = tree.looking_at(folder);
                self.judged(&tree, self.folder(&tree, folder, None, None))
            }
            Unit::File(path) => self.file(path),
        }
    }

    /// What mends findings about a unit without a decision: none that is turned off or ignored.
    pub fn fixes(&self, unit: &Unit, findings: &[Finding]) -> Vec<Fix> {
        let (Unit::Namespace(folder) | Unit::Folder(folder)) = unit else {
            return Vec::new();
        };
        let tree = self.repository.tree.looking_at(folder);
        let cluster = self.places.namespaces.get(folder);
        let survey = cluster.and_then(|cluster| self.survey(cluster));
        let fixes = folder::fixes(&self.context(&tree, folder, None, survey));
        fixes.into_iter().filter(|fix| findings.iter().any(|f| fix.mends(f))).collect()
    }

    fn context<'a>(
        &'a self,
        tree: &'a Tree,
        folder: &'a RepoPath,
        namespace: Option<&'a str>,
        survey: Option<&'a Survey>,
    ) -> FolderContext<'a> {
        let (config, bases) = (&self.repository.config, &self.bases);
        FolderContext { tree, folder, namespace, survey, config, bases }
    }

    fn folder(
        &self,
        tree: &Tree,
        folder: &RepoPath,
        namespace: Option<&str>,
        survey: Option<&Survey>,
    ) -> Vec<Finding> {
        folder::findings(&self.context(tree, folder, namespace, survey))
    }

    /// What is wrong with a file: of its namespace folder what is said about it, and what only holds
    /// for it.
    fn file(&self, path: &RepoPath) -> Vec<Finding> {
        let folder = path.parent().unwrap_or_default();
        let tree = self.repository.tree.looking_at(&folder);
        let owner = self.places.owner(path);
        let (mut findings, mut is_built) = (Vec::new(), false);
        if let Some((folder, cluster)) = owner {
            findings = self.folder(&tree, folder, Some(folder.name()), self.survey(cluster));
            findings.retain(|finding| finding.path == path.as_str());
            let (tree, asked) = tree.listening();
            kustomize::build(&tree, folder);
            is_built = asked.paths().contains(path);
        }
        let single = Single { checker: self, tree: &tree, path, is_built };
        findings.extend(single::findings(&single));
        self.judged(&tree, findings)
    }

    fn cluster(&self, name: &str) -> Vec<Finding> {
        let Some(layout) = self.places.layouts.get(name) else {
            return self.places.others.get(name).map(unsupported).into_iter().collect();
        };
        let mut findings = Vec::new();
        for group in &layout.groups {
            match self.repository.tree.listing(group) {
                Ok(listing) => {
                    findings.extend(listing.dead_links().map(|link| dead_link(&group.child(link))));
                }
                Err(error) => findings.push(unreadable(&error)),
            }
        }
        match self.surveys.get(name).map(|cell| self.survey_in(name, cell)) {
            Some(Ok(survey)) => {
                findings.extend(cluster_findings(survey, &self.repository.config));
                findings.extend(not_all_read(survey));
            }
            Some(Err(SurveyError::Unreadable(error))) => findings.push(unreadable(error)),
            _ => {}
        }
        findings
    }

    /// Findings with the levels of the config, without those that a comment ignores.
    fn judged(&self, tree: &Tree, mut findings: Vec<Finding>) -> Vec<Finding> {
        let look_at_comments = if self.keeps_ignored { ignores::keep } else { ignores::apply };
        look_at_comments(tree, &mut findings);
        levels::apply(&self.repository.config.rules, &mut findings);
        findings
    }

    /// The survey of a cluster, made once; none if it can't be made.
    pub(super) fn survey(&self, cluster: &str) -> Option<&Survey> {
        let cell = self.surveys.get(cluster)?;
        self.survey_in(cluster, cell).as_ref().ok()
    }

    fn survey_in<'a>(
        &self,
        cluster: &str,
        cell: &'a OnceLock<Result<Survey, SurveyError>>,
    ) -> &'a Result<Survey, SurveyError> {
        cell.get_or_init(|| match ClusterName::parse(cluster) {
            Ok(cluster) => self.repository.survey(&cluster),
            Err(invalid) => {
                let path = RepoPath::parse(cluster).unwrap_or_default();
                Err(ReadError { path, reason: invalid.message, place: None }.into())
            }
        })
    }

    /// What the namespaces of a folder are granted; nothing for any other unit.
    pub fn granted(&self, unit: &Unit) -> Vec<Grant> {
        let Unit::Namespace(folder) = unit else {
            return Vec::new();
        };
        let Some(cluster) = self.places.namespaces.get(folder) else {
            return Vec::new();
        };
        let tree = self.repository.tree.looking_at(folder);
        granted::grants(&tree, folder, cluster, self.survey(cluster))
    }

    /// The folder of a namespace in a cluster.
    pub(super) fn folder_of(&self, cluster: &str, namespace: &str) -> Option<RepoPath> {
        let namespace = Namespace::parse(namespace).ok()?;
        let place = self.places.layouts.get(cluster)?.place(&self.repository.tree, &namespace);
        place.ok().filter(|place| place.exists).map(|place| place.folder)
    }
}

fn unsupported(folder: &RepoPath) -> Finding {
    let (message, help) = (
        "unsupported layout: this cluster has no namespaces/",
        "set layout.namespaces in gangplank.yaml if its namespace folders are elsewhere",
    );
    Finding::on_disk("layout/unsupported", Level::Note, folder.as_str(), message, help)
}

fn dead_link(path: &RepoPath) -> Finding {
    let (message, help) = (
        "a link that leads nowhere, round in circles or out of the repository: not looked at",
        "put the folder itself there, or take the link away",
    );
    Finding::on_disk("layout/link", Level::Warning, path.as_str(), message, help)
}
