//! The README as a page: its fenced blocks with the note above each, and its tables.

/// The README.
pub(crate) const README: &str = include_str!("../../README.md");

/// A fenced block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fence {
    /// What stands in the comment on the line above; empty if there is none.
    pub(crate) note: &'static str,
    /// The language.
    pub(crate) language: &'static str,
    /// What is in it.
    pub(crate) text: &'static str,
}

/// The fenced blocks of the README, in their order.
pub(crate) fn fences() -> Vec<Fence> {
    let parts: Vec<&str> = README.split("\n```").collect();
    assert!(parts.len() % 2 == 1, "a fence is open at the end");
    let pairs = parts.chunks(2).filter(|pair| pair.len() == 2);
    pairs
        .map(|pair| {
            let above = pair[0].lines().last().unwrap_or_default();
            let note = above.strip_prefix("<!-- ").and_then(|note| note.strip_suffix(" -->"));
            let (language, text) = pair[1].split_once('\n').unwrap();
            Fence { note: note.unwrap_or_default(), language, text }
        })
        .collect()
}

/// The text of the README without its fenced blocks.
pub(crate) fn prose() -> String {
    README.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its heads.
    pub(crate) heads: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<Vec<String>>,
}

/// The tables of the README, in their order.
pub(crate) fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_inside = false;
    for line in prose().lines() {
        let Some(cells) = line.strip_prefix("| ").map(|line| line.trim_end_matches('|')) else {
            is_inside &= line.starts_with("|-");
            continue;
        };
        let cells = cells.replace("\\|", "\0");
        let cells = cells.split('|').map(|cell| cell.trim().replace('\0', "|")).collect();
        match tables.last_mut().filter(|_| is_inside) {
            Some(table) => table.rows.push(cells),
            None => tables.push(Table { heads: cells, rows: Vec::new() }),
        }
        is_inside = true;
    }
    tables
}

/// The one table with these heads.
#[track_caller]
pub(crate) fn table(heads: &[&str]) -> Table {
    let mut found: Vec<Table> = tables().into_iter().filter(|table| table.heads == heads).collect();
    assert_eq!(found.len(), 1, "{heads:?}");
    found.remove(0)
}

/// What stands between backticks.
pub(crate) fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
