//! What the wizard knows, and what the views read of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::entry::Entry;
use super::field::Field;
use super::keys::Context;
use super::listed_roles::ListedRoles;
use super::panel::{CheckLine, Sign, line};
use super::preview::Preview;
use super::suggestions::{self, Suggestion};
use crate::aws::{RoleCheck, RoleQuestion};
use crate::domain::conflict::OnConflict;
use crate::domain::reach::Reach;
use crate::plan::{NamespaceState, Outlook, Plan};
use crate::questions::{GivenAnswers, QuestionId, Step, TABLE};
use crate::repo::Survey;
use crate::system::RepoPath;

/// What the wizard starts with.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Answers given by flags, variables and files.
    pub given: GivenAnswers,
    /// Whether nothing will be written.
    pub dry_run: bool,
    /// Whether only a role that IAM knows may be granted (`--verify require`).
    pub requires_iam: bool,
    /// The repository's name, for the header.
    pub repository: String,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// The root as seen from where the user is; empty if they are there.
    pub here_to_root: String,
    /// The root as seen from git's top level; empty if they are the same.
    pub prefix: String,
    /// The branch on which what is written will be committed (`--git-branch`).
    pub git_branch: Option<String>,
    /// The files of runs that were interrupted while they wrote, each with what becomes of it if that
    /// is not up to the answer.
    pub interrupted: Vec<String>,
}

/// A window over everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Popup {
    /// What the keys do, and what the question means.
    Help,
    /// Whether to leave.
    Quit,
    /// Whether to write.
    Write,
    /// What becomes of an interrupted run.
    Recovery,
    /// Whether nothing is to be known of it any more.
    Forget,
    /// What becomes of a file that is there with other content.
    Conflict,
    /// Whether such a file is overwritten.
    Overwrite,
    /// Whether what was written is taken back.
    Undo,
}

impl Popup {
    /// What can be chosen in it.
    pub fn options(self) -> &'static [&'static str] {
        match self {
            Popup::Help => &["close"],
            Popup::Quit => &["stay", "leave, nothing is written"],
            Popup::Write => &["write", "not yet"],
            Popup::Conflict => &[
                "show the difference",
                "leave it as it is",
                "write ours beside it, under another name",
                "overwrite it with ours",
            ],
            Popup::Overwrite => &["no, keep it", "yes, overwrite it"],
            Popup::Undo => &["no, keep it", "yes, take it back"],
            Popup::Recovery => &[
                "write the rest",
                "put back what was there",
                "leave it for now",
                "go on here, and decide later",
                "forget it, and keep a copy of its journal",
            ],
            Popup::Forget => &["no, do not forget it", "yes, forget it"],
        }
    }
}

/// How far the writing is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum WriteState {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// Under way: this plan.
    Writing(Box<Plan>),
    /// Done: this plan.
    Written(Box<Plan>),
}

/// Something that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The plan.
    pub plan: Plan,
    /// What was committed of it and what comes next; none if nothing was.
    pub commit: Option<Vec<String>>,
}

/// What is known of the role from AWS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RoleState {
    /// Nothing was asked.
    #[default]
    Idle,
    /// A question is under way.
    Asking,
    /// The answer.
    Known(RoleCheck),
}

/// The wizard.
#[derive(Debug, Default)]
pub struct Wizard {
    pub(super) setup: Setup,
    pub(super) step: Option<Step>,
    pub(super) focus: usize,
    pub(super) fields: BTreeMap<QuestionId, Field>,
    pub(super) touched: BTreeSet<QuestionId>,
    pub(super) selected: Option<usize>,
    pub(super) suggestions: Vec<Suggestion>,
    /// Whether the user tried to leave the field that is focused.
    pub(super) tried: bool,

    pub(super) clusters: Option<Vec<String>>,
    /// Those of `namespaces_of`, once they are read.
    pub(super) namespaces: Option<Vec<String>>,
    pub(super) namespaces_of: Option<String>,
    pub(super) states: HashMap<String, NamespaceState>,
    pub(super) states_asked: BTreeSet<String>,
    /// How many questions for states have no answer yet.
    pub(super) states_open: usize,

    pub(super) outlook: Option<Arc<Outlook>>,
    pub(super) outlook_error: Option<String>,
    pub(super) look_request: u64,
    pub(super) looked: u64,
    pub(super) has_skipped: bool,

    pub(super) role_request: u64,
    pub(super) role_asked: Option<RoleQuestion>,
    pub(super) role_state: RoleState,
    pub(super) listed: ListedRoles,

    /// What becomes of files that are there with other content.
    pub(super) decided: BTreeMap<RepoPath, OnConflict>,
    pub(super) review_row: usize,
    pub(super) review_scroll: usize,
    pub(super) returning: bool,
    pub(super) preview: Preview,
    pub(super) entry: Option<Entry>,
    pub(super) popup: Option<Popup>,
    pub(super) popup_row: usize,
    pub(super) notice: Option<CheckLine>,
    pub(super) write: WriteState,
    /// What was written since the start, and not taken back.
    pub(super) written: Vec<Written>,
    /// Whether the texts for the team are being made.
    pub(super) hands_over: bool,
    /// Whether what was written is being committed.
    pub(super) commits: bool,
    /// What an undo would do, while somebody is asked.
    pub(super) undo: Option<Box<Plan>>,
    /// The user asked for the writing while the outlook was still being made.
    pub(super) write_wanted: bool,
}

impl Wizard {
    pub(super) fn fill_fields(&mut self) {
        for question in &TABLE {
            let values = self.setup.given.values(question.id);
            let field = Field::of(question.kind, values);
            self.fields.insert(question.id, field);
        }
    }

    // --- where it is ---

    /// The step that is shown.
    pub fn step(&self) -> Step {
        self.step.unwrap_or(Step::Cluster)
    }

    /// What the wizard started with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The questions of a step that apply, in order.
    pub fn questions_of(&self, step: Step) -> Vec<QuestionId> {
        let of_step =
            TABLE.iter().filter(|question| question.step == step).map(|question| question.id);
        let asked = self.outlook.as_ref().map(|outlook| &outlook.asked);
        let applies = |id: &QuestionId| {
            let first =
                matches!(id, QuestionId::Cluster | QuestionId::Namespace | QuestionId::Role);
            // What becomes of a file is decided in the review, file by file.
            let in_steps = *id != QuestionId::OnConflict;
            first || (in_steps && asked.is_some_and(|asked| asked.contains(id)))
        };
        let mut ids: Vec<QuestionId> = of_step.filter(applies).collect();
        if ids.is_empty() && self.outlook.is_none() {
            // Nothing is known yet: the step's main question.
            ids.extend(TABLE.iter().find(|question| question.step == step).map(|q| q.id));
        }
        ids
    }

    /// The question that is focused; none in the review and after it.
    pub fn focused(&self) -> Option<QuestionId> {
        self.questions_of(self.step()).get(self.focus).copied()
    }

    /// Which keys work now.
    pub fn context(&self) -> Context {
        if self.entry.is_some() {
            return Context::Entry;
        }
        if self.popup.is_some() { Context::Popup } else { self.context_below() }
    }

    /// Which keys work below an open window.
    pub fn context_below(&self) -> Context {
        if self.preview.is_open {
            return Context::Preview;
        }
        match self.step() {
            Step::Review => Context::Review,
            Step::Written => Context::Written,
            _ => match self.focused().and_then(|id| self.fields.get(&id)) {
                Some(Field::Text(_)) => Context::Text,
                _ => Context::Choice,
            },
        }
    }

    /// The window over everything, and the row chosen in it.
    pub fn popup(&self) -> Option<(Popup, usize)> {
        self.popup.map(|popup| (popup, self.popup_row))
    }

    /// A line about the last thing that happened.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|notice| notice.text.as_str())
    }

    /// Whether that was a success.
    pub fn has_good_news(&self) -> bool {
        self.notice.as_ref().is_some_and(|notice| notice.sign == Sign::Ok)
    }

    /// Says something that is worth a look.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(line(Sign::Look, text));
    }

    /// Says what became of something: in its own words, or why it did not work.
    pub(super) fn report(&mut self, result: Result<String, String>, failed: &str) {
        self.notice = Some(match result {
            Ok(text) => line(Sign::Ok, text),
            Err(reason) => line(Sign::Look, format!("{failed}: {reason}")),
        });
    }

    /// What was written since the start, and not taken back, the oldest first.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// What an undo would do, while somebody is asked.
    pub fn undo(&self) -> Option<&Plan> {
        self.undo.as_deref()
    }

    /// How far the writing is.
    pub fn write_state(&self) -> &WriteState {
        &self.write
    }

    // --- what was read ---

    /// The clusters, as far as they are known.
    pub fn clusters(&self) -> &[String] {
        self.clusters.as_deref().unwrap_or_default()
    }

    /// Whether the repository was looked through already.
    pub fn is_scanned(&self) -> bool {
        self.clusters.is_some()
    }

    /// The namespaces of the cluster.
    pub fn namespaces(&self) -> &[String] {
        self.namespaces.as_deref().unwrap_or_default()
    }

    /// What a namespace has, if it was looked at.
    pub fn namespace_state(&self, name: &str) -> Option<&NamespaceState> {
        self.states.get(name)
    }

    /// The survey of the cluster.
    pub fn survey(&self) -> Option<&Survey> {
        self.outlook.as_ref().and_then(|outlook| outlook.survey.as_deref())
    }

    /// What keeps the outlook from being made.
    pub fn outlook_error(&self) -> Option<&str> {
        self.outlook_error.as_deref()
    }

    /// What is known of the role from AWS.
    pub fn role_state(&self) -> &RoleState {
        &self.role_state
    }

    /// The suggestions for the focused field, and which one is highlighted.
    pub fn suggestions(&self) -> (&[Suggestion], Option<usize>) {
        (&self.suggestions, self.selected)
    }

    pub(super) fn find_suggestions(&self, id: QuestionId) -> Vec<Suggestion> {
        match self.fields.get(&id) {
            Some(Field::Text(field)) => suggestions::matching(self, id, field.text()),
            _ => Vec::new(),
        }
    }

    // --- the plan ---

    /// Whether the outlook belongs to the answers as they are now.
    pub fn is_up_to_date(&self) -> bool {
        self.looked == self.look_request
    }

    /// The plan, if all answers are there.
    pub fn plan(&self) -> Option<&Plan> {
        self.outlook.as_ref().and_then(|outlook| outlook.plan.as_ref())
    }

    /// The plan, or what it would be with placeholders for what is missing.
    pub fn shown_plan(&self) -> Option<&Plan> {
        let outlook = self.outlook.as_ref()?;
        outlook.plan.as_ref().or(outlook.draft.as_ref())
    }

    /// What the selected pods reach once the shown plan is written.
    pub fn reach(&self) -> Option<&Reach> {
        self.outlook.as_ref().and_then(|outlook| outlook.reach.as_ref())
    }

    /// Whether the shown plan has placeholders.
    pub fn is_draft(&self) -> bool {
        self.plan().is_none()
    }
}
