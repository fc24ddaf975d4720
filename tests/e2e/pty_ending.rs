//! However the wizard ends, the terminal is given back and the exit code tells why.

use crate::support::{
    Pty, Repo, WINDOW, demo_after, ends_without_terminal, kill_on_disk, program, program_after,
};

const SIGNALS: [(&str, u32); 3] = [("TERM", 143), ("HUP", 129), ("INT", 130)];

/// Goes to a screen.
type Go = fn(&mut Pty);

const SCREENS: [(&str, Go); 6] = [
    ("first question", |_| {}),
    ("namespace list", Pty::to_namespace),
    ("help", |pty| pty.press_for("\x1bOP", "draw again")),
    ("review", Pty::to_review),
    ("write?", |pty| {
        pty.to_review();
        pty.press_for("\x13", "Write these 2 files?");
    }),
    ("preview", |pty| {
        pty.to_namespace();
        pty.press_for("\x0f", "^O close");
    }),
];

#[test]
fn a_signal_on_any_screen_gives_the_terminal_back() {
    for (name, go) in SCREENS {
        for (signal, code) in SIGNALS {
            let repo = Repo::demo();
            let before = repo.tree();
            let mut pty = Pty::wizard(&repo, &[]);
            go(&mut pty);
            pty.signal(signal);
            assert_eq!(pty.ends(), code, "{signal} at {name}");
            pty.is_given_back();
            pty.wait_for("left: nothing was written");
            assert_eq!(repo.tree(), before, "{signal} at {name}");
        }
    }
}

#[test]
fn a_signal_after_the_writing_does_not_deny_it() {
    for (signal, code) in SIGNALS {
        let repo = Repo::demo();
        let mut pty = Pty::wizard(&repo, &[]);
        pty.to_review();
        pty.write();
        pty.signal(signal);
        assert_eq!(pty.ends(), code, "{signal}");
        pty.is_given_back();
        pty.wait_for("left: everything was written");
        assert_eq!(repo.tree(), demo_after());
    }
}

#[test]
fn a_signal_at_the_question_for_an_interrupted_run_decides_nothing() {
    let repo = Repo::demo();
    kill_on_disk(&repo, &demo_after(), 6);
    for (signal, code) in SIGNALS {
        let half = repo.tree();
        let mut pty = Pty::wizard(&repo, &[]);
        pty.wait_for("An earlier run was interrupted");
        pty.signal(signal);
        assert_eq!(pty.ends(), code, "{signal}");
        pty.is_given_back();
        assert_eq!(repo.tree(), half, "{signal}");
    }
}

#[test]
fn leaving_asks_once_if_answers_would_be_lost() {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.is_given_back();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_namespace();
    pty.press_for("\x03", "Leave?");
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.is_given_back();
}

/// Its stacks are so large, and its memory so small, that its second thread can't be started: the
/// standard library panics then, on a screen that was taken.
#[test]
fn a_panic_gives_the_terminal_back_and_says_so() {
    let repo = Repo::demo();
    let mut command = program_after(&repo, "ulimit -v 1048576", &[]);
    command.env("RUST_MIN_STACK", (600 << 20).to_string());
    command.env("RUST_BACKTRACE", "1");
    let mut pty = Pty::start(command, WINDOW);
    assert_eq!(pty.ends(), 70);
    pty.wait_for("error: gangplank has a fault");
    pty.wait_for("help: no file is half-written");
    pty.is_given_back();
    assert!(pty.was_taken(), "the screen was there");
    for word in ["backtrace", "panicked", "thread '"] {
        assert!(!pty.text().contains(word), "{}", pty.text());
    }
}

#[test]
fn a_terminal_that_is_gone_ends_it() {
    let repo = Repo::demo();
    assert!(ends_without_terminal(program(&repo, &[]), "prod-us1"));
}
