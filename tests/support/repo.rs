//! A GitOps repository in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use tempfile::TempDir;

use super::Kubectl;
use super::program::{self, Outcome};

/// Files with their bytes, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A repository, with a home folder beside it.
#[must_use]
#[derive(Debug)]
pub(crate) struct Repo {
    temp: TempDir,
    /// The root below git's top level.
    prefix: &'static str,
}

impl Repo {
    /// An empty folder under git.
    pub(crate) fn new() -> Self {
        Repo::below("")
    }

    /// An empty folder that lies `prefix` below git's top level.
    pub(crate) fn below(prefix: &'static str) -> Self {
        // Each write waits for the disk several times; memory answers at once.
        let memory = std::path::Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let temp = tempfile::Builder::new().prefix("gangplank").tempdir_in(place);
        let repo = Repo { temp: temp.unwrap(), prefix };
        fs::create_dir_all(repo.root()).unwrap();
        fs::create_dir_all(repo.home()).unwrap();
        let init = repo.git(&["init", "--quiet"]);
        init.ends(0);
        repo
    }

    /// The same repository with these files.
    pub(crate) fn files(self, files: &[(&str, &str)]) -> Self {
        files.iter().fold(self, |repo, (path, text)| repo.file(path, text))
    }

    /// With another file.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.put(path, text);
        self
    }

    /// With a symbolic link.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    /// Writes a file.
    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The root.
    pub(crate) fn root(&self) -> PathBuf {
        self.top().join(self.prefix)
    }

    /// git's top level.
    pub(crate) fn top(&self) -> PathBuf {
        self.temp.path().join("repository")
    }

    /// The user's home.
    pub(crate) fn home(&self) -> PathBuf {
        self.temp.path().join("home")
    }

    /// The folder of its journal, once there is one.
    pub(crate) fn state(&self) -> PathBuf {
        let all = fs::read_dir(self.home().join("state/gangplank")).unwrap();
        let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        let text = fs::read_to_string(self.root().join(path));
        text.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// All files below the root.
    pub(crate) fn tree(&self) -> Files {
        read_files(&self.root())
    }

    /// When each file was written last.
    pub(crate) fn times(&self) -> BTreeMap<String, SystemTime> {
        let time = |path: &String| {
            let metadata = fs::metadata(self.root().join(path)).unwrap();
            metadata.modified().unwrap()
        };
        let tree = self.tree();
        tree.keys().map(|path| (path.clone(), time(path))).collect()
    }

    /// The program in this repository.
    pub(crate) fn program(&self) -> Command {
        program::program(&self.root(), &self.home())
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        program::outcome(self.program().args(arguments))
    }

    /// Runs the program where these are all the programs that are installed.
    pub(crate) fn run_with(&self, bin: &Path, arguments: &[&str]) -> Outcome {
        program::outcome(self.program().env("PATH", bin).args(arguments))
    }

    /// Runs a command of the program with kubectl installed and everything agreed to.
    pub(crate) fn asking(
        &self,
        kubectl: &Kubectl,
        command: &[&str],
        arguments: &[&str],
    ) -> Outcome {
        let bin = self.home().join("bin");
        fs::create_dir_all(&bin).unwrap();
        let link = bin.join("kubectl");
        if !link.exists() {
            std::os::unix::fs::symlink(kubectl.path(), link).unwrap();
        }
        self.run_with(&bin, &[command, arguments, &["--yes"]].concat())
    }

    /// How much is left of the folders in which other programs built.
    pub(crate) fn builds_left(&self) -> usize {
        fs::read_dir(self.home().join(".cache/gangplank/builds")).unwrap().count()
    }

    /// Runs `gangplank onboard` with these arguments, and more of them.
    pub(crate) fn onboard(&self, arguments: &[&str], more: &[&str]) -> Outcome {
        let all = [&["onboard"], arguments, more].concat();
        self.run(&all)
    }

    /// Runs a line in a shell that finds the program in its path.
    pub(crate) fn shell(&self, line: &str) -> Outcome {
        let program = Path::new(env!("CARGO_BIN_EXE_gangplank"));
        let mut paths = vec![program.parent().unwrap().to_path_buf()];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let mut command = program::scrubbed("sh", &self.root(), &self.home());
        command.env("PATH", std::env::join_paths(paths).unwrap());
        program::outcome(command.args(["-c", line]))
    }

    /// Runs git at its top level.
    pub(crate) fn git(&self, arguments: &[&str]) -> Outcome {
        let mut command = program::scrubbed("git", &self.top(), &self.home());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("GIT_CONFIG_NOSYSTEM", "1");
        program::outcome(command.args(arguments))
    }

    /// Applies a diff at git's top level.
    pub(crate) fn git_apply(&self, diff: &str) -> Outcome {
        let path = self.home().join("diff");
        fs::write(&path, diff).unwrap();
        self.git(&["apply", path.to_str().unwrap()])
    }
}

/// All files below a folder, git's own left out.
pub(crate) fn read_files(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(&path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            if path.is_symlink() {
                let target = fs::read_link(&path).unwrap();
                files.insert(name.to_owned(), target.into_os_string().into_encoded_bytes());
            } else if path.is_file() {
                files.insert(name.to_owned(), fs::read(&path).unwrap());
            } else if name != ".git" {
                waiting.push(path);
            }
        }
    }
    files
}
