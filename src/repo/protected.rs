//! Namespaces that belong to the platform itself: a role for an application has no place there.

use globset::Glob;

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

/// The protected namespaces of a repository.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    configured: Vec<String>,
    found: Vec<String>,
}

impl Protected {
    /// The built-in ones and the config's `protected:`; an entry `!glob` there lifts protection.
    pub fn new(configured: &[String]) -> Self {
        Protected {
            configured: configured.to_vec(),
            found: Vec::new(),
        }
    }

    /// The same, and the namespaces in which parts of the platform were found.
    #[must_use]
    pub fn and(mut self, found: impl IntoIterator<Item = String>) -> Self {
        self.found.extend(found);
        self
    }

    /// The glob that protects a namespace, if one does.
    pub fn reason(&self, namespace: &str) -> Option<&str> {
        let lifted = self
            .configured
            .iter()
            .filter_map(|entry| entry.strip_prefix('!'));
        if lifted.into_iter().any(|glob| matches(glob, namespace)) {
            return None;
        }
        let own = self
            .configured
            .iter()
            .map(String::as_str)
            .filter(|e| !e.starts_with('!'));
        BUILT_IN
            .into_iter()
            .chain(own)
            .chain(self.found.iter().map(String::as_str))
            .find(|glob| matches(glob, namespace))
    }
}

fn matches(glob: &str, namespace: &str) -> bool {
    Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_namespaces_are_protected_unless_lifted() {
        let plain = Protected::default();
        for name in ["default", "kube-system", "argocd", "cilium"] {
            assert!(plain.reason(name).is_some(), "{name}");
        }
        assert_eq!(plain.reason("report-portal"), None);
        let own = Protected::new(&["istio-*".to_owned(), "!argocd".to_owned()]);
        assert_eq!(own.reason("istio-system"), Some("istio-*"));
        assert_eq!(own.reason("argocd"), None);
    }
}
