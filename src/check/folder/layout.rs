//! Where a folder stands: whether Argo CD delivers it, and folders without a kustomization.

use super::FolderContext;
use crate::check::problems::unreadable;
use crate::domain::finding::{Finding, Level};
use crate::repo::{DeliveryVerdict, Survey};
use crate::system::RepoPath;

pub(super) fn findings(context: &FolderContext<'_>) -> Vec<Finding> {
    let survey = context.survey.filter(|_| context.namespace.is_some());
    survey.and_then(|survey| not_delivered(survey, context.folder)).into_iter().collect()
}

/// What is said of a namespace folder that no git path of Argo CD matches.
pub fn not_delivered(survey: &Survey, folder: &RepoPath) -> Option<Finding> {
    let DeliveryVerdict::NotDelivered { patterns, source } = survey.delivery.verdict(folder) else {
        return None;
    };
    let shown: Vec<&str> = patterns.iter().take(3).map(String::as_str).collect();
    Some(Finding::on_disk(
        "layout/not-delivered",
        Level::Error,
        folder.as_str(),
        format!(
            "Argo CD does not deliver this folder: the git paths in {source} are {}",
            shown.join(", ")
        ),
        "add the folder to the ApplicationSet, or set layout.namespaces in gangplank.yaml",
    ))
}

pub(super) fn without_kustomization(context: &FolderContext<'_>) -> Vec<Finding> {
    let has_manifests = match context.tree.has_manifests(context.folder) {
        Ok(has_manifests) => has_manifests,
        Err(error) => return vec![unreadable(&error)],
    };
    let finding = || {
        Finding::on_disk(
            "layout/raw-folder",
            Level::Note,
            context.folder.as_str(),
            "manifests without a kustomization: nothing patches the Namespace here",
            "add a kustomization.yaml that lists all of them, in a change of its own",
        )
    };
    has_manifests.then(finding).into_iter().collect()
}
