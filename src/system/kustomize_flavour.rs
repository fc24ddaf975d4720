//! kustomize by itself and the one in kubectl: how each is called, and what it says.

/// Which of the two programs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Kustomize,
    Kubectl,
}

impl Flavour {
    /// What its file is called.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Flavour::Kustomize => "kustomize",
            Flavour::Kubectl => "kubectl",
        }
    }

    /// What people call it.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Flavour::Kustomize => "kustomize",
            Flavour::Kubectl => "kubectl kustomize",
        }
    }

    /// What it is told before the folder.
    pub(super) fn build_arguments(self) -> &'static [&'static str] {
        match self {
            Flavour::Kustomize => &["build", "--load-restrictor", "LoadRestrictionsRootOnly"],
            Flavour::Kubectl => &["kustomize", "--load-restrictor", "LoadRestrictionsRootOnly"],
        }
    }

    /// What it is asked for its version.
    pub(super) fn version_arguments(self) -> &'static [&'static str] {
        match self {
            Flavour::Kustomize => &["version"],
            Flavour::Kubectl => &["version", "--client", "--output", "json"],
        }
    }
}

/// The line that says what went wrong: warnings come before it.
pub(super) fn first_error(said: &str) -> &str {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let stripped =
        |line| ["error: ", "Error: "].iter().find_map(|word| str::strip_prefix(line, word));
    let other = || lines().find(|line| !line.starts_with("# Warning"));
    lines().find_map(stripped).or_else(other).unwrap_or("it failed without a word")
}

/// The version of kustomize in what either program says.
pub(super) fn version(said: &str) -> Option<&str> {
    let is_known =
        |text: &&str| text.starts_with('v') && text[1..].starts_with(|c: char| c.is_ascii_digit());
    match said.split_once("\"kustomizeVersion\":") {
        Some((_, rest)) => rest.split('"').nth(1),
        None => said.split(|c: char| c.is_whitespace() || "{}:/,".contains(c)).find(is_known),
    }
    .filter(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_the_programs_say() {
        assert_eq!(version("v5.8.1\n"), Some("v5.8.1"));
        assert_eq!(version("{kustomize/v4.5.7  2022-08-02  }"), Some("v4.5.7"));
        let kubectl = "{\n \"clientVersion\": {\"gitVersion\": \"v1.37.1\"},\n \"kustomizeVersion\": \"v5.8.1\"\n}";
        assert_eq!(version(kubectl), Some("v5.8.1"));
        assert_eq!(version("very new"), None);
    }

    #[test]
    fn the_error_is_found_behind_warnings() {
        let said = "# Warning: 'bases' is deprecated.\nerror: it broke\nmore";
        assert_eq!(first_error(said), "it broke");
        assert_eq!(first_error("# Warning: x\nno such thing\n"), "no such thing");
        assert_eq!(first_error(""), "it failed without a word");
    }
}
