//! Policy files that lie in a folder and that nothing builds.

use super::level::Level;
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::near::is_misspelt;
use crate::system::{FileKind, RepoPath};

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let (tree, folder) = (level.context.tree, level.context.folder);
    let text = level.file.source.text();
    let entries = tree.list(folder).unwrap_or_default().into_iter();
    let files = entries.filter(|(name, kind)| {
        // An entry that people commented out counts as looked at.
        *kind == FileKind::File && is_manifest(name) && !text.contains(name.as_str())
    });
    // One that a listed name may mean is said there.
    let missing = level.build.problems.iter().filter_map(|problem| problem.missing.as_ref());
    let missing: Vec<&str> = missing.map(RepoPath::name).collect();
    let is_meant = |name: &str| missing.iter().any(|listed| is_misspelt(listed, name));
    let files = files.filter(|(name, _)| !is_meant(name));
    let policies = files.filter(|(name, _)| is_policy(level, &folder.child(name)));
    policies.map(|(name, _)| unlisted(&folder.child(&name), &name)).collect()
}

fn is_manifest(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

/// Told from the text: whether the rest of it is right does not matter.
fn is_policy(level: &Level<'_>, path: &RepoPath) -> bool {
    let built = level.build.objects.iter().any(|object| object.file.path == *path);
    let Ok(Some(source)) = level.context.tree.text(path) else {
        return false;
    };
    let is_kind = |line: &str| {
        let kind = line.strip_prefix("kind:").map(|rest| rest.trim().trim_matches(['"', '\'']));
        matches!(kind, Some("CiliumNetworkPolicy" | "NetworkPolicy"))
    };
    let is_template = ["${", "{{"].iter().any(|mark| source.text().contains(mark));
    !built && !is_template && source.text().lines().any(is_kind)
}

fn unlisted(path: &RepoPath, name: &str) -> Finding {
    Finding::on_disk(
        "kustomization/unlisted-policy",
        Severity::Error,
        path.as_str(),
        format!("`resources` does not list {name}: the policy is not built, without a word"),
        format!("add `- {name}` to `resources`, or take the file away"),
    )
    .at(1, 1)
}
