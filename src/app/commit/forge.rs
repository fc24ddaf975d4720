//! The page of a forge on which a pull request is opened, worked out of a remote's URL. What the URL
//! may hold of passwords is left behind.

/// How a forge writes the address of that page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
    Bitbucket,
}

/// The page for a branch, if the forge is known.
pub(super) fn pull_request(url: &str, branch: &str) -> Option<String> {
    let (scheme, host, path) = parts(url)?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let forge = forge(host)?;
    if path.split('/').count() < 2 || path.split('/').any(str::is_empty) {
        return None;
    }
    let base = format!("{scheme}://{host}/{}", encoded(path, "/~"));
    Some(match forge {
        Forge::GitHub => format!("{base}/compare/{}?expand=1", encoded(branch, "/")),
        Forge::GitLab => {
            let key = "merge_request%5Bsource_branch%5D";
            format!("{base}/-/merge_requests/new?{key}={}", encoded(branch, ""))
        }
        Forge::Bitbucket => format!("{base}/pull-requests/new?source={}", encoded(branch, "")),
    })
}

/// Scheme, host and path of the pages that belong to a URL as git takes it.
fn parts(url: &str) -> Option<(&'static str, &str, &str)> {
    let Some((scheme, rest)) = url.split_once("://") else {
        // `git@host:path`
        let (host, path) = url.split_once(':')?;
        return Some(("https", host_name(without_user(host))?, path));
    };
    let (authority, path) = rest.split_once('/')?;
    let authority = without_user(authority);
    match scheme {
        "http" => Some(("http", authority, path)),
        "https" => Some(("https", authority, path)),
        // The port is that of SSH.
        "ssh" | "git+ssh" | "git" => {
            let host = authority.split(':').next().unwrap_or_default();
            Some(("https", host, path))
        }
        _ => None,
    }
    .filter(|(_, authority, _)| {
        host_name(authority.split(':').next().unwrap_or_default()).is_some()
    })
}

fn without_user(authority: &str) -> &str {
    authority.rsplit('@').next().unwrap_or_default()
}

fn host_name(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    Some(text).filter(|text| text.contains('.') && text.chars().all(is_part))
}

/// The well-known ones, and those that run under their own name.
fn forge(host: &str) -> Option<Forge> {
    let first = host.split('.').next().unwrap_or_default();
    match first {
        "github" => Some(Forge::GitHub),
        "gitlab" => Some(Forge::GitLab),
        "bitbucket" if host == "bitbucket.org" => Some(Forge::Bitbucket),
        _ => None,
    }
}

/// Percent-encoded, but for letters, digits and the characters that may stay.
fn encoded(text: &str, stays: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_.".contains(c) || (c.is_ascii() && stays.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pull_request;

    #[test]
    fn known_forges_get_their_page() {
        let cases = [
            (
                "git@github.com:acme/gitops.git",
                "https://github.com/acme/gitops/compare/a/b?expand=1",
            ),
            (
                "ssh://git@github.com:22/acme/gitops",
                "https://github.com/acme/gitops/compare/a/b?expand=1",
            ),
            (
                "https://gitlab.example.com:8443/platform/sub/gitops.git/",
                "https://gitlab.example.com:8443/platform/sub/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=a%2Fb",
            ),
            (
                "https://bitbucket.org/acme/gitops.git",
                "https://bitbucket.org/acme/gitops/pull-requests/new?source=a%2Fb",
            ),
        ];
        for (url, page) in cases {
            assert_eq!(pull_request(url, "a/b").as_deref(), Some(page), "{url}");
        }
    }

    #[test]
    fn passwords_stay_behind() {
        let page = pull_request("https://me:ghp_secret@github.com/acme/gitops.git", "x#ü").unwrap();
        assert_eq!(page, "https://github.com/acme/gitops/compare/x%23%C3%BC?expand=1");
        // With an `@` in the password, or where one is not expected.
        let page = pull_request("https://me:p@ss@gitlab.com/acme/gitops.git", "x").unwrap();
        assert!(page.starts_with("https://gitlab.com/acme/gitops/"), "{page}");
    }

    #[test]
    fn others_get_none() {
        let urls = [
            "/srv/git/gitops.git",
            "../gitops",
            "file:///srv/github.com/a/b",
            "https://git.example.com/acme/gitops.git",
            "https://github.com/",
            "https://github.com/acme",
            "https://github.com.evil\u{1b}/acme/gitops",
            "https://bitbucket.example.com/scm/acme/gitops.git",
            "",
        ];
        for url in urls {
            assert_eq!(pull_request(url, "x"), None, "{url}");
        }
    }
}
