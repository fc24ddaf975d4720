//! What a plan achieves, and what comes after it, in words.

use super::changes::{Effective, Plan, Purpose};
use super::commit_message::commit_subject;
use crate::domain::shell::CommandLine;
use crate::system::RepoPath;

/// What is to be done first, unless a commit was made already.
pub const COMMIT_STEP: &str = "commit and open a pull request";

/// The words for after the writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextSteps {
    /// What holds now, a line for each namespace.
    pub achieved: Vec<String>,
    /// What to do, each with a command if there is one.
    pub next: Vec<(String, String)>,
}

/// The next steps after a plan was written. `root` is the repository's root as seen from where the
/// user is; empty if they are there.
pub fn next_steps(plan: &Plan, root: &str) -> NextSteps {
    let achieved = plan.effects.iter().map(achieved).collect();
    let mut next = Vec::new();
    if plan.has_changes() && !plan.effects.is_empty() {
        next.push((COMMIT_STEP.to_owned(), commit_command(plan, root)));
    }
    for effect in &plan.effects {
        if plan.purpose == Purpose::Grant {
            next.push(annotation_for_pods(effect));
        }
        next.push((
            "look at what Argo CD will apply".to_owned(),
            CommandLine::of("kubectl kustomize")
                .argument(&below(root, effect.folder.as_str()))
                .to_string(),
        ));
    }
    NextSteps { achieved, next }
}

fn annotation_for_pods(effect: &Effective) -> (String, String) {
    (
        "give this to the team: the annotation for their pods, in spec.template.metadata"
            .to_owned(),
        format!("{}: {}", effect.role_key, effect.pod_role),
    )
}

fn achieved(effect: &Effective) -> String {
    let roles = match effect.after.len() {
        0 => return format!("{} on {} may assume no role", effect.namespace, effect.cluster),
        1 => "1 role".to_owned(),
        count => format!("{count} roles"),
    };
    let new = effect.after.iter().filter(|role| !effect.before.contains(role)).count();
    let gone = effect.before.iter().filter(|role| !effect.after.contains(role)).count();
    let since = match (new, gone) {
        (0, 0) => " (as before)".to_owned(),
        (0, gone) => format!(" ({gone} less than before)"),
        (new, _) if new == effect.after.len() => String::new(),
        (new, _) => format!(" ({new} of them new)"),
    };
    format!(
        "{} on {} may assume {roles}{since}: {}",
        effect.namespace,
        effect.cluster,
        effect.after.join(" ")
    )
}

fn commit_command(plan: &Plan, root: &str) -> String {
    let folders = plan.effects.iter().map(|effect| effect.folder.as_str());
    let is_inside =
        |path: &RepoPath| plan.effects.iter().any(|effect| path.is_within(&effect.folder));
    let others = plan.files.iter().filter(|file| file.verb.writes() && !is_inside(&file.path));
    let paths = folders.chain(others.map(|file| file.path.as_str()));
    let effects: Vec<&Effective> = plan.effects.iter().collect();
    let message = commit_subject(&plan.purpose, &effects);
    let git = CommandLine::git_in(root);
    let add = git.clone().switch("add").arguments(paths);
    format!("{add} && {}", git.switch("commit").flag("-m", &message))
}

fn below(root: &str, path: &str) -> String {
    if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") }
}
