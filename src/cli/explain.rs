//! `gangplank explain …`: its flags, and what they ask.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use super::environment::Environment;
use super::given::Given;
use super::request::UsageError;
use crate::domain::kube2iam::{self, format_of};
use crate::domain::role_arn::RoleArn;
use crate::domain::trust;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explain {
    /// One decision of kube2iam.
    Annotation {
        /// How kube2iam is started.
        settings: kube2iam::Settings,
        /// What is asked.
        question: kube2iam::Question,
    },
    /// Decisions of kube2iam, a line each, from a file or `-`.
    AnnotationLines(String),
    /// One trust policy.
    Trust {
        /// Its file, or `-`.
        policy: String,
        /// Who wants the role.
        request: Box<trust::Request>,
    },
    /// Trust policies, a line each, from a file or `-`.
    TrustLines(String),
    /// The text of an error; none or `-` for standard input.
    Error(Option<String>),
}

const INPUT: &str = "input";
const INPUT_HELP: &str = "JSON Lines from a file, `-` for standard input; answers one line each";

/// A flag that takes a value: its name, the value's name, its help.
type Flag = (&'static str, &'static str, &'static str);

const ANNOTATION: [Flag; 4] = [
    ("allowed-roles", "JSON", "The Namespace's annotation; none if left out"),
    ("role", "ROLE", "The pod's annotation; none if left out"),
    ("base-arn", "ARN", "kube2iam's --base-role-arn"),
    ("default-role", "ROLE", "kube2iam's --default-role"),
];
const CHOICES: [(&str, [&str; 2], &str); 2] = [
    ("restrictions", ["on", "off"], "kube2iam's --namespace-restrictions [default: on]"),
    ("format", ["glob", "regexp"], "kube2iam's --namespace-restriction-format [default: glob]"),
];
const NAMESPACE_MISSING: &str = "namespace-missing";
const TRUST: [Flag; 5] = [
    ("policy", "FILE", "The role's trust policy, `-` for standard input"),
    ("role", "ARN", "The role that is to be assumed"),
    ("node-role", "ARN", "The role that kube2iam runs under"),
    ("node-role-id", "ID", "The node role's unique id (AROA…)"),
    ("external-id", "ID", "The external id of the pod's annotation"),
];

const EXAMPLES: &str = "\
Examples:
  gangplank explain annotation --role app --base-arn arn:aws:iam::123456789098:role/ \\
    --allowed-roles '[\"app-*\"]'
  aws iam get-role --role-name app --query Role.AssumeRolePolicyDocument |
    gangplank explain trust --policy - --role arn:aws:iam::123456789098:role/app \\
      --node-role arn:aws:iam::123456789098:role/k8s-node
  kubectl logs … | gangplank explain error
";

pub(super) fn command() -> Command {
    let annotation = Command::new("annotation")
        .about("Would kube2iam give a pod a role, by the Namespace's list?")
        .args(ANNOTATION.map(text_flag))
        .args(CHOICES.map(|(name, values, help)| {
            let values = PossibleValuesParser::new(values);
            Arg::new(name).long(name).value_parser(values).conflicts_with(INPUT).help(help)
        }))
        .arg(
            super::flags::switch(NAMESPACE_MISSING, "kube2iam does not know the Namespace (yet)")
                .conflicts_with(INPUT),
        )
        .arg(input_flag());
    let trust = Command::new("trust")
        .about("Does a trust policy let the cluster's node role in?")
        .args(TRUST.map(text_flag))
        .arg(input_flag());
    let error = Command::new("error").about("What does the text of an error mean?").arg(
        Arg::new("text").value_name("TEXT").help("The text; standard input if left out or `-`"),
    );
    Command::new("explain")
        .about("Why a pod gets, or does not get, a role")
        .subcommands([annotation, trust, error])
        .subcommand_required(true)
        .after_help(EXAMPLES)
}

fn text_flag((name, value, help): Flag) -> Arg {
    Arg::new(name).long(name).value_name(value).conflicts_with(INPUT).help(help)
}

fn input_flag() -> Arg {
    Arg::new(INPUT).long(INPUT).value_name("FILE").help(INPUT_HELP)
}

/// The names of all flags, which have a variable each.
pub(super) fn flag_names() -> impl Iterator<Item = &'static str> {
    let texts = ANNOTATION.into_iter().chain(TRUST).map(|(name, ..)| name);
    texts.chain(CHOICES.map(|(name, ..)| name)).chain([NAMESPACE_MISSING, INPUT])
}

pub(super) fn read(matches: &ArgMatches, environment: &Environment) -> Result<Explain, UsageError> {
    match matches.subcommand() {
        Some(("annotation", matches)) => annotation(&Given { matches, environment }),
        Some(("trust", matches)) => trust(&Given { matches, environment }),
        Some((_, matches)) => Ok(Explain::Error(matches.get_one::<String>("text").cloned())),
        None => Err(UsageError::Mistake("say what to explain: annotation, trust or error".into())),
    }
}

impl Given<'_> {
    /// Flags beside `--input` are refused; variables beside it are for other runs.
    fn input(&self) -> Option<String> {
        self.text(INPUT)
    }

    /// One of the words of [`CHOICES`].
    fn word(&self, name: &str) -> Result<&'static str, UsageError> {
        let choice = CHOICES.iter().find(|(known, ..)| *known == name);
        let values = choice.map(|(_, values, _)| *values).unwrap_or_default();
        self.choice(name, &values.map(|word| (word, word)))
    }

    fn needed(&self, name: &str) -> Result<String, UsageError> {
        self.text(name).ok_or_else(|| {
            UsageError::Mistake(format!("--{name} is missing\ngangplank explain trust --help"))
        })
    }

    fn role(&self, name: &str) -> Result<RoleArn, UsageError> {
        let text = self.needed(name)?;
        RoleArn::parse(&text).map_err(|error| {
            let example = error.example;
            UsageError::Mistake(format!("--{name}: {}\na value such as {example}", error.line()))
        })
    }
}

fn annotation(given: &Given<'_>) -> Result<Explain, UsageError> {
    if let Some(input) = given.input() {
        return Ok(Explain::AnnotationLines(input));
    }
    Ok(Explain::Annotation {
        settings: kube2iam::Settings {
            base_arn: given.text("base-arn").unwrap_or_default(),
            default_role: given.text("default-role").unwrap_or_default(),
            restrictions: given.word("restrictions")? == "on",
            format: format_of(given.word("format")?),
        },
        question: kube2iam::Question {
            allowed_roles: given.text("allowed-roles"),
            role: given.text("role"),
            namespace_missing: given.switch(NAMESPACE_MISSING)?,
        },
    })
}

fn trust(given: &Given<'_>) -> Result<Explain, UsageError> {
    if let Some(input) = given.input() {
        return Ok(Explain::TrustLines(input));
    }
    Ok(Explain::Trust {
        policy: given.needed("policy")?,
        request: Box::new(trust::Request {
            role: given.role("role")?,
            node_role: given.role("node-role")?,
            node_role_id: given.text("node-role-id"),
            external_id: given.text("external-id"),
        }),
    })
}
