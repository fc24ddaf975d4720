//! What git says about the repository, read from its files: starting `git` would cost more than
//! the rest of a run.

use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Questions to git.
pub trait Git: Send + Sync {
    /// The top level of the work tree that holds `folder`, if any does.
    fn top_level(&self, folder: &Path) -> Option<PathBuf>;

    /// The branch that is checked out, if one is.
    fn branch(&self, folder: &Path) -> Option<String>;

    /// Those of these files, named from `folder`, that HEAD has, or has not any more, just as the
    /// disk.
    ///
    /// # Errors
    /// `git` can't be run, or refuses to look.
    fn committed(&self, folder: &Path, paths: &[&str]) -> io::Result<Vec<Committed>>;

    /// The files below `folder`, named from there, that differ from where the checked-out branch
    /// left `revision`: committed, changed since, gone or not known to git.
    ///
    /// # Errors
    /// `git` can't be run; no such commit; none that both come from.
    fn changed_since(&self, folder: &Path, revision: &str) -> io::Result<Vec<String>>;

    /// The same files with what they were where the branch left `revision`.
    ///
    /// # Errors
    /// As [`Git::changed_since`].
    fn earlier(&self, folder: &Path, revision: &str) -> io::Result<Vec<Earlier>>;
}

/// A file that has changed, and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The file.
    pub path: String,
    /// Its bytes then; none if it was not there.
    pub bytes: Option<Vec<u8>>,
}

/// A file that is in HEAD as it is on disk, also as one that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The file.
    pub path: String,
    /// The commit that changed it last, abbreviated.
    pub commit: String,
}

/// The git work tree on disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckedOutGit;

impl Git for CheckedOutGit {
    fn top_level(&self, folder: &Path) -> Option<PathBuf> {
        folder.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
    }

    fn branch(&self, folder: &Path) -> Option<String> {
        let dot_git = self.top_level(folder)?.join(".git");
        let git_dir = if dot_git.is_dir() { dot_git } else { linked_git_dir(&dot_git)? };
        let head = fs::read_to_string(git_dir.join("HEAD")).ok()?;
        head.trim().strip_prefix("ref: refs/heads/").map(str::to_owned)
    }

    fn committed(&self, folder: &Path, paths: &[&str]) -> io::Result<Vec<Committed>> {
        if self.top_level(folder).is_none() {
            return Ok(Vec::new());
        }
        // Without a commit this fails, but so it does where git refuses to look: apart they are told
        // by a question that needs none.
        if git(folder, &["rev-parse", "HEAD"])?.is_none() {
            let works = git(folder, &["rev-parse", "--git-dir"])?.is_some();
            let refuses = || io::Error::other("`git rev-parse` fails in this repository");
            return if works { Ok(Vec::new()) } else { Err(refuses()) };
        }
        let mut committed = Vec::new();
        for path in paths {
            if is_in_head(folder, path)? {
                let commit = git(folder, &["log", "-1", "--format=%h", "--", path])?;
                let commit = commit.unwrap_or_default().trim().to_owned();
                committed.push(Committed { path: (*path).to_owned(), commit });
            }
        }
        Ok(committed)
    }

    fn changed_since(&self, folder: &Path, revision: &str) -> io::Result<Vec<String>> {
        let base = base(folder, revision)?;
        Ok([differing(folder, &base)?, unknown(folder)?].concat())
    }

    fn earlier(&self, folder: &Path, revision: &str) -> io::Result<Vec<Earlier>> {
        let base = base(folder, revision)?;
        let mut earlier = contents(folder, &base, differing(folder, &base)?)?;
        let unknown = unknown(folder)?.into_iter();
        earlier.extend(unknown.map(|path| Earlier { path, bytes: None }));
        Ok(earlier)
    }
}

/// The commit from which the checked-out branch left a revision.
fn base(folder: &Path, revision: &str) -> io::Result<String> {
    // As a commit, it can't be taken for a flag any more.
    let commit = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    let commit = git(folder, &verify)?
        .filter(|_| !revision.is_empty())
        .ok_or_else(|| io::Error::other(format!("git knows no commit `{revision}` here")))?;
    let base = git(folder, &["merge-base", commit.trim(), "HEAD"])?.ok_or_else(|| {
        io::Error::other(format!("git finds no commit that {revision} and HEAD both come from"))
    })?;
    Ok(base.trim().to_owned())
}

/// The files below a folder that a commit has otherwise, or has not.
fn differing(folder: &Path, commit: &str) -> io::Result<Vec<String>> {
    names(folder, &["diff", "--name-only", "--no-renames", "--relative", "-z", commit])
}

/// The files below a folder that git does not know.
fn unknown(folder: &Path) -> io::Result<Vec<String>> {
    names(folder, &["ls-files", "--others", "--exclude-standard", "-z"])
}

/// What files held in a commit. One call for all of them: a branch may have changed thousands.
fn contents(folder: &Path, commit: &str, paths: Vec<String>) -> io::Result<Vec<Earlier>> {
    let mut command = command(folder, &["cat-file", "--batch"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else {
        return Err(io::Error::other("git has neither input nor output"));
    };
    // A line each: a name with a line break can't be asked for, and no manifest has one.
    let (asked, others): (Vec<String>, Vec<String>) =
        paths.into_iter().partition(|path| !path.contains('\n'));
    let lines: String = asked.iter().map(|path| format!("{commit}:./{path}\n")).collect();
    // git answers while it is asked, and waits when nobody reads.
    let asking = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut output = io::BufReader::new(output);
    let mut earlier = Vec::new();
    for path in asked {
        earlier.push(Earlier { path, bytes: object(&mut output)? });
    }
    earlier.extend(others.into_iter().map(|path| Earlier { path, bytes: None }));
    drop(output);
    let is_asked = asking.join().is_ok_and(|result| result.is_ok());
    match child.wait()?.success() && is_asked {
        true => Ok(earlier),
        false => Err(io::Error::other("`git cat-file` fails here")),
    }
}

/// The next answer of `git cat-file --batch`: none for what is not there.
fn object(output: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = String::new();
    output.read_line(&mut line)?;
    if line.trim_end().ends_with(" missing") {
        return Ok(None);
    }
    let size = line.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
    let size = size.ok_or_else(|| io::Error::other("`git cat-file` says nothing"))?;
    let mut bytes = Vec::new();
    let all = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
    output.take(all).read_to_end(&mut bytes)?;
    bytes.truncate(size);
    Ok(Some(bytes))
}

/// The names that `git` prints with `-z`.
fn names(folder: &Path, arguments: &[&str]) -> io::Result<Vec<String>> {
    let failed = || io::Error::other(format!("`git {}` fails here", arguments.join(" ")));
    let text = git(folder, arguments)?.ok_or_else(failed)?;
    Ok(text.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Whether HEAD has a file as it is on disk, or is without it after a commit that removed it.
fn is_in_head(folder: &Path, path: &str) -> io::Result<bool> {
    let names = git(folder, &["ls-tree", "--name-only", "HEAD", "--", path])?;
    if names.is_some_and(|names| !names.trim().is_empty()) {
        return Ok(git(folder, &["diff", "--quiet", "HEAD", "--", path])?.is_some());
    }
    let is_gone = fs::symlink_metadata(folder.join(path)).is_err();
    let history = git(folder, &["log", "-1", "--format=%h", "--", path])?.unwrap_or_default();
    Ok(is_gone && !history.trim().is_empty())
}

/// What `git` prints; `None` if it ends with a failure.
fn git(folder: &Path, arguments: &[&str]) -> io::Result<Option<String>> {
    let output = command(folder, arguments).output()?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["--literal-pathspecs", "--no-pager"]).args(arguments);
    // An undo must not take a lock that an editor or another git waits for.
    command.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// A linked work tree or a submodule has a file that names the folder.
fn linked_git_dir(dot_git: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(dot_git).ok()?;
    let target = text.trim().strip_prefix("gitdir: ")?;
    Some(dot_git.parent()?.join(target))
}

/// A folder outside git.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGit;

impl Git for NoGit {
    fn top_level(&self, _folder: &Path) -> Option<PathBuf> {
        None
    }

    fn branch(&self, _folder: &Path) -> Option<String> {
        None
    }

    fn committed(&self, _folder: &Path, _paths: &[&str]) -> io::Result<Vec<Committed>> {
        Ok(Vec::new())
    }

    fn changed_since(&self, _folder: &Path, _revision: &str) -> io::Result<Vec<String>> {
        Err(io::Error::other("there is no git here"))
    }

    fn earlier(&self, _folder: &Path, _revision: &str) -> io::Result<Vec<Earlier>> {
        Err(io::Error::other("there is no git here"))
    }
}
