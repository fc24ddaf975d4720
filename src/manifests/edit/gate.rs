//! Whether an edit did what it should and nothing else: the new text is read again and compared
//! with the old meaning plus the change. The two ways share no code.

use super::find::Document;
use super::{Step, remove};
use crate::manifests::yaml::{Scalar, Value, Yaml};

/// What a change means.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// The list has one more item.
    Append(Value),
    /// The node is gone.
    Remove,
    /// The key that was absent or null has this value.
    Put(Value),
    /// A scalar with this text stands there.
    Text(String),
    /// The key is called so.
    Rename(String),
}

/// Whether `after` means what it should.
pub(super) fn passes(document: &Document<'_>, at: &[Step], meaning: &Meaning, after: &str) -> bool {
    let Some(read) = only_document(after).map(unordered) else {
        return false;
    };
    let means = |before: Value| {
        changed(before, at, meaning).is_some_and(|expected| unordered(expected) == read)
    };
    let before = Value::of(document.root);
    before.is_some_and(means) || with_final_line_break(document).is_some_and(means)
}

fn only_document(text: &str) -> Option<Value> {
    let yaml = Yaml::parse(text).ok()?;
    if yaml.documents().skip(1).any(|root| !root.is_null()) {
        return None;
    }
    Value::of(yaml.root()?)
}

/// A file whose last line is in a block scalar and has no line break: whatever comes behind gives
/// the scalar one. In a patch that means nothing, and nowhere else is it let through.
fn with_final_line_break(document: &Document<'_>) -> Option<Value> {
    if document.text().ends_with('\n') {
        return None;
    }
    let last = document.root.entries().next_back()?;
    let is_patches = last.key.text()?.to_ascii_lowercase().starts_with("patches");
    if !is_patches {
        return None;
    }
    only_document(&format!("{}{}", document.text(), document.line_end))
}

/// The order of keys says nothing, and a new key may stand anywhere.
fn unordered(value: Value) -> Value {
    match value {
        Value::Map(mut entries) => {
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Map(entries.into_iter().map(|(key, value)| (key, unordered(value))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(unordered).collect()),
        scalar @ Value::Scalar(_) => scalar,
    }
}

fn changed(mut value: Value, at: &[Step], meaning: &Meaning) -> Option<Value> {
    apply(&mut value, at, meaning)?;
    Some(value)
}

fn apply(value: &mut Value, at: &[Step], meaning: &Meaning) -> Option<()> {
    match (at, meaning) {
        ([], Meaning::Text(text)) => *value = Value::string(text.clone()),
        ([], Meaning::Append(item)) => match value {
            Value::List(items) => items.push(item.clone()),
            ref empty if remove::is_nothing(empty) => *value = Value::List(vec![item.clone()]),
            _ => return None,
        },
        ([Step::Key(key)], Meaning::Append(item)) if value.get(key).is_none() => match value {
            Value::Map(entries) => {
                entries.push((key.clone(), Value::List(vec![item.clone()])));
            }
            _ => return None,
        },
        ([Step::Key(key)], Meaning::Remove) => match value {
            Value::Map(entries) => entries.retain(|(name, _)| name != key),
            _ => return None,
        },
        ([Step::Key(key)], Meaning::Rename(name)) => match value {
            Value::Map(entries) if entries.iter().all(|(other, _)| other != name) => {
                entries.iter_mut().find(|(other, _)| other == key)?.0.clone_from(name);
            }
            _ => return None,
        },
        ([Step::Index(index)], Meaning::Remove) => match value {
            Value::List(items) => drop(items.remove(*index)),
            _ => return None,
        },
        (at, Meaning::Put(new)) => return put(value, at, new),
        ([Step::Key(key), rest @ ..], _) => match value {
            Value::Map(entries) => {
                let slot = entries.iter_mut().find(|(name, _)| name == key)?;
                return apply(&mut slot.1, rest, meaning);
            }
            _ => return None,
        },
        ([Step::Index(index), rest @ ..], _) => match value {
            Value::List(items) => return apply(items.get_mut(*index)?, rest, meaning),
            _ => return None,
        },
        _ => return None,
    }
    Some(())
}

/// The new value at the end of a way of keys, whose mappings are made where they lack.
fn put(value: &mut Value, at: &[Step], new: &Value) -> Option<()> {
    let [Step::Key(key), rest @ ..] = at else {
        return None;
    };
    if *value == Value::Scalar(Scalar::Null) {
        *value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = value else {
        return None;
    };
    if !entries.iter().any(|(name, _)| name == key) {
        entries.push((key.clone(), Value::Scalar(Scalar::Null)));
    }
    let slot = entries.iter_mut().find(|(name, _)| name == key)?;
    if !rest.is_empty() {
        return put(&mut slot.1, rest, new);
    }
    let is_free = slot.1 == Value::Scalar(Scalar::Null);
    is_free.then(|| slot.1 = new.clone())
}
