//! Changing YAML that people wrote: exact stretches are replaced, and everything else stays byte
//! for byte.
//!
//! Every YAML editor that was measured gives a wrong value somewhere, so each edit passes a gate:
//! the new text, read again, must mean exactly the old meaning plus the change. A placement that
//! fails the gate is dropped for the next one; if all fail, nothing is edited and the caller shows a
//! snippet to paste.
//!
//! ```text
//! edit ── find the node ──> list, put, remove, scalar_map: candidates ── gate ──> text
//! ```

mod dashes;
mod find;
mod flow;
mod gate;
mod lines;
mod list;
mod put;
mod remove;
mod replace;
mod scalar_map;
mod splice;

use thiserror::Error;

use self::find::{Document, Found};
use self::gate::Meaning;
use self::scalar_map::ScalarMap;
use self::splice::spliced;
use super::source::SourceText;
use super::yaml::{Place, Yaml};

pub use self::scalar_map::place_inside;
pub use self::splice::Splice;

/// One step from a node to a node in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list.
    Index(usize),
    /// To the root of the YAML text that a scalar holds.
    Inside,
}

/// A change at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts an item behind the last one of a list. The item is YAML in block style, not indented,
    /// with its dash and its final line break; a list in brackets gets it in flow style. A list
    /// that is absent or empty is made.
    Append(String),
    /// Takes the node out: an item with its dash, a value with its key.
    Remove,
    /// Puts a string in the place of a list or map that is written in brackets on one line.
    Quote(String),
    /// Gives the key at the end of the way another spelling.
    Rename(String),
    /// Puts a value under a key that is absent or null, with the mappings on the way to it. The
    /// value is one line of YAML.
    Put(String),
    /// Replaces stretches of a scalar's decoded text. Several ways to say it, best first.
    Rewrite(Vec<Vec<Splice>>),
}

/// A change and where it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The way from the root of the document.
    pub at: Vec<Step>,
    /// What is done there.
    pub change: Change,
}

impl Edit {
    /// A new item of a list at a key of the root.
    pub fn append(key: &str, item: impl Into<String>) -> Self {
        Edit { at: vec![Step::Key(key.to_owned())], change: Change::Append(item.into()) }
    }

    /// A value under a chain of keys that is not there yet.
    pub fn put(keys: &[&str], value: impl Into<String>) -> Self {
        let at = keys.iter().map(|key| Step::Key((*key).to_owned())).collect();
        Edit { at, change: Change::Put(value.into()) }
    }
}

/// Why a file is not edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The reason, lower case, one line.
    pub reason: String,
    /// The place it is about.
    pub place: Option<Place>,
}

fn refuse<T>(reason: impl Into<String>, place: Option<Place>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), place })
}

/// The text with all edits made, one after the other.
///
/// # Errors
/// A shape that can't be edited without risk.
pub fn edit(source: &SourceText, edits: &[Edit]) -> Result<SourceText, Refusal> {
    // Each is tried on the file as it is first, so that the places in refusals are those that
    // people see.
    let [first, others @ ..] = edits else {
        return Ok(source.clone());
    };
    let mut text = best(source.text(), first)?;
    for edit in others {
        best(source.text(), edit)?;
        text = best(&text, edit)?;
    }
    Ok(source.with_text(text))
}

fn best(text: &str, edit: &Edit) -> Result<String, Refusal> {
    let mut candidates = candidates(text, &edit.at, &edit.change)?;
    Ok(candidates.swap_remove(0).after)
}

/// A way to make a change that passed the gate.
struct Candidate {
    splices: Vec<Splice>,
    after: String,
}

/// All ways to make a change that pass the gate, best first; at least one.
fn candidates(text: &str, at: &[Step], change: &Change) -> Result<Vec<Candidate>, Refusal> {
    let yaml = Yaml::parse(text)
        .map_err(|error| Refusal { reason: error.message.clone(), place: Some(error.place) })?;
    let document = Document::of(&yaml)?;
    let inside = at.iter().position(|step| *step == Step::Inside);
    let own = &at[..inside.unwrap_or(at.len())];
    let proposals = match inside {
        Some(inside) => through_scalar(&document, own, &at[inside + 1..], change)?,
        None => proposals(&document, own, change)?,
    };
    let passed: Vec<Candidate> = proposals
        .into_iter()
        .filter_map(|(splices, meaning)| {
            let after = spliced(text, &splices);
            gate::passes(&document, own, &meaning, &after).then_some(Candidate { splices, after })
        })
        .collect();
    if passed.is_empty() {
        return refuse(
            "no way to write it here keeps the rest of the file as it is",
            place(&document, own),
        );
    }
    Ok(passed)
}

fn place(document: &Document<'_>, at: &[Step]) -> Option<Place> {
    (0..=at.len()).rev().find_map(|length| document.find(&at[..length]).ok()).map(Found::place)
}

type Proposal = (Vec<Splice>, Meaning);

fn proposals(
    document: &Document<'_>,
    at: &[Step],
    change: &Change,
) -> Result<Vec<Proposal>, Refusal> {
    match change {
        Change::Append(item) => list::append(document, at, item),
        Change::Remove => remove::remove(document, at),
        Change::Quote(text) => replace::quote(document, at, text),
        Change::Rename(name) => replace::rename(document, at, name),
        Change::Put(value) => put::put(document, at, value),
        Change::Rewrite(ways) => {
            let found = document.find(at)?;
            let map = scalar_map(&found)?;
            let decoded = found.node.text().unwrap_or_default();
            let ways = ways.iter().map(|way| {
                let splices = way.iter().map(|splice| map.splice(splice)).collect();
                (splices, Meaning::Text(spliced(decoded, way)))
            });
            Ok(ways.collect())
        }
    }
}

/// A change in the YAML text that a scalar holds, as a change of the scalar.
fn through_scalar(
    document: &Document<'_>,
    at: &[Step],
    rest: &[Step],
    change: &Change,
) -> Result<Vec<Proposal>, Refusal> {
    let found = document.find(at)?;
    let map = scalar_map(&found)?;
    let inner = candidates(found.node.text().unwrap_or_default(), rest, change)
        // A place in the inner text says nothing to people.
        .map_err(|refusal| Refusal { place: Some(found.place()), ..refusal })?;
    let outer = inner.into_iter().map(|candidate| {
        let splices = candidate.splices.iter().map(|splice| map.splice(splice)).collect();
        (splices, Meaning::Text(candidate.after))
    });
    Ok(outer.collect())
}

fn scalar_map(found: &Found<'_>) -> Result<ScalarMap, Refusal> {
    let unusual = || Refusal {
        reason: "a text that is written in an unusual way".to_owned(),
        place: Some(found.place()),
    };
    ScalarMap::of(found.node).ok_or_else(unusual)
}

#[cfg(test)]
mod tests;
