//! A file change as a diff: as `git apply` takes it, and line by line for a screen.

use similar::{ChangeTag, TextDiff};

use super::changes::{FileChange, Verb};

/// What happens to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It stays.
    Kept,
    /// It is new.
    Added,
    /// It goes.
    Removed,
}

/// A line of a file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// What happens to it.
    pub kind: LineKind,
    /// Its text without the line break.
    pub text: String,
}

/// The unified diff of a change, with paths from git's top level; empty if nothing changes. Of a
/// conflict it is what gangplank would have changed.
pub fn git_diff(change: &FileChange, prefix: &str) -> String {
    if change.verb == Verb::Identical || (change.after.is_none() && change.verb != Verb::Delete) {
        return String::new();
    }
    let path = match prefix {
        "" => change.path.to_string(),
        prefix => format!("{prefix}/{}", change.path),
    };
    let (before, after) = (text(change.before.as_deref()), text(change.after.as_deref()));
    let old = if change.verb == Verb::Create {
        "/dev/null".to_owned()
    } else {
        ended(quoted("a/", &path))
    };
    let new = if change.verb == Verb::Delete {
        "/dev/null".to_owned()
    } else {
        ended(quoted("b/", &path))
    };
    let mode = match change.verb {
        Verb::Create => "new file mode 100644\n",
        Verb::Delete => "deleted file mode 100644\n",
        _ => "",
    };
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let body = diff.unified_diff().context_radius(3).to_string();
    format!(
        "diff --git {} {}\n{mode}--- {old}\n+++ {new}\n{body}",
        quoted("a/", &path),
        quoted("b/", &path)
    )
}

/// A name as git writes it (`quote_c_style` of git's `quote.c`, with `core.quotePath`): in C's quotes
/// if it holds anything that could end it early or is no ASCII.
fn quoted(side: &str, path: &str) -> String {
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\');
    if path.bytes().all(is_plain) {
        return format!("{side}{path}");
    }
    let escaped = |b: u8| match b {
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\n' => "\\n".to_owned(),
        11 => "\\v".to_owned(),
        12 => "\\f".to_owned(),
        b'\r' => "\\r".to_owned(),
        b if is_plain(b) => char::from(b).to_string(),
        b => format!("\\{b:03o}"),
    };
    let name: String = path.bytes().map(escaped).collect();
    format!("\"{side}{name}\"")
}

/// In `---` and `+++` lines a tab ends a name with a blank; in the `diff --git` line none may stand.
fn ended(name: String) -> String {
    let end = if name.contains(' ') && !name.starts_with('"') { "\t" } else { "" };
    name + end
}

fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

/// All lines of the file after the change, and the removed ones in their place.
pub fn diff_lines(change: &FileChange) -> Vec<DiffLine> {
    let (before, after) = (text(change.before.as_deref()), text(change.after.as_deref()));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let lines = diff.iter_all_changes().map(|line| DiffLine {
        kind: match line.tag() {
            ChangeTag::Equal => LineKind::Kept,
            ChangeTag::Insert => LineKind::Added,
            ChangeTag::Delete => LineKind::Removed,
        },
        text: line.value().trim_end_matches(['\r', '\n']).to_owned(),
    });
    lines.collect()
}
