//! The kustomize or kubectl that is installed. It gets copies of the files that the build reads, in
//! a folder of its own: it sees nothing else of the repository and writes nothing into it. It gets
//! little time, and nothing that it might start reaches a network.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::external_build::{BuildFiles, ExternalBuild, ExternallyBuilt, NotBuilt};
use super::kustomize_flavour::{Flavour, first_error, is_too_old, version};
use super::path::RepoPath;
use super::program;
use super::scratch::Scratch;

/// A build takes a fifth of a second; one that takes longer than this does not end.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether it has ended.
const GLANCE: Duration = Duration::from_millis(4);

/// How long [`ExternalBuild::stop`] waits until everything is cleared away.
const FAREWELL: Duration = Duration::from_secs(1);

/// No build of a namespace prints more.
const MOST_OUTPUT: u64 = 16 * 1024 * 1024;

/// Of a failure, this much is looked at, and shown.
const MOST_ERROR: u64 = 64 * 1024;
const SHOWN_ERROR: usize = 300;

/// Nothing is fetched: what would be is found before, and this is for what was not.
const CLOSED: [(&str, &str); 7] = [
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
    // Settings of a user's own could change what a flag means.
    ("KUBECTL_KUBERC", "false"),
];

/// An installed program and a place for its copies.
#[derive(Debug)]
pub struct InstalledKustomize {
    flavour: Flavour,
    program: PathBuf,
    scratch: PathBuf,
    patience: Duration,
    shown: OnceLock<String>,
    /// How many builds are under way.
    live: AtomicUsize,
    is_stopped: AtomicBool,
}

/// What an installed program says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KustomizeRelease {
    /// The program, with its version if it tells one.
    pub name: String,
    /// Whether its kustomize is older than 4 and refuses inline patches; `None` if it doesn't say.
    pub is_too_old: Option<bool>,
}

impl InstalledKustomize {
    /// Looks for kustomize, then for kubectl, in the folders of a `PATH`. Copies go to `scratch`.
    pub fn find(search_path: &str, scratch: PathBuf) -> Option<Self> {
        let found = [Flavour::Kustomize, Flavour::Kubectl].into_iter().find_map(|flavour| {
            Some((flavour, program::find(search_path.as_ref(), flavour.file_name())?))
        });
        found.map(|(flavour, program)| InstalledKustomize {
            flavour,
            program,
            scratch,
            patience: PATIENCE,
            shown: OnceLock::new(),
            live: AtomicUsize::new(0),
            is_stopped: AtomicBool::new(false),
        })
    }

    /// The same with another time after which it is ended.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        InstalledKustomize { patience, ..self }
    }

    /// The file of the program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Asks the program for its version.
    ///
    /// # Errors
    /// Why it does not say, in one line.
    pub fn release(&self) -> Result<KustomizeRelease, String> {
        let scratch = Scratch::new(&self.scratch);
        let scratch = scratch.map_err(|error| format!("no folder for it: {error}"))?;
        let arguments = self.flavour.version_arguments().iter().map(OsString::from).collect();
        let said = self.run(scratch.path(), arguments).map_err(|error| match error {
            NotBuilt::Failed(why) | NotBuilt::Hung(why) => why,
            NotBuilt::Absent => self.flavour.shown().to_owned(),
        })?;
        let version = version(&said).map(|version| format!(" {version}")).unwrap_or_default();
        let name = format!("{}{version}", self.flavour.shown());
        Ok(KustomizeRelease { name, is_too_old: is_too_old(&said) })
    }

    fn build_in(
        &self,
        scratch: &Path,
        folder: &RepoPath,
        files: &BuildFiles,
    ) -> Result<ExternallyBuilt, NotBuilt> {
        let tree = scratch.join("tree");
        copy(&tree, files).map_err(|error| self.failed(&error.to_string()))?;
        let mut arguments: Vec<OsString> =
            self.flavour.build_arguments().iter().map(OsString::from).collect();
        arguments.push(tree.join(folder.as_os_path()).into());
        let yaml = self.run(scratch, arguments)?;
        Ok(ExternallyBuilt { yaml, by: self.shown(scratch) })
    }

    /// The program with its version, if it tells one.
    fn shown(&self, scratch: &Path) -> String {
        let ask = || {
            let arguments = self.flavour.version_arguments().iter().map(OsString::from);
            let said = self.run(scratch, arguments.collect()).unwrap_or_default();
            let version = version(&said).map(|version| format!(" {version}"));
            format!("{}{}", self.flavour.shown(), version.unwrap_or_default())
        };
        self.shown.get_or_init(ask).clone()
    }

    /// What the program prints. Both outputs are files, so that nobody has to read along.
    fn run(&self, scratch: &Path, arguments: Vec<OsString>) -> Result<String, NotBuilt> {
        let (printed, said) = (scratch.join("printed"), scratch.join("said"));
        let failed = |error: io::Error| self.failed(&error.to_string());
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(scratch).envs(CLOSED).stdin(Stdio::null());
        command.stdout(File::create(&printed).map_err(failed)?);
        command.stderr(File::create(&said).map_err(failed)?);
        let mut child = command.spawn().map_err(failed)?;
        let begun = Instant::now();
        let ended = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Ok(status),
                Err(error) => break Err(failed(error)),
                Ok(None) if self.is_stopped.load(Ordering::Relaxed) => {
                    break Err(self.failed("ended with gangplank"));
                }
                Ok(None) if begun.elapsed() > self.patience => break Err(self.hung()),
                Ok(None) if is_larger(&printed) || is_larger(&said) => {
                    break Err(self.failed("prints more than any namespace has"));
                }
                Ok(None) => std::thread::sleep(GLANCE),
            }
        };
        if ended.is_err() {
            // One that has ended by itself meanwhile can't be killed, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
        if !ended?.success() {
            let said = start_of(&said, MOST_ERROR).map_err(failed)?;
            let said = String::from_utf8_lossy(&said)
                .replace(&format!("{}/", scratch.join("tree").display()), "");
            return Err(self.failed(first_error(&said)));
        }
        if is_larger(&printed) {
            return Err(self.failed("prints more than any namespace has"));
        }
        let printed = start_of(&printed, MOST_OUTPUT).map_err(failed)?;
        String::from_utf8(printed).map_err(|_| self.failed("prints no UTF-8"))
    }

    fn failed(&self, reason: &str) -> NotBuilt {
        let reason: String = reason.chars().take(SHOWN_ERROR).collect();
        NotBuilt::Failed(format!("{}: {reason}", self.flavour.shown()))
    }

    fn hung(&self) -> NotBuilt {
        let seconds = self.patience.as_secs_f32();
        NotBuilt::Hung(format!("{}: did not end within {seconds} s", self.flavour.shown()))
    }
}

impl ExternalBuild for InstalledKustomize {
    fn is_there(&self) -> bool {
        true
    }

    fn build(&self, folder: &RepoPath, files: &BuildFiles) -> Result<ExternallyBuilt, NotBuilt> {
        let _live = Live::begin(&self.live);
        if self.is_stopped.load(Ordering::SeqCst) {
            return Err(self.failed("ended with gangplank"));
        }
        let scratch = Scratch::new(&self.scratch);
        let scratch =
            scratch.map_err(|error| self.failed(&format!("no folder for it: {error}")))?;
        self.build_in(scratch.path(), folder, files)
    }

    fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        while self.live.load(Ordering::SeqCst) > 0 && begun.elapsed() < FAREWELL {
            std::thread::sleep(GLANCE);
        }
    }
}

/// Counts a build as long as it is under way.
struct Live<'a>(&'a AtomicUsize);

impl<'a> Live<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Live(count)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn copy(tree: &Path, files: &BuildFiles) -> io::Result<()> {
    for (path, bytes) in files {
        let target = tree.join(path.as_os_path());
        if let Some(folder) = target.parent() {
            DirBuilder::new().recursive(true).create(folder)?;
        }
        File::create(target)?.write_all(bytes)?;
    }
    Ok(())
}

fn is_larger(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() > MOST_OUTPUT)
}

fn start_of(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
