//! Making the commits. git does it itself, as `git commit --only`: the user's hooks and signing have
//! their part, and what is staged beside our files stays staged.

use super::branches::Branch;
use super::refusals::literal;
use super::{Commits, short};
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::plan::Verb;
use crate::system::{GitFailure, GitWork};

/// Lines of what a hook said that are shown.
const MOST_LINES: usize = 20;

impl Commits {
    /// Makes the commits, each on its branch, and says what stands where. With one branch the user
    /// is on it afterwards; with several they stay where they are.
    ///
    /// # Errors
    /// git or a hook refuses. Then that branch is not there, and the user is where they were.
    pub(in crate::app) fn make(&self) -> Result<Vec<String>, Report> {
        let mut lines = Vec::new();
        for branch in &self.branches {
            let made = self.make_one(branch);
            made.map_err(|failure| self.refused(branch, &failure, &lines))?;
            lines.push(self.line(branch)?);
        }
        lines.extend(self.what_next());
        Ok(lines)
    }

    fn make_one(&self, branch: &Branch) -> Result<(), GitFailure> {
        let is_new = !self.is_here(branch);
        if is_new {
            let start = ["branch", "--no-track", &branch.name, &self.head.commit];
            self.git.tell(&start, b"")?;
        }
        let made = self.move_head(&branch.name).and_then(|()| commit(&self.git, branch));
        if made.is_err() || self.branches.len() > 1 {
            let back = self.move_back().and_then(|()| unstage(&self.git, branch));
            if made.is_err() && is_new {
                // Only if nothing was committed on it: that would be somebody's.
                let full = format!("refs/heads/{}", branch.name);
                drop(self.git.tell(&["update-ref", "-d", &full, &self.head.commit], b""));
            }
            return made.and(back);
        }
        made
    }

    /// The work tree and the index are as they are, on another branch from the same commit.
    fn move_head(&self, branch: &str) -> Result<(), GitFailure> {
        let full = format!("refs/heads/{branch}");
        self.git.tell(&["symbolic-ref", "-m", "gangplank", "HEAD", &full], b"").map(drop)
    }

    fn move_back(&self) -> Result<(), GitFailure> {
        match &self.head.branch {
            Some(branch) => self.move_head(branch),
            None => {
                let detach = ["update-ref", "--no-deref", "-m", "gangplank", "HEAD"];
                let arguments = [&detach[..], &[self.head.commit.as_str()]].concat();
                self.git.tell(&arguments, b"").map(drop)
            }
        }
    }

    fn line(&self, branch: &Branch) -> Result<String, Report> {
        let full = format!("refs/heads/{}", branch.name);
        let commit = short(&self.git, &full)?;
        let files = super::files_in_words(branch.files.len());
        Ok(format!("{:<10} {commit} on branch {}: {files}", "commit", branch.name))
    }

    /// What stands where after git or a hook refused.
    fn refused(&self, branch: &Branch, failure: &GitFailure, made: &[String]) -> Report {
        let name = in_one_line(&branch.name);
        let message = format!("the files are written, but not committed on `{name}`: {failure}");
        let mut help: Vec<String> =
            made.iter().map(|line| format!("made before: {line}")).collect();
        if let GitFailure::Failed { said, .. } = failure {
            help.extend(last_lines(said));
        }
        help.push(format!("once that is mended: {}", self.by_hand(branch)));
        Report::new(Exit::Failed, message).help(help.join("\n"))
    }

    /// The commands that do the same.
    fn by_hand(&self, branch: &Branch) -> String {
        let git = || self.git_words.clone();
        let paths = || branch.files.iter().map(|file| file.root_path.as_str());
        let add = git().switch("add").arguments(paths());
        let commit = git().switch("commit").flag("-m", &branch.subject).switch("--");
        let commit = commit.arguments(paths());
        match self.is_here(branch) {
            true => format!("{add} && {commit}"),
            false => {
                format!("{} && {add} && {commit}", git().switch("switch").flag("-c", &branch.name))
            }
        }
    }
}

/// Commits the branch's files as they are on disk, whatever else is staged.
fn commit(git: &GitWork, branch: &Branch) -> Result<(), GitFailure> {
    let made = paths(branch, |verb| verb == Verb::Create);
    if !made.is_empty() {
        let add = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
        git.tell(&add, &made)?;
    }
    let message = format!("--message={}", branch.message);
    let commit = ["commit", "--quiet", "--only", "--pathspec-from-file=-", "--pathspec-file-nul"];
    let arguments = [&commit[..], &["--cleanup=whitespace", &message]].concat();
    git.tell(&arguments, &paths(branch, |_| true)).map(drop)
}

/// Takes the branch's files back out of the index: before, it had them as HEAD has.
fn unstage(git: &GitWork, branch: &Branch) -> Result<(), GitFailure> {
    let reset = ["reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul"];
    git.tell(&reset, &paths(branch, |_| true)).map(drop)
}

/// The branch's files of some verbs, as git reads them from its input.
fn paths(branch: &Branch, is_wanted: impl Fn(Verb) -> bool) -> Vec<u8> {
    let files = branch.files.iter().filter(|file| is_wanted(file.verb));
    files.map(|file| format!("{}\0", literal(&file.path))).collect::<String>().into_bytes()
}

/// The end of what was said, if it is more than the one line that the error has.
fn last_lines(said: &str) -> Vec<String> {
    let lines: Vec<&str> = said.trim().lines().collect();
    if lines.len() < 2 {
        return Vec::new();
    }
    let last = &lines[lines.len().saturating_sub(MOST_LINES)..];
    let indented = last.iter().map(|line| format!("  {line}"));
    ["git and its hooks said:".to_owned()].into_iter().chain(indented).collect()
}
