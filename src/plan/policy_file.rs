//! The policy's file: new, as it should be, or in somebody else's hands.

use super::changes::FileChange;
use super::own_policy::{meaning, own_policies};
use crate::domain::answers::PolicyAnswers;
use crate::domain::conflict::{ConflictAnswer, OnConflict, answer_for};
use crate::domain::finding::{Finding, Level};
use crate::domain::name::{Namespace, PolicyName};
use crate::kustomize::Object;
use crate::manifests::reconcile::mean_the_same;
use crate::manifests::render;
use crate::manifests::template::{TemplateError, Templates};
use crate::system::RepoPath;
use crate::tree::{ReadError, Tree};

/// What happens to the policy.
#[derive(Debug, Default)]
pub(super) struct PolicyOutcome {
    /// Its file, unless there is none.
    pub(super) change: Option<FileChange>,
    /// The file's name, which `resources` must list.
    pub(super) listed: Option<String>,
    /// The name that the policy ends up with.
    pub(super) name: Option<PolicyName>,
    /// What is to be said about it.
    pub(super) findings: Vec<Finding>,
    /// The same, where nothing is wrong.
    pub(super) note: Option<String>,
    /// A file that is there with other content, as it is and as it was to be, and what becomes of it.
    pub(super) conflict: Option<(FileChange, OnConflict)>,
}

/// Why the outcome is not known.
#[derive(Debug)]
pub(super) enum PolicyError {
    Template(TemplateError),
    Unreadable(ReadError),
}

impl From<TemplateError> for PolicyError {
    fn from(error: TemplateError) -> Self {
        PolicyError::Template(error)
    }
}

impl From<ReadError> for PolicyError {
    fn from(error: ReadError) -> Self {
        PolicyError::Unreadable(error)
    }
}

/// A policy that is to be in a namespace folder.
pub(super) struct PolicyFile<'a> {
    /// The folder as it is, with what this onboarding puts there beside the policy.
    pub(super) tree: &'a Tree,
    pub(super) templates: &'a Templates,
    pub(super) folder: &'a RepoPath,
    /// What the folder builds before this onboarding.
    pub(super) objects: &'a [Object],
    pub(super) answers: &'a PolicyAnswers,
    /// Written into the policy where no kustomization does it.
    pub(super) namespace: Option<&'a Namespace>,
}

impl PolicyFile<'_> {
    /// Works out what happens to it.
    pub(super) fn outcome(&self, answers: &[ConflictAnswer]) -> Result<PolicyOutcome, PolicyError> {
        if let Some(outcome) = self.existing()? {
            return Ok(outcome);
        }
        let own = self.candidate(&self.answers.name)?;
        if !own.is_taken() {
            return Ok(own.write());
        }
        let conflict = own.difference();
        let what = answer_for(answers, own.path.as_str());
        let outcome = match what {
            OnConflict::Fail => own.conflict(),
            OnConflict::Skip => own.skip(),
            OnConflict::Beside => self.beside(own)?,
            OnConflict::Apply => own.overwrite(),
        };
        Ok(PolicyOutcome { conflict: Some((conflict, what)), ..outcome })
    }

    /// A policy that gangplank could have written is found by what it says, whatever its file is
    /// called, and made to say what it should.
    fn existing(&self) -> Result<Option<PolicyOutcome>, PolicyError> {
        let own = own_policies(self.folder, self.objects, self.templates)?;
        let by_name = own.iter().find(|policy| policy.name() == &self.answers.name);
        let by_pods = own.iter().find(|policy| policy.answers.pods == self.answers.pods);
        let Some(policy) = by_name.or(by_pods).filter(|policy| policy.may_become(self.answers))
        else {
            return Ok(None);
        };
        let wanted = self.rendered(policy.name())?;
        let change = policy.updated(self.tree, &wanted)?;
        Ok(change.map(|change| PolicyOutcome {
            listed: Some(change.path.name().to_owned()),
            change: Some(change),
            name: Some(policy.name().clone()),
            ..PolicyOutcome::default()
        }))
    }

    fn rendered(&self, name: &PolicyName) -> Result<String, TemplateError> {
        let answers = PolicyAnswers { name: name.clone(), ..self.answers.clone() };
        render::policy(self.templates, &answers, self.namespace)
    }

    fn candidate(&self, name: &PolicyName) -> Result<Candidate, PolicyError> {
        let text = self.rendered(name)?;
        let file = format!("cnp.{name}.yaml");
        let path = self.folder.child(&file);
        Ok(Candidate { before: self.tree.read(&path)?, name: name.clone(), file, path, text })
    }

    /// A name that no file has, or whose file says just this already: with `-aws`, then a number.
    fn beside(&self, taken: Candidate) -> Result<PolicyOutcome, PolicyError> {
        let suffixes =
            std::iter::once("-aws".to_owned()).chain((2..100).map(|n| format!("-aws-{n}")));
        for suffix in suffixes {
            let Ok(name) = PolicyName::parse(&format!("{}{suffix}", taken.name)) else {
                break;
            };
            let candidate = self.candidate(&name)?;
            if !candidate.is_taken() {
                return Ok(candidate.write());
            }
        }
        Ok(taken.conflict())
    }
}

/// A name that the policy could have, and what its file holds.
struct Candidate {
    name: PolicyName,
    file: String,
    path: RepoPath,
    before: Option<Vec<u8>>,
    text: String,
}

impl Candidate {
    /// Whether something else stands there. People may have added comments: what counts is whether
    /// it says the same.
    fn is_taken(&self) -> bool {
        self.before.as_ref().is_some_and(|bytes| !means_the_same(bytes, &self.text))
    }

    fn write(self) -> PolicyOutcome {
        let after = self.before.clone().unwrap_or_else(|| self.text.into_bytes());
        PolicyOutcome {
            change: Some(FileChange::between(self.path, self.before, after)),
            listed: Some(self.file),
            name: Some(self.name),
            ..PolicyOutcome::default()
        }
    }

    fn difference(&self) -> FileChange {
        let before = self.before.clone().unwrap_or_default();
        FileChange::conflict(self.path.clone(), before, Some(self.text.clone().into_bytes()))
    }

    fn overwrite(self) -> PolicyOutcome {
        let note =
            format!("{} said something else and is overwritten; undo brings it back", self.file);
        PolicyOutcome {
            change: Some(FileChange::between(self.path, self.before, self.text.into_bytes())),
            listed: Some(self.file),
            name: Some(self.name),
            note: Some(note),
            ..PolicyOutcome::default()
        }
    }

    fn conflict(self) -> PolicyOutcome {
        let finding = Finding::on_disk(
            "policy/name-taken",
            Level::Error,
            self.path.as_str(),
            format!("{} is there with other content", self.file),
            "--on-conflict skip leaves it as it is, beside writes beside it, apply overwrites it",
        );
        PolicyOutcome {
            change: Some(self.difference()),
            findings: vec![finding],
            ..PolicyOutcome::default()
        }
    }

    fn skip(self) -> PolicyOutcome {
        let finding = Finding::on_disk(
            "policy/left-alone",
            Level::Warning,
            self.path.as_str(),
            format!(
                "{} is left as it is: whether it opens what the role needs was not looked at",
                self.file
            ),
            "compare it with what --on-conflict fail --dry-run --output json shows",
        );
        PolicyOutcome { findings: vec![finding], ..PolicyOutcome::default() }
    }
}

fn means_the_same(bytes: &[u8], text: &str) -> bool {
    let there = std::str::from_utf8(bytes).ok();
    let there = there.map(|text| text.trim_start_matches('\u{feff}')).and_then(meaning);
    there.zip(meaning(text)).is_some_and(|(there, wanted)| mean_the_same(&there, &wanted))
}
