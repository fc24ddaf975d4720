//! Which commit brought an edit of a file. A commit did if the file was as before the edit in each of
//! its parents and is as after it: exactly, or beside other changes, as after a rebase or a squash. A
//! later one took it back if it makes just the opposite of it.

use std::path::Path;

use similar::{DiffOp, TextDiff};

use super::changes::{blobs, is_shallow};
use super::work::{GitFailure, GitWork};

/// Commits of a file that are looked at; of an older one it is only known that there is one.
const MOST_COMMITS: &str = "--max-count=500";

/// An edit of a file; no text where there is no file.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    /// The file.
    pub path: &'a str,
    /// What it held before.
    pub before: Option<&'a str>,
    /// What it held afterwards.
    pub after: Option<&'a str>,
}

/// When edits were made.
#[derive(Debug, Clone, Copy)]
pub struct Since<'a> {
    /// The commit that was checked out then, if it is known.
    pub head: Option<&'a str>,
    /// In seconds since 1970.
    pub seconds: u64,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// No commit has it.
    NotYet,
    /// This commit brought it, and none took it back.
    By {
        /// Its id, abbreviated.
        commit: String,
        /// Whether it is a merge.
        is_merge: bool,
    },
    /// It is committed as it is on disk, and which commit brought it can't be told.
    Somehow,
    /// This commit took it back.
    TakenBack(String),
}

/// A commit that changes a file.
struct Step {
    seconds: u64,
    id: String,
    parents: Vec<String>,
    text: Option<String>,
    /// What the file was in each parent.
    earlier: Vec<Option<String>>,
}

/// What became of some edits, named from `folder`, since they were made.
pub(super) fn brought(
    git: &GitWork,
    folder: &Path,
    edits: &[Edit<'_>],
    since: Since<'_>,
) -> Result<Vec<Brought>, GitFailure> {
    if git.look_up(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], b"")?.is_none() {
        return Ok(edits.iter().map(|_| Brought::NotYet).collect());
    }
    let prefix = folder.strip_prefix(git.folder()).unwrap_or(Path::new(""));
    let past = since.head.map(|head| format!("{head}^{{commit}}"));
    let past = match &past {
        // After a rebase the commit may be gone.
        Some(past) => git.ask(&["rev-parse", "--verify", "--quiet", past], b"").ok(),
        None => None,
    };
    let past = past.map(|id| format!("^{}", id.trim()));
    let one = |edit: &Edit<'_>| {
        let path = prefix.join(edit.path).to_string_lossy().into_owned();
        let edit = Edit { path: &path, ..*edit };
        let steps = steps(git, &path, past.as_deref())?;
        let is_since = |step: &&Step| past.is_some() || step.seconds >= since.seconds;
        let is_later = |step: &Step| past.is_some() || step.seconds > since.seconds;
        became(git, &edit, &steps.iter().filter(is_since).collect::<Vec<_>>(), is_later)
    };
    edits.iter().map(one).collect()
}

fn became(
    git: &GitWork,
    edit: &Edit<'_>,
    steps: &[&Step],
    is_later: impl Fn(&Step) -> bool,
) -> Result<Brought, GitFailure> {
    for step in steps {
        if step.is_each(|from, to| brings(edit, from, to)) {
            return by(git, edit, step);
        }
        if step.is_each(|from, to| takes_back(edit, from, to)) {
            return Ok(Brought::TakenBack(short(git, &step.id)?));
        }
    }
    // Two runs in one commit: there is only what the later one made of it. Of a commit that may be
    // older than the edit this says nothing.
    let makes = |step: &&&Step| is_later(step) && step.is_each(|from, to| makes(edit, from, to));
    if let Some(step) = steps.iter().find(makes) {
        return by(git, edit, step);
    }
    somehow(git, edit, !steps.is_empty())
}

/// A commit brought an edit, unless it only seems so: where the history is cut off, a commit has all
/// that was there before.
fn by(git: &GitWork, edit: &Edit<'_>, step: &Step) -> Result<Brought, GitFailure> {
    if step.parents.is_empty() && is_shallow(git)? {
        return somehow(git, edit, true);
    }
    Ok(Brought::By { commit: short(git, &step.id)?, is_merge: step.parents.len() > 1 })
}

fn somehow(git: &GitWork, edit: &Edit<'_>, is_touched: bool) -> Result<Brought, GitFailure> {
    let is_as_committed = || {
        let diff = ["--literal-pathspecs", "diff", "--quiet", "--no-ext-diff", "HEAD", "--"];
        git.look_up(&[&diff[..], &[edit.path]].concat(), b"")
    };
    let is_committed = is_touched && is_as_committed()?.is_some();
    Ok(if is_committed { Brought::Somehow } else { Brought::NotYet })
}

fn short(git: &GitWork, id: &str) -> Result<String, GitFailure> {
    Ok(git.ask(&["rev-parse", "--short", id], b"")?.trim().to_owned())
}

/// The commits of HEAD that change a file, the newest first.
fn steps(git: &GitWork, path: &str, past: Option<&str>) -> Result<Vec<Step>, GitFailure> {
    let log = ["--literal-pathspecs", "log", "--topo-order", "--no-follow", "--no-color"];
    let form = [MOST_COMMITS, "--format=%ct %H %P", "HEAD"];
    let end = past.into_iter().chain(["--", path]);
    let arguments: Vec<&str> = log.into_iter().chain(form).chain(end).collect();
    let said = git.ask(&arguments, b"")?;
    let mut steps: Vec<Step> = said.lines().filter_map(step).collect();
    let commits = steps.iter().flat_map(|step| [&step.id].into_iter().chain(&step.parents));
    let names: Vec<String> = commits.map(|commit| format!("{commit}:{path}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut texts = blobs(git, &names)?.into_iter().map(|bytes| bytes.map(|bytes| lined(&bytes)));
    for step in &mut steps {
        step.text = texts.next().flatten();
        step.earlier = texts.by_ref().take(step.parents.len()).collect();
    }
    Ok(steps)
}

impl Step {
    /// Whether something holds of the change from each parent.
    fn is_each(&self, holds: impl Fn(Option<&str>, Option<&str>) -> bool) -> bool {
        let to = self.text.as_deref();
        match self.earlier.is_empty() {
            true => to.is_some() && holds(None, to),
            false => self.earlier.iter().all(|from| {
                let from = from.as_deref();
                from != to && holds(from, to)
            }),
        }
    }
}

fn step(line: &str) -> Option<Step> {
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    Some(Step {
        seconds: words.next()?.parse().ok()?,
        id: words.next()?.to_owned(),
        parents: words.map(str::to_owned).collect(),
        text: None,
        earlier: Vec::new(),
    })
}

/// A text with the line ends that git keeps, whatever they are on disk.
fn lined(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

/// Whether a change has the result of an edit.
fn makes(edit: &Edit<'_>, from: Option<&str>, to: Option<&str>) -> bool {
    let after = edit.after.map(unix);
    to == after.as_deref() && from != to
}

/// Whether a change from one text to the other brings an edit, beside others.
fn brings(edit: &Edit<'_>, from: Option<&str>, to: Option<&str>) -> bool {
    let (before, after) = (edit.before.map(unix), edit.after.map(unix));
    if from == before.as_deref() && to == after.as_deref() {
        return true;
    }
    let is_alike = from.is_some() == before.is_some() && to.is_some() == after.is_some();
    let own = hunks(before.as_deref(), after.as_deref());
    let all = hunks(from, to);
    let lines = |hunks: &[Hunk], of: fn(&Hunk) -> &Vec<String>| {
        hunks.iter().flat_map(of).cloned().collect::<Vec<String>>()
    };
    is_alike
        && !own.is_empty()
        && holds(lines(&all, |hunk| &hunk.removed), &lines(&own, |hunk| &hunk.removed))
        && holds(lines(&all, |hunk| &hunk.added), &lines(&own, |hunk| &hunk.added))
}

/// Whether a change from one text to the other is just the opposite of an edit, beside others.
fn takes_back(edit: &Edit<'_>, from: Option<&str>, to: Option<&str>) -> bool {
    let (before, after) = (edit.before.map(unix), edit.after.map(unix));
    if to == before.as_deref() {
        return true;
    }
    let is_alike = from.is_some() == after.is_some() && to.is_some() == before.is_some();
    let own = hunks(after.as_deref(), before.as_deref());
    let all = hunks(from, to);
    is_alike && !own.is_empty() && own.iter().all(|hunk| all.contains(hunk))
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Lines that go and lines that come in their place.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hunk {
    removed: Vec<String>,
    added: Vec<String>,
}

fn hunks(from: Option<&str>, to: Option<&str>) -> Vec<Hunk> {
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    let diff = TextDiff::from_lines(from, to);
    let (old, new): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut is_open = false;
    for op in diff.ops() {
        if matches!(op, DiffOp::Equal { .. }) {
            is_open = false;
            continue;
        }
        if !is_open {
            hunks.push(Hunk::default());
        }
        is_open = true;
        let Some(hunk) = hunks.last_mut() else { continue };
        let lines = |all: &[&str], range| {
            all.get::<std::ops::Range<usize>>(range)
                .unwrap_or_default()
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
        };
        hunk.removed.extend(lines(&old, op.old_range()));
        hunk.added.extend(lines(&new, op.new_range()));
    }
    hunks
}

/// Whether a bag of lines holds all of some lines, each as often.
fn holds(mut all: Vec<String>, some: &[String]) -> bool {
    some.iter().all(|line| match all.iter().position(|one| one == line) {
        Some(at) => {
            all.swap_remove(at);
            true
        }
        None => false,
    })
}
