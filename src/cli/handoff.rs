//! `gangplank handoff`: its flags, and what it is asked for.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::environment::Environment;
use super::explain::{place, wrong};
use super::given::Given;
use super::request::{UsageError, variable};
use crate::domain::external_id::ExternalId;
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::pods::{Pods, Selection};
use crate::domain::role_arn::RoleArn;

/// What is to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace.
    pub namespace: Namespace,
    /// `--role`
    pub role: Option<RoleArn>,
    /// `--select`
    pub pods: Option<Pods>,
    /// `--external-id`
    pub external_id: Option<String>,
    /// `--changed-since`
    pub changed_since: Option<String>,
    /// `--part`; all of them if none is named.
    pub part: Option<Part>,
}

/// A part of what is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The page for the team.
    Page,
    /// The script with the test pod.
    TestPod,
    /// The text of the pull request.
    PullRequest,
}

const PARTS: [(&str, Option<Part>); 4] = [
    ("all", None),
    ("page", Some(Part::Page)),
    ("test-pod", Some(Part::TestPod)),
    ("pull-request", Some(Part::PullRequest)),
];

/// The forms of its output.
pub(super) const OUTPUTS: [&str; 3] = ["human", "markdown", "json"];

/// The flags that only this command has.
pub(super) const FLAG_NAMES: [&str; 1] = ["part"];

const HELP: &str = "\
Examples:
  gangplank handoff prod-us1/billing
  gangplank handoff prod-us1/billing --part page --output markdown > billing.md
  gangplank handoff prod-us1/billing --part test-pod > test-pod.sh
  gangplank handoff prod-us1/billing --part test-pod | sh
  gangplank handoff prod-us1/billing --part pull-request | gh pr create --title … --body-file -
";

pub(super) fn command() -> Command {
    let flag = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let place = Arg::new("place").value_name("CLUSTER/NAMESPACE").required(true);
    let select = flag("select", "PODS", "The pods: sa=NAME, label=KEY=VALUE or all (repeatable)");
    let since = "What counts as before for the pull request [default: HEAD]";
    let part = flag("part", "PART", "Print only this part [default: all]");
    Command::new("handoff")
        .about("What the application team gets: a page, a test pod, the pull request's text")
        .arg(place.help("The cluster and the namespace of this repository"))
        .args([
            flag(
                "role",
                "ARN",
                "The role of the test pod and the manifests, where there are several",
            ),
            select.action(ArgAction::Append),
            flag("external-id", "ID", "The external id that the role asks for"),
            flag("changed-since", "REV", since),
            part.value_parser(PossibleValuesParser::new(PARTS.map(|(word, _)| word))),
            // In the place of the flag that all commands have.
            flag("output", "FORM", "The form of what goes to standard output")
                .value_parser(PossibleValuesParser::new(OUTPUTS)),
        ])
        .after_help(HELP)
}

pub(super) fn read(matches: &ArgMatches, environment: &Environment) -> Result<Handoff, UsageError> {
    let given = Given { matches, environment };
    let (cluster, namespace) = place(matches)?;
    let role = given.text("role").map(|text| RoleArn::parse(&text)).transpose();
    let id = given.text("external-id").map(|text| ExternalId::parse(&text)).transpose();
    Ok(Handoff {
        cluster,
        namespace,
        role: role.map_err(|invalid| wrong("--role", &invalid))?,
        pods: pods(matches, environment)?,
        external_id: id
            .map_err(|invalid| wrong("--external-id", &invalid))?
            .map(|id| id.as_str().to_owned()),
        changed_since: given.text("changed-since"),
        part: given.choice("part", &PARTS)?,
    })
}

fn pods(matches: &ArgMatches, environment: &Environment) -> Result<Option<Pods>, UsageError> {
    let flags = matches.get_many::<String>("select").into_iter().flatten().cloned();
    let mut texts: Vec<String> = flags.collect();
    if texts.is_empty() {
        let variable = environment.get(&variable("select")).unwrap_or_default();
        texts.extend(variable.lines().map(str::to_owned));
    }
    if texts.is_empty() {
        return Ok(None);
    }
    let selections = texts.iter().map(|text| Selection::parse(text)).collect::<Result<_, _>>();
    let pods = selections.and_then(Pods::of).map_err(|invalid| wrong("--select", &invalid))?;
    Ok(Some(pods))
}
