//! What `--fix` mends: findings whose meaning is beyond doubt, each by an edit of its own lines.

use super::annotation::in_force;
use super::level::Level;
use crate::domain::allowed_roles::AllowedRoles;
use crate::domain::finding::Finding;
use crate::domain::kube2iam::{Decoded, decode_roles};
use crate::kustomize::{Setter, Written, known_field};
use crate::manifests::edit::{Change, Edit, Step, edit};
use crate::manifests::roles_text::{Respelt, respellings};
use crate::manifests::yaml::{Node, Place};
use crate::system::RepoPath;

/// An edit that mends findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The rules that it satisfies.
    pub rules: Vec<&'static str>,
    /// The file.
    pub file: RepoPath,
    /// Where the findings are.
    place: Place,
    /// The edit.
    pub edit: Edit,
}

impl Fix {
    /// Whether it mends a finding.
    pub fn mends(&self, finding: &Finding) -> bool {
        self.rules.contains(&finding.rule)
            && self.file.as_str() == finding.path
            && (Some(self.place.line), Some(self.place.column)) == (finding.line, finding.column)
    }
}

/// Says of the findings that there is a fix.
pub(super) fn mark(fixes: &[Fix], findings: &mut [Finding]) {
    for finding in findings {
        finding.fixable |= fixes.iter().any(|fix| fix.mends(finding));
    }
}

/// The fixes of one kustomization and its patches.
pub(super) fn of(level: &Level<'_>) -> Vec<Fix> {
    let lists = in_force(level).filter_map(list);
    let keys = level.root.entries().filter_map(|entry| key(level, entry.key));
    // One that the editor refuses is none.
    lists.chain(keys).filter(|fix| can_be_made(level, fix)).collect()
}

fn can_be_made(level: &Level<'_>, fix: &Fix) -> bool {
    let source = level.context.tree.text(&fix.file).ok().flatten();
    source.is_some_and(|source| edit(&source, std::slice::from_ref(&fix.edit)).is_ok())
}

fn list(setter: &Setter) -> Option<Fix> {
    let (rules, change) = match &setter.written {
        Written::Structured(Some(roles)) => {
            (vec!["annotation/not-a-string"], Change::Quote(AllowedRoles::to_json_of(roles)))
        }
        Written::Text(text) => entries(text)?,
        _ => return None,
    };
    // A file that several patches are read from is somebody's decision.
    let is_shared = matches!(setter.written, Written::Text(_)) && setter.value.is_err();
    let edit = Edit { at: setter.at.clone(), change };
    let (file, place) = (setter.file.clone(), setter.place);
    (!is_shared).then_some(Fix { rules, file, place, edit })
}

fn entries(text: &str) -> Option<(Vec<&'static str>, Change)> {
    let Decoded { roles: Some(_), fault: None } = decode_roles(text) else {
        return None;
    };
    let mut rules = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let splices = respellings(text, |entry| {
        let mut right = entry.trim().to_owned();
        if right != entry {
            rules.push("annotation/blanks");
        }
        if right.starts_with("ARN:") {
            right.replace_range(..3, "arn");
            rules.push("annotation/letter-case");
        }
        if seen.contains(&right) {
            rules.push("annotation/duplicate");
            return Respelt::Gone;
        }
        seen.push(right.clone());
        if right == entry { Respelt::Same } else { Respelt::As(right) }
    });
    (!splices.is_empty()).then_some((rules, Change::Rewrite(vec![splices])))
}

fn key(level: &Level<'_>, key: Node<'_>) -> Option<Fix> {
    let text = key.text()?;
    let known = known_field(text).filter(|known| *known != text)?;
    let edit =
        Edit { at: vec![Step::Key(text.to_owned())], change: Change::Rename(known.to_owned()) };
    let (file, place) = (level.file.path.clone(), key.place());
    Some(Fix { rules: vec!["kustomization/key-case"], file, place, edit })
}
