//! A screen as a text with its styles, and as an SVG picture.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};

/// Pixels of a character, and of the border around all.
const CELL: (usize, usize) = (9, 19);
const BORDER: usize = 12;

const BACKGROUND: &str = "#16181d";
const TEXT: &str = "#d4d7dd";

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1))
}

/// The text of a row, without the blanks at its end.
fn text(row: &[Cell]) -> String {
    let text: String = row.iter().map(Cell::symbol).collect();
    text.trim_end().to_owned()
}

/// The screen as lines of text, and below each line that has any, its styles: a letter for each
/// character, `.` for none.
pub(crate) fn styled_text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in rows(buffer) {
        writeln!(out, "|{}", text(row)).unwrap();
        let letters: String = row.iter().map(letter).collect();
        let letters = letters.trim_end_matches(['.', ' ']);
        if !letters.is_empty() {
            writeln!(out, ":{letters}").unwrap();
        }
    }
    out
}

/// The screen as lines of text.
pub(crate) fn plain_text(buffer: &Buffer) -> String {
    rows(buffer).map(|row| format!("|{}\n", text(row))).collect()
}

/// One letter for a style: its colour's first letter, as a capital if it is bold.
fn letter(cell: &Cell) -> char {
    let has = |modifier| cell.modifier.contains(modifier);
    let color = match cell.fg {
        Color::Cyan => Some('c'),
        Color::Green => Some('g'),
        Color::Red => Some('r'),
        Color::Yellow => Some('y'),
        Color::Magenta => Some('m'),
        Color::Reset => None,
        other => panic!("{other:?} is no colour of the theme"),
    };
    match color {
        _ if cell.symbol() == " " && !has(Modifier::REVERSED) => ' ',
        _ if has(Modifier::REVERSED) => '#',
        _ if has(Modifier::UNDERLINED) => '_',
        Some(color) if has(Modifier::BOLD) => color.to_ascii_uppercase(),
        Some(color) => color,
        None if has(Modifier::BOLD) => 'B',
        None if has(Modifier::DIM) => 'd',
        None => '.',
    }
}

/// The screen as a picture.
pub(crate) fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, lines) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2 * BORDER, lines * CELL.1 + 2 * BORDER);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" \
         font-size=\"15\" fill=\"{TEXT}\" xml:space=\"preserve\">\n",
        escaped(title)
    );
    for (line, row) in rows(buffer).enumerate() {
        let mut column = 0;
        while column < row.len() {
            let style = row[column].style();
            let run = row[column..].iter().take_while(|cell| cell.style() == style).count();
            let text: String = row[column..column + run].iter().map(Cell::symbol).collect();
            out.push_str(&run_of(&text, style, (column, line)));
            column += run;
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// A text of one style, from a column and line on.
fn run_of(text: &str, style: Style, (column, line): (usize, usize)) -> String {
    let is = |modifier| style.add_modifier.contains(modifier);
    let (x, y) = (BORDER + column * CELL.0, BORDER + line * CELL.1);
    let width = text.chars().count() * CELL.0;
    let mut out = String::new();
    let mut color = color(style.fg).to_owned();
    if is(Modifier::REVERSED) {
        writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"{color}\"/>",
            CELL.1
        )
        .unwrap();
        BACKGROUND.clone_into(&mut color);
    }
    let trimmed = text.trim_end();
    if trimmed.is_empty() {
        return out;
    }
    let blanks = trimmed.chars().take_while(|c| *c == ' ').count();
    let word = trimmed.trim_start();
    let mut more = String::new();
    if color != TEXT {
        write!(more, " fill=\"{color}\"").unwrap();
    }
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::DIM, " opacity=\"0.6\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if is(modifier) {
            more.push_str(attribute);
        }
    }
    writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\"{more}>{}</text>",
        x + blanks * CELL.0,
        y + 14,
        word.chars().count() * CELL.0,
        escaped(word)
    )
    .unwrap();
    out
}

fn color(color: Option<Color>) -> &'static str {
    match color {
        Some(Color::Cyan) => "#5fc9d2",
        Some(Color::Green) => "#7ac77a",
        Some(Color::Red) => "#f07070",
        Some(Color::Yellow) => "#dcbe5a",
        Some(Color::Magenta) => "#c792d6",
        _ => TEXT,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
