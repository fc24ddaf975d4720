//! All policies for some pods taken together: allows add up, a deny wins, and once a policy
//! restricts egress, what nothing allows is shut.

use super::extent::{Doubt, Extent};
use crate::domain::reach::Reachable;
use crate::manifests::network_policy::Selects;

/// What one spec does about a target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effect {
    /// Which policy it is of.
    pub(super) policy: usize,
    /// Whether it is for the pods.
    pub(super) selects: Selects,
    /// Whether it puts them into egress default-deny.
    pub(super) restricts: bool,
    pub(super) opens: Extent,
    pub(super) denies: Extent,
}

/// Because of what pods reach a target, or not. Policies by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// Nothing restricts their egress.
    Unrestricted,
    /// These open it.
    Opened(Vec<usize>),
    /// These restrict, and nothing opens it.
    Shut(Vec<usize>),
    /// This one denies it.
    Denied(usize),
    /// This one is for pods with other labels too, or only for such.
    Selection(usize),
    /// What this one says of it is not known.
    Unknown(usize, Doubt),
}

/// What the policies do about a target, all effects taken together.
pub(super) fn judge(effects: &[Effect]) -> (Reachable, Cause) {
    let certain = || effects.iter().filter(|effect| effect.selects == Selects::All);
    let uncertain = || effects.iter().filter(|effect| effect.selects == Selects::Perhaps);
    if let Some(deny) = certain().find(|effect| effect.denies == Extent::All) {
        return (Reachable::No, Cause::Denied(deny.policy));
    }
    let (verdict, cause) = allowed(effects);
    if verdict == Reachable::No {
        return (verdict, cause);
    }
    let doubt = certain().find_map(|effect| Some((effect.policy, doubt(effect.denies)?)));
    if let Some((policy, doubt)) = doubt {
        return (Reachable::CannotTell, Cause::Unknown(policy, doubt));
    }
    if let Some(deny) = uncertain().find(|effect| !effect.denies.is_none()) {
        return (Reachable::CannotTell, Cause::Selection(deny.policy));
    }
    let part = certain().find(|effect| effect.denies == Extent::Part);
    match part.filter(|_| verdict == Reachable::Yes) {
        Some(deny) => (Reachable::InPart, Cause::Denied(deny.policy)),
        None => (verdict, cause),
    }
}

/// The same without what is denied.
fn allowed(effects: &[Effect]) -> (Reachable, Cause) {
    let certain = || effects.iter().filter(|effect| effect.selects == Selects::All);
    let uncertain = || effects.iter().filter(|effect| effect.selects == Selects::Perhaps);
    let restricting: Vec<usize> =
        numbers(certain().filter(|effect| effect.restricts).map(|effect| effect.policy));
    let open = Extent::widest(certain().map(|effect| effect.opens));
    let opening = |wanted: Extent| {
        let opening = certain().filter(move |effect| effect.opens == wanted);
        numbers(opening.map(|effect| effect.policy))
    };
    // One that opens what it shuts changes nothing, whomever it is for.
    let shuts = uncertain().find(|effect| effect.restricts && effect.opens != Extent::All);
    match (open, shuts) {
        (_, None) if restricting.is_empty() => (Reachable::Yes, Cause::Unrestricted),
        (Extent::All, _) => (Reachable::Yes, Cause::Opened(opening(Extent::All))),
        (_, Some(shuts)) if restricting.is_empty() => {
            (Reachable::CannotTell, Cause::Selection(shuts.policy))
        }
        // More of it may be open; some of it is for certain.
        (Extent::Part, _) => (Reachable::InPart, Cause::Opened(opening(Extent::Part))),
        _ => {
            let unknown = certain().find_map(|effect| Some((effect.policy, doubt(effect.opens)?)));
            let unknown = unknown.map(|(policy, doubt)| Cause::Unknown(policy, doubt));
            let opens = uncertain().find(|effect| !effect.opens.is_none());
            let selection = opens.map(|effect| Cause::Selection(effect.policy));
            match unknown.or(selection) {
                Some(cause) => (Reachable::CannotTell, cause),
                None => (Reachable::No, Cause::Shut(restricting)),
            }
        }
    }
}

fn doubt(extent: Extent) -> Option<Doubt> {
    match extent {
        Extent::Perhaps(doubt) => Some(doubt),
        _ => None,
    }
}

fn numbers(policies: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut numbers: Vec<usize> = Vec::new();
    for policy in policies {
        if !numbers.contains(&policy) {
            numbers.push(policy);
        }
    }
    numbers
}
