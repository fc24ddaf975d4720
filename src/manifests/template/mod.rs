//! Handlebars, set up for YAML: strict, nothing escaped for HTML, strings quoted by helpers. Own
//! templates stand in the place of the built-in ones; what they say is looked at before they are
//! used, and what they give is bounded.

mod checking;
mod documented;
mod helpers;
mod own;
mod slip;
mod tags;
mod variables;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use handlebars::{Handlebars, Template};
use serde::Serialize;
use thiserror::Error;

pub use self::documented::documented;
pub use self::own::{LARGEST_TEMPLATE, OwnTemplate};

use self::checking::Loop;
use self::slip::{Slip, offset, place};
use super::yaml;

/// The template of kustomizations.
pub const KUSTOMIZATION_TEMPLATE: &str = "kustomization.yaml";

/// The template of policies.
pub const POLICY_TEMPLATE: &str = "cnp.yaml";

/// The built-in templates, by the name of what they make.
const BUILT_IN: [(&str, &str); 6] = [
    ("kustomization.yaml", include_str!("../../../templates/kustomization.yaml.hbs")),
    ("patch.json-patch.yaml", include_str!("../../../templates/patch.json-patch.yaml.hbs")),
    (
        "patch.strategic-merge.yaml",
        include_str!("../../../templates/patch.strategic-merge.yaml.hbs"),
    ),
    ("labels.yaml", include_str!("../../../templates/labels.yaml.hbs")),
    ("cnp.yaml", include_str!("../../../templates/cnp.yaml.hbs")),
    ("test-pod.sh", include_str!("../../../templates/test-pod.sh.hbs")),
];

/// What an own template may give, and what it may cost: its bytes by the rounds of its loops.
const LARGEST_RESULT: usize = 1024 * 1024;
const MOST_WORK: usize = 8 * 1024 * 1024;

/// The names of the built-in templates.
pub fn template_names() -> impl Iterator<Item = &'static str> + Clone {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// A template that can't be read or filled in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {message}", self.location())]
pub struct TemplateError {
    /// Its rule in the catalogue.
    pub rule: &'static str,
    /// The file, as people know it.
    pub file: String,
    /// The line and column in it, from 1, if known.
    pub place: Option<(usize, usize)>,
    /// The text of that line.
    pub line_text: Option<String>,
    /// What is wrong, one line.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl TemplateError {
    /// An error about a whole file.
    pub fn of_file(rule: &'static str, file: &str, message: &str, help: &str) -> Self {
        let (file, message, help) = (file.to_owned(), message.to_owned(), help.to_owned());
        TemplateError { rule, file, place: None, line_text: None, message, help }
    }

    /// `file:line:column` as far as known.
    fn location(&self) -> String {
        match self.place {
            Some((line, column)) => format!("{}:{line}:{column}", self.file),
            None => self.file.clone(),
        }
    }

    fn of_slip(file: &str, text: &str, slip: &Slip) -> Self {
        let (line, column) = place(text, slip.at);
        TemplateError {
            place: Some((line, column)),
            line_text: text.split('\n').nth(line - 1).map(str::to_owned),
            ..TemplateError::of_file(slip.rule, file, &slip.message, &slip.help)
        }
    }
}

/// The templates. Reading one takes as long as planning, and a run fills in one or two of them: each
/// is read when it is needed first, and then kept, also for the clones.
#[derive(Debug, Clone)]
pub struct Templates {
    all: Arc<[Entry]>,
    /// The own templates, as they were given.
    given: Arc<[OwnTemplate]>,
    /// Own templates that stand in for none.
    unknown: Arc<[TemplateError]>,
    used: Option<UsedTemplates>,
}

/// One template.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    own: Option<OwnTemplate>,
    ready: OnceLock<Result<Ready, TemplateError>>,
}

/// A template that can be filled in.
#[derive(Debug)]
struct Ready {
    registry: Handlebars<'static>,
    length: usize,
    loops: Vec<Loop>,
}

/// The own templates that were filled in, as far as somebody listens.
#[derive(Debug, Clone, Default)]
pub struct UsedTemplates(Arc<Mutex<BTreeSet<(&'static str, String)>>>);

impl UsedTemplates {
    /// Each with its file.
    pub fn all(&self) -> Vec<(&'static str, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Templates {
    /// The built-in templates.
    pub fn built_in() -> Self {
        Templates::with(Vec::new())
    }

    /// The templates with these in the place of built-in ones; of two for one, the first.
    pub fn with(own: Vec<OwnTemplate>) -> Self {
        let entry = |name| Entry {
            name,
            own: own.iter().find(|own| own.name == name).cloned(),
            ready: OnceLock::new(),
        };
        let unknown = own.iter().filter_map(OwnTemplate::unknown).collect();
        let all = template_names().map(entry).collect();
        Templates { all, given: own.into(), unknown, used: None }
    }

    /// Whether these are the templates with these own ones.
    pub fn are_with(&self, own: &[OwnTemplate]) -> bool {
        self.given[..] == *own
    }

    /// The same templates, and which own ones they will be asked for.
    #[must_use]
    pub fn listening(&self) -> (Self, UsedTemplates) {
        let used = UsedTemplates::default();
        (Templates { used: Some(used.clone()), ..self.clone() }, used)
    }

    /// The files of the own templates that are used, by name.
    pub fn own(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.all.iter().filter_map(|entry| Some((entry.name, entry.own.as_ref()?.file.as_str())))
    }

    /// Looks at all own templates, needed or not: one that is wrong is not passed over.
    ///
    /// # Errors
    /// The first that will not do.
    pub fn check(&self) -> Result<(), TemplateError> {
        if let Some(error) = self.unknown.first() {
            return Err(error.clone());
        }
        let own = self.all.iter().filter(|entry| entry.own.is_some());
        own.map(Entry::ready).find_map(Result::err).map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Fills in a template.
    ///
    /// # Errors
    /// A template that does not parse; a variable or helper that is not there.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, TemplateError> {
        let Some(entry) = self.all.iter().find(|entry| entry.name == name) else {
            let message = "there is no such template";
            return Err(TemplateError::of_file("template/unknown", name, message, ""));
        };
        let ready = entry.ready().map_err(TemplateError::clone)?;
        let context = serde_json::to_value(context)
            .map_err(|error| entry.error("template/output", &error.to_string()))?;
        if entry.own.is_some() && ready.work(&context) > MOST_WORK {
            return Err(entry.error("template/output", "its loops within loops take too long"));
        }
        let text = ready.registry.render(name, &context).map_err(|error| {
            let place = error.line_no.zip(error.column_no);
            let message = first_line(&error.reason().to_string());
            TemplateError { place, ..entry.error("template/output", &message) }
        })?;
        self.note(entry);
        match &entry.own {
            Some(_) if text.len() > LARGEST_RESULT => {
                Err(entry.error("template/output", "it gives more than 1 MiB: no manifest is that"))
            }
            _ => Ok(text),
        }
    }

    fn note(&self, entry: &Entry) {
        if let (Some(used), Some(own)) = (&self.used, &entry.own) {
            let mut used = used.0.lock().unwrap_or_else(PoisonError::into_inner);
            used.insert((entry.name, own.file.clone()));
        }
    }
}

impl Default for Templates {
    fn default() -> Self {
        Templates::built_in()
    }
}

impl Entry {
    fn ready(&self) -> Result<&Ready, &TemplateError> {
        self.ready.get_or_init(|| self.read()).as_ref()
    }

    fn read(&self) -> Result<Ready, TemplateError> {
        let Some(own) = &self.own else {
            let mut all = BUILT_IN.iter().filter(|(name, _)| *name == self.name);
            let text = all.next().map_or("", |(_, text)| text);
            return ready(self.name, text)
                .map_err(|error| TemplateError::of_slip(self.name, text, &error));
        };
        own.check().into_iter().next().map_or_else(|| own.ready(), Err)
    }

    fn error(&self, rule: &'static str, message: &str) -> TemplateError {
        let file = self.own.as_ref().map_or(self.name, |own| &own.file);
        TemplateError::of_file(rule, file, message, "")
    }
}

impl Ready {
    /// About how much is to be done for a context: the bytes of the template, by the rounds of the
    /// loop that has most of them.
    fn work(&self, context: &serde_json::Value) -> usize {
        let rounds = |one: &Loop| {
            let counts = one.iter().map(|list| count(context, list).max(1));
            counts.fold(1, usize::saturating_mul)
        };
        let most = self.loops.iter().map(rounds).max().unwrap_or(1);
        self.length.saturating_mul(most)
    }
}

/// How many items the lists under these names have together.
fn count(value: &serde_json::Value, names: &[&str]) -> usize {
    let Some((name, rest)) = names.split_first() else {
        return 1;
    };
    match value.get(name) {
        Some(serde_json::Value::Array(items)) => items.iter().map(|item| count(item, rest)).sum(),
        Some(other) => count(other, rest),
        None => 0,
    }
}

/// Reads a text as the template with this name.
fn ready(name: &str, text: &str) -> Result<Ready, Slip> {
    let template = parse(text)?;
    let given = variables::variables(name).unwrap_or_default();
    let loops = checking::read(text, &template, given).loops;
    let mut registry = helpers::registry();
    registry.register_template(name, template);
    Ok(Ready { registry, length: text.len(), loops })
}

fn parse(text: &str) -> Result<Template, Slip> {
    Template::compile(text).map_err(|error| {
        let reason = first_line(&error.reason().to_string());
        let at = error.pos().map_or(0, |(line, column)| offset(text, line, column));
        let message = reason.strip_prefix("invalid handlebars syntax: ").unwrap_or(&reason);
        Slip::syntax(at, format!("this is no Handlebars: {message}"), "")
    })
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
        for entry in templates.all.iter() {
            assert!(entry.ready().is_ok(), "{}", entry.name);
            assert!(variables::variables(entry.name).is_some(), "{}", entry.name);
        }
        assert!(templates.render("nowhere.yaml", &serde_json::json!({})).is_err());
    }

    #[test]
    fn a_missing_variable_is_an_error_with_its_place() {
        let templates = Templates::built_in();
        let error = templates
            .render("patch.json-patch.yaml", &serde_json::json!({ "pointer": "/x" }))
            .unwrap_err();
        assert_eq!(error.file, "patch.json-patch.yaml");
        assert_eq!(error.place.map(|(line, _)| line), Some(6));
    }
}
