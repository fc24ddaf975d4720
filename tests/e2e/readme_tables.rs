//! Proves that the tables of the README are the program's own: commands, flags, variables, exit
//! codes, and the fields of each JSON schema.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::{Arg, Command};
use gangplank::cli::{Action, Environment, UsageError, command, parse};
use gangplank::error::Exit;
use gangplank::questions::{Kind, TABLE};
use serde_json::Value as Json;

use crate::support::{Repo, Table, code, prepared, prose, read_files, table, tables};

type Names = BTreeSet<String>;

/// The commands without subcommands of their own, each with the words that call it.
pub(super) fn leaves() -> Vec<(String, Command)> {
    let mut leaves = Vec::new();
    let mut waiting = vec![("gangplank".to_owned(), command())];
    while let Some((words, command)) = waiting.pop() {
        if !command.has_subcommands() {
            leaves.push((words, command));
            continue;
        }
        let below = command.get_subcommands();
        waiting.extend(below.map(|sub| (format!("{words} {}", sub.get_name()), sub.clone())));
    }
    leaves
}

#[test]
fn the_table_of_commands_holds_just_the_commands() {
    let table = table(&["command", "what it does"]);
    let listed = table.rows.iter().flat_map(|row| code(&row[0])).map(str::to_owned);
    let known = leaves().into_iter().map(|(words, _)| words);
    let known: Names = known.chain(["gangplank".to_owned()]).collect();
    assert_eq!(listed.collect::<Names>(), known);
}

/// The flags that a table's first column names.
fn flags_in(table: &Table) -> Names {
    let cells = table.rows.iter().flat_map(|row| code(&row[0]));
    let first_words = cells.map(|cell| cell.split(' ').next().unwrap());
    first_words.map(|flag| flag.trim_start_matches("--").to_owned()).collect()
}

fn longs<'a>(arguments: impl Iterator<Item = &'a Arg>) -> Names {
    arguments.filter_map(Arg::get_long).map(str::to_owned).collect()
}

/// Each table of flags is that of one command, or of all.
#[test]
fn the_tables_of_flags_hold_just_the_flags_and_their_values() {
    let tables = tables().into_iter().filter(|table| table.heads == ["flag", "what it says"]);
    let tables: Vec<Table> = tables.collect();
    let command = command();
    let own = |name: &str| command.find_subcommand(name).unwrap();
    let known = [own("onboard"), own("check")].map(|command| longs(command.get_arguments()));
    let common = longs(command.get_arguments().filter(|arg| arg.is_global_set()));
    let listed: Vec<Names> = tables.iter().map(flags_in).collect();
    assert_eq!(listed, [&known[..], &[common]].concat());
    for (table, command) in tables.iter().zip([own("onboard"), own("check"), &command]) {
        for (flag, value) in table.rows.iter().flat_map(|row| values_in(&row[0])) {
            let arg = command.get_arguments().find(|arg| arg.get_long() == Some(&flag)).unwrap();
            let is_value = arg.get_possible_values().iter().any(|one| one.get_name() == value);
            assert!(is_value, "--{flag} {value}");
        }
    }
}

/// The words that a cell such as `--color auto|never` lists for a flag.
fn values_in(cell: &str) -> Vec<(String, String)> {
    let pairs =
        code(cell).into_iter().filter_map(|code| code.trim_start_matches("--").split_once(' '));
    let listed = pairs.filter(|(_, values)| values.contains('|'));
    listed
        .flat_map(|(flag, values)| values.split('|').map(|one| (flag.to_owned(), one.to_owned())))
        .collect()
}

/// What a question can be answered with is said where its flag is.
#[test]
fn the_choices_of_questions_are_named() {
    let tables = tables();
    let onboard = tables.iter().find(|table| table.heads == ["flag", "what it says"]).unwrap();
    for question in &TABLE {
        let Kind::Choice(choices) = question.kind else { continue };
        let flag = format!("`--{}`", question.flag_name());
        let row = onboard.rows.iter().find(|row| row[0].contains(&flag)).unwrap();
        for choice in choices {
            assert!(code(&row[1]).contains(&choice.value), "{flag}: {}", choice.value);
        }
    }
}

/// Every flag has a variable, but for those that the README names.
#[test]
fn every_flag_has_a_variable() {
    let mut flags = longs(command().get_arguments());
    flags.extend(leaves().iter().flat_map(|(_, leaf)| longs(leaf.get_arguments())));
    let set = |flag: &str, value: &str| {
        let name = format!("GANGPLANK_{}", flag.replace('-', "_").to_uppercase());
        Environment::new([(name, value.to_owned())])
    };
    let run = |words: &[&str], environment: &Environment| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        parse(&words, environment)
    };
    let is_unknown = |flag: &String| {
        let read = run(&["gangplank", "man"], &set(flag, "x"));
        matches!(read, Err(UsageError::Mistake(text)) if text.starts_with("unknown variable"))
    };
    flags.retain(is_unknown);
    assert_eq!(flags, ["finish", "forget", "put-back"].map(str::to_owned).into());
    let revoke = run(&["gangplank", "revoke"], &set("policy", "true")).unwrap();
    assert_eq!(revoke.action, Action::Revoke { policy: false });
    let said =
        "Without one are only `--finish`, `--put-back`, `--forget` and\n`--policy` of `revoke`";
    assert!(prose().contains(said));
}

#[test]
fn the_exit_codes_are_those_of_the_program_and_of_its_help() {
    let table = table(&["code", "what it means"]);
    let exits = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Pending,
        Exit::Decision,
        Exit::VerifiedNo,
        Exit::NotVerified,
        Exit::Internal,
    ];
    let codes = exits.map(|exit| exit.code().to_string());
    let listed: Vec<&String> = table.rows.iter().map(|row| &row[0]).collect();
    assert_eq!(listed, codes.iter().chain([&"128+n".to_owned()]).collect::<Vec<_>>());
    assert_eq!(Exit::Signal(2).code(), 130);
    let help = command().get_after_help().unwrap().to_string();
    let (_, help) = help.split_once("Exit codes:\n").unwrap();
    let help: Vec<&str> = help.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(help.len(), table.rows.len());
    for (line, row) in help.iter().zip(&table.rows) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        let said = row[1].replace('`', "");
        assert!(code == row[0] && said.starts_with(meaning.trim()), "{line:?} {row:?}");
    }
}

/// The fields that the README lists, by schema; one inside of another follows a dot.
fn listed_fields() -> BTreeMap<String, Names> {
    let is_schema = |table: &Table| table.heads[0].starts_with("`gangplank.");
    tables().iter().filter(|table| is_schema(table)).map(fields_in).collect()
}

fn fields_in(table: &Table) -> (String, Names) {
    let mut fields = Names::from(["schema".to_owned()]);
    for row in &table.rows {
        let (outer, inner) = row[0].split_once(": ").unwrap_or((&row[0], ""));
        let outer = code(outer);
        fields.extend(outer.iter().map(|&field| field.to_owned()));
        let above = outer.last().unwrap();
        fields.extend(code(inner).iter().map(|field| format!("{above}.{field}")));
    }
    (code(&table.heads[0])[0].to_owned(), fields)
}

/// The fields that a document has. The names of answers are data.
fn fields(value: &Json, above: &str, out: &mut Names) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| fields(item, above, out)),
        Json::Object(entries) => {
            for (key, value) in entries {
                let key = if above == "answers" { "NAME" } else { key };
                let path = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
                fields(value, &path, out);
                out.insert(path);
            }
        }
        _ => {}
    }
}

/// Commands of which each schema comes, with the repository in which they are run.
const SOURCES: [(&str, &str); 19] = [
    (
        "demo",
        "onboard --cluster prod-us1 --namespace report-portal --role arn:aws:iam::123456789098:role/x --select all --egress restrict --dry-run",
    ),
    (
        "demo",
        "revoke --cluster prod-us1 --namespace checkout --role arn:aws:iam::123456789098:role/checkout --dry-run",
    ),
    ("written", "undo --dry-run"),
    ("interrupted", "recover --dry-run"),
    ("demo", "templates export --dry-run"),
    ("mistakes", "check"),
    ("misspelt template", "templates lint"),
    ("demo", "list"),
    ("demo", "explain pod prod-us1/checkout --role checkout"),
    ("demo", "explain annotation --role a --allowed-roles []"),
    (
        "demo",
        "explain trust --policy policy.json --role arn:aws:iam::123456789098:role/a --node-role arn:aws:iam::123456789098:role/b",
    ),
    ("demo", "explain error NoCredentialProviders"),
    ("finding", "handoff prod-us1/checkout"),
    ("demo", "handoff prod-us1/search"),
    ("demo", "doctor --offline"),
    ("demo", "explain error unheard-of"),
    ("demo", "onboard --cluster nowhere --namespace x --yes"),
    ("demo", "check no-such-file"),
    ("demo", "revoke --yes"),
];

fn document(name: &str, line: &str) -> Json {
    let repo: Repo = prepared(name);
    repo.put("policy.json", r#"{ "Version": "2012-10-17", "Statement": [] }"#);
    let words: Vec<&str> = line.split(' ').chain(["--output", "json"]).collect();
    repo.run(&words).json()
}

#[test]
fn the_fields_of_each_schema_are_listed() {
    let listed = listed_fields();
    let mut known: BTreeMap<String, Names> = BTreeMap::new();
    for (name, line) in SOURCES {
        let document = document(name, line);
        let schema = document["schema"].as_str().unwrap().to_owned();
        for field in listed[&schema].iter().filter(|field| !field.contains('.')) {
            assert!(document.get(field).is_some(), "{line}: no {field}");
        }
        fields(&document, "", known.entry(schema).or_default());
    }
    for (schema, fields) in &known {
        assert_eq!(&listed[schema], fields, "{schema}");
    }
    assert_eq!(listed.len(), known.len());
}

/// A schema that nobody has described is found in the source.
#[test]
fn every_schema_has_a_table() {
    let source = read_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let rust = source.iter().filter(|(path, _)| path.ends_with(".rs"));
    let texts = rust.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let mut named = Names::new();
    for text in texts {
        let strings = text.split('"').filter(|part| part.starts_with("gangplank."));
        named.extend(strings.filter(|part| part.ends_with("/1")).map(str::to_owned));
    }
    assert!(named.remove("gangplank.journal/1"), "the journal is the program's own");
    assert_eq!(listed_fields().into_keys().collect::<Names>(), named);
}
