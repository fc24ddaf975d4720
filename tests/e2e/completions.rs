//! What Tab offers, asked for as the shells do, and the manual page: both from the one definition of
//! the command line.

use std::process::{Command, Stdio};

use gangplank::cli::command;
use gangplank::demo::FILES;

use crate::support::{Repo, outcome};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// A repository that holds the example.
fn demo() -> Repo {
    Repo::new().files(FILES)
}

/// What a script is told for these words, the last of which is being typed.
fn offered(repo: &Repo, words: &[&str]) -> Vec<String> {
    let mut program = repo.program();
    program.env("GANGPLANK_COMPLETE", "bash");
    program.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let said = outcome(program.args(["--", "gangplank"]).args(words));
    assert_eq!(said.stderr, "", "{words:?}");
    said.stdout.lines().map(str::to_owned).collect()
}

/// Whether a program is installed.
fn is_installed(name: &str) -> bool {
    let mut command = Command::new(name);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

#[test]
fn clusters_and_namespaces_are_those_of_the_repository() {
    let repo = demo();
    assert_eq!(offered(&repo, &["onboard", "--cluster", ""]), ["dev-eu1", "prod-us1"]);
    assert_eq!(offered(&repo, &["list", "--cluster", "p"]), ["prod-us1"]);
    let all = offered(&repo, &["revoke", "--namespace", ""]);
    assert!(["billing", "sandbox"].iter().all(|name| all.contains(&(*name).to_owned())), "{all:?}");
    let of_one = ["onboard", "--cluster", "prod-us1", "--namespace", ""];
    let of_one = offered(&repo, &of_one);
    assert!(of_one.contains(&"billing".to_owned()), "{of_one:?}");
    assert!(!of_one.contains(&"sandbox".to_owned()), "it is in the other cluster: {of_one:?}");
    assert_eq!(offered(&repo, &["--cluster=prod-us1", "--namespace", "sand"]), [""; 0]);
    assert_eq!(offered(&repo, &["--from", "dev-eu1/sa"]), ["dev-eu1/sandbox"]);
    assert_eq!(offered(&repo, &["explain", "pod", "dev-eu1/sa"]), ["dev-eu1/sandbox"]);
}

#[test]
fn flags_commands_and_words_are_those_of_the_command_line() {
    let repo = Repo::new();
    assert_eq!(offered(&repo, &["onboard", "--network"]), ["--network"]);
    assert_eq!(offered(&repo, &["check", "--output", ""]), ["human", "json", "sarif", "github"]);
    let commands = offered(&repo, &[""]);
    for below in command().get_subcommands() {
        assert!(commands.contains(&below.get_name().to_owned()), "{commands:?}");
    }
}

#[test]
fn where_nothing_can_be_listed_nothing_is_said() {
    let elsewhere = Repo::new().file("readme", "no clusters here");
    assert_eq!(offered(&elsewhere, &["onboard", "--cluster", ""]), [""; 0]);
    let broken = demo().file("gangplank.yaml", "clusters: [");
    assert_eq!(offered(&broken, &["onboard", "--namespace", ""]), [""; 0]);
    let no_such = ["--repo", "/nowhere", "--cluster", ""];
    assert_eq!(offered(&demo(), &no_such), [""; 0]);
}

/// bash would put the files of the folder in the place of a star.
#[test]
fn names_that_a_shell_would_act_on_are_not_offered() {
    let folder = |name: &str| format!("clusters/{name}/namespaces/application/{name}/x.yaml");
    let repo = Repo::new().file(&folder("plain"), "").file(&folder("*"), "");
    let repo = repo.file(&folder("$(touch made)"), "").file(&folder("a b"), "");
    assert_eq!(offered(&repo, &["--cluster", ""]), ["plain"]);
    assert_eq!(offered(&repo, &["--namespace", ""]), ["plain"]);
}

#[test]
fn the_variable_of_the_scripts_is_no_flag() {
    let repo = demo();
    let mut program = repo.program();
    let said = outcome(program.env("GANGPLANK_COMPLETE", "bash").arg("list")).ends(2);
    assert!(said.stderr.contains("unknown variable `GANGPLANK_COMPLETE`"), "{said:?}");
}

#[test]
fn each_shell_takes_its_script() {
    let repo = demo();
    for shell in SHELLS {
        let script = repo.run(&["completions", shell]).ends(0);
        assert!(script.stdout.contains("GANGPLANK_COMPLETE"), "{shell}: {script:?}");
        // The others have no such flag, or need not be installed.
        if ["bash", "zsh", "fish"].contains(&shell) && is_installed(shell) {
            let line = format!("gangplank completions {shell} > ../script && {shell} -n ../script");
            assert_eq!(repo.shell(&line).ends(0).stderr, "", "{shell}");
        }
    }
    let unknown = repo.run(&["completions", "csh"]).ends(2);
    assert!(unknown.stderr.contains("csh"), "{unknown:?}");
}

/// The script as it is used: read in, then asked by the function that it brings.
#[test]
fn bash_asks_the_program_for_the_clusters() {
    if !is_installed("bash") {
        return;
    }
    let repo = demo();
    repo.put(
        "../ask.bash",
        r#"source <(gangplank completions bash)
complete -p gangplank
COMP_WORDS=(gangplank onboard --cluster "")
COMP_CWORD=3
_clap_complete_gangplank gangplank "" --cluster
printf '%s\n' "${COMPREPLY[@]}"
"#,
    );
    let said = repo.shell("bash ../ask.bash").ends(0).stdout;
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].ends_with("-F _clap_complete_gangplank gangplank"), "{said}");
    assert_eq!(lines[1..], ["dev-eu1", "prod-us1"]);
}

#[test]
fn the_manual_has_every_command_with_its_flags() {
    let repo = Repo::new();
    let page = repo.run(&["man"]).ends(0).stdout;
    assert!(page.is_ascii(), "groff takes each byte for a character");
    for below in command().get_subcommands() {
        let heading = format!(".SH \"GANGPLANK {}\"", below.get_name().to_uppercase());
        let (_, section) = page.split_once(&heading).unwrap_or_else(|| panic!("no {heading}"));
        let section = section.split("\n.SH ").next().unwrap();
        assert!(section.contains("gangplank"), "{section}");
    }
    for flag in command().get_arguments().filter_map(|flag| flag.get_long().map(str::to_owned)) {
        let spelt = format!("\\-\\-{}", flag.replace('-', "\\-"));
        assert!(page.contains(&spelt), "{spelt}");
    }
    assert!(page.contains("\n.nf\nExamples:\n  gangplank list\n"), "examples keep their lines");
    assert!(page.contains("128+n"), "the exit codes are there");
}

#[test]
fn the_manual_is_roff_that_nobody_complains_about() {
    if !is_installed("groff") {
        return;
    }
    let repo = Repo::new();
    let said = repo.shell("gangplank man > ../page && groff -man -ww -Tutf8 ../page").ends(0);
    assert_eq!(said.stderr, "");
    assert!(said.stdout.contains("NAMESPACE/KEY=VALUE[,KEY=VALUE…][:PORT]"), "escapes are read");
}
