//! The wizard in a real terminal: going back, pastes, what is not asked again, and `demo`.

use crate::support::{Pty, Repo, WINDOW, demo_after, demo_flags, program, read_files};

#[test]
fn going_back_keeps_the_answers() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_review();
    pty.press_until("\x1b[Z", "Which IAM role may report-portal assume?");
    pty.wait_for("┃ arn:aws:iam::123456789098:role/report-portal");
    pty.press_until("\x1b[Z", "Which namespace on prod-us1?");
    pty.wait_for("┃ report-portal");
    pty.press_until("\t", "^S write");
    assert_eq!(repo.tree(), before, "only the review writes");
}

#[test]
fn a_paste_never_goes_on_by_itself() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_namespace();
    pty.paste("one\ntwo\n");
    pty.wait_for("several lines");
    pty.paste("billing\n");
    pty.wait_for("┃ billing");
    pty.wait_for("Which namespace on prod-us1?");
}

#[test]
fn known_answers_are_not_asked_again() {
    let repo = Repo::demo();
    let flags = demo_flags();
    let arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut pty = Pty::start(program(&repo, &arguments), WINDOW);
    pty.wait_for("^S write");
    pty.press_for("\x13", "Write these 2 files?");
    assert!(pty.is_running());
}

#[test]
fn demo_opens_the_wizard_on_the_example() {
    let repo = Repo::new();
    let folder = repo.home().join("example");
    let mut pty = Pty::wizard(&repo, &["demo", folder.to_str().unwrap()]);
    pty.to_review();
    pty.write();
    pty.press("q");
    assert_eq!(pty.ends(), 0);
    pty.is_given_back();
    assert_eq!(read_files(&folder), demo_after());
    assert!(repo.tree().is_empty(), "not where it was started");
}
