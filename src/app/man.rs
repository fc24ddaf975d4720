//! `gangplank man`: one manual page for the program with all its commands.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::printer::Printer;
use crate::cli;
use crate::error::{Exit, Report};

pub(super) fn run(printer: Printer) -> Result<Exit, Report> {
    let page = page().map_err(|error| {
        Report::new(Exit::Failed, format!("the manual page can't be made: {error}"))
    })?;
    Ok(printer.data(&in_ascii(&String::from_utf8_lossy(&page))))
}

/// Without a preprocessor, groff takes each byte for a character.
fn in_ascii(page: &str) -> String {
    page.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii() {
            out.push(c);
        } else {
            let _ = write!(out, "\\[u{:04X}]", u32::from(c));
        }
        out
    })
}

fn page() -> io::Result<Vec<u8>> {
    let program = cli::command();
    let mut page = Vec::new();
    let man = Man::new(program.clone()).manual("gangplank");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let above: Vec<&Arg> = program.get_arguments().collect();
    for command in program.get_subcommands() {
        write_command(command, "gangplank", &above, &mut page)?;
    }
    page.extend(b".SH NOTES\n");
    write_help(&program, &mut page)?;
    Ok(page)
}

/// A section of its own for a command, and for each one below it.
fn write_command(
    command: &Command,
    parent: &str,
    above: &[&Arg],
    page: &mut Vec<u8>,
) -> io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
    let own = command.clone().bin_name(&name).mut_args(|flag| {
        // What stands above with the same words is not said again.
        let is_said = above.iter().any(|said| {
            said.get_id() == flag.get_id()
                && said.get_help().map(ToString::to_string)
                    == flag.get_help().map(ToString::to_string)
        });
        flag.hide(is_said)
    });
    let man = Man::new(own.disable_help_flag(true));
    let mut parts = Vec::new();
    man.render_description_section(&mut parts)?;
    man.render_synopsis_section(&mut parts)?;
    man.render_options_section(&mut parts)?;
    let parts = String::from_utf8_lossy(&parts).replace("\n.SH ", "\n.SS ");
    let parts = parts.replace(".SS DESCRIPTION\n", "").replace(".SS SYNOPSIS\n", ".PP\n");
    page.extend(parts.as_bytes());
    write_help(command, page)?;
    for below in command.get_subcommands() {
        write_command(below, &name, above, page)?;
    }
    Ok(())
}

/// The text below the flags, with its lines as they are.
fn write_help(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let Some(help) = command.get_after_help() else {
        return Ok(());
    };
    let mut text = Roff::new();
    text.control("PP", []).control("nf", []);
    for line in help.to_string().lines() {
        text.text([roman(line)]);
    }
    text.control("fi", []);
    text.to_writer(page)
}
