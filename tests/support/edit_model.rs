//! What an edit of a kustomization should have done, worked out without the program: serde_yaml
//! reads both texts, and lines are compared as lines.

use gangplank::kustomize::field_key;
use gangplank::manifests::edit::{Change, Edit, Step};
use gangplank::manifests::yaml::{Node, Yaml};
use serde::Deserialize;
use serde_yaml::{Deserializer, Value};

/// The only document of a text that says anything.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let documents: Result<Vec<Value>, _> =
        Deserializer::from_str(text).map(Value::deserialize).collect();
    let mut documents = documents.map_err(|error| error.to_string())?;
    documents.retain(|document| !document.is_null());
    match &documents[..] {
        [one] => Ok(one.clone()),
        _ => Err(format!("{} documents", documents.len())),
    }
}

/// A key of the root as it is spelt there.
pub(crate) fn spelt(text: &str, name: &str) -> String {
    let yaml = Yaml::parse(text).unwrap();
    let key = yaml.root().and_then(|root| field_key(root, name)).and_then(Node::text);
    key.unwrap_or(name).to_owned()
}

/// Whether `after` means what `before` means with this change; else what it means.
pub(crate) fn judge(before: &str, edit: &Edit, after: &str) -> Result<(), String> {
    let expected = |before: &str| {
        let mut value = read(before)?;
        change(&mut value, edit)?;
        Ok::<_, String>(value)
    };
    let mut after_value = read(after)?;
    open(&mut after_value, &edit.at);
    let wanted = expected(before)?;
    // The last line of a block scalar may have got the line break that it did not have.
    let ended = || {
        Ok::<_, String>(
            ended_in_patches(before) && expected(&format!("{before}\n"))? == after_value,
        )
    };
    if wanted == after_value || ended()? {
        return Ok(());
    }
    Err(format!("means {after_value:?}\nnot   {wanted:?}"))
}

/// As [`judge`], of a text that serde_yaml may refuse.
pub(crate) fn judge_if_read(before: &str, edit: &Edit, after: &str) -> Result<(), String> {
    let mut value = read(before);
    match value.as_mut().map(|value| change(value, edit)) {
        Ok(Ok(())) => judge(before, edit, after)
            .map_err(|error| format!("{edit:?}: {error}\n{before:?}\nbecame\n{after:?}")),
        _ => Ok(()),
    }
}

fn ended_in_patches(text: &str) -> bool {
    let (Ok(Value::Mapping(without)), Ok(Value::Mapping(with))) =
        (read(text), read(&format!("{text}\n")))
    else {
        return false;
    };
    let differs = without.iter().find(|(key, value)| with.get(*key) != Some(*value));
    let key = differs.and_then(|(key, _)| key.as_str()).unwrap_or_default();
    !text.ends_with('\n') && key.to_lowercase().starts_with("patches")
}

fn change(value: &mut Value, edit: &Edit) -> Result<(), String> {
    match &edit.change {
        Change::Append(item) => append(value, &edit.at, item),
        Change::Remove => remove(value, &edit.at),
        Change::Quote(text) => {
            *walk(value, &edit.at).ok_or("no such node")? = text.as_str().into();
            Ok(())
        }
        Change::Rename(name) => rename(value, &edit.at, name),
        Change::Put(new) => put(value, &edit.at, &read(new)?),
        Change::Rewrite(ways) => {
            let node = walk(value, &edit.at).ok_or("no such node")?;
            let mut text = node.as_str().ok_or("no text")?.to_owned();
            let way = ways.first().ok_or("no way")?;
            for splice in way.iter().rev() {
                text.replace_range(splice.range.clone(), &splice.with);
            }
            *node = list_of(&text).unwrap_or_else(|_| text.into());
            Ok(())
        }
    }
}

fn rename(root: &mut Value, at: &[Step], name: &str) -> Result<(), String> {
    let Some((Step::Key(key), above)) = at.split_last() else {
        return Err("no key".to_owned());
    };
    let map = walk(root, above).and_then(Value::as_mapping_mut).ok_or("no map")?;
    let value = map.shift_remove(key.as_str()).ok_or("no such key")?;
    map.insert(name.into(), value);
    Ok(())
}

fn append(root: &mut Value, at: &[Step], item: &str) -> Result<(), String> {
    let items = read(item)?;
    let item = items.get(0).ok_or("no item")?.clone();
    let [Step::Key(key)] = at else {
        return Err("not at the root".to_owned());
    };
    let root = root.as_mapping_mut().ok_or("the root is no mapping")?;
    let list = root.entry(key.as_str().into()).or_insert(Value::Null);
    match list {
        Value::Sequence(items) => items.push(item),
        Value::Null => *list = Value::Sequence(vec![item]),
        _ => return Err("no list".to_owned()),
    }
    Ok(())
}

fn put(value: &mut Value, at: &[Step], new: &Value) -> Result<(), String> {
    let Some((Step::Key(key), rest)) = at.split_first() else {
        let is_free = value.is_null();
        *value = new.clone();
        return is_free.then_some(()).ok_or_else(|| "taken".to_owned());
    };
    if value.is_null() {
        *value = Value::Mapping(serde_yaml::Mapping::new());
    }
    let map = value.as_mapping_mut().ok_or("no mapping")?;
    put(map.entry(key.as_str().into()).or_insert(Value::Null), rest, new)
}

fn remove(root: &mut Value, at: &[Step]) -> Result<(), String> {
    let (last, above) = at.split_last().ok_or("nowhere")?;
    match (walk(root, above).ok_or("no such node")?, last) {
        (Value::Mapping(map), Step::Key(key)) => {
            map.shift_remove(key.as_str()).map(drop).ok_or_else(|| "no such key".to_owned())
        }
        (Value::Sequence(items), Step::Index(at)) => {
            items.remove(*at);
            Ok(())
        }
        _ => Err("no such step".to_owned()),
    }
}

/// The node at the end of a way. Texts on the way are replaced by what they hold.
fn walk<'v>(value: &'v mut Value, at: &[Step]) -> Option<&'v mut Value> {
    let Some((step, rest)) = at.split_first() else {
        return Some(value);
    };
    let inner = match step {
        Step::Key(key) => value.get_mut(key.as_str())?,
        Step::Index(index) => value.get_mut(*index)?,
        Step::Inside => {
            if let Some(text) = value.as_str() {
                *value = read(text).ok()?;
            }
            value
        }
    };
    walk(inner, rest)
}

/// Opens the texts on a way, and the list of roles at its end.
fn open(value: &mut Value, at: &[Step]) {
    let inside = at.iter().rposition(|step| *step == Step::Inside);
    let _ = inside.and_then(|inside| walk(value, &at[..=inside]));
    let list = walk(value, at).filter(|node| node.is_string());
    if let Some((node, list)) = list.and_then(|node| {
        let list = list_of(node.as_str()?).ok()?;
        Some((node, list))
    }) {
        *node = list;
    }
}

fn list_of(json: &str) -> Result<Value, String> {
    let list: Vec<String> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    Ok(list.into())
}

/// How many lines of `before` are not in `after`, in order.
pub(crate) fn lost_lines(before: &str, after: &str) -> usize {
    let (mut before, mut after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = before.iter().zip(&after).take_while(|(old, new)| old == new).count();
    before.drain(..same);
    after.drain(..same);
    while before.last().is_some_and(|last| after.last() == Some(last)) {
        before.pop();
        after.pop();
    }
    let mut longest = vec![vec![0; after.len() + 1]; before.len() + 1];
    for (b, old) in before.iter().enumerate() {
        for (a, new) in after.iter().enumerate() {
            let skip = longest[b][a + 1].max(longest[b + 1][a]);
            longest[b + 1][a + 1] = if old == new { longest[b][a] + 1 } else { skip };
        }
    }
    before.len() - longest[before.len()][after.len()]
}

/// The marked comments of a text, in order: `# c1`, with only these letters.
pub(crate) fn comments<'t>(text: &'t str, marks: &str) -> Vec<&'t str> {
    let starts = text.match_indices("# ").map(|(at, _)| &text[at + 2..]);
    let marked = starts.filter(|rest| {
        let mut characters = rest.chars();
        characters.next().is_some_and(|c| marks.contains(c))
            && characters.next().is_some_and(|c| c.is_ascii_digit())
    });
    marked.map(|rest| rest.split(['\r', '\n', '\\']).next().unwrap_or_default()).collect()
}
