//! The screens: every step at three sizes as snapshots, and no panic at any size.
//! `INSTA_UPDATE=always cargo test --test e2e tui` writes them anew.

use std::io;

use gangplank::questions::{QuestionId, Step};
use gangplank::tui::{Console, ScriptedConsole, Theme, view};
use gangplank::wizard::{Message, Setup, Wizard};
use proptest::prelude::*;

use crate::support::Driver;

const SIZES: [(u16, u16); 3] = [(60, 16), (80, 24), (120, 40)];

fn screen(wizard: &Wizard, (width, height): (u16, u16)) -> io::Result<String> {
    let mut console = ScriptedConsole::new(width, height, [])?;
    let theme = Theme::new(false, false);
    console.draw(&mut |frame| view::draw(frame, wizard, &theme))?;
    Ok(console.shown())
}

fn snapshot(name: &str, wizard: &Wizard) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/tui"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for size in SIZES {
            let name = format!("{name}-{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, screen(wizard, size).unwrap());
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_panics(width in 1u16..300, height in 1u16..100, back in 0usize..14, help in any::<bool>()) {
        let mut driver = Driver::demo();
        driver.to_review();
        for _ in 0..back {
            driver.send(Message::WentBack);
        }
        if help {
            driver.send(Message::HelpAsked);
        }
        prop_assert!(screen(&driver.wizard, (width, height)).is_ok());
    }
}
