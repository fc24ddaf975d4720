//! The tools that are installed: in the folders that `GANGPLANK_BENCH_PATH` names, in the Python
//! environment of the tests, in the path.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Each tool, and how it says its version.
const PEERS: [(&str, &[&str]); 4] = [
    ("kustomize", &["version"]),
    ("kubectl", &["version", "--client"]),
    ("copier", &["--version"]),
    ("cookiecutter", &["--version"]),
];

/// Programs by name.
pub(crate) struct Tools {
    found: BTreeMap<&'static str, PathBuf>,
    path: String,
}

impl Tools {
    pub(crate) fn find() -> Self {
        let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/target/venv/bin");
        let named = ["GANGPLANK_BENCH_PATH", "PATH"].map(|name| env::var(name).unwrap_or_default());
        let path = [&named[0], installed, &named[1]].join(":");
        let mut found =
            BTreeMap::from([("gangplank", PathBuf::from(env!("CARGO_BIN_EXE_gangplank")))]);
        for (name, _) in PEERS {
            // Absolute, because it is run in another folder.
            let folders = env::split_paths(&path).filter_map(|folder| folder.canonicalize().ok());
            let program = folders.map(|folder| folder.join(name)).find(|program| program.is_file());
            found.extend(program.map(|program| (name, program)));
        }
        Tools { found, path }
    }

    /// Says which versions there are.
    pub(crate) fn list(&self) {
        for (name, arguments) in PEERS {
            let version = self.command(name).map(|mut command| {
                let output = command.args(arguments).stdout(Stdio::piped()).output().unwrap();
                String::from_utf8_lossy(&output.stdout)
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            });
            println!("{name}: {}", version.as_deref().unwrap_or("not installed"));
        }
    }

    /// A call of a tool, if it is installed. It prints nothing.
    pub(crate) fn command(&self, name: &str) -> Option<Command> {
        let mut command = Command::new(self.found.get(name)?);
        command.env_clear().env("PATH", &self.path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Some(command)
    }
}
