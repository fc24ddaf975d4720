//! Changes inside the text of the allowed-roles annotation: entries come and go, and the rest of
//! the JSON stays as people wrote it.

use std::ops::Range;

use super::edit::Splice;

/// The ways to add entries behind the last one, best first: as the entries that are there are
/// separated, then with a comma only.
///
/// `text` must be a JSON list of strings, `null`, or empty.
pub fn additions(text: &str, entries: &[String]) -> Vec<Vec<Splice>> {
    let json = |entry: &String| serde_json::Value::from(entry.as_str()).to_string();
    let new: Vec<String> = entries.iter().map(json).collect();
    let there = elements(text);
    let Some(last) = there.last() else {
        let whole = match text.find('[') {
            Some(open) => Splice::insert(open + 1, new.join(",")),
            None => Splice { range: 0..text.len(), with: format!("[{}]", new.join(",")) },
        };
        return vec![vec![whole]];
    };
    let separator = match &there[..] {
        [.., before, last] => &text[before.end..last.start],
        _ => ",",
    };
    let mut separators = vec![separator];
    separators.extend((separator != ",").then_some(","));
    let way = |separator: &&str| {
        let with = new.iter().map(|entry| format!("{separator}{entry}")).collect::<String>();
        vec![Splice::insert(last.end, with)]
    };
    separators.iter().map(way).collect()
}

/// The way to take out every entry that is not kept.
pub fn removals(text: &str, keeps: impl Fn(&str) -> bool) -> Vec<Vec<Splice>> {
    let there = elements(text);
    let stays: Vec<bool> = there
        .iter()
        .map(|range| {
            serde_json::from_str(&text[range.clone()]).is_ok_and(|entry: String| keeps(&entry))
        })
        .collect();
    let first_kept = stays.iter().position(|stays| *stays);
    let splices = there.iter().enumerate().filter(|(at, _)| !stays[*at]).map(|(at, range)| {
        let is_leading = first_kept.is_none_or(|first| at < first);
        match (is_leading, at) {
            // With the comma behind it, as far as the next entry.
            (true, _) => range.start..there.get(at + 1).map_or(range.end, |next| next.start),
            (false, _) => there[at - 1].end..range.end,
        }
    });
    vec![splices.map(Splice::remove).collect()]
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Respelt {
    /// It stays as it is.
    Same,
    /// It is spelt so.
    As(String),
    /// It goes.
    Gone,
}

/// The way to spell entries otherwise, or to take them out; `judge` is asked for one after the
/// other.
pub fn respellings(text: &str, mut judge: impl FnMut(&str) -> Respelt) -> Vec<Splice> {
    let there = elements(text);
    let splices = there.iter().enumerate().filter_map(|(at, range)| {
        let entry: String = serde_json::from_str(&text[range.clone()]).ok()?;
        match judge(&entry) {
            Respelt::Same => None,
            Respelt::As(entry) => {
                let with = serde_json::Value::from(entry).to_string();
                Some(Splice { range: range.clone(), with })
            }
            // Only one that was there before goes, so there is one in front of it.
            Respelt::Gone => Some(Splice::remove(there.get(at.checked_sub(1)?)?.end..range.end)),
        }
    });
    splices.collect()
}

/// The bytes of the list's strings. Outside of them a JSON list of strings has no quote.
fn elements(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut open = None;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, open) {
            _ if is_escaped => is_escaped = false,
            (b'\\', Some(_)) => is_escaped = true,
            (b'"', None) => open = Some(at),
            (b'"', Some(start)) => {
                out.push(start..at + 1);
                open = None;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::allowed_roles::AllowedRoles;

    fn with(text: &str, way: &[Splice]) -> String {
        let mut out = text.to_owned();
        for splice in way.iter().rev() {
            out.replace_range(splice.range.clone(), &splice.with);
        }
        out
    }

    #[test]
    fn a_new_entry_is_separated_like_the_others() {
        let added = |text: &str| with(text, &additions(text, &["c".to_owned()])[0]);
        for (text, expected) in [
            (r#"["a","b"]"#, r#"["a","b","c"]"#),
            (r#"[ "a", "b" ]"#, r#"[ "a", "b", "c" ]"#),
            ("[\n  \"a\",\n  \"b\"\n]\n", "[\n  \"a\",\n  \"b\",\n  \"c\"\n]\n"),
            (r#"["a"]"#, r#"["a","c"]"#),
            ("[ ]", r#"["c" ]"#),
            ("", r#"["c"]"#),
            ("null", r#"["c"]"#),
            (r#"["a\"]","b\\"]"#, r#"["a\"]","b\\","c"]"#),
        ] {
            assert_eq!(added(text), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_left_is_what_was_kept(
            entries in proptest::collection::vec("[a-c\"\\\\]{1,3}", 0..6),
            gone in "[a-c]",
            separator in "[ \\n]{0,2},[ \\n]{0,2}",
        ) {
            let json: Vec<String> =
                entries.iter().map(|e| serde_json::Value::from(e.as_str()).to_string()).collect();
            let text = format!("[{}]", json.join(&separator));
            let keeps = |entry: &str| !entry.contains(&gone);
            let after = with(&text, &removals(&text, keeps)[0]);
            let expected: Vec<String> = entries.into_iter().filter(|e| keeps(e)).collect();
            let read = AllowedRoles::parse(&after).unwrap();
            proptest::prop_assert_eq!(read.entries(), &expected[..], "{}", after);
        }
    }
}
