//! Where namespace folders are: `clusters/<c>/namespaces/application/<ns>/`, the older
//! `clusters/<c>/namespaces/<ns>/`, or what the config's `layout:` says.

use crate::domain::name::{ClusterName, Namespace};
use crate::kustomize::Kustomization;
use crate::system::{FileKind, RepoPath};
use crate::tree::{ReadError, Tree};

/// The namespace folders of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterLayout {
    /// The cluster's own folder.
    pub cluster_folder: RepoPath,
    /// The folders that hold namespace folders, groups such as `system/` included.
    pub groups: Vec<RepoPath>,
    /// The one of them in which a new namespace folder goes.
    pub new_in: RepoPath,
    /// Why there: in words, for the review.
    pub because: String,
}

/// Where a namespace is, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespacePlace {
    /// Its folder.
    pub folder: RepoPath,
    /// Whether manifests are in it.
    pub exists: bool,
}

/// Why a cluster's layout is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Nothing under the cluster looks like namespace folders.
    #[error("unsupported layout: {looked_for} is not there")]
    Unsupported {
        /// The cluster's folder.
        folder: RepoPath,
        /// What was looked for.
        looked_for: String,
    },
    /// One namespace, two folders.
    #[error("{0} and {1} are both there: only one can be {2}'s")]
    TwoFolders(RepoPath, RepoPath, Namespace),
    /// The name is that of a folder that holds namespace folders.
    #[error("{0} holds namespace folders, it is none itself")]
    IsAGroup(RepoPath),
    /// A folder can't be looked at.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// Folders beside namespace folders that are none.
const NOT_NAMESPACES: [&str; 2] = ["defaults", "default"];

/// Entries of `namespaces/` up to which groups are looked for.
const MOST_GROUPS: usize = 200;

/// How many sibling folders are looked into to tell what a folder holds.
const SAMPLE: usize = 32;

/// The pattern of a `layout:`, split at its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    clusters: String,
    between: String,
}

/// Checks `layout.namespaces`.
///
/// # Errors
/// A pattern that gangplank can't walk.
pub(super) fn check_pattern(text: &str) -> Result<(), String> {
    Pattern::parse(text).map(drop)
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let rest = text.trim_end_matches('/').strip_suffix("/{namespace}");
        let rest = rest.ok_or("the layout ends with /{namespace}")?;
        let (clusters, between) =
            rest.split_once("{cluster}").ok_or("the layout needs {cluster}")?;
        let whole = (clusters.is_empty() || clusters.ends_with('/'))
            && (between.is_empty() || between.starts_with('/'));
        if !whole || between.contains('{') || clusters.contains('{') {
            return Err("{cluster} and {namespace} are whole folder names, once each".to_owned());
        }
        if RepoPath::parse(clusters).is_none() || RepoPath::parse(&format!("x{between}")).is_none()
        {
            return Err("the layout is relative to the root and stays inside".to_owned());
        }
        Ok(Pattern { clusters: clusters.to_owned(), between: between.to_owned() })
    }

    fn of(configured: Option<&str>) -> Option<Self> {
        configured.and_then(|text| Pattern::parse(text).ok())
    }
}

/// The folder that holds the clusters.
pub(super) fn clusters_folder(configured: Option<&str>) -> RepoPath {
    let pattern = Pattern::of(configured);
    let text = pattern.map_or_else(|| "clusters".to_owned(), |pattern| pattern.clusters);
    RepoPath::parse(&text).unwrap_or_default()
}

/// The clusters, sorted.
pub(super) fn clusters(tree: &Tree, configured: Option<&str>) -> Result<Vec<String>, ReadError> {
    let listing = tree.listing(&clusters_folder(configured))?;
    Ok(listing.folders().map(str::to_owned).collect())
}

impl ClusterLayout {
    /// Finds out where a cluster's namespace folders are.
    ///
    /// # Errors
    /// A layout that is none of the known ones; a folder that can't be looked at.
    pub(super) fn find(
        tree: &Tree,
        configured: Option<&str>,
        cluster: &ClusterName,
    ) -> Result<Self, LayoutError> {
        let cluster_folder = clusters_folder(configured).child(cluster.as_str());
        if let Some(pattern) = Pattern::of(configured) {
            let folder = cluster_folder.resolve(pattern.between.trim_start_matches('/'));
            let folder = folder.unwrap_or_else(|| cluster_folder.clone());
            return Ok(ClusterLayout {
                cluster_folder,
                groups: vec![folder.clone()],
                new_in: folder,
                because: "the layout in gangplank.yaml".to_owned(),
            });
        }
        let base = cluster_folder.child("namespaces");
        if !tree.is_folder(&base)? {
            let looked_for = format!("{base}/");
            return Err(LayoutError::Unsupported { folder: cluster_folder, looked_for });
        }
        Self::in_base(tree, cluster_folder, &base)
    }

    fn in_base(
        tree: &Tree,
        cluster_folder: RepoPath,
        base: &RepoPath,
    ) -> Result<Self, LayoutError> {
        let application = base.child("application");
        let has_application =
            tree.is_folder(&application)? && tree.kustomization_file(&application)?.is_none();
        let direct = holds_namespaces(tree, base)?;
        let grouped = has_application && tree.listing(&application)?.folders().next().is_some();
        let in_application = has_application && (grouped || !direct);
        let (new_in, because) = match (in_application, grouped || direct) {
            (true, true) => (application.clone(), "where its siblings are"),
            (true, false) => (application.clone(), "namespaces/application/ is there"),
            (false, true) => (base.clone(), "where its siblings are"),
            // An empty namespaces/: the guide's layout.
            (false, false) => (application.clone(), "the guide's layout"),
        };
        let mut groups = vec![new_in.clone()];
        let others = other_groups(tree, base)?;
        for group in [application, base.clone()].into_iter().chain(others) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        Ok(ClusterLayout { cluster_folder, groups, new_in, because: because.to_owned() })
    }

    /// Where a namespace's folder is, or would be.
    ///
    /// # Errors
    /// Two folders for one namespace; a folder that can't be looked at.
    pub fn place(&self, tree: &Tree, namespace: &Namespace) -> Result<NamespacePlace, LayoutError> {
        let mut found: Option<RepoPath> = None;
        for group in &self.groups {
            let folder = group.child(namespace.as_str());
            let is_none =
                NOT_NAMESPACES.contains(&namespace.as_str()) && tree.kind(&folder)?.is_some();
            if self.groups.contains(&folder) || is_none {
                return Err(LayoutError::IsAGroup(folder));
            }
            if tree.kind(&folder)?.is_none() {
                continue;
            }
            if let Some(first) = found {
                return Err(LayoutError::TwoFolders(first, folder, namespace.clone()));
            }
            found = Some(folder);
        }
        let folder = found.unwrap_or_else(|| self.new_in.child(namespace.as_str()));
        // A folder with nothing to build is as good as none.
        let exists =
            tree.kind(&folder)? == Some(FileKind::Folder) && tree.has_manifests(&folder)?;
        Ok(NamespacePlace { folder, exists })
    }

    /// Whether the namespaces in a folder are those of applications: there new ones go, or it is
    /// the `namespaces/` folder around the other groups.
    pub(super) fn is_plain_group(&self, folder: &RepoPath) -> bool {
        self.groups.contains(folder)
            && (*folder == self.new_in || self.groups.iter().all(|group| group.is_within(folder)))
    }

    /// Whether a path holds the namespace folders of another cluster.
    pub(super) fn is_elsewhere(&self, path: &RepoPath) -> bool {
        let Some(clusters) = self.cluster_folder.parent() else {
            return false;
        };
        if !path.is_within(&clusters) || path.is_within(&self.cluster_folder) {
            return false;
        }
        let below = path.relative_to(&clusters);
        let Some((_, rest)) = below.split_once('/') else {
            return false;
        };
        self.groups.iter().any(|group| group.relative_to(&self.cluster_folder) == rest)
    }

    /// The names of a cluster's namespace folders, sorted.
    ///
    /// # Errors
    /// A folder that can't be listed.
    pub fn namespaces(&self, tree: &Tree) -> Result<Vec<String>, ReadError> {
        let folders = self.folders(tree)?;
        let mut names: Vec<String> = folders.iter().map(|f| f.name().to_owned()).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// A cluster's namespace folders.
    ///
    /// # Errors
    /// A folder that can't be listed.
    pub fn folders(&self, tree: &Tree) -> Result<Vec<RepoPath>, ReadError> {
        let mut folders = Vec::new();
        for group in &self.groups {
            let listing = tree.listing(group)?;
            // Beside namespaces lie folders such as `system/` that hold others, but not among many.
            let has_others = *group != self.new_in && listing.folders().count() <= MOST_GROUPS;
            for name in listing.folders() {
                let folder = group.child(name);
                if NOT_NAMESPACES.contains(&name) || self.groups.contains(&folder) {
                    continue;
                }
                let file = if has_others { tree.kustomization_file(&folder)? } else { None };
                // Beside groups such as `system/` lie parts that namespaces use.
                let is_part = |file| !self.is_plain_group(group) && is_component(tree, file);
                if !has_others || file.as_ref().is_some_and(|file| !is_part(file)) {
                    folders.push(folder);
                }
            }
        }
        Ok(folders)
    }
}

/// Whether a kustomization is that of a Component.
fn is_component(tree: &Tree, file: &RepoPath) -> bool {
    let file = tree.yaml(file).ok().flatten();
    let root = file.as_ref().and_then(|file| file.yaml.root());
    root.is_some_and(|root| Kustomization::of(root).text("kind") == "Component")
}

/// Folders under `namespaces/` that have no kustomization and hold folders that have one, such as
/// `system/`. In a folder with hundreds of entries there are none: those are namespaces.
fn other_groups(tree: &Tree, base: &RepoPath) -> Result<Vec<RepoPath>, ReadError> {
    let mut groups = Vec::new();
    let listing = tree.listing(base)?;
    if listing.folders().count() > MOST_GROUPS {
        return Ok(groups);
    }
    for name in listing.folders() {
        let folder = base.child(name);
        if tree.kustomization_file(&folder)?.is_none() && holds_namespaces(tree, &folder)? {
            groups.push(folder);
        }
    }
    Ok(groups)
}

/// Whether a folder holds namespace folders itself, judged by a sample.
fn holds_namespaces(tree: &Tree, folder: &RepoPath) -> Result<bool, ReadError> {
    let listing = tree.listing(folder)?;
    let is_other = |name: &&str| !NOT_NAMESPACES.contains(name) && *name != "application";
    let names: Vec<&str> = listing.folders().filter(is_other).collect();
    for name in evenly(&names, SAMPLE) {
        if tree.kustomization_file(&folder.child(name))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Up to `most` of the items, evenly spaced.
pub(super) fn evenly<T>(items: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = items.len().min(most);
    (0..count).map(move |at| &items[at * items.len() / count.max(1)])
}
