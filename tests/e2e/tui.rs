//! The screens: every step at three sizes as snapshots, and no panic at any size.
//! `INSTA_UPDATE=always cargo test --test e2e tui` writes them anew.

use std::io;
use std::sync::Arc;

use gangplank::aws::ListEnd;
use gangplank::demo::FILES;
use gangplank::domain::role_arn::RoleArn;
use gangplank::questions::{QuestionId, Step};
use gangplank::system::MemoryDisk;
use gangplank::tui::{Console, ScriptedConsole, Theme, view};
use gangplank::wizard::{Effect, Message, Move, Setup, Wizard};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};

use crate::support::{DEMO_FOLDER, DEMO_ROLE, Driver, plain_text, styled_text, svg};

const SIZES: [(u16, u16); 3] = [(60, 16), (80, 24), (120, 40)];

fn drawn(wizard: &Wizard, (width, height): (u16, u16), theme: &Theme) -> io::Result<Buffer> {
    let mut console = ScriptedConsole::new(width, height, [])?;
    console.draw(&mut |frame| view::draw(frame, wizard, theme))?;
    Ok(console.buffer().clone())
}

/// The screen at each size, in colour and in ASCII.
fn snapshot(name: &str, wizard: &Wizard) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/tui"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for size in SIZES {
            let name = format!("{name}-{}x{}", size.0, size.1);
            let colored = drawn(wizard, size, &Theme::new(true, false)).unwrap();
            insta::assert_snapshot!(name.clone(), styled_text(&colored));
            let ascii = plain_text(&drawn(wizard, size, &Theme::new(false, true)).unwrap());
            assert!(ascii.is_ascii(), "{name}");
            insta::assert_snapshot!(format!("{name}-ascii"), ascii);
        }
    });
}

#[test]
fn every_step() {
    let mut driver = Driver::demo();
    snapshot("1-cluster", &driver.wizard);
    driver.answer(QuestionId::Cluster, "prod-us1");
    snapshot("2-namespace", &driver.wizard);
    driver.answer(QuestionId::Namespace, "report-portal");
    driver.type_in("arn:aws:iam::123456789098:user/deploy");
    snapshot("3-role-error", &driver.wizard);
    let mut driver = Driver::demo();
    driver.to_review();
    for (name, id) in [
        ("3-role", QuestionId::Role),
        ("4-pods", QuestionId::Select),
        ("5-network", QuestionId::Network),
        ("6-style", QuestionId::Style),
    ] {
        let mut driver = Driver::demo();
        driver.to_review();
        while driver.wizard.focused() != Some(id) {
            driver.send(Message::WentBack);
        }
        snapshot(name, &driver.wizard);
    }
    snapshot("7-review", &driver.wizard);
    driver.send(Message::WriteAsked);
    snapshot("7-review-write", &driver.wizard);
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.step(), Step::Written);
    snapshot("8-written", &driver.wizard);
}

/// The example with a namespace folder that no kustomization file holds together.
fn with_bare_folder() -> Driver {
    let disk = MemoryDisk::with_files(FILES.iter().copied());
    let path = DEMO_FOLDER.replace("report-portal", "bare/deployment.yaml");
    disk.put(&path, b"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n");
    let repository = "gitops".to_owned();
    Driver::on(Arc::new(disk), Setup { repository, ..Setup::default() })
}

/// Roles to choose from: all of them, and those that fit.
#[test]
fn choosing_a_role() {
    let role = |path: &str| RoleArn::parse(&format!("arn:aws:iam::123456789098:role/{path}"));
    let mut driver = Driver::demo();
    driver.lists = true;
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "report-portal");
    snapshot("3-role-reading", &driver.wizard);
    let request = driver.asked.iter().rev().find_map(|(_, effect)| match effect {
        Effect::ListRoles(request, _) => Some(*request),
        _ => None,
    });
    let request = request.unwrap();
    let linked = "aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    let many = (0..200).map(|number| format!("team/app-{number:03}"));
    let all = ["report-reader", "batch/nightly-report", linked].map(str::to_owned);
    let page = many.chain(all).filter_map(|path| role(&path).ok()).collect();
    driver.send(Message::RolesListed(request, page));
    let account = "123456789098".to_owned();
    driver.send(Message::RoleListEnded(request, ListEnd::Complete(account)));
    snapshot("3-role-choose", &driver.wizard);
    driver.type_in("rep");
    driver.send(Message::Moved(Move::Down));
    snapshot("3-role-search", &driver.wizard);
}

/// A fact that was typed, for the config too.
#[test]
fn facts_for_the_config() {
    let mut driver = Driver::demo();
    driver.to_review();
    while driver.wizard.focused() != Some(QuestionId::NodeRole) {
        driver.send(Message::WentBack);
    }
    driver.type_in("arn:aws:iam::123456789098:role/k8s-node");
    driver.send(Message::Entered);
    assert_eq!(driver.wizard.focused(), Some(QuestionId::RecordFacts));
    driver.send(Message::Toggled);
    snapshot("6-style-facts", &driver.wizard);
    driver.go_to_step(Step::Review);
    driver.send(Message::WriteAsked);
    snapshot("7-review-facts-write", &driver.wizard);
}

#[test]
fn errors_at_a_field() {
    let mut driver = Driver::demo();
    driver.type_in("staging");
    snapshot("1-cluster-error", &driver.wizard);
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.type_in("kube-system");
    driver.send(Message::Entered);
    snapshot("2-namespace-error", &driver.wizard);
    let mut driver = Driver::demo();
    driver.to_review();
    while driver.wizard.focused() != Some(QuestionId::Dns) {
        driver.send(Message::WentBack);
    }
    driver.type_in("kube-system/k8s-app");
    driver.send(Message::Entered);
    snapshot("5-network-error", &driver.wizard);
}

#[test]
fn what_the_disk_refuses_is_said_in_the_review() {
    let mut driver = with_bare_folder();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "bare");
    driver.answer(QuestionId::Role, DEMO_ROLE);
    driver.answer(QuestionId::Select, "sa=bare");
    driver.go_to(QuestionId::Egress);
    driver.send(Message::Toggled);
    driver.go_to_step(Step::Review);
    snapshot("7-review-conflict", &driver.wizard);
    driver.send(Message::WriteAsked);
    snapshot("7-review-conflict-write", &driver.wizard);
}

#[test]
fn a_policy_that_is_there_already_is_a_conflict() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    driver.answer(QuestionId::Role, DEMO_ROLE);
    driver.answer(QuestionId::Select, "sa=other");
    driver.go_to(QuestionId::Egress);
    driver.send(Message::Toggled);
    driver.go_to_step(Step::Review);
    snapshot("7-review-name-taken", &driver.wizard);
    driver.send(Message::Entered);
    snapshot("7-review-name-taken-choices", &driver.wizard);
    driver.send(Message::Moved(Move::Last));
    driver.send(Message::Entered);
    snapshot("7-review-name-taken-overwrite", &driver.wizard);
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Entered);
    snapshot("7-review-name-taken-overwritten", &driver.wizard);
}

#[test]
fn roles_that_are_there_stand_below_the_question() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "checkout");
    driver.type_in(DEMO_ROLE);
    snapshot("3-role-existing", &driver.wizard);
}

#[test]
fn windows_over_the_steps() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.send(Message::HelpAsked);
    snapshot("help", &driver.wizard);
    driver.send(Message::HelpAsked);
    driver.send(Message::QuitAsked);
    snapshot("quit", &driver.wizard);
    let interrupted =
        vec!["clusters/prod-us1/namespaces/application/a/kustomization.yaml".to_owned()];
    let driver = Driver::with(Setup { interrupted, ..Setup::default() });
    snapshot("recovery", &driver.wizard);
}

/// The preview over everything: found places, long lines, both styles, and a file to save to.
#[test]
fn the_preview_as_a_page() {
    let mut driver = Driver::demo();
    driver.to_review();
    driver.send(Message::PreviewAsked);
    driver.send(Message::FileSwitched(1));
    snapshot("preview", &driver.wizard);
    driver.send(Message::WrapSwitched);
    driver.send(Message::SearchAsked);
    driver.type_in("NAME");
    snapshot("preview-search", &driver.wizard);
    driver.send(Message::Entered);
    driver.send(Message::SaveAsked);
    snapshot("preview-save", &driver.wizard);
    driver.send(Message::Escaped);
    driver.send(Message::StylesAsked);
    snapshot("preview-styles", &driver.wizard);
}

#[test]
fn after_writing() {
    let mut driver = Driver::demo();
    driver.to_review();
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    driver.send(Message::UndoAsked);
    snapshot("8-written-undo", &driver.wizard);
    driver.send(Message::Moved(Move::Down));
    driver.send(Message::Entered);
    snapshot("8-written-undone", &driver.wizard);
}

/// Names as long as they may be, and a repository without a cluster.
#[test]
fn the_longest_and_the_shortest() {
    let (cluster, namespace) = ("c".repeat(63), "n".repeat(63));
    let moved = |path: &str| path.replace("prod-us1", &cluster);
    let files = FILES.iter().map(|(path, text)| (moved(path), text.replace("prod-us1", &cluster)));
    let files: Vec<(String, String)> = files.collect();
    let disk =
        MemoryDisk::with_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let setup = || Setup { repository: "r".repeat(120), ..Setup::default() };
    let mut driver = Driver::on(Arc::new(disk), setup());
    snapshot("long-1-cluster", &driver.wizard);
    driver.answer(QuestionId::Cluster, &cluster);
    driver.answer(QuestionId::Namespace, &namespace);
    let role = format!("arn:aws:iam::123456789098:role/{}/{}", "p".repeat(200), "r".repeat(64));
    driver.type_in(&role);
    snapshot("long-3-role", &driver.wizard);
    driver.send(Message::Entered);
    driver.answer(
        QuestionId::Select,
        &format!("label={}/{}={}", "d".repeat(63), "k".repeat(63), "v".repeat(63)),
    );
    driver.go_to(QuestionId::Egress);
    driver.send(Message::Toggled);
    driver.go_to_step(Step::Review);
    snapshot("long-7-review", &driver.wizard);
    let empty = Driver::on(Arc::new(MemoryDisk::with_files([("clusters/README", "")])), setup());
    snapshot("empty-1-cluster", &empty.wizard);
}

/// The pictures of the README, drawn from the same screens. `INSTA_UPDATE=always` draws them anew.
#[test]
fn pictures_for_the_readme() {
    let mut driver = Driver::demo();
    driver.answer(QuestionId::Cluster, "prod-us1");
    driver.answer(QuestionId::Namespace, "report-portal");
    driver.type_in(DEMO_ROLE);
    picture("role", &driver.wizard, "The question for the role, with its checks and the preview");
    driver.send(Message::Entered);
    driver.answer(QuestionId::Select, "sa=report-portal");
    picture("network", &driver.wizard, "The question for the network, with what the pods reach");
    let mut driver = Driver::demo();
    driver.to_review();
    picture("review", &driver.wizard, "The review, the only place that writes");
    driver.send(Message::StylesAsked);
    picture("styles", &driver.wizard, "The patch in both styles, side by side");
    driver.send(Message::Escaped);
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    picture("written", &driver.wizard, "What comes next, once it is written");
}

fn picture(name: &str, wizard: &Wizard, title: &str) {
    let drawn = svg(&drawn(wizard, (118, 32), &Theme::new(true, false)).unwrap(), title);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/pictures");
    let path = format!("{folder}/{name}.svg");
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{path} shows another screen than the program");
}

/// Screens that a size may break.
fn any_screen() -> impl Strategy<Value = &'static str> {
    let names =
        ["clusters", "namespaces", "bare", "review", "write", "preview", "written", "recovery"];
    prop::sample::select(names.to_vec())
}

fn on_screen(name: &str) -> Driver {
    let interrupted = vec![format!("{DEMO_FOLDER}/kustomization.yaml")];
    let mut driver = match name {
        "recovery" => return Driver::with(Setup { interrupted, ..Setup::default() }),
        "bare" => with_bare_folder(),
        _ => Driver::demo(),
    };
    match name {
        "clusters" => {}
        "namespaces" => driver.answer(QuestionId::Cluster, "prod-us1"),
        "bare" => {
            driver.answer(QuestionId::Cluster, "prod-us1");
            driver.answer(QuestionId::Namespace, "bare");
        }
        _ => driver.to_review(),
    }
    let more: &[Message] = match name {
        "write" => &[Message::WriteAsked],
        "preview" => &[Message::PreviewAsked],
        "written" => &[Message::WriteAsked, Message::Entered],
        _ => &[],
    };
    for message in more {
        driver.send(message.clone());
    }
    driver
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_panics(
        name in any_screen(),
        width in 1u16..=300,
        height in 1u16..=100,
        back in 0usize..14,
        help in any::<bool>(),
    ) {
        let mut driver = on_screen(name);
        for _ in 0..back {
            driver.send(Message::WentBack);
        }
        if help {
            driver.send(Message::HelpAsked);
        }
        for size in [(width, height), (300, 100), (1, 1)] {
            prop_assert!(drawn(&driver.wizard, size, &Theme::new(true, false)).is_ok());
        }
    }

    /// The first and the last line are the same however high the screen is, and the line between
    /// the panes of a wide screen goes from top to bottom: nothing is drawn over anything else.
    #[test]
    fn nothing_overlaps(
        name in any_screen(),
        width in view::LEAST.0..=300,
        height in view::LEAST.1..=100,
        back in 0usize..14,
    ) {
        let mut driver = on_screen(name);
        for _ in 0..back {
            driver.send(Message::WentBack);
        }
        let theme = Theme::new(true, false);
        let rows = |height| {
            let buffer = drawn(&driver.wizard, (width, height), &theme).unwrap();
            let cells = buffer.content.chunks(usize::from(width)).map(<[Cell]>::to_vec);
            cells.collect::<Vec<_>>()
        };
        let (own, high) = (rows(height), rows(100));
        prop_assert_eq!(own.first(), high.first());
        prop_assert_eq!(own.last(), high.last());
        if driver.wizard.popup().is_none() {
            let is_rule = |row: &Vec<Cell>, at: usize| row[at].symbol() == "│";
            let body = &own[1..own.len() - 1];
            let rules = (0..usize::from(width)).filter(|at| is_rule(&body[0], *at));
            for at in rules {
                prop_assert!(body.iter().all(|row| is_rule(row, at)), "column {}", at);
            }
        }
    }
}
