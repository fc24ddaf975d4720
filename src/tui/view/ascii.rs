//! `--ascii` holds for everything on the screen, also for what stands in files.

use ratatui::buffer::Buffer;

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
