//! A hand on the keyboard: some of the time it wants to get somewhere, most of the time it does
//! not. And what others do at the same time.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use gangplank::wizard::{BINDINGS, Key};

use super::scene::{HOSTILE, Scene, View, size};
use crate::support::{Choices, DEMO_ROLE, Files, Pty, Repo};

/// Who pressed what so far.
pub(super) struct Hand<'a> {
    pub(super) pty: Pty,
    pub(super) scene: &'a Scene,
    /// Whether it wants to get somewhere.
    pub(super) is_diligent: bool,
    /// What others wrote, all versions of it.
    pub(super) meddled: Vec<Files>,
    /// The last signal that was sent to end the run.
    pub(super) signal: Option<&'static str>,
}

/// What is asked on the screen and the keys that answer it, windows first.
const ON_SCREEN: [(&str, &str); 11] = [
    ("Write these", "\r"),
    ("write the rest", "\r"),
    ("^S write", "\x13"),
    ("^S end the dry run", "\x13"),
    ("On which cluster?", "\x15\x0bprod\t"),
    ("Which namespace on", "\x15\x0breport-portal\t"),
    ("Which IAM role", "\x15\x0b{role}\t"),
    ("For which pods of", "\x15\x0bsa=report-portal\t"),
    ("May the policy?", "\x1b[B\t"),
    ("[y/N]", "y\r"),
    ("(y/N)", "y\r"),
];

/// The same in lines: of several the last one is asked.
const IN_LINES: [(&str, &str); 15] = [
    ("On which cluster?", "prod\r"),
    ("Which namespace on", "report-portal\r"),
    ("Which IAM role", "{role}\r"),
    ("For which pods of", "sa=report-portal\r"),
    ("May the policy?", "restrict\r"),
    ("Cluster: ", "prod-us1\r"),
    ("Namespace: ", "report-portal\r"),
    ("Role: ", "{role}\r"),
    ("Select: ", "sa=report-portal\r"),
    ("Egress: ", "restrict\r"),
    ("What now: ", "w\r"),
    ("files to write", "w\r"),
    ("Write 2 files?", "yes\r"),
    ("[y/N]", "y\r"),
    ("(y/N)", "y\r"),
];

fn on_screen(text: &str) -> &'static str {
    ON_SCREEN.iter().find(|(asked, _)| text.contains(asked)).map_or("\t", |(_, keys)| keys)
}

fn in_lines(said: &[u8]) -> &'static str {
    let said = String::from_utf8_lossy(said);
    let asked = IN_LINES.iter().filter_map(|(asked, keys)| Some((said.rfind(asked)?, *keys)));
    asked.max_by_key(|(at, _)| *at).map_or("\r", |(_, keys)| keys)
}

const TEXTS: [&str; 12] = [
    "report-portal",
    "arn:aws:iam::123456789098:role/",
    "*",
    "sa=a,b",
    "label=app=x",
    "all",
    "\u{202e}evil",
    "名前é🦀",
    "kube-system",
    "prod dev",
    "\"'{}[]:#&|>",
    "q?nhijk",
];

/// Bytes that no keyboard sends, or none in this order.
const NOISE: [&str; 10] = [
    "\x1b[",
    "\x1b[<0;1;1M",
    "\x1b[999;999R",
    "\x1b[200~",
    "\x1b[201~",
    "\x1bO",
    "\x1b\x1b\x1b",
    "\x1b[1;5C",
    "\u{fffd}\u{0}",
    "\x1b]11;rgb:00/00/00\x07",
];

impl Hand<'_> {
    /// Does something; says whether the run goes on.
    pub(super) fn act(&mut self, choices: &mut Choices) -> bool {
        if self.is_diligent && !choices.one_in(4) {
            self.go_on();
            return self.pty.is_running();
        }
        match choices.below(64) {
            0..20 => self.press(&bytes(choices)),
            20..36 => self.go_on(),
            36..40 => self.press(choices.pick(&TEXTS)),
            40..44 => self.paste(choices),
            44..48 => self.pty_resize(choices),
            48..51 => self.write(choices),
            51..53 => self.stop_and_go_on(choices),
            53..56 => self.meddle(choices),
            56..58 => self.press(choices.pick(&NOISE)),
            58..63 => thread::sleep(Duration::from_millis(5 * choices.below(12) as u64)),
            _ if choices.one_in(2) => self.end(choices),
            _ => {}
        }
        if choices.one_in(2) {
            thread::sleep(Duration::from_millis(4 * choices.below(8) as u64));
        }
        self.signal.is_none() && self.pty.is_running()
    }

    /// Keys, but those that mean something to the terminal itself where it isn't raw.
    fn press(&mut self, keys: &str) {
        let is_left_out = |c: char| match c {
            '\x1c' => true,
            '\x1a' => self.scene.view == View::Lines,
            // The shell would be the one that ends.
            '\x03' => self.scene.view == View::Job,
            _ => false,
        };
        // Once the terminal is given back, Ctrl-S means it: nothing is printed any more.
        let keys = keys.replace('\x13', "\x1b[21~");
        let keys: String = keys.chars().filter(|c| !is_left_out(*c)).collect();
        self.pty.press(&keys);
    }

    /// Answers the question that is asked.
    fn go_on(&mut self) {
        let is_screen = matches!(self.scene.view, View::Screen | View::Job);
        let keys =
            if is_screen { on_screen(&self.pty.text()) } else { in_lines(&self.pty.bytes()) };
        self.press(&keys.replace("{role}", DEMO_ROLE));
        thread::sleep(Duration::from_millis(25));
    }

    fn paste(&mut self, choices: &mut Choices) {
        let is_harmful = choices.one_in(2) && self.takes_anything();
        let text = match choices.below(4) {
            0..2 if !is_harmful => "report-portal\t\n".to_owned(),
            0 => format!("report-portal{HOSTILE}\nsecond\r\nthird"),
            1 => format!("{HOSTILE}\x1b[201~\x1b[31m\u{9b}2J"),
            2 => "x".repeat(1500),
            _ => format!("{DEMO_ROLE}\n{DEMO_ROLE}-b\n"),
        };
        let text = if choices.one_in(2) { text } else { format!("\x1b[200~{text}\x1b[201~") };
        self.press(&text);
    }

    /// Whether a question takes any paste. `inquire` draws what is pasted into a list or a yes or no
    /// as it is.
    fn takes_anything(&self) -> bool {
        let is_text =
            || ["prod\r", "report-portal\r", "{role}\r"].contains(&in_lines(&self.pty.bytes()));
        self.scene.view != View::Plain || is_text()
    }

    fn pty_resize(&mut self, choices: &mut Choices) {
        let to = if choices.one_in(2) { self.scene.size } else { size(choices) };
        self.pty.set_size(to);
    }

    /// Asks for the writing, and does something at the same moment.
    fn write(&mut self, choices: &mut Choices) {
        let is_screen = matches!(self.scene.view, View::Screen | View::Job);
        self.press(if is_screen { "\x13" } else { "w\r" });
        thread::sleep(Duration::from_millis(2 * choices.below(20) as u64));
        self.press(if is_screen { "\r" } else { "yes\r" });
        match choices.below(6) {
            0 => self.meddle(choices),
            1 => self.end(choices),
            2 => self.kill(choices),
            _ => {}
        }
    }

    /// Stopped from outside, and continued. Where nobody could say `fg`, a polite stop is none.
    fn stop_and_go_on(&mut self, choices: &mut Choices) {
        if self.scene.view == View::Job {
            self.press("\x1a");
            return;
        }
        self.pty.signal(choices.pick(&["STOP", "TSTP"]));
        self.pty.press(choices.pick(&["", "\r", "j", "\x1b[B\r"]));
        thread::sleep(Duration::from_millis(3 * choices.below(10) as u64));
        self.pty.signal("CONT");
    }

    /// Somebody else saves a file.
    fn meddle(&mut self, choices: &mut Choices) {
        let repo = &self.scene.repo;
        let files = repo.tree();
        let names: Vec<&String> =
            files.keys().filter(|name| name.ends_with(".yaml")).rev().collect();
        // Where the wizard writes, more often than elsewhere.
        let is_there = |name: &&&String| name.contains("report-portal");
        let name = match names.iter().find(is_there) {
            Some(name) if choices.one_in(2) => name,
            _ => names[choices.below(names.len())],
        };
        let mut bytes = files[name].clone();
        bytes.extend_from_slice(b"# somebody else's\n");
        save(repo, name, &bytes);
        self.meddled.push(Files::from([(name.clone(), bytes)]));
    }

    fn end(&mut self, choices: &mut Choices) {
        self.signal = Some(choices.pick(&["TERM", "HUP", "INT"]));
        self.send();
    }

    fn kill(&mut self, choices: &mut Choices) {
        if self.scene.view != View::Job {
            thread::sleep(Duration::from_millis(choices.below(6) as u64));
            self.signal = Some("KILL");
            self.send();
        }
    }

    /// Sends the signal to the program, which a shell may have started.
    pub(super) fn send(&self) {
        let Some(signal) = self.signal else { return };
        let id = match self.scene.view {
            View::Job => job(&self.scene.repo).unwrap_or_default(),
            _ => self.pty.id().to_string(),
        };
        if !id.is_empty() {
            let _ = Command::new("kill").args(["-s", signal, &id]).output().unwrap();
        }
    }
}

/// The id of the program, once the shell has started it.
pub(super) fn job(repo: &Repo) -> Option<String> {
    let id = fs::read_to_string(repo.home().join("id")).ok()?;
    (!id.trim().is_empty()).then(|| id.trim().to_owned())
}

/// Saves as editors do: beside, and renamed.
fn save(repo: &Repo, name: &str, bytes: &[u8]) {
    let beside = repo.home().join("saved");
    fs::write(&beside, bytes).unwrap();
    // Its folder may have gone meanwhile.
    let _ = fs::rename(beside, repo.root().join(name));
}

/// A key of the table, as a terminal sends it.
pub(super) fn bytes(choices: &mut Choices) -> String {
    let binding = BINDINGS[choices.below(BINDINGS.len())];
    match choices.pick(binding.keys) {
        // A name that is typed after it, lest it is taken for a path.
        Key::Char('/') => "/nowhere/port\r".to_owned(),
        Key::Char(c) => c.to_string(),
        Key::Ctrl(c) => char::from(c as u8 & 0x1f).to_string(),
        Key::Alt(c) => format!("\x1b{c}"),
        Key::Named(name) => named(name).to_owned(),
    }
}

fn named(name: &str) -> &'static str {
    match name {
        "Enter" => "\r",
        "Esc" => "\x1b",
        "Tab" => "\t",
        "BackTab" => "\x1b[Z",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "Home" => "\x1b[H",
        "End" => "\x1b[F",
        "PageUp" => "\x1b[5~",
        "PageDown" => "\x1b[6~",
        "Delete" => "\x1b[3~",
        "Backspace" => "\x7f",
        "F1" => "\x1bOP",
        "F10" => "\x1b[21~",
        "Alt-Left" => "\x1b[1;3D",
        "Alt-Backspace" => "\x1b\x7f",
        other => panic!("what does a terminal send for {other}?"),
    }
}
