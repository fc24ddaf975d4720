//! How lists write their dashes.

use super::lines::{column_of, line_start};
use crate::manifests::yaml::Node;

/// How a list writes its dashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Dashes {
    /// The column of the dash, from 0.
    pub(super) column: usize,
    /// The blanks behind it.
    pub(super) gap: usize,
}

impl Dashes {
    /// Those of the last item that stands on the line of its dash; where none does, as usual behind
    /// the last dash.
    pub(super) fn of(list: Node<'_>) -> Option<Self> {
        let text = list.yaml().text();
        let at = |item: Node<'_>| {
            let (start, dash) = (item.span().start, dash_of(item)?);
            let gap = &text[dash + 1..start];
            let column = column_of(text, dash);
            Some((Dashes { column, gap: gap.len().max(1) }, gap.contains('\n')))
        };
        let all = || list.items().rev().filter(|item| !item.is_anchored()).filter_map(at);
        let on_line = all().find(|(_, is_alone)| !is_alone).map(|(dashes, _)| dashes);
        on_line.or_else(|| all().next().map(|(dashes, _)| Dashes { gap: 1, ..dashes }))
    }

    /// Those of most of the file's other lists; among as many of each kind, those of `resources`,
    /// then those of the last list. Without any, two columns in.
    pub(super) fn usual(mapping: Node<'_>) -> Self {
        let lists = mapping.entries().filter(|entry| {
            let list = entry.value;
            list.is_sequence() && !list.is_flow() && !list.is_alias()
        });
        let all: Vec<(bool, Dashes)> = lists
            .filter_map(|entry| {
                let is_resources =
                    entry.key.text().is_some_and(|key| key.eq_ignore_ascii_case("resources"));
                Some((is_resources, Dashes::of(entry.value)?))
            })
            .collect();
        let alike = |dashes: Dashes| all.iter().filter(|(_, other)| *other == dashes).count();
        let usual = all.iter().max_by_key(|(is_resources, dashes)| (alike(*dashes), *is_resources));
        let indented = Dashes { column: mapping.place().column + 1, gap: 1 };
        usual.map_or(indented, |(_, dashes)| *dashes)
    }
}

/// Where the dash of an item stands, if only blanks are before it and between it and the item.
pub(super) fn dash_of(item: Node<'_>) -> Option<usize> {
    let text = item.yaml().text();
    let before = text[..item.span().start].trim_end_matches([' ', '\n', '\r']);
    let dash = before.strip_suffix('-')?.len();
    text[line_start(text, dash)..dash].trim_matches(' ').is_empty().then_some(dash)
}
