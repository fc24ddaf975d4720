//! Runs that were interrupted while they wrote, as other commands meet them: a line that names
//! them, and the refusal of a write that has to do with one.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::carry_out::here_to;
use super::printer::Printer;
use super::state::State;
use crate::apply::{FileState, Run, file_states};
use crate::cli::Environment;
use crate::domain::recovery::Recovery;
use crate::domain::shell::CommandLine;
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::kustomize;
use crate::plan::Plan;
use crate::repo::{Root, TEMPLATES_FOLDER};
use crate::system::{Disk, RealDisk, RepoPath, WritableDisk};
use crate::tree::Tree;

/// Files that a question names; the others are counted.
const NAMED: usize = 8;

/// The command that shows and settles interrupted runs from where the user is.
pub(super) fn command(root: &Root, how: Option<Recovery>) -> String {
    let command = CommandLine::of("gangplank recover");
    let command = match how {
        Some(how) => command.switch(&format!("--{}", how.flag())),
        None => command,
    };
    let root = here_to(root);
    let command = if root.is_empty() { command } else { command.flag("--repo", &root) };
    command.to_string()
}

/// What was interrupted, in a line however much it is.
pub(super) fn in_a_line(runs: &[Run]) -> String {
    let mut files = runs.iter().flat_map(|run| &run.files).map(|file| file.path.as_str());
    let first = files.next().unwrap_or_default();
    let more = match files.count() {
        0 => String::new(),
        1 => " and 1 more file".to_owned(),
        count => format!(" and {count} more files"),
    };
    format!("an earlier run was interrupted while it wrote {}{more}", in_one_line(first))
}

/// The error for a write that has to do with interrupted runs.
pub(super) fn refusal(root: &Root, runs: &[Run]) -> Report {
    let [finish, put_back] =
        [Recovery::Finish, Recovery::PutBack].map(|how| command(root, Some(how)));
    Report::new(Exit::Decision, in_a_line(runs)).help(format!(
        "{finish} writes the rest, {put_back} undoes it, {} shows it first",
        command(root, None)
    ))
}

/// Names interrupted runs in a line, for commands that go on all the same.
pub(super) fn mention(
    root: &Root,
    disk: &dyn WritableDisk,
    environment: &Environment,
    printer: Printer,
) {
    let runs = State::of(&root.path, environment).and_then(|state| state.glance(disk));
    match runs {
        Ok(runs) if runs.is_empty() => {}
        Ok(runs) => printer.warning(&format!("{}: {}", in_a_line(&runs), command(root, None))),
        Err(report) => printer.warning(&report.line()),
    }
}

/// The files of interrupted runs for a question, each with what is special about it.
pub(super) fn file_lines(disk: &dyn WritableDisk, runs: &[Run]) -> Vec<String> {
    let mut lines = Vec::new();
    for run in runs {
        let states = file_states(disk, run).unwrap_or_default();
        for (at, file) in run.files.iter().enumerate() {
            let is_edited = matches!(states.get(at), Some(FileState::Edited(_)));
            let edited = if is_edited { " (edited since: it is kept)" } else { "" };
            lines.push(format!("{}{edited}", file.path));
        }
    }
    if lines.len() > NAMED {
        let more = lines.len() - NAMED;
        lines.truncate(NAMED);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// The interrupted runs that have to do with a plan: they wrote the same files or folders, or the
/// build of one reads what the other writes.
pub(super) fn concerned(disk: &Arc<RealDisk>, plan: &Plan, runs: &[Run]) -> Vec<Run> {
    if runs.is_empty() {
        return Vec::new();
    }
    let tree = Tree::of(Arc::clone(disk) as Arc<dyn Disk>);
    let written = plan.files.iter().filter(|file| file.verb.writes());
    let after = written.clone().filter_map(|file| Some((file.path.clone(), file.after.clone()?)));
    let written = written.map(|file| file.path.clone()).collect();
    let planned = Reach::of(disk.root(), &tree.with(after), written);
    let is_concerned = |run: &&Run| {
        let files = run.files.iter().filter_map(crate::apply::RunFile::repo_path).collect();
        let run = Reach::of(disk.root(), &tree, files);
        run.meets(&planned) || planned.meets(&run) || run.is_about_all()
    };
    runs.iter().filter(is_concerned).cloned().collect()
}

/// A path without links in front of its last name, and without that one if it leads to something:
/// what runs write is named like that.
fn behind_links(root: &Path, path: &RepoPath) -> RepoPath {
    let named = root.join(path.as_os_path());
    let folder = || Some(named.parent()?.canonicalize().ok()?.join(named.file_name()?));
    let real = named.canonicalize().ok().or_else(folder);
    let below = real.as_deref().and_then(|real| real.strip_prefix(root).ok()?.to_str());
    below.and_then(RepoPath::parse).unwrap_or_else(|| path.clone())
}

/// Files that are written, and what the builds of their folders read.
struct Reach {
    files: BTreeSet<RepoPath>,
    folders: BTreeSet<RepoPath>,
    read: BTreeSet<RepoPath>,
}

impl Reach {
    fn of(root: &Path, tree: &Tree, files: BTreeSet<RepoPath>) -> Self {
        let folders: BTreeSet<RepoPath> = files.iter().filter_map(RepoPath::parent).collect();
        let (tree, asked) = tree.listening();
        for folder in &folders {
            kustomize::build(&tree, folder);
        }
        let read = asked.paths().iter().map(|path| behind_links(root, path)).collect();
        Reach { files, folders, read }
    }

    /// Whether one writes in a folder of the other or below it, or reads what the other writes.
    fn meets(&self, other: &Reach) -> bool {
        let is_in = |file: &RepoPath| other.folders.iter().any(|folder| file.is_within(folder));
        self.files.iter().any(is_in) || !self.read.is_disjoint(&other.files)
    }

    /// Whether everything depends on it: the config, which lies at the root and so around all other
    /// files, and the templates.
    fn is_about_all(&self) -> bool {
        let templates = RepoPath::parse(TEMPLATES_FOLDER).unwrap_or_default();
        self.files.iter().any(|file| file.is_within(&templates))
    }
}
