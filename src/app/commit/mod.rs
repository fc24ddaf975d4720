//! `--git-branch`: what was written goes into a commit of its own, on a branch of its own. Opt-in,
//! never pushed, and refused before the write where it could not be done cleanly.
//!
//! One branch is one commit, and the user is on it afterwards. A name with `{cluster}` or
//! `{namespace}` makes several, all from the same HEAD; then the user stays where they are, with all
//! the files in the work tree, because no one of the branches has them all.

mod branches;
mod forge;
mod making;
mod refusals;

use crate::domain::shell::CommandLine;
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::plan::{Plan, Purpose};
use crate::repo::Root;
use crate::system::{CheckedOutGit, Git, GitFailure, GitWork};
use branches::{Branch, branches};

use super::carry_out::here_to;
use super::since::git_help;

/// The commits of one plan. That they can be made has been looked at.
pub(super) struct Commits {
    git: GitWork,
    /// `git`, as the user has to call it from where they are.
    git_words: CommandLine,
    head: Head,
    branches: Vec<Branch>,
}

/// Where the branches start.
struct Head {
    /// The branch that is checked out, if one is.
    branch: Option<String>,
    /// Its commit.
    commit: String,
}

/// Commits what was written for a plan; lines that say what was made and what comes next.
///
/// # Errors
/// As [`prepare`]; git or a hook refuses.
pub(super) fn commit(root: &Root, plan: &Plan, branch: &str) -> Result<Vec<String>, Report> {
    prepare(root, plan, branch)?.map_or(Ok(Vec::new()), |commits| commits.make())
}

/// Looks at whether the commits of a plan can be made; it changes nothing. `None` if there is
/// nothing to commit, as after an undo: that takes back what no commit has.
///
/// # Errors
/// A name that is none of a branch, and no git; a repository in the middle of something, a branch
/// that is there already, files that would bring changes which are not the plan's.
pub(super) fn prepare(root: &Root, plan: &Plan, branch: &str) -> Result<Option<Commits>, Report> {
    let is_ours = matches!(plan.purpose, Purpose::Grant | Purpose::Revoke);
    if !plan.has_changes() || !is_ours {
        return Ok(None);
    }
    let (git, head) = starting_point(root)?;
    let branches = branches(root, plan, branch)?;
    branches.iter().try_for_each(|branch| refusals::refuse_name(&git, &branch.name))?;
    branches.iter().try_for_each(|branch| refusals::refuse_branch(&git, &head, &branch.name))?;
    refuse_nested(&git, &branches)?;
    refusals::refuse_files(&git, &branches)?;
    refusals::refuse_nobody(&git)?;
    let git_words = CommandLine::git_in(&here_to(root));
    Ok(Some(Commits { git, git_words, head, branches }))
}

/// A wish to commit what will be written.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) root: Root,
    pub(super) branch: String,
}

impl Wish {
    /// Refuses what can be refused before a plan is there.
    ///
    /// # Errors
    /// As [`prepare`], as far as it is known.
    pub(super) fn look_ahead(&self) -> Result<(), Report> {
        branches::refuse_unknown_word(&self.branch)?;
        starting_point(&self.root).map(drop)
    }

    /// Refuses a plan that could not be committed once it is written.
    ///
    /// # Errors
    /// As [`prepare`].
    pub(super) fn look_at(&self, plan: &Plan) -> Result<(), Report> {
        prepare(&self.root, plan, &self.branch).map(drop)
    }
}

/// The repository, where it is in no middle of anything, and the commit that branches start from.
fn starting_point(root: &Root) -> Result<(GitWork, Head), Report> {
    let git = work_tree(root)?;
    let head = head(&git)?;
    refusals::refuse_state(&git)?;
    Ok((git, head))
}

/// git at the top level of the work tree that holds the repository.
fn work_tree(root: &Root) -> Result<GitWork, Report> {
    let none = |what: &str| {
        let message = format!("--git-branch: {what}");
        Report::new(Exit::Usage, message).help("git init, or leave --git-branch out")
    };
    let top = CheckedOutGit.top_level(&root.path);
    let top = top.ok_or_else(|| none("this is no git repository"))?;
    let git = GitWork::open(&top)?;
    if git.is_bare() { Err(none("this git repository has no work tree")) } else { Ok(git) }
}

fn head(git: &GitWork) -> Result<Head, Report> {
    let verify = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
    let Some(commit) = git.look_up(&verify, b"")? else {
        let message = "git has no commit here yet: there is nothing that a branch could start from";
        let help = "commit what is there first, or leave --git-branch out";
        return Err(Report::new(Exit::Decision, message).help(help));
    };
    let branch = git.look_up(&["symbolic-ref", "--quiet", "HEAD"], b"")?;
    let branch = branch.as_deref().and_then(|name| name.trim_end().strip_prefix("refs/heads/"));
    Ok(Head { branch: branch.map(str::to_owned), commit: commit.trim_end().to_owned() })
}

/// A file in a repository of its own, such as a submodule, is in no commit of this one.
fn refuse_nested(git: &GitWork, branches: &[Branch]) -> Result<(), Report> {
    for file in branches.iter().flat_map(|branch| &branch.files) {
        let path = git.folder().join(&file.path);
        let top = path.parent().and_then(|folder| CheckedOutGit.top_level(folder));
        if top.is_some_and(|top| top != git.folder()) {
            let message = "this file is in a git repository of its own, inside the other one";
            let help = "commit there by hand, or leave --git-branch out";
            return Err(Report::new(Exit::Decision, message)
                .help(help)
                .at(file.path.as_str(), None));
        }
    }
    Ok(())
}

impl Commits {
    /// Whether the branch is the one that is checked out.
    fn is_here(&self, branch: &Branch) -> bool {
        self.head.branch.as_deref() == Some(&branch.name)
    }

    /// What would be committed, for a dry run.
    pub(super) fn announced(&self) -> Vec<String> {
        let line = |branch: &Branch| {
            let which = if self.is_here(branch) { "on branch" } else { "on the new branch" };
            let files = files_in_words(branch.files.len());
            format!("{:<10} {which} {}: {files}, \"{}\"", "commit", branch.name, branch.subject)
        };
        self.branches.iter().map(line).collect()
    }

    /// Where the user is, and the commands that bring the branches to others.
    fn what_next(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.branches.len() > 1 {
            let here = self.head.branch.as_deref().unwrap_or("a detached HEAD");
            lines.push(format!(
                "you are on {here} as before, with all these files in the work tree: gangplank undo takes them out of it"
            ));
        }
        let remote = self.remote();
        for branch in &self.branches {
            let Some((remote, url)) = &remote else {
                lines.push("no remote to push to is configured".to_owned());
                break;
            };
            let push = self.git_words.clone().switch("push -u").argument(remote);
            let push = push.argument(&branch.name);
            lines.push(format!("next: push it: {push}"));
            let page = url.as_deref().and_then(|url| forge::pull_request(url, &branch.name));
            lines.extend(page.map(|page| format!("next: open a pull request: {page}")));
        }
        lines
    }

    /// The remote that a push of a new branch goes to, with its URL: what the config names for all
    /// or for the branch that HEAD was on, else the only one, else `origin`.
    fn remote(&self) -> Option<(String, Option<String>)> {
        let all = self.git.ask(&["remote"], b"").ok()?;
        let all: Vec<&str> = all.lines().collect();
        let own = self.head.branch.as_ref().map(|branch| format!("branch.{branch}.remote"));
        let keys = ["remote.pushDefault".to_owned()].into_iter().chain(own);
        let named = keys.filter_map(|key| self.git.ask(&["config", "--get", &key], b"").ok());
        // A config may also name a URL, with a password in it.
        let named =
            named.map(|name| name.trim_end().to_owned()).find(|name| all.contains(&name.as_str()));
        let name = named.or_else(|| match all[..] {
            [only] => Some(only.to_owned()),
            _ => all.contains(&"origin").then(|| "origin".to_owned()),
        })?;
        let url = self.git.ask(&["remote", "get-url", "--push", &name], b"").ok();
        Some((name, url.map(|url| url.trim_end().to_owned())))
    }
}

fn files_in_words(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn short(git: &GitWork, name: &str) -> Result<String, Report> {
    let short = git.ask(&["rev-parse", "--short", name], b"")?;
    Ok(short.trim_end().to_owned())
}

/// git can't be asked, and nothing was written.
impl From<GitFailure> for Report {
    fn from(failure: GitFailure) -> Self {
        let help = git_help(&failure);
        Report::new(Exit::Failed, format!("--git-branch: {}", in_one_line(&failure.to_string())))
            .help(help)
    }
}
