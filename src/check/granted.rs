//! `gangplank list`: what each namespace is granted, by the annotation that kustomize would build.

use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::facts::ClusterFacts;
use crate::domain::kube2iam::{self, Decision, Question, Reason, Settings, decode_roles};
use crate::domain::role_arn::RoleArn;
use crate::kustomize::{self, Build, BuiltNamespace};
use crate::repo::Survey;
use crate::system::RepoPath;
use crate::tree::Tree;

/// Whether the build of a namespace is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is worked out.
    Ok,
    /// kustomize refuses it.
    Broken,
    /// It is not worked out here.
    Unsupported,
}

/// What a namespace is granted.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its cluster.
    pub cluster: String,
    /// Its name as built; that of the folder if it is not built.
    pub namespace: String,
    /// Its folder.
    pub folder: RepoPath,
    /// The text of the annotation as built, if there is one.
    pub allowed_roles: Option<String>,
    /// The entries as kube2iam decodes them.
    pub roles: Vec<GrantedRole>,
    /// Whether all this is known.
    pub standing: Standing,
    /// Why not, or what is odd.
    pub reason: Option<String>,
    settings: Settings,
}

/// An entry of the list, and what is worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedRole {
    /// The entry.
    pub entry: String,
    /// Whether it may match several roles.
    pub is_wildcard: bool,
    /// Whether it names another account than the cluster's.
    pub is_other_account: bool,
    /// Whether it comes from the defaults, and not from the folder's own files.
    pub is_inherited: bool,
}

/// What the namespaces that a folder builds are granted. A folder without manifests has none.
pub(super) fn grants(
    tree: &Tree,
    folder: &RepoPath,
    cluster: &str,
    survey: Option<&Survey>,
) -> Vec<Grant> {
    let assumed = ClusterFacts::assumed();
    let facts = survey.map_or(&assumed, |survey| &survey.facts);
    let none = Grant {
        cluster: cluster.to_owned(),
        namespace: folder.name().to_owned(),
        folder: folder.clone(),
        allowed_roles: None,
        roles: Vec::new(),
        standing: Standing::Ok,
        reason: None,
        settings: Settings::of(facts),
    };
    let stopped = |standing, reason: &str| {
        vec![Grant { standing, reason: Some(reason.to_owned()), ..none.clone() }]
    };
    match tree.kustomization_file(folder) {
        Ok(Some(_)) => {}
        Ok(None) if tree.has_manifests(folder) == Ok(false) => return Vec::new(),
        Ok(None) => return stopped(Standing::Unsupported, "manifests without a kustomization"),
        Err(error) => return stopped(Standing::Broken, &error.reason),
    }
    let build = kustomize::build(tree, folder);
    if let Some(problem) = build.problems.iter().find(|problem| problem.is_broken) {
        return stopped(Standing::Broken, &problem.reason);
    }
    if let Some(problem) = build.problems.first() {
        return stopped(Standing::Unsupported, &problem.reason);
    }
    if build.namespaces.is_empty() {
        return stopped(Standing::Ok, "no Namespace in its build");
    }
    let namespaces = build.namespaces.iter();
    namespaces.map(|built| with_roles(none.clone(), tree, &build, built, facts)).collect()
}

fn with_roles(
    grant: Grant,
    tree: &Tree,
    build: &Build,
    built: &BuiltNamespace,
    facts: &ClusterFacts,
) -> Grant {
    let key = &facts.allowed_roles_key;
    let text = built.annotations.get(key).cloned();
    let decoded = decode_roles(text.as_deref().unwrap_or_default());
    let is_inherited = text.is_some()
        && kustomize::setters(tree, &grant.folder, built, &build.objects, key).is_empty();
    let account = facts.account.as_ref().map(|account| account.value.as_str());
    let role = |entry: String| GrantedRole {
        is_wildcard: is_wildcard(&entry, facts.format.value),
        is_other_account: account_of(&entry).zip(account).is_some_and(|(its, own)| its != own),
        is_inherited,
        entry,
    };
    Grant {
        namespace: built.name.clone(),
        roles: decoded.roles.unwrap_or_default().into_iter().map(role).collect(),
        reason: decoded.fault.map(|fault| Reason::Decoding(fault).to_string()),
        allowed_roles: text,
        ..grant
    }
}

/// Whether an entry can match more than one role.
fn is_wildcard(entry: &str, format: RestrictionFormat) -> bool {
    if format == RestrictionFormat::Glob {
        return entry.contains('*');
    }
    let Some(literal) = entry.strip_suffix('$') else {
        return true;
    };
    let mut is_escaped = false;
    literal.chars().any(|c| {
        let is_special = !is_escaped && ".+*?()|[]{}^$".contains(c);
        is_escaped = !is_escaped && c == '\\';
        is_special
    })
}

/// The account that an ARN names, if it names one.
fn account_of(entry: &str) -> Option<&str> {
    let account = entry.strip_prefix("arn:")?.split(':').nth(3)?;
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    is_account.then_some(account)
}

/// Whether a pod of a namespace would get a role there.
pub fn may_assume(grant: &Grant, role: &RoleArn) -> Decision {
    if grant.standing != Standing::Ok {
        return Decision::CannotTell;
    }
    let question = Question {
        allowed_roles: grant.allowed_roles.clone(),
        role: Some(role.to_string()),
        namespace_missing: false,
    };
    kube2iam::decide(&grant.settings, &question).decision
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_told_from_names() {
        let (glob, regexp) = (RestrictionFormat::Glob, RestrictionFormat::Regexp);
        assert!(is_wildcard("arn:aws:iam::123456789098:role/*", glob));
        assert!(!is_wildcard("arn:aws:iam::123456789098:role/a.b", glob));
        assert!(!is_wildcard(r"arn:aws:iam::123456789098:role/a\.b\+c$", regexp));
        for wide in ["arn:aws:iam::123456789098:role/a", "role/a.b$", "a|b$", r"a\\.$"] {
            assert!(is_wildcard(wide, regexp), "{wide}");
        }
    }

    #[test]
    fn an_account_is_read_from_an_arn_only() {
        assert_eq!(account_of("arn:aws:iam::123456789098:role/a"), Some("123456789098"));
        for none in ["app", "arn:aws:iam::*:role/a", "arn:*", ""] {
            assert_eq!(account_of(none), None, "{none}");
        }
    }
}
