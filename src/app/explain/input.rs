//! What `explain` reads: a file or standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use crate::app::reading;
use crate::error::{Exit, Report};

/// The text of a file, `-` for standard input.
pub(super) fn whole(path: &str) -> Result<String, Report> {
    reading::named(path).map_err(|error| unreadable(path, &error))
}

/// The same, line by line as they come.
pub(super) fn by_lines(path: &str) -> Result<Box<dyn BufRead>, Report> {
    if path == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(BufReader::new(file)))
}

pub(super) fn unreadable(path: &str, error: &io::Error) -> Report {
    let what = if path == "-" { "standard input" } else { "the file" };
    let place = if path == "-" { "" } else { path };
    Report::new(Exit::Usage, format!("{what} can't be read: {error}"))
        .help("give a file, or `-` for standard input")
        .at(place, None)
}
