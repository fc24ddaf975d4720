//! A namespace folder before this onboarding, as on disk or freshly made, and what it gets.

use crate::check::unreadable;
use crate::kustomize::{Kustomization, field_key};
use crate::manifests::edit::Edit;
use crate::manifests::render::{self, NewKustomization};
use crate::manifests::source::SourceText;
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Node, Yaml, quoted};
use crate::plan::changes::FileChange;
use crate::plan::stop::Stop;
use crate::system::RepoPath;
use crate::tree::ReadError;

/// What a kustomization gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Addition {
    /// New items of `resources:`.
    pub(super) resources: Vec<String>,
    /// A new entry of `patches:`, not indented, with its final line break.
    pub(super) patch: Option<String>,
}

impl Addition {
    /// The same as edits of an existing file.
    pub(super) fn edits(&self, source: &SourceText) -> Vec<Edit> {
        let yaml = Yaml::parse(source.text()).ok();
        let spelt = |name: &str| {
            let root = yaml.as_ref().and_then(Yaml::root);
            let key = root.and_then(|root| field_key(root, name));
            key.and_then(Node::text).unwrap_or(name).to_owned()
        };
        let resources = self
            .resources
            .iter()
            .map(|resource| Edit::append(&spelt("resources"), format!("- {}\n", quoted(resource))));
        let patch = self.patch.iter().map(|patch| Edit::append(&spelt("patches"), patch.clone()));
        resources.chain(patch).collect()
    }
}

/// A folder before this onboarding.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// Its kustomization.
    pub(super) path: RepoPath,
    /// Its bytes on disk.
    pub(super) before: Option<Vec<u8>>,
    /// Its text if it is made now.
    pub(super) fresh: Option<String>,
    /// What that text is made from, if it has the siblings' shape.
    pub(super) shape: Option<NewKustomization>,
    /// The file of the namespace template that it is made from.
    pub(super) template: Option<RepoPath>,
    /// Other new files.
    pub(super) beside: Vec<FileChange>,
    pub(super) has_crlf: bool,
    pub(super) note: Option<String>,
}

impl Base {
    pub(super) fn source(&self) -> Result<SourceText, Stop> {
        let bytes = match (&self.before, &self.fresh) {
            (Some(bytes), _) => bytes.clone(),
            (None, fresh) => fresh.clone().unwrap_or_default().into_bytes(),
        };
        SourceText::decode(bytes).map_err(|error| {
            let (path, reason) = (self.path.clone(), error.to_string());
            unreadable(&ReadError { path, reason, place: None }).into()
        })
    }

    /// The text in the siblings' shape, with an addition in its place. Without a patch there is no
    /// `patches` either.
    pub(super) fn rendered(
        &self,
        templates: &Templates,
        addition: &Addition,
    ) -> Result<String, TemplateError> {
        let mut new = match &self.shape {
            Some(shape) => shape.clone(),
            None => return Ok(String::new()),
        };
        new.resources.extend(addition.resources.iter().cloned());
        new.patches.extend(addition.patch.clone());
        if new.patches.is_empty() {
            new.keys.retain(|key| key.name != "patches");
        }
        let text = render::kustomization(templates, &new)?;
        Ok(if self.has_crlf { text.replace('\n', "\r\n") } else { text })
    }

    /// Whether its `namespace:` gives every object of the folder its namespace.
    pub(super) fn sets_namespace(&self) -> Result<bool, Stop> {
        let source = self.source()?;
        let yaml = Yaml::parse(source.text()).ok();
        let root = yaml.as_ref().and_then(Yaml::root);
        // A text that can't be read is refused for that.
        Ok(root.is_none_or(|root| Kustomization::of(root).namespace().is_some()))
    }

    /// What the tree needs on top to look like this.
    pub(super) fn pending(&self) -> Vec<(RepoPath, Vec<u8>)> {
        let beside = self.beside.iter().filter_map(|f| Some((f.path.clone(), f.after.clone()?)));
        let own = self.fresh.iter().map(|text| (self.path.clone(), text.clone().into_bytes()));
        beside.chain(own).collect()
    }

    pub(super) fn unchanged(&self) -> Option<FileChange> {
        let bytes = self.before.clone()?;
        Some(FileChange::between(self.path.clone(), Some(bytes.clone()), bytes))
    }

    pub(super) fn conflict(&self) -> Option<FileChange> {
        Some(FileChange::conflict(self.path.clone(), self.before.clone()?, None))
    }

    /// The file to point at: a new one is only as wrong as its template.
    pub(super) fn shown_path(&self) -> &RepoPath {
        self.template.as_ref().unwrap_or(&self.path)
    }
}
