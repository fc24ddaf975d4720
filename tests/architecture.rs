//! Proves that the layers keep apart: which module may use what, by looking at the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::read_files;

/// Which parts of the crate a part may use beside itself.
const MAY_USE: [(&str, &[&str]); 19] = [
    ("domain", &[]),
    ("system", &[]),
    ("demo", &[]),
    ("error", &["domain"]),
    ("manifests", &["domain"]),
    ("tree", &["manifests", "system"]),
    ("kustomize", &["manifests", "system", "tree"]),
    ("questions", &["domain", "system"]),
    ("repo", &["domain", "kustomize", "manifests", "questions", "system", "tree"]),
    ("check", &["domain", "kustomize", "manifests", "repo", "system", "tree"]),
    ("plan", &["check", "domain", "kustomize", "manifests", "questions", "repo", "system", "tree"]),
    ("apply", &["domain", "plan", "system", "tree"]),
    ("aws", &["domain", "system"]),
    ("handoff", &["aws", "check", "domain", "kustomize", "manifests", "plan", "repo", "system"]),
    ("cli", &["domain", "questions"]),
    ("prompts", &[]),
    ("wizard", &["aws", "domain", "plan", "questions", "repo", "system"]),
    ("tui", &["aws", "domain", "plan", "questions", "repo", "wizard"]),
    (
        "app",
        &[
            "apply",
            "aws",
            "check",
            "cli",
            "demo",
            "domain",
            "error",
            "handoff",
            "kustomize",
            "manifests",
            "plan",
            "prompts",
            "questions",
            "repo",
            "system",
            "tree",
            "tui",
            "wizard",
        ],
    ),
];

const SCREEN: &[&str] = &["ratatui", "crossterm", "tui_input"];
const WORLD: &[&str] =
    &["std::fs", "std::io", "std::env", "std::thread", "std::process", "cap_std"];
const PRINTS: &[&str] = &["println!", "print!(", "eprint", "stdout()", "stderr()"];

/// The file that opens the terminal, which is a device among files.
const TERMINAL: &str = "tui/screen.rs";

/// What must not stand in a part.
const STAYS_FREE_OF: [(&str, &[&[&str]]); 13] = [
    ("domain", &[SCREEN, WORLD, PRINTS, &["clap", "SystemTime", "Instant"]]),
    ("manifests", &[SCREEN, WORLD, PRINTS, &["clap", "SystemTime"]]),
    ("kustomize", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("questions", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("repo", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("check", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("plan", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("handoff", &[SCREEN, WORLD, PRINTS, &["clap"]]),
    ("wizard", &[&["ratatui", "crossterm", "clap"], WORLD, PRINTS]),
    ("apply", &[SCREEN, PRINTS, &["clap", "std::fs", "std::env"]]),
    ("aws", &[SCREEN, PRINTS, &["clap", "std::fs", "std::env"]]),
    ("tui", &[PRINTS, &["clap", "std::fs", "cap_std"]]),
    ("cli", &[SCREEN, WORLD, PRINTS]),
];

/// Calls that change a disk, and the only places that make them.
const WRITES: [&str; 12] = [
    ".create_folder(",
    ".remove_folder(",
    ".write_new(",
    ".remove_file(",
    "disk.rename(",
    "fs::write",
    "fs::rename",
    "fs::remove",
    "create_dir",
    "File::create",
    "DirBuilder",
    "OpenOptions",
];
const WRITERS: [&str; 5] = ["apply/", "system/", "app/state.rs", "app/demo.rs", TERMINAL];

/// The source without comments and unit tests, by path below `src/`.
fn code() -> BTreeMap<String, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = read_files(&source).into_iter();
    let files = files.filter(|(path, _)| path.ends_with(".rs"));
    let code: BTreeMap<String, String> = files
        .map(|(path, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("//! "), "{path} begins by saying what is in it");
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            (path, lines.map(|line| format!("{line}\n")).collect())
        })
        .collect();
    assert!(code.len() > 60, "the source is there");
    code
}

/// The part of the crate that a file belongs to.
fn part(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The parts that a text names with `crate::`, in groups too.
fn used(code: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        for item in group.unwrap_or(rest).split([',', '\n']) {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let item = item.trim();
            parts.push(item.split(|c| !is_word(c)).next().unwrap());
            if group.is_none() {
                break;
            }
        }
    }
    parts
}

#[test]
fn each_part_uses_only_the_parts_below_it() {
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, code) in code() {
        let own = part(&path);
        if matches!(own, "lib" | "main") {
            continue;
        }
        let allowed = may_use.get(own).unwrap_or_else(|| panic!("{own} is in no table"));
        for used in used(&code) {
            if used != own && !allowed.contains(&used) && !used.is_empty() {
                wrong.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_parts_touch_neither_the_world_nor_a_screen() {
    let mut wrong = Vec::new();
    for (path, code) in code().into_iter().filter(|(path, _)| path != TERMINAL) {
        let rules = STAYS_FREE_OF.iter().filter(|(name, _)| *name == part(&path));
        for word in rules.flat_map(|(_, groups)| groups.iter().copied().flatten()) {
            if code.contains(word) {
                wrong.push(format!("{path} has {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_writer_and_the_state_folder_write() {
    let mut wrong = Vec::new();
    for (path, code) in code() {
        if WRITERS.iter().any(|writer| path.starts_with(writer)) {
            continue;
        }
        for word in WRITES.iter().filter(|word| code.contains(**word)) {
            wrong.push(format!("{path} has {word}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever a finding calls its rule stands in the catalogue, and so in `rules:` of a config.
#[test]
fn every_rule_that_is_named_stands_in_the_catalogue() {
    use gangplank::domain::rule::{all_rules, rule_by_id};

    let groups: BTreeSet<&str> =
        all_rules().map(|rule| rule.id.split_once('/').unwrap().0).collect();
    let mut named = 0;
    for (path, code) in code() {
        for text in code.split('"').skip(1).step_by(2) {
            let is_id = text.split_once('/').is_some_and(|(group, name)| {
                let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
                groups.contains(group) && !name.is_empty() && name.chars().all(is_word)
            });
            if is_id {
                assert!(rule_by_id(text).is_some(), "{path}: {text}");
                named += 1;
            }
        }
    }
    assert!(named > 100, "{named}");
}
