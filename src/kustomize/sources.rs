//! The files that kustomize reads to build a folder, for handing just them to another program. What
//! would make that program fetch something, or run something, is refused here.

use std::collections::BTreeSet;

use super::fields::field;
use crate::manifests::yaml::{Node, Yaml};
use crate::system::{BuildFiles, FileKind, RepoPath};
use crate::tree::Tree;

/// Far more than any real build reads.
const MOST_FILES: usize = 5_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Lists of folders and manifests, and of the same that hold configuration.
const OBJECTS: [&str; 3] = ["resources", "bases", "components"];
const CONFIGURATION: [&str; 3] = ["generators", "transformers", "validators"];

const HELM: [&str; 3] = ["helmCharts", "helmChartInflationGenerator", "helmGlobals"];

/// Keys whose texts name files, wherever they stand. Some are no files but places in objects: what
/// is not there is left out, and kustomize says so if it misses it.
const FILES: [&str; 8] =
    ["path", "paths", "files", "env", "envs", "crds", "configurations", "patchesStrategicMerge"];

/// The files that the build of `folder` reads.
///
/// # Errors
/// Why they can't be handed on, in a few words.
pub fn sources(tree: &Tree, folder: &RepoPath) -> Result<BuildFiles, String> {
    let mut sources = Sources { tree, files: BuildFiles::new(), bytes: 0, seen: BTreeSet::new() };
    sources.folder(folder, Holds::Objects)?;
    Ok(sources.files)
}

/// What a folder or a file is listed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Objects,
    Configuration,
}

struct Sources<'t> {
    tree: &'t Tree,
    files: BuildFiles,
    bytes: usize,
    seen: BTreeSet<(RepoPath, Holds)>,
}

impl Sources<'_> {
    fn folder(&mut self, folder: &RepoPath, holds: Holds) -> Result<(), String> {
        if !self.seen.insert((folder.clone(), holds)) {
            return Ok(());
        }
        for path in self.tree.kustomization_files(folder).map_err(|error| error.to_string())? {
            self.file(&path)?;
            let file = self.tree.yaml(&path).map_err(|error| error.to_string())?;
            if let Some(root) = file.as_ref().and_then(|file| file.yaml.root()) {
                self.kustomization(root, folder, holds)?;
            }
        }
        Ok(())
    }

    fn kustomization(
        &mut self,
        root: Node<'_>,
        folder: &RepoPath,
        holds: Holds,
    ) -> Result<(), String> {
        if HELM.iter().any(|name| field(root, name).is_some()) {
            return Err("Helm charts come from elsewhere".to_owned());
        }
        if root.entries().any(|entry| entry.key.text() == Some("<<")) {
            return Err("a merge key".to_owned());
        }
        for (names, listed) in [(OBJECTS, holds), (CONFIGURATION, Holds::Configuration)] {
            for text in names.iter().flat_map(|name| listed_in(root, name)) {
                match text.contains('\n') {
                    true => self.written_here(text, folder)?,
                    false => self.entry(folder, text, listed)?,
                }
            }
        }
        self.named_files(root, std::slice::from_ref(folder))
    }

    /// An entry that is a folder or a file.
    fn entry(&mut self, folder: &RepoPath, text: &str, holds: Holds) -> Result<(), String> {
        if may_be_remote(text) {
            return Err(format!("{text} may come from elsewhere"));
        }
        let path = folder.resolve(text);
        let path = path.ok_or_else(|| format!("{text} lies outside the repository"))?;
        match self.tree.kind(&path).map_err(|error| error.to_string())? {
            Some(FileKind::Folder) => self.folder(&path, holds),
            Some(FileKind::File) if holds == Holds::Configuration => {
                self.file(&path)?;
                let text = self.tree.text(&path).map_err(|error| error.to_string())?;
                let text = text.map(|source| source.text().to_owned()).unwrap_or_default();
                let own = path.parent().unwrap_or_default();
                self.configuration(&text, &[folder.clone(), own])
            }
            Some(_) => self.file(&path),
            None => Ok(()),
        }
    }

    /// An entry that is itself the configuration.
    fn written_here(&mut self, text: &str, folder: &RepoPath) -> Result<(), String> {
        self.configuration(text, std::slice::from_ref(folder))
    }

    /// What generators and transformers are told names files, too.
    fn configuration(&mut self, text: &str, folders: &[RepoPath]) -> Result<(), String> {
        let yaml =
            Yaml::parse(text).map_err(|error| format!("not valid YAML: {}", error.message))?;
        for root in yaml.documents() {
            let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
            if kind.contains("Helm") {
                return Err("Helm charts come from elsewhere".to_owned());
            }
            self.named_files(root, folders)?;
        }
        Ok(())
    }

    /// The files that are named anywhere below a node, seen from these folders.
    fn named_files(&mut self, node: Node<'_>, folders: &[RepoPath]) -> Result<(), String> {
        // What an alias stands for is looked at where it stands.
        if node.is_alias() {
            return Ok(());
        }
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            if FILES.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                for text in entry.value.items().chain([entry.value]).filter_map(Node::text) {
                    self.named_file(text, folders)?;
                }
            }
            self.named_files(entry.value, folders)?;
        }
        node.items().try_for_each(|item| self.named_files(item, folders))
    }

    fn named_file(&mut self, text: &str, folders: &[RepoPath]) -> Result<(), String> {
        if text.contains('\n') {
            return Ok(());
        }
        if text.contains("://") {
            return Err(format!("{text} comes from elsewhere"));
        }
        // Of a generator's `key=file`, the file.
        let file = text.split_once('=').map_or(text, |(_, file)| file);
        for path in folders.iter().filter_map(|folder| folder.resolve(file)) {
            if self.tree.kind(&path).map_err(|error| error.to_string())? == Some(FileKind::File) {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &RepoPath) -> Result<(), String> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        self.refuse_links(path)?;
        let bytes = self.tree.read(path).map_err(|error| error.to_string())?.unwrap_or_default();
        self.bytes += bytes.len();
        self.files.insert(path.clone(), bytes);
        if self.files.len() > MOST_FILES || self.bytes > MOST_BYTES {
            return Err("it reads more files than a namespace has".to_owned());
        }
        Ok(())
    }

    /// A copy has no links: kustomize, which looks where they lead, would see something else.
    fn refuse_links(&self, path: &RepoPath) -> Result<(), String> {
        let mut next = Some(path.clone());
        while let Some(path) = next.filter(|path| !path.as_str().is_empty()) {
            if self.tree.entry_kind(&path).map_err(|error| error.to_string())?
                == Some(FileKind::Link)
            {
                return Err(format!("{path} is a symbolic link"));
            }
            next = path.parent();
        }
        Ok(())
    }
}

/// The texts in the lists of this name, however the name is spelt and however often it is there.
fn listed_in<'a>(root: Node<'a>, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_it = move |text: &str| text.eq_ignore_ascii_case(name);
    let entries = root.entries().filter(move |entry| entry.key.text().is_some_and(is_it));
    entries.flat_map(|entry| entry.value.items()).filter_map(Node::text)
}

/// Whether kustomize might take a text for something to fetch, also where a folder of that name is
/// there.
fn may_be_remote(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has = |part: &&str| lower.contains(*part);
    text.contains([':', '@', '?']) || [".git", "_git", "github.com"].iter().any(has)
}
