//! The same answers write the same bytes, however they come.

use crate::support::{
    DEMO_ANSWERS, DEMO_FOLDER, Driver, Files, Pty, Repo, demo_flags, outcome, talk_on,
};
use gangplank::wizard::Message;

/// Flags, and nothing asked.
fn by_flags() -> Files {
    let repo = Repo::demo();
    let flags = demo_flags();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    repo.onboard(&flags, &["--yes"]).ends(0);
    repo.tree()
}

fn by_environment() -> Files {
    let repo = Repo::demo();
    let mut program = repo.program();
    for (name, value) in DEMO_ANSWERS {
        program.env(format!("GANGPLANK_{}", name.to_ascii_uppercase()), value);
    }
    outcome(program.args(["onboard", "--yes"])).ends(0);
    repo.tree()
}

fn by_answers_file() -> Files {
    let repo = Repo::demo();
    let lines = DEMO_ANSWERS.map(|(name, value)| format!("{name}: {value:?}\n"));
    let path = repo.home().join("answers.yaml");
    std::fs::write(&path, lines.concat()).unwrap();
    repo.onboard(&["--answers", path.to_str().unwrap()], &["--yes"]).ends(0);
    repo.tree()
}

/// The user's own config.
fn by_config() -> Files {
    let repo = Repo::demo();
    let lines = DEMO_ANSWERS.map(|(name, value)| format!("  {name}: {value:?}\n"));
    let folder = repo.home().join("config/gangplank");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.yaml"), format!("defaults:\n{}", lines.concat())).unwrap();
    repo.onboard(&[], &["--yes"]).ends(0);
    repo.tree()
}

/// Keys in a terminal.
fn by_keys() -> Files {
    let repo = Repo::demo();
    let mut pty = Pty::wizard(&repo, &[]);
    pty.to_review();
    pty.write();
    pty.press("q");
    assert_eq!(pty.ends(), 0);
    pty.is_given_back();
    repo.tree()
}

/// Lines in a terminal, plain or with `inquire`.
fn by_lines(arguments: &[&str], variables: &[(&str, &str)]) -> Files {
    let repo = Repo::demo();
    let mut talk = talk_on(&repo, arguments, variables);
    if arguments.is_empty() {
        talk.lines_to_review();
    } else {
        talk.plain_to_review();
    }
    talk.write();
    repo.tree()
}

/// The wizard's messages, and the command that its review shows.
fn by_messages_and_by_command() -> [Files; 2] {
    let mut driver = Driver::demo();
    driver.to_review();
    let command = driver.wizard.plan().unwrap().command.clone();
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    let repo = Repo::demo();
    repo.shell(&command).ends(0);
    [driver.files(), repo.tree()]
}

#[test]
fn every_way_to_answer_writes_the_same_bytes() {
    let expected = by_flags();
    let new = expected.keys().filter(|path| path.starts_with(DEMO_FOLDER));
    assert_eq!(new.count(), 2, "something was written");
    let [by_messages, by_command] = by_messages_and_by_command();
    for (how, files) in [
        ("keys", by_keys()),
        ("plain lines", by_lines(&[], &[("ACCESSIBLE", "1")])),
        ("inquire", by_lines(&["--plain"], &[])),
        ("environment", by_environment()),
        ("answers file", by_answers_file()),
        ("config", by_config()),
        ("messages", by_messages),
        ("command", by_command),
    ] {
        assert_eq!(files, expected, "by {how}");
    }
}
