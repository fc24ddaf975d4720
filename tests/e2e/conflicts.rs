//! Proves that each file with other content is decided in the review, that overwriting takes a
//! second word, and that a decision holds for its file only.

use std::sync::Arc;

use gangplank::demo::FILES;
use gangplank::domain::conflict::OnConflict;
use gangplank::plan::{Obstacle, Verb};
use gangplank::questions::{QuestionId, Step};
use gangplank::system::MemoryDisk;
use gangplank::wizard::{Message, Move, Popup, PreviewMode, ReviewRow, Setup};

use crate::support::{DEMO_ROLE, Driver};

const FOLDER: &str = "clusters/prod-us1/namespaces/application/checkout";

/// The review of a namespace whose policy is there, for other pods.
fn in_conflict() -> Driver {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    driver.answer(QuestionId::Role, DEMO_ROLE);
    driver.answer(QuestionId::Select, "sa=other");
    driver.go_to(QuestionId::Egress);
    driver.send(Message::Toggled);
    driver.go_to_step(Step::Review);
    driver
}

/// Chooses the option of the open window with this text.
#[track_caller]
fn choose(driver: &mut Driver, option: &str) {
    let (popup, row) = driver.wizard.popup().unwrap();
    let at = popup.options().iter().position(|text| text.starts_with(option)).unwrap();
    for _ in row..at {
        driver.send(Message::Moved(Move::Down));
    }
    driver.send(Message::Entered);
}

#[track_caller]
fn decide(driver: &mut Driver, option: &str) {
    driver.send(Message::Moved(Move::First));
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.popup(), Some((Popup::Conflict, 0)));
    choose(driver, option);
}

fn policy() -> String {
    format!("{FOLDER}/cnp.checkout.yaml")
}

#[test]
fn a_file_in_conflict_is_the_first_row_and_stops_the_writing() {
    let mut driver = in_conflict();
    assert_eq!(driver.wizard.review_rows()[0], ReviewRow::Conflict(0));
    assert_eq!(driver.wizard.plan().unwrap().obstacle(), Some(Obstacle::Disk));
    decide(&mut driver, "show");
    assert!(driver.wizard.is_preview_open());
    let page = driver.wizard.preview_file().unwrap();
    assert_eq!((page.path.to_string(), page.verb), (policy(), Verb::Conflict));
    assert_eq!(driver.wizard.preview_mode(), PreviewMode::Diff);
    driver.send(Message::Escaped);
    assert_eq!(driver.wizard.step(), Step::Review);
    assert_eq!(
        driver.wizard.plan().unwrap().obstacle(),
        Some(Obstacle::Disk),
        "nothing is decided"
    );
}

#[test]
fn what_is_decided_is_written() {
    for (option, what, changed, beside) in [
        ("leave", OnConflict::Skip, false, false),
        ("write ours beside", OnConflict::Beside, false, true),
    ] {
        let mut driver = in_conflict();
        let before = driver.files();
        decide(&mut driver, option);
        assert_eq!(driver.wizard.conflicts()[0].what, what);
        assert_eq!(
            driver.wizard.review_rows()[0],
            ReviewRow::Conflict(0),
            "it can be decided anew"
        );
        let command = driver.wizard.plan().unwrap().command.clone();
        assert!(command.contains(&format!(" --on-conflict {} ", what.word())), "{command}");
        decide(&mut driver, "show");
        assert_eq!(driver.wizard.preview_file().unwrap().path.as_str(), policy());
        driver.send(Message::Escaped);
        driver.send(Message::WriteAsked);
        driver.send(Message::Entered);
        assert_eq!(driver.wizard.step(), Step::Written, "{option}");
        let after = driver.files();
        assert_eq!(before[&policy()] != after[&policy()], changed);
        assert_eq!(after.contains_key(&format!("{FOLDER}/cnp.checkout-aws.yaml")), beside);
    }
}

#[test]
fn overwriting_takes_a_second_word() {
    let mut driver = in_conflict();
    let before = driver.files();
    decide(&mut driver, "overwrite");
    assert_eq!(driver.wizard.popup(), Some((Popup::Overwrite, 0)));
    assert_eq!(driver.wizard.preview_file().unwrap().path.as_str(), policy());
    choose(&mut driver, "no");
    assert_eq!(driver.wizard.conflicts()[0].what, OnConflict::Fail);
    decide(&mut driver, "overwrite");
    choose(&mut driver, "yes");
    let plan = driver.wizard.plan().unwrap();
    let file = plan.files.iter().find(|file| file.path.as_str() == policy()).unwrap();
    assert_eq!((file.verb, plan.obstacle()), (Verb::Update, None));
    assert_eq!(driver.files(), before);
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    assert!(String::from_utf8_lossy(&driver.files()[&policy()]).contains("serviceaccount: other"));
}

/// The file may be another one by then.
#[test]
fn a_decision_ends_with_what_it_was_about() {
    let mut driver = in_conflict();
    decide(&mut driver, "leave");
    driver.send(Message::Refreshed);
    assert_eq!(driver.wizard.conflicts()[0].what, OnConflict::Fail);

    let disk = Arc::new(MemoryDisk::with_files(FILES.iter().copied()));
    let foreign = disk.files()[&policy()].clone();
    disk.put(&policy().replace("checkout.yaml", "mine.yaml"), &foreign);
    let mut driver =
        Driver::on(disk, Setup { given: in_conflict().wizard.given(), ..Setup::default() });
    decide(&mut driver, "overwrite");
    choose(&mut driver, "yes");
    assert_eq!(driver.wizard.conflicts()[0].what, OnConflict::Apply);
    while driver.wizard.focused() != Some(QuestionId::PolicyName) {
        driver.send(Message::WentBack);
    }
    driver.type_in("mine");
    driver.go_to_step(Step::Review);
    let [other] = driver.wizard.conflicts() else {
        panic!("{:?}", driver.wizard.conflicts());
    };
    assert_eq!(other.file.path.name(), "cnp.mine.yaml");
    assert_eq!(other.what, OnConflict::Fail, "what was said of one file is not said of another");
}

#[test]
fn roles_that_are_there_are_listed_at_the_question_for_one_more() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    let allowed = driver.wizard.allowed_already();
    assert!(!allowed.is_empty());
    assert!(allowed.iter().all(|allowed| !allowed.is_inherited && allowed.cluster.is_none()));
    driver.type_in(DEMO_ROLE);
    assert_eq!(driver.wizard.allowed_already(), allowed, "what is typed is not there yet");
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "new-one");
    assert_eq!(driver.wizard.allowed_already(), []);
}
