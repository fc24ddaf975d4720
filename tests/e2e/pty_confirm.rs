//! Proves that a command without a full screen asks on the terminal before it writes, and takes
//! only a yes for a yes.

use crate::support::{DEMO_ROLE, Pty, Repo, program};

const FOLDER: &str = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";

fn revoke(repo: &Repo) -> Pty {
    let role = "arn:aws:iam::123456789098:role/checkout";
    let arguments = ["revoke", "--cluster", "prod-us1", "--namespace", "checkout", "--role", role];
    let pty = Pty::start(program(repo, &arguments), (100, 40));
    pty.wait_for("Write this?");
    pty
}

#[test]
fn a_yes_writes_and_anything_else_does_not() {
    for (answer, code) in [("y\r", 0), ("n\r", 130), ("\r", 130), ("\x1b", 130), ("\x03", 130)] {
        let repo = Repo::demo();
        let before = repo.tree();
        let mut pty = revoke(&repo);
        assert_eq!(repo.tree(), before, "nothing is written before the answer");
        pty.press(answer);
        assert_eq!(pty.ends(), code, "{answer:?}");
        pty.is_given_back();
        assert_eq!(repo.tree() == before, code != 0, "{answer:?}");
    }
}

#[test]
fn an_undo_shows_what_comes_back() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut pty = revoke(&repo);
    pty.press("y\r");
    assert_eq!(pty.ends(), 0);
    assert!(!repo.text(FOLDER).contains(DEMO_ROLE) && repo.tree() != before);
    let mut pty = Pty::start(program(&repo, &["undo"]), (100, 40));
    pty.wait_for("role/checkout");
    pty.wait_for("Write this?");
    pty.press("y\r");
    assert_eq!(pty.ends(), 0);
    assert_eq!(repo.tree(), before);
}
