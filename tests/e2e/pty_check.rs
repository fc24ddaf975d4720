//! A check that takes long, in a terminal: how far it is, and Ctrl-C.

use crate::support::{Pty, Repo, WINDOW, program};

/// Namespaces with a large manifest each: more work than anybody waits for here.
fn large() -> Repo {
    let text: String = (0..500).map(|at| format!("k{at}: [a, b, {{c: d}}]\n")).collect();
    (0..3_000).fold(Repo::guide().file("clusters/c/large.yaml", text), |repo, at| {
        let folder = format!("clusters/c/namespaces/application/team-{at}");
        repo.file(&format!("{folder}/kustomization.yaml"), "resources: [large.yaml]\n")
            .link(&format!("{folder}/large.yaml"), "../../../large.yaml")
    })
}

#[test]
fn a_long_check_shows_how_far_it_is_and_ends_with_ctrl_c() {
    let repo = large();
    let mut pty = Pty::start(program(&repo, &["check"]), WINDOW);
    pty.wait_for("looking: ");
    pty.press("\u{3}");
    assert_eq!(pty.ends(), 130);
    pty.wait_for("left before everything was looked at");
    let text = pty.text();
    assert!(!text.contains("looking: "), "{text}");
    assert!(!text.contains("error["), "{text}");
}

#[test]
fn a_short_check_shows_its_colours_and_no_progress() {
    let repo = Repo::skeleton("resources:\n  - gone.yaml\n");
    let mut pty = Pty::start(program(&repo, &["check"]), WINDOW);
    assert_eq!(pty.ends(), 3);
    pty.wait_for("error[kustomization/missing-resource]: gone.yaml is not there");
    pty.wait_until("red", |screen| {
        let (rows, columns) = screen.size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |c| (row, c)));
        cells
            .filter_map(|(row, c)| screen.cell(row, c))
            .any(|cell| cell.fgcolor() == vt100::Color::Idx(1))
    });
}
