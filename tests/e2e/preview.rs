//! The preview as a page, what is taken away from it, and what comes after the writing.

use gangplank::demo::FILES;
use gangplank::plan::Purpose;
use gangplank::questions::{Origin, QuestionId, Step};
use gangplank::wizard::{
    Again, BINDINGS, Context, Effect, Key, Mark, Message, Move, PreviewLine, PreviewMode, Take,
    Works, WriteState, message_for,
};

use crate::support::{DEMO_FOLDER, DEMO_ROLE, Driver};

/// The review of the example, its preview open on the kustomization.
fn open_preview() -> Driver {
    let mut driver = Driver::demo();
    driver.to_review();
    driver.send(Message::PreviewAsked);
    while driver.wizard.preview_file().unwrap().path.name() != "kustomization.yaml" {
        driver.send(Message::FileSwitched(1));
    }
    driver
}

fn found(driver: &Driver) -> Option<String> {
    let at = driver.wizard.preview_search()?.found?;
    Some(driver.wizard.preview_lines()[at].text.trim().to_owned())
}

fn search(driver: &mut Driver, text: &str) {
    driver.send(Message::SearchAsked);
    driver.type_in(text);
    driver.send(Message::Entered);
}

#[test]
fn a_search_goes_round_in_any_case_of_letters() {
    let mut driver = open_preview();
    search(&mut driver, "KIND:");
    let first = found(&driver).unwrap();
    assert_eq!(first, "kind: Kustomization");
    driver.send(Message::MatchStepped { forward: true });
    assert_eq!(found(&driver).unwrap(), "kind: Namespace");
    driver.send(Message::MatchStepped { forward: true });
    assert_eq!(found(&driver).unwrap(), first, "behind the last one comes the first");
    driver.send(Message::MatchStepped { forward: false });
    assert_eq!(found(&driver).unwrap(), "kind: Namespace");
    assert!(driver.wizard.preview_scroll().unwrap() > 0, "it is scrolled into sight");

    search(&mut driver, "not in there");
    assert_eq!(found(&driver), None);
    assert!(driver.wizard.notice().unwrap().contains("not on this page"));
    driver.send(Message::Escaped);
    assert!(driver.wizard.is_preview_open(), "Esc ends the search first");
    assert!(driver.wizard.preview_search().is_none());
    driver.send(Message::Escaped);
    assert!(!driver.wizard.is_preview_open());
}

#[test]
fn what_is_typed_at_the_foot_is_no_answer() {
    let mut driver = open_preview();
    let before = driver.wizard.given();
    driver.send(Message::SearchAsked);
    assert_eq!(driver.wizard.context(), Context::Entry);
    driver.type_in("q?+ö");
    driver.send(Message::Pasted("more\n".to_owned()));
    assert_eq!(driver.wizard.entry().unwrap().field.text(), "q?+ömore");
    driver.send(Message::Escaped);
    assert!(driver.wizard.entry().is_none() && driver.wizard.is_preview_open());
    assert_eq!(driver.wizard.given(), before);
}

#[test]
fn both_styles_are_what_each_would_write() {
    let mut driver = open_preview();
    driver.send(Message::StylesAsked);
    assert_eq!(driver.wizard.preview_mode(), PreviewMode::Styles);
    let texts =
        |lines: Vec<PreviewLine>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    let own = texts(driver.wizard.preview_lines());
    let other = texts(driver.wizard.other_style_lines().unwrap().unwrap());
    assert_eq!(driver.wizard.styles(), ("json-patch", "strategic-merge"));
    driver.send(Message::Escaped);
    assert_eq!(driver.wizard.value(QuestionId::Style).unwrap(), "json-patch", "nothing is chosen");
    driver.send(Message::StyleSwitched);
    driver.send(Message::StylesAsked);
    assert_eq!(texts(driver.wizard.preview_lines()), other);
    assert_eq!(texts(driver.wizard.other_style_lines().unwrap().unwrap()), own);
}

#[test]
fn what_is_copied_is_what_is_shown() {
    let mut driver = open_preview();
    driver.send(Message::CopyAsked(Take::Page));
    let plan = driver.wizard.plan().unwrap().clone();
    let is_kustomization = |path: &str| path.ends_with("kustomization.yaml");
    let file = plan.files.iter().find(|file| is_kustomization(file.path.as_str())).unwrap();
    let (name, text) = driver.doer.taken.pop().unwrap();
    assert_eq!(
        (name.as_str(), text.as_bytes()),
        ("kustomization.yaml", file.after.as_deref().unwrap())
    );
    assert!(driver.wizard.has_good_news());

    driver.send(Message::DiffSwitched);
    driver.send(Message::CopyAsked(Take::Page));
    let (_, diff) = driver.doer.taken.pop().unwrap();
    assert!(
        diff.starts_with("diff --git a/") && diff.contains("\n+kind: Kustomization\n"),
        "{diff}"
    );

    driver.send(Message::CopyAsked(Take::Command));
    assert_eq!(driver.doer.taken.pop().unwrap().1, plan.command);

    driver.send(Message::PreviewAsked);
    driver.send(Message::SaveAsked);
    assert_eq!(driver.wizard.entry().unwrap().field.text(), "gangplank.diff");
    driver.send(Message::Entered);
    assert_eq!(driver.doer.taken.pop().unwrap(), ("gangplank.diff".to_owned(), plan.git_diff("")));
}

#[test]
fn an_update_shows_its_added_line_also_after_a_search() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    driver.type_in(DEMO_ROLE);
    driver.send(Message::PreviewAsked);
    driver.send(Message::DiffSwitched);
    search(&mut driver, "report-portal");
    let at = driver.wizard.preview_search().unwrap().found.unwrap();
    assert_eq!(driver.wizard.preview_lines()[at].mark, Mark::Added);
}

fn written() -> Driver {
    let mut driver = Driver::demo();
    driver.to_review();
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    assert!(matches!(driver.wizard.write_state(), WriteState::Written(_)));
    driver
}

#[test]
fn an_undo_asks_and_puts_every_byte_back() {
    let mut driver = written();
    driver.send(Message::UndoAsked);
    driver.send(Message::Entered);
    assert!(driver.files().contains_key(&format!("{DEMO_FOLDER}/kustomization.yaml")));
    driver.send(Message::UndoAsked);
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Entered);
    let original = FILES.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    assert_eq!(driver.files(), original.collect());
    assert!(driver.wizard.written().is_empty());
    let WriteState::Written(plan) = driver.wizard.write_state() else { panic!("not written") };
    assert!(matches!(plan.purpose, Purpose::Undo { .. }));
    driver.send(Message::UndoAsked);
    assert!(driver.wizard.popup().is_none(), "what was taken back is not taken back again");
}

#[test]
fn a_file_that_changed_since_is_not_taken_back() {
    let mut driver = written();
    let path = format!("{DEMO_FOLDER}/kustomization.yaml");
    driver.disk.put(&path, b"# somebody was here\n");
    driver.send(Message::UndoAsked);
    assert!(driver.wizard.popup().is_none());
    assert!(
        driver.wizard.notice().unwrap().contains("changed since"),
        "{:?}",
        driver.wizard.notice()
    );
    assert_eq!(driver.files()[&path], b"# somebody was here\n");
}

#[test]
fn the_same_on_another_cluster_takes_the_answers_along() {
    let mut driver = written();
    driver.send(Message::AgainAsked(Again::Cluster));
    assert_eq!(driver.wizard.step(), Step::Cluster);
    driver.answer(QuestionId::Cluster, "dev-eu1");
    for id in [QuestionId::Namespace, QuestionId::Role, QuestionId::Select] {
        let given = driver.wizard.settled(id).unwrap();
        assert!(matches!(given.origin, Origin::Disk(_)), "{id:?}: {given:?}");
    }
    assert_eq!(driver.wizard.value(QuestionId::Namespace).unwrap(), "report-portal");
    assert_eq!(driver.wizard.written().len(), 1);
}

#[test]
fn another_namespace_begins_at_the_namespace() {
    let mut driver = written();
    driver.send(Message::AgainAsked(Again::Namespace));
    assert_eq!(driver.wizard.focused(), Some(QuestionId::Namespace));
    assert_eq!(driver.wizard.value(QuestionId::Cluster).unwrap(), "prod-us1");
    assert_eq!(driver.wizard.value(QuestionId::Role), None);
    driver.answer(QuestionId::Namespace, "second");
    driver.answer(QuestionId::Role, DEMO_ROLE);
    driver.answer(QuestionId::Select, "sa=second");
    driver.go_to(QuestionId::Egress);
    driver.send(Message::Toggled);
    driver.go_to_step(Step::Review);
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.written().len(), 2);
    let applied = |(_, effect): &&(Step, Effect)| matches!(effect, Effect::Apply(_));
    assert_eq!(driver.asked.iter().filter(applied).count(), 2);
}

#[test]
fn what_was_written_is_committed_once_on_the_branch_that_is_named() {
    let mut driver = written();
    driver.send(Message::CommitAsked);
    assert_eq!(driver.wizard.entry().unwrap().field.text(), "gangplank/prod-us1-report-portal");
    driver.type_in("-2");
    driver.send(Message::Entered);
    let commit = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::Commit { plan, branch } => Some((plan.clone(), branch.clone())),
        _ => None,
    });
    let (plan, branch) = commit.unwrap();
    assert_eq!(branch, "gangplank/prod-us1-report-portal-2");
    assert_eq!(*plan, driver.wizard.written()[0].plan);
    let lines = driver.wizard.written()[0].commit.clone().unwrap();
    assert_eq!(lines, [format!("committed on {branch}")]);
    driver.send(Message::CommitAsked);
    assert!(driver.wizard.entry().is_none());
    assert!(driver.wizard.notice().unwrap().contains("already"));
}

#[test]
fn the_texts_for_the_team_are_pages_of_the_preview() {
    let mut driver = written();
    driver.send(Message::HandOverAsked { test_pod: false });
    assert_eq!(driver.wizard.context(), Context::Preview);
    let lines = driver.wizard.preview_lines();
    assert_eq!(lines[0].text, "for the team of report-portal");
    driver.send(Message::FileSwitched(-1));
    driver.send(Message::CopyAsked(Take::Page));
    let (name, text) = driver.doer.taken.pop().unwrap();
    assert_eq!(
        (name.as_str(), text.as_str()),
        ("pull-request", "pull-request of report-portal\nfor prod-us1\n")
    );
    driver.send(Message::Escaped);
    assert_eq!(driver.wizard.step(), Step::Written);

    driver.send(Message::HandOverAsked { test_pod: true });
    assert_eq!(driver.wizard.entry().unwrap().field.text(), "test-pod.txt");
    driver.send(Message::Entered);
    let (file, text) = driver.doer.taken.pop().unwrap();
    assert_eq!(
        (file.as_str(), text.lines().next().unwrap()),
        ("test-pod.txt", "test-pod of report-portal")
    );
}

/// Nothing else is begun while hooks run; leaving is always possible.
#[test]
fn while_a_commit_is_made_only_leaving_works() {
    let mut driver = written();
    let effects = driver.wizard.update(Message::CommitAsked);
    assert!(effects.is_empty());
    let effects = driver.wizard.update(Message::Entered);
    assert!(matches!(effects[..], [Effect::Commit { .. }]), "{effects:?}");
    assert!(driver.wizard.is_committing());
    for message in [Message::UndoAsked, Message::AgainAsked(Again::Cluster), Message::CommitAsked] {
        assert!(driver.wizard.update(message.clone()).is_empty(), "{message:?}");
    }
    assert_eq!((driver.wizard.step(), driver.wizard.entry().is_none()), (Step::Written, true));
    let effects = driver.wizard.update(Message::QuitAsked);
    assert!(matches!(effects[..], [Effect::Quit(_)]), "{effects:?}");
    driver.send(Message::Committed(Err("a hook refused".to_owned())));
    assert!(driver.wizard.notice().unwrap().contains("a hook refused"));
    driver.send(Message::CommitAsked);
    assert!(driver.wizard.entry().is_some(), "it can be tried again");
}

/// Texts that come late, once another onboarding has begun, open nothing.
#[test]
fn late_texts_for_the_team_are_dropped() {
    let mut driver = written();
    drop(driver.wizard.update(Message::HandOverAsked { test_pod: false }));
    driver.send(Message::AgainAsked(Again::Namespace));
    driver.send(Message::HandedOver(Ok(Vec::new())));
    assert!(!driver.wizard.is_preview_open());
    assert_eq!(driver.wizard.step(), Step::Namespace);
}

/// A key that two bindings give two meanings in one place would be a lie in the footer or the help.
#[test]
fn no_key_has_two_meanings_in_one_place() {
    for context in Context::ALL {
        let mut seen: Vec<(Key, &str)> = Vec::new();
        let shown = BINDINGS.iter().filter(|one| one.contexts.contains(&context));
        for binding in shown.filter(|one| one.works == Works::Always) {
            for key in binding.keys {
                let first = message_for(*key, context).unwrap();
                let own = (binding.message)();
                let is_first = std::mem::discriminant(&first) == std::mem::discriminant(&own);
                assert!(is_first, "{key:?} in {context:?}: {first:?} and {own:?}");
                seen.push((*key, binding.does));
            }
        }
        assert!(!seen.is_empty(), "{context:?}");
    }
}
