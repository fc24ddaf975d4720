//! A folder that is not there yet: made from the repository's namespace template, or in the shape
//! of its siblings.

use super::Folder;
use super::base::{Addition, Base};
use crate::domain::finding::{Finding, Level};
use crate::manifests::render::{LabelsEntry, NewKustomization, Pair};
use crate::plan::changes::FileChange;
use crate::plan::stop::Stop;
use crate::repo::{DefaultsChoice, KustomizationShape, OWN_NAME, Shape, TemplateFile};
use crate::system::RepoPath;

impl Folder<'_> {
    pub(super) fn new_folder(&self) -> Result<Base, Stop> {
        let house = &self.survey.house;
        let mut base = match &house.shape {
            Shape::Template(files) => self.from_template(files)?,
            Shape::Kustomization(shape) => self.from_shape(shape)?,
        };
        base.note = Some(format!("shape: {}", house.source));
        Ok(base)
    }

    fn from_template(&self, files: &[TemplateFile]) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        let mut base = Base::default();
        for file in files {
            let filled = file.fill(self.answers.cluster.as_str(), &self.answers.namespace);
            let (name, text) = filled.map_err(|variable| unknown_variable(file, &variable))?;
            let path = folder.resolve(&name).unwrap_or_else(|| folder.child(&name));
            if crate::tree::KUSTOMIZATION_NAMES.contains(&name.as_str()) {
                base.path = path;
                base.template = Some(file.path.clone());
                base.fresh = Some(text);
            } else if self.tree.kind(&path)?.is_none() {
                base.beside.push(FileChange::between(path, None, text.into_bytes()));
            }
        }
        Ok(base)
    }

    fn from_shape(&self, shape: &KustomizationShape) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        let namespace = self.answers.namespace.as_str();
        let new = NewKustomization {
            document_start: shape.document_start,
            keys: shape.keys.clone(),
            namespace: self.answers.namespace.clone(),
            resources: self.resources(shape),
            components: shape.components.iter().map(|c| shape.written(c, folder)).collect(),
            common_labels: own_names(&shape.common_labels, namespace),
            common_annotations: own_names(&shape.common_annotations, namespace),
            labels: shape.labels.iter().map(|entry| self.own_labels(entry)).collect(),
            patches: Vec::new(),
            list_indent: shape.list_indent,
        };
        let path = folder.child("kustomization.yaml");
        let has_crlf = shape.has_crlf;
        let mut base = Base { path, shape: Some(new), has_crlf, ..Base::default() };
        base.fresh = Some(base.rendered(self.templates, &Addition::default())?);
        Ok(base)
    }

    /// The defaults, and whatever else the siblings list.
    fn resources(&self, shape: &KustomizationShape) -> Vec<String> {
        let folder = &self.place.folder;
        let (defaults, others): (Option<RepoPath>, Vec<&RepoPath>) = match &self.survey.defaults {
            DefaultsChoice::One(one) => (Some(one.folder.clone()), Vec::new()),
            DefaultsChoice::Ask(candidates) => (
                self.answers.defaults.as_deref().and_then(RepoPath::parse),
                candidates.iter().map(|candidate| &candidate.folder).collect(),
            ),
        };
        let mut paths: Vec<&RepoPath> =
            shape.resources.iter().filter(|path| !others.contains(path)).collect();
        if let Some(defaults) = defaults.as_ref().filter(|d| !paths.contains(d)) {
            paths.insert(0, defaults);
        }
        paths.into_iter().map(|path| shape.written(path, folder)).collect()
    }

    fn own_labels(&self, entry: &LabelsEntry) -> LabelsEntry {
        let pairs = own_names(&entry.pairs, self.answers.namespace.as_str());
        LabelsEntry { pairs, ..entry.clone() }
    }
}

fn own_names(pairs: &[Pair], namespace: &str) -> Vec<Pair> {
    pairs
        .iter()
        .map(|pair| Pair::new(pair.key.clone(), pair.value.replace(OWN_NAME, namespace)))
        .collect()
}

fn unknown_variable(file: &TemplateFile, variable: &str) -> Finding {
    Finding::on_disk(
        "layout/template-variable",
        Level::Error,
        file.path.as_str(),
        format!("the namespace template has a variable ${{{variable}}}, which nobody fills in"),
        "CLUSTER_NAME and NAMESPACE_NAME are filled in",
    )
}

impl KustomizationShape {
    /// A path as the siblings write it.
    fn written(&self, path: &RepoPath, folder: &RepoPath) -> String {
        let text = path.relative_to(folder);
        let is_folder = !path.name().contains('.');
        if self.trailing_slash && is_folder { format!("{text}/") } else { text }
    }
}
