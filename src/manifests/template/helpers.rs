//! What templates may call: the helpers that are gangplank's own, and those of Handlebars that can
//! do no harm. The others (`lookup`, `log`, `with`, partials) are refused.

use handlebars::{Handlebars, handlebars_helper, no_escape};

use super::yaml;
use crate::domain::shell;

/// What a helper takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// A text.
    Text,
    /// A text, and how far its lines are indented.
    TextAndWidth,
    /// This many values of any kind.
    Values(usize),
    /// A list or a text.
    Countable,
}

/// What a helper gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    /// Text that stands in YAML as it is.
    Yaml,
    /// A yes or a no.
    Switch,
    /// A number.
    Number,
}

/// A helper, as templates see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Helper {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    pub(super) gives: Gives,
    /// What it does, in one line; of Handlebars' own nothing is said.
    pub(super) about: &'static str,
}

const fn own(name: &'static str, takes: Takes, about: &'static str) -> Helper {
    Helper { name, takes, gives: Gives::Yaml, about }
}

const fn handlebars(name: &'static str, takes: Takes, gives: Gives) -> Helper {
    Helper { name, takes, gives, about: "" }
}

/// All helpers.
pub(super) const HELPERS: [Helper; 15] = [
    own("yaml", Takes::Text, "the text as a YAML string, quoted where it has to be"),
    own("quoted", Takes::Text, "the text in double quotes"),
    own("annotation", Takes::Text, "the JSON list as the value of an annotation"),
    own("sh", Takes::Text, "the text as one word for a shell"),
    own("indent", Takes::TextAndWidth, "the lines with so many blanks before each"),
    handlebars("eq", Takes::Values(2), Gives::Switch),
    handlebars("ne", Takes::Values(2), Gives::Switch),
    handlebars("gt", Takes::Values(2), Gives::Switch),
    handlebars("gte", Takes::Values(2), Gives::Switch),
    handlebars("lt", Takes::Values(2), Gives::Switch),
    handlebars("lte", Takes::Values(2), Gives::Switch),
    handlebars("and", Takes::Values(2), Gives::Switch),
    handlebars("or", Takes::Values(2), Gives::Switch),
    handlebars("not", Takes::Values(1), Gives::Switch),
    handlebars("len", Takes::Countable, Gives::Number),
];

/// The blocks.
pub(super) const BLOCKS: [&str; 3] = ["if", "unless", "each"];

/// Indenting by more is a slip, or meant to fill the memory.
pub(super) const WIDEST: u64 = 80;

/// The helper with this name.
pub(super) fn helper(name: &str) -> Option<Helper> {
    HELPERS.into_iter().find(|helper| helper.name == name)
}

handlebars_helper!(yaml_helper: |text: str| yaml::quoted(text));
handlebars_helper!(quoted_helper: |text: str| yaml::double_quoted(text));
handlebars_helper!(annotation_helper: |json: str| yaml::annotation_value(json));
handlebars_helper!(sh_helper: |text: str| shell::quoted(text));
handlebars_helper!(indent_helper: |text: str, width: u64| indent(text, width));

/// Handlebars, set up for YAML.
pub(super) fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    registry.register_helper("yaml", Box::new(yaml_helper));
    registry.register_helper("quoted", Box::new(quoted_helper));
    registry.register_helper("annotation", Box::new(annotation_helper));
    registry.register_helper("sh", Box::new(sh_helper));
    registry.register_helper("indent", Box::new(indent_helper));
    registry
}

/// Puts `width` blanks before every line that is not empty, and drops the final line break, since
/// the call stands on a line of its own.
fn indent(text: &str, width: u64) -> String {
    let pad = " ".repeat(usize::try_from(width).unwrap_or(0));
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!("{pad}{line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
