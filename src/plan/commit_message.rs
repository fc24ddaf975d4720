//! The words of a commit: what it does, and the roles before and after.

use super::changes::{Effective, Plan, Purpose};
use crate::domain::shown::in_one_line;

/// As many clusters as a subject names.
const NAMED: usize = 3;

/// The first line of a commit that brings these effects of a plan.
pub fn commit_subject(purpose: &Purpose, effects: &[&Effective]) -> String {
    let namespaces = names(effects.iter().map(|effect| effect.namespace.as_str()), "namespaces");
    let clusters = names(effects.iter().map(|effect| effect.cluster.as_str()), "clusters");
    match purpose {
        _ if effects.is_empty() => "Change what a namespace may assume".to_owned(),
        Purpose::Revoke => format!("Take a role from {namespaces} on {clusters}"),
        _ => format!("Allow {namespaces} on {clusters} to assume its role"),
    }
}

/// The whole message: for each namespace its roles before and after, and the command that does the
/// same.
pub fn commit_message(plan: &Plan, effects: &[&Effective]) -> String {
    let subject = commit_subject(&plan.purpose, effects);
    let roles: String = effects.iter().map(|effect| before_and_after(effect)).collect();
    let command = in_one_line(&plan.command);
    format!("{subject}\n\n{roles}Written by gangplank; the same again:\n{command}\n")
}

fn before_and_after(effect: &Effective) -> String {
    let (before, after) = (list(&effect.before), list(&effect.after));
    format!("{} on {}\n  before: {before}\n  after:  {after}\n\n", effect.namespace, effect.cluster)
}

/// The roles one below the other.
fn list(roles: &[String]) -> String {
    let roles: Vec<String> = roles.iter().map(|role| in_one_line(role)).collect();
    if roles.is_empty() { "no role".to_owned() } else { roles.join("\n          ") }
}

/// Each name once; of many only how many they are.
fn names<'a>(all: impl Iterator<Item = &'a str>, word: &str) -> String {
    let mut once: Vec<&str> = Vec::new();
    for name in all {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    if once.len() > NAMED { format!("{} {word}", once.len()) } else { once.join(", ") }
}
