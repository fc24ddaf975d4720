//! Which files mention what a survey looks for. Each file is read once, whatever it is asked, and
//! parsed only if it mentions something: most don't.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::layout::ClusterLayout;
use crate::system::RepoPath;
use crate::tree::{Tree, YamlFile};

/// Something that a survey looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    ArgoCd,
    ClusterwidePolicy,
    ConfigMap,
    Kube2iam,
    Kyverno,
    Policy,
}

/// The words with their texts. A word's place here is its bit in what is known of a file.
const WORDS: [(Word, &str); 6] = [
    (Word::ArgoCd, "argoproj.io/"),
    (Word::ClusterwidePolicy, "ClusterwideNetworkPolicy"),
    (Word::ConfigMap, "ConfigMap"),
    (Word::Kube2iam, "kube2iam"),
    (Word::Kyverno, "kyverno.io/"),
    (Word::Policy, "NetworkPolicy"),
];

/// Whether a file beside the namespace folders can say something about a cluster, so that a change
/// of it can change what is known of all its namespaces. What a file that is gone said nobody knows.
pub fn is_about_cluster(tree: &Tree, layout: &ClusterLayout, path: &RepoPath) -> bool {
    let is_yaml = [".yaml", ".yml"].iter().any(|end| path.as_str().ends_with(end));
    if !is_yaml || layout.is_elsewhere(path) {
        return false;
    }
    match tree.text(path) {
        Ok(Some(source)) => {
            let about = [Word::ArgoCd, Word::ClusterwidePolicy, Word::Kube2iam, Word::Kyverno];
            let words = WORDS.iter().filter(|(word, _)| about.contains(word));
            words.into_iter().any(|(_, text)| source.text().contains(text))
        }
        // Of what was beside the namespaces, such as the defaults, builds know.
        _ => {
            let is_beside = !layout.groups.iter().any(|group| path.is_within(group));
            is_beside && path.is_within(&layout.cluster_folder)
        }
    }
}

/// What the files of a tree mention, as far as it was asked for.
#[derive(Debug)]
pub(super) struct Mentions<'t> {
    pub(super) tree: &'t Tree,
    known: RefCell<HashMap<RepoPath, u8>>,
}

impl<'t> Mentions<'t> {
    pub(super) fn in_tree(tree: &'t Tree) -> Self {
        Mentions { tree, known: RefCell::default() }
    }

    /// Those of the files that mention a word, parsed; a file that can't be parsed is left out.
    pub(super) fn files<'a>(
        &'a self,
        paths: impl Iterator<Item = &'a RepoPath> + 'a,
        word: Word,
    ) -> impl Iterator<Item = Arc<YamlFile>> + 'a {
        let mentioning = paths.filter(move |path| self.has(path, word));
        mentioning.filter_map(|path| self.tree.yaml(path).ok().flatten())
    }

    fn has(&self, path: &RepoPath, word: Word) -> bool {
        let known = self.known.borrow().get(path).copied();
        let bits = known.unwrap_or_else(|| {
            let bits = self.read(path);
            self.known.borrow_mut().insert(path.clone(), bits);
            bits
        });
        WORDS.iter().enumerate().any(|(at, (other, _))| *other == word && bits >> at & 1 == 1)
    }

    fn read(&self, path: &RepoPath) -> u8 {
        let Ok(Some(source)) = self.tree.text(path) else {
            return 0;
        };
        let bit = |at: usize, text: &str| u8::from(source.text().contains(text)) << at;
        WORDS.iter().enumerate().fold(0, |bits, (at, (_, text))| bits | bit(at, text))
    }
}
