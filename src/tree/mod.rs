//! The repository as it is, or as it would be: what is on disk, and changes that wait on top.
//!
//! Read-only. Evaluation, rules and preview look at a tree and never at the disk, so that they see
//! a plan's result before it is written.

mod cache;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use thiserror::Error;

pub use self::cache::Asked;
use self::cache::Cache;
use crate::manifests::source::SourceText;
use crate::manifests::yaml::{Place, Yaml};
use crate::system::{Disk, FileKind, RepoPath, follow};

/// No manifest is larger; a larger file is not read.
pub const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The names under which kustomize looks for a kustomization, in its order.
pub const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A file that can't be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {reason}")]
pub struct ReadError {
    /// The file or folder.
    pub path: RepoPath,
    /// Why, one line.
    pub reason: String,
    /// Where in the file, if it could be read that far.
    pub place: Option<Place>,
}

impl ReadError {
    /// The rule that it breaks.
    pub fn rule(&self) -> &'static str {
        if self.reason.starts_with("not UTF-8") {
            "kustomization/not-utf8"
        } else if self.place.is_some() {
            "kustomization/invalid-yaml"
        } else {
            "kustomization/unreadable"
        }
    }
}

/// A YAML file: its text, its nodes and where it stands.
#[derive(Debug, Clone)]
pub struct YamlFile {
    /// Its path.
    pub path: RepoPath,
    /// Its text.
    pub source: SourceText,
    /// Its nodes.
    pub yaml: Yaml,
}

/// The names in a folder on disk, sorted.
#[derive(Debug, Default)]
pub struct Listing {
    /// Each with what it is, links as links, and with what it leads to.
    entries: Vec<(String, FileKind, FileKind)>,
}

/// The repository with changes on top.
#[derive(Clone)]
pub struct Tree {
    disk: Arc<dyn Disk>,
    pending: BTreeMap<RepoPath, Vec<u8>>,
    /// What was read from disk already.
    shared: Arc<Cache>,
    /// A folder whose files are remembered apart, and with it forgotten.
    own: Option<(RepoPath, Arc<Cache>)>,
    asked: Option<Asked>,
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("pending", &self.pending.keys()).finish_non_exhaustive()
    }
}

impl Tree {
    /// The repository as it is.
    pub fn of(disk: Arc<dyn Disk>) -> Self {
        Tree { disk, pending: BTreeMap::new(), shared: Arc::default(), own: None, asked: None }
    }

    /// The same tree for looking at one of many folders: what is below it is forgotten with this
    /// tree, and what others need too stays.
    #[must_use]
    pub fn looking_at(&self, folder: &RepoPath) -> Self {
        Tree { own: Some((folder.clone(), Arc::default())), ..self.clone() }
    }

    /// The same tree, and what it will be asked for.
    #[must_use]
    pub fn listening(&self) -> (Self, Asked) {
        let asked = Asked::default();
        (Tree { asked: Some(asked.clone()), ..self.clone() }, asked)
    }

    /// The files below the folder that this tree looks at that were read so far.
    pub fn own_files(&self) -> Vec<RepoPath> {
        self.own.as_ref().map(|(_, own)| own.paths()).unwrap_or_default()
    }

    fn note(&self, path: &RepoPath) {
        if let Some(asked) = &self.asked {
            asked.note(path);
        }
    }

    fn cache(&self, path: &RepoPath) -> &Cache {
        match &self.own {
            Some((folder, own)) if path.is_within(folder) => own,
            _ => &self.shared,
        }
    }

    /// The same tree with these files on top.
    #[must_use]
    pub fn with(&self, changes: impl IntoIterator<Item = (RepoPath, Vec<u8>)>) -> Self {
        let mut tree = self.clone();
        tree.pending.extend(changes);
        tree
    }

    /// The bytes of a file; `None` if there is nothing under this path.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, ReadError> {
        self.note(path);
        if let Some(bytes) = self.pending.get(path) {
            return Ok(Some(bytes.clone()));
        }
        match self.disk.read(path, LARGEST_FILE) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(io_error(path, &error)),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// What keeps it from being read; bytes that are no UTF-8.
    pub fn text(&self, path: &RepoPath) -> Result<Option<SourceText>, ReadError> {
        let Some(bytes) = self.read(path)? else {
            return Ok(None);
        };
        let wrong = |error: crate::manifests::source::NotUtf8| ReadError {
            path: path.clone(),
            reason: error.to_string(),
            place: None,
        };
        SourceText::decode(bytes).map(Some).map_err(wrong)
    }

    /// A YAML file.
    ///
    /// # Errors
    /// What keeps it from being read; a text that is no YAML, with the place.
    pub fn yaml(&self, path: &RepoPath) -> Result<Option<Arc<YamlFile>>, ReadError> {
        let is_pending = self.pending.contains_key(path);
        if !is_pending && let Some(known) = self.cache(path).parsed(path) {
            self.note(path);
            return known.map(Some);
        }
        let Some(source) = self.text(path)? else {
            return Ok(None);
        };
        let length = source.text().len();
        // A file that is no YAML is remembered too, for it may be one of the defaults.
        let parsed = parse(path, source);
        if !is_pending {
            self.cache(path).keep_parsed(path, parsed.clone(), length);
        }
        parsed.map(Some)
    }

    /// Forgets what was parsed and listed, since the disk may have changed.
    pub fn forget(&self) {
        self.shared.clear();
        if let Some((_, own)) = &self.own {
            own.clear();
        }
    }

    /// What a path leads to, links followed.
    ///
    /// # Errors
    /// What keeps it from being looked at.
    pub fn kind(&self, path: &RepoPath) -> Result<Option<FileKind>, ReadError> {
        self.note(path);
        if self.pending.contains_key(path) {
            return Ok(Some(FileKind::File));
        }
        if self.pending.keys().any(|file| file.is_within(path)) {
            return Ok(Some(FileKind::Folder));
        }
        self.disk.target_kind(path).map_err(|error| io_error(path, &error))
    }

    /// Whether a path leads to a folder.
    ///
    /// # Errors
    /// What keeps it from being looked at.
    pub fn is_folder(&self, path: &RepoPath) -> Result<bool, ReadError> {
        Ok(self.kind(path)? == Some(FileKind::Folder))
    }

    /// What stands at a path on disk itself, links not followed.
    ///
    /// # Errors
    /// What keeps it from being looked at.
    pub fn entry_kind(&self, path: &RepoPath) -> Result<Option<FileKind>, ReadError> {
        self.disk.kind(path).map_err(|error| io_error(path, &error))
    }

    /// The links on disk that a path goes through, and at the end the path without them.
    ///
    /// # Errors
    /// What keeps them from being followed.
    pub fn way(&self, path: &RepoPath) -> Result<Vec<RepoPath>, ReadError> {
        follow(path, |path| self.disk.link(path)).map_err(|error| io_error(path, &error))
    }

    /// The names in a folder with what they are, sorted; nothing for a missing folder. A link is
    /// listed as what it leads to.
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn list(&self, folder: &RepoPath) -> Result<Vec<(String, FileKind)>, ReadError> {
        let mut names = match self.disk.list(folder) {
            Ok(entries) => entries.into_iter().map(|entry| self.followed(folder, entry)).collect(),
            Err(error) if is_missing(&error) => BTreeMap::new(),
            Err(error) => return Err(io_error(folder, &error)),
        };
        for file in self.pending.keys().filter(|file| *file != folder && file.is_within(folder)) {
            let below = file.relative_to(folder);
            match below.split_once('/') {
                Some((child, _)) => names.insert(child.to_owned(), FileKind::Folder),
                None => names.insert(below, FileKind::File),
            };
        }
        Ok(names.into_iter().collect())
    }

    /// The names in a folder on disk, without changes on top; none for a missing folder. What was
    /// listed once is not listed again before [`Tree::forget`].
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn listing(&self, folder: &RepoPath) -> Result<Arc<Listing>, ReadError> {
        if let Some(known) = self.cache(folder).listed(folder) {
            return Ok(known);
        }
        let entries = match self.disk.list(folder) {
            Ok(entries) => entries,
            Err(error) if is_missing(&error) => return Ok(Arc::default()),
            Err(error) => return Err(io_error(folder, &error)),
        };
        let entries = entries.into_iter().map(|entry| {
            let kind = entry.kind;
            let (name, leads_to) = self.followed(folder, entry);
            (name, kind, leads_to)
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let listing = Arc::new(Listing { entries });
        self.cache(folder).keep_listed(folder, &listing);
        Ok(listing)
    }

    /// Whether a folder holds manifests, in itself or up to two levels below.
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn has_manifests(&self, folder: &RepoPath) -> Result<bool, ReadError> {
        self.has_manifests_within(folder, 2)
    }

    fn has_manifests_within(&self, folder: &RepoPath, levels: usize) -> Result<bool, ReadError> {
        for (name, kind) in self.list(folder)? {
            let is_manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
                || KUSTOMIZATION_NAMES.contains(&name.as_str());
            let below = kind == FileKind::Folder && levels > 0;
            if is_manifest
                || below && self.has_manifests_within(&folder.child(&name), levels - 1)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn followed(&self, folder: &RepoPath, entry: crate::system::DiskEntry) -> (String, FileKind) {
        if entry.kind != FileKind::Link {
            return (entry.name, entry.kind);
        }
        let target = self.disk.target_kind(&folder.child(&entry.name)).ok().flatten();
        (entry.name, target.unwrap_or(FileKind::Other))
    }

    /// The first kustomization file of a folder. Asking for it takes less than asking for all.
    ///
    /// # Errors
    /// What keeps the folder from being looked at.
    pub fn kustomization_file(&self, folder: &RepoPath) -> Result<Option<RepoPath>, ReadError> {
        for name in KUSTOMIZATION_NAMES {
            let path = folder.child(name);
            if self.kind(&path)? == Some(FileKind::File) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// The kustomization files of a folder; kustomize refuses more than one.
    ///
    /// # Errors
    /// What keeps the folder from being looked at.
    pub fn kustomization_files(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, ReadError> {
        let mut found = Vec::new();
        for name in KUSTOMIZATION_NAMES {
            let path = folder.child(name);
            if self.kind(&path)? == Some(FileKind::File) {
                found.push(path);
            }
        }
        Ok(found)
    }
}

impl Listing {
    /// The names with what they are, links as links.
    pub fn entries(&self) -> impl Iterator<Item = (&str, FileKind)> {
        self.entries.iter().map(|(name, kind, _)| (name.as_str(), *kind))
    }

    /// The names of links that lead to nothing that could be looked at: nowhere, round in circles,
    /// out of the repository.
    pub fn dead_links(&self) -> impl Iterator<Item = &str> {
        let links = self.entries.iter().filter(|entry| entry.1 == FileKind::Link);
        links.filter(|entry| entry.2 == FileKind::Other).map(|entry| entry.0.as_str())
    }

    /// The names of the folders, without hidden ones. A link to a folder is one.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folders = self.entries.iter().filter(|entry| entry.2 == FileKind::Folder);
        folders.map(|entry| entry.0.as_str()).filter(|name| !name.starts_with('.'))
    }
}

fn parse(path: &RepoPath, source: SourceText) -> Result<Arc<YamlFile>, ReadError> {
    let yaml = Yaml::parse(source.text()).map_err(|error| ReadError {
        path: path.clone(),
        reason: format!("not valid YAML: {}", error.message),
        place: Some(error.place),
    })?;
    Ok(Arc::new(YamlFile { path: path.clone(), source, yaml }))
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn io_error(path: &RepoPath, error: &io::Error) -> ReadError {
    let reason = match error.kind() {
        io::ErrorKind::FileTooLarge => "larger than 4 MiB: no manifest is".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "can't be read: permission denied, or a link that leads out of the repository"
                .to_owned()
        }
        _ => format!("can't be read: {error}"),
    };
    ReadError { path: path.clone(), reason, place: None }
}
