//! A pod that wants a role, as far as kube2iam and the policies look at it.

use super::pods::Pods;

/// What is known of the pod.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pod {
    /// Where it names the role.
    pub role: RoleWish,
    /// The external id of its annotation.
    pub external_id: Option<String>,
    /// Its service account and its labels.
    pub pods: Pods,
    /// Whether it is on the host's network.
    pub host_network: bool,
}

/// Where a role is named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RoleWish {
    /// Nowhere.
    #[default]
    Absent,
    /// In the pod's own annotations, where kube2iam looks.
    OnPod(String),
    /// In those of its workload, where nobody looks.
    OnWorkload(String),
    /// In a label.
    AsLabel(String),
}

impl RoleWish {
    /// What kube2iam sees.
    pub fn seen(&self) -> Option<&str> {
        match self {
            RoleWish::OnPod(role) => Some(role),
            _ => None,
        }
    }
}

/// Whether one link of the chain holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Allow,
    /// It does not: the pod gets no role, or can't use it.
    Deny,
    /// It can't be told from here.
    CannotTell,
}

impl Verdict {
    /// The word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Deny => "deny",
            Verdict::CannotTell => "cannot_tell",
        }
    }
}

/// One link of the chain between a pod and its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which one, in a word.
    pub name: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Why, in one line.
    pub reason: String,
    /// What to do; empty if there is nothing.
    pub help: String,
}

impl Link {
    /// A link.
    pub fn new(
        name: &'static str,
        verdict: Verdict,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Link { name, verdict, reason: reason.into(), help: help.into() }
    }
}

/// A chain holds if all its links do; one that breaks is enough.
pub fn decision(links: &[Link]) -> Verdict {
    let has = |verdict| links.iter().any(|link| link.verdict == verdict);
    if has(Verdict::Deny) {
        Verdict::Deny
    } else if has(Verdict::CannotTell) {
        Verdict::CannotTell
    } else {
        Verdict::Allow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_that_breaks_is_enough() {
        use Verdict::{Allow, CannotTell, Deny};
        for (verdicts, expected) in [
            (&[Allow, Allow][..], Allow),
            (&[Allow, CannotTell], CannotTell),
            (&[CannotTell, Deny, Allow], Deny),
            (&[], Allow),
        ] {
            let links: Vec<Link> =
                verdicts.iter().map(|verdict| Link::new("x", *verdict, "", "")).collect();
            assert_eq!(decision(&links), expected, "{verdicts:?}");
        }
    }
}
