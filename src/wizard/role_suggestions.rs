//! Roles to choose from: the one that is called like the namespace, those in use in this repository,
//! and those that IAM lists.

use std::cmp::Reverse;

use super::state::Wizard;
use super::suggestions::Suggestion;
use crate::domain::near::holds_in_order;
use crate::domain::reserved_role::Reserved;
use crate::domain::role_arn::RoleArn;
use crate::repo::Survey;

/// The roles that fit what was typed, the best first; those that can't be taken last.
pub(super) fn matching(wizard: &Wizard, namespace: &str, typed: &str) -> Vec<Suggestion> {
    let Some(survey) = wizard.survey() else {
        return Vec::new();
    };
    let roles = Roles { wizard, survey, named: named_like(survey, namespace) };
    let mut kept: Vec<(Rank, &RoleArn)> = roles
        .candidates()
        .filter_map(|role| Some(((Reserved::of(role).is_some(), fit(role, typed)?), role)))
        .collect();
    kept.sort_by_key(|(rank, _)| *rank);
    kept.into_iter().map(|(_, role)| roles.suggestion(role)).collect()
}

/// Whether it can't be taken, and how well it fits; the smaller the better.
type Rank = (bool, u8);

/// What is known of roles.
struct Roles<'a> {
    wizard: &'a Wizard,
    survey: &'a Survey,
    /// The one that is called like the namespace, whether or not it is there.
    named: Option<RoleArn>,
}

fn named_like(survey: &Survey, namespace: &str) -> Option<RoleArn> {
    let account = survey.facts.account.as_ref().filter(|_| !namespace.is_empty())?;
    RoleArn::parse(&format!("arn:aws:iam::{}:role/{namespace}", account.value)).ok()
}

impl Roles<'_> {
    /// Each role once: those of this repository, the most used first, then those of which only IAM
    /// knows.
    fn candidates(&self) -> impl Iterator<Item = &RoleArn> {
        let in_use = &self.survey.roles_in_use;
        let mut used: Vec<&RoleArn> =
            in_use.keys().filter(|role| Some(*role) != self.named.as_ref()).collect();
        used.sort_by_key(|role| Reverse(in_use[*role].len()));
        let is_new =
            |role: &&RoleArn| !in_use.contains_key(*role) && Some(*role) != self.named.as_ref();
        self.named.iter().chain(used).chain(self.wizard.listed.roles().filter(is_new))
    }

    fn suggestion(&self, role: &RoleArn) -> Suggestion {
        let account = self.survey.facts.account.as_ref();
        let is_own = account.is_some_and(|account| account.value == role.account());
        Suggestion {
            value: role.as_str().to_owned(),
            label: is_own.then(|| after_account(role).to_owned()),
            note: self.note(role),
            disabled: Reserved::of(role).map(|reserved| reserved.in_short().to_owned()),
        }
    }

    /// Where a role is known from, the most telling first.
    fn note(&self, role: &RoleArn) -> String {
        let users = self.survey.roles_in_use.get(role).map(|users| used_by(users));
        let is_named = self.named.as_ref() == Some(role);
        let named = is_named.then(|| "named like the namespace".to_owned());
        let in_iam = self.wizard.listed.has(role);
        let missing = (in_iam == Some(false)).then(|| "not in IAM".to_owned());
        let there = (in_iam == Some(true)).then(|| "in IAM".to_owned());
        [missing, named, users, there].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Path and name.
fn after_account(role: &RoleArn) -> &str {
    role.as_str().split_once(":role/").map_or("", |(_, rest)| rest)
}

/// How well a role fits what was typed, which may be any part of it; `None` if it does not. What is
/// typed in full needs no suggestion.
fn fit(role: &RoleArn, typed: &str) -> Option<u8> {
    let arn = role.as_str().to_ascii_lowercase();
    let own = &arn[arn.len() - after_account(role).len()..];
    let name = &arn[arn.len() - role.name().len()..];
    if arn == typed {
        None
    } else if own.starts_with(typed) || name.starts_with(typed) || arn.starts_with(typed) {
        Some(0)
    } else if own.contains(typed) {
        Some(1)
    } else if arn.contains(typed) {
        Some(2)
    } else if holds_in_order(own, typed) {
        Some(3)
    } else {
        None
    }
}

fn used_by(users: &[String]) -> String {
    match users {
        [one] => format!("used by {one}"),
        several => format!("used by {} namespaces: {}", several.len(), several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_fit_comes_first() {
        let role = RoleArn::parse("arn:aws:iam::123456789098:role/team/Report-Portal").unwrap();
        for (typed, expected) in [
            ("", Some(0)),
            ("report", Some(0)),
            ("team/r", Some(0)),
            ("arn:aws:iam::1", Some(0)),
            ("portal", Some(1)),
            ("9098:role/team", Some(2)),
            ("rprtl", Some(3)),
            ("xyz", None),
            ("arn:aws:iam::123456789098:role/team/report-portal", None),
        ] {
            assert_eq!(fit(&role, typed), expected, "{typed}");
        }
    }

    #[test]
    fn where_a_role_is_used_is_said_with_the_names() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(used_by(&names(&["a"])), "used by a");
        assert_eq!(used_by(&names(&["a", "b", "c"])), "used by 3 namespaces: a, b, c");
    }
}
