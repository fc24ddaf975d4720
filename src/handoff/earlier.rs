//! What a namespace was granted before a change.

use super::roles;
use crate::domain::kube2iam::decode_roles;
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::pods::Pods;
use crate::kustomize;
use crate::manifests::network_policy::{PodSet, Selects};
use crate::repo::Repository;

/// A namespace before a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Earlier {
    /// The entries of its list as built; none if it was not there, or did not build.
    pub entries: Vec<String>,
    /// Whether a policy restricted egress of the pods.
    pub restricted_egress: bool,
    /// Whether it was there.
    pub was_there: bool,
}

impl Earlier {
    /// Looks at a namespace in the repository as it was.
    pub(super) fn of(
        repository: &Repository,
        cluster: &ClusterName,
        namespace: &Namespace,
        pods: &Pods,
    ) -> Self {
        let tree = &repository.tree;
        let Ok(survey) = repository.survey(cluster) else {
            return Earlier::default();
        };
        let place = survey.place(tree, namespace).ok().filter(|place| place.exists);
        let Some(place) = place else {
            return Earlier::default();
        };
        let build = kustomize::build(tree, &place.folder);
        let set = PodSet { namespace, pods };
        let list = roles::list(&build, &survey.facts).unwrap_or_default();
        Earlier {
            entries: decode_roles(&list).roles.unwrap_or_default(),
            restricted_egress: survey.egress_restricted(&build, set) == Selects::All,
            was_there: true,
        }
    }
}
