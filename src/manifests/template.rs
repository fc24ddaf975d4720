//! Handlebars, set up for YAML: strict, nothing escaped for HTML, strings quoted by helpers.

use handlebars::{Handlebars, no_escape};
use serde::Serialize;
use thiserror::Error;

use super::yaml;

/// The built-in templates, by the name of what they make.
const BUILT_IN: [(&str, &str); 5] = [
    ("kustomization.yaml", include_str!("../../templates/kustomization.yaml.hbs")),
    ("patch.json-patch.yaml", include_str!("../../templates/patch.json-patch.yaml.hbs")),
    ("patch.strategic-merge.yaml", include_str!("../../templates/patch.strategic-merge.yaml.hbs")),
    ("labels.yaml", include_str!("../../templates/labels.yaml.hbs")),
    ("cnp.yaml", include_str!("../../templates/cnp.yaml.hbs")),
];

/// A template that can't be read or filled in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("template {name}.hbs: {message}")]
pub struct TemplateError {
    /// The template, without `.hbs`.
    pub name: String,
    /// The line in it, from 1, if known.
    pub line: Option<usize>,
    /// The column in it, from 1, if known.
    pub column: Option<usize>,
    /// What is wrong, one line.
    pub message: String,
}

/// The templates, read and ready.
#[derive(Debug, Clone)]
pub struct Templates {
    registry: Handlebars<'static>,
}

use helpers::{annotation_helper, indent_helper, quoted_helper, yaml_helper};

/// The helpers, by the names that templates use.
mod helpers {
    use handlebars::handlebars_helper;

    use super::{indent, yaml};

    handlebars_helper!(yaml_helper: |text: str| yaml::quoted(text));
    handlebars_helper!(quoted_helper: |text: str| yaml::double_quoted(text));
    handlebars_helper!(annotation_helper: |json: str| yaml::annotation_value(json));
    handlebars_helper!(indent_helper: |text: str, width: u64| indent(text, width));
}

impl Templates {
    /// Reads the built-in templates.
    ///
    /// # Errors
    /// A template that does not parse.
    pub fn built_in() -> Result<Self, TemplateError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        registry.register_helper("yaml", Box::new(yaml_helper));
        registry.register_helper("quoted", Box::new(quoted_helper));
        registry.register_helper("annotation", Box::new(annotation_helper));
        registry.register_helper("indent", Box::new(indent_helper));
        for (name, text) in BUILT_IN {
            registry.register_template_string(name, text).map_err(|error| TemplateError {
                name: name.to_owned(),
                line: error.pos().map(|(line, _)| line),
                column: error.pos().map(|(_, column)| column),
                message: first_line(&error.reason().to_string()),
            })?;
        }
        Ok(Templates { registry })
    }

    /// Fills in a template.
    ///
    /// # Errors
    /// A variable or helper that is not there.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        self.registry.render(name, context).map_err(|error| TemplateError {
            name: name.to_owned(),
            line: error.line_no,
            column: error.column_no,
            message: first_line(&error.reason().to_string()),
        })
    }
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

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("can't be read").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_an_error_with_its_place() {
        let templates = Templates::built_in().unwrap();
        let error = templates
            .render("patch.json-patch.yaml", &serde_json::json!({ "pointer": "/x" }))
            .unwrap_err();
        assert_eq!((error.name.as_str(), error.line), ("patch.json-patch.yaml", Some(6)));
    }
}
