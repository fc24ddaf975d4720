//! Proves on the recorded edits of `kustomize edit` that gangplank makes the same change in fewer
//! lines, and refuses the files that `kustomize edit` damages.

use std::fs;
use std::path::Path;

use gangplank::manifests::edit::{Change, Edit, Refusal, Step, edit};
use gangplank::manifests::source::SourceText;

use crate::support::{judge, lost_lines, spelt};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/kustomize-edit");
const RESOURCE: &str = "- cnp.report-portal.yaml\n";
const PATCH: &str = "- target:\n    kind: Namespace\n  patch: |-\n    - op: add\n      path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n      value: '[\"arn:aws:iam::123456789098:role/report-portal\"]'\n";

/// Each pair with what gangplank does: the edit, and how many lines of the file change; or a word
/// of the reason why it is refused.
const PAIRS: [(&str, Done); 14] = [
    ("add-resource-commented", Done::Added(0)),
    ("add-resource-i01-patchesstrategicmerge", Done::Added(0)),
    ("add-resource-i02-patchesjson6902", Done::Added(0)),
    ("add-resource-i06-component", Done::Added(0)),
    ("add-resource-i13-multidoc", Done::Refused("two documents")),
    ("add-resource-i14-leading-docsep", Done::Added(0)),
    ("add-resource-i15-anchors", Done::Added(0)),
    ("add-resource-i23-dup-key-namespace", Done::Refused("twice")),
    ("add-resource-i26-case-field", Done::Added(0)),
    ("add-resource-i33-flow-style", Done::Added(1)),
    ("add-resource-i36-no-final-newline", Done::Added(0)),
    ("add-resource-i48-doc-end-marker", Done::Added(0)),
    ("add-patch-commented", Done::Added(0)),
    ("remove-resource", Done::Added(2)),
];

enum Done {
    Added(usize),
    Refused(&'static str),
}

fn text(name: &str, file: &str) -> String {
    fs::read_to_string(Path::new(CASES).join(name).join(file)).unwrap()
}

fn edited(name: &str, before: &str) -> (Edit, Result<SourceText, Refusal>) {
    let source = SourceText::decode(before.as_bytes().to_vec()).unwrap();
    let spelt = |name: &str| spelt(before, name);
    let change = match name {
        // The last one goes with its key, as kustomize does it.
        "remove-resource" => {
            Edit { at: vec![Step::Key(spelt("resources"))], change: Change::Remove }
        }
        "add-patch-commented" => Edit::append(&spelt("patches"), PATCH),
        _ => Edit::append(&spelt("resources"), RESOURCE),
    };
    let after = edit(&source, std::slice::from_ref(&change));
    (change, after)
}

#[test]
fn the_same_change_costs_fewer_lines_than_kustomize_edit() {
    let mut both = (0, 0);
    for (name, expected) in PAIRS {
        let (before, peer) = (text(name, "before.yaml"), text(name, "after.yaml"));
        let theirs = lost_lines(&before, &peer);
        match (edited(name, &before), expected) {
            ((change, Ok(after)), Done::Added(lines)) => {
                let ours = lost_lines(&before, after.text());
                eprintln!("{name}: {ours} lines changed here, {theirs} by kustomize edit");
                assert_eq!(ours, lines, "{name}:\n{}", after.text());
                judge(&before, &change, after.text()).unwrap();
                both = (both.0 + ours, both.1 + theirs);
            }
            ((_, Err(refusal)), Done::Refused(word)) => {
                eprintln!("{name}: refused here ({refusal}), {theirs} by kustomize edit");
                assert!(refusal.reason.contains(word) && refusal.place.is_some(), "{refusal}");
            }
            ((_, outcome), _) => panic!("{name}: {outcome:?}"),
        }
    }
    eprintln!("{} lines changed here, {} by kustomize edit", both.0, both.1);
    assert!(both.0 * 10 < both.1, "{both:?}");
}

/// A list that an anchor shares changes in two places at once, so it is left to people.
#[test]
fn a_shared_list_is_refused() {
    let before = "r: &r\n  - a\nresources: *r\n";
    let source = SourceText::decode(before.into()).unwrap();
    let refusal = edit(&source, &[Edit::append("resources", RESOURCE)]).unwrap_err();
    assert!(refusal.reason.contains("anchor"), "{refusal}");
}
