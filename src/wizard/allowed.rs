//! The roles that a namespace has already, for the question about another one.

use super::state::Wizard;

/// A role that is allowed already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedAlready {
    /// The entry of the list.
    pub role: String,
    /// On which cluster, where there are several.
    pub cluster: Option<String>,
    /// Whether it comes from what the folder inherits.
    pub is_inherited: bool,
}

impl Wizard {
    /// The roles that are on disk, on each cluster.
    pub fn allowed_already(&self) -> Vec<AllowedAlready> {
        let effects = self.shown_plan().map_or(&[][..], |plan| &plan.effects);
        let are_several = effects.len() > 1;
        let of = |effect: &crate::plan::Effective| {
            let cluster = are_several.then(|| effect.cluster.clone());
            let is_inherited = effect.is_inherited;
            let roles = effect.before.iter().cloned();
            let allowed =
                roles.map(|role| AllowedAlready { role, cluster: cluster.clone(), is_inherited });
            allowed.collect::<Vec<_>>()
        };
        effects.iter().flat_map(of).collect()
    }
}
