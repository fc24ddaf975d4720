//! What could be typed here: existing names, roles in use, the usual selections.

use super::role_suggestions;
use super::state::Wizard;
use crate::questions::QuestionId;
use crate::repo::DefaultsChoice;

/// A value that could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The value.
    pub value: String,
    /// What a list shows instead of it, where the value is long and alike.
    pub label: Option<String>,
    /// What is known about it, a few words.
    pub note: String,
    /// Why it can't be taken, if so.
    pub disabled: Option<String>,
}

impl Suggestion {
    fn new(value: impl Into<String>, note: impl Into<String>) -> Self {
        Suggestion { value: value.into(), label: None, note: note.into(), disabled: None }
    }

    /// What a list shows.
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.value)
    }
}

/// Services that pods ask for most often.
const SERVICES: [&str; 8] = ["s3", "sqs", "sns", "dynamodb", "ecr", "secretsmanager", "kms", "sts"];

/// The suggestions for a question that hold the typed text, those that begin with it first.
pub(super) fn matching(wizard: &Wizard, id: QuestionId, typed: &str) -> Vec<Suggestion> {
    let typed = typed.trim().to_ascii_lowercase();
    if id == QuestionId::Role {
        let namespace = wizard.value(QuestionId::Namespace).unwrap_or_default();
        return role_suggestions::matching(wizard, &namespace, &typed);
    }
    let all = all(wizard, id);
    // What is typed in full needs no suggestion, unless it says something about it.
    let is_closed = matches!(id, QuestionId::Cluster | QuestionId::Namespace);
    let mut kept: Vec<(bool, Suggestion)> = Vec::new();
    for suggestion in all {
        let value = suggestion.value.to_ascii_lowercase();
        if value == typed && !is_closed {
            continue;
        }
        if value.contains(&typed) {
            kept.push((!value.starts_with(&typed), suggestion));
        }
    }
    kept.sort_by_key(|(later, _)| *later);
    kept.into_iter().map(|(_, suggestion)| suggestion).collect()
}

fn all(wizard: &Wizard, id: QuestionId) -> Vec<Suggestion> {
    let namespace = wizard.value(QuestionId::Namespace).unwrap_or_default();
    match id {
        QuestionId::Cluster => {
            let clusters = wizard.clusters().iter();
            clusters.map(|name| Suggestion::new(name.as_str(), "")).collect()
        }
        QuestionId::Namespace => {
            let names = wizard.namespaces().iter();
            names.map(|name| namespace_suggestion(wizard, name)).collect()
        }
        QuestionId::Select => selections(&namespace),
        QuestionId::Service => SERVICES.map(|name| Suggestion::new(name, "")).to_vec(),
        QuestionId::Defaults => defaults(wizard),
        _ => Vec::new(),
    }
}

fn namespace_suggestion(wizard: &Wizard, name: &str) -> Suggestion {
    let mut suggestion = Suggestion::new(name, "");
    if let Some(state) = wizard.namespace_state(name) {
        suggestion.note = match &state.roles {
            Ok(0) => "no role yet".to_owned(),
            Ok(1) => "1 role".to_owned(),
            Ok(count) => format!("{count} roles"),
            Err(reason) => format!("! {reason}"),
        };
        suggestion.disabled.clone_from(&state.disabled);
    }
    suggestion
}

fn selections(namespace: &str) -> Vec<Suggestion> {
    let own = if namespace.is_empty() { "NAME" } else { namespace };
    vec![
        Suggestion::new(format!("sa={own}"), "pods of the team's own service account"),
        Suggestion::new("sa=default", "pods without a service account of their own"),
        Suggestion::new(format!("label=app={own}"), "pods with this label"),
        Suggestion::new("all", "every pod of the namespace"),
    ]
}

fn defaults(wizard: &Wizard) -> Vec<Suggestion> {
    let Some(survey) = wizard.survey() else {
        return Vec::new();
    };
    match &survey.defaults {
        DefaultsChoice::Ask(candidates) => candidates
            .iter()
            .map(|one| Suggestion::new(one.folder.as_str(), one.because.as_str()))
            .collect(),
        DefaultsChoice::One(_) => Vec::new(),
    }
}
