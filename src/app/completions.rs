//! `gangplank completions`: the script that a shell reads, and the answers that it then asks for at
//! each Tab. Those look at folders only, and where they can't, they are silent: nobody wants an
//! error in the middle of a line that is being typed.

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use super::printer::Printer;
use super::session::{find_root, open_repository};
use crate::cli::{self, Environment};
use crate::domain::name::{ClusterName, Namespace};
use crate::error::{Exit, Report};
use crate::repo::Repository;

/// The variable by which a script says that it asks, and for which shell.
const VARIABLE: &str = "GANGPLANK_COMPLETE";

const PROGRAM: &str = "gangplank";

/// Prints the script of a shell. It calls the program by its name, not by the path of today.
pub(super) fn script(shell: &str, printer: Printer) -> Result<Exit, Report> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let written = shells
        .completer(shell)
        .map(|shell| shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script));
    match written {
        Some(Ok(())) => Ok(printer.data(&String::from_utf8_lossy(&script))),
        _ => Err(Report::new(Exit::Failed, format!("there is no script for `{shell}`"))),
    }
}

/// Answers a script; `None` if the program was not called by one.
pub(super) fn answer(arguments: &[String], environment: &Environment) -> Option<Exit> {
    let shell = environment.get(VARIABLE)?;
    let words = arguments.get(1..)?.strip_prefix(&["--".to_owned()])?;
    let mut command = completed(cli::command(), &Typed::of(words, environment));
    let words = words.iter().map(Into::into).collect();
    let here = std::env::current_dir().ok();
    let mut answer = Vec::new();
    let written = Shells::builtins().completer(shell)?.write_complete(
        &mut command,
        words,
        here.as_deref(),
        &mut answer,
    );
    let answer = String::from_utf8_lossy(&answer);
    Some(if written.is_ok() { Printer::plain().data(&answer) } else { Exit::Failed })
}

/// What is typed already and has a say in what may follow.
#[derive(Debug, Clone)]
struct Typed {
    repo: Option<String>,
    cluster: Option<String>,
}

impl Typed {
    fn of(words: &[String], environment: &Environment) -> Self {
        let flag = |flag: &str, variable: &str| {
            let typed = words.iter().enumerate().find_map(|(at, word)| {
                match word.strip_prefix(flag)?.strip_prefix('=') {
                    Some(value) => Some(value.to_owned()),
                    // bash takes a `=` for a word of its own.
                    None if word == flag => words[at + 1..].iter().find(|w| *w != "=").cloned(),
                    None => None,
                }
            });
            typed.or_else(|| environment.get(variable).map(str::to_owned))
        };
        Typed {
            repo: flag("--repo", "GANGPLANK_REPO"),
            cluster: flag("--cluster", "GANGPLANK_CLUSTER"),
        }
    }

    fn repository(&self) -> Option<Repository> {
        let root = find_root(self.repo.as_deref()).ok()?;
        open_repository(&root).ok().map(|(_, repository)| repository)
    }

    /// A name that no flag would take is not offered either: shells act on some characters.
    fn clusters(&self) -> Vec<ClusterName> {
        let names = self.repository().and_then(|repository| repository.clusters().ok());
        let names = names.into_iter().flatten();
        names.filter(|name| is_plain(name)).filter_map(|n| ClusterName::parse(&n).ok()).collect()
    }

    fn namespaces_in(&self, cluster: &ClusterName) -> Vec<Namespace> {
        let names = self.repository().and_then(|repository| {
            repository.layout(cluster).ok()?.namespaces(&repository.tree).ok()
        });
        names.into_iter().flatten().filter_map(|name| Namespace::parse(&name).ok()).collect()
    }

    /// The namespaces of the cluster that is named, else of all.
    fn namespaces(&self) -> Vec<String> {
        let named = self.cluster.as_deref().and_then(|name| ClusterName::parse(name).ok());
        let clusters = named.map_or_else(|| self.clusters(), |cluster| vec![cluster]);
        let all = clusters.iter().flat_map(|cluster| self.namespaces_in(cluster));
        let mut names: Vec<String> = all.map(|namespace| namespace.to_string()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The same as `CLUSTER/NAMESPACE`.
    fn places(&self) -> Vec<String> {
        let in_cluster = |cluster: ClusterName| {
            let namespaces = self.namespaces_in(&cluster).into_iter();
            namespaces.map(move |namespace| format!("{cluster}/{namespace}"))
        };
        self.clusters().into_iter().flat_map(in_cluster).collect()
    }
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The command line with what its values may be.
fn completed(command: Command, typed: &Typed) -> Command {
    command
        .mut_args(|flag| completed_flag(flag, typed))
        .mut_subcommands(|command| completed(command, typed))
}

fn completed_flag(flag: Arg, typed: &Typed) -> Arg {
    let typed = typed.clone();
    let texts = |names: Vec<String>| names.into_iter().map(CompletionCandidate::new).collect();
    let names = flag.get_value_names().unwrap_or_default();
    let hint = match names.first().map(clap::builder::Str::as_str) {
        Some("FILE") => ValueHint::FilePath,
        Some("DIR") => ValueHint::DirPath,
        Some("PATH") => ValueHint::AnyPath,
        _ => ValueHint::Unknown,
    };
    match flag.get_id().as_str() {
        "cluster" => flag.add(ArgValueCandidates::new(move || {
            texts(typed.clusters().iter().map(ToString::to_string).collect())
        })),
        "namespace" => flag.add(ArgValueCandidates::new(move || texts(typed.namespaces()))),
        "from" | "place" => flag.add(ArgValueCandidates::new(move || texts(typed.places()))),
        _ if hint != ValueHint::Unknown => flag.value_hint(hint),
        _ => flag,
    }
}
