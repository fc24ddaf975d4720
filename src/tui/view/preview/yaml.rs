//! The colours of a line of YAML: enough to find one's way in a manifest.

use ratatui::text::Span;

use crate::tui::theme::Theme;

/// Dashes and comments step back, keys and quoted texts have their colours.
pub(super) fn spans(text: &str, theme: &Theme) -> Vec<Span<'static>> {
    let dash = text.len() - text.trim_start_matches([' ', '-']).len();
    let dash = if text.trim_start().starts_with("- ") { dash } else { leading_blanks(text) };
    let (head, rest) = text.split_at(dash);
    let mut spans = vec![Span::styled(head.to_owned(), theme.dim)];
    if rest.starts_with('#') {
        spans.push(Span::styled(rest.to_owned(), theme.dim));
        return spans;
    }
    match key_end(rest) {
        Some(end) => {
            spans.push(Span::styled(rest[..end].to_owned(), theme.key));
            spans.push(Span::styled(":", theme.dim));
            spans.extend(value(&rest[end + 1..], theme));
        }
        None => spans.extend(value(rest, theme)),
    }
    spans
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Where the key ends; none if the line has none.
fn key_end(text: &str) -> Option<usize> {
    let end = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1))?;
    let is_key = !text[..end].contains([' ', '{', '[', '#']) || text.starts_with(['"', '\'']);
    is_key.then_some(end)
}

/// A value, and the comment behind it.
fn value(text: &str, theme: &Theme) -> Vec<Span<'static>> {
    let trimmed = text.trim_start();
    let quote = trimmed.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = match quote {
        Some(quote) => {
            let from = text.len() - trimmed.len() + 1;
            text[from..].rfind(quote).map_or(text.len(), |at| from + at + 1)
        }
        None => text.find(" #").unwrap_or(text.len()),
    };
    let style = if quote.is_some() { theme.text } else { ratatui::style::Style::new() };
    let (value, comment) = text.split_at(end);
    vec![Span::styled(value.to_owned(), style), Span::styled(comment.to_owned(), theme.dim)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let spans = spans(text, &Theme::new(true, false));
        spans.into_iter().map(|span| span.content.into_owned()).filter(|s| !s.is_empty()).collect()
    }

    #[test]
    fn a_line_keeps_its_text() {
        for text in [
            "  - op: add",
            "    value: '[\"arn:aws:iam::123456789098:role/a\"]'  # why",
            "# a comment",
            "kind: Kustomization",
            "- ../../defaults",
            "\"quoted: key\": 1",
            "a:",
            ":",
            "'",
            "",
            "    - {matchPattern: \"*\"}",
        ] {
            assert_eq!(parts(text).concat(), text);
        }
        assert_eq!(parts("  - op: add"), ["  - ", "op", ":", " add"]);
        assert_eq!(parts("value: 'a' # b"), ["value", ":", " 'a'", " # b"]);
    }
}
