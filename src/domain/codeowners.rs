//! Whom GitHub asks about a file: `CODEOWNERS`.
//!
//! Patterns are like those of gitignore, but a `!`, a `[` and a `\\#` mean nothing, and `docs/*` is
//! only what stands in `docs` itself. The last pattern that matches wins, be it one without owners. A line
//! that GitHub can't read is skipped.

use regex::Regex;

/// Where GitHub looks for the file, from git's top level; the first one that is there counts.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The owners of a file, from its path below git's top level; none if nobody is named.
pub fn owners<'a>(codeowners: &'a str, path: &str) -> Vec<&'a str> {
    let rules = codeowners.lines().filter_map(Rule::read);
    rules.rev().find(|rule| rule.matches(path)).map(|rule| rule.owners).unwrap_or_default()
}

/// A pattern and those who own what it matches.
struct Rule<'a> {
    pattern: Regex,
    owners: Vec<&'a str>,
}

impl<'a> Rule<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let (pattern, rest) = line.split_at(end_of_pattern(line));
        if pattern.is_empty() || pattern.starts_with(['#', '!']) || pattern.contains('[') {
            return None;
        }
        let owners = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
        let owners: Vec<&str> = owners.collect();
        // A user, a team or an address.
        let are_legal = owners.iter().all(|owner| owner.contains('@'));
        let pattern = Regex::new(&as_regex(&pattern.replace("\\ ", " "))).ok()?;
        are_legal.then_some(Rule { pattern, owners })
    }

    fn matches(&self, path: &str) -> bool {
        self.pattern.is_match(path)
    }
}

/// The first blank without a backslash in front of it.
fn end_of_pattern(line: &str) -> usize {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c.is_whitespace() && before != '\\' {
            return at;
        }
        before = c;
    }
    line.len()
}

fn as_regex(pattern: &str) -> String {
    let inner = pattern.trim_end_matches('/');
    let is_anchored = inner.contains('/');
    let mut rest = inner.trim_start_matches('/');
    let mut out = String::from(if is_anchored { "^" } else { "^(?:.*/)?" });
    while let Some(c) = rest.chars().next() {
        let (taken, with) = match c {
            _ if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            _ if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            c => (c.len_utf8(), regex::escape(c.encode_utf8(&mut [0; 4]))),
        };
        out.push_str(&with);
        rest = &rest[taken..];
    }
    out.push_str(match pattern {
        folder if folder.ends_with('/') => "/.*$",
        children if children.ends_with("/*") => "$",
        _ => "(?:/.*)?$",
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_on_github() {
        for (pattern, matching, others) in [
            ("*", &["a", "a/b/c.yaml"][..], &[][..]),
            ("*.yaml", &["a.yaml", "a/b.yaml"], &["a.yml", "a.yaml.bak"]),
            ("/clusters/", &["clusters/a", "clusters/a/b"], &["x/clusters/a", "clusters"]),
            ("clusters/", &["clusters/a/b", "x/clusters/a"], &["clusters.md"]),
            ("clusters/*", &["clusters/a"], &["clusters/a/b", "x/clusters/a"]),
            ("/*", &["a"], &["a/b"]),
            ("/clusters/prod", &["clusters/prod", "clusters/prod/a"], &["clusters/prod-1"]),
            ("clusters/prod", &["clusters/prod/a"], &["x/clusters/prod/a"]),
            ("prod", &["clusters/prod/a", "prod"], &["clusters/prod-1"]),
            ("**/billing", &["billing/a", "a/b/billing"], &["a/billing2"]),
            (
                "/clusters/**/billing/",
                &["clusters/billing/a", "clusters/a/b/billing/c"],
                &["billing/a"],
            ),
            ("/clusters/**", &["clusters/a/b"], &["other"]),
            ("a?c", &["abc"], &["a/c", "ac"]),
            ("a\\ b/", &["a b/c"], &["a/c"]),
            ("a.c", &["a.c"], &["abc"]),
        ] {
            let text = format!("{pattern} @team");
            for path in matching {
                assert_eq!(owners(&text, path), ["@team"], "{pattern} {path}");
            }
            for path in others {
                assert!(owners(&text, path).is_empty(), "{pattern} {path}");
            }
        }
    }

    #[test]
    fn the_last_match_wins_even_without_owners() {
        let text = "* @all\n/clusters/ @platform @org/ops # inline\n\n# /clusters/ @nobody\n/clusters/demo/\n";
        assert_eq!(owners(text, "README.md"), ["@all"]);
        assert_eq!(owners(text, "clusters/prod/x"), ["@platform", "@org/ops"]);
        assert!(owners(text, "clusters/demo/x").is_empty());
        assert_eq!(owners("a me@example.org", "a"), ["me@example.org"]);
    }

    #[test]
    fn a_line_that_github_can_not_read_is_skipped() {
        for line in ["!a @x", "[a] @x", "a nobody", "\\#a @x", ""] {
            assert_eq!(owners(&format!("* @all\n{line}\n"), "a"), ["@all"], "{line}");
        }
    }
}
