//! `--trust REV`: what decides about a check comes from a revision, so that the change that is checked
//! can't switch its own check off: where the root is, `gangplank.yaml`, comments that ignore, and a
//! baseline inside of the repository. What is not in the revision is not there.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::app::since::no_changes_report;
use crate::check::{ignore_as_earlier, ignoring_files};
use crate::domain::finding::Finding;
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::manifests::source::SourceText;
use crate::repo::{CLUSTERS, CONFIG_NAME, Root};
use crate::system::{
    AtRevision, CheckedOutGit, Disk, EarlierDisk, Git, NotRead, RealDisk, RepoPath, Was,
};
use crate::tree::Tree;

/// A revision of a git repository.
pub(in crate::app) struct Trusted {
    revision: String,
    /// git's top level, without links.
    top: PathBuf,
}

impl Trusted {
    /// The revision of the repository around a folder.
    pub(super) fn new(folder: &Path, revision: &str) -> Result<Self, Report> {
        let top = CheckedOutGit.top_level(folder).ok_or_else(|| {
            Report::new(Exit::Usage, format!("--trust: {} is not under git", folder.display()))
        })?;
        Ok(Trusted { revision: revision.to_owned(), top })
    }

    /// The revision's name.
    pub(super) fn revision(&self) -> &str {
        &self.revision
    }

    /// What paths, named from git's top level, are in the revision.
    fn read(&self, paths: &[String]) -> Result<Vec<AtRevision>, Report> {
        let found = CheckedOutGit.at_revision(&self.top, &self.revision, paths);
        found.map_err(|error| match &error {
            NotRead::NoCommit(error) => no_changes_report("--trust", error),
            NotRead::NoContent { .. } => {
                Report::new(Exit::Usage, format!("--trust: {}", in_one_line(&error.to_string())))
                    .help("fetch the contents too, or a clone without a filter")
            }
        })
    }

    /// The root in the revision: this folder or the nearest one above it that is one there.
    pub(super) fn root(&self, start: &Path, only_here: bool) -> Result<Option<PathBuf>, Report> {
        let below = start.ancestors().take_while(|folder| folder.starts_with(&self.top));
        let folders: Vec<&Path> = below.take(if only_here { 1 } else { usize::MAX }).collect();
        let mut paths = Vec::new();
        for folder in &folders {
            let prefix = Root::new(folder.to_path_buf(), &CheckedOutGit);
            paths.extend([CONFIG_NAME, CLUSTERS].map(|name| prefix.git_path(name)));
        }
        let found = self.read(&paths)?;
        let is_root = |found: &[AtRevision]| match found {
            [config, clusters] => {
                matches!(config, AtRevision::File(_)) || *clusters == AtRevision::Folder
            }
            _ => false,
        };
        let nearest = found.chunks(2).position(is_root);
        Ok(nearest.and_then(|at| folders.get(at)).map(|folder| folder.to_path_buf()))
    }

    /// What is on disk, with the configuration of the revision.
    pub(super) fn tree(&self, root: &Root, disk: Arc<RealDisk>) -> Result<Tree, Report> {
        let config = match self.read(&[root.git_path(CONFIG_NAME)])?.pop() {
            Some(AtRevision::File(bytes)) => Was::File(bytes),
            Some(AtRevision::Outside) => return Err(self.unreadable(CONFIG_NAME)),
            _ => Was::Absent,
        };
        let files = BTreeMap::from([(RepoPath::root().child(CONFIG_NAME), config)]);
        Ok(Tree::of(Arc::new(EarlierDisk::new(disk as Arc<dyn Disk>, files))))
    }

    fn unreadable(&self, path: &str) -> Report {
        let message = format!("--trust: {path} is no file in {}", self.revision);
        Report::new(Exit::Usage, message)
    }

    /// Takes out what comments ignore that the revision has too. Says how many findings stay
    /// although a comment ignores them.
    pub(super) fn ignore(
        &self,
        root: &Root,
        tree: &Tree,
        findings: &mut Vec<Finding>,
    ) -> Result<usize, Report> {
        let files: Vec<RepoPath> = ignoring_files(tree, findings).into_iter().collect();
        if files.is_empty() {
            return Ok(0);
        }
        let paths: Vec<String> = files.iter().map(|file| root.git_path(file.as_str())).collect();
        let found = self.read(&paths)?.into_iter();
        let texts = files.into_iter().zip(found).filter_map(|(file, found)| match found {
            AtRevision::File(bytes) => {
                Some((file, SourceText::decode(bytes).ok()?.text().to_owned()))
            }
            _ => None,
        });
        Ok(ignore_as_earlier(tree, &texts.collect(), findings))
    }

    /// The text of a baseline in the revision; none if the file lies outside of the repository.
    pub(super) fn baseline(&self, path: &str) -> Result<Option<Vec<u8>>, Report> {
        let Some(inside) = self.inside(path) else {
            return Ok(None);
        };
        match self.read(&[inside])?.pop() {
            Some(AtRevision::File(bytes)) => Ok(Some(bytes)),
            _ => Err(self.unreadable(path)),
        }
    }

    /// A path as git names it, if it lies in the repository by its name or by what it leads to: the
    /// change may have made a link of a folder.
    fn inside(&self, path: &str) -> Option<String> {
        let named = std::env::current_dir().ok()?.canonicalize().ok()?.join(path);
        let by_name = without_dots(&named);
        let leads_to = named.canonicalize().ok();
        let below = |path: &Path| Some(path.strip_prefix(&self.top).ok()?.to_str()?.to_owned());
        below(&by_name).or_else(|| below(&leads_to?))
    }
}

/// A path without `.` and `..`, links not looked at.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut out, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
        out
    })
}
