//! The namespace in which a workload runs, as far as the repository knows it.

use super::template::Workload;
use crate::check::single::Single;
use crate::domain::name::Namespace;
use crate::domain::pods::{Pods, SERVICE_ACCOUNT_LABEL};
use crate::kustomize::{self, Build, BuiltNamespace, Object};
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects, selector_keys};
use crate::manifests::yaml::Node;
use crate::repo::Survey;
use crate::system::RepoPath;

/// A namespace and its cluster.
pub(super) struct Home<'a> {
    pub(super) survey: &'a Survey,
    build: Build,
}

impl<'a> Home<'a> {
    /// Finds it: the namespace folder that the file is in, else the one that `metadata.namespace`
    /// names, in the cluster whose folder the file is in or in the only one that has it.
    pub(super) fn find(single: &Single<'a>, workload: &Workload<'_>) -> Option<Self> {
        let (cluster, folder) = place(single, workload)?;
        let survey = single.checker.survey(&cluster)?;
        let build = kustomize::build(&single.tree.looking_at(&folder), &folder);
        Some(Home { survey, build })
    }

    /// The Namespace, if its build is known and has just one.
    pub(super) fn built(&self) -> Option<&BuiltNamespace> {
        match &self.build.namespaces[..] {
            [one] if self.build.problems.is_empty() => Some(one),
            _ => None,
        }
    }

    /// The name of a policy that chooses pods by service accounts and leaves this one out, unless
    /// another policy of the namespace has rules for it.
    pub(super) fn policy_without(
        &self,
        account: &str,
        labels: &[(String, String)],
    ) -> Option<String> {
        let namespace = Namespace::parse(&self.built()?.name).ok()?;
        let pods = Pods { service_accounts: vec![account.to_owned()], labels: labels.to_vec() };
        let pods = PodSet { namespace: &namespace, pods: &pods };
        let roots = || self.build.objects.iter().filter_map(Object::root);
        let policies = || roots().filter_map(NetworkPolicy::of);
        if policies().any(|policy| policy.selects_for_egress(pods) != Selects::None) {
            return None;
        }
        let mut choosing = roots().filter_map(|root| {
            let policy = NetworkPolicy::of(root)?;
            policy.selectors().any(names_accounts).then_some(policy)
        });
        choosing.next().map(|policy| policy.name().to_owned())
    }
}

/// Whether a selector speaks of service accounts.
fn names_accounts(selector: Node<'_>) -> bool {
    selector_keys(selector).contains(&SERVICE_ACCOUNT_LABEL)
}

fn place(single: &Single<'_>, workload: &Workload<'_>) -> Option<(String, RepoPath)> {
    let places = &single.checker.places;
    if let Some((folder, cluster)) = places.owner(single.path) {
        return Some((cluster.to_owned(), folder.clone()));
    }
    let namespace = workload.namespace()?;
    let found = |cluster: &str| {
        let folder = single.checker.folder_of(cluster, namespace)?;
        Some((cluster.to_owned(), folder))
    };
    if let Some(cluster) = places.cluster_of(single.path) {
        return found(cluster);
    }
    let mut all = places.layouts.keys().filter_map(|cluster| found(cluster));
    let first = all.next()?;
    // Which of several clusters is meant nobody says.
    all.next().is_none().then_some(first)
}
