//! The real kubectl, which `tests/run` installs.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::program::{self, Outcome};
use super::yaml::documents;

/// A kubectl that runs.
#[derive(Debug, Clone)]
pub(crate) struct Kubectl(String);

impl Kubectl {
    /// kubectl, or `None` with the reason printed. Under `tests/run` it has to be there.
    pub(crate) fn find() -> Option<Self> {
        let path = std::env::var("GANGPLANK_TEST_KUBECTL").unwrap_or_default();
        if Path::new(&path).is_file() {
            return Some(Kubectl(path));
        }
        let is_full = std::env::var("GANGPLANK_TESTS").is_ok_and(|value| value == "full");
        assert!(!is_full, "no kubectl at {path:?}");
        eprintln!("skipped: no kubectl; tests/run installs it");
        None
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.0)
    }

    /// Runs kubectl in a folder.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(&self.0);
        command.env_clear().env("HOME", folder).current_dir(folder);
        program::outcome(command.args(arguments))
    }

    /// What it builds from a folder below `root`.
    #[track_caller]
    pub(crate) fn build(&self, root: &Path, folder: &str) -> Vec<Json> {
        let built = self.run(root, &["kustomize", folder]).ends(0);
        documents(&built.stdout)
    }
}
