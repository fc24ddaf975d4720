//! Following symbolic links name by name, to know what a path depends on.

use std::io;

use super::path::RepoPath;

/// As many as Linux follows.
const MOST_LINKS: usize = 40;

/// The links that a path goes through, and at the end the path without them.
///
/// # Errors
/// A link that leads out of the root, or round in circles; what keeps a link from being read.
pub(crate) fn follow(
    path: &RepoPath,
    link: impl Fn(&RepoPath) -> io::Result<Option<String>>,
) -> io::Result<Vec<RepoPath>> {
    let reversed = |path: &str| path.rsplit('/').map(str::to_owned).collect::<Vec<String>>();
    let (mut done, mut to_do, mut met) = (RepoPath::root(), reversed(path.as_str()), Vec::new());
    while let Some(name) = to_do.pop() {
        match name.as_str() {
            "" | "." => continue,
            ".." => {
                done = done.parent().ok_or(io::ErrorKind::PermissionDenied)?;
                continue;
            }
            _ => {}
        }
        let next = done.child(&name);
        match link(&next)? {
            None => done = next,
            Some(target) if target.starts_with('/') => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Some(_) if met.len() == MOST_LINKS => {
                return Err(io::Error::other("links that lead round in circles"));
            }
            Some(target) => {
                met.push(next);
                to_do.extend(reversed(&target));
            }
        }
    }
    met.push(done);
    Ok(met)
}
