//! `gangplank templates …`: writing the built-in templates down, and looking at one's own.

use clap::{Arg, ArgMatches, Command};

/// What becomes of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Templates {
    /// The built-in ones are written into this folder.
    Export(Option<String>),
    /// Own ones are looked at: these files, or all that would be used.
    Lint(Vec<String>),
}

const TEMPLATES_HELP: &str = "\
Own templates are .gangplank/templates/NAME.hbs in the repository, then templates/NAME.hbs in your config
folder, then the built-in ones; of each name the first is used.
";

const EXPORT_HELP: &str = "\
Examples:
  gangplank templates export                 into .gangplank/templates; keep those that you change
  gangplank templates export --dry-run       only show them

A file that is there with other content is never overwritten: that ends with 4.
";

const LINT_HELP: &str = "\
Examples:
  gangplank templates lint
  gangplank templates lint .gangplank/templates/cnp.yaml.hbs
  gangplank templates lint --output json

Each is read, then tried in a small repository in memory with answers for all of its branches. Ends with
3 if something is wrong.
";

pub(super) fn command() -> Command {
    let export = Command::new("export")
        .about("Write the built-in templates into the repository, with their variables explained")
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .help("Where in the repository [default: .gangplank/templates]"),
        )
        .after_help(EXPORT_HELP);
    let lint = Command::new("lint")
        .about("What is wrong with your own templates")
        .arg(Arg::new("file").value_name("FILE").num_args(0..).help("Only these files"))
        .after_help(LINT_HELP);
    Command::new("templates")
        .about("Your own templates for what gangplank writes")
        .subcommands([export, lint])
        .subcommand_required(true)
        .after_help(TEMPLATES_HELP)
}

pub(super) fn read(matches: &ArgMatches) -> Templates {
    match matches.subcommand() {
        Some(("lint", sub)) => {
            let files = sub.get_many::<String>("file").into_iter().flatten();
            Templates::Lint(files.cloned().collect())
        }
        Some((_, sub)) => Templates::Export(sub.get_one::<String>("dir").cloned()),
        None => Templates::Export(None),
    }
}
