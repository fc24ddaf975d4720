//! How many lines an edit touches, beside those that `kustomize edit` touched for the same change:
//! every pair of files before and after it in `tests/cases/kustomize-edit`.

use std::fs;
use std::path::{Path, PathBuf};

use gangplank::manifests::edit::{Change, Edit, Step, edit};
use gangplank::manifests::source::SourceText;
use gangplank::manifests::yaml::{Node, Yaml};
use similar::{ChangeTag, TextDiff};

/// What gangplank makes of a change.
enum Own {
    /// So many lines.
    Lines(usize),
    /// It leaves the file alone, for this reason.
    Refused(String),
    /// It never makes such a change.
    Nothing,
}

pub(crate) fn compare() {
    println!("lines removed and added for the same change of a kustomization");
    println!("  {:<48} {:>10} {:>15} {:>8}", "", "gangplank", "kustomize edit", "ratio");
    let (mut all, mut own_total, mut peer_total) = (0, 0, 0);
    for pair in pairs() {
        let before = fs::read_to_string(pair.join("before.yaml")).unwrap();
        let peer = changed_lines(&before, &fs::read_to_string(pair.join("after.yaml")).unwrap());
        let name = pair.file_name().unwrap().to_str().unwrap();
        match own(&pair, &before) {
            Own::Lines(own) => {
                (all, own_total, peer_total) = (all + 1, own_total + own, peer_total + peer);
                line(name, &own.to_string(), peer, &ratio(own, peer));
            }
            Own::Refused(reason) => line(name, "refused", peer, &format!("       - {reason}")),
            Own::Nothing => line(name, "-", peer, "       - no such change in gangplank"),
        }
    }
    let name = format!("all {all} that both make");
    line(&name, &own_total.to_string(), peer_total, &ratio(own_total, peer_total));
}

fn line(name: &str, own: &str, peer: usize, ratio: &str) {
    println!("  {name:<48} {own:>10} {peer:>15} {ratio:>8}");
}

fn ratio(own: usize, peer: usize) -> String {
    let number = |lines: usize| f64::from(u32::try_from(lines).unwrap());
    format!("{:.2}", number(own) / number(peer))
}

/// The folders of those that `kustomize edit` changed.
fn pairs() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/kustomize-edit");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pairs: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    pairs.retain(|pair| fs::read_to_string(pair.join("rc")).unwrap().trim() == "0");
    pairs.sort();
    pairs
}

fn changed_lines(before: &str, after: &str) -> usize {
    let diff = TextDiff::from_lines(before, after);
    diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
}

fn own(pair: &Path, before: &str) -> Own {
    let command = fs::read_to_string(pair.join("command")).unwrap();
    let Some(wanted) = counterpart(&command, before) else {
        return Own::Nothing;
    };
    let source = SourceText::decode(before.as_bytes().to_vec()).unwrap();
    match edit(&source, &[wanted]) {
        Ok(after) => Own::Lines(changed_lines(before, after.text())),
        Err(refusal) => Own::Refused(refusal.reason),
    }
}

/// The edit that makes the same change.
fn counterpart(command: &str, before: &str) -> Option<Edit> {
    let command = command.trim_end().strip_prefix("kustomize edit ")?;
    if let Some(name) = command.strip_prefix("add resource ") {
        return Some(Edit::append("resources", format!("- {name}\n")));
    }
    if let Some(name) = command.strip_prefix("remove resource ") {
        return Some(removal(name, before));
    }
    let patch = command.strip_prefix("add patch --kind Namespace --patch ")?;
    let lines = patch.lines().map(|line| format!("    {line}\n"));
    let lines: Vec<String> = lines.collect();
    let item = format!("- target:\n    kind: Namespace\n  patch: |-\n{}", lines.concat());
    Some(Edit::append("patches", item))
}

/// Taking a resource out; the last one takes its key with it.
fn removal(name: &str, before: &str) -> Edit {
    let yaml = Yaml::parse(before).unwrap();
    let root = yaml.root().unwrap();
    let all: Vec<Option<&str>> = root.get("resources").unwrap().items().map(Node::text).collect();
    let mut at = vec![Step::Key("resources".to_owned())];
    if all.len() > 1 {
        at.push(Step::Index(all.iter().position(|text| *text == Some(name)).unwrap()));
    }
    Edit { at, change: Change::Remove }
}
