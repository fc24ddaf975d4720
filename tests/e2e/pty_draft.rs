//! Proves that a wizard that is left can be gone on with.

use crate::support::{DEMO_ROLE, Pty, Repo, WINDOW, demo_after, program};

#[test]
fn what_was_typed_is_there_again() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_namespace();
    pty.press_for("report-portal", "a new namespace");
    pty.press_for("\t", "Which IAM role may report-portal assume?");
    pty.press_for(DEMO_ROLE, "a role ARN of account 123456789098");
    pty.press_for("\x03", "Leave?");
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.wait_for("gangplank --resume goes on from here");

    let mut pty = Pty::start(program(&repo, &["--resume"]), WINDOW);
    pty.wait_for("For which pods of report-portal");
    pty.press_for("sa=report-portal", "┃ sa=report-portal");
    pty.press_for("\t", "What should they reach in AWS?");
    pty.press_until("\t", "May the policy?");
    pty.press_for("\x1b[B", "● restrict");
    pty.press_until("\t", "^S write");
    pty.write();
    pty.press("q");
    assert_eq!(pty.ends(), 0);
    assert_eq!(repo.tree(), demo_after());

    // What was written needs no draft any more.
    let said = repo.run(&["--resume", "--dry-run"]).ends(2).stderr;
    assert!(said.contains("there is no draft"), "{said}");
}

/// Names that YAML would retype come back as they were typed.
#[test]
fn a_draft_keeps_every_letter() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_namespace();
    pty.press_for("on", "a new namespace");
    pty.signal("TERM");
    assert_eq!(pty.ends(), 143);
    let pty = Pty::start(program(&repo, &["--resume"]), WINDOW);
    pty.wait_for("Which IAM role may on assume?");
}
