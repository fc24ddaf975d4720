//! Programs that are installed.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The first of these files in the folders of a `PATH` that is a program.
pub(super) fn find(search_path: &OsStr, name: &str) -> Option<PathBuf> {
    let mut files = absolute_folders(search_path).map(|folder| folder.join(name));
    files.find(|file| is_program(file))
}

/// The same in the caller's `PATH`.
pub(super) fn installed(name: &str) -> Option<PathBuf> {
    find(&env::var_os("PATH")?, name)
}

/// The caller's `PATH` for a program that starts others.
pub(super) fn child_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    // Parts of a path can be joined again.
    env::join_paths(absolute_folders(&path)).unwrap_or_default()
}

/// A relative folder, also the empty one, would mean another program in each repository.
fn absolute_folders(search_path: &OsStr) -> impl Iterator<Item = PathBuf> {
    env::split_paths(search_path).filter(|folder| folder.is_absolute())
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
