//! The answers while they are edited: which hold, where they come from, and what is wrong with them.

use super::field::Field;
use super::state::Wizard;
use crate::domain::invalid::Invalid;
use crate::questions::{Given, GivenAnswers, Origin, QuestionId, question};

impl Wizard {
    /// A question's field.
    pub fn field(&self, id: QuestionId) -> Option<&Field> {
        self.fields.get(&id)
    }

    /// The values that a field holds; none if it leaves the answer to the default.
    pub(super) fn field_values(&self, id: QuestionId) -> Vec<String> {
        match self.fields.get(&id) {
            Some(Field::Text(_)) if id == QuestionId::Cluster => self.cluster_values(),
            Some(Field::Text(field)) => field.values(),
            Some(Field::Choice(Some(value))) => vec![(*value).to_owned()],
            Some(Field::Switch(Some(on))) => vec![on.to_string()],
            _ => Vec::new(),
        }
    }

    /// A cluster counts once it is one; until then the one that is highlighted does.
    fn cluster_values(&self) -> Vec<String> {
        let Some(Field::Text(field)) = self.fields.get(&QuestionId::Cluster) else {
            return Vec::new();
        };
        let values = field.values();
        let known = |value: &String| self.clusters.as_ref().is_none_or(|all| all.contains(value));
        if !values.is_empty() && values.iter().all(known) {
            return values;
        }
        if self.focused() != Some(QuestionId::Cluster) {
            return Vec::new();
        }
        let selected = self.selected.and_then(|at| self.suggestions.get(at));
        selected.map(|suggestion| suggestion.value.clone()).into_iter().collect()
    }

    /// All answers: what was given at the start, and what was typed over it.
    pub fn given(&self) -> GivenAnswers {
        let mut given = self.setup.given.clone();
        for id in &self.touched {
            given.replace(*id, self.field_values(*id), Origin::Typed);
        }
        if !self.touched.contains(&QuestionId::Cluster) && given.get(QuestionId::Cluster).is_none()
        {
            given.give(QuestionId::Cluster, self.cluster_values(), Origin::Typed);
        }
        if !self.decided.is_empty() {
            let mut values = given.values(QuestionId::OnConflict).to_vec();
            let own = self.decided.iter().map(|(path, what)| format!("{path}={}", what.word()));
            values.extend(own);
            given.replace(QuestionId::OnConflict, values, Origin::Typed);
        }
        given
    }

    /// The answer that holds for a question, defaults included.
    pub fn settled(&self, id: QuestionId) -> Option<&Given> {
        self.outlook.as_ref().and_then(|outlook| outlook.settled.get(id))
    }

    /// The value in a field, else the one that holds without it.
    pub fn value(&self, id: QuestionId) -> Option<String> {
        let own = self.field_values(id).into_iter().next();
        own.or_else(|| self.settled(id).and_then(|given| given.values.first().cloned()))
    }

    /// What an empty text field stands for: the values that hold by default.
    pub fn ghost(&self, id: QuestionId) -> Option<(String, String)> {
        let given = self.settled(id).filter(|given| given.origin > Origin::AnswersFile)?;
        Some((given.values.join(" "), given.origin.to_string()))
    }

    /// Whether a switch is on.
    pub fn is_on(&self, id: QuestionId) -> bool {
        self.value(id).as_deref() == Some("true")
    }

    /// Why the text of a field will not do, as far as the text alone tells.
    pub fn local_error(&self, id: QuestionId) -> Option<Invalid> {
        let Some(Field::Text(field)) = self.fields.get(&id) else {
            return None;
        };
        if id == QuestionId::Cluster {
            return self.cluster_error(field.text());
        }
        let protected = self.protected_error(id, field.text());
        let mut values = field.values().into_iter();
        values.find_map(|value| question(id).check(&value).err()).or(protected)
    }

    fn cluster_error(&self, typed: &str) -> Option<Invalid> {
        let clusters = self.clusters.as_ref()?;
        if clusters.is_empty() {
            let message = "there is no cluster here: no folder under clusters/";
            return Some(Invalid::whole(message, "a folder clusters/prod-us1"));
        }
        let hits = clusters.iter().any(|name| name.contains(typed.trim()));
        (!hits).then(|| {
            Invalid::whole("no cluster is called like this", question(QuestionId::Cluster).example)
        })
    }

    fn protected_error(&self, id: QuestionId, typed: &str) -> Option<Invalid> {
        let glob = self
            .survey()
            .filter(|_| id == QuestionId::Namespace)?
            .protected
            .reason(typed.trim())?;
        let message = format!("a namespace of the platform ({glob}), not of an application");
        Some(Invalid::whole(message, question(id).example))
    }

    /// Why a field can't be left: what is wrong with its text, or with the answer as a whole.
    pub fn error(&self, id: QuestionId) -> Option<Invalid> {
        if let Some(invalid) = self.local_error(id) {
            return Some(invalid);
        }
        let outlook = self.outlook.as_ref().filter(|_| self.looked == self.look_request)?;
        let wrong = outlook.invalid.iter().find(|answer| answer.id == id);
        wrong.map(|answer| answer.invalid.clone())
    }

    /// Whether the text of a role's field is no ARN yet, but a part of one that can be chosen.
    pub fn is_searching(&self, id: QuestionId) -> bool {
        let Some(Field::Text(field)) = self.fields.get(&id).filter(|_| id == QuestionId::Role)
        else {
            return false;
        };
        let text = field.text().trim();
        let is_arn = text.starts_with("arn:") || "arn:".starts_with(text);
        !is_arn && !self.suggestions.is_empty()
    }

    /// Whether an answer is needed and not there.
    pub fn is_missing(&self, id: QuestionId) -> bool {
        let needed = matches!(
            id,
            QuestionId::Cluster | QuestionId::Namespace | QuestionId::Role | QuestionId::Select
        );
        let open = self.outlook.as_ref().is_some_and(|outlook| outlook.missing.contains(&id));
        self.field_values(id).is_empty() && (open || (needed && self.settled(id).is_none()))
    }

    /// Whether the user tried to leave the focused field in vain.
    pub fn has_tried(&self) -> bool {
        self.tried
    }

    /// Whether anything was answered in the wizard.
    pub fn is_dirty(&self) -> bool {
        !self.touched.is_empty() || !self.decided.is_empty()
    }
}
