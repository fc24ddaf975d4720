//! A run that was killed between its renames is offered at the next start of the wizard.

use crate::support::{Files, Pty, Repo, demo_after, kill_on_disk};

/// The example with one file of two written, and what it was before.
fn interrupted() -> (Repo, Files) {
    let repo = Repo::demo();
    let before = repo.tree();
    kill_on_disk(&repo, &demo_after(), 6);
    assert_ne!(repo.tree(), before);
    assert_ne!(repo.tree(), demo_after());
    (repo, before)
}

/// The wizard with the offer over it.
fn offered(repo: &Repo) -> Pty {
    let pty = Pty::wizard(repo, &[]);
    pty.wait_for("An earlier run was interrupted");
    pty.wait_for("› write the rest");
    pty
}

/// Leaves, and starts anew: nothing is offered any more.
#[track_caller]
fn is_settled(repo: &Repo, mut pty: Pty) {
    pty.wait_for("the interrupted run is settled");
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    pty.is_given_back();
    let mut pty = Pty::wizard(repo, &[]);
    pty.wait_for("On which cluster?");
    assert!(!pty.text().contains("interrupted"), "{}", pty.text());
    pty.press_for("prod\t", "Which namespace on prod-us1?");
}

#[test]
fn it_writes_the_rest() {
    let (repo, _) = interrupted();
    let mut pty = offered(&repo);
    pty.press("\r");
    pty.wait_for("the interrupted run is settled");
    assert_eq!(repo.tree(), demo_after());
    is_settled(&repo, pty);
}

#[test]
fn it_puts_back_what_was_there() {
    let (repo, before) = interrupted();
    let mut pty = offered(&repo);
    pty.press_for("\x1b[B", "› put back");
    pty.press("\r");
    pty.wait_for("the interrupted run is settled");
    assert_eq!(repo.tree(), before);
    is_settled(&repo, pty);
}

#[test]
fn after_putting_back_the_wizard_goes_on_as_ever() {
    let (repo, _) = interrupted();
    let mut pty = offered(&repo);
    pty.press_for("\x1b[B", "› put back");
    pty.press_for("\r", "the interrupted run is settled");
    pty.to_review();
    pty.write();
    assert_eq!(repo.tree(), demo_after());
}

#[test]
fn leaving_decides_nothing() {
    let (repo, _) = interrupted();
    let half = repo.tree();
    for keys in ["\x1b[B\x1b[B\r", "\x1b", "\x03"] {
        let mut pty = offered(&repo);
        pty.press(keys);
        assert_eq!(pty.ends(), 130, "{keys:?}");
        pty.is_given_back();
        assert_eq!(repo.tree(), half, "{keys:?}");
    }
}

/// Somebody changed a file since: it is theirs and stays, and the others go back all the same.
#[test]
fn a_file_that_changed_since_is_left_alone() {
    let (repo, mut before) = interrupted();
    let half = repo.tree();
    let written =
        half.keys().find(|path| !before.contains_key(*path) && demo_after().contains_key(*path));
    let written = written.expect("one file was written").clone();
    repo.put(&written, "# somebody else's\n");
    let mut pty = offered(&repo);
    pty.wait_for("edited since: it is kept");
    pty.press_for("\x1b[B", "› put back");
    pty.press_for("\r", "edited since and kept");
    before.insert(written, b"# somebody else's\n".to_vec());
    assert_eq!(repo.tree(), before);
    is_settled(&repo, pty);
}

/// Forgetting takes a second word, leaves every file as it is, and keeps a copy of the journal.
#[test]
fn it_is_forgotten_after_a_yes() {
    let (repo, _) = interrupted();
    let mut shown = repo.tree();
    shown.retain(|path, _| !path.contains(".gangplank-"));
    let mut pty = offered(&repo);
    pty.press_for("\x1b[B\x1b[B\x1b[B\x1b[B", "› forget it");
    pty.press_for("\r", "› no, do not forget it");
    pty.press_for("\x1b", "› write the rest");
    pty.press_for("\x1b[B\x1b[B\x1b[B\x1b[B\r", "› no, do not forget it");
    pty.press_for("\x1b[B\r", "the interrupted run is forgotten");
    assert_eq!(repo.tree(), shown);
    let copies = std::fs::read_dir(repo.state()).unwrap();
    let is_copy = |name: &str| name.ends_with(".forgotten.json");
    let names = copies.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| is_copy(name)).count(), 1);
}

/// What has nothing to do with the interrupted run is written without a decision about it.
#[test]
fn another_namespace_can_be_written_first() {
    let (repo, _) = interrupted();
    let half = repo.tree();
    let mut pty = offered(&repo);
    pty.press_for("\x1b[B\x1b[B\x1b[B", "› go on here");
    pty.press_for("\r", "On which cluster?");
    pty.press("\x03");
    pty.ends();
    assert_eq!(repo.tree(), half);
    let other = ["--cluster", "prod-us1", "--namespace", "search", "--network", "none", "--yes"];
    let role = ["--role", "arn:aws:iam::123456789098:role/search"];
    let said = repo.onboard(&other, &role).ends(0).stderr;
    assert!(said.contains("warning: an earlier run was interrupted"), "{said}");
    let mut now = repo.tree();
    for (path, bytes) in half.iter().filter(|(path, _)| !path.contains("/search/")) {
        assert_eq!(now.remove(path).as_ref(), Some(bytes), "{path}");
    }
    repo.run(&["recover", "--finish"]).ends(0);
    for (path, bytes) in demo_after().iter().filter(|(path, _)| !path.contains("/search/")) {
        assert_eq!(repo.tree().get(path), Some(bytes), "{path}");
    }
}
