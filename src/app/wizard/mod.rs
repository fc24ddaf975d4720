//! The wizard on the terminal: what it is set up with, the view that it runs in, and its end as an
//! exit code.

mod hands;
mod jobs;
mod signals;

use std::io;
use std::sync::Arc;

use super::commit::Wish;
use super::session::Session;
use super::state::State;
use super::takeaway::Clipboard;
use super::terminal::{Asking, has_color};
use super::{carry_out, draft, interrupted};
use crate::aws::RoleLookup;
use crate::cli::{Environment, Request, Verify};
use crate::error::{Exit, Report};
use crate::plan::{Plan, Planner};
use crate::prompts::{self, Capable, Lines};
use crate::questions::GivenAnswers;
use crate::repo::Root;
use crate::system::RealDisk;
use crate::tui::{self, Screen, Theme};
use crate::wizard::{Effect, Ending, Leave, Setup, Wizard, WriteState, Written};
pub(super) use hands::Done;
use hands::{Place, ShellHands};
use signals::Signals;

/// What the wizard did, for the shell.
pub(super) struct End {
    /// What it wrote, or found nothing to write for.
    pub(super) written: Vec<Written>,
    /// How it ended.
    pub(super) how: How,
}

/// How the wizard ended.
pub(super) enum How {
    /// After writing.
    Finished,
    /// A dry run saw this plan.
    Previewed(Box<Plan>),
    /// The user or a signal ended it.
    Left {
        /// How.
        exit: Exit,
        /// Whether nothing was begun since something was written.
        is_done: bool,
        /// Whether the answers were kept as a draft.
        has_draft: bool,
    },
}

/// What the wizard needs of an opened repository.
pub(super) struct Opened {
    pub(super) root: Root,
    pub(super) disk: Arc<RealDisk>,
    pub(super) branch: Option<String>,
    pub(super) given: GivenAnswers,
    pub(super) commit: Option<Wish>,
}

impl Opened {
    pub(super) fn of(session: &Session, commit: Option<Wish>) -> Self {
        Opened {
            commit,
            root: session.root.clone(),
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

/// Runs the wizard on the real terminal, in the view that was asked for.
pub(super) fn run(
    opened: &Opened,
    planner: Planner,
    asking: Asking,
    request: &Request,
    environment: &Environment,
    aws: Aws,
) -> Result<End, Report> {
    let state = State::of(&opened.root.path, environment)?;
    let runs = state.interrupted(opened.disk.as_ref())?;
    let name = opened.root.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let setup = Setup {
        given: opened.given.clone(),
        dry_run: request.dry_run,
        requires_iam: request.verify == Verify::Require,
        repository: name.unwrap_or_default(),
        branch: opened.branch.clone(),
        here_to_root: carry_out::here_to(&opened.root),
        prefix: opened.root.prefix.clone(),
        git_branch: request.git_branch.clone(),
        interrupted: interrupted::file_lines(opened.disk.as_ref(), &runs),
    };
    let (mut wizard, first) = Wizard::start(setup);
    let signals = Signals::register(asking)
        .map_err(|error| Report::new(Exit::Failed, format!("no signal handlers: {error}")))?;
    let place =
        Place { root: opened.root.clone(), disk: Arc::clone(&opened.disk), state: state.clone() };
    let (clipboard, commit) = (Clipboard::of(environment), opened.commit.clone());
    let hands = move || ShellHands::new(planner, aws, place, signals, clipboard, commit);
    let view = View { asking, color: has_color(request, environment), ascii: request.ascii };
    let left = view.run(&mut wizard, first, hands)?;
    let is_done = matches!(wizard.write_state(), WriteState::Written(_));
    let has_draft = if is_done {
        state.drop_draft();
        false
    } else {
        matches!(left, Ok(Leave::Ended(Ending::Cancelled) | Leave::Signal(_)) | Err(_))
            && draft::keep(&state, &wizard.given())
    };
    let left_with = |exit| How::Left { exit, is_done, has_draft };
    let how = match left {
        Ok(Leave::Ended(Ending::Written)) => How::Finished,
        Ok(Leave::Ended(Ending::Previewed(plan))) => How::Previewed(plan),
        Ok(Leave::Ended(Ending::Cancelled)) => left_with(Exit::Signal(2)),
        Ok(Leave::Signal(number)) => left_with(Exit::Signal(number)),
        Err(_) if tui::has_fault() => left_with(Exit::Internal),
        // The terminal went away: as if it had hung up.
        Err(_) => left_with(Exit::Signal(1)),
    };
    Ok(End { written: wizard.written().to_vec(), how })
}

/// The view that was asked for.
struct View {
    asking: Asking,
    color: bool,
    ascii: bool,
}

impl View {
    /// Runs the wizard in it. The terminal comes first: everything else is begun behind it.
    fn run(
        &self,
        wizard: &mut Wizard,
        first: Vec<Effect>,
        hands: impl FnOnce() -> ShellHands,
    ) -> Result<io::Result<Leave>, Report> {
        let (color, ascii) = (self.color, self.ascii);
        Ok(match self.asking {
            Asking::Screen => {
                let mut screen = Screen::take().map_err(|error| {
                    Report::new(Exit::Usage, format!("the terminal can't be used: {error}"))
                })?;
                let theme = Theme::new(color, ascii);
                tui::run(&mut screen, wizard, first, &mut hands(), &theme)
            }
            Asking::Capable => {
                prompts::run(&mut Capable { color, ascii }, wizard, first, &mut hands())
            }
            Asking::Lines => prompts::run(&mut Lines, wizard, first, &mut hands()),
        })
    }
}
