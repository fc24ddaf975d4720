//! Proves that the README names what there is: every flag of every command, every rule with its
//! levels; and that the output that it shows is what the program prints.

use clap::{Arg, Command};
use gangplank::cli::command;
use gangplank::domain::finding::Level;
use gangplank::domain::rule::{RULE_GROUPS, Rule};
use gangplank::wizard::{BINDINGS, Binding, Context};

use crate::support::Repo;

const README: &str = include_str!("../../README.md");

/// The sections of the README, each with its heading.
fn sections() -> Vec<&'static str> {
    README.split("\n## ").collect()
}

/// Whether a text names a flag, not just a longer one.
fn names(text: &str, flag: &str) -> bool {
    let flag = format!("--{flag}");
    let goes_on = |c: char| c == '-' || c.is_ascii_alphanumeric();
    text.match_indices(&flag).any(|(at, _)| !text[at + flag.len()..].starts_with(goes_on))
}

/// The commands without subcommands of their own, each with the words that call it.
fn commands(command: &Command, words: &str, out: &mut Vec<(String, Command)>) {
    for sub in command.get_subcommands() {
        let words = format!("{words} {}", sub.get_name());
        match sub.has_subcommands() {
            true => commands(sub, &words, out),
            false => out.push((words, sub.clone())),
        }
    }
}

fn flags(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(Arg::get_long)
}

#[test]
fn flags_that_all_commands_have_are_named() {
    let unnamed: Vec<_> = command()
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .filter_map(|arg| arg.get_long().map(str::to_owned))
        .filter(|flag| !names(README, flag))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

#[test]
fn each_command_is_described_with_its_own_flags() {
    let mut all = Vec::new();
    commands(&command(), "gangplank", &mut all);
    assert!(all.iter().any(|(words, _)| words == "gangplank explain pod"));
    for (words, command) in &all {
        let about: Vec<&str> = sections().into_iter().filter(|text| text.contains(words)).collect();
        assert!(!about.is_empty(), "`{words}` is not in the README");
        for flag in flags(command) {
            let is_named = about.iter().any(|section| names(section, flag));
            assert!(is_named, "--{flag} is not named where `{words}` is described");
        }
    }
}

#[test]
fn the_table_of_flags_holds_just_the_flags_of_onboard() {
    let table = README.split("| flag | what it says |\n|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap());
    let mut listed: Vec<&str> = cells
        .flat_map(|cell| cell.split(", "))
        .map(|flag| flag.trim().trim_matches('`').trim_start_matches("--"))
        .collect();
    let command = command();
    let onboard = command.find_subcommand("onboard").unwrap();
    let mut known: Vec<&str> = flags(onboard).collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn the_rules_are_those_of_the_catalogue() {
    let (_, rest) = README.split_once("<!-- rules -->\n").unwrap();
    let (listed, _) = rest.split_once("<!-- /rules -->").unwrap();
    let known: String = RULE_GROUPS.iter().map(|(about, rules)| table(about, rules)).collect();
    assert!(listed == known, "between the marks there should be:\n{known}");
}

/// All keys, where they work, and what they do there.
#[test]
fn the_keys_are_those_of_the_table() {
    let (_, rest) = README.split_once("<!-- keys -->\n").unwrap();
    let (listed, _) = rest.split_once("<!-- /keys -->").unwrap();
    let rows: String = BINDINGS.iter().map(key_row).collect();
    let known = format!("\n| keys | what they do | where |\n|---|---|---|\n{rows}\n");
    assert!(listed == known, "between the marks there should be:\n{known}");
}

fn key_row(binding: &Binding) -> String {
    let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{}`", key.name())).collect();
    let places: Vec<&str> = binding.contexts.iter().map(|context| context.title()).collect();
    let is_everywhere =
        Context::ALL.iter().all(|one| binding.contexts.contains(one) || *one == Context::Entry);
    let places = if is_everywhere { "everywhere".to_owned() } else { places.join(", ") };
    format!("| {} | {} | {places} |\n", keys.join(" "), binding.does)
}

fn table(about: &str, rules: &[Rule]) -> String {
    let rows: String = rules.iter().map(row).collect();
    format!("\n### {about}\n\n| rule | level | what it finds |\n|---|---|---|\n{rows}")
}

fn row(rule: &Rule) -> String {
    let levels: Vec<&str> = rule.levels().map(word).collect();
    let meaning = rule.meaning.replace('|', "\\|");
    format!("| `{}` | {} | {meaning} |\n", rule.id, levels.join(", "))
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

const BILLING: &str = "clusters/prod-us1/namespaces/application/billing/kustomization.yaml";
const CHECKOUT: &str = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";

/// A workload with its annotation where no pod has it.
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  annotations: { iam.amazonaws.com/role: arn:aws:iam::123456789098:role/checkout }
spec:
  template: { spec: { serviceAccountName: checkout } }
";

fn change(repo: &Repo, path: &str, old: &str, new: &str) {
    let text = repo.text(path);
    assert!(text.contains(old), "{text}");
    repo.put(path, text.replacen(old, new, 1));
}

/// What the README shows below a command.
fn shown(line: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("$ {line}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn what_a_check_finds_is_shown_as_it_is() {
    let repo = Repo::demo();
    change(&repo, BILLING, "kind: Namespace\n", "kind: Namespace\n      name: billing\n");
    change(&repo, CHECKOUT, "patches:", "Patches:");
    change(&repo, CHECKOUT, "role/checkout\"", "role/checkout \"");
    let outcome = repo.run(&["check", "clusters/prod-us1"]).ends(3);
    let printed = outcome.stdout + &outcome.stderr;
    assert_eq!(printed, shown("gangplank check clusters/prod-us1"));
}

#[test]
fn lists_and_explanations_are_shown_as_they_are() {
    let repo = Repo::demo().file("deployment.yaml", DEPLOYMENT);
    let list = repo.run(&["list", "--cluster", "prod-us1"]).ends(0);
    assert_eq!(list.stdout, shown("gangplank list --cluster prod-us1"));
    let explain = ["explain", "pod", "prod-us1/checkout", "--manifest", "deployment.yaml"];
    let explained = repo.run(&explain).ends(0);
    assert_eq!(explained.stdout, shown(&format!("gangplank {}", explain.join(" "))));
}
