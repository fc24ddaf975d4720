//! Random runs in a real terminal: keys, resizes, signals, pastes, faults of disk and network. No
//! panic, no stuck terminal, no half-written tree, no growth of memory.

mod hand;
mod scene;
mod verdict;

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus};

use crate::support::{Choices, Pty, Repo, SEED, WINDOW, program, seeds, stream};
use hand::{Hand, job};
use scene::{Scene, View};

/// How many runs are asked for.
const RUNS: &str = "GANGPLANK_SOAK";

/// The runs of every test run.
const FEW: u64 = 25;

/// The codes of the README, without that of a fault.
const CODES: [u32; 10] = [0, 1, 2, 3, 4, 5, 6, 129, 130, 143];

/// How long it may take to leave, with a kustomize under way and an AWS that is silent.
const FAREWELL: Duration = Duration::from_secs(15);

/// How long a run may take altogether.
const LONGEST: Duration = Duration::from_mins(3);

/// What no run may have at any time: several times what a run of the shipped program has.
const MOST: usize = 80_000_000;

/// What a long run may have more than a short one.
const GROWTH: usize = 4_000_000;

/// How long a key has before the next one, where it may be the last one.
const PAUSE: Duration = Duration::from_millis(250);

/// How a run ended.
struct Ended {
    status: String,
    has_written: bool,
}

#[test]
fn random_runs_end_well() {
    let many = std::env::var(RUNS).ok().map(|runs| runs.parse().expect("a number of runs"));
    let seeds = seeds(many.unwrap_or(FEW), many.is_some());
    let (next, failures) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let codes: Mutex<BTreeMap<String, u32>> = Mutex::default();
    let work = || {
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
            let _watched = watch(*seed);
            match catch_unwind(|| run(*seed)) {
                Ok(ended) => {
                    let wrote = if ended.has_written { ", wrote" } else { "" };
                    let name = format!("{}{wrote}", ended.status);
                    *codes.lock().unwrap().entry(name).or_default() += 1;
                }
                Err(_) => {
                    eprintln!("to reproduce: {SEED}={seed} cargo test --test e2e soak");
                    failures.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    };
    // They wait most of the time.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(work);
        }
    });
    let codes = codes.into_inner().unwrap();
    eprintln!("{} runs ended so: {codes:#?}", seeds.len());
    assert_eq!(failures.into_inner(), 0, "of {} runs", seeds.len());
    let wrote: u32 = codes.iter().filter(|(name, _)| name.contains("wrote")).map(|(_, n)| n).sum();
    assert!(seeds.len() < 25 || wrote > 0, "none came as far as writing");
}

/// A run that is stuck in such a way that the test is too is named before everything ends. The
/// watch is over when the sender is dropped.
fn watch(seed: u64) -> Sender<()> {
    let (sender, is_over) = channel();
    thread::spawn(move || {
        if is_over.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
            eprintln!("stuck: {SEED}={seed} cargo test --test e2e soak");
            std::process::abort();
        }
    });
    sender
}

fn run(seed: u64) -> Ended {
    let mut choices = stream(seed);
    let scene = Scene::of(&mut choices);
    let pty = Pty::start(scene.command.clone(), scene.size);
    let is_diligent = choices.one_in(2);
    let mut hand = Hand { pty, scene: &scene, is_diligent, meddled: Vec::new(), signal: None };
    let acts = 5 + choices.below(40);
    for _ in 0..acts {
        if !hand.act(&mut choices) {
            break;
        }
    }
    assert!(peak(&hand.pty).is_none_or(|bytes| bytes < MOST), "{:?}", peak(&hand.pty));
    let meddled = std::mem::take(&mut hand.meddled);
    let status = leave(&mut choices, hand);
    verdict::judge(&scene, &meddled);
    Ended { status, has_written: verdict::has_written(&scene) }
}

/// Asks the program to end, in one of the ways that there are, and looks at how it did.
fn leave(choices: &mut Choices, mut hand: Hand) -> String {
    if hand.signal.is_none() && hand.pty.is_running() {
        match choices.below(5) {
            0 if hand.scene.view != View::Job => {
                let said = hand.pty.bytes();
                let mut program = hand.pty.hang_up();
                let status = within(|| program.status(), || "without a terminal".to_owned());
                return ended(&status, &said, "HUP");
            }
            1 => hand.signal = Some("TERM"),
            2 => hand.signal = Some("HUP"),
            _ => {}
        }
    }
    hand.send();
    let view = hand.scene.view;
    let status = match (view, hand.signal) {
        (View::Job, _) => end_job(&mut hand),
        (_, None) => end_by_keys(&mut hand),
        _ => {
            let Hand { pty, .. } = &mut hand;
            let text = pty.text();
            within(|| pty.status(), || text.clone())
        }
    };
    let signal = hand.signal.unwrap_or("INT");
    if signal != "KILL" {
        hand.pty.is_given_back();
        assert_eq!(line_discipline(&hand.pty), untouched(), "the terminal is as it was");
    }
    ended(&status, &hand.pty.bytes(), signal)
}

/// Keys that close one thing after another. Each has its time: a Ctrl-C that comes when the program
/// has just ended makes the system throw away what was printed and not read yet.
fn end_by_keys(hand: &mut Hand) -> ExitStatus {
    // A paste that nobody ended would go on.
    hand.pty.press("\x1b[201~");
    let began = Instant::now();
    while began.elapsed() < FAREWELL {
        hand.pty.press("\x03");
        let pressed = Instant::now();
        while pressed.elapsed() < PAUSE {
            if let Some(status) = hand.pty.status() {
                return status;
            }
            thread::sleep(Duration::from_millis(3));
        }
    }
    panic!("still there:\n{}", hand.pty.text());
}

/// Whether there is no such process, or one that only waits to be asked how it ended.
fn is_over(id: &str) -> bool {
    let state = Command::new("ps").args(["-o", "state=", "-p", id]).output().unwrap().stdout;
    matches!(state.first(), None | Some(b'Z'))
}

/// The same where Ctrl-C belongs to the shell when the program is stopped.
fn end_job(hand: &mut Hand) -> ExitStatus {
    hand.pty.press("\x1b[201~");
    let began = Instant::now();
    loop {
        thread::sleep(PAUSE);
        if let Some(status) = hand.pty.status() {
            // The shell that is interrupted takes its job along.
            let id = job(&hand.scene.repo).unwrap_or_default();
            within(|| is_over(&id).then_some(()), || format!("{id}, its job"));
            return status;
        }
        assert!(began.elapsed() < FAREWELL, "still there:\n{}", hand.pty.text());
        let is_stopped = hand.pty.text().trim_end().ends_with("the shell again");
        hand.pty.press(if is_stopped { "\n" } else { "\x03" });
    }
}

#[track_caller]
fn within<T>(mut is_so: impl FnMut() -> Option<T>, what: impl Fn() -> String) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = is_so() {
            return found;
        }
        assert!(began.elapsed() < FAREWELL, "still there:\n{}", what());
        thread::sleep(Duration::from_millis(3));
    }
}

/// The code of the README with which it ended, or the signal that came before it could take any.
fn ended(status: &ExitStatus, said: &[u8], signal: &str) -> String {
    let has = |text: &[u8]| said.windows(text.len()).any(|part| part == text);
    let text = String::from_utf8_lossy(said);
    assert!(!has(b"has a fault") && !has(b"panicked"), "{text}");
    assert!(!has(scene::HOSTILE.as_bytes()), "text from outside came to the terminal raw");
    let last = text.rsplit_once("ended with ").and_then(|(_, rest)| rest.lines().next());
    if let Some(name) = status.signal() {
        let sent = [("HUP", "Hangup"), ("TERM", "Terminated"), ("KILL", "Killed")];
        let is_sent = name == "Interrupt" || sent.contains(&(signal, name));
        assert!(is_sent, "ended by {name}: {text}");
        return name.to_owned();
    }
    let code = last.map_or(status.exit_code(), |code| code.trim().parse().unwrap());
    // A shell says so of a job that was killed.
    assert!(CODES.contains(&code), "{code}: {text}");
    format!("code {code}")
}

/// The line discipline without the size of the window.
fn line_discipline(pty: &Pty) -> String {
    let modes = pty.modes();
    modes.split_once("columns").unwrap().1.split_once(';').unwrap().1.to_owned()
}

fn untouched() -> &'static str {
    static MODES: OnceLock<String> = OnceLock::new();
    MODES.get_or_init(|| line_discipline(&Pty::start(CommandBuilder::new("true"), WINDOW)))
}

/// The most memory that the program had so far, in bytes, where the system tells.
fn peak(pty: &Pty) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pty.id())).ok()?;
    // Before it is started, the process is the test's own.
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let line = line.filter(|_| status.starts_with("Name:\tgangplank\n"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok()? * 1024)
}

/// A wizard that is pressed so many keys, none of which ends it or writes.
fn peak_after(keys: usize) -> Option<usize> {
    let repo = Repo::demo();
    let mut pty = Pty::start(program(&repo, &[]), WINDOW);
    pty.wait_for("prod-us1");
    let mut pressed = 0;
    for seed in 0.. {
        let mut choices = stream(seed);
        for _ in 0..500 {
            let key = hand::bytes(&mut choices);
            if !["\x03", "\x1a", "\x13", "\x1b[21~", "q", "w"].contains(&&*key) {
                pty.press(&key);
                pressed += 1;
            }
        }
        if pressed >= keys {
            break;
        }
    }
    assert!(pty.is_running(), "{}", pty.text());
    let mut most = None;
    let began = Instant::now();
    while pty.status().is_none() {
        assert!(began.elapsed() < 4 * FAREWELL, "still there:\n{}", pty.text());
        most = peak(&pty).or(most);
        pty.press("\x03");
        thread::sleep(Duration::from_millis(50));
    }
    most
}

#[test]
fn memory_does_not_grow_with_the_keys() {
    let many = if std::env::var_os(RUNS).is_some() { 60_000 } else { 6_000 };
    let (Some(few), Some(many)) = (peak_after(400), peak_after(many)) else {
        eprintln!("skipped: this system does not tell how much memory a program had");
        return;
    };
    assert!(many < few + GROWTH, "{few} bytes, and after many keys {many}");
}
