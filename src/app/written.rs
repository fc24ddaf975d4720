//! What a plan achieves, and what comes after it, in words.

use crate::plan::{Effective, Plan};
use crate::repo::Root;

/// A line for each namespace, and the next step.
pub(super) fn lines(plan: &Plan, root: &Root) -> Vec<String> {
    let mut lines: Vec<String> = plan.effects.iter().map(effect).collect();
    if plan.has_changes() {
        lines.push(format!("next: {}", commit_command(plan, root)));
    }
    lines
}

fn effect(effect: &Effective) -> String {
    let roles = match effect.after.len() {
        1 => "1 role".to_owned(),
        count => format!("{count} roles"),
    };
    let new = effect
        .after
        .iter()
        .filter(|role| !effect.before.contains(role))
        .count();
    let what = if new == 0 {
        "may assume".to_owned()
    } else {
        format!("may assume, {new} of them new,")
    };
    format!(
        "{} on {} {what} {roles}: {}",
        effect.namespace,
        effect.cluster,
        effect.after.join(" ")
    )
}

/// The commands that commit what was written.
pub(super) fn commit_command(plan: &Plan, root: &Root) -> String {
    let folders: Vec<String> = plan
        .effects
        .iter()
        .map(|effect| root.git_path(effect.folder.as_str()))
        .collect();
    let names: Vec<&str> = plan
        .effects
        .iter()
        .map(|effect| effect.namespace.as_str())
        .collect();
    let clusters: Vec<&str> = plan
        .effects
        .iter()
        .map(|effect| effect.cluster.as_str())
        .collect();
    let message = format!(
        "Allow {} on {} to assume its role",
        names[..1.min(names.len())].join(""),
        clusters.join(", ")
    );
    format!(
        "git add {} && git commit -m \"{message}\"",
        folders.join(" ")
    )
}
