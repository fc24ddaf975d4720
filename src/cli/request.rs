//! From arguments and variables to a request.

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::check::{self, Check, List};
use super::environment::Environment;
use super::explain::{self, Explain};
use super::flags::{GIT_BRANCH, command, common_flags};
use super::given::Given;
use super::handoff::{self, Handoff};
use super::templates::{self, Templates};
use crate::domain::near::closest;
use crate::domain::recovery::Recovery;
use crate::questions::{GivenAnswers, Kind, Origin, Question, QuestionId, TABLE};

/// What tests and benchmarks are told with, beside `GANGPLANK_TEST_…`.
const OWN_VARIABLES: [&str; 2] = ["GANGPLANK_TESTS", "GANGPLANK_BENCH_PATH"];

/// What all variables begin with.
const PREFIX: &str = "GANGPLANK_";

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The wizard, or its work without questions.
    Onboard,
    /// The example repository, in this folder.
    Demo(Option<String>),
    /// Roles are taken away from a namespace.
    Revoke {
        /// Whether the policy file goes too.
        policy: bool,
    },
    /// The last run is undone.
    Undo,
    /// An interrupted run is taken up.
    Recover(Option<Recovery>),
    /// Something is checked.
    Check(Box<Check>),
    /// What namespaces are granted is listed.
    List(Box<List>),
    /// Something is explained, in no repository.
    Explain(Box<Explain>),
    /// Templates are written down or looked at.
    Templates(Templates),
    /// A namespace is handed over to its team.
    Handoff(Box<Handoff>),
    /// What is here is looked at.
    Doctor,
    /// The script for the completions of this shell.
    Completions(String),
    /// The manual page.
    Man,
}

/// The form of what goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For code scanning; only of a check.
    Sarif,
    /// Annotations of a run on GitHub; only of a check.
    Github,
    /// Markdown; only of a hand-over.
    Markdown,
}

/// Whether AWS is asked about a role before it is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// What it says is a warning.
    #[default]
    Auto,
    /// Only a yes will do.
    Require,
    /// It is not asked.
    Off,
}

/// Whether the screen has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// Unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is to be done.
    pub action: Action,
    /// The answers that it gives.
    pub given: GivenAnswers,
    /// A file with more answers.
    pub answers_file: Option<String>,
    /// `--repo`
    pub repo: Option<String>,
    /// `--yes`
    pub yes: bool,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--resume`
    pub resume: bool,
    /// `--exit-code`
    pub exit_code: bool,
    /// `--offline`
    pub offline: bool,
    /// `--verify`
    pub verify: Verify,
    /// `--output`
    pub output: Output,
    /// `--color`
    pub color: Color,
    /// `--ascii`
    pub ascii: bool,
    /// `--plain`
    pub plain: bool,
    /// `--quiet`
    pub quiet: bool,
    /// `--git-branch`
    pub git_branch: Option<String>,
}

/// The forms of output, those that all commands have first.
const OUTPUTS: [(&str, Output); 2] = [("human", Output::Human), ("json", Output::Json)];

/// Those that only a check has.
const CHECK_OUTPUTS: [(&str, Output); 4] =
    [OUTPUTS[0], OUTPUTS[1], ("sarif", Output::Sarif), ("github", Output::Github)];

/// Those that only a hand-over has.
const HANDOFF_OUTPUTS: [(&str, Output); 3] =
    [OUTPUTS[0], OUTPUTS[1], ("markdown", Output::Markdown)];

/// Why there is no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageError {
    /// `--help` or `--version`: this text belongs on standard output, and it is no failure.
    Shown(String),
    /// A mistake.
    Mistake(String),
}

/// Reads arguments (the program's name first) and variables.
///
/// # Errors
/// A mistake in one of them, or a request for help.
pub fn parse(arguments: &[String], environment: &Environment) -> Result<Request, UsageError> {
    let matches = command().try_get_matches_from(arguments).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => UsageError::Shown(text),
            _ => UsageError::Mistake(text.strip_prefix("error: ").unwrap_or(&text).to_owned()),
        }
    })?;
    refuse_unknown_variables(environment)?;
    let reader = Given { matches: &matches, environment };
    let mut given = GivenAnswers::default();
    let (action, below) = match matches.subcommand() {
        Some(("demo", sub)) => (Action::Demo(sub.get_one::<String>("dir").cloned()), None),
        Some(("revoke", sub)) => (Action::Revoke { policy: sub.get_flag("policy") }, Some(sub)),
        Some(("undo", _)) => (Action::Undo, None),
        Some(("recover", sub)) => (Action::Recover(recovery(sub)), None),
        Some(("explain", sub)) => {
            (Action::Explain(Box::new(explain::read(sub, environment)?)), None)
        }
        Some(("check", sub)) => {
            (Action::Check(Box::new(check::read_check(sub, environment)?)), None)
        }
        Some(("list", sub)) => {
            (Action::List(Box::new(check::read_list(&matches, sub, environment))), None)
        }
        Some(("handoff", sub)) => {
            (Action::Handoff(Box::new(handoff::read(sub, environment)?)), None)
        }
        Some(("completions", sub)) => (Action::Completions(shell(sub)), None),
        Some(("templates", sub)) => (Action::Templates(templates::read(sub)), None),
        Some(("doctor", _)) => (Action::Doctor, None),
        Some(("man", _)) => (Action::Man, None),
        Some((_, sub)) => (Action::Onboard, Some(sub)),
        None => (Action::Onboard, None),
    };
    for source in below.into_iter().chain([&matches]) {
        give_flags(source, &mut given);
    }
    give_variables(environment, &mut given);
    let git_branch = git_branch(&action, below, &reader)?;
    let outputs = match action {
        Action::Check(_) => &CHECK_OUTPUTS[..],
        Action::Handoff(_) => &HANDOFF_OUTPUTS,
        _ => &OUTPUTS,
    };
    Ok(Request {
        action,
        given,
        answers_file: reader.text("answers"),
        repo: reader.text("repo"),
        yes: reader.switch("yes")?,
        dry_run: reader.switch("dry-run")?,
        resume: reader.switch("resume")?,
        exit_code: reader.switch("exit-code")?,
        offline: reader.switch("offline")?,
        verify: reader.choice(
            "verify",
            &[("auto", Verify::Auto), ("require", Verify::Require), ("off", Verify::Off)],
        )?,
        output: reader.choice("output", outputs)?,
        color: reader.choice(
            "color",
            &[("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)],
        )?,
        ascii: reader.switch("ascii")?,
        plain: reader.switch("plain")?,
        quiet: reader.switch("quiet")?,
        git_branch,
    })
}

/// A misspelt variable would be ignored without a word. Those of gangplank's own tests are no flags.
fn refuse_unknown_variables(environment: &Environment) -> Result<(), UsageError> {
    let flags = common_flags();
    let common = flags.iter().filter_map(|flag| flag.get_long()).map(variable);
    let known = TABLE.iter().map(Question::variable).chain(common);
    let own = explain::flag_names()
        .chain(check::FLAG_NAMES)
        .chain(handoff::FLAG_NAMES)
        .chain([GIT_BRANCH])
        .map(variable);
    let known: Vec<String> = known.chain(own).collect();
    let is_known = |name: &str| known.iter().any(|known| known == name);
    let is_for_tests =
        |name: &str| OWN_VARIABLES.contains(&name) || name.starts_with("GANGPLANK_TEST_");
    let mut names = environment.names_with(PREFIX);
    let Some(unknown) = names.find(|name| !is_known(name) && !is_for_tests(name)) else {
        return Ok(());
    };
    // Without what all of them share, or everything would be near.
    let words = known.iter().filter_map(|known| known.strip_prefix(PREFIX));
    let help = match closest(unknown.trim_start_matches(PREFIX), words) {
        Some(near) => format!("did you mean `{PREFIX}{near}`?"),
        None => "a variable is called like its flag: --dry-run is GANGPLANK_DRY_RUN".to_owned(),
    };
    Err(UsageError::Mistake(format!("unknown variable `{unknown}`\n{help}")))
}

/// The branch that is asked for, if the command commits. A flag that would do nothing is a mistake;
/// a variable that is set for every command is none.
fn git_branch(
    action: &Action,
    below: Option<&ArgMatches>,
    reader: &Given<'_>,
) -> Result<Option<String>, UsageError> {
    let above = reader.matches.get_one::<String>(GIT_BRANCH);
    let flag = below.and_then(|sub| sub.get_one::<String>(GIT_BRANCH)).or(above);
    if matches!(action, Action::Onboard | Action::Demo(_) | Action::Revoke { .. }) {
        return Ok(flag.cloned().or_else(|| reader.text(GIT_BRANCH)));
    }
    match flag {
        None => Ok(None),
        Some(_) => {
            let message = format!("--{GIT_BRANCH} goes with onboard and revoke");
            Err(UsageError::Mistake(message))
        }
    }
}

/// clap lets nobody through without one.
fn shell(matches: &ArgMatches) -> String {
    matches.get_one::<String>("shell").cloned().unwrap_or_default()
}

fn recovery(matches: &ArgMatches) -> Option<Recovery> {
    Recovery::ALL.into_iter().find(|way| matches.get_flag(way.flag()))
}

fn give_flags(matches: &ArgMatches, given: &mut GivenAnswers) {
    for question in &TABLE {
        // A command has only the questions that mean something to it.
        let values = matches.try_get_many::<String>(question.key).ok().flatten();
        let values = values.into_iter().flatten().cloned();
        let values: Vec<String> = values.collect();
        if given.get(question.id).is_none() {
            given.give(question.id, values, Origin::Flag);
        }
    }
}

fn give_variables(environment: &Environment, given: &mut GivenAnswers) {
    for question in &TABLE {
        let Some(text) = environment.get(&question.variable()) else {
            continue;
        };
        let values: Vec<String> = match question.kind {
            Kind::Switch => vec![switch_word(text)],
            _ if question.repeatable => {
                text.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
            _ => vec![text.to_owned()],
        };
        given.give(question.id, values, Origin::Environment);
    }
}

/// A switch in a variable may also be said with a number.
fn switch_word(text: &str) -> String {
    match text {
        "1" | "yes" => "true",
        "0" | "no" => "false",
        other => other,
    }
    .to_owned()
}

/// The variable of a flag.
pub(super) fn variable(flag: &str) -> String {
    format!("{PREFIX}{}", flag.replace('-', "_").to_ascii_uppercase())
}

impl Request {
    /// Whether any answer is given on the command line or by variables.
    pub fn has_answers(&self) -> bool {
        self.given.get(QuestionId::Cluster).is_some() || self.given.iter().next().is_some()
    }
}
