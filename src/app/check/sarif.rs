//! Findings for code scanning: SARIF 2.1.0.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Found, file_of};
use crate::domain::finding::{Finding, Level};
use crate::domain::rule::{Rule, all_rules};
use crate::domain::shown::shown;
use crate::plan::sha256;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Value,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: Option<usize>,
    level: Level,
    message: Value,
    locations: [Value; 1],
    partial_fingerprints: Value,
}

pub(super) fn document(found: &Found<'_>) -> Value {
    let rules: Vec<&Rule> = all_rules().collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let results = found.findings.iter().map(|finding| {
        let file = file_of(found, &finding.path);
        outcome(&rules, finding, &file, &mut seen)
    });
    let driver = json!({
        "name": "gangplank",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    });
    let run = Run {
        tool: json!({ "driver": driver }),
        column_kind: "unicodeCodePoints",
        results: results.collect(),
    };
    json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
}

fn descriptor(rule: &Rule) -> Value {
    let help = format!(
        "{}. Where it is meant: a comment `# gangplank: ignore[{}]` on the line or above it, or `rules:` in gangplank.yaml.",
        rule.meaning, rule.id
    );
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.meaning },
        "defaultConfiguration": { "level": rule.level },
        "help": { "text": help },
    })
}

fn outcome(
    rules: &[&Rule],
    finding: &Finding,
    file: &str,
    seen: &mut HashMap<String, usize>,
) -> Outcome {
    let help = if finding.help.is_empty() { "" } else { "\n" };
    let text = format!("{}{help}{}", finding.message, finding.help.trim_end());
    // Without a line, code scanning would not take it.
    let mut region = json!({ "startLine": finding.line.unwrap_or(1) });
    if let Some(column) = finding.column {
        region["startColumn"] = json!(column);
    }
    let artifact = json!({ "uri": encoded(file), "uriBaseId": "%SRCROOT%" });
    Outcome {
        rule_id: finding.rule,
        rule_index: rules.iter().position(|rule| rule.id == finding.rule),
        level: finding.level,
        message: json!({ "text": shown(&text) }),
        locations: [
            json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } }),
        ],
        partial_fingerprints: json!({ "primaryLocationLineHash": fingerprint(finding, file, seen) }),
    }
}

/// What stays when lines move; several alike are counted.
fn fingerprint(finding: &Finding, file: &str, seen: &mut HashMap<String, usize>) -> String {
    let all = format!("{}\0{file}\0{}", finding.rule, finding.message);
    let hash: String = sha256(all.as_bytes()).chars().take(16).collect();
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}

/// A path as a relative URI (RFC 3986): what is not unreserved is percent-encoded, byte by byte.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
