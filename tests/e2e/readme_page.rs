//! Proves that the rest of the README holds: its pictures and links, the YAML that it shows, and
//! the command lines inside of sentences.

use std::collections::BTreeSet;
use std::path::Path;

use clap::error::ErrorKind;
use gangplank::cli::command;
use serde_json::Value as Json;

use crate::support::{Repo, code, documents, fences, prepared, prose, read_files, table};

const CONFIG_SOURCE: &str = include_str!("../../src/repo/config.rs");
const HOOKS: &str = include_str!("../../.pre-commit-hooks.yaml");
const POLICY: &str = "clusters/prod-us1/namespaces/application/checkout/cnp.checkout.yaml";

/// The YAML block below this note.
fn yaml(note: &str) -> &'static str {
    let found = fences().into_iter().find(|fence| fence.note == note).unwrap();
    assert_eq!(found.language, "yaml");
    found.text
}

/// What stands in the links, or the pictures, that begin like this: text and target.
fn links(opening: &str) -> Vec<(String, String)> {
    let prose = prose();
    let parts = prose.split("](").collect::<Vec<_>>();
    let pairs = parts.windows(2).filter_map(|pair| {
        let (before, text) = pair[0].rsplit_once('[')?;
        let is_picture = before.ends_with('!');
        let (target, _) = pair[1].split_once(')')?;
        (is_picture == (opening == "![")).then(|| (text.to_owned(), target.to_owned()))
    });
    pairs.collect()
}

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_picture_is_there_has_a_text_and_is_shown() {
    let pictures = links("![");
    for (text, path) in &pictures {
        assert!(text.split(' ').count() > 3, "{path}: {text:?}");
    }
    let shown: BTreeSet<String> = pictures.into_iter().map(|(_, path)| path).collect();
    let folder = read_files(&here("snapshots/pictures"));
    let drawn = folder.into_keys().map(|name| format!("snapshots/pictures/{name}"));
    assert_eq!(shown, drawn.collect());
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_leads_somewhere_and_the_contents_are_complete() {
    let prose = prose();
    let headings: Vec<&str> = prose.lines().filter(|line| line.starts_with("##")).collect();
    let anchors: Vec<String> =
        headings.iter().map(|line| anchor(line.trim_start_matches('#').trim())).collect();
    for (text, target) in links("[") {
        let leads = match target.strip_prefix('#') {
            Some(name) => anchors.iter().any(|anchor| anchor == name),
            None => target.starts_with("https://") || here(&target).is_file(),
        };
        assert!(leads, "[{text}]({target})");
    }
    let (_, contents) = prose.split_once("\n## Contents\n\n").unwrap();
    let contents = contents.lines().next().unwrap();
    let chapters = headings.iter().filter_map(|line| line.strip_prefix("## "));
    let chapters = chapters.filter(|chapter| *chapter != "Contents");
    let expected: Vec<String> =
        chapters.map(|name| format!("[{name}](#{})", anchor(name))).collect();
    assert_eq!(contents, expected.join(" · "));
}

/// All keys of a config, but for names that people choose.
fn keys(value: &Json, above: &str, out: &mut BTreeSet<String>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| keys(item, above, out)),
        Json::Object(entries) => {
            let is_chosen = ["defaults", "rules", "clusters", "labels"].contains(&above);
            for (key, value) in entries {
                if !is_chosen {
                    out.insert(key.clone());
                }
                keys(value, if is_chosen { "" } else { key }, out);
            }
        }
        _ => {}
    }
}

/// The fields of the types that a config is read into.
fn known_keys() -> BTreeSet<String> {
    let types = CONFIG_SOURCE.split("#[serde(deny_unknown_fields").skip(1);
    let fields = types.flat_map(|text| text.split('}').next().unwrap().lines().skip(2));
    fields.filter_map(|line| Some(line.trim().split_once(": ")?.0.to_owned())).collect()
}

#[test]
fn the_config_has_every_key_and_is_read() {
    let text = yaml("a config");
    let mut shown = BTreeSet::new();
    keys(&documents(text)[0], "", &mut shown);
    let known = known_keys();
    assert!(known.len() > 20, "{known:?}");
    assert_eq!(shown, known);
    let repo = Repo::demo().file("gangplank.yaml", text);
    repo.run(&["list"]).ends(0);
}

#[test]
fn the_comment_takes_the_finding_out() {
    let repo = prepared("demo");
    let (comment, rule) = yaml("an ignored finding").split_once('\n').unwrap();
    let put = |block: &str| {
        let text = Repo::demo().text(POLICY);
        repo.put(POLICY, text.replacen("  egress:\n", &format!("  egress:\n{block}\n"), 1));
    };
    put(rule);
    let found = repo.run(&["check"]).ends(0).stdout;
    assert!(found.contains("policy/world-egress"), "{found}");
    put(&format!("{comment}\n{rule}"));
    assert_eq!(repo.run(&["check"]).ends(0).stdout, "");
}

#[test]
fn the_job_marks_the_lines_of_a_pull_request() {
    let steps = documents(yaml("a job")).remove(0);
    let line = steps[1]["run"].as_str().unwrap();
    let repo = prepared("mistakes");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]).ends(0);
    let outcome = repo.shell(&format!("export GITHUB_BASE_REF=main; {line}")).ends(3);
    assert!(outcome.stdout.contains("::error file=clusters/prod-us1/"), "{}", outcome.stdout);
}

#[test]
fn the_job_for_others_is_not_switched_off_by_what_it_checks() {
    let steps = documents(yaml("a job for others")).remove(0);
    let line = steps[1]["run"].as_str().unwrap();
    let repo = prepared("mistakes");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]).ends(0);
    let rules = repo.run(&["check", "--output", "json"]).json();
    let rules = rules["findings"].as_array().unwrap().iter();
    let off: String =
        rules.map(|f| format!("  {}: \"off\"\n", f["rule"].as_str().unwrap())).collect();
    repo.put("gangplank.yaml", format!("{}rules:\n{off}", repo.text("gangplank.yaml")));
    repo.run(&["check"]).ends(0);
    let outcome = repo.shell(&format!("export GITHUB_BASE_REF=main; {line}")).ends(3);
    assert!(outcome.stdout.contains("::error file=clusters/prod-us1/"), "{}", outcome.stdout);
}

#[test]
fn the_hook_is_one_that_this_repository_has() {
    let repos = documents(yaml("a hook")).remove(0);
    let hooks = documents(HOOKS).remove(0);
    assert_eq!(repos[0]["hooks"][0]["id"], hooks[0]["id"]);
}

/// The texts of the source files.
fn sources() -> Vec<String> {
    let files = read_files(&here("src")).into_iter();
    let rust = files.filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

/// What stands in quotes behind this in the source.
fn quoted_after(text: &str, opening: &str) -> BTreeSet<String> {
    let parts = text.split(opening).skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn every_variable_that_is_read_is_named() {
    let prose = prose();
    let named = code(&prose);
    let read: BTreeSet<String> =
        sources().iter().flat_map(|text| quoted_after(text, "environment.get(\"")).collect();
    assert!(read.contains("NO_COLOR"), "{read:?}");
    for name in read.iter().filter(|name| !name.starts_with("GANGPLANK_")) {
        assert!(named.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn every_program_that_is_started_is_named_under_security() {
    let prose = prose();
    let (_, security) = prose.split_once("\n## Security\n").unwrap();
    let security = security.split("\n## ").next().unwrap();
    let started: BTreeSet<String> =
        sources().iter().flat_map(|text| quoted_after(text, "program::installed(\"")).collect();
    assert!(started.contains("git"), "{started:?}");
    // No other way leads to a program: a name alone would be looked up in relative folders too.
    let by_name = sources().into_iter().filter(|text| text.contains("std::process::"));
    let by_name: Vec<String> =
        by_name.flat_map(|text| quoted_after(&text, "Command::new(\"")).collect();
    assert_eq!(by_name, [""; 0]);
    for name in started {
        let is_named = code(security).iter().any(|code| code.split(' ').next() == Some(&name));
        assert!(is_named, "{name}");
    }
}

#[test]
fn the_folders_are_those_of_the_source() {
    let table = table(&["folder", "what is in it"]);
    let listed = table.rows.iter().flat_map(|row| code(&row[0])).map(str::to_owned);
    let paths = read_files(&here("src"));
    let folders = paths.keys().filter_map(|path| Some(path.split_once('/')?.0.to_owned()));
    assert_eq!(listed.collect::<BTreeSet<_>>(), folders.collect());
}

/// Every YAML block is one of those above.
#[test]
fn no_block_is_left_untested() {
    let notes: Vec<&str> = fences()
        .iter()
        .filter(|fence| fence.language != "console")
        .map(|fence| if fence.language == "text" { "text" } else { fence.note })
        .collect();
    assert_eq!(
        notes,
        ["an ignored finding", "a job", "a job for others", "a hook", "a config", "text"]
    );
}

/// A command line in a sentence has flags and values that there are; what it leaves out is not
/// missed.
#[test]
fn command_lines_in_sentences_can_be_read() {
    let prose = prose();
    let lines: Vec<&str> =
        code(&prose).into_iter().filter(|text| text.starts_with("gangplank ")).collect();
    assert!(lines.len() > 30, "{lines:?}");
    for line in lines {
        let own = line.split([')', '>']).next().unwrap().split(" | ").next().unwrap();
        let words = own.split(' ').filter(|word| !word.is_empty() && !word.starts_with('['));
        let words: Vec<Vec<&str>> = words.map(|word| word.split('|').collect()).collect();
        for at in 0..words.iter().map(Vec::len).max().unwrap() {
            let words = words.iter().map(|words| words[at.min(words.len() - 1)]);
            let read = command().try_get_matches_from(words);
            let is_short = |error: &clap::Error| error.kind() == ErrorKind::MissingRequiredArgument;
            assert!(read.as_ref().err().is_none_or(is_short), "{line}: {}", read.unwrap_err());
        }
    }
}
