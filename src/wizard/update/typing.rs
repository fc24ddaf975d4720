//! Typing: what changes in a field, and what is asked once it has changed.

use super::super::effect::Effect;
use super::super::field::Field;
use super::super::message::Edit;
use super::super::state::{RoleState, Wizard};
use super::Effects;
use crate::aws::{ListQuestion, RoleQuestion};
use crate::domain::facts::ClusterFacts;
use crate::domain::partition::Partition;
use crate::domain::role_arn::RoleArn;
use crate::questions::{QuestionId, Step, question};

/// Rows of suggestions whose state is read ahead.
const ROWS_AHEAD: usize = 24;

impl Wizard {
    pub(super) fn text_field(
        &mut self,
    ) -> Option<(QuestionId, &mut super::super::field::TextField)> {
        if self.popup.is_some() || self.preview.is_open {
            return None;
        }
        let id = self.focused()?;
        match self.fields.get_mut(&id) {
            Some(Field::Text(field)) => Some((id, field)),
            _ => None,
        }
    }

    pub(super) fn typed(&mut self, text: &str) -> Effects {
        if self.entry.is_some() {
            return self.entry_typed(|entry| entry.field.insert(text));
        }
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        field.insert(text);
        self.changed(id)
    }

    /// A paste never submits: one line break at its end is dropped, one inside is refused.
    pub(super) fn pasted(&mut self, text: &str) -> Effects {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text).trim();
        if let Some(why) = paste_refusal(text) {
            self.say(why);
            return Vec::new();
        }
        let text = text.to_owned();
        self.typed(&text)
    }

    /// Takes an answer as a whole, from a view that edits it itself.
    pub(super) fn answered(&mut self, values: &[String]) -> Effects {
        let Some(id) = self.focused().filter(|_| self.popup.is_none()) else {
            return Vec::new();
        };
        if let Some(why) = values.iter().find_map(|value| paste_refusal(value)) {
            self.say(why);
            return Vec::new();
        }
        self.fields.insert(id, Field::of(question(id).kind, values));
        self.changed(id)
    }

    pub(super) fn edited(&mut self, edit: Edit) -> Effects {
        if self.entry.is_some() {
            return self.entry_edited(edit);
        }
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        if matches!(edit, Edit::Right | Edit::End) && field.is_at_end() {
            return self.suggestion_taken();
        }
        if field.edit(edit) { self.changed(id) } else { Vec::new() }
    }

    pub(super) fn entry_added(&mut self) -> Effects {
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        if !question(id).repeatable || id == QuestionId::Cluster {
            self.say("here is one answer only");
            return Vec::new();
        }
        field.add_entry();
        self.changed(id)
    }

    /// The text behind the cursor: the highlighted suggestion, the only one, or the default.
    pub(super) fn suggestion_taken(&mut self) -> Effects {
        let Some(id) = self.focused() else {
            return Vec::new();
        };
        let highlighted = self.selected.or((!self.suggestions.is_empty()).then_some(0));
        let suggestion = highlighted.and_then(|at| self.suggestions.get(at)).cloned();
        let ghost = self.ghost(id).map(|(values, _)| values);
        let value = suggestion.filter(|s| s.disabled.is_none()).map(|s| s.value).or(ghost);
        let (Some(value), Some((_, field))) = (value, self.text_field()) else {
            return Vec::new();
        };
        if field.text() == value {
            return Vec::new();
        }
        field.set(&value);
        self.changed(id)
    }

    /// An answer changed: everything that hangs on it is asked for again.
    pub(super) fn changed(&mut self, id: QuestionId) -> Effects {
        self.touched.insert(id);
        self.tried = false;
        self.selected = None;
        self.refresh()
    }

    /// Asks for what the answers as they are now need.
    pub(super) fn refresh(&mut self) -> Effects {
        self.suggest();
        let mut effects = self.look();
        effects.extend(self.follow_cluster());
        effects.extend(self.check_role());
        effects.extend(self.list_roles());
        effects.extend(self.read_states());
        effects
    }

    pub(super) fn suggest(&mut self) {
        self.suggestions = self.focused().map(|id| self.find_suggestions(id)).unwrap_or_default();
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        if is_closed && self.selected.is_none() && !self.suggestions.is_empty() {
            self.selected = Some(0);
        }
        self.selected = self.selected.filter(|at| *at < self.suggestions.len());
    }

    pub(super) fn look(&mut self) -> Effects {
        self.look_request += 1;
        vec![Effect::Look(self.look_request, self.given())]
    }

    /// In the review nothing may be left open that an installed kustomize can work out.
    pub(super) fn ask_kustomize(&mut self) -> Effects {
        let is_waiting = self.outlook.as_ref().is_some_and(|outlook| outlook.is_waiting);
        if self.step() != Step::Review || !is_waiting || !self.is_up_to_date() {
            return Vec::new();
        }
        self.look_request += 1;
        vec![Effect::AskKustomize(self.look_request, self.given())]
    }

    pub(super) fn follow_cluster(&mut self) -> Effects {
        let cluster = self.value(QuestionId::Cluster);
        if cluster == self.namespaces_of {
            return Vec::new();
        }
        self.namespaces_of.clone_from(&cluster);
        self.namespaces = None;
        self.states.clear();
        self.states_asked.clear();
        self.states_open = 0;
        cluster.map(Effect::ListNamespaces).into_iter().collect()
    }

    /// The states of the rows near the highlighted one are read when they come into sight.
    pub(super) fn read_states(&mut self) -> Effects {
        if self.focused() != Some(QuestionId::Namespace) {
            return Vec::new();
        }
        let first = self.selected.unwrap_or(0).saturating_sub(ROWS_AHEAD / 2);
        let near = self.suggestions.iter().skip(first).take(ROWS_AHEAD);
        let names: Vec<String> = near
            .map(|suggestion| suggestion.value.clone())
            .filter(|name| !self.states_asked.contains(name))
            .collect();
        self.states_asked.extend(names.iter().cloned());
        match (&self.namespaces_of, names.is_empty()) {
            (Some(cluster), false) => {
                self.states_open += 1;
                vec![Effect::ReadStates(cluster.clone(), names)]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn check_role(&mut self) -> Effects {
        let question = self.role_question();
        if question == self.role_asked {
            return Vec::new();
        }
        self.role_asked.clone_from(&question);
        self.role_request += 1;
        self.role_state = if question.is_some() { RoleState::Asking } else { RoleState::Idle };
        question
            .map(|question| Effect::CheckRole(self.role_request, Box::new(question)))
            .into_iter()
            .collect()
    }

    /// What AWS is asked about the role that is being typed.
    pub(super) fn role_question(&self) -> Option<RoleQuestion> {
        let role = RoleArn::parse(&self.value(QuestionId::Role)?).ok()?;
        let facts = self.survey().map(|survey| survey.facts.clone());
        Some(RoleQuestion {
            role,
            cluster: self.value(QuestionId::Cluster).unwrap_or_default(),
            profile: facts.as_ref().and_then(|facts| facts.aws_profile.clone()),
            node_role: self
                .value(QuestionId::NodeRole)
                .and_then(|node_role| RoleArn::parse(&node_role).ok())
                .or_else(|| facts.as_ref().and_then(|facts| facts.node_role.clone())),
            node_role_id: facts.as_ref().and_then(|facts| facts.node_role_id.clone()),
            session_ttl: facts.and_then(|facts| facts.session_ttl),
            external_id: self.value(QuestionId::ExternalId).filter(|id| !id.is_empty()),
        })
    }

    /// The roles to choose from are read as soon as the cluster is settled, so that they are there
    /// when the question comes.
    pub(super) fn list_roles(&mut self) -> Effects {
        let is_near = matches!(self.step(), Step::Namespace | Step::Role);
        let survey = self.survey().filter(|_| is_near && self.is_up_to_date());
        let Some(question) = survey.map(|survey| list_question(&survey.facts)) else {
            return Vec::new();
        };
        let request = self.listed.ask(&question);
        let effect = |request| Effect::ListRoles(request, Box::new(question));
        request.map(effect).into_iter().collect()
    }
}

/// More than any answer has: the longest is an ARN of 2,048 characters at most.
const LONGEST_PASTE: usize = 16 * 1024;

/// Why a text that was pasted, or edited elsewhere, can't be an answer, whatever the question.
pub(crate) fn paste_refusal(text: &str) -> Option<String> {
    if text.len() > LONGEST_PASTE {
        return Some(format!("the pasted text has {} bytes: no answer is that long", text.len()));
    }
    if text.contains(['\n', '\r']) {
        return Some("the pasted text has several lines: paste one at a time".to_owned());
    }
    let control = text.chars().find(|c| c.is_control())?;
    Some(format!("the pasted text holds U+{:04X}: not taken", u32::from(control)))
}

fn list_question(facts: &ClusterFacts) -> ListQuestion {
    let own = facts.account.iter().map(|account| &account.value);
    let region = facts.regions.as_ref().and_then(|regions| regions.value.first());
    let partition = facts.node_role.as_ref().map(RoleArn::partition);
    let by_region = || Partition::of_region(region.map_or("", |region| region.as_str()));
    ListQuestion {
        profile: facts.aws_profile.clone(),
        accounts: own.chain(&facts.trusted_accounts).cloned().collect(),
        partition: partition.unwrap_or_else(by_region),
    }
}
