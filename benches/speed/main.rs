//! How fast gangplank is on a large repository, beside its goals and beside other tools: whole
//! processes in a real terminal, as somebody at the keyboard sees them. Prints a table.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that fails panics and says why, its result is what it prints, and its files are its own"
)]

mod aws;
mod check;
mod child;
#[path = "../shared/cost.rs"]
mod cost;
mod edit;
mod evaluation;
mod lines;
mod onboard;
mod repository;
mod table;
mod terminal;
mod wizard;

use repository::{NAMESPACES, Place, Repository};
use table::Table;

fn main() {
    let (repository, example) = (Repository::generate(), Repository::example());
    println!(
        "{NAMESPACES} namespaces in each of two clusters; medians of several runs, files in the page cache\n"
    );
    let mut table = Table::default();
    for place in Place::ALL {
        table.title(place.title);
        wizard::measure(&repository, place, &mut table);
        onboard::measure(&repository, place, &mut table);
    }
    table
        .title("the example of `gangplank demo`, which has four namespaces for applications there");
    onboard::measure(&example, Place::ALL[0], &mut table);
    onboard::recorded(&mut table);
    edit::measure(&example, &mut table);
    check::measure(&repository, &mut table);
    // Last: a child starts in a copy of this process, and this is what makes it large.
    evaluation::measure(&repository, &mut table);
    lines::compare();
    table.end();
}
