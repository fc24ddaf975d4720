//! What differs from where a branch left another one, on disk: committed, changed since, gone, not
//! known to git, or hidden from it. What a file was comes with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use thiserror::Error;

use super::repository;
use super::work::{GitFailure, GitWork};

/// A larger file is no manifest, and is not read.
const LARGEST: usize = 4 * 1024 * 1024;

/// Of all files together this much is kept as it was; what comes after it is not known.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Submodules within submodules that are looked into.
const MOST_LEVELS: usize = 8;

/// What differs below a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Files, links and whole folders that differ, named from the folder.
    pub paths: Vec<Earlier>,
    /// Folders of which any file may be another one on disk, though git has it as it was.
    pub converted: Vec<String>,
    /// Whether something beside the folder differs.
    pub is_outside: bool,
}

/// What has changed, and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its path.
    pub path: String,
    /// What was there.
    pub was: Was,
}

/// What was at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Was {
    /// Nothing.
    Absent,
    /// A file with these bytes.
    File(Vec<u8>),
    /// A link that says this.
    Link(String),
    /// Something that git can't show: a submodule, a file that is too large or that a partial clone
    /// has not.
    Unknown,
}

/// Why it is not known what has changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoChanges {
    /// There is no git repository.
    #[error("this is no git repository")]
    NoRepository,
    /// git does not work here.
    #[error(transparent)]
    Git(#[from] GitFailure),
    /// There is no such commit.
    #[error("git knows no commit `{revision}` here{}", shallow(*is_shallow))]
    NoCommit {
        /// What was asked for.
        revision: String,
        /// Whether the history is cut off.
        is_shallow: bool,
    },
    /// Two commits without a common one.
    #[error("git finds no commit that {revision} and HEAD both come from{}", shallow(*is_shallow))]
    NoCommonCommit {
        /// What was asked for.
        revision: String,
        /// Whether the history is cut off.
        is_shallow: bool,
    },
}

fn shallow(is_shallow: bool) -> &'static str {
    if is_shallow { ": this clone is shallow" } else { "" }
}

/// An entry of a tree or of the index.
struct Entry {
    mode: String,
    id: String,
}

impl Entry {
    fn is_submodule(&self) -> bool {
        self.mode == "160000"
    }
}

/// What differs below `folder` from where HEAD left a revision.
pub(super) fn changed_since(folder: &Path, revision: &str) -> Result<Changed, NoChanges> {
    let top = repository::top_level(folder).ok_or(NoChanges::NoRepository)?;
    let git = GitWork::open(&top)?;
    let base = base(&git, revision)?;
    let prefix = folder.strip_prefix(&top).unwrap_or(Path::new("")).to_string_lossy();
    let entries = tree(&git, &base)?;
    let differing = differing(&git, &base, &entries, MOST_LEVELS)?;
    let mut changed = Changed::default();
    let mut below = BTreeMap::new();
    for path in differing {
        match beneath(&path, &prefix) {
            Some(own) => {
                changed.converted.extend(attributes_folder(own));
                below.insert(path.clone(), own.to_owned());
            }
            None => {
                let folder = attributes_folder(&path);
                let is_above = folder.is_some_and(|above| beneath(&prefix, &above).is_some());
                changed.converted.extend(is_above.then(String::new));
                changed.is_outside = true;
            }
        }
    }
    let mut earlier = earlier(&git, below.keys(), &entries)?;
    changed.paths.extend(below.into_iter().map(|(full, path)| {
        let was = earlier.remove(&full).unwrap_or(Was::Unknown);
        Earlier { path, was }
    }));
    Ok(changed)
}

/// A path as seen from a folder that it lies in.
fn beneath<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
}

/// The folder whose files an attributes file can convert when git writes them.
fn attributes_folder(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (name == ".gitattributes").then(|| folder.to_owned())
}

/// The commit that a revision names.
pub(super) fn commit(git: &GitWork, revision: &str) -> Result<String, NoChanges> {
    // As a commit, it can't be taken for a flag any more.
    let commit = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    let commit = if revision.is_empty() { None } else { git.look_up(&verify, b"")? };
    match commit {
        Some(commit) => Ok(commit.trim().to_owned()),
        None => {
            Err(NoChanges::NoCommit { revision: revision.to_owned(), is_shallow: is_shallow(git)? })
        }
    }
}

/// The commit from which the checked-out branch left a revision.
fn base(git: &GitWork, revision: &str) -> Result<String, NoChanges> {
    let commit = commit(git, revision)?;
    match git.look_up(&["merge-base", &commit, "HEAD"], b"")? {
        Some(base) => Ok(base.trim().to_owned()),
        None => Err(NoChanges::NoCommonCommit {
            revision: revision.to_owned(),
            is_shallow: is_shallow(git)?,
        }),
    }
}

/// Whether the history ends before its beginning.
pub(super) fn is_shallow(git: &GitWork) -> Result<bool, GitFailure> {
    Ok(git.ask(&["rev-parse", "--is-shallow-repository"], b"")?.trim() == "true")
}

/// Everything that differs from a commit, from git's top level. What is a folder there differs as a
/// whole.
fn differing(
    git: &GitWork,
    commit: &str,
    entries: &BTreeMap<String, Entry>,
    levels: usize,
) -> Result<BTreeSet<String>, GitFailure> {
    let mut paths = otherwise(git, commit, entries)?;
    // Also what is ignored: a build reads it all the same.
    paths.extend(names(&git.ask(&["ls-files", "--others", "-z"], b"")?));
    let index = git.ask(&["ls-files", "-v", "--stage", "-z"], b"")?;
    for entry in index.split('\0').filter_map(|entry| entry.split_once('\t')) {
        let (head, path) = entry;
        let tag = head.chars().next().unwrap_or_default();
        // git does not look at files that are marked as unchanged, or as left out.
        if tag.is_lowercase() || tag == 'S' {
            paths.insert(path.to_owned());
        }
        if head.split(' ').nth(1) == Some("160000") && !paths.contains(path) {
            paths.extend(in_submodule(git, path, entries.get(path), levels));
        }
    }
    Ok(paths)
}

/// The tracked files that a commit has otherwise. git only compares ids and notes which files it would
/// have to look into: those are hashed as they are on disk, since an attribute that converts them
/// would hide a change, and what they were may be missing in a partial clone.
fn otherwise(
    git: &GitWork,
    commit: &str,
    entries: &BTreeMap<String, Entry>,
) -> Result<BTreeSet<String>, GitFailure> {
    // Submodules are looked into elsewhere: git would run another one in each, and a setting in
    // `.gitmodules` can hide them.
    let diff = ["diff-index", "--raw", "-z", "--no-abbrev", "--no-renames", "-O/dev/null"];
    let more = ["--ignore-submodules=dirty", commit, "--"];
    let text = git.ask(&[&diff[..], &more].concat(), b"")?;
    let mut fields = text.split('\0');
    let (mut paths, mut touched) = (BTreeSet::new(), Vec::new());
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let is_file = |mode: &str| mode.starts_with("100");
        let is_unhashed = |id: &str| id.bytes().all(|byte| byte == b'0');
        match words[..] {
            [was, now, _, id, "M"] if is_file(was) && is_file(now) && is_unhashed(id) => {
                touched.push(path);
            }
            _ => drop(paths.insert(path.to_owned())),
        }
    }
    // A line each: a name with a line break can't be asked for.
    let (asked, others): (Vec<&str>, Vec<&str>) =
        touched.into_iter().partition(|path| !path.contains('\n'));
    let lines: String = asked.iter().map(|path| format!("{path}\n")).collect();
    let hash = ["hash-object", "--no-filters", "--stdin-paths"];
    // One that can't be read counts as changed, and so do those beside it.
    let ids = git.ask(&hash, lines.as_bytes()).unwrap_or_default();
    let mut ids = ids.lines();
    let is_other =
        |path: &&str| ids.next().is_none_or(|id| entries.get(*path).is_none_or(|was| was.id != id));
    paths.extend(asked.into_iter().filter(is_other).chain(others).map(str::to_owned));
    Ok(paths)
}

/// What differs in a submodule; the submodule itself if that can't be told.
fn in_submodule(git: &GitWork, path: &str, was: Option<&Entry>, levels: usize) -> Vec<String> {
    let folder = git.folder().join(path);
    let is_empty = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty {
        return Vec::new();
    }
    let is_itself = folder.canonicalize().is_ok_and(|real| real == folder);
    let differing = || {
        let was = was.filter(|entry| is_itself && levels > 0 && entry.is_submodule())?;
        let inner = GitWork::open(&folder).ok()?;
        let head = inner.ask(&["rev-parse", "--verify", "HEAD"], b"").ok()?;
        let entries = tree(&inner, head.trim()).ok()?;
        let is_same = head.trim() == was.id;
        is_same.then(|| differing(&inner, &was.id, &entries, levels - 1).ok())?
    };
    match differing() {
        Some(paths) => paths.iter().map(|inner| format!("{path}/{inner}")).collect(),
        None => vec![path.to_owned()],
    }
}

/// The names that git prints with `-z`; one of a folder ends with a slash.
fn names(text: &str) -> BTreeSet<String> {
    let names = text.split('\0').map(|name| name.trim_end_matches('/'));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// All that a commit has.
fn tree(git: &GitWork, commit: &str) -> Result<BTreeMap<String, Entry>, GitFailure> {
    let text = git.ask(&["ls-tree", "-r", "-z", "--full-tree", commit], b"")?;
    let entries = text.split('\0').filter_map(|entry| {
        let (head, path) = entry.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, id) = (words.next()?.to_owned(), words.nth(1)?.to_owned());
        Some((path.to_owned(), Entry { mode, id }))
    });
    Ok(entries.collect())
}

/// What some paths were in a commit.
fn earlier<'a>(
    git: &GitWork,
    paths: impl Iterator<Item = &'a String>,
    entries: &BTreeMap<String, Entry>,
) -> Result<BTreeMap<String, Was>, GitFailure> {
    let (mut was, mut asked) = (BTreeMap::new(), Vec::new());
    for path in paths {
        match entries.get(path) {
            Some(entry) if entry.is_submodule() => drop(was.insert(path.clone(), Was::Unknown)),
            Some(entry) => asked.push((path, entry)),
            None if is_within_submodule(path, entries) => {
                was.insert(path.clone(), Was::Unknown);
            }
            None => drop(was.insert(path.clone(), Was::Absent)),
        }
    }
    let ids: Vec<&str> = asked.iter().map(|(_, entry)| entry.id.as_str()).collect();
    for ((path, entry), bytes) in asked.into_iter().zip(blobs(git, &ids)?) {
        let bytes = match bytes {
            Some(bytes) if entry.mode == "120000" => String::from_utf8(bytes).map(Was::Link).ok(),
            bytes => bytes.map(Was::File),
        };
        was.insert(path.clone(), bytes.unwrap_or(Was::Unknown));
    }
    Ok(was)
}

fn is_within_submodule(path: &str, entries: &BTreeMap<String, Entry>) -> bool {
    let mut above = path.match_indices('/').filter_map(|(at, _)| entries.get(&path[..at]));
    above.any(Entry::is_submodule)
}

/// What objects hold, each by a name that git knows it by; none where it is missing, no file, too
/// large, or more than is kept. Two calls for all of them: a branch may have changed thousands.
pub(super) fn blobs(git: &GitWork, names: &[&str]) -> Result<Vec<Option<Vec<u8>>>, GitFailure> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    // A line each: a name with a line break can't be asked for, and no manifest has one.
    let line = |name: &&str| format!("{}\n", name.replace('\n', " "));
    let lines: String = names.iter().map(line).collect();
    let sizes = git.ask(
        &["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"],
        lines.as_bytes(),
    )?;
    let mut left = MOST_BYTES;
    let wanted: Vec<Option<(&str, usize)>> = sizes
        .lines()
        .map(|line| {
            let (size, id) = line.strip_prefix("blob ")?.split_once(' ')?;
            let size = size.parse().ok().filter(|size| *size <= LARGEST && *size <= left)?;
            left -= size;
            Some((id, size))
        })
        .collect();
    let ids: String = wanted.iter().flatten().map(|(id, _)| format!("{id}\n")).collect();
    let all = git.ask_bytes(&["cat-file", "--batch"], ids.as_bytes())?;
    let mut rest = all.as_slice();
    // An answer is a line with the size, the bytes, and a line break.
    let next = |(_, size): (&str, usize)| {
        let start = rest.iter().position(|byte| *byte == b'\n')? + 1;
        let bytes = rest.get(start..start + size)?.to_vec();
        rest = rest.get(start + size + 1..).unwrap_or_default();
        Some(bytes)
    };
    let mut next = next;
    Ok(wanted.into_iter().map(|one| one.and_then(&mut next)).collect())
}
