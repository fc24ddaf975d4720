//! Builds that are left open here, worked out by an installed kustomize: what it is asked, when, and
//! what becomes of its answer. The same files are asked about once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::finding::{Finding, Level};
use crate::kustomize::{self, Build};
use crate::system::{BuildFiles, ExternalBuild, ExternallyBuilt, NotBuilt, RepoPath};
use crate::tree::Tree;

/// How it went with a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing was asked, or nobody is there to be asked.
    #[default]
    Native,
    /// This program worked it out.
    By(String),
    /// Nobody was asked yet, since that takes long; somebody can be.
    NotYet,
    /// Somebody was asked in vain: one line.
    Failed(String),
}

type Answer = Result<ExternallyBuilt, NotBuilt>;

/// An installed kustomize, or none, and what it said.
#[derive(Clone)]
pub(super) struct Elsewhere {
    program: Arc<dyn ExternalBuild>,
    /// By a digest of the files.
    answers: Arc<Mutex<HashMap<[u8; 32], Answer>>>,
    /// The line of a program that did not end: it is not asked again.
    hung: Arc<Mutex<Option<String>>>,
    asks: bool,
}

impl std::fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Elsewhere").field("asks", &self.asks).finish_non_exhaustive()
    }
}

impl Elsewhere {
    pub(super) fn new(program: Arc<dyn ExternalBuild>) -> Self {
        Elsewhere { program, answers: Arc::default(), hung: Arc::default(), asks: true }
    }

    /// The program.
    pub(super) fn program(&self) -> Arc<dyn ExternalBuild> {
        Arc::clone(&self.program)
    }

    /// Whether it asks now, or leaves that for later.
    pub(super) fn set_asks(&mut self, asks: bool) {
        self.asks = asks;
    }

    /// Forgets what was said, since the program may be another one by now.
    pub(super) fn forget(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.hung.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The build of a folder, worked out by the program if it is left open here.
    pub(super) fn settle(&self, tree: &Tree, folder: &RepoPath, build: Build) -> (Build, Settled) {
        if !build.is_open() || !self.program.is_there() {
            return (build, Settled::Native);
        }
        let Ok(files) = kustomize::sources(tree, folder) else {
            // What it would fetch or run is left open.
            return (build, Settled::Native);
        };
        if !self.asks {
            return (build, Settled::NotYet);
        }
        let kustomization = tree.kustomization_file(folder).ok().flatten();
        let answer = self.answer(folder, &files).and_then(|built| {
            let file = kustomization.unwrap_or_else(|| folder.clone());
            let read = kustomize::with_printed(&build, &built.yaml, &file);
            let read = read.map_err(|error| NotBuilt::Failed(format!("{} {error}", built.by)));
            Ok((read?, built.by))
        });
        match answer {
            Ok((worked_out, by)) => (worked_out, Settled::By(by)),
            Err(NotBuilt::Absent) => (build, Settled::Native),
            Err(NotBuilt::Failed(line) | NotBuilt::Hung(line)) => (build, Settled::Failed(line)),
        }
    }

    /// The build of a tree with changes, worked out by whoever did it before; what keeps it from being known
    /// must keep the changes from being written.
    pub(super) fn after(
        &self,
        tree: &Tree,
        folder: &RepoPath,
        before: &Settled,
    ) -> (Build, Option<Finding>) {
        let build = kustomize::build(tree, folder);
        let Settled::By(program) = before else {
            return (build, None);
        };
        let (build, settled) = self.settle(tree, folder, build);
        let reason = match settled {
            Settled::By(_) => return (build, None),
            Settled::Failed(line) => line,
            Settled::Native | Settled::NotYet => format!("{program} can't be asked any more"),
        };
        let message = format!("what would be built then is not known: {reason}");
        let (rule, help) = ("kustomization/unexpected-build", "look at the folder by hand");
        let finding = Finding::on_disk(rule, Level::Error, folder.as_str(), message, help);
        (build, Some(finding))
    }

    fn answer(&self, folder: &RepoPath, files: &BuildFiles) -> Answer {
        if let Some(line) = &*self.hung.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(NotBuilt::Hung(line.clone()));
        }
        let digest = digest(folder, files);
        let known =
            self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        if let Some(answer) = known {
            return answer;
        }
        let answer = self.program.build(folder, files);
        if let Err(NotBuilt::Hung(line)) = &answer {
            *self.hung.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.clone());
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(digest, answer.clone());
        answer
    }
}

/// A digest of a folder's name and of files, with their lengths so that none runs into the next.
fn digest(folder: &RepoPath, files: &BuildFiles) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut add = |bytes: &[u8]| {
        digest.update(bytes.len().to_le_bytes());
        digest.update(bytes);
    };
    add(folder.as_str().as_bytes());
    for (path, bytes) in files {
        add(path.as_str().as_bytes());
        add(bytes);
    }
    digest.finalize().into()
}
