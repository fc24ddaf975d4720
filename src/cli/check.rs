//! `gangplank check` and `gangplank list`: their flags, and what they ask.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::environment::Environment;
use super::flags::switch;
use super::given::Given;
use super::request::UsageError;
use crate::domain::finding::Level;

/// What is to be checked, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Files and folders; the whole repository if there are none.
    pub paths: Vec<String>,
    /// `--fail-on`
    pub fail_on: Level,
    /// `--notes`
    pub notes: bool,
    /// `--fix`
    pub fix: bool,
    /// `--changed-since`
    pub changed_since: Option<String>,
    /// `--baseline`
    pub baseline: Option<String>,
    /// `--trust`
    pub trust: Option<String>,
}

/// Which namespaces are to be listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// `--cluster`
    pub cluster: Option<String>,
    /// `--namespace`
    pub namespace: Option<String>,
    /// `--role`: an ARN, or a part of one.
    pub role: Option<String>,
}

const FAIL_ON: [(&str, Level); 3] =
    [("error", Level::Error), ("warning", Level::Warning), ("note", Level::Note)];

/// The forms of a check's output.
pub(super) const OUTPUTS: [&str; 4] = ["human", "json", "sarif", "github"];

const CHECK_HELP: &str = "\
Examples:
  gangplank check                                  the whole repository
  gangplank check clusters/prod-us1                one cluster
  gangplank check --changed-since origin/main      what a branch makes a difference to
  gangplank check --trust origin/main              what a pull request can't switch off
  gangplank check deployment.yaml                  a workload that asks for a role
  gangplank check --output json > baseline.json    what is there today, for --baseline
  gangplank check --fix --dry-run                  the diff of what can be mended without a decision

A comment takes a finding out: `# gangplank: ignore[policy/world-egress]` on its line, on the line
above, or above everything else in the file.
";

const LIST_HELP: &str = "\
Examples:
  gangplank list
  gangplank list --cluster prod-us1
  gangplank list --role arn:aws:iam::123456789098:role/billing    who may assume it, by patterns too
";

pub(super) fn check_command() -> Command {
    let outputs = PossibleValuesParser::new(OUTPUTS);
    let levels = PossibleValuesParser::new(FAIL_ON.map(|(word, _)| word));
    let file = "Only new findings count: an earlier --output json";
    Command::new("check")
        .about("What is wrong in the repository, or in single files")
        .arg(Arg::new("path").value_name("PATH").num_args(0..).help("Files and folders"))
        .args([
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("LEVEL")
                .value_parser(levels)
                .help("The level from which on findings end with 3 [default: error]"),
            switch("notes", "Show notes too"),
            switch("fix", "Mend what needs no decision, then check again; --dry-run shows it"),
            Arg::new("changed-since")
                .long("changed-since")
                .value_name("REV")
                .help("Only what a change since this commit makes a difference to"),
            Arg::new("baseline").long("baseline").value_name("FILE").help(file),
            Arg::new("trust").long("trust").value_name("REV").help(
                "Configuration, ignores and baseline as they are in this commit, for pull requests of others",
            ),
            // In the place of the flag that all commands have.
            Arg::new("output")
                .long("output")
                .value_parser(outputs)
                .help("The form of what goes to standard output"),
        ])
        .after_help(CHECK_HELP)
}

pub(super) fn list_command() -> Command {
    let flag = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("list")
        .about("The roles that each namespace is granted, as kustomize would build them")
        .args([
            flag("cluster", "NAME", "Only this cluster"),
            flag("namespace", "NAME", "Only this namespace"),
            flag("role", "ARN", "Only namespaces that may assume it; or a part of its name"),
        ])
        .after_help(LIST_HELP)
}

/// The names of the flags that have a variable and are no answers.
pub(super) const FLAG_NAMES: [&str; 6] =
    ["fail-on", "notes", "fix", "changed-since", "baseline", "trust"];

pub(super) fn read_check(
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Check, UsageError> {
    let given = Given { matches, environment };
    let paths = matches.get_many::<String>("path").into_iter().flatten();
    Ok(Check {
        paths: paths.cloned().collect(),
        fail_on: given.choice("fail-on", &FAIL_ON)?,
        notes: given.switch("notes")?,
        fix: given.switch("fix")?,
        changed_since: given.text("changed-since"),
        baseline: given.text("baseline"),
        trust: given.text("trust"),
    })
}

/// A flag before the command's name is as good as one behind it.
pub(super) fn read_list(above: &ArgMatches, own: &ArgMatches, environment: &Environment) -> List {
    let text = |name: &str| {
        let given = Given { matches: own, environment };
        let above = || above.get_many::<String>(name).and_then(|mut values| values.next());
        own.get_one::<String>(name).or_else(above).cloned().or_else(|| given.text(name))
    };
    List { cluster: text("cluster"), namespace: text("namespace"), role: text("role") }
}
