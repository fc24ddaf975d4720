//! Stopped until `fg`, by Ctrl-Z or from outside: the terminal is the shell's meanwhile.

use std::fs;
use std::process::Command;

use crate::support::{Pty, Repo, WINDOW, program_as_job};

/// The wizard as a job of a shell, with the beginning of an answer.
fn start(repo: &Repo) -> Pty {
    let mut pty = Pty::start(program_as_job(repo), WINDOW);
    pty.wait_for("prod-us1");
    pty.is_taken();
    pty.to_namespace();
    pty.press_for("bill", "┃ bill");
    pty
}

/// What `ps` and `kill` call the program.
fn id(repo: &Repo) -> String {
    fs::read_to_string(repo.home().join("id")).unwrap().trim().to_owned()
}

fn is_stopped(repo: &Repo) -> bool {
    let mut ps = Command::new("ps");
    let output = ps.args(["-o", "state=", "-p", &id(repo)]).output().unwrap();
    output.stdout.starts_with(b"T")
}

#[track_caller]
fn stops_and_comes_back(repo: &Repo, pty: &mut Pty) {
    pty.wait_for("the shell again");
    assert!(is_stopped(repo));
    pty.is_given_back();
    pty.press("\n");
    pty.is_taken();
    pty.wait_for("Which namespace on prod-us1?");
    pty.wait_for("┃ bill");
    assert!(!is_stopped(repo));
    pty.press_for("ing", "┃ billing");
}

#[test]
fn ctrl_z_stops_it_until_fg() {
    let repo = Repo::demo();
    let mut pty = start(&repo);
    for _ in 0..2 {
        pty.press("\x1a");
        stops_and_comes_back(&repo, &mut pty);
        pty.press_for("\x7f\x7f\x7f", "┃ bill ");
    }
    pty.press_for("\x03", "Leave?");
    pty.press("\x03");
    pty.wait_for("ended with 130");
    pty.is_given_back();
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_too() {
    let repo = Repo::demo();
    let mut pty = start(&repo);
    let sent = Command::new("kill").args(["-s", "TSTP", &id(&repo)]).status().unwrap();
    assert!(sent.success());
    stops_and_comes_back(&repo, &mut pty);
}

/// Without a shell that could continue it, a stop would be for ever.
#[test]
fn without_job_control_it_does_not_stop() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_namespace();
    pty.press("\x1a");
    pty.signal("TSTP");
    pty.press_for("bill", "┃ bill");
    pty.is_taken();
}
