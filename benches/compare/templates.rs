//! Templates for copier and cookiecutter that make the very files which gangplank writes.

use std::fs;
use std::path::{Path, PathBuf};

use super::repository::{Repository, write};

/// The namespace that is made.
pub(crate) const NAMESPACE: &str = "new-team";

/// A template of each tool.
pub(crate) struct Templates {
    pub(crate) copier: PathBuf,
    pub(crate) cookiecutter: PathBuf,
}

impl Templates {
    /// Makes them from a folder that gangplank wrote: each mention of the namespace is filled in.
    pub(crate) fn from(folder: &Path, repository: &Repository) -> Self {
        let templates = repository.home().join("templates");
        let (copier, cookiecutter) = (templates.join("copier"), templates.join("cookiecutter"));
        write(&copier.join("copier.yml"), "namespace:\n  type: str\n");
        write(&cookiecutter.join("cookiecutter.json"), "{\"namespace\": \"\"}\n");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let with =
                |text: &str, word: &str| text.replace(NAMESPACE, &format!("{{{{ {word} }}}}"));
            let file = format!("{}.jinja", with(name, "namespace"));
            write(&copier.join("{{ namespace }}").join(file), &with(&text, "namespace"));
            let word = "cookiecutter.namespace";
            let made = cookiecutter.join("{{ cookiecutter.namespace }}");
            write(&made.join(with(name, word)), &with(&text, word));
        }
        Templates { copier, cookiecutter }
    }
}
