//! Proves what a release promises: the Rust version that it needs, the licences that come along, and
//! that the places which name its version name the same one.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;

const README: &str = include_str!("../../README.md");
const CHANGELOG: &str = include_str!("../../CHANGELOG.md");
const DENY: &str = include_str!("../../deny.toml");

/// The first Rust with the edition of this crate.
const EDITION_2024: [u64; 3] = [1, 85, 0];

/// What cargo knows of everything that this program is built and tested with, without a network:
/// these tests are built, so it is all there.
fn packages() -> &'static [Json] {
    static PACKAGES: OnceLock<Vec<Json>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let version = cargo(&["-vV"]);
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let fixed = ["metadata", "--format-version", "1", "--offline", "--locked"];
        let printed = cargo(&[&fixed[..], &["--filter-platform", host]].concat());
        let metadata: Json = serde_json::from_str(&printed).unwrap();
        metadata["packages"].as_array().unwrap().clone()
    })
}

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn is_own(package: &Json) -> bool {
    package["name"] == env!("CARGO_PKG_NAME")
}

fn rust_version(package: &Json) -> Option<[u64; 3]> {
    let mut parts = package["rust_version"].as_str()?.split('.').map(|part| part.parse().unwrap());
    Some([(); 3].map(|()| parts.next().unwrap_or(0)))
}

/// One that is too low breaks the build of somebody with an older Rust in the middle, one that is
/// too high keeps people out for nothing.
#[test]
fn the_rust_version_is_the_highest_that_a_dependency_needs() {
    let (own, others): (Vec<&Json>, Vec<&Json>) = packages().iter().partition(|one| is_own(one));
    let needed = others.iter().filter_map(|package| rust_version(package)).max().unwrap();
    assert_eq!(own.len(), 1);
    assert!(others.len() > 100, "{}", others.len());
    assert_eq!(own[0]["edition"], "2024");
    assert_eq!(rust_version(own[0]), Some(needed.max(EDITION_2024)));
}

/// The licences that `deny.toml` allows.
fn allowed() -> Vec<&'static str> {
    let list = DENY.split_once("[licenses]").unwrap().1.split_once("allow = [").unwrap().1;
    let list = list.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether some choice that a licence expression leaves has only licences that are allowed.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let fits = any_of(&mut words, allowed);
    assert_eq!(words.next(), None, "{expression}");
    fits
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut fits = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        fits |= all_of(words, allowed);
    }
    fits
}

fn all_of(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut fits = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        fits &= one(words, allowed);
    }
    fits
}

fn one(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let fits = any_of(words, allowed);
        assert_eq!(words.next(), Some(")"));
        return fits;
    }
    let mut name = words.next().unwrap().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", words.next().unwrap());
    }
    allowed.contains(&name.as_str())
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"];
    let expect = |expression: &str, fits: bool| {
        assert_eq!(is_allowed(expression, &allowed), fits, "{expression}");
    };
    expect("MIT", true);
    expect("GPL-3.0-only", false);
    expect("GPL-3.0-only OR MIT", true);
    expect("GPL-3.0-only/MIT", true);
    expect("GPL-3.0-only AND MIT", false);
    expect("ISC AND (MIT OR GPL-3.0-only)", true);
    expect("GPL-3.0-only AND ISC OR MIT", true);
    expect("(GPL-3.0-only OR MIT) AND Unicode-3.0", false);
    expect("Apache-2.0 WITH LLVM-exception", true);
    expect("Apache-2.0", false);
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let allowed = allowed();
    assert!(allowed.contains(&"MIT"), "{allowed:?}");
    for package in packages() {
        let (name, licence) = (&package["name"], package["license"].as_str());
        let licence = licence.unwrap_or_else(|| panic!("{name} names no licence"));
        assert!(is_allowed(licence, &allowed), "{name}: {licence}");
    }
}

/// None stays on the list for a dependency that has gone.
#[test]
fn every_allowed_licence_is_one_that_is_needed() {
    for licence in allowed() {
        let is_named = |package: &Json| package["license"].as_str().unwrap().contains(licence);
        assert!(packages().iter().any(is_named), "{licence}");
    }
}

#[test]
fn everything_comes_from_the_registry() {
    for package in packages().iter().filter(|package| !is_own(package)) {
        let source = package["source"].as_str().unwrap_or_default();
        assert!(
            source.starts_with("registry+https://github.com/rust-lang/crates.io-index"),
            "{package}"
        );
    }
}

#[test]
fn the_licence_files_are_those_that_the_manifest_names() {
    let own = packages().iter().find(|package| is_own(package)).unwrap();
    assert_eq!(own["license"], "MIT OR Apache-2.0");
    let mit = include_str!("../../LICENSE-MIT");
    let apache = include_str!("../../LICENSE-APACHE");
    assert!(mit.contains("Permission is hereby granted, free of charge"));
    assert!(apache.contains("Apache License") && apache.contains("Version 2.0, January 2004"));
}

/// The version in the example for pre-commit, and the heading of the changelog.
#[test]
fn the_version_is_the_same_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(README.contains(&format!("  rev: v{version}\n")), "{version}");
    let newest = CHANGELOG.lines().find_map(|line| line.strip_prefix("## ")).unwrap();
    let is_released = newest.strip_prefix(&format!("{version} - ")).is_some();
    assert!(newest == "Unreleased" || is_released, "{newest}");
}
