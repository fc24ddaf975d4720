//! Proves that text leaves the screen: to the clipboard of the terminal, over tmux, or into a file.

use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{Pty, Repo, WINDOW, demo_flags, program};

/// The wizard in its review, in a terminal with these variables.
fn reviewed(repo: &Repo, variables: &[(&str, String)]) -> Pty {
    let flags = demo_flags();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut command = program(repo, &flags);
    for (name, value) in variables {
        command.env(name, value);
    }
    let pty = Pty::start(command, WINDOW);
    pty.wait_for("^S write");
    pty
}

/// The command that the review offers, as the dry run prints it.
fn command(repo: &Repo) -> String {
    let flags = demo_flags();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let json = repo.onboard(&flags, &["--dry-run", "--output", "json"]).ends(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    plan["command"].as_str().unwrap().to_owned()
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

fn sequence(text: &str) -> String {
    format!("\x1b]52;c;{}\x1b\\", BASE64_STANDARD.encode(text))
}

/// A program called tmux, first in the path.
fn with_tmux(repo: &Repo, script: &str) -> Vec<(&'static str, String)> {
    let folder = repo.home().join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("tmux");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let others = std::env::var("PATH").unwrap();
    vec![
        ("PATH", format!("{}:{others}", folder.display())),
        ("TMUX", "/tmp/tmux/default,1,0".to_owned()),
        ("TERM", "tmux-256color".to_owned()),
    ]
}

#[test]
fn the_command_is_copied_over_the_terminal() {
    let repo = Repo::demo();
    let mut pty = reviewed(&repo, &[]);
    pty.press_for("c", "copied the command: handed to the terminal");
    assert!(holds(&pty.bytes(), &sequence(&command(&repo))));
    assert!(!holds(&pty.bytes(), "\x1bPtmux;"), "no tmux is there");
}

/// ssh from inside of tmux: the sequence is sent so that tmux takes it, and once more so that tmux
/// hands it on.
#[test]
fn through_ssh_from_tmux_it_is_wrapped_too() {
    let repo = Repo::demo();
    let mut pty = reviewed(&repo, &[("TERM", "tmux-256color".to_owned())]);
    pty.press_for("c", "handed to the terminal");
    let plain = sequence(&command(&repo));
    let wrapped = format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b"));
    assert!(holds(&pty.bytes(), &plain) && holds(&pty.bytes(), &wrapped));
}

#[test]
fn tmux_takes_it_into_its_buffer() {
    let repo = Repo::demo();
    let tmux = with_tmux(&repo, "[ \"$*\" = 'load-buffer -w -' ] && cat > \"$HOME/buffer\"");
    let mut pty = reviewed(&repo, &tmux);
    pty.press_for("c", "into tmux's buffer");
    let taken = std::fs::read_to_string(repo.home().join("buffer")).unwrap();
    assert_eq!(taken, command(&repo));
    assert!(!holds(&pty.bytes(), "\x1b]52;"), "once is enough");
}

#[test]
fn a_tmux_that_refuses_or_hangs_is_no_end() {
    for script in ["exit 1", "exec sleep 60"] {
        let repo = Repo::demo();
        let mut pty = reviewed(&repo, &with_tmux(&repo, script));
        pty.press_for("c", "handed to the terminal");
        assert!(holds(&pty.bytes(), "\x1bPtmux;"), "{script}");
        pty.press("\x03");
        pty.ends();
    }
}

/// More than a pipe takes at once, for a tmux that reads nothing of it.
#[test]
fn a_long_text_is_not_waited_for_either() {
    let repo = Repo::demo();
    let path = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";
    let long = format!("{}{}", "# a long remark\n".repeat(4_500), repo.text(path));
    repo.put(path, long);
    let role = "arn:aws:iam::123456789098:role/report-portal";
    let arguments = ["--cluster", "prod-us1", "--namespace", "checkout", "--role", role];
    let mut command = program(&repo, &arguments);
    for (name, value) in with_tmux(&repo, "exec sleep 60") {
        command.env(name, value);
    }
    let mut pty = Pty::start(command, WINDOW);
    pty.wait_for("^S write");
    pty.press_for("\x0f", "kustomization.yaml");
    pty.press_for("y", "handed to the terminal");
    pty.press("\x03");
    pty.ends();
}

#[test]
fn a_terminal_that_takes_no_text_is_said_to() {
    let repo = Repo::demo();
    let mut pty = reviewed(&repo, &[("TERM", "linux".to_owned())]);
    pty.press_for("c", "not copied: this terminal takes no text");
    assert!(!holds(&pty.bytes(), "\x1b]52;"));
}

#[test]
fn a_plan_is_saved_to_a_file_that_is_not_there_yet() {
    let repo = Repo::demo();
    let mut pty = reviewed(&repo, &[]);
    pty.press_for("w", "Save to: gangplank.diff");
    pty.press_for("\r", "saved to gangplank.diff");
    let diff = std::fs::read_to_string(repo.root().join("gangplank.diff")).unwrap();
    pty.press_for("w", "Save to:");
    pty.press_for("\r", "is there already");
    pty.press("\x03");
    pty.ends();
    std::fs::remove_file(repo.root().join("gangplank.diff")).unwrap();
    repo.git_apply(&diff).ends(0);
    let (kustomization, policy) = (1, 1);
    assert_eq!(diff.matches("new file mode").count(), kustomization + policy);
}
