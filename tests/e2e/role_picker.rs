//! Choosing a role: from those in use in the repository, and from those that IAM lists while one
//! types.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use gangplank::aws::{ListEnd, ListQuestion, RoleLookup, SlowLookup};
use gangplank::domain::role_arn::RoleArn;
use gangplank::questions::QuestionId;
use gangplank::wizard::{Effect, Message, Move, Sign};

use crate::support::{DEMO_ROLE, Driver};

const ACCOUNT: &str = "123456789098";

fn role(path: &str) -> RoleArn {
    RoleArn::parse(&format!("arn:aws:iam::{ACCOUNT}:role/{path}")).unwrap()
}

/// At the Role step, with the request that a list was asked for with.
fn at_role() -> (Driver, u64, ListQuestion) {
    let mut driver = Driver::demo();
    driver.lists = true;
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "report-portal");
    let lists = driver.asked.iter().filter_map(|(_, effect)| match effect {
        Effect::ListRoles(request, question) => Some((*request, (**question).clone())),
        _ => None,
    });
    let lists: Vec<_> = lists.collect();
    assert_eq!(lists.len(), 1, "one account, one list: {lists:?}");
    let (request, question) = lists.into_iter().next().unwrap();
    (driver, request, question)
}

/// Value and note of what is on offer.
fn offers(driver: &Driver) -> Vec<(String, String)> {
    let (all, _) = driver.wizard.suggestions();
    all.iter().map(|one| (one.shown().to_owned(), one.note.clone())).collect()
}

fn names(driver: &Driver) -> Vec<String> {
    offers(driver).into_iter().map(|(name, _)| name).collect()
}

fn panel(driver: &Driver) -> Vec<(Sign, String)> {
    driver.wizard.checks().into_iter().map(|line| (line.sign, line.text)).collect()
}

#[test]
fn roles_in_use_say_where_and_those_of_iam_come_behind_them() {
    let (mut driver, request, question) = at_role();
    assert_eq!(question.accounts, [ACCOUNT]);
    let own = offers(&driver);
    assert_eq!(own[0], ("report-portal".into(), "named like the namespace".into()));
    let used = own[1].clone();
    assert!(used.1.starts_with("used by "), "{own:?}");
    driver.send(Message::RolesListed(request, vec![role("zeta"), role("team/alpha")]));
    let with_iam = offers(&driver);
    assert_eq!(with_iam[..own.len()], own, "what was there keeps its place");
    assert_eq!(with_iam[own.len()..].len(), 2);
    assert!(with_iam.contains(&("team/alpha".into(), "in IAM".into())), "{with_iam:?}");
    driver.send(Message::RoleListEnded(request, ListEnd::Complete(ACCOUNT.into())));
    let complete = offers(&driver);
    assert_eq!(complete[0].1, "not in IAM, named like the namespace");
    assert!(complete[1].1.starts_with("not in IAM, used by "), "{complete:?}");
    assert!(panel(&driver)[0].1.contains("2 roles in IAM"));
}

#[test]
fn any_part_of_a_name_finds_a_role_and_the_down_key_takes_it() {
    let (mut driver, request, _) = at_role();
    let page = ["batch/nightly-report", "report-reader", "web"].map(role).to_vec();
    driver.send(Message::RolesListed(request, page));
    driver.type_in("nightly");
    assert_eq!(names(&driver), ["batch/nightly-report"]);
    assert!(driver.wizard.is_searching(QuestionId::Role));
    driver.send(Message::Edited(gangplank::wizard::Edit::DeleteToStart));
    driver.type_in("rep");
    let found = names(&driver);
    assert_eq!(
        found,
        ["report-portal", "report-reader", "batch/nightly-report"],
        "by how well it fits"
    );
    driver.send(Message::Edited(gangplank::wizard::Edit::DeleteToStart));
    driver.type_in("bnr");
    assert_eq!(names(&driver), ["batch/nightly-report"], "letters in order");
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Entered);
    let chosen = driver.wizard.value(QuestionId::Role).unwrap();
    assert_eq!(chosen, role("batch/nightly-report").to_string());
}

#[test]
fn reserved_roles_are_last_and_can_not_be_chosen() {
    let (mut driver, request, _) = at_role();
    let linked = role("aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS");
    let people = role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_admin_1");
    driver.send(Message::RolesListed(request, vec![linked, people, role("zz-own")]));
    driver.type_in("e");
    let (all, _) = driver.wizard.suggestions();
    let reasons: Vec<_> = all.iter().map(|one| one.disabled.as_deref()).collect();
    assert_eq!(reasons[reasons.len() - 2..], [Some("of Identity Center"), Some("service-linked")]);
    assert!(reasons[..reasons.len() - 2].iter().all(Option::is_none));
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Moved(Move::Last));
    driver.send(Message::Entered);
    let notice = driver.wizard.notice().unwrap();
    assert!(notice.ends_with("can't be chosen: service-linked"), "{notice}");
}

#[test]
fn what_is_highlighted_stays_so_when_more_roles_come_in() {
    let (mut driver, request, _) = at_role();
    driver.send(Message::RolesListed(request, vec![role("report-m")]));
    driver.type_in("report");
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Moved(Move::Down));
    let chosen = |driver: &Driver| {
        let (all, at) = driver.wizard.suggestions();
        all[at.unwrap()].value.clone()
    };
    assert_eq!(chosen(&driver), role("report-m").to_string());
    driver.send(Message::RolesListed(request, ["report-a", "report-b"].map(role).to_vec()));
    assert_eq!(chosen(&driver), role("report-m").to_string());
}

#[test]
fn pages_of_an_older_list_are_dropped() {
    let (mut driver, request, _) = at_role();
    driver.send(Message::Refreshed);
    let again = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::ListRoles(request, _) => Some(*request),
        _ => None,
    });
    assert_eq!(again, Some(request + 1), "asked anew");
    driver.send(Message::RolesListed(request, vec![role("late")]));
    driver.send(Message::RoleListEnded(request, ListEnd::Broken("late".into())));
    assert!(!names(&driver).contains(&"late".to_owned()));
    assert!(!panel(&driver).iter().any(|(_, text)| text.contains("late")));
    driver.send(Message::RolesListed(request + 1, vec![role("in-time")]));
    assert!(names(&driver).contains(&"in-time".to_owned()));
}

#[test]
fn another_account_is_another_list() {
    let (mut driver, _, first) = at_role();
    for _ in 0..2 {
        driver.send(Message::WentBack);
    }
    driver.send(Message::Edited(gangplank::wizard::Edit::DeleteToStart));
    driver.answer(QuestionId::Cluster, "dev-eu1");
    driver.go_to(QuestionId::Role);
    let last = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::ListRoles(_, question) => Some((**question).clone()),
        _ => None,
    });
    assert_ne!(last.unwrap().accounts, first.accounts);
}

#[test]
fn a_failure_is_one_quiet_line_and_never_an_error() {
    let (mut driver, request, _) = at_role();
    let why = "not allowed to call iam:ListRoles as arn:aws:iam::123456789098:user/dev";
    driver.send(Message::RoleListEnded(request, ListEnd::Broken(why.into())));
    let lines = panel(&driver);
    assert_eq!(lines[0], (Sign::Unknown, format!("IAM's roles are not listed: {why}")));
    assert!(lines[1..].iter().all(|(sign, _)| *sign == Sign::NotYet), "{lines:?}");
    assert!(driver.wizard.notice().is_none());
    driver.answer(QuestionId::Role, DEMO_ROLE);
    assert_ne!(driver.wizard.focused(), Some(QuestionId::Role), "and it goes on");
}

/// A list that has not answered yet, and one that is long: keys are taken at once in both.
#[test]
fn five_thousand_roles_neither_delay_a_key_nor_get_lost() {
    let (mut driver, request, question) = at_role();
    let all: Vec<RoleArn> = (0..5_000).map(|n| role(&format!("team-{}/app-{n}", n % 40))).collect();
    let lookup = Arc::new(SlowLookup::with_roles(all));
    let (pages, inbox) = channel();
    let asking = Arc::clone(&lookup);
    let thread =
        thread::spawn(move || asking.list(&question, &mut |page| pages.send(page).is_ok()));
    driver.type_in("app-49");
    assert!(inbox.try_recv().is_err(), "nothing has come, and typing goes on");
    assert_eq!(panel(&driver)[0].1, "reading the roles of IAM …");
    for _ in 0..50 {
        lookup.release();
        driver.send(Message::RolesListed(request, inbox.recv().unwrap()));
    }
    let end = thread.join().unwrap();
    assert_eq!(end, ListEnd::Complete(ACCOUNT.into()));
    driver.send(Message::RoleListEnded(request, end));
    driver.type_in("99");
    assert_eq!(names(&driver), ["team-39/app-4999"]);
}
