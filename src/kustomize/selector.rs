//! Label and annotation selectors of patch targets, in the syntax of Kubernetes
//! (`k8s.io/apimachinery/pkg/labels`): `a=b,c!=d,e in (f,g),h,!i`.

use std::collections::BTreeMap;

/// Whether a selector selects something with these labels; `None` if it is written in a way that is
/// not understood here.
pub(super) fn selects(selector: &str, labels: &BTreeMap<String, String>) -> Option<bool> {
    let mut all = true;
    for requirement in requirements(selector)? {
        all &= holds(requirement.trim(), labels)?;
    }
    Some(all)
}

/// The parts between commas that are in no parentheses.
fn requirements(selector: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in selector.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&selector[start..]);
    (depth == 0).then_some(parts)
}

fn holds(requirement: &str, labels: &BTreeMap<String, String>) -> Option<bool> {
    if let Some((words, values)) = requirement.strip_suffix(')').and_then(|r| r.split_once('(')) {
        return set(words.trim(), values, labels);
    }
    for (operator, wants_equal) in [("!=", false), ("==", true), ("=", true)] {
        if let Some((key, value)) = requirement.split_once(operator) {
            let (key, value) = (word(key.trim())?, word(value.trim())?);
            let is_equal = labels.get(key).is_some_and(|found| found == value);
            return Some(is_equal == wants_equal);
        }
    }
    match requirement.strip_prefix('!') {
        Some(key) => Some(!labels.contains_key(word(key.trim()).filter(|key| !key.is_empty())?)),
        None => Some(labels.contains_key(word(requirement).filter(|key| !key.is_empty())?)),
    }
}

fn set(words: &str, values: &str, labels: &BTreeMap<String, String>) -> Option<bool> {
    let (key, operator) = words.rsplit_once(char::is_whitespace)?;
    let key = word(key.trim())?;
    let mut values = values.split(',').map(str::trim);
    let value = labels.get(key);
    match operator {
        "in" => Some(value.is_some_and(|value| values.any(|other| other == value))),
        "notin" => Some(value.is_none_or(|value| values.all(|other| other != value))),
        _ => None,
    }
}

/// A key or a value: anything else is an operator that is not known here.
fn word(text: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    text.chars().all(is_plain).then_some(text)
}
