//! Namespaces that belong to the platform itself: a role for an application has no place there.

use globset::{Glob, GlobMatcher};

/// System namespaces, and those of DNS, Cilium, Argo CD and kube2iam, as they are usually called.
const BUILT_IN: [&str; 13] = [
    "default",
    "kube-*",
    "cilium",
    "cilium-*",
    "argocd",
    "argo-cd",
    "argocd-*",
    "kube2iam",
    "kube2iam-*",
    "coredns",
    "node-local-dns",
    "openshift-dns",
    "openshift-*",
];

/// The protected namespaces of a repository. Globs are compiled once: thousands of names are asked
/// about.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    lifted: Vec<Matcher>,
    globs: Vec<(String, Matcher)>,
}

/// A glob, ready to be asked. Nearly all are a name or the beginning of one, which needs no
/// regular expression.
#[derive(Debug, Clone)]
enum Matcher {
    Name(String),
    Beginning(String),
    Glob(GlobMatcher),
}

impl Protected {
    /// The built-in ones and the config's `protected:`; an entry `!glob` there lifts protection.
    pub fn new(configured: &[String]) -> Self {
        let lifted = configured.iter().filter_map(|entry| compiled(entry.strip_prefix('!')?));
        let own = configured.iter().map(String::as_str).filter(|entry| !entry.starts_with('!'));
        let globs = BUILT_IN.into_iter().chain(own).map(str::to_owned);
        Protected { lifted: lifted.collect(), globs: Vec::new() }.and(globs)
    }

    /// The same, and the namespaces in which parts of the platform were found.
    #[must_use]
    pub fn and(mut self, found: impl IntoIterator<Item = String>) -> Self {
        let found = found.into_iter();
        self.globs.extend(found.filter_map(|glob| Some((glob.clone(), compiled(&glob)?))));
        self
    }

    /// The glob that protects a namespace, if one does.
    pub fn reason(&self, namespace: &str) -> Option<&str> {
        if self.lifted.iter().any(|glob| glob.is_match(namespace)) {
            return None;
        }
        let hit = self.globs.iter().find(|(_, glob)| glob.is_match(namespace));
        hit.map(|(text, _)| text.as_str())
    }
}

/// Checks an entry of `protected:`.
///
/// # Errors
/// Why it is no glob.
pub(super) fn check_entry(entry: &str) -> Result<(), String> {
    let glob = entry.strip_prefix('!').unwrap_or(entry);
    if glob.is_empty() {
        return Err("it is empty".to_owned());
    }
    Glob::new(glob).map(drop).map_err(|error| error.kind().to_string())
}

impl Matcher {
    fn is_match(&self, name: &str) -> bool {
        match self {
            Matcher::Name(own) => name == own,
            Matcher::Beginning(beginning) => name.starts_with(beginning),
            Matcher::Glob(glob) => glob.is_match(name),
        }
    }
}

fn compiled(glob: &str) -> Option<Matcher> {
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match glob.strip_suffix('*') {
        Some(beginning) if is_plain(beginning) => Some(Matcher::Beginning(beginning.to_owned())),
        None if is_plain(glob) => Some(Matcher::Name(glob.to_owned())),
        _ => Some(Matcher::Glob(Glob::new(glob).ok()?.compile_matcher())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_namespaces_are_protected_unless_lifted() {
        let plain = Protected::new(&[]);
        for name in ["default", "kube-system", "argocd", "cilium"] {
            assert!(plain.reason(name).is_some(), "{name}");
        }
        assert_eq!(plain.reason("report-portal"), None);
        let own = ["istio-*", "!argocd", "team-?", "{a,b}c*"].map(str::to_owned);
        let own = Protected::new(&own);
        assert_eq!(own.reason("istio-system"), Some("istio-*"));
        assert_eq!(own.reason("istio"), None);
        assert_eq!(own.reason("team-1"), Some("team-?"));
        assert_eq!(own.reason("bcd"), Some("{a,b}c*"));
        assert_eq!(own.reason("argocd"), None);
    }
}
