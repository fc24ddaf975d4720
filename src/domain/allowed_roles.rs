//! The value of the allowed-roles annotation: a JSON list of strings, inside a YAML string.

use super::role_arn::RoleArn;

/// How kube2iam on a cluster reads the entries (`--namespace-restriction-format`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RestrictionFormat {
    /// Only `*` is special.
    #[default]
    Glob,
    /// Go regular expressions, not anchored.
    Regexp,
}

/// The annotation that kube2iam reads unless its `--namespace-key` says otherwise.
pub const DEFAULT_KEY: &str = "iam.amazonaws.com/allowed-roles";

/// The list, entry by entry as kube2iam decodes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedRoles(Vec<String>);

/// Why an annotation's text is no list of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// kube2iam decodes no roles at all.
    #[error("not a JSON list: {0}")]
    NotJson(String),
    /// An element is no string; kube2iam decodes it as `""`.
    #[error("element {0} is no string")]
    NotAString(usize),
}

impl AllowedRoles {
    /// Reads the annotation's text; an empty text is an empty list.
    ///
    /// # Errors
    /// What kube2iam would decode only in part or not at all.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.is_empty() {
            return Ok(AllowedRoles::default());
        }
        let elements: Option<Vec<serde_json::Value>> =
            serde_json::from_str(text).map_err(|error| Unreadable::NotJson(error.to_string()))?;
        let strings = elements.unwrap_or_default().into_iter().enumerate();
        let entries = strings.map(|(at, element)| match element {
            serde_json::Value::String(entry) => Ok(entry),
            _ => Err(Unreadable::NotAString(at + 1)),
        });
        entries.collect::<Result<_, _>>().map(AllowedRoles)
    }

    /// The entries.
    pub fn entries(&self) -> &[String] {
        &self.0
    }

    /// Adds an entry unless it is there already; says whether it was added.
    pub fn add(&mut self, entry: String) -> bool {
        let is_new = !self.0.contains(&entry);
        if is_new {
            self.0.push(entry);
        }
        is_new
    }

    /// The annotation's text.
    pub fn to_json(&self) -> String {
        Self::to_json_of(&self.0)
    }

    /// The annotation's text for these entries.
    pub fn to_json_of(entries: &[String]) -> String {
        let entries: Vec<String> = entries
            .iter()
            .map(|entry| serde_json::Value::from(entry.as_str()).to_string())
            .collect();
        format!("[{}]", entries.join(","))
    }
}

/// The entry that allows exactly this role in this format.
///
/// In regexp format that is the escaped ARN and `$`, which works with and without a base ARN
/// (kube2iam vectors k2i-1341, k2i-1342); an unanchored start is harmless, since STS refuses a role
/// with text before `arn:`.
pub fn entry_for(role: &RoleArn, format: RestrictionFormat) -> String {
    match format {
        RestrictionFormat::Glob => role.as_str().to_owned(),
        RestrictionFormat::Regexp => format!("{}$", escape_regexp(role.as_str())),
    }
}

/// Go's `regexp.QuoteMeta`.
fn escape_regexp(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The annotation's key as part of a JSON pointer (RFC 6901).
pub fn pointer_segment(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_lists() {
        let mut roles = AllowedRoles::parse(r#" ["a", "b"] "#).unwrap();
        assert!(roles.add("c".into()));
        assert!(!roles.add("a".into()));
        assert_eq!(roles.to_json(), r#"["a","b","c"]"#);
        assert_eq!(AllowedRoles::parse("null").unwrap().entries().len(), 0);
    }

    #[test]
    fn says_what_kube2iam_would_not_decode() {
        assert!(matches!(
            AllowedRoles::parse("arn:aws:iam::1:role/x"),
            Err(Unreadable::NotJson(_))
        ));
        assert!(matches!(AllowedRoles::parse(r#"["a",]"#), Err(Unreadable::NotJson(_))));
        assert_eq!(AllowedRoles::parse(r#"["a",1]"#), Err(Unreadable::NotAString(2)));
    }

    #[test]
    fn a_regexp_entry_is_escaped_and_closed() {
        let role = RoleArn::parse("arn:aws:iam::123456789098:role/a.b+c").unwrap();
        let entry = entry_for(&role, RestrictionFormat::Regexp);
        assert_eq!(entry, r"arn:aws:iam::123456789098:role/a\.b\+c$");
        assert_eq!(entry_for(&role, RestrictionFormat::Glob), role.as_str());
    }

    #[test]
    fn the_pointer_escapes_the_slash() {
        assert_eq!(pointer_segment(DEFAULT_KEY), "iam.amazonaws.com~1allowed-roles");
    }
}
