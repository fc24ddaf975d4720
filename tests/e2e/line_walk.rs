//! Proves that the wizard asked in lines is the same wizard: by scripts, without a terminal.

use gangplank::demo::FILES;
use gangplank::questions::{QuestionId, Step};
use gangplank::wizard::{Ending, Setup};

use crate::support::{DEMO_FOLDER, DEMO_ROLE, Talked, demo_after, talk};

const TO_REVIEW: [&str; 7] =
    ["prod-us1", "report-portal", DEMO_ROLE, "sa=report-portal", ">", "restrict", ">"];

/// The example's answers up to the review, and more lines.
fn reviewed(setup: Setup, more: &[&str]) -> Talked {
    talk(FILES, setup, &[&TO_REVIEW, more].concat())
}

/// The review of a namespace whose policy is there, for other pods, and more lines.
fn in_conflict(more: &[&str]) -> Talked {
    let lines = ["prod-us1", "checkout", DEMO_ROLE, "sa=other", ">", "restrict", ">"];
    talk(FILES, Setup::default(), &[&lines, more].concat())
}

#[test]
fn the_same_answers_write_the_same_bytes() {
    let talked = reviewed(Setup::default(), &["w", "yes"]);
    assert!(matches!(talked.ending, Ending::Written), "{}", talked.said);
    assert_eq!(talked.files, demo_after());
}

/// A number, a part of a name and an empty line stand for what is shown.
#[test]
fn a_number_and_a_part_of_a_name_are_answers() {
    let lines = ["us1", "report-portal", "1", "1", "", "", "", "1", ">", "w", "yes"];
    let talked = talk(FILES, Setup::default(), &lines);
    assert!(talked.said.contains("Cluster: prod-us1\n"), "{}", talked.said);
    assert!(talked.said.contains(&format!("Role: {DEMO_ROLE}\n")), "{}", talked.said);
    assert_eq!(talked.files, demo_after(), "{}", talked.said);
}

#[test]
fn only_the_whole_word_writes() {
    for word in ["", "y", "w", "no", "yes please"] {
        let talked = reviewed(Setup::default(), &["w", word]);
        assert_eq!(talked.ending, Ending::Cancelled, "{word:?}");
        assert!(talked.said.contains("not written"), "{word:?}: {}", talked.said);
        assert!(!talked.files.keys().any(|path| path.starts_with(DEMO_FOLDER)), "{word:?}");
    }
}

#[test]
fn a_wrong_answer_is_asked_again_with_the_reason() {
    let wrong = "arn:aws:iam::123456789098:user/deploy";
    let talked = talk(FILES, Setup::default(), &["prod-us1", "report-portal", wrong, DEMO_ROLE]);
    let reason = talked.said.split("user/deploy").nth(1).unwrap();
    assert!(reason.contains("no: column 27: "), "{reason}");
    assert!(reason.contains("example: arn:aws:iam::123456789098:role/"), "{reason}");
    assert_eq!(talked.wizard.step(), Step::Pods);
    let talked = talk(FILES, Setup::default(), &["nowhere", "", "kube-system"]);
    assert!(talked.said.contains("no cluster is called like this"), "{}", talked.said);
    assert_eq!(
        talked.wizard.focused(),
        Some(QuestionId::Cluster),
        "an empty line takes none unseen"
    );
}

#[test]
fn going_back_keeps_what_was_typed() {
    let lines = ["prod-us1", "report-portal", "<", "<", "<", "prod-us1", "", DEMO_ROLE];
    let talked = talk(FILES, Setup::default(), &lines);
    assert!(talked.said.contains("this is the first question"), "{}", talked.said);
    assert!(
        talked.said.contains("Which namespace on prod-us1? [report-portal]"),
        "{}",
        talked.said
    );
    assert_eq!(talked.wizard.focused(), Some(QuestionId::Select));
    let given = talked.wizard.given();
    assert_eq!(given.value(QuestionId::Namespace), Some("report-portal"));
}

#[test]
fn an_answer_is_changed_from_the_review_and_taken_back() {
    // 3 is the role; after it the review comes again.
    let other = "arn:aws:iam::123456789098:role/other";
    let talked = reviewed(Setup::default(), &["3", other]);
    assert_eq!(talked.wizard.step(), Step::Review);
    assert!(talked.said.contains("other  (new)"), "{}", talked.said);
    let talked = reviewed(Setup::default(), &["9", "strategic-merge", "<", "-"]);
    assert_eq!(talked.wizard.given().get(QuestionId::Style), None, "{}", talked.said);
}

#[test]
fn what_it_means_is_said_and_the_question_stands() {
    let talked = talk(FILES, Setup::default(), &["?", "prod-us1", "report-portal", "?"]);
    assert!(talked.said.contains("Each cluster has a folder under clusters/."), "{}", talked.said);
    assert!(talked.said.contains("(--role)"), "{}", talked.said);
    assert_eq!(talked.wizard.focused(), Some(QuestionId::Role));
}

#[test]
fn several_names_are_chosen_from_by_number() {
    let names: Vec<String> = (1..=300)
        .map(|at| format!("clusters/big/namespaces/application/team-{at}/kustomization.yaml"))
        .collect();
    let text = "namespace: x\nresources: [../../../defaults]\n";
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), text)).collect();
    files.push(("clusters/big/defaults/kustomization.yaml", "resources: []\n"));
    // In team-29, and in team-290 to team-299.
    let talked = talk(&files, Setup::default(), &["big", "eam-29", "2"]);
    assert!(
        talked.said.contains("11 match: a number takes one, Enter makes eam-29 new"),
        "{}",
        talked.said
    );
    assert_eq!(talked.wizard.given().value(QuestionId::Namespace), Some("team-290"));
    let talked = talk(&files, Setup::default(), &["big", "eam-29", ""]);
    assert_eq!(talked.wizard.given().value(QuestionId::Namespace), Some("eam-29"));
}

#[test]
fn a_file_in_conflict_is_decided() {
    let policy = "clusters/prod-us1/namespaces/application/checkout/cnp.checkout.yaml";
    let before = in_conflict(&[]).files;
    let stopped = in_conflict(&["w"]);
    assert!(stopped.said.contains("not written, the disk needs a decision"), "{}", stopped.said);
    let left = in_conflict(&["1", "1", "2", "w", "yes"]);
    assert!(left.said.contains("diff --git"), "{}", left.said);
    assert!(matches!(left.ending, Ending::Written), "{}", left.said);
    assert_eq!(left.files[policy], before[policy]);
    // Overwriting takes a second word.
    let kept = in_conflict(&["1", "4", "1", "w"]);
    assert!(kept.said.contains(&format!("Overwrite {policy}?")), "{}", kept.said);
    assert_eq!(kept.files, before);
    let overwritten = in_conflict(&["1", "4", "2", "w", "yes"]);
    assert!(matches!(overwritten.ending, Ending::Written), "{}", overwritten.said);
    assert_ne!(overwritten.files[policy], before[policy]);
}

#[test]
fn a_dry_run_a_rule_about_iam_and_an_interrupted_run_are_as_on_the_screen() {
    let dry = reviewed(Setup { dry_run: true, ..Setup::default() }, &["w"]);
    assert!(matches!(dry.ending, Ending::Previewed(_)), "{}", dry.said);
    let required = reviewed(Setup { requires_iam: true, ..Setup::default() }, &["w", "yes"]);
    assert!(required.said.contains("not written, since --verify require"), "{}", required.said);
    assert_eq!(required.ending, Ending::Cancelled);
    let setup = Setup { interrupted: vec!["a.yaml".to_owned()], ..Setup::default() };
    let recovered = talk(FILES, setup.clone(), &["", "1", "prod-us1"]);
    assert!(recovered.said.contains("interrupted while it wrote a.yaml"), "{}", recovered.said);
    assert!(recovered.said.contains("the interrupted run is settled"), "{}", recovered.said);
    assert_eq!(recovered.wizard.focused(), Some(QuestionId::Namespace));
    assert_eq!(talk(FILES, setup, &["3", "prod-us1"]).wizard.focused(), Some(QuestionId::Cluster));
}

#[test]
fn what_the_repository_says_can_t_act_on_a_terminal_by_a_name() {
    let files = [FILES, &[("clusters/prod-us1/namespaces/application/x/kustomization.yaml", "a")]];
    let lines = ["prod-us1", "a\u{1b}[31mb", "a\nb"];
    let talked = talk(&files.concat(), Setup::default(), &lines);
    assert!(talked.said.contains("holds U+001B: not taken"), "{}", talked.said);
    assert!(talked.said.contains("several lines"), "{}", talked.said);
    assert_eq!(talked.wizard.focused(), Some(QuestionId::Namespace));
}

/// What was written is where the last screen's menu begins.
fn written(more: &[&str]) -> Talked {
    let all = [&["w", "yes"], more].concat();
    reviewed(Setup::default(), &all)
}

#[test]
fn after_writing_there_is_more_and_an_empty_line_ends() {
    let talked = written(&["", "never asked"]);
    assert!(talked.said.contains("What next: hand it over [h]"), "{}", talked.said);
    assert_eq!((talked.ending, talked.files), (Ending::Written, demo_after()));
}

#[test]
fn the_texts_for_the_team_are_said() {
    let talked = written(&["h", "q"]);
    for text in ["for the team of report-portal", "test-pod of report-portal", "pull-request of"] {
        assert!(talked.said.contains(text), "{text}: {}", talked.said);
    }
    let saved = written(&["t", "", "q"]);
    assert!(saved.said.contains("Which new file should it be saved to?"), "{}", saved.said);
    assert!(saved.said.contains("saved"), "{}", saved.said);
}

#[test]
fn a_commit_takes_a_name_and_is_made_once() {
    let talked = written(&["g", "team/report", "g", "q"]);
    assert!(talked.said.contains("committed on team/report"), "{}", talked.said);
    assert!(talked.said.contains("it is committed already"), "{}", talked.said);
    let talked = written(&["g", "<", "q"]);
    assert!(!talked.said.contains("committed on"), "{}", talked.said);
}

#[test]
fn what_was_written_is_taken_back_once_it_is_agreed_to() {
    let original = || {
        let files = FILES.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        files.collect::<crate::support::Files>()
    };
    let kept = written(&["u", "1", "q"]);
    assert_eq!(kept.files, demo_after());
    let undone = written(&["u", "2"]);
    assert_eq!((undone.ending, undone.files), (Ending::Written, original()));
}

#[test]
fn another_namespace_is_asked_for_after_the_first() {
    let answers = ["n", "second", DEMO_ROLE, "sa=second", ">", "restrict", ">", "w", "yes", ""];
    let talked = written(&answers);
    let folders = ["report-portal", "second"]
        .map(|name| format!("{}/kustomization.yaml", DEMO_FOLDER.replace("report-portal", name)));
    for folder in folders {
        assert!(talked.files.contains_key(&folder), "{folder}: {}", talked.said);
    }
}
