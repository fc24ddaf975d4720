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

/// The rule of notes about comments themselves: no comment takes them out.
const UNKNOWN_RULE: &str = "ignore/unknown-rule";

/// The comments of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ignores {
    comments: Vec<Comment>,
    /// What is no rule, with its line and column.
    unknown: Vec<(usize, usize, String)>,
}

/// A comment that names rules.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comment {
    rules: BTreeSet<String>,
    /// From its mark on.
    text: String,
    about: About,
}

/// What a comment is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    /// Nothing comes below it.
    Nothing,
    Whole,
    Line {
        number: usize,
        text: String,
    },
}

/// Takes out what comments ignore, and says which comments name no rule.
pub(super) fn apply(tree: &Tree, findings: &mut Vec<Finding>) {
    let files = files(tree, findings);
    findings.retain(|finding| files.get(&finding.path).is_none_or(|file| !file.ignores(finding)));
    say_unknown(tree, &files, findings);
}

/// Takes nothing out, and says which comments name no rule.
pub(super) fn keep(tree: &Tree, findings: &mut Vec<Finding>) {
    let files = files(tree, findings);
    say_unknown(tree, &files, findings);
}

/// The comments of the files that findings are about and of those that a tree has looked at.
fn files(tree: &Tree, findings: &[Finding]) -> BTreeMap<String, Ignores> {
    let found = findings.iter().filter_map(|finding| RepoPath::parse(&finding.path));
    let paths: BTreeSet<RepoPath> = found.chain(tree.own_files()).collect();
    let read = |path: &RepoPath| Some((path.to_string(), Ignores::of(text(tree, path)?.text())?));
    paths.iter().filter_map(read).collect()
}

fn say_unknown(tree: &Tree, files: &BTreeMap<String, Ignores>, findings: &mut Vec<Finding>) {
    for (path, file) in files {
        let is_file = |path: &RepoPath| !matches!(tree.kind(path), Ok(Some(FileKind::Folder)));
        if RepoPath::parse(path).as_ref().is_some_and(is_file) {
            findings.extend(file.unknown.iter().map(|unknown| not_a_rule(path, unknown)));
        }
    }
}

/// The files whose comments ignore some of these findings.
pub(crate) fn ignoring_files(tree: &Tree, findings: &[Finding]) -> BTreeSet<RepoPath> {
    let files = files(tree, findings);
    let ignored = findings.iter().filter_map(|finding| {
        let file = files.get(&finding.path)?;
        let is_ignored = finding.rule != UNKNOWN_RULE && file.ignores(finding);
        is_ignored.then(|| comments_of(tree, &RepoPath::parse(&finding.path)?)).flatten()
    });
    ignored.collect()
}

/// Takes out what comments ignore that earlier texts of the same files have too. Says how many
/// findings stay although a comment ignores them.
pub(crate) fn ignore_as_earlier(
    tree: &Tree,
    earlier: &BTreeMap<RepoPath, String>,
    findings: &mut Vec<Finding>,
) -> usize {
    let all = files(tree, findings);
    let mut known = all.clone();
    for (path, file) in &mut known {
        let path = RepoPath::parse(path).and_then(|path| comments_of(tree, &path));
        let earlier = path.and_then(|path| Ignores::of(earlier.get(&path)?));
        file.know(&earlier.unwrap_or_default());
    }
    let mut refused = 0;
    findings.retain(|finding| {
        let is_ignored = |files: &BTreeMap<String, Ignores>| {
            files.get(&finding.path).is_some_and(|file| file.ignores(finding))
        };
        if finding.rule == UNKNOWN_RULE || !is_ignored(&all) {
            return true;
        }
        let is_known = is_ignored(&known);
        refused += usize::from(!is_known);
        !is_known
    });
    refused
}

/// The file in which comments about a path stand: of a folder, its kustomization.
fn comments_of(tree: &Tree, path: &RepoPath) -> Option<RepoPath> {
    match tree.kind(path) {
        Ok(Some(FileKind::Folder)) => tree.kustomization_file(path).ok()?,
        _ => Some(path.clone()),
    }
}

/// The text of a file, or of a folder's kustomization. A parsed one is at hand.
fn text(tree: &Tree, path: &RepoPath) -> Option<SourceText> {
    let path = comments_of(tree, path)?;
    match tree.yaml(&path) {
        Ok(Some(file)) => Some(file.source.clone()),
        _ => tree.text(&path).ok()?,
    }
}

impl Ignores {
    /// Reads the comments of a text; none if there are none.
    fn of(text: &str) -> Option<Self> {
        if !text.contains(MARK) {
            return None;
        }
        let mut ignores = Ignores::default();
        // Comments on lines of their own wait for the line that they are about.
        let (mut is_top, mut waiting) = (true, 0);
        for (at, line) in text.lines().enumerate() {
            let (rest, number) = (line.trim(), at + 1);
            let on_line = ignores.comments.len();
            ignores.read(line, number);
            if rest.starts_with('#') {
                continue;
            }
            let about = About::Line { number, text: rest.to_owned() };
            for (at, comment) in ignores.comments.iter_mut().enumerate().skip(waiting) {
                // A comment above everything speaks of everything.
                let is_whole = is_top && at < on_line;
                comment.about = if is_whole { About::Whole } else { about.clone() };
            }
            waiting = ignores.comments.len();
            is_top &= rest.is_empty() || rest == "---";
        }
        Some(ignores)
    }

    /// Reads the comment of a line.
    fn read(&mut self, line: &str, number: usize) {
        let Some((at, list)) = comment(line) else {
            return;
        };
        let column = line[..at].chars().count() + 1;
        let rules = list.split(',').map(str::trim);
        let (known, unknown): (Vec<&str>, Vec<&str>) =
            rules.partition(|rule| rule_by_id(rule).is_some());
        let unknown = unknown.into_iter().map(|rule| (number, column, rule.to_owned()));
        self.unknown.extend(unknown);
        let rules = known.into_iter().map(str::to_owned).collect();
        let text = line[at..].trim().to_owned();
        self.comments.push(Comment { rules, text, about: About::Nothing });
    }

    fn ignores(&self, finding: &Finding) -> bool {
        let is_about = |comment: &&Comment| match &comment.about {
            About::Nothing => false,
            About::Whole => true,
            About::Line { number, .. } => Some(*number) == finding.line,
        };
        self.comments.iter().filter(is_about).any(|comment| comment.rules.contains(finding.rule))
    }

    /// Leaves only the comments that an earlier text has too, each as often as there. Of several
    /// alike those come first that are about the same line: a copy elsewhere is a new comment.
    fn know(&mut self, earlier: &Ignores) {
        let (mut exact, mut alike) = (BTreeMap::new(), BTreeMap::new());
        for comment in &earlier.comments {
            *exact.entry(comment.exactly()).or_insert(0) += 1;
            *alike.entry(comment.scope()).or_insert(0) += 1;
        }
        let mut is_known: Vec<bool> = Vec::new();
        for comment in &self.comments {
            let is_exact = take_one(&mut exact, &comment.exactly());
            is_known.push(is_exact && take_one(&mut alike, &comment.scope()));
        }
        for (comment, is_known) in self.comments.iter().zip(&mut is_known) {
            *is_known = *is_known || take_one(&mut alike, &comment.scope());
        }
        let mut is_known = is_known.into_iter();
        self.comments.retain(|_| is_known.next().unwrap_or(false));
    }
}

impl Comment {
    /// What tells it from others of a file: its text, and whether it is about the whole file.
    fn scope(&self) -> (&str, bool) {
        (&self.text, self.about == About::Whole)
    }

    /// The same with the text of the line that it is about.
    fn exactly(&self) -> (&str, bool, &str) {
        let line = match &self.about {
            About::Line { text, .. } => text.as_str(),
            _ => "",
        };
        (&self.text, self.about == About::Whole, line)
    }
}

/// Takes one of those that are left, if any is.
fn take_one<K: Ord>(left: &mut BTreeMap<K, usize>, key: &K) -> bool {
    match left.get_mut(key) {
        Some(count @ 1..) => {
            *count -= 1;
            true
        }
        _ => false,
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
    Finding::on_disk(UNKNOWN_RULE, Level::Note, path, message, help).at(*line, *column)
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

    /// Whether a finding on a line stays ignored where only comments of the earlier text count.
    fn known(earlier: &str, text: &str, line: usize) -> bool {
        let finding = Finding::on_disk("patch/no-match", Level::Error, "a", "m", "h").at(line, 1);
        let mut ignores = Ignores::of(text).unwrap();
        ignores.know(&Ignores::of(earlier).unwrap_or_default());
        ignores.ignores(&finding)
    }

    #[test]
    fn only_comments_of_an_earlier_text_are_known() {
        let mark = "# gangplank: ignore[patch/no-match] it is meant";
        let one = format!("a: 1\n{mark}\nb: 2\n");
        assert!(known(&one, &one, 3));
        // Lines move, and the line itself may change.
        assert!(known(&one, &format!("z: 0\n\na: 1\n{mark}\nb: 3\n"), 5));
        // Another reason, more rules, none before.
        for other in [mark.replace("meant", "fine"), mark.replace("match]", "match,patch/null]")] {
            assert!(!known(&one, &format!("a: 1\n{other}\nb: 2\n"), 3), "{other}");
        }
        assert!(!known("a: 1\nb: 2\n", &one, 3));
        // Moved above everything it would speak of everything.
        assert!(!known(&one, &format!("{mark}\na: 1\nb: 2\n"), 3));
        // A copy is another one, wherever it stands.
        for copied in [
            format!("{mark}\nc: 3\n{one}"),
            format!("x: 0\n{mark}\nc: 3\n{one}"),
            format!("{one}{mark}\nc: 3\n"),
        ] {
            let line = |text: &str| copied.lines().position(|line| line == text).unwrap() + 1;
            assert!(known(&one, &copied, line("b: 2")), "{copied}");
            assert!(!known(&one, &copied, line("c: 3")), "{copied}");
        }
    }

    #[test]
    fn unknown_rules_are_said_with_their_place() {
        let text = "a: 1 # gangplank: ignore[patch/no-mach,patch/null]\nb: 2 # gangplank: ignore\n";
        let unknown = Ignores::of(text).unwrap().unknown;
        assert_eq!(unknown, [(1, 6, "patch/no-mach".to_owned()), (2, 6, String::new())]);
    }
}
