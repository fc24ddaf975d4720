//! `--base-role-arn`, and how kube2iam makes an ARN of what an annotation says.

use std::fmt;

/// kube2iam's `ARNRegexp`, as its start-up error shows it.
const EXPECTED: &str = r"^arn:(\w|-)*:iam::\d+:role\/?(\w+|-|\/|\.)*$";

/// A base that kube2iam starts with; empty if none is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BaseArn(String);

impl BaseArn {
    /// Takes the flag's value as `cmd/main.go` does: checked, with a final slash added.
    ///
    /// # Errors
    /// The text that kube2iam exits with.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(BaseArn::default());
        }
        if !is_base(text) {
            return Err(format!("Invalid --base-role-arn specified, expected: {EXPECTED}"));
        }
        let slash = if text.ends_with('/') { "" } else { "/" };
        Ok(BaseArn(format!("{text}{slash}")))
    }

    /// The base with its final slash, or nothing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for BaseArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text matches `ARNRegexp`: `:rolex` passes, since the slash is optional there.
fn is_base(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let parts = || {
        let (partition, rest) = text.strip_prefix("arn:")?.split_once(":iam::")?;
        let (account, path) = rest.split_once(":role")?;
        Some((partition, account, path))
    };
    let Some((partition, account, path)) = parts() else {
        return false;
    };
    partition.bytes().all(|b| is_word(b) || b == b'-')
        && !account.is_empty()
        && account.bytes().all(|b| b.is_ascii_digit())
        && path.bytes().all(|b| is_word(b) || b"-/.".contains(&b))
}

/// The ARN of a role as an annotation or a list names it (`RoleARN` in `iam/arn.go`): what begins
/// with `arn:` in any case is taken as it is, anything else goes behind the base, verbatim.
pub fn resolve(base: &BaseArn, role: &str) -> String {
    if is_arn(role) { role.to_owned() } else { format!("{base}{role}") }
}

pub(super) fn is_arn(text: &str) -> bool {
    text.as_bytes().get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"arn:"))
}
