//! Putting something in the place of a node: a string for a list, another spelling for a key.

use super::find::Document;
use super::gate::Meaning;
use super::{Proposal, Refusal, Splice, Step, refuse};
use crate::manifests::yaml::{annotation_value, quoted};

/// The way to put a string in the place of a list or map in brackets.
pub(super) fn quote(
    document: &Document<'_>,
    at: &[Step],
    text: &str,
) -> Result<Vec<Proposal>, Refusal> {
    let node = document.find(at)?.node;
    let span = node.span();
    if !node.is_flow() || document.text()[span.clone()].contains(['\n', '#']) {
        return refuse("only a list in brackets on one line becomes a text", Some(node.place()));
    }
    let splice = Splice { range: span, with: annotation_value(text) };
    Ok(vec![(vec![splice], Meaning::Text(text.to_owned()))])
}

/// The way to spell a key otherwise.
pub(super) fn rename(
    document: &Document<'_>,
    at: &[Step],
    name: &str,
) -> Result<Vec<Proposal>, Refusal> {
    let found = document.find(at)?;
    let Some(entry) = found.entry else {
        return refuse("an item of a list has no key", Some(found.place()));
    };
    let splice = Splice { range: entry.key.span(), with: quoted(name) };
    Ok(vec![(vec![splice], Meaning::Rename(name.to_owned()))])
}
