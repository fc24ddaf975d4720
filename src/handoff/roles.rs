//! The roles that a list allows, out of its entries.

use super::trust::Trust;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::facts::ClusterFacts;
use crate::domain::kube2iam::{Decision, Question, Settings, decide};
use crate::domain::role_arn::RoleArn;
use crate::kustomize::Build;

/// A role that the pods may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedRole {
    /// The role.
    pub role: RoleArn,
    /// Whether kube2iam may assume it.
    pub trust: Trust,
}

/// The text of a namespace's list as built; none if it has no list, or is not just one Namespace.
pub(super) fn list(build: &Build, facts: &ClusterFacts) -> Option<String> {
    match &build.namespaces[..] {
        [namespace] => namespace.annotations.get(&facts.allowed_roles_key).cloned(),
        _ => None,
    }
}

/// The roles that the entries of a list name, and the entries that name none: patterns, which allow
/// more than one.
pub(super) fn named_roles(
    facts: &ClusterFacts,
    annotation: &str,
    entries: &[String],
) -> (Vec<RoleArn>, Vec<String>) {
    let (mut roles, mut patterns): (Vec<RoleArn>, Vec<String>) = (Vec::new(), Vec::new());
    for entry in entries {
        match allowed_role(facts, annotation, &literal(entry, facts.format.value)) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            Some(_) => {}
            None => patterns.push(entry.clone()),
        }
    }
    (roles, patterns)
}

/// The role that kube2iam asks STS for if a pod asks for `wanted`, if the list allows it.
pub(super) fn allowed_role(
    facts: &ClusterFacts,
    annotation: &str,
    wanted: &str,
) -> Option<RoleArn> {
    let question = Question {
        allowed_roles: Some(annotation.to_owned()),
        role: Some(wanted.to_owned()),
        namespace_missing: false,
    };
    let answer = decide(&Settings::of(facts), &question);
    let role = answer.resolved_role.filter(|_| answer.decision == Decision::Allow)?;
    RoleArn::parse(&role).ok()
}

/// The text that an entry stands for if it has nothing special in it.
fn literal(entry: &str, format: RestrictionFormat) -> String {
    match format {
        RestrictionFormat::Glob => entry.to_owned(),
        RestrictionFormat::Regexp => entry.strip_suffix('$').unwrap_or(entry).replace('\\', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::Fact;

    fn named(facts: &ClusterFacts, entries: &[&str]) -> (Vec<String>, Vec<String>) {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let annotation = serde_json::to_string(&entries).unwrap();
        let (roles, patterns) = named_roles(facts, &annotation, &entries);
        (roles.iter().map(ToString::to_string).collect(), patterns)
    }

    const APP: &str = "arn:aws:iam::123456789098:role/team/app.x";

    #[test]
    fn names_are_told_from_patterns_in_both_formats() {
        let mut facts = ClusterFacts::assumed();
        let star = "arn:aws:iam::123456789098:role/*";
        assert_eq!(
            named(&facts, &[APP, star, APP, "short"]),
            (vec![APP.to_owned()], vec![star.to_owned(), "short".to_owned()])
        );
        facts.format = Fact::config(RestrictionFormat::Regexp);
        let exact = r"arn:aws:iam::123456789098:role/team/app\.x$";
        let any = "arn:aws:iam::123456789098:role/.*";
        assert_eq!(named(&facts, &[exact, any]), (vec![APP.to_owned()], vec![any.to_owned()]));
    }

    #[test]
    fn a_short_name_is_a_role_below_the_base() {
        let facts = ClusterFacts {
            base_arn: Some("arn:aws:iam::123456789098:role/".to_owned()),
            ..ClusterFacts::assumed()
        };
        assert_eq!(
            named(&facts, &["team/app.x", "app*"]),
            (vec![APP.to_owned()], vec!["app*".to_owned()])
        );
    }
}
