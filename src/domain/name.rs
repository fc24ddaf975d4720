//! Names of clusters, namespaces and policies.

use std::fmt;

use super::invalid::{Invalid, show};

/// A Kubernetes namespace: an RFC 1123 label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

/// A cluster: the name of a folder under `clusters/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterName(String);

/// The name of a CiliumNetworkPolicy: an RFC 1123 subdomain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyName(String);

const NAMESPACE_EXAMPLE: &str = "report-portal";
const CLUSTER_EXAMPLE: &str = "prod-us1";
const LABEL_MAX: usize = 63;
const SUBDOMAIN_MAX: usize = 253;

impl Namespace {
    /// Reads a namespace.
    ///
    /// # Errors
    /// Anything but 1 to 63 lower-case letters, digits and `-`, with a letter or digit at both ends
    /// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_label(text, "a namespace", LABEL_MAX, NAMESPACE_EXAMPLE)?;
        Ok(Namespace(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ClusterName {
    /// Reads a cluster name.
    ///
    /// # Errors
    /// A name that can't be a folder right under `clusters/`: empty, `.`, `..`, with a slash, a
    /// backslash or a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::whole("a cluster is needed", CLUSTER_EXAMPLE));
        }
        if matches!(text, "." | "..") {
            return Err(Invalid::whole(format!("`{text}` is no cluster"), CLUSTER_EXAMPLE));
        }
        let bad = |c: char| c.is_control() || matches!(c, '/' | '\\');
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| bad(c)) {
            let message = format!("a cluster is one folder's name, without {}", show(c));
            return Err(Invalid::at(text, at, message, CLUSTER_EXAMPLE));
        }
        if text.len() > 255 {
            return Err(Invalid::whole("no folder's name is this long", CLUSTER_EXAMPLE));
        }
        Ok(ClusterName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PolicyName {
    /// Reads a policy name.
    ///
    /// # Errors
    /// Anything but an RFC 1123 subdomain of up to 253 characters: the API server refuses it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > SUBDOMAIN_MAX {
            let message = format!("a policy name has up to {SUBDOMAIN_MAX} characters");
            return Err(Invalid::whole(message, NAMESPACE_EXAMPLE));
        }
        let mut offset = 0;
        for part in text.split('.') {
            check_label(part, "a policy name", SUBDOMAIN_MAX, NAMESPACE_EXAMPLE)
                .map_err(|invalid| invalid.shifted(offset))?;
            offset += part.chars().count() + 1;
        }
        Ok(PolicyName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_label(text: &str, what: &str, max: usize, example: &'static str) -> Result<(), Invalid> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() {
        return Err(Invalid::whole(format!("{what} is needed"), example));
    }
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| !legal(c)) {
        let message = if c.is_ascii_uppercase() {
            format!("{what} is lower case: not {}", show(c))
        } else {
            format!("{what} has lower-case letters, digits and `-`, not {}", show(c))
        };
        return Err(Invalid::at(text, at, message, example));
    }
    if text.len() > max {
        let message = format!("{what} has up to {max} characters, this has {}", text.len());
        return Err(Invalid::at(text, max, message, example));
    }
    if text.starts_with('-') {
        return Err(Invalid::at(text, 0, format!("{what} begins with a letter or digit"), example));
    }
    if text.ends_with('-') {
        let message = format!("{what} ends with a letter or digit");
        return Err(Invalid::at(text, text.len() - 1, message, example));
    }
    Ok(())
}

macro_rules! display {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
display!(Namespace ClusterName PolicyName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_a_dns_label() {
        for good in ["report-portal", "on", "y", "0", &"a".repeat(63)] {
            assert!(Namespace::parse(good).is_ok(), "{good}");
        }
        let columns = [
            ("Report", 1),
            ("report_portal", 7),
            ("../x", 1),
            ("a/b", 2),
            ("a\nb", 2),
            ("a\u{1b}[31m", 2),
            ("a-", 2),
            ("-a", 1),
            (&"a".repeat(64), 64),
        ];
        for (bad, column) in columns {
            let invalid = Namespace::parse(bad).unwrap_err();
            assert_eq!(invalid.column, Some(column), "{bad:?}: {invalid}");
            assert!(!invalid.message.contains('\u{1b}'), "{bad:?}");
        }
        assert!(Namespace::parse("").is_err());
    }

    #[test]
    fn a_cluster_is_one_folder() {
        assert!(ClusterName::parse("dev_EU.1").is_ok());
        for bad in ["", ".", "..", "a/b", "../x", "a\\b", "a\nb"] {
            assert!(ClusterName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_policy_name_is_a_subdomain() {
        assert!(PolicyName::parse("report-portal.aws").is_ok());
        assert_eq!(PolicyName::parse("a.B").unwrap_err().column, Some(3));
        assert!(PolicyName::parse("a..b").is_err());
    }
}
