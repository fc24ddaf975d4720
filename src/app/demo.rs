//! `gangplank demo`: the example repository in a folder of its own, and the wizard on it.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::onboard;
use super::printer::Printer;
use super::session::Session;
use super::terminal::asking;
use crate::cli::{Environment, Request};
use crate::demo::FILES;
use crate::error::{Exit, Report};
use crate::repo::Root;
use crate::system::{CheckedOutGit, GitFailure, GitWork, RealDisk, RepoPath, WritableDisk};

/// Folders that are tried before a temporary one is given up.
const MOST_TRIES: u32 = 1_000;

pub(super) fn run(
    folder: Option<&str>,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let folder = match folder {
        Some(folder) => empty_folder(Path::new(folder))?,
        None => temporary_folder()?,
    };
    write(&folder).map_err(|error| failed(&folder, &error))?;
    if let Err(reason) = commit(&folder) {
        printer.note(&format!("without a git commit: {reason}"));
    }
    let root = Root::at(&folder, &CheckedOutGit)
        .map_err(|error| Report::new(Exit::Failed, error.to_string()))?;
    if asking(request, environment).is_none() {
        return Ok(printer.data(&format!("{}\n", root.path.display())));
    }
    printer.note(&format!("the example repository is in {}, and stays there", root.path.display()));
    let session = Session::open_at(root, request, environment)?;
    onboard::run_in(session, request, environment, printer)
}

fn failed(folder: &Path, error: &io::Error) -> Report {
    let message = format!("the example can't be written: {error}");
    Report::new(Exit::Failed, message).at(folder.display().to_string(), None)
}

/// The folder, made if it is not there; one with anything in it is somebody's.
fn empty_folder(folder: &Path) -> Result<PathBuf, Report> {
    let refused = |what: &str| {
        let message = format!("{} {what}: the example wants a folder of its own", folder.display());
        Report::new(Exit::Usage, message).help("name an empty folder, or one that is not there yet")
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(folder.to_path_buf()),
            Some(_) => Err(refused("is not empty")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = fs::DirBuilder::new().recursive(true).create(folder);
            made.map(|()| folder.to_path_buf()).map_err(|error| failed(folder, &error))
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(refused("is a file")),
        Err(error) => Err(failed(folder, &error)),
    }
}

/// A new folder that only its owner can look into.
fn temporary_folder() -> Result<PathBuf, Report> {
    let base = std::env::temp_dir();
    let process = std::process::id();
    for number in 0..MOST_TRIES {
        let folder = base.join(format!("gangplank-demo-{process}-{number}"));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&folder, &error)),
        }
    }
    Err(failed(&base, &ErrorKind::AlreadyExists.into()))
}

fn write(folder: &Path) -> io::Result<()> {
    let disk = RealDisk::open(folder)?;
    for (path, text) in FILES {
        let path = RepoPath::parse(path).ok_or(ErrorKind::InvalidInput)?;
        make_folders(&disk, &path)?;
        disk.write_new(&path, text.as_bytes(), None)?;
    }
    Ok(())
}

fn make_folders(disk: &RealDisk, path: &RepoPath) -> io::Result<()> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_str().is_empty()) else {
        return Ok(());
    };
    make_folders(disk, &parent)?;
    match disk.create_folder(&parent) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// A git repository with one commit, so that `git diff` shows what the wizard wrote. The author is
/// set for this commit only, and the user's hooks and signing have no part in it.
fn commit(folder: &Path) -> Result<(), GitFailure> {
    let git = GitWork::init(folder, "main")?;
    let commit = [
        "-c",
        "user.name=gangplank demo",
        "-c",
        "user.email=demo@example.com",
        "-c",
        "commit.gpgSign=false",
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "--quiet",
        "--message",
        "The example repository",
    ];
    git.tell(&["add", "--all"], b"")?;
    git.tell(&commit, b"").map(drop)
}
