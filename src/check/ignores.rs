//! `# gangplank: ignore[rule]`: comments by which people say that a finding is meant.
//!
//! On the line of the finding, on lines of their own right above it, or above everything else in a
//! file for the whole file. A finding about a folder is ignored in its kustomization file.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::finding::{Finding, Level};
use crate::domain::near::closest;
use crate::domain::rule::{all_rules, rule_by_id};
use crate::manifests::source::SourceText;
use crate::system::{FileKind, RepoPath};
use crate::tree::Tree;

const MARK: &str = "gangplank: ignore";

/// The comments of one file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ignores {
    whole: BTreeSet<String>,
    /// By the line that they are about.
    lines: BTreeMap<usize, BTreeSet<String>>,
    /// What is no rule, with its line and column.
    unknown: Vec<(usize, usize, String)>,
}

/// Takes out what comments ignore, and says which comments name no rule.
pub(super) fn apply(tree: &Tree, findings: &mut Vec<Finding>) {
    let found = findings.iter().filter_map(|finding| RepoPath::parse(&finding.path));
    let paths: BTreeSet<RepoPath> = found.chain(tree.own_files()).collect();
    let files: BTreeMap<String, Ignores> = paths
        .iter()
        .filter_map(|path| Some((path.to_string(), Ignores::of(text(tree, path)?.text())?)))
        .collect();
    if files.is_empty() {
        return;
    }
    findings.retain(|finding| files.get(&finding.path).is_none_or(|file| !file.ignores(finding)));
    for (path, file) in &files {
        let is_file = |path: &RepoPath| !matches!(tree.kind(path), Ok(Some(FileKind::Folder)));
        if RepoPath::parse(path).as_ref().is_some_and(is_file) {
            findings.extend(file.unknown.iter().map(|unknown| not_a_rule(path, unknown)));
        }
    }
}

/// The text of a file, or of a folder's kustomization. A parsed one is at hand.
fn text(tree: &Tree, path: &RepoPath) -> Option<SourceText> {
    if let Ok(Some(FileKind::Folder)) = tree.kind(path) {
        return text(tree, &tree.kustomization_file(path).ok()??);
    }
    match tree.yaml(path) {
        Ok(Some(file)) => Some(file.source.clone()),
        _ => tree.text(path).ok()?,
    }
}

impl Ignores {
    /// Reads the comments of a text; none if there are none.
    fn of(text: &str) -> Option<Self> {
        if !text.contains(MARK) {
            return None;
        }
        let mut ignores = Ignores::default();
        let (mut is_top, mut above) = (true, BTreeSet::new());
        for (at, line) in text.lines().enumerate() {
            let (rest, number) = (line.trim(), at + 1);
            let rules = ignores.read(line, number);
            if rest.starts_with('#') {
                above.extend(rules);
                continue;
            }
            // A comment above everything speaks of everything.
            if is_top {
                ignores.whole.append(&mut above);
            }
            is_top &= rest.is_empty() || rest == "---";
            let here: BTreeSet<String> =
                std::mem::take(&mut above).into_iter().chain(rules).collect();
            if !here.is_empty() {
                ignores.lines.insert(number, here);
            }
        }
        Some(ignores)
    }

    /// The rules that a line's comment names.
    fn read(&mut self, line: &str, number: usize) -> Vec<String> {
        let Some((at, list)) = comment(line) else {
            return Vec::new();
        };
        let column = line[..at].chars().count() + 1;
        let rules = list.split(',').map(str::trim);
        let (known, unknown): (Vec<&str>, Vec<&str>) =
            rules.partition(|rule| rule_by_id(rule).is_some());
        let unknown = unknown.into_iter().map(|rule| (number, column, rule.to_owned()));
        self.unknown.extend(unknown);
        known.into_iter().map(str::to_owned).collect()
    }

    fn ignores(&self, finding: &Finding) -> bool {
        let on_line = finding.line.and_then(|line| self.lines.get(&line));
        self.whole.contains(finding.rule) || on_line.is_some_and(|line| line.contains(finding.rule))
    }
}

/// Where a comment of this kind begins in a line, and what stands between its brackets.
fn comment(line: &str) -> Option<(usize, &str)> {
    let mut marks = line.match_indices('#').filter(|(at, _)| {
        // YAML's comments begin the line or follow a blank.
        line[..*at].chars().next_back().is_none_or(char::is_whitespace)
    });
    let (at, rest) = marks.find_map(|(at, _)| {
        let rest = line[at..].trim_start_matches('#').trim_start();
        Some((at, rest.strip_prefix(MARK)?))
    })?;
    let inside = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    Some((at, inside.map_or("", |(inside, _)| inside)))
}

fn not_a_rule(path: &str, (line, column, rule): &(usize, usize, String)) -> Finding {
    let near = closest(rule, all_rules().map(|rule| rule.id));
    let message = match rule.as_str() {
        "" => "a comment that ignores no rule".to_owned(),
        rule => format!("a comment that ignores `{rule}`, which is no rule"),
    };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write # gangplank: ignore[policy/no-dns-rule], with the id that the finding shows"
            .to_owned(),
    };
    Finding::on_disk("ignore/unknown-rule", Level::Note, path, message, help).at(*line, *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(text: &str, line: usize) -> bool {
        let finding = Finding::on_disk("patch/no-match", Level::Error, "a", "m", "h").at(line, 1);
        Ignores::of(text).is_some_and(|ignores| ignores.ignores(&finding))
    }

    #[test]
    fn a_comment_speaks_of_its_line_the_next_line_or_the_whole_file() {
        let comment = "# gangplank: ignore[patch/no-match]";
        let list = "# gangplank: ignore[patch/null, patch/no-match] since forever";
        for (text, line) in [
            (format!("a: 1\nb: 2 {comment}\nc: 3\n"), 2),
            (format!("a: 1\n{comment}\n  # why\nb: 2\nc: 3\n"), 4),
            (format!("a: 1\n  {list}\nb: 2\n"), 3),
        ] {
            assert!(ignored(&text, line), "{text}");
            assert!(!ignored(&text, line + 1) && !ignored(&text, 1), "{text}");
        }
        let whole = format!("---\n# about\n\n{comment}\n\na: 1\nb: 2\n");
        assert!(ignored(&whole, 6) && ignored(&whole, 7));
    }

    #[test]
    fn what_is_no_such_comment_ignores_nothing() {
        for text in [
            "a: 1\nb: x#gangplank: ignore[patch/no-match]\n",
            "a: 1\nb: 2 # gangplank: ignore[patch/null]\n",
            "a: 1\nb: 2 # ignore[patch/no-match]\n",
            "a: 1\nb: 2 # gangplank: ignore patch/no-match\n",
        ] {
            assert!(!ignored(text, 2), "{text}");
        }
    }

    #[test]
    fn unknown_rules_are_said_with_their_place() {
        let text = "a: 1 # gangplank: ignore[patch/no-mach,patch/null]\nb: 2 # gangplank: ignore\n";
        let unknown = Ignores::of(text).unwrap().unknown;
        assert_eq!(unknown, [(1, 6, "patch/no-mach".to_owned()), (2, 6, String::new())]);
    }
}
