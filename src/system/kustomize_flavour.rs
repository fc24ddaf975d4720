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

/// Whether what a program says of its version is about a kustomize before 4, which refuses what
/// goes into a kustomization today; `None` if it doesn't tell. kubectl says which kustomize it has
/// from 1.24 on; up to 1.20 that was 2.0.3.
pub(super) fn is_too_old(said: &str) -> Option<bool> {
    if let Some(version) = version(said) {
        return numbers(&version[1..]).map(|(major, _)| major < 4);
    }
    if let Some((_, rest)) = said.split_once("\"gitVersion\":") {
        let version = rest.split('"').nth(1)?.strip_prefix('v')?;
        return numbers(version).map(|version| version < (1, 21));
    }
    // Those before 3.3 write `{Version:2.0.3 GitCommit:…}`.
    let rest = said.split_once("Version:")?.1;
    numbers(rest).map(|(major, _)| major < 4)
}

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
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
    fn a_kustomize_before_4_is_too_old_in_either_program() {
        let old =
            ["{Version:2.0.3 GitCommit:x}", "{Version:kustomize/v3.8.7 GitCommit:x}", "v3.10.0"];
        let kubectl =
            |version: &str| format!("{{\"clientVersion\": {{\"gitVersion\": \"{version}\"}}}}");
        for said in old.map(str::to_owned).into_iter().chain([kubectl("v1.20.2")]) {
            assert_eq!(is_too_old(&said), Some(true), "{said}");
        }
        for said in ["v4.0.0", "{Version:kustomize/v4.5.7}", "v5.8.1\n", &kubectl("v1.21.0")] {
            assert_eq!(is_too_old(said), Some(false), "{said}");
        }
        assert_eq!(is_too_old("very new"), None);
    }

    #[test]
    fn the_error_is_found_behind_warnings() {
        let said = "# Warning: 'bases' is deprecated.\nerror: it broke\nmore";
        assert_eq!(first_error(said), "it broke");
        assert_eq!(first_error("# Warning: x\nno such thing\n"), "no such thing");
        assert_eq!(first_error(""), "it failed without a word");
    }
}
