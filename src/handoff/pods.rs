//! Which pods the policies of a namespace are for, and which of them is tried out.

use crate::check::ReachQuestion;
use crate::domain::pods::Pods;
use crate::domain::reach::Reachable;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, Selects, pods_of};
use crate::manifests::reach::Target;
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
    /// Whether all policies together let them reach kube2iam.
    pub reach_kube2iam: bool,
}

impl PolicyPods {
    /// The pods in words.
    pub fn in_words(&self) -> String {
        let more = || "the pods that its selector describes".to_owned();
        self.pods.as_ref().map_or_else(more, Pods::in_words)
    }
}

/// The policies of a build that have egress rules, one for each selector.
pub(super) fn policies(asked: &ReachQuestion<'_>) -> Vec<PolicyPods> {
    let mut all = Vec::new();
    for object in &asked.build.objects {
        let Some(policy) = object.root().and_then(NetworkPolicy::of) else { continue };
        for selector in policy.selectors() {
            let pods = pods_of(selector);
            let any = Pods::default();
            let known = pods.as_ref().unwrap_or(&any);
            let set = PodSet { namespace: asked.namespace, pods: known };
            if policy.selects_for_egress(set) == Selects::None {
                continue;
            }
            let asked = ReachQuestion { pods: known, ..*asked };
            let answer = asked.with_policies(|set, _| set.answer(Target::Metadata));
            all.push(PolicyPods {
                name: policy.name().to_owned(),
                path: object.file.path.clone(),
                reach_kube2iam: answer.verdict == Reachable::Yes,
                pods,
            });
        }
    }
    all
}

/// The pods that the team means, as far as the policies tell: the first ones that reach kube2iam,
/// else the first ones, those of the namespace's own policies before those of its defaults.
pub(super) fn meant(policies: &[PolicyPods], folder: &RepoPath) -> Pods {
    let known: Vec<&PolicyPods> = policies.iter().filter(|policy| policy.pods.is_some()).collect();
    let rank = |policy: &&&PolicyPods| (!policy.reach_kube2iam, !policy.path.is_within(folder));
    let first = known.iter().min_by_key(rank);
    first.and_then(|policy| policy.pods.clone()).unwrap_or_default()
}
