//! What holds for every cell of the screen, whatever is drawn: nothing is hidden in it, and with
//! `--ascii` it holds ASCII.

use ratatui::buffer::Buffer;

use crate::domain::shown::must_escape;

/// Puts a mark in the place of what can't be seen. Texts are escaped before they are drawn; this is
/// for one that was not.
pub(super) fn reveal(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().chars().any(must_escape) {
            cell.set_symbol("\u{fffd}");
        }
    }
}

/// Puts an ASCII twin in the place of every other character.
pub(super) fn fold(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let twin = twin(cell.symbol());
            cell.set_symbol(twin);
        }
    }
}

fn twin(symbol: &str) -> &'static str {
    match symbol {
        "…" => "~",
        "↑" => "^",
        "↓" => "v",
        "←" => "<",
        "→" => ">",
        "─" => "-",
        "│" => "|",
        "┌" | "┐" | "└" | "┘" => "+",
        "–" | "—" => "-",
        _ => "?",
    }
}
