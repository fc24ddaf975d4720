//! Commands that help with the program itself: `completions`, `man` and `doctor`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};

/// The shells that completions are written for.
const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

const COMPLETIONS_HELP: &str = "\
The script asks gangplank itself, so that clusters and namespaces are those of the repository. Read
it in at the start of the shell, and it is always that of the installed version:
  bash         source <(gangplank completions bash)                         in ~/.bashrc
  zsh          source <(gangplank completions zsh)                          in ~/.zshrc
  fish         gangplank completions fish | source                          in ~/.config/fish/config.fish
  elvish       eval (gangplank completions elvish | slurp)                  in ~/.elvish/rc.elv
  powershell   gangplank completions powershell | Out-String | iex          in $PROFILE
";

const MAN_HELP: &str = "\
Examples:
  gangplank man | man -l -
  gangplank man > ~/.local/share/man/man1/gangplank.1
";

const DOCTOR_HELP: &str = "\
Examples:
  gangplank doctor                    a line for each thing, with help where something is wrong
  gangplank doctor --offline          AWS is not asked who you are
  gangplank doctor --output json      for programs

Ends with 1 if something is an error.
";

pub(super) fn completions_command() -> Command {
    let shell = Arg::new("shell").value_name("SHELL").required(true);
    Command::new("completions")
        .about("Print the script with which a shell completes gangplank's command line")
        .arg(shell.value_parser(PossibleValuesParser::new(SHELLS)).help("The shell"))
        .after_help(COMPLETIONS_HELP)
}

pub(super) fn man_command() -> Command {
    Command::new("man").about("Print the manual page").after_help(MAN_HELP)
}

pub(super) fn doctor_command() -> Command {
    Command::new("doctor")
        .about(
            "Whether everything here is as gangplank needs it: repository, terminal, programs, AWS",
        )
        .after_help(DOCTOR_HELP)
}
