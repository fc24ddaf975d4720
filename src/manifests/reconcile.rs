//! The edits that make a document say something else: where two meanings differ, and what to put in
//! or take out there. The order of lists says nothing in a network policy.

use super::edit::{Change, Edit, Splice, Step};
use super::yaml::{Scalar, Value, block_item};

/// Whether two documents mean the same, whatever the order of their lists and keys.
pub fn mean_the_same(one: &Value, other: &Value) -> bool {
    canonical(one) == canonical(other)
}

fn canonical(value: &Value) -> Value {
    match value {
        Value::Map(entries) => {
            let mut entries: Vec<(String, Value)> =
                entries.iter().map(|(key, value)| (key.clone(), canonical(value))).collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Map(entries)
        }
        Value::List(items) => {
            let mut items: Vec<Value> = items.iter().map(canonical).collect();
            items.sort_by_cached_key(|item| format!("{item:?}"));
            Value::List(items)
        }
        scalar @ Value::Scalar(_) => scalar.clone(),
    }
}

/// The edits that turn what a document says into `wanted`; `None` if that takes more than putting
/// items in, taking them out and rewriting texts.
pub fn reconcile(there: &Value, wanted: &Value) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    walk(there, wanted, &mut Vec::new(), &mut edits)?;
    Some(edits)
}

fn walk(there: &Value, wanted: &Value, at: &mut Vec<Step>, edits: &mut Vec<Edit>) -> Option<()> {
    if mean_the_same(there, wanted) {
        return Some(());
    }
    match (there, wanted) {
        (Value::Map(there), Value::Map(wanted)) => maps(there, wanted, at, edits),
        (Value::List(there), Value::List(wanted)) => lists(there, wanted, at, edits),
        (Value::Scalar(Scalar::String(old)), Value::Scalar(Scalar::String(new))) => {
            let whole = Splice { range: 0..old.len(), with: new.clone() };
            edits.push(Edit { at: at.clone(), change: Change::Rewrite(vec![vec![whole]]) });
            Some(())
        }
        _ => None,
    }
}

type Entries = [(String, Value)];

fn maps(
    there: &Entries,
    wanted: &Entries,
    at: &mut Vec<Step>,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    for (key, value) in there {
        at.push(Step::Key(key.clone()));
        match wanted.iter().find(|(wanted, _)| wanted == key) {
            Some((_, wanted)) => walk(value, wanted, at, edits)?,
            None => edits.push(Edit { at: at.clone(), change: Change::Remove }),
        }
        at.pop();
    }
    for (key, value) in wanted.iter().filter(|(key, _)| there.iter().all(|(k, _)| k != key)) {
        let Value::List(items) = value else {
            return None;
        };
        at.push(Step::Key(key.clone()));
        append(items.iter(), at, edits);
        at.pop();
    }
    Some(())
}

/// Items that are on one side only go and come; where as many go as come, each becomes the other.
fn lists(
    there: &[Value],
    wanted: &[Value],
    at: &mut Vec<Step>,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let missing_in =
        |side: &[Value], item: &Value| !side.iter().any(|one| mean_the_same(one, item));
    let gone = there.iter().enumerate().filter(|(_, item)| missing_in(wanted, item));
    let gone: Vec<(usize, &Value)> = gone.collect();
    let new: Vec<&Value> = wanted.iter().filter(|item| missing_in(there, item)).collect();
    let are_maps =
        || new.iter().chain(gone.iter().map(|(_, item)| item)).all(|v| matches!(v, Value::Map(_)));
    if gone.len() == new.len() && are_maps() {
        let mut inner = Vec::new();
        let pairs = gone.iter().zip(&new).all(|((index, old), new)| {
            let depth = at.len();
            at.push(Step::Index(*index));
            let done = walk(old, new, at, &mut inner);
            at.truncate(depth);
            done.is_some()
        });
        if pairs {
            edits.extend(inner);
            return Some(());
        }
    }
    if new.is_empty() && gone.len() == there.len() {
        return None;
    }
    append(new.into_iter(), at, edits);
    // From the end, so that the numbers of the others stay.
    for (index, _) in gone.into_iter().rev() {
        let at = [&at[..], &[Step::Index(index)]].concat();
        edits.push(Edit { at, change: Change::Remove });
    }
    Some(())
}

fn append<'v>(items: impl Iterator<Item = &'v Value>, at: &[Step], edits: &mut Vec<Edit>) {
    let appends =
        items.map(|item| Edit { at: at.to_vec(), change: Change::Append(block_item(item)) });
    edits.extend(appends);
}
