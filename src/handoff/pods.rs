//! Which pods the policies of a namespace are for, and which of them is tried out.

use crate::domain::name::Namespace;
use crate::domain::pods::Pods;
use crate::kustomize::Build;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects, pods_of};
use crate::system::RepoPath;

/// A policy with egress rules, and the pods that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPods {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: RepoPath,
    /// The pods; none if its selector says more than accounts and labels.
    pub pods: Option<Pods>,
    /// Whether it opens the way to kube2iam for them.
    pub opens_metadata: bool,
}

impl PolicyPods {
    /// The pods in words.
    pub fn in_words(&self) -> String {
        let more = || "the pods that its selector describes".to_owned();
        self.pods.as_ref().map_or_else(more, Pods::in_words)
    }
}

/// The policies of a build that have egress rules, one for each selector.
pub(super) fn policies(build: &Build, namespace: &Namespace) -> Vec<PolicyPods> {
    let mut all = Vec::new();
    for object in &build.objects {
        let Some(policy) = object.root().and_then(NetworkPolicy::of) else { continue };
        for selector in policy.selectors() {
            let pods = pods_of(selector);
            let any = Pods::default();
            let set = PodSet { namespace, pods: pods.as_ref().unwrap_or(&any) };
            if policy.selects_for_egress(set) == Selects::None {
                continue;
            }
            all.push(PolicyPods {
                name: policy.name().to_owned(),
                path: object.file.path.clone(),
                opens_metadata: policy.opens_metadata(set) != Selects::None,
                pods,
            });
        }
    }
    all
}

/// The pods that the team means, as far as the policies tell: those that the first one with a way to
/// kube2iam is for, the namespace's own policies before those of its defaults.
pub(super) fn meant(policies: &[PolicyPods], folder: &RepoPath) -> Pods {
    let is_own = |policy: &&PolicyPods| policy.path.is_within(folder);
    let others = policies.iter().filter(|policy| !is_own(policy));
    let mut all = policies.iter().filter(is_own).chain(others);
    let first = all.find(|policy| policy.opens_metadata && policy.pods.is_some());
    first.and_then(|policy| policy.pods.clone()).unwrap_or_default()
}
