//! The wizard by messages: its effects are carried out at once, on a real planner over a disk in
//! memory that holds the example repository.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use gangplank::apply::{self, Journal};
use gangplank::aws::{ListEnd, NotAsked, RoleLookup};
use gangplank::demo::FILES;
use gangplank::domain::name::ClusterName;
use gangplank::plan::Planner;
use gangplank::questions::{QuestionId, Step};
use gangplank::repo::Repository;
use gangplank::system::{Disk, ExternalBuild, FixedClock, MemoryDisk, NoExternalBuild};
use gangplank::tree::Tree;
use gangplank::wizard::{Effect, Ending, Message, Scanned, Setup, Sheet, Wizard};

use super::Files;
use super::flow::DEMO_ANSWERS;

/// A planner over a disk.
pub(crate) fn planner(disk: &Arc<MemoryDisk>) -> Planner {
    let tree = Tree::of(Arc::clone(disk) as Arc<dyn Disk>);
    let repository = Repository::open(tree, String::new()).unwrap();
    Planner::new(repository, gangplank::repo::AnswerMap::new())
}

/// The wizard and its hands.
pub(crate) struct Driver {
    pub(crate) wizard: Wizard,
    pub(crate) disk: Arc<MemoryDisk>,
    pub(crate) doer: Doer,
    /// Every effect that it asked for, and the step that it was in.
    pub(crate) asked: Vec<(Step, Effect)>,
    /// Answers that are not given before somebody asks for them.
    pub(crate) held: Vec<Message>,
    /// Whether outlooks and role checks are held.
    pub(crate) holds: bool,
    /// Whether roles are listed, page by page as the test sends them.
    pub(crate) lists: bool,
    /// How it ended.
    pub(crate) ended: Option<Ending>,
}

impl Driver {
    /// On the example repository.
    pub(crate) fn demo() -> Self {
        Driver::with(Setup {
            repository: "gitops".to_owned(),
            branch: Some("main".to_owned()),
            ..Setup::default()
        })
    }

    /// On the example repository, set up like this.
    pub(crate) fn with(setup: Setup) -> Self {
        Driver::on(Arc::new(MemoryDisk::with_files(FILES.iter().copied())), setup)
    }

    /// On this disk.
    pub(crate) fn on(disk: Arc<MemoryDisk>, setup: Setup) -> Self {
        Driver::asking(Arc::new(NoExternalBuild), disk, setup)
    }

    /// On this disk, where this program is installed.
    pub(crate) fn asking(
        program: Arc<dyn ExternalBuild>,
        disk: Arc<MemoryDisk>,
        setup: Setup,
    ) -> Self {
        let (wizard, effects) = Wizard::start(setup);
        let mut driver = Driver {
            wizard,
            doer: Doer::new(program, &disk),
            disk,
            asked: Vec::new(),
            held: Vec::new(),
            holds: false,
            lists: false,
            ended: None,
        };
        driver.carry_out(effects);
        driver
    }

    /// Sends a message, and carries everything out that follows from it.
    pub(crate) fn send(&mut self, message: Message) {
        let effects = self.wizard.update(message);
        self.carry_out(effects);
    }

    /// Types a text.
    pub(crate) fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Message::Typed(c));
        }
    }

    /// Types the answer to the focused question, and goes on.
    #[track_caller]
    pub(crate) fn answer(&mut self, id: QuestionId, text: &str) {
        assert_eq!(self.wizard.focused(), Some(id));
        self.type_in(text);
        self.send(Message::Entered);
    }

    /// Goes on until a question is focused.
    #[track_caller]
    pub(crate) fn go_to(&mut self, id: QuestionId) {
        for _ in 0..20 {
            if self.wizard.focused() == Some(id) {
                return;
            }
            self.send(Message::WentOn);
        }
        panic!("{id:?} never came; now at {:?}", self.wizard.focused());
    }

    /// Goes on until a step is shown.
    #[track_caller]
    pub(crate) fn go_to_step(&mut self, step: Step) {
        for _ in 0..20 {
            if self.wizard.step() == step {
                return;
            }
            self.send(Message::WentOn);
        }
        panic!("{step:?} never came; now at {:?}", self.wizard.focused());
    }

    /// Answers everything as the example's onboarding does, and ends at the review.
    pub(crate) fn to_review(&mut self) {
        for (name, value) in DEMO_ANSWERS {
            let id = gangplank::questions::question_by_key(name).unwrap().id;
            self.go_to(id);
            if id == QuestionId::Egress {
                self.send(Message::Toggled);
            } else {
                self.type_in(value);
            }
            self.send(Message::Entered);
        }
        self.go_to_step(Step::Review);
    }

    /// Gives the answers that were held, the oldest first.
    pub(crate) fn give_held(&mut self) {
        self.holds = false;
        for message in std::mem::take(&mut self.held) {
            self.send(message);
        }
    }

    /// The files on its disk.
    pub(crate) fn files(&self) -> Files {
        self.disk.files()
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut waiting: VecDeque<Effect> = effects.into();
        while let Some(effect) = waiting.pop_front() {
            self.asked.push((self.wizard.step(), effect.clone()));
            let is_slow = matches!(
                effect,
                Effect::Look(..) | Effect::AskKustomize(..) | Effect::CheckRole(..)
            );
            let Some(message) = self.result(effect) else {
                continue;
            };
            if self.holds && is_slow {
                self.held.push(message);
            } else {
                waiting.extend(self.wizard.update(message));
            }
        }
    }

    fn result(&mut self, effect: Effect) -> Option<Message> {
        match effect {
            Effect::ListRoles(..) if self.lists => None,
            Effect::Quit(ending) => {
                self.ended = Some(ending);
                None
            }
            effect => self.doer.result(effect),
        }
    }
}

/// Carries effects out on a disk in memory.
pub(crate) struct Doer {
    disk: Arc<MemoryDisk>,
    planner: Planner,
    journal: Journal,
    /// What was copied or saved: its name or file, and the text.
    pub(crate) taken: Vec<(String, String)>,
}

impl Doer {
    /// On this disk, where this program is installed.
    pub(crate) fn new(program: Arc<dyn ExternalBuild>, disk: &Arc<MemoryDisk>) -> Self {
        Doer {
            disk: Arc::clone(disk),
            planner: planner(disk).asking(program),
            journal: Journal::new(Arc::new(MemoryDisk::default()), "/repository"),
            taken: Vec::new(),
        }
    }

    /// What comes of an effect.
    pub(crate) fn result(&mut self, effect: Effect) -> Option<Message> {
        match effect {
            Effect::ListClusters => {
                let clusters = self.planner.repository().clusters();
                let clusters = clusters.map_err(|error| error.to_string());
                Some(Message::Scanned(Scanned::Clusters(clusters)))
            }
            Effect::ListNamespaces(name) => {
                let cluster = ClusterName::parse(&name).ok()?;
                let repository = self.planner.repository();
                let layout = repository.layout(&cluster).map_err(|error| error.to_string());
                let names = layout.and_then(|layout| {
                    let names = layout.namespaces(&repository.tree);
                    names.map_err(|error| error.to_string())
                });
                Some(Message::Scanned(Scanned::Namespaces(name, names)))
            }
            Effect::ReadStates(name, names) => {
                let cluster = ClusterName::parse(&name).ok()?;
                let states = self.planner.namespace_states(&cluster, &names);
                let states = states.unwrap_or_default();
                Some(Message::Scanned(Scanned::States(name, states)))
            }
            Effect::Look(request, given) => {
                let outlook = self.planner.outlook_with_draft(&given).map(Arc::new);
                let outlook = outlook.map_err(|error| error.to_string());
                Some(Message::Looked(request, outlook))
            }
            Effect::LookAtOtherStyle(request, given) => {
                let outlook = self.planner.outlook_with_draft(&given).map(Arc::new);
                let outlook = outlook.map_err(|error| error.to_string());
                Some(Message::OtherStyleLooked(request, outlook))
            }
            Effect::Copy { name, text } => {
                self.taken.push((name, text));
                Some(Message::Copied(Ok("copied".to_owned())))
            }
            Effect::Save { path, text } => {
                self.taken.push((path, text));
                Some(Message::Saved(Ok("saved".to_owned())))
            }
            Effect::AskKustomize(request, given) => {
                let outlook = self.planner.outlook(&given).map(Arc::new);
                let outlook = outlook.map_err(|error| error.to_string());
                Some(Message::Looked(request, outlook))
            }
            Effect::CheckRole(request, role) => {
                Some(Message::RoleChecked(request, NotAsked.check(&role)))
            }
            Effect::ListRoles(request, _) => {
                Some(Message::RoleListEnded(request, ListEnd::NotAsked))
            }
            Effect::Apply(plan) => {
                let clock = FixedClock(SystemTime::UNIX_EPOCH);
                let applied = apply::apply(self.disk.as_ref(), &self.journal, &clock, &plan);
                let applied = applied.map(drop).map_err(|error| error.to_string());
                Some(Message::Applied(applied))
            }
            Effect::Forget => {
                self.planner.forget();
                None
            }
            Effect::Commit { branch, .. } => {
                Some(Message::Committed(Ok(vec![format!("committed on {branch}")])))
            }
            Effect::HandOver(over) => {
                let sheet = |title: &str| Sheet {
                    is_prose: true,
                    title: title.to_owned(),
                    file: format!("{title}.txt"),
                    text: format!("{title} of {}\nfor {}\n", over.namespace, over.cluster),
                };
                let sheets = ["for the team", "test-pod", "pull-request"].map(sheet);
                Some(Message::HandedOver(Ok(sheets.to_vec())))
            }
            Effect::PlanUndo => {
                let run = self.journal.last_but(&[]).unwrap().expect("something was written");
                let plan = apply::undo_plan(self.disk.as_ref(), &run).unwrap();
                Some(Message::UndoPlanned(Ok(Box::new(plan))))
            }
            Effect::Recover(_) => {
                Some(Message::Recovered(Ok("the interrupted run is settled".to_owned())))
            }
            Effect::Quit(_) | Effect::Suspend | Effect::Redraw => None,
        }
    }
}
