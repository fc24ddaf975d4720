//! Compares edits with those of another editor, `yaml-edit`: where both edit, the values agree.
//! What it is known to get wrong is told apart by rule.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use gangplank::manifests::edit::{Edit, edit};
use gangplank::manifests::source::SourceText;
use yaml_edit::Document;

use crate::support::{KustomizationText, count, for_fixed, judge, read_yaml, spelt};

const RESOURCE: &str = "- cnp.report-portal.yaml\n";
const PATCH: &str = "- target:\n    kind: Namespace\n  patch: |-\n    - op: add\n      path: /metadata/annotations/a\n      value: '[]'\n";

/// Lists that show in two places: yaml-edit changes both, or puts a list in the place of the
/// alias. gangplank refuses them.
const WRONG_THERE: [&str; 2] = ["resources: &r\n  - a\nx: *r\n", "r: &r\n  - a\nresources: *r\n"];

/// The text with one more item of a list, by `yaml-edit`, or why it does not do that.
fn by_yaml_edit(text: &str, key: &str, item: &str) -> Result<String, &'static str> {
    let document = Document::from_str(text).map_err(|_| "not read")?;
    let root = document.as_mapping().ok_or("no mapping")?;
    let items = Document::from_str(item).ok().and_then(|item| item.as_sequence());
    let items = items.ok_or("no item")?;
    match root.get_sequence(key) {
        Some(list) => list.push(items.get(0).ok_or("no item")?),
        None => root.set(key, items),
    }
    Ok(document.to_string())
}

#[test]
fn where_another_editor_edits_the_values_agree() {
    let outcomes = RefCell::new(BTreeMap::<&str, usize>::new());
    for_fixed(count(300, 4_000), |choices| {
        let text = KustomizationText::of(choices, "report-portal");
        let (name, item) = choices.pick(&[("resources", RESOURCE), ("patches", PATCH)]);
        let key = &spelt(&text.text, name);
        let change = Edit::append(key, item);
        let source = SourceText::decode(text.text.clone().into_bytes()).unwrap();
        let Ok(ours) = edit(&source, std::slice::from_ref(&change)) else {
            return Ok(());
        };
        let theirs = by_yaml_edit(&text.text, key, item);
        let outcome = match &theirs {
            Err(reason) => reason,
            Ok(theirs) if read_yaml(theirs) == read_yaml(ours.text()) => "agree",
            // The break at the end of a file may be in a text or not: `judge` knows that rule.
            Ok(theirs) => judge(&text.text, &change, theirs).map(|()| "final line break")?,
        };
        *outcomes.borrow_mut().entry(outcome).or_default() += 1;
        Ok(())
    });
    let outcomes = outcomes.into_inner();
    eprintln!("{outcomes:?}");
    assert!(outcomes["agree"] * 5 > outcomes.values().sum::<usize>() * 4, "{outcomes:?}");
}

#[test]
fn what_another_editor_gets_wrong_is_refused() {
    for text in WRONG_THERE {
        let change = Edit::append("resources", RESOURCE);
        let theirs = by_yaml_edit(text, "resources", RESOURCE).unwrap();
        judge(text, &change, &theirs).unwrap_err();
        let source = SourceText::decode(text.into()).unwrap();
        let refusal = edit(&source, &[change]).unwrap_err();
        assert!(refusal.reason.contains("anchor"), "{refusal}");
    }
}
