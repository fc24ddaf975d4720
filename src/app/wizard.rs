//! The wizard's hands: its effects on threads of their own, its ending as an exit code.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use super::asking::{Lists, ask_aws};
use super::commit::Wish;
use super::recover;
use super::session::{Session, outlook_report};
use super::state::State;
use super::{carry_out, draft};
use crate::aws::RoleLookup;
use crate::cli::{Color, Environment, Recovery, Request, Verify};
use crate::domain::name::ClusterName;
use crate::error::{Exit, Report};
use crate::plan::{Outlook, OutlookError, Plan, Planner};
use crate::questions::GivenAnswers;
use crate::system::{ExternalBuild, RealDisk};
use crate::tui::{self, Hands, Leave, Screen, Theme};
use crate::wizard::{Effect, Ending, Message, Scanned, Setup, Wizard, WriteState};

/// How the wizard ended, for the shell.
pub(super) enum End {
    /// It wrote this plan, or found nothing to write.
    Written(Box<Plan>),
    /// A dry run saw this plan.
    Previewed(Box<Plan>),
    /// The user or a signal ended it.
    Left {
        /// How.
        exit: Exit,
        /// Whether everything was written before.
        has_written: bool,
        /// Whether the answers were kept as a draft.
        has_draft: bool,
    },
}

/// What the wizard needs of an opened repository.
pub(super) struct Opened {
    pub(super) root: PathBuf,
    pub(super) here_to_root: String,
    pub(super) disk: Arc<RealDisk>,
    pub(super) branch: Option<String>,
    pub(super) given: GivenAnswers,
    pub(super) commit: Option<Wish>,
}

impl Opened {
    pub(super) fn of(session: &Session, commit: Option<Wish>) -> Self {
        Opened {
            commit,
            root: session.root.path.clone(),
            here_to_root: carry_out::here_to(&session.root),
            disk: Arc::clone(&session.disk),
            branch: session.branch.clone(),
            given: session.given.clone(),
        }
    }
}

/// Who is asked about roles, and whether there is a trace of credentials.
pub(super) struct Aws {
    pub(super) lookup: Arc<dyn RoleLookup>,
    pub(super) has_credentials: bool,
}

/// Runs the wizard on the real terminal.
pub(super) fn run(
    opened: &Opened,
    planner: Planner,
    request: &Request,
    environment: &Environment,
    aws: Aws,
) -> Result<End, Report> {
    let state = State::of(&opened.root, environment)?;
    let interrupted = state.interrupted(opened.disk.as_ref())?;
    let files = interrupted.iter().flat_map(|run| &run.files).map(|file| file.path.clone());
    let name = opened.root.file_name().map(|name| name.to_string_lossy().into_owned());
    let setup = Setup {
        given: opened.given.clone(),
        dry_run: request.dry_run,
        requires_iam: request.verify == Verify::Require,
        repository: name.unwrap_or_default(),
        branch: opened.branch.clone(),
        here_to_root: opened.here_to_root.clone(),
        interrupted: files.collect(),
    };
    let (mut wizard, first) = Wizard::start(setup);
    let signals = Signals::register()
        .map_err(|error| Report::new(Exit::Failed, format!("no signal handlers: {error}")))?;
    let theme = theme(request, environment);
    let left = {
        let mut screen = Screen::take().map_err(|error| {
            Report::new(Exit::Usage, format!("the terminal can't be used: {error}"))
        })?;
        let (disk, root) = (Arc::clone(&opened.disk), opened.root.clone());
        let mut hands = ShellHands::new(planner, aws, state.clone(), disk, root, signals);
        hands.commit.clone_from(&opened.commit);
        tui::run(&mut screen, &mut wizard, first, &mut hands, &theme)
    };
    let has_written = matches!(wizard.write_state(), WriteState::Written(_));
    let has_draft = if has_written {
        state.drop_draft();
        false
    } else {
        matches!(left, Ok(Leave::Ended(Ending::Cancelled) | Leave::Signal(_)) | Err(_))
            && draft::keep(&state, &wizard.given())
    };
    Ok(match left {
        Ok(Leave::Ended(Ending::Written(plan))) => End::Written(plan),
        Ok(Leave::Ended(Ending::Previewed(plan))) => End::Previewed(plan),
        Ok(Leave::Ended(Ending::Cancelled)) => {
            End::Left { exit: Exit::Signal(2), has_written, has_draft }
        }
        Ok(Leave::Signal(number)) => {
            End::Left { exit: Exit::Signal(number), has_written, has_draft }
        }
        Err(_) if tui::has_fault() => End::Left { exit: Exit::Internal, has_written, has_draft },
        // The terminal went away: as if it had hung up.
        Err(_) => End::Left { exit: Exit::Signal(1), has_written, has_draft },
    })
}

fn theme(request: &Request, environment: &Environment) -> Theme {
    let color = match request.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => environment.get("NO_COLOR").is_none(),
    };
    Theme::new(color, request.ascii)
}

/// How long the loop has to end by itself after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// Signals as flags: the loop looks at them, so that the terminal is given back in one place.
struct Signals {
    ending: Arc<AtomicUsize>,
    suspend: Arc<AtomicBool>,
}

impl Signals {
    fn register() -> std::io::Result<Self> {
        let signals = Signals { ending: Arc::default(), suspend: Arc::default() };
        let mut waiting = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
        let ending = Arc::clone(&signals.ending);
        thread::spawn(move || {
            for signal in waiting.forever() {
                ending.store(usize::try_from(signal).unwrap_or(0), Ordering::Relaxed);
                // On a terminal that has gone away, reading events never comes back.
                thread::sleep(GRACE);
                tui::give_back();
                drop(emulate_default_handler(signal));
            }
        });
        flag::register(SIGTSTP, Arc::clone(&signals.suspend))?;
        Ok(signals)
    }
}

/// The end of one job: its result, or nothing if it has none or a newer job took its place.
pub(super) type Done = Option<Message>;

struct ShellHands {
    jobs: Sender<Effect>,
    questions: Sender<Effect>,
    lists: Lists,
    inbox: Receiver<Done>,
    own: Vec<Message>,
    /// Jobs and questions whose end has not come in.
    pending: usize,
    state: State,
    disk: Arc<RealDisk>,
    signals: Signals,
    kustomize: Arc<dyn ExternalBuild>,
    commit: Option<Wish>,
}

/// Nothing that was begun outlives the wizard.
impl Drop for ShellHands {
    fn drop(&mut self) {
        self.kustomize.stop();
    }
}

impl ShellHands {
    fn new(
        planner: Planner,
        Aws { lookup, has_credentials }: Aws,
        state: State,
        disk: Arc<RealDisk>,
        root: PathBuf,
        signals: Signals,
    ) -> Self {
        let (results, inbox) = channel();
        let (jobs, waiting_jobs) = channel();
        let (questions, waiting_questions) = channel();
        let to_inbox = results.clone();
        let kustomize = planner.external_build();
        thread::spawn(move || plan_jobs(planner, &root, &waiting_jobs, &to_inbox));
        let lists = Lists::new(Arc::clone(&lookup), has_credentials);
        thread::spawn(move || ask_aws(lookup.as_ref(), &waiting_questions, &results));
        let own = Vec::new();
        ShellHands {
            jobs,
            questions,
            lists,
            inbox,
            own,
            pending: 0,
            state,
            disk,
            signals,
            kustomize,
            commit: None,
        }
    }

    /// Writes a plan, unless it could not be committed as it shall be.
    fn apply(&self, plan: &Plan) -> Result<(), Report> {
        self.commit.as_ref().map_or(Ok(()), |wish| wish.look_at(plan))?;
        carry_out::write(self.disk.as_ref(), &self.state, plan)
    }

    fn recover(&self, finish: bool) -> Result<(), String> {
        let how = if finish { Recovery::Finish } else { Recovery::PutBack };
        let runs = self.state.interrupted(self.disk.as_ref());
        let taken = runs.and_then(|runs| {
            runs.iter()
                .rev()
                .try_for_each(|run| recover::take_up(&self.state, self.disk.as_ref(), run, how))
        });
        taken.map_err(|report| report.error)
    }
}

impl Hands for ShellHands {
    fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Apply(plan) => {
                let result = self.apply(&plan).map_err(|report| report.brief());
                self.own.push(Message::Applied(result));
            }
            Effect::Recover { finish } => {
                let result = self.recover(finish);
                self.own.push(Message::Recovered(result));
            }
            Effect::ListRoles(request, question) => self.lists.begin(request, *question),
            question @ Effect::CheckRole(..) => {
                let is_asked = self.questions.send(question).is_ok();
                self.pending += usize::from(is_asked);
            }
            job => {
                let is_begun = self.jobs.send(job).is_ok();
                self.pending += usize::from(is_begun);
            }
        }
    }

    fn results(&mut self) -> Vec<Message> {
        let mut messages = std::mem::take(&mut self.own);
        messages.extend(self.lists.news());
        for done in self.inbox.try_iter() {
            self.pending = self.pending.saturating_sub(1);
            messages.extend(done);
        }
        messages
    }

    /// Short while something is under way, so that its result is drawn at once.
    fn patience(&self) -> Duration {
        if !self.own.is_empty() {
            Duration::ZERO
        } else if self.pending > 0 {
            Duration::from_millis(4)
        } else {
            Duration::from_millis(50)
        }
    }

    fn signal(&self) -> Option<u8> {
        let number = self.signals.ending.load(Ordering::Relaxed);
        u8::try_from(number).ok().filter(|number| *number > 0)
    }

    fn takes_suspend(&self) -> bool {
        self.signals.suspend.swap(false, Ordering::Relaxed)
    }
}

/// Looks through the repository and makes outlooks. Of several outlooks that wait only the last
/// one is made: the others are about answers that have changed since.
fn plan_jobs(mut planner: Planner, root: &Path, jobs: &Receiver<Effect>, results: &Sender<Done>) {
    let mut waiting: VecDeque<Effect> = VecDeque::new();
    loop {
        match waiting.pop_front() {
            None => match jobs.recv() {
                Ok(job) => waiting.push_back(job),
                Err(_) => return,
            },
            Some(job) => {
                waiting.extend(jobs.try_iter());
                let is_old = is_outlook(&job) && waiting.iter().any(is_outlook);
                let done = if is_old { None } else { plan_job(&mut planner, root, job) };
                if results.send(done).is_err() {
                    return;
                }
            }
        }
    }
}

fn is_outlook(job: &Effect) -> bool {
    matches!(job, Effect::Look(..) | Effect::AskKustomize(..))
}

fn plan_job(planner: &mut Planner, root: &Path, job: Effect) -> Done {
    match job {
        Effect::ListClusters => {
            let clusters = planner.repository().clusters().map_err(|error| error.to_string());
            Some(Message::Scanned(Scanned::Clusters(clusters)))
        }
        Effect::ListNamespaces(cluster) => {
            let names = namespaces(planner, &cluster);
            Some(Message::Scanned(Scanned::Namespaces(cluster, names)))
        }
        Effect::ReadStates(cluster, names) => {
            let parsed = ClusterName::parse(&cluster).ok()?;
            let states = planner.namespace_states(&parsed, &names).unwrap_or_default();
            Some(Message::Scanned(Scanned::States(cluster, states)))
        }
        Effect::Look(request, given) => {
            Some(looked(request, planner.outlook_with_draft(&given), root))
        }
        Effect::AskKustomize(request, given) => {
            Some(looked(request, planner.outlook(&given), root))
        }
        Effect::Forget => {
            planner.forget();
            None
        }
        _ => None,
    }
}

fn looked(request: u64, outlook: Result<Outlook, OutlookError>, root: &Path) -> Message {
    let outlook = outlook.map(Arc::new).map_err(|error| outlook_report(&error, root).error);
    Message::Looked(request, outlook)
}

fn namespaces(planner: &Planner, cluster: &str) -> Result<Vec<String>, String> {
    let cluster = ClusterName::parse(cluster).map_err(|invalid| invalid.message)?;
    let repository = planner.repository();
    let layout = repository.layout(&cluster).map_err(|error| error.to_string())?;
    layout.namespaces(&repository.tree).map_err(|error| error.to_string())
}
