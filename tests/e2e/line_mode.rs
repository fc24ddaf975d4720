//! Proves that the wizard in lines, in a real terminal, writes nothing that a screen reader or a
//! dumb terminal can't take, and that neither a paste nor a signal does harm.

use crate::support::{
    DEMO_ROLE, Repo, Talk, demo_after, kill_on_disk, program_redirected, talk_on,
};

/// How the wizard is asked for in plain lines.
const WAYS: [(&str, &str); 2] = [("ACCESSIBLE", "1"), ("TERM", "dumb")];

fn lines(repo: &Repo, arguments: &[&str]) -> Talk {
    talk_on(repo, arguments, &[WAYS[0]])
}

fn plain(repo: &Repo, arguments: &[&str]) -> Talk {
    talk_on(repo, &[&["--plain"], arguments].concat(), &[])
}

#[track_caller]
fn is_plain_text(talk: &Talk) {
    let bytes = talk.pty.bytes();
    let harmful = bytes.iter().find(|byte| **byte < 0x20 && !b"\r\n".contains(byte));
    assert_eq!(harmful, None, "{}", String::from_utf8_lossy(&bytes));
    assert!(!bytes.contains(&0x7f));
}

#[test]
fn no_escape_byte_from_the_first_question_to_the_last_word() {
    for way in WAYS {
        for arguments in [&[][..], &["--plain"]] {
            let repo = Repo::demo();
            let mut talk = talk_on(&repo, arguments, &[way]);
            talk.lines_to_review();
            talk.pty.press("s\r");
            talk.hears("apiVersion: kustomize.config.k8s.io/v1beta1");
            talk.hears("What now: ");
            talk.write();
            is_plain_text(&talk);
            assert_eq!(repo.tree(), demo_after(), "{way:?}");
        }
    }
}

#[test]
fn inquire_asks_for_the_same_and_writes_the_same() {
    let repo = Repo::demo();
    let mut talk = plain(&repo, &[]);
    talk.plain_to_review();
    talk.write();
    assert_eq!(repo.tree(), demo_after());
    talk.pty.is_given_back();
    assert!(!talk.pty.was_taken(), "no full screen");
}

#[test]
fn three_pasted_lines_answer_one_question_and_write_nothing() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut talk = lines(&repo, &[]);
    talk.answer("Cluster: ", "prod-us1\rreport-portal\rall");
    talk.hears("what was typed before the question is not taken");
    talk.hears("Namespace: ");
    talk.pty.press("report-portal\r");
    talk.answer("Role: ", DEMO_ROLE);
    talk.answer("Select: ", "sa=report-portal");
    talk.answer("Network [", ">");
    talk.answer("Egress: ", "restrict");
    talk.answer("Dns [", ">");
    talk.answer("What now: ", "w\ryes\ryes");
    talk.hears("what was typed before the question is not taken");
    talk.hears("Write: ");
    talk.pty.press("\x03");
    assert_eq!(talk.pty.ends(), 130);
    assert_eq!(repo.tree(), before);
}

#[test]
fn three_pasted_lines_do_no_harm_with_inquire_either() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut talk = plain(&repo, &[]);
    talk.plain_to_review();
    talk.pty.press("w\ryes\ryes\r");
    talk.hears("what was typed before the question is not taken");
    talk.hears("Write 2 files?");
    talk.pty.press("\x03");
    assert_eq!(talk.pty.ends(), 130);
    talk.pty.is_given_back();
    assert_eq!(repo.tree(), before);
}

#[test]
fn a_paste_with_a_line_break_inside_is_no_answer() {
    let repo = Repo::demo();
    let mut talk = plain(&repo, &[]);
    talk.answer("On which cluster?", "prod");
    talk.hears("Which namespace on prod-us1?");
    talk.pty.paste("report\nportal");
    talk.pty.press("\r");
    talk.hears("several lines: paste one at a time");
    // What was pasted is taken out again; a break at the end does no harm.
    talk.pty.press(&"\x7f".repeat(20));
    talk.pty.paste("report-portal\n");
    talk.pty.press("\r");
    talk.hears("Which IAM role may report-portal assume?");
}

#[test]
fn esc_goes_back_and_keeps_the_answer() {
    let repo = Repo::demo();
    let mut talk = plain(&repo, &[]);
    talk.answer("On which cluster?", "prod");
    talk.answer("Which namespace on prod-us1?", "report-portal");
    talk.hears("Which IAM role may report-portal assume?");
    talk.pty.press("\x1b");
    talk.hears("Which namespace on prod-us1?");
    talk.hears("report-portal");
    talk.pty.press("\r");
    talk.hears("Which IAM role may report-portal assume?");
}

#[test]
fn leaving_keeps_a_draft_and_writes_nothing() {
    for (key, code) in [("\x03", 130), ("\x04", 130)] {
        let repo = Repo::demo();
        let before = repo.tree();
        let mut talk = lines(&repo, &[]);
        talk.answer("Cluster: ", "prod-us1");
        talk.answer("Namespace: ", "report-portal");
        talk.hears("Role: ");
        talk.pty.press(key);
        talk.hears("gangplank --resume goes on from here");
        assert_eq!(talk.pty.ends(), code, "{key:?}");
        talk.pty.is_given_back();
        assert_eq!(repo.tree(), before);
        let mut talk = lines(&repo, &["--resume"]);
        talk.hears("Namespace: report-portal  (answers file)");
        talk.hears("Which IAM role may report-portal assume?");
    }
}

#[test]
fn a_signal_ends_a_question_and_gives_the_terminal_back() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        for is_plain in [false, true] {
            let repo = Repo::demo();
            let mut talk = if is_plain { plain(&repo, &[]) } else { lines(&repo, &[]) };
            talk.hears("On which cluster?");
            talk.hears("prod-us1");
            talk.pty.signal(name);
            assert_eq!(talk.pty.ends(), code, "{name}, inquire: {is_plain}");
            talk.pty.is_given_back();
        }
    }
}

#[test]
fn ctrl_c_leaves_inquire() {
    let repo = Repo::demo();
    let before = repo.tree();
    let mut talk = plain(&repo, &[]);
    talk.answer("On which cluster?", "prod");
    talk.hears("Which namespace on prod-us1?");
    talk.pty.press("\x03");
    talk.hears("left: nothing was written; gangplank --resume goes on from here");
    assert_eq!(talk.pty.ends(), 130);
    talk.pty.is_given_back();
    assert_eq!(repo.tree(), before);
}

#[test]
fn an_interrupted_run_is_taken_up_first() {
    let repo = Repo::demo();
    kill_on_disk(&repo, &demo_after(), 6);
    let mut talk = lines(&repo, &[]);
    talk.hears("An earlier run was interrupted");
    talk.answer("1 to 5: ", "1");
    talk.hears("the interrupted run is settled");
    talk.hears("Cluster: ");
    assert_eq!(repo.tree(), demo_after());
}

#[test]
fn a_yes_for_other_commands_is_asked_for_in_lines_too() {
    let role = "arn:aws:iam::123456789098:role/checkout";
    let revoke = ["revoke", "--cluster", "prod-us1", "--namespace", "checkout", "--role", role];
    for way in WAYS {
        for (answer, code) in [("y\r", 0), ("\r", 130), ("no\r", 130), ("\x04", 130), ("\x03", 130)]
        {
            let repo = Repo::demo();
            let before = repo.tree();
            let mut talk = talk_on(&repo, &revoke, &[way]);
            talk.hears("Write this? [y/N]: ");
            talk.pty.press(answer);
            assert_eq!(talk.pty.ends(), code, "{answer:?}");
            assert_eq!(repo.tree() == before, code != 0, "{answer:?}");
            is_plain_text(&talk);
        }
    }
}

#[test]
fn without_a_place_for_questions_the_missing_flags_are_named() {
    let repo = Repo::demo();
    for arguments in [&["--plain"][..], &[]] {
        let mut command = program_redirected(&repo, "2>said", arguments);
        if arguments.is_empty() {
            command.env("ACCESSIBLE", "1");
        }
        let mut talk = Talk::start(command);
        assert_eq!(talk.pty.ends(), 2);
        let said = repo.text("said");
        assert!(said.contains("there is no terminal to ask for --cluster"), "{said}");
    }
}

#[test]
fn a_dry_run_ends_with_the_diff() {
    let repo = Repo::demo();
    let mut talk = talk_on(&repo, &["--dry-run"], &[("TERM", "dumb")]);
    talk.lines_to_review();
    talk.pty.press("w\r");
    talk.hears("+++ b/clusters/prod-us1");
    assert_eq!(talk.pty.ends(), 0);
    is_plain_text(&talk);
    assert!(!repo.root().join("clusters/prod-us1/namespaces/application/report-portal").exists());
}
