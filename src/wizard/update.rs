//! Messages change the state and ask for effects: one arm a message, each handled below.

use std::sync::Arc;

use super::effect::{Effect, Ending};
use super::field::Field;
use super::message::{Edit, Message, Move, Scanned};
use super::state::{Popup, PreviewMode, RoleState, Setup, Wizard, WriteState};
use crate::aws::{RoleCheck, RoleQuestion};
use crate::domain::role_arn::RoleArn;
use crate::plan::{Obstacle, Outlook, Plan};
use crate::questions::{Kind, QuestionId, Step, question};

/// Rows of suggestions whose state is read ahead.
const ROWS_AHEAD: usize = 24;

/// More lines than the help has.
const HELP_LINES: usize = 64;

/// Lines that a page moves.
const PAGE: usize = 10;

type Effects = Vec<Effect>;

impl Wizard {
    /// A wizard, and what it wants first. It can be drawn at once.
    pub fn start(setup: Setup) -> (Self, Effects) {
        let mut wizard = Wizard { setup, ..Wizard::default() };
        wizard.fill_fields();
        if !wizard.setup.interrupted.is_empty() {
            wizard.open(Popup::Recovery);
        }
        let mut effects = vec![Effect::ListClusters];
        effects.extend(wizard.refresh());
        (wizard, effects)
    }

    /// Takes a message.
    pub fn update(&mut self, message: Message) -> Effects {
        if self.write == WriteState::Writing && !matches!(message, Message::Applied(_)) {
            return Vec::new();
        }
        if !is_news(&message) {
            self.write_wanted = false;
            self.notice = None;
        }
        match message {
            Message::Typed(c) => self.typed(&c.to_string()),
            Message::Pasted(text) => self.pasted(&text),
            Message::Edited(edit) => self.edited(edit),
            Message::Moved(step) => self.moved(step),
            Message::Entered => self.entered(),
            Message::WentOn => self.went_on(),
            Message::WentBack => self.back(),
            Message::Escaped => self.escaped(),
            Message::Toggled => self.toggled(),
            Message::EntryAdded => self.entry_added(),
            Message::SuspendAsked => vec![Effect::Suspend],
            Message::RedrawAsked => vec![Effect::Redraw],
            Message::HelpAsked => self.help_asked(),
            Message::PreviewAsked => self.preview_asked(),
            Message::FileSwitched(by) => self.file_switched(by),
            Message::DiffSwitched => self.diff_switched(),
            Message::StyleSwitched => self.style_switched(),
            Message::WriteAsked => self.write_asked(),
            Message::Refreshed => self.refreshed(),
            Message::QuitAsked => self.quit_asked(),
            Message::Scanned(scanned) => self.scanned(scanned),
            Message::Looked(request, outlook) => self.looked(request, outlook),
            Message::RoleChecked(request, check) => self.role_checked(request, check),
            Message::Applied(result) => self.applied(result),
            Message::Recovered(result) => self.recovered(result),
        }
    }

    // --- typing ---

    fn text_field(&mut self) -> Option<(QuestionId, &mut super::field::TextField)> {
        if self.popup.is_some() || self.preview_open {
            return None;
        }
        let id = self.focused()?;
        match self.fields.get_mut(&id) {
            Some(Field::Text(field)) => Some((id, field)),
            _ => None,
        }
    }

    fn typed(&mut self, text: &str) -> Effects {
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        field.insert(text);
        self.changed(id)
    }

    /// A paste never submits: one line break at its end is dropped, one inside is refused.
    fn pasted(&mut self, text: &str) -> Effects {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text).trim();
        if text.contains(['\n', '\r']) {
            self.notice = Some("the pasted text has several lines: paste one at a time".to_owned());
            return Vec::new();
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            self.notice = Some(format!("the pasted text holds U+{:04X}: not taken", u32::from(c)));
            return Vec::new();
        }
        let text = text.to_owned();
        self.typed(&text)
    }

    fn edited(&mut self, edit: Edit) -> Effects {
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        if matches!(edit, Edit::Right | Edit::End) && field.is_at_end() {
            return self.suggestion_taken();
        }
        if field.edit(edit) { self.changed(id) } else { Vec::new() }
    }

    fn entry_added(&mut self) -> Effects {
        let Some((id, field)) = self.text_field() else {
            return Vec::new();
        };
        if !question(id).repeatable || id == QuestionId::Cluster {
            self.notice = Some("here is one answer only".to_owned());
            return Vec::new();
        }
        field.add_entry();
        self.changed(id)
    }

    /// The text behind the cursor: the highlighted suggestion, the only one, or the default.
    fn suggestion_taken(&mut self) -> Effects {
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
    fn changed(&mut self, id: QuestionId) -> Effects {
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
        effects.extend(self.read_states());
        effects
    }

    fn suggest(&mut self) {
        self.suggestions = self.focused().map(|id| self.find_suggestions(id)).unwrap_or_default();
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        if is_closed && self.selected.is_none() && !self.suggestions.is_empty() {
            self.selected = Some(0);
        }
        self.selected = self.selected.filter(|at| *at < self.suggestions.len());
    }

    fn look(&mut self) -> Effects {
        self.look_request += 1;
        vec![Effect::Look(self.look_request, self.given())]
    }

    fn follow_cluster(&mut self) -> Effects {
        let cluster = self.value(QuestionId::Cluster);
        if cluster == self.namespaces_of {
            return Vec::new();
        }
        self.namespaces_of.clone_from(&cluster);
        self.namespaces.clear();
        self.states.clear();
        self.states_asked.clear();
        cluster.map(Effect::ListNamespaces).into_iter().collect()
    }

    /// The states of the rows near the highlighted one are read when they come into sight.
    fn read_states(&mut self) -> Effects {
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
            (Some(cluster), false) => vec![Effect::ReadStates(cluster.clone(), names)],
            _ => Vec::new(),
        }
    }

    fn check_role(&mut self) -> Effects {
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
    fn role_question(&self) -> Option<RoleQuestion> {
        let role = RoleArn::parse(&self.value(QuestionId::Role)?).ok()?;
        let facts = self.survey().map(|survey| survey.facts.clone());
        Some(RoleQuestion {
            role,
            cluster: self.value(QuestionId::Cluster).unwrap_or_default(),
            profile: facts.as_ref().and_then(|facts| facts.aws_profile.clone()),
            node_role: facts.as_ref().and_then(|facts| facts.node_role.clone()),
            node_role_id: facts.and_then(|facts| facts.node_role_id),
            external_id: self.value(QuestionId::ExternalId).filter(|id| !id.is_empty()),
        })
    }

    // --- choosing ---

    fn moved(&mut self, step: Move) -> Effects {
        if let Some(popup) = self.popup {
            // The help has one option, and more lines than some screens.
            let rows = if popup == Popup::Help { HELP_LINES } else { popup.options().len() };
            self.popup_row = moved_to(self.popup_row, step, rows);
            return Vec::new();
        }
        if self.preview_open {
            self.scroll(step);
            return Vec::new();
        }
        if self.step() >= Step::Review {
            self.review_moved(step);
            return Vec::new();
        }
        match self.focused().map(|id| (id, self.fields.get(&id))) {
            Some((id, Some(Field::Choice(_)))) => self.choice_moved(id, step),
            Some((_, Some(Field::Text(_)))) => self.suggestion_moved(step),
            _ => Vec::new(),
        }
    }

    fn scroll(&mut self, step: Move) {
        let most = self.preview_file().map_or(0, |(_, file)| {
            let lines = |bytes: &Option<Vec<u8>>| {
                bytes.as_deref().unwrap_or_default().iter().filter(|b| **b == b'\n').count()
            };
            lines(&file.before).max(lines(&file.after))
        });
        let from = self.preview_scroll.unwrap_or(0);
        let next = match step {
            Move::Up => from.saturating_sub(1),
            Move::Down => from + 1,
            Move::PageUp => from.saturating_sub(PAGE),
            Move::PageDown => from + PAGE,
            Move::First => 0,
            Move::Last => most,
        };
        self.preview_scroll = Some(next.min(most));
    }

    /// Pages scroll the text; everything else moves over the answers, and back to them.
    fn review_moved(&mut self, step: Move) {
        match step {
            Move::PageDown => self.review_scroll += PAGE,
            Move::PageUp => self.review_scroll = self.review_scroll.saturating_sub(PAGE),
            step => {
                self.review_scroll = 0;
                self.review_row = moved_to(self.review_row(), step, self.review_rows().len());
            }
        }
    }

    fn choice_moved(&mut self, id: QuestionId, step: Move) -> Effects {
        let Kind::Choice(choices) = question(id).kind else {
            return Vec::new();
        };
        let current = self.value(id).unwrap_or_default();
        let at = choices.iter().position(|choice| choice.value == current);
        let next = at.map_or(0, |at| moved_to(at, step, choices.len()));
        self.fields.insert(id, Field::Choice(Some(choices[next].value)));
        self.changed(id)
    }

    fn suggestion_moved(&mut self, step: Move) -> Effects {
        let count = self.suggestions.len();
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        let between = |forward: bool, wizard: &mut Self| {
            wizard.text_field().is_some_and(|(_, field)| field.step(forward))
        };
        match (self.selected, step) {
            (None, Move::Up) => {
                between(false, self);
            }
            (Some(0), Move::Up) if !is_closed => self.selected = None,
            (None, Move::Down) if between(true, self) => {}
            (None, _) if count > 0 => self.selected = Some(0),
            (Some(at), _) if count > 0 => self.selected = Some(moved_to(at, step, count)),
            _ => {}
        }
        let mut effects = self.read_states();
        if is_closed {
            effects.extend(self.look());
            effects.extend(self.follow_cluster());
        }
        effects
    }

    fn toggled(&mut self) -> Effects {
        let Some(id) = self.focused().filter(|_| self.popup.is_none()) else {
            return Vec::new();
        };
        match self.fields.get(&id) {
            Some(Field::Switch(_)) => {
                let on = self.is_on(id);
                self.fields.insert(id, Field::Switch(Some(!on)));
                self.changed(id)
            }
            Some(Field::Choice(_)) => self.choice_moved(id, Move::Down),
            _ => Vec::new(),
        }
    }

    // --- going on and back ---

    fn entered(&mut self) -> Effects {
        if let Some(popup) = self.popup {
            return self.popup_entered(popup);
        }
        match self.step() {
            Step::Review => self.answer_chosen(),
            Step::Written => Vec::new(),
            _ => self.go_on(),
        }
    }

    fn went_on(&mut self) -> Effects {
        if self.popup.is_none() && self.step() < Step::Review { self.go_on() } else { Vec::new() }
    }

    fn go_on(&mut self) -> Effects {
        let Some(id) = self.focused() else {
            return self.enter_step(self.step().next());
        };
        if let Some(problem) = self.take_highlighted() {
            self.notice = Some(problem);
            return Vec::new();
        }
        if let Some((_, field)) = self.text_field() {
            field.tidy();
        }
        let mut effects = self.refresh();
        if self.error(id).is_some() || self.is_missing(id) {
            self.tried = true;
            return effects;
        }
        self.tried = false;
        if self.focus + 1 < self.questions_of(self.step()).len() {
            self.focus += 1;
            self.selected = None;
            effects.extend(self.refresh());
            return effects;
        }
        let next = if self.returning { Step::Review } else { self.step_after(self.step()) };
        effects.extend(self.enter_step(next));
        effects
    }

    /// Puts the highlighted suggestion into the field; says why if it can't be taken.
    fn take_highlighted(&mut self) -> Option<String> {
        let suggestion = self.suggestions.get(self.selected?).cloned()?;
        if let Some(reason) = suggestion.disabled {
            return Some(format!("{} can't be chosen: {reason}", suggestion.value));
        }
        let (id, field) = self.text_field()?;
        field.set(&suggestion.value);
        self.touched.insert(id);
        self.selected = None;
        None
    }

    fn step_after(&self, step: Step) -> Step {
        let mut next = step.next();
        while next < Step::Review && self.outlook.is_some() && self.questions_of(next).is_empty() {
            next = next.next();
        }
        next
    }

    fn step_before(&self, step: Step) -> Step {
        let mut previous = step.previous();
        while previous > Step::Cluster
            && self.outlook.is_some()
            && self.questions_of(previous).is_empty()
        {
            previous = previous.previous();
        }
        previous
    }

    fn enter_step(&mut self, step: Step) -> Effects {
        self.step = Some(step);
        self.focus = 0;
        self.selected = None;
        self.tried = false;
        self.preview_file = None;
        self.preview_scroll = None;
        if step == Step::Review {
            self.review_scroll = 0;
            self.returning = false;
        }
        let effects = self.refresh();
        self.leave_incomplete_review();
        effects
    }

    /// The review is for complete answers: an open one is gone to.
    fn leave_incomplete_review(&mut self) {
        if self.step() != Step::Review || !self.is_up_to_date() {
            return;
        }
        let Some(outlook) = &self.outlook else { return };
        let invalid = outlook.invalid.first().map(|answer| answer.id);
        let Some(id) = outlook.missing.first().copied().or(invalid) else {
            return;
        };
        self.go_to(id);
        self.tried = true;
    }

    fn go_to(&mut self, id: QuestionId) {
        let step = question(id).step;
        self.step = Some(step);
        self.focus = self.questions_of(step).iter().position(|other| *other == id).unwrap_or(0);
        self.selected = None;
        self.suggest();
    }

    fn back(&mut self) -> Effects {
        if self.popup.is_some() || self.step() == Step::Written {
            return Vec::new();
        }
        self.tried = false;
        self.returning = false;
        if self.focus > 0 && self.step() != Step::Review {
            self.focus -= 1;
            self.selected = None;
            return self.refresh();
        }
        if self.step() == Step::Cluster {
            self.notice = Some("this is the first question; Ctrl-C leaves".to_owned());
            return Vec::new();
        }
        let before = self.step_before(self.step());
        let effects = self.enter_step(before);
        self.focus = self.questions_of(before).len().saturating_sub(1);
        self.suggest();
        effects
    }

    fn escaped(&mut self) -> Effects {
        if self.popup == Some(Popup::Recovery) {
            return self.leave();
        }
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if self.preview_open {
            self.preview_open = false;
            return Vec::new();
        }
        let is_closed = self.focused() == Some(QuestionId::Cluster);
        if self.selected.is_some() && !is_closed {
            self.selected = None;
            return Vec::new();
        }
        self.back()
    }

    fn answer_chosen(&mut self) -> Effects {
        let Some(id) = self.review_rows().get(self.review_row()).copied() else {
            return Vec::new();
        };
        self.go_to(id);
        self.returning = true;
        self.refresh()
    }

    // --- windows ---

    fn open(&mut self, popup: Popup) {
        self.popup = Some(popup);
        self.popup_row = 0;
    }

    fn help_asked(&mut self) -> Effects {
        match self.popup {
            Some(Popup::Help) => self.popup = None,
            Some(_) => {}
            None => self.open(Popup::Help),
        }
        Vec::new()
    }

    fn popup_entered(&mut self, popup: Popup) -> Effects {
        let row = self.popup_row;
        match (popup, row) {
            (Popup::Quit, 1) | (Popup::Recovery, 2) => return self.leave(),
            (Popup::Write, 0) => return self.write_confirmed(),
            (Popup::Recovery, row) => return vec![Effect::Recover { finish: row == 0 }],
            _ => self.popup = None,
        }
        Vec::new()
    }

    fn quit_asked(&mut self) -> Effects {
        if let WriteState::Written(plan) = &self.write {
            return vec![Effect::Quit(Ending::Written(plan.clone()))];
        }
        // Asking a second time is an answer.
        if !self.is_dirty() || matches!(self.popup, Some(Popup::Quit | Popup::Recovery)) {
            return self.leave();
        }
        self.open(Popup::Quit);
        Vec::new()
    }

    fn leave(&mut self) -> Effects {
        vec![Effect::Quit(Ending::Cancelled)]
    }

    // --- the preview ---

    fn preview_asked(&mut self) -> Effects {
        self.preview_open = !self.preview_open;
        self.preview_scroll = self.preview_open.then_some(0);
        Vec::new()
    }

    fn file_switched(&mut self, by: isize) -> Effects {
        let count = self.shown_plan().map_or(0, |plan| plan.pages().len());
        if count > 0 {
            let at = self.preview_file().map_or(0, |(at, _)| at);
            self.preview_file = Some((at + count).saturating_add_signed(by) % count);
            self.preview_scroll = None;
        }
        Vec::new()
    }

    fn diff_switched(&mut self) -> Effects {
        self.preview_mode = match self.preview_mode {
            PreviewMode::File => PreviewMode::Diff,
            PreviewMode::Diff => PreviewMode::File,
        };
        self.preview_scroll = None;
        Vec::new()
    }

    fn style_switched(&mut self) -> Effects {
        self.choice_moved(
            QuestionId::Style,
            match self.value(QuestionId::Style).as_deref() {
                Some("json-patch") => Move::Down,
                _ => Move::Up,
            },
        )
    }

    // --- writing ---

    fn write_asked(&mut self) -> Effects {
        if self.step() != Step::Review || self.popup.is_some() {
            return Vec::new();
        }
        if !self.is_up_to_date() {
            // The answer is under way; the wish is carried out when it comes.
            self.write_wanted = true;
            self.notice = Some("still looking".to_owned());
            return Vec::new();
        }
        let Some(plan) = self.plan().cloned() else {
            return Vec::new();
        };
        if let Some(obstacle) = plan.obstacle() {
            self.notice = Some(obstacle_words(&plan, obstacle));
            return Vec::new();
        }
        if self.setup.requires_iam
            && !matches!(self.role_state, RoleState::Known(RoleCheck::Found(_)))
        {
            let checks = self.iam_checks();
            let first = checks.first().map_or("", |check| check.text.as_str());
            self.notice = Some(format!("not written, since --verify require: {first}"));
            return Vec::new();
        }
        if self.setup.dry_run {
            return vec![Effect::Quit(Ending::Previewed(Box::new(plan)))];
        }
        if !plan.has_changes() {
            return self.done(plan);
        }
        self.open(Popup::Write);
        Vec::new()
    }

    fn write_confirmed(&mut self) -> Effects {
        self.popup = None;
        // What is written is what was shown: the plan of the review, and no newer one.
        let plan = self.plan().filter(|plan| plan.obstacle().is_none() && self.is_up_to_date());
        let Some(plan) = plan.cloned() else {
            return Vec::new();
        };
        self.write = WriteState::Writing;
        vec![Effect::Apply(Box::new(plan))]
    }

    fn applied(&mut self, result: Result<(), String>) -> Effects {
        match result {
            Ok(()) => {
                let plan = self.plan().cloned().unwrap_or_default();
                let mut effects = self.done(plan);
                effects.push(Effect::Forget);
                effects
            }
            Err(reason) => {
                self.write = WriteState::Idle;
                self.notice = Some(reason);
                let mut effects = vec![Effect::Forget];
                effects.extend(self.look());
                effects
            }
        }
    }

    fn done(&mut self, plan: Plan) -> Effects {
        self.write = WriteState::Written(Box::new(plan));
        self.step = Some(Step::Written);
        Vec::new()
    }

    fn recovered(&mut self, result: Result<(), String>) -> Effects {
        match result {
            Ok(()) => {
                self.popup = None;
                self.notice = Some("the interrupted run is settled".to_owned());
                self.refreshed()
            }
            Err(reason) => {
                self.notice = Some(reason);
                Vec::new()
            }
        }
    }

    // --- news ---

    fn refreshed(&mut self) -> Effects {
        self.namespaces_of = None;
        self.role_asked = None;
        let mut effects = vec![Effect::Forget, Effect::ListClusters];
        effects.extend(self.refresh());
        effects
    }

    fn scanned(&mut self, scanned: Scanned) -> Effects {
        match scanned {
            Scanned::Clusters(Ok(clusters)) => {
                self.clusters = Some(clusters);
                self.refresh()
            }
            Scanned::Clusters(Err(reason)) => {
                self.clusters = Some(Vec::new());
                self.outlook_error = Some(reason);
                Vec::new()
            }
            // Another cluster was chosen meanwhile.
            Scanned::Namespaces(cluster, _) | Scanned::States(cluster, _)
                if Some(&cluster) != self.namespaces_of.as_ref() =>
            {
                Vec::new()
            }
            Scanned::Namespaces(_, names) => {
                self.namespaces = names.unwrap_or_default();
                self.suggest();
                self.read_states()
            }
            Scanned::States(_, states) => {
                self.states.extend(states.into_iter().map(|state| (state.name.clone(), state)));
                self.suggest();
                Vec::new()
            }
        }
    }

    fn looked(&mut self, request: u64, outlook: Result<Arc<Outlook>, String>) -> Effects {
        if request != self.look_request {
            return Vec::new();
        }
        self.looked = request;
        let focused = self.focused();
        match outlook {
            Ok(outlook) => {
                self.outlook = Some(outlook);
                self.outlook_error = None;
            }
            Err(reason) => self.outlook_error = Some(reason),
        }
        self.keep_focus(focused);
        self.skip_known_steps();
        self.leave_incomplete_review();
        self.suggest();
        let mut effects = self.follow_cluster();
        effects.extend(self.check_role());
        effects.extend(self.read_states());
        if std::mem::take(&mut self.write_wanted) {
            self.notice = None;
            effects.extend(self.write_asked());
        }
        effects
    }

    /// Stays at the question that was focused, though others may have come or gone before it.
    fn keep_focus(&mut self, focused: Option<QuestionId>) {
        let ids = self.questions_of(self.step());
        let at = ids.iter().position(|id| Some(*id) == focused);
        self.focus = at.unwrap_or(self.focus).min(ids.len().saturating_sub(1));
    }

    /// Answers that came with the call are not asked again: the wizard begins at the first that is
    /// open, or at the review.
    fn skip_known_steps(&mut self) {
        let began = self.has_skipped || self.is_dirty();
        let Some(outlook) = self.outlook.as_ref().filter(|_| !began) else {
            return;
        };
        let has_answers = self.setup.given.get(QuestionId::Cluster).is_some();
        if !has_answers {
            return;
        }
        let invalid = outlook.invalid.first().map(|answer| answer.id);
        let open = invalid.into_iter().chain(outlook.missing.iter().copied()).min();
        self.has_skipped = true;
        match open {
            Some(id) => self.go_to(id),
            None => self.step = Some(Step::Review),
        }
    }

    fn role_checked(&mut self, request: u64, check: RoleCheck) -> Effects {
        if request == self.role_request {
            self.role_state = RoleState::Known(check);
        }
        Vec::new()
    }
}

/// Messages that no key caused leave the notice alone.
fn is_news(message: &Message) -> bool {
    matches!(
        message,
        Message::Scanned(_)
            | Message::Looked(..)
            | Message::RoleChecked(..)
            | Message::Applied(_)
            | Message::Recovered(_)
    )
}

fn moved_to(at: usize, step: Move, count: usize) -> usize {
    let last = count.saturating_sub(1);
    match step {
        Move::Up => at.saturating_sub(1),
        Move::Down => (at + 1).min(last),
        Move::PageUp => at.saturating_sub(PAGE),
        Move::PageDown => (at + PAGE).min(last),
        Move::First => 0,
        Move::Last => last,
    }
}

fn obstacle_words(plan: &Plan, obstacle: Obstacle) -> String {
    let errors = plan.findings.iter().filter(|f| f.level == crate::domain::finding::Level::Error);
    let first = errors.map(|finding| finding.message.as_str()).next();
    let reason = first.unwrap_or("a file is in conflict");
    match obstacle {
        Obstacle::Answer => format!("not written, an answer is wrong: {reason}"),
        Obstacle::Disk => format!("not written, the disk needs a decision: {reason}"),
    }
}
