//! A path inside the repository: relative to the root, with `/`, without `.` and `..`.

use std::fmt;

/// A path inside the repository; the empty one is the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(String);

impl RepoPath {
    /// The root.
    pub fn root() -> Self {
        RepoPath::default()
    }

    /// Reads a path relative to the root; `None` if it is absolute or leads out.
    pub fn parse(text: &str) -> Option<Self> {
        RepoPath::root().resolve(text)
    }

    /// One name further down. `name` is a file or folder name, never a path.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        if self.0.is_empty() {
            RepoPath(name.to_owned())
        } else {
            RepoPath(format!("{self}/{name}"))
        }
    }

    /// The path that `relative` means from this folder; `None` if it is absolute or leads out.
    pub fn resolve(&self, relative: &str) -> Option<Self> {
        if relative.starts_with('/') || relative.contains('\0') {
            return None;
        }
        let mut parts: Vec<&str> = self.segments().collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        Some(RepoPath(parts.join("/")))
    }

    /// The folder that holds this path; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(RepoPath(self.0.rsplit_once('/').map_or_else(String::new, |(dir, _)| dir.to_owned())))
    }

    /// The last name; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The names from the root down.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether this is `folder` or lies below it.
    pub fn is_within(&self, folder: &RepoPath) -> bool {
        folder.0.is_empty()
            || self.0 == folder.0
            || self.0.strip_prefix(&folder.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether git keeps its own files there: below a `.git` in any letter case, or in one that
    /// macOS takes for it.
    pub fn is_in_git_folder(&self) -> bool {
        self.segments().any(is_git_folder)
    }

    /// This path as seen from `folder`, such as `../../defaults`.
    pub fn relative_to(&self, folder: &RepoPath) -> String {
        let (here, there): (Vec<&str>, Vec<&str>) =
            (folder.segments().collect(), self.segments().collect());
        let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let ups = std::iter::repeat_n("..", here.len() - common);
        let parts: Vec<&str> = ups.chain(there[common..].iter().copied()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }

    /// The text; `.` for the root, so that it can be opened.
    pub fn as_os_path(&self) -> &str {
        if self.0.is_empty() { "." } else { &self.0 }
    }

    /// The text; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// HFS+ leaves these code points out when it looks a name up (`is_hfs_dotgit` of git).
fn is_git_folder(name: &str) -> bool {
    let is_left_out = |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    name.chars().filter(|c| !is_left_out(c)).collect::<String>().eq_ignore_ascii_case(".git")
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let dir = RepoPath::parse("clusters/dev/namespaces/a").unwrap();
        assert_eq!(dir.resolve("../../defaults/").unwrap().as_str(), "clusters/dev/defaults");
        assert_eq!(dir.resolve("../../../../..").map(|p| p.0), None);
        assert_eq!(dir.resolve("/etc/passwd"), None);
        assert_eq!(dir.resolve("./x/../y").unwrap().as_str(), "clusters/dev/namespaces/a/y");
    }

    #[test]
    fn what_is_git_s_own_is_known_in_any_spelling() {
        for own in
            [".git", ".git/hooks/x", "a/.GIT/config", ".gIt", ".g\u{200c}it/hooks", "b/./.git"]
        {
            assert!(RepoPath::parse(own).unwrap().is_in_git_folder(), "{own}");
        }
        for other in ["", ".gitignore", ".github/CODEOWNERS", "a.git/b", "git"] {
            assert!(!RepoPath::parse(other).unwrap().is_in_git_folder(), "{other}");
        }
    }

    #[test]
    fn relative_paths_lead_back() {
        let dir = RepoPath::parse("clusters/dev/namespaces/application/a").unwrap();
        for target in ["clusters/dev/defaults", "clusters/dev/namespaces/defaults", "base", ""] {
            let target = RepoPath::parse(target).unwrap();
            assert_eq!(dir.resolve(&target.relative_to(&dir)), Some(target));
        }
        assert!(dir.is_within(&RepoPath::parse("clusters/dev").unwrap()));
        assert!(!dir.is_within(&RepoPath::parse("clusters/de").unwrap()));
    }
}
