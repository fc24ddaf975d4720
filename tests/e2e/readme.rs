//! Proves that the README names what there is: every flag where its command is described, every
//! rule with its levels, every key.

use clap::Arg;
use gangplank::domain::finding::Level;
use gangplank::domain::rule::{RULE_GROUPS, Rule};
use gangplank::wizard::{BINDINGS, Binding, Context};

use super::readme_tables::leaves;
use crate::support::README;

/// The sections of the README, one for each command, each with its heading. Output may have lines
/// that look like headings.
fn sections() -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut is_fenced = false;
    for line in README.lines() {
        is_fenced ^= line.starts_with("```");
        let heading = line.strip_prefix("### ").or_else(|| line.strip_prefix("## "));
        match heading.filter(|_| !is_fenced) {
            Some(heading) => sections.push(format!("{heading}\n")),
            None => sections.last_mut().unwrap().push_str(&format!("{line}\n")),
        }
    }
    sections
}

/// Whether a text names a flag, not just a longer one.
fn names(text: &str, flag: &str) -> bool {
    let flag = format!("--{flag}");
    let goes_on = |c: char| c == '-' || c.is_ascii_alphanumeric();
    text.match_indices(&flag).any(|(at, _)| !text[at + flag.len()..].starts_with(goes_on))
}

#[test]
fn each_command_is_described_with_its_own_flags() {
    let all = leaves();
    assert!(all.iter().any(|(words, _)| words == "gangplank explain pod"));
    for (words, command) in &all {
        let heading = format!("{words}\n");
        let about = sections().into_iter().find(|section| section.starts_with(&heading));
        let about = about.unwrap_or_else(|| panic!("`{words}` has no section in the README"));
        for flag in command.get_arguments().filter_map(Arg::get_long) {
            assert!(names(&about, flag), "--{flag} is not named where `{words}` is described");
        }
    }
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
