//! The wizard as a state machine, replayed from its messages: what it keeps, what it drops, and
//! that only the review writes.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use gangplank::aws::{RoleCheck, RoleFacts, RoleLookup, SlowLookup};
use gangplank::plan::Purpose;
use gangplank::questions::{GivenAnswers, Origin, QuestionId, Step};
use gangplank::wizard::{
    Again, Edit, Effect, Ending, Field, Message, Move, ReviewRow, Setup, Sign, Take, WriteState,
};
use proptest::prelude::*;

use crate::support::{DEMO_ANSWERS, DEMO_FOLDER, DEMO_ROLE, Driver};

fn applies(driver: &Driver) -> usize {
    let applies = |(_, effect): &&(Step, Effect)| matches!(effect, Effect::Apply(_));
    driver.asked.iter().filter(applies).count()
}

fn value(driver: &Driver, id: QuestionId) -> String {
    driver.wizard.value(id).unwrap_or_default()
}

/// The texts in all text fields.
fn texts(driver: &Driver) -> Vec<(QuestionId, Vec<String>)> {
    let rows = gangplank::questions::TABLE.iter();
    let texts = rows.filter_map(|row| match driver.wizard.field(row.id) {
        Some(Field::Text(field)) => Some((row.id, field.values())),
        _ => None,
    });
    texts.collect()
}

#[test]
fn the_whole_flow_writes_what_the_review_showed() {
    let mut driver = Driver::demo();
    let before = driver.files();
    driver.to_review();
    let plan = driver.wizard.plan().expect("everything is answered").clone();
    assert!(plan.obstacle().is_none(), "{:?}", plan.findings);
    assert_eq!(driver.files(), before, "nothing is written before the review says so");

    driver.send(Message::WriteAsked);
    assert_eq!((applies(&driver), driver.files()), (0, before.clone()), "it asks once");
    driver.send(Message::Entered);
    assert_eq!(applies(&driver), 1);
    assert_eq!(driver.wizard.step(), Step::Written);
    assert!(matches!(driver.wizard.write_state(), WriteState::Written(_)));

    let mut expected = before;
    for file in &plan.files {
        expected.insert(file.path.to_string(), file.after.clone().unwrap());
    }
    assert_eq!(driver.files(), expected, "byte for byte what was previewed");
    driver.send(Message::QuitAsked);
    assert!(matches!(driver.ended, Some(Ending::Written)));
}

#[test]
fn back_from_each_step_keeps_every_answer() {
    let mut driver = Driver::demo();
    driver.to_review();
    let given = driver.wizard.given();
    let mut seen = vec![driver.wizard.step()];
    for _ in 0..40 {
        driver.send(Message::WentBack);
        assert_eq!(driver.wizard.given(), given, "at {:?}", driver.wizard.focused());
        if seen.last() != Some(&driver.wizard.step()) {
            seen.push(driver.wizard.step());
        }
    }
    assert_eq!(
        seen,
        [
            Step::Review,
            Step::Style,
            Step::Network,
            Step::Pods,
            Step::Role,
            Step::Namespace,
            Step::Cluster
        ]
    );
    for _ in 0..40 {
        driver.send(Message::WentOn);
    }
    assert_eq!(driver.wizard.step(), Step::Review, "and the way on is free");
    assert_eq!(driver.wizard.given(), given);
    assert_eq!(applies(&driver), 0);
}

#[test]
fn an_answer_changed_from_the_review_comes_back_to_the_review() {
    let mut driver = Driver::demo();
    driver.to_review();
    let rows = driver.wizard.review_rows();
    let at = rows.iter().position(|row| *row == ReviewRow::Answer(QuestionId::Namespace)).unwrap();
    driver.send(Message::Moved(Move::First));
    for _ in 0..at {
        driver.send(Message::Moved(Move::Down));
    }
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.focused(), Some(QuestionId::Namespace));
    driver.type_in("-two");
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.step(), Step::Review);
    assert_eq!(value(&driver, QuestionId::Namespace), "report-portal-two");
    assert_eq!(value(&driver, QuestionId::Role), DEMO_ROLE);
}

#[test]
fn late_answers_to_old_questions_are_dropped() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "report-portal");
    driver.holds = true;
    driver.type_in("arn:aws:iam::123456789098:role/missing");
    driver.send(Message::Edited(Edit::DeleteWord));
    driver.type_in(DEMO_ROLE.rsplit('/').next().unwrap());
    assert!(!driver.wizard.is_up_to_date());
    let held = std::mem::take(&mut driver.held);
    let (newest_look, newest_check) =
        held.iter().fold((0, 0), |(look, check), message| match message {
            Message::Looked(request, _) => (look.max(*request), check),
            Message::RoleChecked(request, _) => (look, check.max(*request)),
            _ => (look, check),
        });
    for message in held.iter().cloned() {
        let is_old = match &message {
            Message::Looked(request, _) => *request < newest_look,
            Message::RoleChecked(request, _) => *request < newest_check,
            _ => false,
        };
        if is_old {
            let message = match message {
                Message::RoleChecked(request, _) => {
                    Message::RoleChecked(request, RoleCheck::Missing)
                }
                other => other,
            };
            driver.send(message);
            assert!(!driver.wizard.is_up_to_date(), "an old outlook is not taken");
            let says_no = |line: &gangplank::wizard::CheckLine| line.sign == Sign::No;
            assert!(!driver.wizard.checks().iter().any(says_no), "nor an old role check");
        }
    }
    let newest = held.into_iter().filter(|message| {
        matches!(message, Message::Looked(request, _) if *request == newest_look)
            || matches!(message, Message::RoleChecked(request, _) if *request == newest_check)
    });
    driver.held = newest.collect();
    driver.give_held();
    assert!(driver.wizard.is_up_to_date());
    assert_eq!(value(&driver, QuestionId::Role), DEMO_ROLE);
}

/// Whoever types ahead answers the question that is on the screen, however late it is known which
/// other questions there are.
#[test]
fn a_late_outlook_does_not_move_the_focus() {
    const ANSWERED: usize = 4;
    for known in 0..=ANSWERED {
        for steps in 0..5 {
            let mut driver = Driver::demo();
            for (at, (name, value)) in DEMO_ANSWERS.into_iter().take(ANSWERED).enumerate() {
                driver.holds = at >= known;
                let id = gangplank::questions::question_by_key(name).unwrap().id;
                assert_eq!(driver.wizard.focused(), Some(id));
                driver.send(Message::Pasted(value.to_owned()));
                driver.send(Message::Entered);
            }
            driver.holds = true;
            for _ in 0..steps {
                driver.send(Message::WentOn);
            }
            let focused = driver.wizard.focused();
            driver.give_held();
            assert_eq!(driver.wizard.focused(), focused, "{known} known, {steps} steps on");
        }
    }
}

#[test]
fn a_slow_role_lookup_never_delays_typing() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "report-portal");
    driver.holds = true;
    driver.type_in(DEMO_ROLE);
    let question = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::CheckRole(request, role) => Some((*request, role.clone())),
        _ => None,
    });
    let (request, role) = question.expect("the role is asked about");
    let lookup = Arc::new(SlowLookup::default());
    let (answers, inbox) = channel();
    let asking = Arc::clone(&lookup);
    let thread = thread::spawn(move || answers.send(asking.check(&role)).unwrap());
    // The lookup has no answer, and typing goes on.
    driver.type_in("-x");
    driver.send(Message::Edited(Edit::Backspace));
    driver.send(Message::Edited(Edit::Backspace));
    assert_eq!(value(&driver, QuestionId::Role), DEMO_ROLE);
    assert!(inbox.recv_timeout(Duration::from_millis(1)).is_err());
    let asks = driver.wizard.checks();
    assert!(asks.iter().any(|line| line.sign == Sign::Asking), "{asks:?}");
    lookup.release();
    thread.join().unwrap();
    // The role was typed anew since: this answer belongs to an older question.
    driver.send(Message::RoleChecked(request, inbox.recv().unwrap()));
    let asks = driver.wizard.checks();
    assert!(asks.iter().any(|line| line.sign == Sign::Asking), "{asks:?}");
}

#[test]
fn errors_come_at_the_field_with_column_and_example_while_typing() {
    for (id, typed, column, words) in [
        (QuestionId::Namespace, "Report", Some(1), "lower case"),
        (QuestionId::Namespace, "a.b", Some(2), ""),
        (QuestionId::Namespace, "../up", Some(1), ""),
        (QuestionId::Namespace, "kube-system", None, "platform"),
        (QuestionId::Role, "arn:aws:iam::123456789098:user/deploy", Some(27), "user"),
        (QuestionId::Role, "arn:aws:iam::123456789098:role/a b", Some(33), ""),
        (QuestionId::Role, "arn:aws:iam::123456789098:instance-profile/x", Some(27), ""),
        (QuestionId::Role, "arn:aws:sts::123456789098:assumed-role/x/y", Some(9), ""),
    ] {
        let mut driver = Driver::demo();
        driver.answer(QuestionId::Cluster, "prod-us1");
        if id == QuestionId::Role {
            driver.answer(QuestionId::Namespace, "report-portal");
        }
        driver.type_in(typed);
        let error = driver.wizard.error(id);
        let error = error.unwrap_or_else(|| panic!("{typed:?} will not do"));
        assert_eq!(error.column, column, "{typed:?}: {error:?}");
        assert!(error.message.contains(words), "{typed:?}: {error:?}");
        assert!(!error.example.is_empty(), "{typed:?}");
        let step = driver.wizard.step();
        driver.send(Message::Entered);
        assert_eq!(driver.wizard.step(), step, "{typed:?} can't be left");
    }
}

#[test]
fn a_conflict_stops_in_the_review_and_is_never_written() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    driver.answer(QuestionId::Role, DEMO_ROLE);
    driver.answer(QuestionId::Select, "sa=other");
    for _ in 0..20 {
        if driver.wizard.focused() == Some(QuestionId::Egress) {
            driver.send(Message::Toggled);
        }
        driver.send(Message::WentOn);
    }
    assert_eq!(driver.wizard.step(), Step::Review);
    let before = driver.files();
    driver.send(Message::WriteAsked);
    assert!(driver.wizard.notice().is_some_and(|notice| notice.starts_with("not written")));
    assert_eq!(driver.wizard.popup(), None);
    driver.send(Message::Entered);
    assert_eq!((applies(&driver), driver.files()), (0, before));
}

#[test]
fn a_file_that_changes_before_the_write_stops_it() {
    let mut driver = Driver::demo();
    driver.to_review();
    let path = format!("{DEMO_FOLDER}/kustomization.yaml");
    driver.disk.put(&path, b"resources: []\n");
    let before = driver.files();
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    assert_eq!(driver.files(), before);
    assert_eq!(driver.wizard.step(), Step::Review);
    let notice = driver.wizard.notice().unwrap_or_default();
    assert!(notice.contains("changed since the preview"), "{notice}");
}

#[test]
fn a_dry_run_ends_with_the_plan_and_writes_nothing() {
    let mut driver = Driver::with(Setup { dry_run: true, ..Setup::default() });
    let before = driver.files();
    driver.to_review();
    driver.send(Message::WriteAsked);
    assert!(matches!(&driver.ended, Some(Ending::Previewed(plan)) if plan.files.len() == 2));
    assert_eq!((applies(&driver), driver.files()), (0, before));
}

#[test]
fn answers_that_came_with_the_call_are_not_asked_again() {
    let mut setup = Setup::default();
    for (name, value) in DEMO_ANSWERS {
        let id = gangplank::questions::question_by_key(name).unwrap().id;
        setup.given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    let driver = Driver::with(setup.clone());
    assert_eq!(driver.wizard.step(), Step::Review);
    setup.given.replace(QuestionId::Role, Vec::new(), Origin::Flag);
    let driver = Driver::with(setup);
    assert_eq!(driver.wizard.focused(), Some(QuestionId::Role));
}

/// Messages as a keyboard, a terminal and slow threads make them.
fn message() -> impl Strategy<Value = Message> {
    let edits = prop::sample::select(vec![
        Edit::Backspace,
        Edit::Delete,
        Edit::DeleteWord,
        Edit::DeleteToStart,
        Edit::DeleteToEnd,
        Edit::Left,
        Edit::Right,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Start,
        Edit::End,
    ]);
    let moves = prop::sample::select(vec![
        Move::Up,
        Move::Down,
        Move::PageUp,
        Move::PageDown,
        Move::First,
        Move::Last,
    ]);
    let others = prop::sample::select(vec![
        Message::WentOn,
        Message::WentBack,
        Message::Escaped,
        Message::Toggled,
        Message::EntryAdded,
        Message::RedrawAsked,
        Message::HelpAsked,
        Message::PreviewAsked,
        Message::FileSwitched(1),
        Message::FileSwitched(-1),
        Message::DiffSwitched,
        Message::StyleSwitched,
        Message::WriteAsked,
        Message::Refreshed,
        Message::StylesAsked,
        Message::WrapSwitched,
        Message::SearchAsked,
        Message::MatchStepped { forward: true },
        Message::CopyAsked(Take::Page),
        Message::CopyAsked(Take::NextStep(1)),
        Message::SaveAsked,
        Message::CommitAsked,
        Message::HandOverAsked { test_pod: true },
        Message::UndoAsked,
        Message::AgainAsked(Again::Cluster),
        Message::AgainAsked(Again::Namespace),
        Message::Committed(Err("late".to_owned())),
        Message::HandedOver(Err("late".to_owned())),
        Message::OtherStyleLooked(0, Err("old".to_owned())),
        Message::RoleChecked(1, RoleCheck::Missing),
        Message::Applied(Err("late".to_owned())),
        Message::Looked(0, Err("old".to_owned())),
    ]);
    let pasted = prop::sample::select(vec!["sa=x", "prod-us1", DEMO_ROLE, "a\nb", "é\u{7}"]);
    prop_oneof![
        4 => prop_oneof![Just('a'), Just('-'), Just('/'), Just('ü'), any::<char>()]
            .prop_map(Message::Typed),
        2 => pasted.prop_map(|text| Message::Pasted(text.to_owned())),
        2 => edits.prop_map(Message::Edited),
        2 => moves.prop_map(Message::Moved),
        3 => Just(Message::Entered),
        4 => others,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// From an empty and from a filled-in wizard: no panic, no write outside the review, and no
    /// text lost in a field that nobody was in.
    #[test]
    fn no_messages_break_it(
        from_review in any::<bool>(),
        messages in prop::collection::vec(message(), 1..60),
    ) {
        let mut driver = Driver::demo();
        if from_review {
            driver.to_review();
        }
        for message in messages {
            let (focused, step, before) = (driver.wizard.focused(), driver.wizard.step(), texts(&driver));
            let asked = driver.asked.len();
            let applied_late = matches!(message, Message::Applied(_));
            let begins = step == Step::Written && matches!(message, Message::AgainAsked(_));
            driver.send(message);
            for (at, effect) in &driver.asked[asked..] {
                if let Effect::Apply(plan) = effect {
                    // What an undo takes back was written from the review.
                    let undoes = matches!(plan.purpose, Purpose::Undo { .. });
                    let from = if undoes { Step::Written } else { Step::Review };
                    prop_assert_eq!((step, *at), (from, from));
                    prop_assert!(plan.obstacle().is_none());
                }
            }
            for ((id, before), (_, after)) in before.into_iter().zip(texts(&driver)) {
                let kept = Some(id) == focused || before == after || applied_late || begins;
                prop_assert!(kept, "{:?}", id);
            }
        }
    }
}

/// `--verify require`: only a yes of IAM opens the way to the write.
/// A role with this trust policy.
fn found(trust_policy: &str) -> RoleCheck {
    let trust_policy = trust_policy.to_owned();
    RoleCheck::Found(RoleFacts { trust_policy, ..RoleFacts::default() })
}

#[test]
fn a_required_yes_is_waited_for() {
    let mut given = GivenAnswers::default();
    let node = vec!["arn:aws:iam::123456789098:role/k8s-node".to_owned()];
    given.give(QuestionId::NodeRole, node, Origin::Flag);
    let mut driver = Driver::with(Setup { requires_iam: true, given, ..Setup::default() });
    driver.to_review();
    let request = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::CheckRole(request, _) => Some(*request),
        _ => None,
    });
    let request = request.expect("the role is asked about");
    for (check, may) in [
        (RoleCheck::NotAsked, false),
        (RoleCheck::Missing, false),
        (RoleCheck::Unavailable("no AWS credentials".to_owned()), false),
        (found(r#"{"Statement":[]}"#), false),
        (found(r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:*"}}"#), true),
    ] {
        driver.send(Message::RoleChecked(request, check.clone()));
        driver.send(Message::WriteAsked);
        let notice = driver.wizard.notice().unwrap_or_default().to_owned();
        assert_eq!(driver.wizard.popup().is_some(), may, "{check:?}: {notice}");
        assert!(may || notice.contains("--verify require"), "{check:?}: {notice}");
    }
    assert_eq!(applies(&driver), 0);
}
