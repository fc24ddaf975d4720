//! Proves that every command line of the README runs, and that what it shows below is what the
//! program prints. A comment above each block names the repository in which it is run.
//!
//! `INSTA_UPDATE=always` writes down what is printed, where the README shows something else.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::support::{
    DEMO_ROLE, Fence, Kubectl, Outcome, Pty, Repo, WINDOW, demo_after, fences, outcome, prepared,
    program, program_folder, scrubbed, talk_on,
};

/// Command lines that are not run, and why.
const NOT_RUN: [(&str, &str); 3] = [
    ("cargo install --path .", "it builds everything anew; the program that it installs is run"),
    ("tests/run", "it runs this test"),
    ("cargo bench", "it measures for minutes, on a quiet machine"),
];

/// A command line of a block, and what is shown below it.
#[derive(Debug)]
struct Step {
    line: String,
    shown: String,
}

/// The steps of a block; a line that ends with a backslash goes on.
fn steps(fence: &Fence) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut goes_on = false;
    for line in fence.text.lines() {
        if goes_on {
            let step = steps.last_mut().unwrap();
            step.line = format!("{}\n{line}", step.line);
            goes_on = line.ends_with('\\');
        } else if let Some(line) = line.strip_prefix("$ ") {
            steps.push(Step { line: line.to_owned(), shown: String::new() });
            goes_on = line.ends_with('\\');
        } else {
            let step = steps.last_mut().expect("a block begins with a command line");
            step.shown = format!("{}{line}\n", step.shown);
        }
    }
    steps
}

/// The blocks of the README with command lines.
fn blocks() -> Vec<Fence> {
    let all = fences();
    let is_shell = |fence: &Fence| ["sh", "bash", "shell"].contains(&fence.language);
    assert!(!all.iter().any(is_shell), "command lines stand in blocks called `console`");
    all.into_iter().filter(|fence| fence.language == "console").collect()
}

/// How a block is to be run: in which repository, and with which exit code.
fn run_by(fence: &Fence) -> (&'static str, i32) {
    let how = fence.note.strip_prefix("run: ");
    let how = how.unwrap_or_else(|| panic!("it is not said how to run:\n{}", fence.text));
    match how.split_once(", ends ") {
        Some((name, code)) => (name, code.parse().unwrap()),
        None => (how, 0),
    }
}

/// Runs a command line as a shell in a terminal of this repository would: what it prints, and its
/// exit code. None if it needs a kubectl that is not there.
fn run(repo: &Repo, line: &str) -> Option<(String, i32)> {
    let bin = program_folder(repo);
    if line.starts_with("kubectl ") && !bin.join("kubectl").exists() {
        std::os::unix::fs::symlink(Kubectl::find()?.path(), bin.join("kubectl")).unwrap();
    }
    let mut command = scrubbed("sh", &repo.root(), &repo.home());
    command.env("PATH", &bin).env("GIT_CONFIG_NOSYSTEM", "1");
    let Outcome { code, stdout, .. } =
        outcome(command.args(["-c", &format!("{{ {line}\n}} 2>&1")]));
    Some((neutral(repo, &stdout), code))
}

/// The same with a folder that everybody could have.
fn neutral(repo: &Repo, printed: &str) -> String {
    let real = |path: PathBuf| path.canonicalize().unwrap().display().to_string();
    let state = real(repo.home()) + "/state";
    let printed = printed.replace(&state, "/home/me/.local/state");
    let plain_state = repo.home().join("state").display().to_string();
    let printed = printed.replace(&plain_state, "/home/me/.local/state");
    printed.replace(&real(repo.root()), "/home/me/gitops")
}

/// Whether a text is what is shown, where a line `…` stands for any lines.
fn is_shown(shown: &str, printed: &str) -> bool {
    let shown = format!("\n{shown}");
    let mut rest = format!("\n{printed}");
    let mut parts = shown.split("\n…\n").enumerate().peekable();
    while let Some((at, part)) = parts.next() {
        let part = if at == 0 { part.to_owned() } else { format!("\n{part}") };
        let is_last = parts.peek().is_none();
        let found = match (at, is_last) {
            (0, true) => (rest == part).then_some(0),
            (0, false) => rest.starts_with(&part).then_some(0),
            (_, true) => rest.ends_with(&part).then(|| rest.len() - part.len()),
            (_, false) => rest.find(&part),
        };
        let Some(found) = found else { return false };
        // The line break before what is left out belongs to both.
        rest = rest[found + part.len()..].to_owned();
    }
    true
}

/// Holds what is printed against what is shown, if anything is.
fn compare(step: &Step, printed: &str) {
    if step.shown.is_empty() || is_shown(&step.shown, printed) {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        static ONE_AFTER_THE_OTHER: Mutex<()> = Mutex::new(());
        let _turn = ONE_AFTER_THE_OTHER.lock();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let page = fs::read_to_string(path).unwrap();
        let old = format!("$ {}\n{}", step.line, step.shown);
        let new = format!("$ {}\n{printed}", step.line);
        fs::write(path, page.replacen(&old, &new, 1)).unwrap();
        return;
    }
    panic!("$ {}\nshown:\n{}\nprinted:\n{printed}", step.line, step.shown);
}

#[test]
fn every_command_line_prints_what_is_shown() {
    let mut count = 0;
    for fence in blocks() {
        let (name, code) = run_by(&fence);
        if ["screen", "lines", "elsewhere"].contains(&name) {
            continue;
        }
        let repo = prepared(name);
        for step in steps(&fence) {
            let Some((printed, ended)) = run(&repo, &step.line) else { continue };
            assert_eq!(ended, code, "$ {}\n{printed}", step.line);
            compare(&step, &printed);
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

/// What opens the full screen does.
#[test]
fn command_lines_of_the_screen_open_the_wizard() {
    let fences = blocks();
    let on_screen = fences.iter().filter(|fence| run_by(fence).0 == "screen");
    for step in on_screen.flat_map(steps) {
        if is_not_run(&step.line) {
            continue;
        }
        let repo = prepared("demo");
        let words: Vec<&str> = step.line.strip_prefix("gangplank ").unwrap().split(' ').collect();
        let mut command = program(&repo, &words);
        command.env("TMPDIR", repo.home());
        let mut pty = Pty::start(command, WINDOW);
        pty.wait_for("On which cluster?");
        pty.press("\x03");
        assert_eq!(pty.ends(), 130);
    }
}

fn is_not_run(line: &str) -> bool {
    NOT_RUN.iter().any(|(known, _)| *known == line)
}

/// Nothing is left out without a reason, and no reason is left over.
#[test]
fn command_lines_that_are_not_run_are_listed() {
    let fences = blocks();
    let elsewhere =
        fences.iter().filter(|fence| ["elsewhere", "screen"].contains(&run_by(fence).0));
    let mut lines: Vec<String> = elsewhere.flat_map(steps).map(|step| step.line).collect();
    lines.retain(|line| !line.starts_with("gangplank "));
    assert_eq!(lines, NOT_RUN.map(|(line, _)| line));
}

/// The talk in plain lines, from the first question to the last word.
#[test]
fn the_talk_in_lines_is_shown_as_it_is() {
    let fences = blocks();
    let fence = fences.iter().find(|fence| run_by(fence).0 == "lines").unwrap();
    let steps = steps(fence);
    let [step] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!(step.line, "ACCESSIBLE=1 gangplank");
    let repo = prepared("demo");
    let mut talk = talk_on(&repo, &[], &[("ACCESSIBLE", "1")]);
    talk.answer("Cluster: ", "us1");
    talk.answer("Namespace: ", "report-portal");
    talk.answer("Role: ", DEMO_ROLE);
    talk.answer("Select: ", "1");
    talk.answer("Network [", "");
    talk.answer("Region [", ">");
    talk.answer("Egress: ", "restrict");
    talk.answer("Dns [", ">");
    talk.answer("What now: ", "w");
    talk.answer("Write: ", "yes");
    talk.answer("What next", "");
    assert_eq!(talk.pty.ends(), 0);
    // The program is gone before the last of it is read.
    talk.hears("--egress restrict --yes\r\n");
    let heard = String::from_utf8(talk.pty.bytes()).unwrap().replace("\r\n", "\n");
    compare(step, &heard);
    assert_eq!(repo.tree(), demo_after());
}

#[test]
fn elisions_stand_for_lines_and_for_nothing_else() {
    let printed = "one\ntwo\nthree\nfour\n";
    for shown in [printed, "one\n…\nfour\n", "…\nthree\nfour\n", "one\n…\n", "one\n…\nthree\n…\n"]
    {
        assert!(is_shown(shown, printed), "{shown}");
    }
    for shown in
        ["one\n", "one\n…\nfive\n", "two\n…\n", "one\n…\nree\n…\n", "…\nfour", "three\n…\none\n"]
    {
        assert!(!is_shown(shown, printed), "{shown}");
    }
}
