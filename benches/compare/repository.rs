//! The example repository under git, and a namespace in it whose kustomization people commented.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gangplank::demo::FILES;
use tempfile::TempDir;

/// Where namespaces of the example are.
pub(crate) const NAMESPACES: &str = "clusters/prod-us1/namespaces/application";

/// As two people and a script leave it.
const COMMENTED: &str = "\
# Owned by the team commented: ask them first
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: commented   # must equal the folder

resources:
  # shared
  - ../../defaults # trailing
  # the end of the list

# who may
patches:
  # the first one
  - target:
      kind: Namespace
    patch: |-
      - op: add
        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles
        value: '[\"arn:aws:iam::123456789098:role/commented\"]'
# end of file
";

/// The repository, and a home folder beside it.
pub(crate) struct Repository {
    temp: TempDir,
}

impl Repository {
    pub(crate) fn example() -> Self {
        let repository =
            Repository { temp: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap() };
        fs::create_dir_all(repository.home()).unwrap();
        for (path, text) in FILES {
            repository.put(path, text);
        }
        repository.put(&format!("{NAMESPACES}/commented/kustomization.yaml"), COMMENTED);
        repository.git(&["init", "--quiet"]);
        repository.git(&["add", "--all"]);
        let author = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
        repository.git(&[&author[..], &["commit", "--quiet", "--message", "example"]].concat());
        repository
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.temp.path().join("repository")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.temp.path().join("home")
    }

    /// Writes a file of the repository.
    fn put(&self, path: &str, text: &str) {
        write(&self.root().join(path), text);
    }

    /// Puts everything back as it was committed.
    pub(crate) fn reset(&self) {
        self.git(&["reset", "--quiet", "--hard"]);
        self.git(&["clean", "--quiet", "-ffdx"]);
    }

    /// Lines that were removed and added since the commit.
    pub(crate) fn changed_lines(&self) -> usize {
        self.git(&["add", "--intent-to-add", "--all"]);
        let counts = self.git(&["diff", "--numstat"]);
        let numbers = counts.split_whitespace().filter_map(|word| word.parse::<usize>().ok());
        numbers.sum()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.root()).env("HOME", self.home());
        let output = command.env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
