//! Handlebars, set up for YAML and for shells: strict, nothing escaped for HTML, strings quoted by
//! helpers.

use std::sync::{Arc, OnceLock};

use handlebars::{Handlebars, no_escape};
use serde::Serialize;
use thiserror::Error;

use super::yaml;

/// The built-in templates, by the name of what they make.
const BUILT_IN: [(&str, &str); 6] = [
    ("kustomization.yaml", include_str!("../../templates/kustomization.yaml.hbs")),
    ("patch.json-patch.yaml", include_str!("../../templates/patch.json-patch.yaml.hbs")),
    ("patch.strategic-merge.yaml", include_str!("../../templates/patch.strategic-merge.yaml.hbs")),
    ("labels.yaml", include_str!("../../templates/labels.yaml.hbs")),
    ("cnp.yaml", include_str!("../../templates/cnp.yaml.hbs")),
    ("test-pod.sh", include_str!("../../templates/test-pod.sh.hbs")),
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

/// The templates. Reading one takes as long as planning, and a run fills in one or two of them: each
/// is read when it is needed first, and then kept, also for the clones.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    ready: Arc<[OnceLock<Result<Handlebars<'static>, TemplateError>>; BUILT_IN.len()]>,
}

use helpers::{annotation_helper, indent_helper, quoted_helper, sh_helper, yaml_helper};

/// The helpers, by the names that templates use.
mod helpers {
    use handlebars::handlebars_helper;

    use super::{indent, yaml};
    use crate::domain::shell;

    handlebars_helper!(yaml_helper: |text: str| yaml::quoted(text));
    handlebars_helper!(quoted_helper: |text: str| yaml::double_quoted(text));
    handlebars_helper!(annotation_helper: |json: str| yaml::annotation_value(json));
    handlebars_helper!(sh_helper: |text: str| shell::quoted(text));
    handlebars_helper!(indent_helper: |text: str, width: u64| indent(text, width));
}

impl Templates {
    /// The built-in templates.
    pub fn built_in() -> Self {
        Templates::default()
    }

    /// Fills in a template.
    ///
    /// # Errors
    /// A template that does not parse; a variable or helper that is not there.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        let registry = self.registry(name)?;
        registry.render(name, context).map_err(|error| TemplateError {
            name: name.to_owned(),
            line: error.line_no,
            column: error.column_no,
            message: first_line(&error.reason().to_string()),
        })
    }

    fn registry(&self, name: &str) -> Result<&Handlebars<'static>, TemplateError> {
        let mut all = BUILT_IN.iter().zip(self.ready.iter());
        let Some(((_, text), ready)) = all.find(|((own, _), _)| *own == name) else {
            let message = "there is no such template".to_owned();
            return Err(TemplateError { name: name.to_owned(), line: None, column: None, message });
        };
        ready.get_or_init(|| read(name, text)).as_ref().map_err(TemplateError::clone)
    }
}

fn read(name: &str, text: &str) -> Result<Handlebars<'static>, TemplateError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    registry.register_helper("yaml", Box::new(yaml_helper));
    registry.register_helper("quoted", Box::new(quoted_helper));
    registry.register_helper("annotation", Box::new(annotation_helper));
    registry.register_helper("sh", Box::new(sh_helper));
    registry.register_helper("indent", Box::new(indent_helper));
    registry.register_template_string(name, text).map_err(|error| TemplateError {
        name: name.to_owned(),
        line: error.pos().map(|(line, _)| line),
        column: error.pos().map(|(_, column)| column),
        message: first_line(&error.reason().to_string()),
    })?;
    Ok(registry)
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
    fn every_template_parses_and_others_are_not_there() {
        let templates = Templates::built_in();
        for (name, _) in BUILT_IN {
            assert!(templates.registry(name).is_ok(), "{name}");
        }
        assert!(templates.registry("nowhere.yaml").is_err());
    }

    #[test]
    fn a_missing_variable_is_an_error_with_its_place() {
        let templates = Templates::built_in();
        let error = templates
            .render("patch.json-patch.yaml", &serde_json::json!({ "pointer": "/x" }))
            .unwrap_err();
        assert_eq!((error.name.as_str(), error.line), ("patch.json-patch.yaml", Some(6)));
    }
}
