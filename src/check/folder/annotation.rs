//! The annotation as each file writes it: its YAML, its JSON, and then its entries.

use super::level::Level;
use super::{at, entries};
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::kube2iam::{Decoded, Fault, decode_roles};
use crate::kustomize::{Setter, Written};

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    in_force(level).flat_map(|setter| written(level, setter)).collect()
}

/// The places that no later one overrides; the others are said to be overridden.
pub(super) fn in_force<'l>(level: &'l Level<'_>) -> impl Iterator<Item = &'l Setter> {
    let later = |index: usize| &level.setters[index + 1..];
    let setters = level.setters.iter().enumerate();
    let last = setters.filter(move |(index, _)| {
        !later(*index).iter().any(|setter| setter.written != Written::Other)
    });
    last.map(|(_, setter)| setter)
}

fn written(level: &Level<'_>, setter: &Setter) -> Vec<Finding> {
    let place = (&setter.file, setter.place);
    match &setter.written {
        Written::Structured(_) => vec![at(
            "annotation/not-a-string",
            Severity::Error,
            place,
            "a YAML list or map: kustomize builds it as \"\", and kube2iam reads no roles",
            "write it as a JSON list inside a string: '[\"arn:aws:iam::…\"]'",
        )],
        Written::Retyped(text) => vec![at(
            "annotation/retyped",
            Severity::Error,
            place,
            format!("`{text}` is no string, and never a JSON list: kube2iam reads no roles"),
            "write a JSON list inside a string: '[\"arn:aws:iam::…\"]'",
        )],
        Written::Text(text) => value(level, setter, text),
        // Said of the patch, or on purpose, or not known.
        Written::NullInMerge | Written::NoValue | Written::Removed | Written::Other => Vec::new(),
    }
}

fn value(level: &Level<'_>, setter: &Setter, text: &str) -> Vec<Finding> {
    let place = (&setter.file, setter.place);
    let error =
        |rule, message: String, help: &str| vec![at(rule, Severity::Error, place, message, help)];
    let list = "a JSON list of strings in double quotes: '[\"arn:aws:iam::…\"]'";
    match decode_roles(text) {
        Decoded { fault: Some(Fault::Syntax(byte)), .. } => error(
            "annotation/not-json",
            format!(
                "no JSON from character {} on: kube2iam reads no roles",
                text[..byte.min(text.len())].chars().count() + 1
            ),
            list,
        ),
        Decoded { fault: Some(Fault::NotAList), .. } => error(
            "annotation/not-json",
            "JSON, but no list: kube2iam reads no roles".to_owned(),
            list,
        ),
        Decoded { fault: Some(Fault::NotAString(element)), .. } => {
            error("annotation/not-strings", not_a_string(element), list)
        }
        Decoded { roles, fault: None } => match roles.as_deref() {
            None | Some([]) => vec![at(
                "annotation/empty-list",
                Severity::Warning,
                place,
                "the annotation is there and holds no role: every role is denied",
                "name the roles, or take the annotation away",
            )],
            // kube2iam takes null for "" without an error.
            Some(roles) => match null_element(text, roles) {
                Some(element) => error("annotation/not-strings", not_a_string(element), list),
                None => entries::findings(level, setter, roles),
            },
        },
    }
}

fn not_a_string(element: usize) -> String {
    format!(
        "element {element} is no string: kube2iam reads it as \"\", which allows everything where it reads regexps"
    )
}

/// The number of the first element that is null in the text and `""` once it is decoded.
fn null_element(text: &str, roles: &[String]) -> Option<usize> {
    if !roles.iter().any(String::is_empty) {
        return None;
    }
    let elements: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    elements.iter().position(serde_json::Value::is_null).map(|at| at + 1)
}
