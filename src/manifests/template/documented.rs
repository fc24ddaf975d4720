//! The built-in templates with a comment on top that says what can be used in them.

use std::fmt::Write as _;

use super::BUILT_IN;
use super::helpers::HELPERS;
use super::variables::{Kind, Variable, variables};

/// A built-in template, its variables and helpers explained in a comment; it gives the same text.
pub fn documented(name: &str) -> Option<String> {
    let (name, text) = BUILT_IN.iter().find(|(own, _)| *own == name)?;
    let mut out = format!("{{{{!--\n{name}\n\nVariables:\n");
    list(variables(name).unwrap_or_default(), 1, &mut out);
    out.push_str("\nHelpers:\n");
    for helper in HELPERS.iter().filter(|helper| !helper.about.is_empty()) {
        let _ = writeln!(out, "  {}: {}", helper.name, helper.about);
    }
    let others = HELPERS.iter().filter(|helper| helper.about.is_empty());
    let others: Vec<&str> = others.map(|helper| helper.name).collect();
    let _ = writeln!(out, "  {}: as in Handlebars", others.join(", "));
    out.push_str("\nBlocks: if, unless, each (with else); ../ is what is above an each.\n");
    out.push_str("`gangplank templates lint` checks this file.\n--}}\n");
    Some(out + text)
}

fn list(all: &[Variable], level: usize, out: &mut String) {
    for variable in all {
        let pad = "  ".repeat(level);
        let (word, parts) = in_words(variable.kind);
        let _ = writeln!(out, "{pad}{} ({word}): {}", variable.name, variable.about);
        list(parts, level + 1, out);
    }
}

fn in_words(kind: Kind) -> (&'static str, &'static [Variable]) {
    match kind {
        Kind::Plain => ("plain text", &[]),
        Kind::Text => ("any text, to be quoted", &[]),
        Kind::Yaml => ("lines of YAML", &[]),
        Kind::Switch => ("true or false", &[]),
        Kind::Number => ("a number", &[]),
        Kind::Map(parts) => ("parts", parts),
        Kind::List(item) => match item {
            Kind::Map(parts) => ("a list, each with", parts),
            Kind::Yaml => ("a list of lines of YAML", &[]),
            Kind::Text => ("a list of any texts, to be quoted", &[]),
            _ => ("a list", &[]),
        },
    }
}
