//! What is worth a look about a repository, whatever namespace is looked at.

use super::problems::placed;
use crate::domain::finding::{Finding, Level};
use crate::repo::{CONFIG_NAME, IdleEntry, Repository, Survey};

/// Some files were not looked at, so that what no policy and no Argo CD path says may be wrong.
pub fn not_all_read(survey: &Survey) -> Option<Finding> {
    let message = "there are more than 5,000 YAML files beside the namespaces: not all were looked at for policies and Argo CD paths";
    let help = "look at the cluster's policies and Argo CD paths by hand";
    let path = survey.layout.cluster_folder.as_str();
    let finding = || Finding::on_disk("layout/not-all-read", Level::Warning, path, message, help);
    (!survey.is_complete).then(finding)
}

/// Facts of clusters that have no folder: of none at all, or of one that is called otherwise. Not
/// an error, for a cluster may be described before its folder is there.
pub fn idle_clusters(repository: &Repository) -> Vec<Finding> {
    // A folder that can't be listed is refused where its clusters are looked for.
    let idle = repository.idle_entries().unwrap_or_default();
    idle.into_iter().map(finding).collect()
}

fn finding(entry: IdleEntry) -> Finding {
    let help = match entry.near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "take the entry out, unless its cluster is still to come".to_owned(),
    };
    let message = format!("no cluster matches `{}`: its facts are used nowhere", entry.name);
    let finding = Finding::on_disk("cluster/no-folder", Level::Warning, CONFIG_NAME, message, help);
    placed(finding, entry.place)
}
