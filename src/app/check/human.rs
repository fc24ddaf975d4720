//! Findings for people: the place, the level and the rule, the line with a caret, and what to do.

use std::fmt::Write as _;

use super::Found;
use crate::check::Unit;
use crate::domain::finding::{Finding, Level};
use crate::domain::shown::in_one_line;
use crate::error::{excerpt, help_lines};
use crate::manifests::source::SourceText;
use crate::system::RepoPath;

/// All findings, file by file; only their first lines if that is asked for.
pub(super) fn text(found: &Found<'_>, is_quiet: bool, is_colored: bool) -> String {
    let mut out = String::new();
    for file in found.findings.chunk_by(|one, next| one.path == next.path) {
        let source = if is_quiet { None } else { source(found, file) };
        for finding in file {
            headline(finding, is_colored, &mut out);
            if !is_quiet {
                details(finding, source.as_ref(), &mut out);
            }
        }
    }
    out
}

/// The text of the file that findings are about.
fn source(found: &Found<'_>, file: &[Finding]) -> Option<SourceText> {
    let path = RepoPath::parse(&file.first()?.path)?;
    found.opened.repository.tree.text(&path).ok()?
}

pub(in crate::app) fn headline(finding: &Finding, is_colored: bool, out: &mut String) {
    let place = in_one_line(&finding.location());
    let (word, color) = match finding.level {
        Level::Error => ("error", "1;31"),
        Level::Warning => ("warning", "33"),
        Level::Note => ("note", "36"),
    };
    let colon = if place.is_empty() { "" } else { ": " };
    let (begin, end) = match is_colored {
        true => (format!("\u{1b}[{color}m"), "\u{1b}[0m"),
        false => (String::new(), ""),
    };
    let (rule, message) = (finding.rule, in_one_line(&finding.message));
    let _ = writeln!(out, "{place}{colon}{begin}{word}[{rule}]{end}: {message}");
}

pub(in crate::app) fn details(finding: &Finding, source: Option<&SourceText>, out: &mut String) {
    if let (Some(line), Some(column), Some(source)) = (finding.line, finding.column, source) {
        if let Some(text) = source.text().lines().nth(line.saturating_sub(1)) {
            out.push_str(&excerpt(text, line, column));
        }
    }
    if !finding.help.is_empty() {
        out.push_str(&help_lines(&finding.help));
    }
    out.push('\n');
}

/// What was found and what was looked at, in a line.
pub(super) fn summary(found: &Found<'_>) -> String {
    let count = |level| found.findings.iter().filter(|finding| finding.level == level).count();
    let mut counts: Vec<String> = [
        (count(Level::Error), "error"),
        (count(Level::Warning), "warning"),
        (count(Level::Note), "note"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| several(count, word))
    .collect();
    if counts.is_empty() {
        counts.push("nothing found".to_owned());
    }
    let mut line = format!("{}; looked at {}", counts.join(", "), looked_at(&found.units));
    if found.known > 0 {
        let _ = write!(line, "; {} known from the baseline", several(found.known, "finding"));
    }
    if let Some(trusted) = &found.opened.trusted {
        let _ = write!(line, "; trusted: {}", trusted.revision());
    }
    if found.distrusted > 0 {
        let ignored = several(found.distrusted, "finding");
        let _ = write!(line, ", which lacks the comments that ignore {ignored}");
    }
    if found.hidden > 0 {
        let _ = write!(line, "; --notes shows {} more", several(found.hidden, "note"));
    }
    line
}

fn looked_at(units: &[Unit]) -> String {
    let count = |is: fn(&Unit) -> bool| units.iter().filter(|unit| is(unit)).count();
    let parts = [
        (count(|unit| matches!(unit, Unit::Cluster(_))), "cluster"),
        (count(|unit| matches!(unit, Unit::Namespace(_))), "namespace"),
        (count(|unit| matches!(unit, Unit::Folder(_))), "folder"),
        (count(|unit| matches!(unit, Unit::File(_))), "file"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, word)| several(count, word)).collect();
    if parts.is_empty() { "gangplank.yaml".to_owned() } else { parts.join(", ") }
}

pub(in crate::app) fn several(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}
