//! Cilium's version on a cluster, as far as it decides what may be written.

use std::fmt;

use super::invalid::Invalid;

/// A Cilium version, major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CiliumVersion {
    major: u32,
    minor: u32,
}

const EXAMPLE: &str = "1.17";

impl CiliumVersion {
    /// The first version whose CRD keeps `enableDefaultDeny`; an older one drops the field, and a
    /// policy that should only add would restrict.
    pub const FIRST_WITH_DEFAULT_DENY_FIELD: CiliumVersion = CiliumVersion { major: 1, minor: 16 };

    /// The first version in which `**.` at the beginning of a pattern is any number of labels.
    pub const FIRST_WITH_DOUBLE_STAR: CiliumVersion = CiliumVersion { major: 1, minor: 19 };

    /// Reads `1.17`, `v1.17` or `1.17.5`; the patch level is checked and not kept.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::whole("a Cilium version is two or three numbers", EXAMPLE);
        let body = text.strip_prefix('v').unwrap_or(text);
        let number = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten()
        };
        // A pre-release is read as the release that it leads to.
        let body = body.split_once('-').map_or(body, |(release, _)| release);
        let parts: Vec<Option<u32>> = body.split('.').map(number).collect();
        match parts[..] {
            [Some(major), Some(minor)] | [Some(major), Some(minor), Some(_)] => {
                Ok(CiliumVersion { major, minor })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for CiliumVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let parse = |text| CiliumVersion::parse(text).unwrap();
        assert!(parse("1.9") < parse("1.16"));
        assert_eq!(parse("v1.17.5"), parse("1.17"));
        assert_eq!(parse("1.20.0-pre.4"), parse("1.20"));
        for bad in ["", "1", "1.x", "1.2.3.4", "latest", "1."] {
            assert!(CiliumVersion::parse(bad).is_err(), "{bad}");
        }
    }
}
