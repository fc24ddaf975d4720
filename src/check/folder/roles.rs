//! Which of several places wins, and what is lost by it.

use super::at;
use super::level::Level;
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::kube2iam::decode_roles;
use crate::kustomize::{Setter, Written};
use crate::manifests::edit::Step;

pub(super) fn findings(level: &Level<'_>) -> Vec<Finding> {
    let mut out = overridden(level);
    out.extend(drops_inherited(level));
    out
}

/// Of several places that set the annotation the last one wins; there is no union.
pub(super) fn overridden(level: &Level<'_>) -> Vec<Finding> {
    let sets = |setter: &&Setter| !matches!(setter.written, Written::Removed | Written::Other);
    let losers = level.setters.iter().enumerate().filter(|(_, setter)| sets(setter));
    let losers = losers.filter_map(|(index, loser)| {
        let winner = level.setters[index + 1..].iter().rfind(|s| s.written != Written::Other)?;
        let place = format!("{}:{}", winner.file.name(), winner.place.line);
        Some(if is_late(winner) && !is_late(loser) {
            at(
                "patch/overridden-deprecated",
                Severity::Error,
                (&loser.file, loser.place),
                format!("`patchesJson6902` sets the annotation again at {place}, and runs last: what stands here has no effect"),
                "put all roles into one list, in `patches`, and take the other patch out",
            )
        } else {
            at(
                "patch/overridden",
                Severity::Error,
                (&loser.file, loser.place),
                format!("{place} sets the same annotation later, and the last one wins: what stands here has no effect"),
                "put all roles into one list, and take the other one out",
            )
        })
    });
    losers.collect()
}

fn is_late(setter: &Setter) -> bool {
    let key = setter.entry.as_ref().and_then(|steps| steps.first());
    matches!(key, Some(Step::Key(key)) if key.eq_ignore_ascii_case("patchesJson6902"))
}

/// The folder's list replaces the one of the defaults.
fn drops_inherited(level: &Level<'_>) -> Option<Finding> {
    let inherited = *level.inherited().get(level.facts.allowed_roles_key.as_str())?;
    let setter = level.setters.last()?;
    let Written::Text(own) = &setter.written else {
        return None;
    };
    let own = decode_roles(own).roles?;
    let lost: Vec<String> = decode_roles(inherited)
        .roles?
        .into_iter()
        .filter(|role| !role.is_empty() && !own.contains(role))
        .collect();
    (!lost.is_empty()).then(|| {
        at(
            "annotation/drops-inherited",
            Severity::Error,
            (&setter.file, setter.place),
            format!(
                "this list replaces the one of the defaults, which also grants {}",
                lost.join(", ")
            ),
            "add what is to stay; nothing joins the lists",
        )
    })
}
