//! The wizard in a real terminal: the whole flow, pastes, sizes, and that the terminal is given
//! back however it ends.

use crate::support::{DEMO_ROLE, Pty, Repo, demo_after, demo_flags, program, program_with_output};

const SIZE: (u16, u16) = (100, 30);

/// Starts the wizard on the example and waits for its first question.
fn start(repo: &Repo, arguments: &[&str]) -> Pty {
    let pty = Pty::start(program(repo, arguments), SIZE);
    pty.wait_for("prod-us1");
    pty.is_taken();
    pty
}

/// Answers everything by keys, up to the review.
fn to_review(pty: &mut Pty) {
    pty.press_for("prod", "› prod-us1");
    pty.press_for("\t", "Which namespace on prod-us1?");
    pty.press_for("report-portal", "a new namespace");
    pty.press_for("\t", "Which IAM role may report-portal assume?");
    pty.press_for(DEMO_ROLE, "a role ARN of account 123456789098");
    pty.press_for("\t", "For which pods of report-portal");
    pty.press_for("sa=report-portal", "┃ sa=report-portal");
    pty.press_for("\t", "What should they reach in AWS?");
    pty.press_until("\t", "May the policy?");
    pty.press_for("\x1b[B", "● restrict");
    pty.press_until("\t", "^S write");
}

#[test]
fn keys_alone_write_what_the_flags_write() {
    let repo = Repo::demo();
    let mut pty = start(&repo, &[]);
    to_review(&mut pty);
    pty.press_for("\x13", "Write these 2 files?");
    pty.press_for("\r", "commit and open a pull request");
    pty.press("q");
    assert_eq!(pty.ends(), 0);
    pty.is_given_back();
    assert_eq!(repo.tree(), demo_after());
}

#[test]
fn going_back_keeps_the_answers() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut pty = start(&repo, &[]);
    to_review(&mut pty);
    pty.press_until("\x1b[Z", "Which IAM role may report-portal assume?");
    pty.wait_for(&format!("┃ {DEMO_ROLE}"));
    pty.press_until("\x1b[Z", "Which namespace on prod-us1?");
    pty.wait_for("┃ report-portal");
    pty.press_until("\t", "^S write");
    assert_eq!(repo.tree(), before, "only the review writes");
}

#[test]
fn a_paste_never_goes_on_by_itself() {
    let repo = Repo::demo();
    let mut pty = start(&repo, &[]);
    pty.press_for("prod\t", "Which namespace on prod-us1?");
    pty.paste("one\ntwo\n");
    pty.wait_for("several lines");
    pty.paste("billing\n");
    pty.wait_for("┃ billing");
    pty.wait_for("Which namespace on prod-us1?");
}

#[test]
fn a_window_may_have_any_size() {
    let repo = Repo::demo();
    let mut pty = start(&repo, &[]);
    pty.press_for("prod\t", "Which namespace on prod-us1?");
    for size in [(60, 16), (10, 3), (1, 1), (200, 60), (80, 24)] {
        pty.resize(size);
        assert!(pty.is_running(), "{size:?}");
    }
    pty.wait_for("Which namespace on prod-us1?");
}

#[test]
fn the_terminal_is_given_back_however_it_ends() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        for at_review in [false, true] {
            let repo = Repo::demo();
            let mut pty = start(&repo, &[]);
            if at_review {
                to_review(&mut pty);
            }
            pty.signal(signal);
            assert_eq!(pty.ends(), code, "{signal}");
            pty.is_given_back();
        }
    }
}

#[test]
fn leaving_asks_once_if_answers_would_be_lost() {
    let repo = Repo::demo();
    let mut pty = start(&repo, &[]);
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.is_given_back();
    let mut pty = start(&repo, &[]);
    pty.press_for("prod\t", "Which namespace on prod-us1?");
    pty.press_for("\x03", "Leave?");
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.is_given_back();
}

#[test]
fn a_dry_run_prints_its_diff_and_writes_nothing() {
    let repo = Repo::demo();
    let before = repo.tree();
    let flags = demo_flags();
    let mut arguments = vec!["--dry-run"];
    // Without its last answer, so that there is something to ask.
    arguments.extend(flags[..flags.len() - 2].iter().map(String::as_str));
    let mut pty = Pty::start(program_with_output(&repo, &arguments), SIZE);
    pty.wait_for("May the policy?");
    pty.press_for("\x1b[B", "● restrict");
    pty.press_until("\t", "^S end the dry run");
    pty.press("\x13");
    assert_eq!(pty.ends(), 0);
    pty.is_given_back();
    assert_eq!(repo.tree(), before);
    let diff = std::fs::read_to_string(repo.home().join("stdout")).unwrap();
    assert!(diff.starts_with("diff --git ") && !diff.contains('\x1b'), "{diff}");
}

#[test]
fn known_answers_are_not_asked_again() {
    let repo = Repo::demo();
    let flags = demo_flags();
    let arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut pty = Pty::start(program(&repo, &arguments), SIZE);
    pty.wait_for("^S write");
    pty.press_for("\x13", "Write these 2 files?");
    assert!(pty.is_running());
}
