//! The policy's file: new, as it should be, or in somebody else's hands.

use super::changes::FileChange;
use crate::domain::answers::{OnConflict, PolicyAnswers};
use crate::domain::finding::{Finding, Level};
use crate::domain::name::PolicyName;
use crate::manifests::render;
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Value, Yaml};
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
}

/// Why the outcome is not known.
#[derive(Debug)]
pub(super) enum PolicyError {
    Template(TemplateError),
    Unreadable(ReadError),
}

/// Works out the policy's file in a namespace folder.
pub(super) fn policy_file(
    tree: &Tree,
    templates: &Templates,
    folder: &RepoPath,
    answers: &PolicyAnswers,
    on_conflict: OnConflict,
) -> Result<PolicyOutcome, PolicyError> {
    let name = file_name(&answers.name);
    let path = folder.child(&name);
    let text = render::policy(templates, answers).map_err(PolicyError::Template)?;
    let before = tree.read(&path).map_err(PolicyError::Unreadable)?;
    let outcome = |change| PolicyOutcome {
        change: Some(change),
        listed: Some(name.clone()),
        name: Some(answers.name.clone()),
        findings: Vec::new(),
    };
    match before {
        None => Ok(outcome(FileChange::between(path, None, text.into_bytes()))),
        // People may have added comments; what counts is that it says the same.
        Some(bytes) if means_the_same(&bytes, &text) => Ok(outcome(FileChange::between(
            path,
            Some(bytes.clone()),
            bytes,
        ))),
        Some(bytes) => match on_conflict {
            OnConflict::Skip => Ok(PolicyOutcome::default()),
            OnConflict::Beside => {
                let beside =
                    beside(tree, folder, &answers.name).map_err(PolicyError::Unreadable)?;
                let answers = PolicyAnswers {
                    name: beside,
                    ..answers.clone()
                };
                policy_file(tree, templates, folder, &answers, OnConflict::Fail)
            }
            OnConflict::Fail => {
                let finding = Finding::on_disk(
                    "policy/name-taken",
                    Level::Error,
                    path.as_str(),
                    format!("{name} is there with other content"),
                    "--on-conflict skip leaves it as it is, --on-conflict beside writes beside it",
                );
                let change = FileChange::conflict(path, bytes, Some(text.into_bytes()));
                Ok(PolicyOutcome {
                    findings: vec![finding],
                    ..outcome(change)
                })
            }
        },
    }
}

/// `cnp.NAME.yaml`: kubectl's short name of the kind, and the object's name.
fn file_name(name: &PolicyName) -> String {
    format!("cnp.{name}.yaml")
}

fn means_the_same(bytes: &[u8], text: &str) -> bool {
    let read = |text: &str| {
        let yaml = Yaml::parse(text).ok()?;
        let mut roots = yaml.documents();
        match (roots.next(), roots.next()) {
            (Some(root), None) => Value::of(root),
            _ => None,
        }
    };
    let there = std::str::from_utf8(bytes).ok().and_then(read);
    there.is_some() && there == read(text)
}

/// A name that no file has yet: with `-aws`, then with a number.
fn beside(tree: &Tree, folder: &RepoPath, name: &PolicyName) -> Result<PolicyName, ReadError> {
    let candidates =
        std::iter::once("-aws".to_owned()).chain((2..100).map(|n| format!("-aws-{n}")));
    for suffix in candidates {
        let Ok(candidate) = PolicyName::parse(&format!("{name}{suffix}")) else {
            continue;
        };
        if tree.kind(&folder.child(&file_name(&candidate)))?.is_none() {
            return Ok(candidate);
        }
    }
    Ok(name.clone())
}
