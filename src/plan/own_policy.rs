//! The policies that stand in a namespace's own folder, read back into answers.

use super::changes::FileChange;
use crate::domain::answers::PolicyAnswers;
use crate::domain::name::{Namespace, PolicyName};
use crate::kustomize::Object;
use crate::manifests::edit::edit;
use crate::manifests::policy_reading::read_policy;
use crate::manifests::reconcile::{mean_the_same, reconcile};
use crate::manifests::render;
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Node, Value, Yaml};
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree};

/// A policy that says just what gangplank would have written for certain answers.
#[derive(Debug, Clone)]
pub(super) struct OwnPolicy {
    /// Its file.
    pub(super) path: RepoPath,
    /// The answers.
    pub(super) answers: PolicyAnswers,
    /// The text that these answers give.
    rendered: String,
}

/// The policies of a folder that are such, in the order of the build.
pub(super) fn own_policies(
    folder: &RepoPath,
    objects: &[Object],
    templates: &Templates,
) -> Result<Vec<OwnPolicy>, TemplateError> {
    let own = objects.iter().filter(|object| object.file.path.parent().as_ref() == Some(folder));
    let read = own.filter_map(|object| OwnPolicy::read(object, templates).transpose());
    read.collect()
}

impl OwnPolicy {
    fn read(object: &Object, templates: &Templates) -> Result<Option<Self>, TemplateError> {
        let Some(root) = object.root().filter(|_| object.kind() == "CiliumNetworkPolicy") else {
            return Ok(None);
        };
        let Some(answers) = read_policy(root) else {
            return Ok(None);
        };
        let namespace = root.at(&["metadata", "namespace"]).and_then(Node::text);
        let namespace = namespace.and_then(|text| Namespace::parse(text).ok());
        let rendered = render::policy(templates, &answers, namespace.as_ref())?;
        let there = Value::of(root);
        let is_ours = there.zip(meaning(&rendered)).is_some_and(|(a, b)| mean_the_same(&a, &b));
        let path = object.file.path.clone();
        Ok(is_ours.then_some(OwnPolicy { path, answers, rendered }))
    }

    /// Whether `wanted` is this policy with more in it or something else in it, for no fewer pods.
    pub(super) fn may_become(&self, wanted: &PolicyAnswers) -> bool {
        let (old, new) = (&self.answers.pods, &wanted.pods);
        let keeps_accounts = new.service_accounts.is_empty()
            || (!old.service_accounts.is_empty()
                && old.service_accounts.iter().all(|sa| new.service_accounts.contains(sa)));
        keeps_accounts && new.labels.iter().all(|label| old.labels.contains(label))
    }

    /// The change that makes the file say what `wanted` says: a file as gangplank wrote it is
    /// written anew, in one that people touched only what differs changes. `None` if that can't be
    /// done line by line.
    pub(super) fn updated(
        &self,
        tree: &Tree,
        wanted: &str,
    ) -> Result<Option<FileChange>, ReadError> {
        let (Some(bytes), Some(source)) = (tree.read(&self.path)?, tree.text(&self.path)?) else {
            return Ok(None);
        };
        let change =
            |after: Vec<u8>| FileChange::between(self.path.clone(), Some(bytes.clone()), after);
        if source.text() == self.rendered {
            return Ok(Some(change(source.with_text(wanted.to_owned()).encode())));
        }
        let edits = meaning(source.text()).zip(meaning(wanted));
        let edits = edits.and_then(|(there, wanted)| reconcile(&there, &wanted));
        let edited = edits.and_then(|edits| edit(&source, &edits).ok());
        // The edits are told apart from the answers: what they say together is looked at again.
        let says_it = |text: &str| {
            meaning(text).zip(meaning(wanted)).is_some_and(|(a, b)| mean_the_same(&a, &b))
        };
        Ok(edited.filter(|source| says_it(source.text())).map(|source| change(source.encode())))
    }

    /// Its name.
    pub(super) fn name(&self) -> &PolicyName {
        &self.answers.name
    }
}

/// What a text of one document means.
pub(super) fn meaning(text: &str) -> Option<Value> {
    let yaml = Yaml::parse(text).ok()?;
    let mut roots = yaml.documents();
    match (roots.next(), roots.next()) {
        (Some(root), None) => Value::of(root),
        _ => None,
    }
}
