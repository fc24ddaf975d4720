//! The tags of a template, found without its grammar: blocks that are not closed, what templates may
//! not do, and nesting that would make the reader of the grammar run out of stack.

use super::helpers::BLOCKS;
use super::slip::Slip;

/// Blocks in blocks, and brackets in brackets: the built-in templates have four and one.
const DEEPEST: usize = 16;

/// One tag.
struct Tag<'t> {
    /// Where it begins.
    at: usize,
    /// What is between its braces, without blanks and `~` at both ends.
    inner: &'t str,
}

/// Looks at all tags.
///
/// # Errors
/// The first that will not do.
pub(super) fn check(text: &str) -> Result<(), Slip> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    while let Some(tag) = next(text, &mut from)? {
        look(&tag, &mut open)?;
    }
    match open.last() {
        Some((at, name)) => {
            Err(Slip::syntax(*at, format!("`#{name}` is not closed"), format!("{{{{/{name}}}}}")))
        }
        None => Ok(()),
    }
}

fn look<'t>(tag: &Tag<'t>, open: &mut Vec<(usize, &'t str)>) -> Result<(), Slip> {
    let refused = |what: &str| {
        let help = "templates have variables, helpers, and the blocks if, unless and each";
        Slip::syntax(tag.at, format!("{what} can't be used in a template"), help)
    };
    let block = tag.inner.strip_prefix('#').map(str::trim_start);
    match tag.inner.chars().next() {
        Some('{') if tag.inner.starts_with("{{") => return Err(refused("a raw block")),
        Some('>') => return Err(refused("a partial")),
        Some('*') => return Err(refused("a decorator")),
        _ if block.is_some_and(|block| block.starts_with('>')) => return Err(refused("a partial")),
        _ if block.is_some_and(|block| block.starts_with('*')) => {
            return Err(refused("a decorator"));
        }
        _ => {}
    }
    if let Some(block) = block {
        open.push((tag.at, word(block)));
    } else if let Some(name) = tag.inner.strip_prefix('/') {
        close(tag.at, name.trim(), open)?;
    }
    if open.len() > DEEPEST || brackets(tag.inner) > DEEPEST {
        let help = format!("at most {DEEPEST} levels");
        return Err(Slip::syntax(tag.at, "this is nested too deeply", help));
    }
    Ok(())
}

fn close(at: usize, name: &str, open: &mut Vec<(usize, &str)>) -> Result<(), Slip> {
    match open.pop() {
        Some((_, opened)) if opened == name => Ok(()),
        Some((_, opened)) => {
            let message = format!("`/{name}` does not close `#{opened}`");
            Err(Slip::syntax(at, message, format!("{{{{/{opened}}}}}")))
        }
        None => {
            let help = format!("the blocks are {}", BLOCKS.join(", "));
            Err(Slip::syntax(at, format!("`/{name}` closes nothing"), help))
        }
    }
}

fn word(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || c == '}').next().unwrap_or_default()
}

/// How deep the brackets of a tag are nested.
fn brackets(inner: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in inner.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The next tag that is no comment.
fn next<'t>(text: &'t str, from: &mut usize) -> Result<Option<Tag<'t>>, Slip> {
    while let Some(found) = text[*from..].find("{{") {
        let at = *from + found;
        let before = &text[..at];
        // One backslash takes the meaning away, two stand for one.
        if before.ends_with('\\') && !before.ends_with("\\\\") {
            *from = at + 2;
            continue;
        }
        let inner = &text[at + 2..];
        let (is_comment, end) = end(inner);
        let Some(end) = end else {
            return Err(Slip::syntax(at, "`{{` is not closed", "}}"));
        };
        *from = at + 2 + end + 2;
        if !is_comment {
            let inner = inner[..end].trim_matches(|c: char| c.is_whitespace() || c == '~');
            return Ok(Some(Tag { at, inner }));
        }
    }
    Ok(None)
}

/// Whether a comment begins here, and where the tag ends.
fn end(inner: &str) -> (bool, Option<usize>) {
    if inner.starts_with("!--") {
        return (true, inner.find("--}}").map(|at| at + 2));
    }
    if inner.starts_with('!') {
        return (true, inner.find("}}"));
    }
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') if inner[at..].starts_with("}}") => return (false, Some(at)),
            _ => {}
        }
    }
    (false, None)
}
