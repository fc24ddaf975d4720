//! The flags, as clap takes them.

use clap::builder::{PossibleValuesParser, Resettable, StyledStr};
use clap::{Arg, ArgAction, ArgGroup, Command};

use super::check::{check_command, list_command};
use super::helps::{completions_command, doctor_command, man_command};
use crate::domain::recovery::Recovery;
use crate::questions::{Kind, Question, REVOKE_QUESTIONS, TABLE, question};

const ONBOARD_HELP: &str = "\
Examples:
  gangplank                       the wizard
  gangplank onboard --dry-run \\
    --cluster prod-us1 --namespace report-portal \\
    --role arn:aws:iam::123456789098:role/report-portal \\
    --select sa=report-portal --egress restrict
";

const EXIT_CODES: &str = "\
Exit codes:
  0   written, or nothing to do
  1   failed
  2   usage, or answers missing or invalid
  3   changes pending (--dry-run --exit-code), or check found something (--fail-on)
  4   the disk needs a decision: conflict, changed since the preview
  5   IAM says no (--verify require)
  6   IAM could not be asked (--verify require)
  70  internal error
  128+n  signal n (130 Ctrl-C)

Every flag has a variable: --dry-run is GANGPLANK_DRY_RUN. Repeatable ones are split at line breaks.
";

/// The whole command line.
pub fn command() -> Command {
    let onboard = Command::new("onboard")
        .about("Grant a namespace a role, by wizard or by flags")
        .args(answer_flags())
        .arg(git_branch())
        .after_help(ONBOARD_HELP);
    let revoke = Command::new("revoke")
        .about("Take roles away from a namespace; its folder and its policy stay")
        .args(revoke_flags())
        .arg(git_branch())
        .arg(switch("policy", "Take the policy away too"));
    let undo = Command::new("undo").about("Put back what the last run changed");
    let demo = Command::new("demo")
        .about("Write a small example repository and open the wizard on it")
        .arg(Arg::new("dir").value_name("DIR").help("Where; by default a new temporary folder"));
    let recover = Command::new("recover")
        .about("Show a run that was interrupted while it wrote, and settle it")
        .args([
            switch("finish", "Write what was left; files edited since are kept"),
            switch("put-back", "Put back what was there before; files edited since are kept"),
            switch("forget", "Leave all files as they are, and keep a copy of the journal"),
        ])
        .group(ArgGroup::new("way").args(Recovery::ALL.map(Recovery::flag)));
    Command::new("gangplank")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Takes a Kubernetes namespace on board AWS: kube2iam's allowed roles and the Cilium policy")
        .args(answer_flags())
        .arg(git_branch())
        .args(common_flags())
        .subcommands([onboard, revoke, undo, demo, recover])
        .subcommands([check_command(), list_command(), super::explain::command()])
        .subcommands([super::templates::command()])
        .subcommand(super::handoff::command())
        .subcommands([doctor_command(), completions_command(), man_command()])
        .args_conflicts_with_subcommands(false)
        .after_help(EXIT_CODES)
        .disable_help_subcommand(true)
}

/// The name of the flag that asks for a commit.
pub(super) const GIT_BRANCH: &str = "git-branch";

fn git_branch() -> Arg {
    let help = "Commit what is written, and nothing else, on this branch; may hold {cluster} and {namespace}";
    Arg::new(GIT_BRANCH).long(GIT_BRANCH).value_name("NAME").help(help)
}

pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The flags that every command has.
pub(super) fn common_flags() -> Vec<Arg> {
    let choice = |name: &'static str, values: &'static [&'static str], help: &'static str| {
        Arg::new(name).long(name).value_parser(PossibleValuesParser::new(values)).help(help)
    };
    let flags = [
        Arg::new("repo")
            .long("repo")
            .value_name("DIR")
            .help("The repository [default: found upwards from here]"),
        Arg::new("answers")
            .long("answers")
            .value_name("FILE")
            .help("Answers from a YAML file, `-` for standard input"),
        switch("yes", "Write without asking"),
        switch("dry-run", "Write nothing; the diff goes to standard output"),
        switch("resume", "Go on from the wizard that was left last"),
        switch("exit-code", "With --dry-run: exit 3 if anything would change"),
        switch("offline", "Ask nothing over the network"),
        choice(
            "verify",
            &["auto", "require", "off"],
            "Whether IAM is asked about the role: auto warns, require stops",
        ),
        choice("output", &["human", "json"], "The form of what goes to standard output"),
        choice("color", &["auto", "always", "never"], "Colours on the screen"),
        switch("ascii", "Only ASCII characters on the screen"),
        switch("plain", "One question after the other instead of the full screen"),
        switch("quiet", "No summary on standard error, only warnings and errors"),
    ];
    flags.map(|flag| flag.global(true)).to_vec()
}

fn answer_flags() -> Vec<Arg> {
    TABLE.iter().map(answer_flag).collect()
}

fn revoke_flags() -> Vec<Arg> {
    REVOKE_QUESTIONS.iter().map(|id| answer_flag(question(*id))).collect()
}

fn answer_flag(question: &'static Question) -> Arg {
    let flag = Arg::new(question.key).long(question.flag_name()).help(help(question));
    match question.kind {
        // `--dual-stack=false` takes back what a config says.
        Kind::Switch => flag
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .hide_possible_values(true)
            .value_parser(PossibleValuesParser::new(["true", "false"])),
        _ => flag.value_name(question.value_name).action(if question.repeatable {
            ArgAction::Append
        } else {
            ArgAction::Set
        }),
    }
}

fn help(question: &Question) -> Resettable<StyledStr> {
    let more = if question.repeatable { " (repeatable)" } else { "" };
    Resettable::Value(format!("{}{more}", question.help).into())
}
