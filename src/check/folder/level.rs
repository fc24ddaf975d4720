//! One kustomization of a build, read as far as rules need it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bases::Base;
use super::fixes::{self, Fix};
use super::{FolderContext, annotation, file, keys, patches};
use crate::domain::facts::ClusterFacts;
use crate::domain::finding::Finding;
use crate::kustomize::{self, Build, BuiltNamespace, Kustomization, ReadPatch, Setter};
use crate::manifests::yaml::Node;
use crate::system::FileKind;
use crate::tree::YamlFile;

/// One kustomization of a build.
pub(super) struct Level<'a> {
    pub(super) context: &'a FolderContext<'a>,
    pub(super) facts: &'a ClusterFacts,
    /// Its file.
    pub(super) file: &'a YamlFile,
    pub(super) root: Node<'a>,
    /// What it builds to.
    pub(super) build: &'a Build,
    pub(super) patches: Vec<ReadPatch<'a>>,
    /// The Namespaces as patches see them.
    pub(super) before_rename: Vec<BuiltNamespace>,
    /// Where its own files set the annotation, in kustomize's order; only of one Namespace.
    pub(super) setters: Vec<Setter>,
    /// The folders that it lists.
    pub(super) bases: Vec<Arc<Base>>,
}

impl<'a> Level<'a> {
    /// Reads a kustomization; `None` if it is nothing that can be looked into.
    pub(super) fn of(
        context: &'a FolderContext<'a>,
        facts: &'a ClusterFacts,
        file: &'a YamlFile,
        build: &'a Build,
    ) -> Option<Self> {
        let root = file.yaml.root().filter(|root| root.is_mapping())?;
        let kustomization = Kustomization::of(root);
        let renamed_to = kustomization.namespace().and_then(Node::text);
        let (tree, folder) = (context.tree, context.folder);
        let key = &facts.allowed_roles_key;
        let mut level = Level {
            context,
            facts,
            file,
            root,
            build,
            patches: kustomize::read_patches(tree, folder, &file.path, root),
            before_rename: build.namespaces.iter().map(|n| n.before_rename(renamed_to)).collect(),
            setters: match &build.namespaces[..] {
                [one] => kustomize::setters(tree, folder, one, &build.objects, key),
                _ => Vec::new(),
            },
            bases: Vec::new(),
        };
        level.bases = level.listed_folders(facts);
        Some(level)
    }

    /// The folders in `resources`; what is broken about them the build says.
    fn listed_folders(&self, facts: &ClusterFacts) -> Vec<Arc<Base>> {
        let context = self.context;
        let is_cycle = self.build.problems.iter().any(|p| p.rule == "kustomization/cycle");
        let is_endless = is_cycle || self.build.is_cut;
        let entries = Kustomization::of(self.root).resources().into_iter();
        let paths = entries.filter_map(|entry| context.folder.resolve(entry.string()?));
        let is_folder = |path: &_| matches!(context.tree.kind(path), Ok(Some(FileKind::Folder)));
        let folders = paths.filter(|path| !is_endless && is_folder(path));
        folders.map(|folder| context.bases.get(context, facts, &folder)).collect()
    }

    /// Everything that is wrong with it, and with those that it builds from.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut out: Vec<Finding> =
            self.bases.iter().flat_map(|base| base.findings.iter().cloned()).collect();
        out.extend(file::findings(self));
        out.extend(patches::findings(self));
        out.extend(keys::findings(self));
        out.extend(annotation::findings(self));
        fixes::mark(&self.fixes(), &mut out);
        out
    }

    /// What mends some of that, without a decision.
    pub(super) fn fixes(&self) -> Vec<Fix> {
        let mut all: Vec<Fix> =
            self.bases.iter().flat_map(|base| base.fixes.iter().cloned()).collect();
        all.extend(fixes::of(self));
        all
    }

    /// Whether a patch means a Namespace of this build, or may.
    pub(super) fn means_namespace(&self, patch: &ReadPatch<'_>) -> bool {
        let seen = if patch.source.is_late { &self.build.namespaces } else { &self.before_rename };
        seen.iter().any(|namespace| patch.means(namespace))
    }

    /// Whether a generator, here or below, makes objects that are in no file.
    pub(super) fn makes_objects(&self) -> bool {
        let generates = |name| crate::kustomize::field(self.root, name).is_some();
        generates("configMapGenerator")
            || generates("secretGenerator")
            || self.bases.iter().any(|base| base.makes_objects)
    }

    /// The annotations that the bases bring.
    pub(super) fn inherited(&self) -> BTreeMap<&str, &str> {
        let all = self.bases.iter().flat_map(|base| &base.annotations);
        all.map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }
}
