//! Templates that stand in the place of built-in ones.

use handlebars::Template;

use super::slip::Slip;
use super::{
    BUILT_IN, Ready, TemplateError, checking, parse, ready, tags, template_names, variables,
};
use crate::domain::near::closest;
use crate::manifests::source::SourceText;

/// No template is larger; a larger file is not read.
pub const LARGEST_TEMPLATE: u64 = 64 * 1024;

/// What the files of templates end in.
const ENDING: &str = ".hbs";

/// An own template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// What it makes: its file's name without `.hbs`.
    pub name: String,
    /// Its file, as people know it.
    pub file: String,
    /// Its text without a byte order mark and with Unix line ends, or why there is none.
    text: Result<String, String>,
}

impl OwnTemplate {
    /// The name of the template in a file with this name, if it is one. Hidden files belong to
    /// editors.
    pub fn name_of(file_name: &str) -> Option<&str> {
        let name = file_name.strip_suffix(ENDING)?;
        (!name.starts_with('.') && !name.is_empty()).then_some(name)
    }

    /// The template with this name, from its file's bytes or why they can't be had.
    pub fn new(name: &str, file: &str, bytes: Result<Vec<u8>, String>) -> Self {
        let text = bytes.and_then(|bytes| {
            let source = SourceText::decode(bytes).map_err(|error| error.to_string())?;
            Ok(source.text().replace("\r\n", "\n"))
        });
        OwnTemplate { name: name.to_owned(), file: file.to_owned(), text }
    }

    /// Its text; empty if it can't be had.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The built-in template with this name, as if it were somebody's own.
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(own, _)| *own == name)?;
        Some(OwnTemplate::new(name, name, Ok(text.as_bytes().to_vec())))
    }

    /// What is wrong if there is no template with this name.
    pub(super) fn unknown(&self) -> Option<TemplateError> {
        if template_names().any(|name| name == self.name) {
            return None;
        }
        if let Err(reason) = &self.text {
            return Some(self.unreadable(reason));
        }
        let help = match closest(&self.name, template_names()) {
            Some(near) => format!("did you mean `{near}{ENDING}`?"),
            None => {
                let names = template_names().map(|name| format!("{name}{ENDING}"));
                format!("templates are called {}", names.collect::<Vec<_>>().join(", "))
            }
        };
        let message = format!("there is no template `{}`", self.name);
        Some(TemplateError::of_file("template/unknown", &self.file, &message, &help))
    }

    /// Everything that is wrong with it, as far as that can be told without filling it in.
    pub fn check(&self) -> Vec<TemplateError> {
        if let Some(error) = self.unknown() {
            return vec![error];
        }
        let text = match &self.text {
            Ok(text) => text,
            Err(reason) => return vec![self.unreadable(reason)],
        };
        let slips = match self.template(text) {
            Ok(template) => {
                let given = variables::variables(&self.name).unwrap_or_default();
                checking::read(text, &template, given).slips
            }
            Err(slip) => vec![slip],
        };
        slips.iter().map(|slip| TemplateError::of_slip(&self.file, text, slip)).collect()
    }

    fn unreadable(&self, reason: &str) -> TemplateError {
        let help = "put a template there, or take it away: then the built-in one is used";
        TemplateError::of_file("template/unreadable", &self.file, reason, help)
    }

    fn template(&self, text: &str) -> Result<Template, Slip> {
        tags::check(text)?;
        parse(text)
    }

    /// The template, ready to be filled in.
    pub(super) fn ready(&self) -> Result<Ready, TemplateError> {
        let text = self.text();
        ready(&self.name, text).map_err(|slip| TemplateError::of_slip(&self.file, text, &slip))
    }
}
