//! `gangplank explain …`: its flags, and what they ask.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::environment::Environment;
use super::given::Given;
use super::request::{UsageError, variable};
use crate::domain::invalid::Invalid;
use crate::domain::kube2iam::{self, format_of};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::pod::{Pod, RoleWish};
use crate::domain::pods::{Pods, Selection};
use crate::domain::role_arn::RoleArn;
use crate::domain::trust;
use crate::questions::check_from;

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
    /// A pod of a namespace: the whole chain.
    Pod {
        /// The cluster.
        cluster: ClusterName,
        /// The namespace.
        namespace: Namespace,
        /// The pod.
        pod: PodSource,
    },
    /// The text of an error; none or `-` for standard input.
    Error(Option<String>),
}

/// Where a pod is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PodSource {
    /// By flags.
    Flags(Box<Pod>),
    /// In a manifest, or `-`.
    Manifest(String),
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

const POD: [Flag; 3] = [
    ("role", "ROLE", "The pod's annotation; none if left out"),
    ("service-account", "NAME", "The pod's service account [default: default]"),
    ("external-id", "ID", "The external id of the pod's annotation"),
];
const MANIFEST: &str = "manifest";
const LABEL: &str = "label";
const HOST_NETWORK: &str = "host-network";

const EXAMPLES: &str = "\
Examples:
  gangplank explain pod prod-us1/report-portal --manifest deployment.yaml
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
        .subcommands([pod_command(), annotation, trust, error])
        .subcommand_required(true)
        .after_help(EXAMPLES)
}

fn pod_command() -> Command {
    let place = Arg::new("place").value_name("CLUSTER/NAMESPACE").required(true);
    let texts = POD.map(|(name, value, help)| {
        Arg::new(name).long(name).value_name(value).conflicts_with(MANIFEST).help(help)
    });
    let label = Arg::new(LABEL).long(LABEL).value_name("KEY=VALUE").action(ArgAction::Append);
    let host_network = super::flags::switch(HOST_NETWORK, "The pod is on the host's network");
    let manifest = Arg::new(MANIFEST).long(MANIFEST).value_name("FILE");
    Command::new("pod")
        .about("Does a pod get its role, from its annotation to the trust policy?")
        .arg(place.help("The cluster and the namespace of this repository"))
        .args(texts)
        .arg(label.conflicts_with(MANIFEST).help("A label of the pod (repeatable)"))
        .arg(host_network.conflicts_with(MANIFEST))
        .arg(manifest.help("A workload's manifest, `-` for standard input"))
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
    let of_pods = POD.map(|(name, ..)| name).into_iter().chain([MANIFEST, LABEL, HOST_NETWORK]);
    texts.chain(of_pods).chain(CHOICES.map(|(name, ..)| name)).chain([NAMESPACE_MISSING, INPUT])
}

pub(super) fn read(matches: &ArgMatches, environment: &Environment) -> Result<Explain, UsageError> {
    match matches.subcommand() {
        Some(("annotation", matches)) => annotation(&Given { matches, environment }),
        Some(("pod", matches)) => pod(&Given { matches, environment }),
        Some(("trust", matches)) => trust(&Given { matches, environment }),
        Some((_, matches)) => Ok(Explain::Error(matches.get_one::<String>("text").cloned())),
        None => {
            Err(UsageError::Mistake("say what to explain: pod, annotation, trust or error".into()))
        }
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

fn pod(given: &Given<'_>) -> Result<Explain, UsageError> {
    let (cluster, namespace) = place(given.matches)?;
    let pod = match given.text(MANIFEST) {
        Some(path) => PodSource::Manifest(path),
        None => PodSource::Flags(Box::new(pod_of_flags(given)?)),
    };
    Ok(Explain::Pod { cluster, namespace, pod })
}

/// The argument `CLUSTER/NAMESPACE`.
pub(super) fn place(matches: &ArgMatches) -> Result<(ClusterName, Namespace), UsageError> {
    let place = matches.get_one::<String>("place").map_or("", String::as_str);
    check_from(place).map_err(|invalid| wrong("CLUSTER/NAMESPACE", &invalid))?;
    let (cluster, namespace) = place.split_once('/').unwrap_or((place, ""));
    let cluster = ClusterName::parse(cluster).map_err(|invalid| wrong("CLUSTER", &invalid))?;
    let namespace = Namespace::parse(namespace).map_err(|e| wrong("NAMESPACE", &e))?;
    Ok((cluster, namespace))
}

fn pod_of_flags(given: &Given<'_>) -> Result<Pod, UsageError> {
    let account = given.text("service-account").unwrap_or_else(|| "default".to_owned());
    let labels = given.matches.get_many::<String>(LABEL).into_iter().flatten().cloned();
    let variable_text = given.environment.get(&variable(LABEL)).unwrap_or_default();
    let variable_labels = variable_text.lines().map(str::to_owned);
    let labels = labels.chain(variable_labels).map(|label| format!("label={label}"));
    let selections = [format!("sa={account}")].into_iter().chain(labels);
    let selections = selections.map(|text| Selection::parse(&text)).collect::<Result<Vec<_>, _>>();
    let pods = selections.and_then(Pods::of).map_err(|invalid| wrong("pod", &invalid))?;
    Ok(Pod {
        role: given.text("role").map_or(RoleWish::Absent, RoleWish::OnPod),
        external_id: given.text("external-id"),
        pods,
        host_network: given.switch(HOST_NETWORK)?,
    })
}

pub(super) fn wrong(what: &str, invalid: &Invalid) -> UsageError {
    let example = invalid.example;
    UsageError::Mistake(format!("{what}: {}\na value such as {example}", invalid.line()))
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
