//! JSON Lines: one question a line, one answer a line, in the same order. A line that can't be read
//! is answered by an error with its number, so that answers and questions stay side by side.

use std::collections::BTreeMap;
use std::io::BufRead as _;

use serde::Deserialize;
use serde_json::Value;

use super::input::{by_lines, unreadable};
use super::{annotation as annotation_out, trust as trust_out};
use crate::app::printer::Printer;
use crate::domain::kube2iam::{self, format_of};
use crate::domain::near::closest;
use crate::domain::role_arn::RoleArn;
use crate::domain::trust;
use crate::error::{Exit, Report};

/// What is wrong with a line, and what to do.
pub(super) struct Fault {
    column: usize,
    error: String,
    help: String,
}

type Answered = Result<Value, Fault>;

/// Answers each line as it comes; the run fails if one of them was no question.
pub(super) fn run(
    path: &str,
    answer: fn(&str) -> Answered,
    printer: Printer,
) -> Result<Exit, Report> {
    let mut exit = Exit::Done;
    let mut lines = by_lines(path)?;
    for number in 1.. {
        let mut line = Vec::new();
        let length = lines.read_until(b'\n', &mut line);
        if length.map_err(|error| unreadable(path, &error))? == 0 {
            break;
        }
        let answered = match answered(&line, answer) {
            Ok(value) => value,
            Err(fault) => {
                exit = Exit::Usage;
                let place = if path == "-" { "" } else { path };
                let report = Report::new(exit, fault.error).help(fault.help);
                report.at(place, Some((number, fault.column))).json()
            }
        };
        if printer.data(&format!("{answered}\n")) == Exit::Failed {
            return Ok(Exit::Failed);
        }
    }
    Ok(exit)
}

fn answered(line: &[u8], answer: fn(&str) -> Answered) -> Answered {
    let not_utf8 = |_| Fault {
        column: 1,
        error: "the line is not UTF-8".to_owned(),
        help: "escape such characters in JSON".to_owned(),
    };
    answer(std::str::from_utf8(line).map_err(not_utf8)?)
}

/// What the files of vectors say beside the question.
const BESIDE: [&str; 10] = [
    "id",
    "tags",
    "note",
    "title",
    "expect",
    "expect_0_11_2",
    "verdict",
    "reasons",
    "needs_identity_policy",
    "cite",
];

#[derive(Deserialize)]
struct AnnotationLine {
    allowed_roles_annotation: Option<String>,
    pod_role: Option<String>,
    #[serde(default)]
    base_arn: String,
    #[serde(default)]
    default_role: String,
    #[serde(default = "yes")]
    restriction: bool,
    #[serde(default)]
    format: String,
    #[serde(default)]
    namespace_missing: bool,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

const ANNOTATION: [&str; 7] = [
    "allowed_roles_annotation",
    "pod_role",
    "base_arn",
    "default_role",
    "restriction",
    "format",
    "namespace_missing",
];

fn yes() -> bool {
    true
}

/// A line with the fields of `vectors/kube2iam.jsonl`; what is left out is as without its flag.
pub(super) fn annotation(line: &str) -> Answered {
    let line: AnnotationLine = parse(line)?;
    refuse_misspelt(&line.others, &ANNOTATION)?;
    let settings = kube2iam::Settings {
        base_arn: line.base_arn,
        default_role: line.default_role,
        restrictions: line.restriction,
        format: format_of(&line.format),
    };
    let question = kube2iam::Question {
        allowed_roles: line.allowed_roles_annotation,
        role: line.pod_role,
        namespace_missing: line.namespace_missing,
    };
    Ok(annotation_out::json(&kube2iam::decide(&settings, &question)))
}

#[derive(Deserialize)]
struct TrustLine {
    policy: String,
    role_arn: String,
    node_role_arn: String,
    node_role_id: Option<String>,
    external_id: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

const TRUST: [&str; 5] = ["policy", "role_arn", "node_role_arn", "node_role_id", "external_id"];

/// A line with the fields of `vectors/trust.jsonl`.
pub(super) fn trust(line: &str) -> Answered {
    let line: TrustLine = parse(line)?;
    refuse_misspelt(&line.others, &TRUST)?;
    let request = trust::Request {
        role: role("role_arn", &line.role_arn)?,
        node_role: role("node_role_arn", &line.node_role_arn)?,
        node_role_id: line.node_role_id,
        external_id: line.external_id,
    };
    Ok(trust_out::json(&trust::evaluate(&line.policy, &request)))
}

fn parse<T: for<'a> Deserialize<'a>>(line: &str) -> Result<T, Fault> {
    if line.trim().is_empty() {
        return Err(Fault {
            column: 1,
            error: "the line is empty".to_owned(),
            help: "write one JSON object a line".to_owned(),
        });
    }
    serde_json::from_str(line).map_err(|error| {
        // The line's number is said once, and it is not the one that the parser counts.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        Fault {
            column: error.column(),
            error: text.to_owned(),
            help: "write one JSON object a line, with the fields of the README".to_owned(),
        }
    })
}

fn role(field: &str, text: &str) -> Result<RoleArn, Fault> {
    RoleArn::parse(text).map_err(|error| Fault {
        column: 1,
        error: format!("{field}: {}", error.line()),
        help: format!("a value such as {}", error.example),
    })
}

/// A misspelt field would be left out of the question without a word.
fn refuse_misspelt(others: &BTreeMap<String, Value>, known: &[&str]) -> Result<(), Fault> {
    for other in others.keys().filter(|other| !BESIDE.contains(&other.as_str())) {
        // The flag's name instead of the field's, such as `role` for `pod_role`.
        let parts = known.iter().copied().filter(|field| field.contains(other.as_str()));
        let part = parts.min_by_key(|field| field.len());
        if let Some(field) = closest(other, known.iter().copied()).or(part) {
            return Err(Fault {
                column: 1,
                error: format!("unknown field `{other}`"),
                help: format!("did you mean `{field}`?"),
            });
        }
    }
    Ok(())
}
