//! What keeps a commit from being made, found before anything is written: a repository in the
//! middle of something, a branch that can't be made, a file whose own changes would slip in.

use super::Head;
use super::branches::{Branch, CommittedFile};
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::plan::Verb;
use crate::system::GitWork;

/// What git keeps while something is under way.
const UNDER_WAY: [(&str, &str); 8] = [
    ("MERGE_HEAD", "a merge is"),
    ("CHERRY_PICK_HEAD", "a cherry-pick is"),
    ("REVERT_HEAD", "a revert is"),
    ("rebase-merge", "a rebase is"),
    ("rebase-apply", "a rebase is"),
    ("sequencer", "a cherry-pick or revert is"),
    ("BISECT_LOG", "a bisect is"),
    ("index.lock", "another git is"),
];

/// Paths that go on one command line.
const AT_ONCE: usize = 500;

const ELSE: &str = "or leave --git-branch out";

fn decision(message: impl Into<String>, help: &str) -> Report {
    Report::new(Exit::Decision, message).help(format!("{help}, {ELSE}"))
}

/// Refuses while git is in the middle of something else.
pub(super) fn refuse_state(git: &GitWork) -> Result<(), Report> {
    for (name, what) in UNDER_WAY {
        let path = git.ask(&["rev-parse", "--git-path", name], b"")?;
        let path = git.folder().join(path.trim_end_matches('\n'));
        if path.symlink_metadata().is_ok() {
            return Err(decision(
                format!("{what} under way in this repository"),
                "finish it first",
            ));
        }
    }
    let unmerged = git.ask(&["ls-files", "--unmerged", "-z"], b"")?;
    match unmerged.split('\0').next().and_then(|entry| entry.split_once('\t')) {
        None => Ok(()),
        Some((_, path)) => {
            let message = "the index has a conflict that is not resolved";
            Err(decision(message, "resolve it first").at(path, None))
        }
    }
}

/// Refuses a name that is none of a branch.
pub(super) fn refuse_name(git: &GitWork, name: &str) -> Result<(), Report> {
    let said = git.ask(&["check-ref-format", "--branch", name], b"");
    // `@{-1}` is taken too, and means another branch.
    if said.is_ok_and(|said| said.trim_end_matches('\n') == name) {
        return Ok(());
    }
    let message = format!("--git-branch: git takes no branch called `{}`", in_one_line(name));
    Err(Report::new(Exit::Usage, message).help("for example: --git-branch roles/{cluster}"))
}

/// Refuses a branch that is there already, and one that another one stands in the way of.
pub(super) fn refuse_branch(git: &GitWork, head: &Head, name: &str) -> Result<(), Report> {
    if head.branch.as_deref() == Some(name) {
        return Ok(());
    }
    let Some(found) = in_the_way(git, name)? else {
        return Ok(());
    };
    let found = found.trim_start_matches("refs/heads/");
    let message = match found == name {
        true => format!("there is a branch `{name}` already"),
        false => format!("the branch `{found}` leaves no room for `{name}`"),
    };
    Err(decision(message, "take another name"))
}

/// A branch of this name, below it, or one that this name is below.
fn in_the_way(git: &GitWork, name: &str) -> Result<Option<String>, Report> {
    let above = name.match_indices('/').map(|(at, _)| &name[..at]);
    for parent in above {
        let full = format!("refs/heads/{parent}");
        if git.look_up(&["show-ref", "--verify", "--quiet", &full], b"")?.is_some() {
            return Ok(Some(full));
        }
    }
    let full = format!("refs/heads/{name}");
    let found = git.ask(&["for-each-ref", "--count=1", "--format=%(refname)", &full], b"")?;
    Ok(found.lines().next().map(str::to_owned))
}

/// Refuses where git does not know who commits.
pub(super) fn refuse_nobody(git: &GitWork) -> Result<(), Report> {
    for variable in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
        if git.ask(&["var", variable], b"").is_err() {
            let message = "git does not know who commits: nothing was written";
            let help = "git config user.name NAME && git config user.email ADDRESS";
            return Err(Report::new(Exit::Failed, message).help(help));
        }
    }
    Ok(())
}

/// Refuses where a commit would hold more than the plan: each file has to be in HEAD and in the
/// index as the plan found it.
pub(super) fn refuse_files(git: &GitWork, branches: &[Branch]) -> Result<(), Report> {
    let mut files: Vec<&CommittedFile> = branches.iter().flat_map(|one| &one.files).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup();
    refuse_ignored(git, &files)?;
    for some in files.chunks(AT_ONCE) {
        refuse_changed(git, some)?;
    }
    Ok(())
}

fn refuse_ignored(git: &GitWork, files: &[&CommittedFile]) -> Result<(), Report> {
    let made = files.iter().filter(|file| file.verb == Verb::Create);
    let names: String = made.map(|file| format!("{}\0", file.path)).collect();
    let ignored = git.look_up(&["check-ignore", "--verbose", "-z", "--stdin"], names.as_bytes());
    let Some(ignored) = ignored? else {
        return Ok(());
    };
    let fields: Vec<&str> = ignored.split('\0').collect();
    for entry in fields.chunks_exact(4) {
        let [source, line, pattern, path] = [entry[0], entry[1], entry[2], entry[3]];
        // A pattern with `!` takes the file back in.
        if !pattern.starts_with('!') {
            let (pattern, source) = (in_one_line(pattern), in_one_line(source));
            let message = "git ignores this file: it would not get into the commit";
            let help = format!("take `{pattern}` out of {source}:{line}");
            return Err(decision(message, &help).at(path, None));
        }
    }
    Ok(())
}

fn refuse_changed(git: &GitWork, files: &[&CommittedFile]) -> Result<(), Report> {
    let specs: Vec<String> = files.iter().map(|file| literal(&file.path)).collect();
    let ask = |command: &[&str]| {
        let specs = specs.iter().map(String::as_str);
        let arguments: Vec<&str> = command.iter().copied().chain(["--"]).chain(specs).collect();
        git.ask(&arguments, b"")
    };
    let staged = ask(&["diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD"])?;
    if let Some(path) = staged.split('\0').find(|path| !path.is_empty()) {
        let message = "this file has staged changes: they would get into the commit too";
        return Err(decision(message, "commit them first").at(path, None));
    }
    let index = ask(&["ls-files", "--stage", "-z"])?;
    for file in files {
        let entry =
            index.split('\0').find_map(|entry| entry.strip_suffix(&file.path)?.strip_suffix('\t'));
        let blob = entry.and_then(|entry| entry.split(' ').nth(1));
        refuse_other(git, file, blob)?;
    }
    Ok(())
}

/// Refuses a file that the plan did not find as git has it.
fn refuse_other(git: &GitWork, file: &CommittedFile, blob: Option<&str>) -> Result<(), Report> {
    let is_same = match (&file.before, blob) {
        (None, None) => true,
        (Some(before), Some(blob)) => is_blob(git, before, &file.path, blob)?,
        _ => false,
    };
    if is_same {
        return Ok(());
    }
    let message = match blob {
        Some(_) => {
            "this file has changes that are not committed: they would get into the commit too"
        }
        None => "this file is not in git yet: all of it would get into the commit",
    };
    Err(decision(message, "commit it first").at(file.path.as_str(), None))
}

/// Whether these bytes are what git has as this blob, with the line ends that are set for the file.
fn is_blob(git: &GitWork, bytes: &[u8], path: &str, blob: &str) -> Result<bool, Report> {
    let path = format!("--path={path}");
    for how in [path.as_str(), "--no-filters"] {
        let hash = git.ask(&["hash-object", "--stdin", how], bytes)?;
        if hash.trim() == blob {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A path that git takes letter by letter, from its top level.
pub(super) fn literal(path: &str) -> String {
    format!(":(top,literal){path}")
}
