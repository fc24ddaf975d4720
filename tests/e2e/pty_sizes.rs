//! Windows of any size, made smaller and larger on every kind of screen; and a spoiled screen.

use crate::support::{Pty, Repo, WINDOW};

const SIZES: [(u16, u16); 9] =
    [(60, 16), (10, 3), (1, 1), (300, 100), (1, 100), (300, 1), (20, 5), (80, 24), WINDOW];

/// The window in all sizes, and then in the one that it had.
#[track_caller]
fn resizes(pty: &mut Pty, shown: &str) {
    for size in SIZES {
        pty.resize(size);
        assert!(pty.is_running(), "{size:?} at {shown}");
    }
    pty.wait_for(shown);
}

#[test]
fn each_question_may_be_resized() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    resizes(&mut pty, "On which cluster?");
    pty.press_for("prod\t", "Which namespace on prod-us1?");
    resizes(&mut pty, "Which namespace on prod-us1?");
    pty.press_for("\x1bOP", "draw again");
    resizes(&mut pty, "draw again");
    pty.press("\x1bOP");
    pty.press_for("x\x03", "Leave?");
    resizes(&mut pty, "Leave?");
}

#[test]
fn the_review_and_what_lies_over_it_may_be_resized() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_review();
    resizes(&mut pty, "^S write");
    pty.press_for("\x0f", "^O close");
    resizes(&mut pty, "^O close");
    pty.press_for("\x0f", "^S write");
    pty.press_for("\x13", "Write these 2 files?");
    resizes(&mut pty, "Write these 2 files?");
    pty.press_for("\r", "commit and open a pull request");
    resizes(&mut pty, "commit and open a pull request");
}

#[test]
fn a_spoiled_screen_is_drawn_again() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.spoil("\x1b[H\x1b[2J~~~ a message from elsewhere ~~~");
    pty.wait_for("from elsewhere");
    pty.press_for("\x0c", "On which cluster?");
    pty.wait_until("a clean screen", |screen| !screen.contents().contains("elsewhere"));
}
