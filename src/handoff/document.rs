//! A text of sections, for people: as plain lines and as Markdown.

use crate::domain::shown::in_one_line;

/// A section with its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A list.
    Items(Vec<String>),
    /// Lines to copy, and the language that they are in.
    Code(&'static str, String),
}

impl Section {
    /// A section.
    pub fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Section { title: title.into(), blocks }
    }
}

/// A sentence that may hold text from elsewhere: as it is where nothing in it means anything to
/// Markdown or to a forge (mentions, links, references), else as code.
pub(super) fn prose(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " .,;:()/='\"+-%?–…".contains(c);
    // A forge makes links of these, and lists and headings of what begins a line.
    let is_link = text.contains("://") || text.contains("www.");
    let begins_plain = text.starts_with(|c: char| c.is_alphabetic() || "(`".contains(c));
    // What stands between single backticks is code already.
    let mut outside = text.split('`').step_by(2);
    let has_pairs = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let is_prose = outside.all(|part| part.chars().all(is_plain));
    match begins_plain && !is_link && has_pairs && is_prose {
        true => in_one_line(text),
        false => code(text),
    }
}

/// A name inside a sentence, as code: data never becomes markup.
pub(super) fn code(text: &str) -> String {
    let text = in_one_line(text);
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Several names, as code.
pub(super) fn codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// The sections as Markdown, the first one with the largest heading.
pub fn as_markdown(sections: &[Section]) -> String {
    let mut out = String::new();
    for (at, section) in sections.iter().enumerate() {
        let marks = if at == 0 { "#" } else { "##" };
        out.push_str(&format!("{marks} {}\n\n", section.title));
        for block in &section.blocks {
            out.push_str(&markdown_block(block));
            out.push('\n');
        }
    }
    ended(&out)
}

fn markdown_block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("{text}\n"),
        Block::Items(items) => items.iter().map(|item| format!("- {item}\n")).collect(),
        Block::Code(language, text) => {
            let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
            let text = text.trim_end();
            format!("{fence}{language}\n{text}\n{fence}\n")
        }
    }
}

/// The sections as lines for a terminal.
pub fn as_text(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        let line = "=".repeat(section.title.chars().count());
        out.push_str(&format!("{}\n{line}\n\n", section.title));
        for block in &section.blocks {
            out.push_str(&text_block(block));
            out.push('\n');
        }
    }
    ended(&out)
}

fn text_block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("{text}\n"),
        Block::Items(items) => items.iter().map(|item| format!("  - {item}\n")).collect(),
        Block::Code(_, text) => {
            let lines = text.trim_end().lines().map(|line| match line {
                "" => "\n".to_owned(),
                line => format!("    {line}\n"),
            });
            lines.collect()
        }
    }
}

fn longest_run(text: &str, wanted: char) -> usize {
    let runs = text.split(|c| c != wanted).map(str::len);
    runs.max().unwrap_or(0)
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_never_becomes_markup() {
        assert_eq!(code("a*b_c"), "`a*b_c`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x"), "`` `x ``");
        assert_eq!(code("a\nb"), "`a\\nb`");
        let section = Section::new("x", vec![Block::Code("sh", "a\n````\nb\n".to_owned())]);
        let text = as_markdown(&[section]);
        assert_eq!(text, "# x\n\n`````sh\na\n````\nb\n`````\n");
    }

    #[test]
    fn a_sentence_with_anything_that_acts_is_code() {
        for plain in
            ["opened by cnp.report-portal.yaml", "service account app", "(no) 1.2", "`a*b` is c"]
        {
            assert_eq!(prose(plain), plain);
        }
        for acts in [
            "**approved** by @acme/security",
            "see [log](https://evil)",
            "<img src=x>",
            "# Approved",
            "- done",
            "1. first",
            "see https://evil",
            "www.evil.example",
            "a_b_c",
            "fixes #1",
            "~~no~~",
            "a\n\n## Approved",
            "a | b",
            "&amp;",
            "a `b` *c* `d`",
            "a `b",
            "a ``b`` c",
        ] {
            assert_eq!(prose(acts), code(acts), "{acts}");
            assert!(!prose(acts).contains('\n'));
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let sections = [
            Section::new("One", vec![Block::Text("Text.".to_owned())]),
            Section::new(
                "Two",
                vec![
                    Block::Items(vec!["a".to_owned(), "b".to_owned()]),
                    Block::Code("yaml", "k:\n\n  v\n".to_owned()),
                ],
            ),
        ];
        assert_eq!(
            as_markdown(&sections),
            "# One\n\nText.\n\n## Two\n\n- a\n- b\n\n```yaml\nk:\n\n  v\n```\n"
        );
        assert_eq!(
            as_text(&sections),
            "One\n===\n\nText.\n\nTwo\n===\n\n  - a\n  - b\n\n    k:\n\n      v\n"
        );
    }
}
