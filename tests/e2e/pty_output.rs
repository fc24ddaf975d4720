//! Standard output is for data: no escape byte comes there, and none at all without a terminal.

use std::fs;

use crate::support::{
    Pty, Repo, WINDOW, demo_after, demo_flags, program_redirected, without_terminal,
};

/// The example's flags but the last one, so that there is something to ask.
fn all_but_one() -> Vec<String> {
    let mut flags = demo_flags();
    flags.truncate(flags.len() - 2);
    flags
}

fn output(repo: &Repo, name: &str) -> String {
    fs::read_to_string(repo.home().join(name)).unwrap()
}

/// The wizard on its last question, redirected as the shell writes it.
fn start(repo: &Repo, redirect: &str, more: &[&str]) -> Pty {
    let flags = all_but_one();
    let flags = flags.iter().map(String::as_str);
    let arguments: Vec<&str> = flags.chain(more.iter().copied()).collect();
    let mut pty = Pty::start(program_redirected(repo, redirect, &arguments), WINDOW);
    pty.wait_for("May the policy?");
    pty.press_for("\x1b[B", "● restrict");
    pty
}

#[test]
fn the_diff_of_a_dry_run_is_what_writing_gives() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut pty = start(&repo, ">\"$HOME/stdout\"", &["--dry-run"]);
    pty.press_until("\t", "^S end the dry run");
    pty.press("\x13");
    assert_eq!(pty.ends(), 0);
    pty.is_given_back();
    assert_eq!(repo.tree(), before);
    let diff = output(&repo, "stdout");
    assert!(diff.starts_with("diff --git ") && !diff.contains('\x1b'), "{diff}");
    repo.git_apply(&diff).ends(0);
    assert_eq!(repo.tree(), demo_after());
}

#[test]
fn nothing_of_the_screen_comes_to_redirected_output() {
    for name in ["stdout", "stderr"] {
        let repo = Repo::demo();
        let number = if name == "stdout" { "1" } else { "2" };
        let mut pty = start(&repo, &format!("{number}>\"$HOME/{name}\""), &[]);
        pty.press_until("\t", "^S write");
        pty.press("\x0c");
        pty.write();
        pty.press("q");
        assert_eq!(pty.ends(), 0);
        pty.is_given_back();
        assert!(!output(&repo, name).contains('\x1b'), "{}", output(&repo, name));
        assert_eq!(output(&repo, name).is_empty(), name == "stdout");
        assert_eq!(repo.tree(), demo_after());
    }
}

#[test]
fn without_a_terminal_it_says_what_is_missing() {
    let repo = Repo::demo();
    let before = repo.tree();
    for arguments in [&[][..], &["onboard"], &["onboard", "--cluster", "prod-us1"]] {
        let outcome = without_terminal(&repo, arguments).ends(2);
        assert!(!outcome.printed().contains('\x1b'), "{}", outcome.printed());
        for word in ["no terminal", "--namespace", "--role", "for example: gangplank onboard"] {
            assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
        }
        assert_eq!(outcome.stdout, "");
    }
    assert_eq!(repo.tree(), before);
}

/// There is a terminal, and nobody types on it.
#[test]
fn a_redirected_input_is_no_keyboard() {
    let repo = Repo::demo();
    let mut pty = Pty::start(program_redirected(&repo, "</dev/null", &[]), WINDOW);
    assert_eq!(pty.ends(), 2);
    pty.wait_for("there is no terminal to ask for");
    assert!(!pty.was_taken());
    pty.is_given_back();
}
