//! The wizard in lines: by a script, and in a terminal where each answer waits for its question.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gangplank::prompts::{Asker, Behind, Prompt, Reply, Signs};
use gangplank::system::{MemoryDisk, NoExternalBuild};
use gangplank::wizard::{Effect, Ending, Hands, Leave, Message, Setup, Wizard};
use portable_pty::CommandBuilder;

use super::driver::Doer;
use super::{DEMO_ROLE, Files, Pty, Repo, program};

/// Answers by a script, and keeps what was said. At its end it leaves.
struct Script {
    replies: VecDeque<Reply>,
    said: String,
}

impl Asker for Script {
    fn signs(&self) -> Signs {
        Signs::Words
    }

    fn has_numbers(&self) -> bool {
        true
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.said.push_str(text);
        self.said.push('\n');
        Ok(())
    }

    fn ask(&mut self, prompt: &Prompt, behind: &mut dyn Behind) -> io::Result<Reply> {
        if !behind.goes_on()? {
            return Ok(Reply::Gone);
        }
        let shown = prompt.shown.as_deref().unwrap_or_default();
        let reply = self.replies.pop_front().unwrap_or(Reply::Left);
        self.say(&format!("{} [{shown}] {reply:?}", prompt.title))?;
        Ok(reply)
    }
}

/// Hands that are done at once.
struct AtOnce {
    doer: Doer,
    results: Vec<Message>,
}

impl Hands for AtOnce {
    fn begin(&mut self, effect: Effect) {
        self.results.extend(self.doer.result(effect));
    }

    fn results(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.results)
    }

    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    fn signal(&self) -> Option<u8> {
        None
    }

    fn takes_suspend(&self) -> bool {
        false
    }

    fn has_fault(&self) -> bool {
        false
    }
}

/// What came of a script.
pub(crate) struct Talked {
    /// Everything that was said, with the questions and the replies.
    pub(crate) said: String,
    /// The files afterwards.
    pub(crate) files: Files,
    /// How it ended.
    pub(crate) ending: Ending,
    /// The wizard as it was left.
    pub(crate) wizard: Wizard,
}

/// Walks through the wizard on these files with typed lines.
pub(crate) fn talk(files: &[(&str, &str)], setup: Setup, lines: &[&str]) -> Talked {
    let disk = Arc::new(MemoryDisk::with_files(files.iter().copied()));
    let (mut wizard, first) = Wizard::start(setup);
    let mut hands =
        AtOnce { doer: Doer::new(Arc::new(NoExternalBuild), &disk), results: Vec::new() };
    let replies = lines.iter().map(|line| Reply::Line(format!("{line}\n"))).collect();
    let mut script = Script { replies, said: String::new() };
    let leave = gangplank::prompts::run(&mut script, &mut wizard, first, &mut hands).unwrap();
    let Leave::Ended(ending) = leave else { panic!("{leave:?}") };
    Talked { said: script.said, files: disk.files(), ending, wizard }
}

/// The program in a terminal, asked in lines.
pub(crate) struct Talk {
    pub(crate) pty: Pty,
    /// Up to where its output was waited for.
    at: usize,
}

impl Talk {
    /// Starts it in a window in which everything fits.
    pub(crate) fn start(command: CommandBuilder) -> Self {
        Talk { pty: Pty::start(command, (160, 200)), at: 0 }
    }

    /// Waits until this is written after what was waited for before.
    #[track_caller]
    pub(crate) fn hears(&mut self, text: &str) {
        let began = Instant::now();
        loop {
            let bytes = self.pty.bytes();
            let new = &bytes[self.at..];
            if let Some(at) = new.windows(text.len()).position(|part| part == text.as_bytes()) {
                self.at += at + text.len();
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "never heard {text:?} after: {}",
                String::from_utf8_lossy(new)
            );
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Waits for a question, and types the answer to it.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, line: &str) {
        self.hears(question);
        self.pty.press(&format!("{line}\r"));
    }

    /// Answers everything in plain lines, up to the review.
    #[track_caller]
    pub(crate) fn lines_to_review(&mut self) {
        self.answer("Cluster: ", "prod-us1");
        self.answer("Namespace: ", "report-portal");
        self.answer("Role: ", DEMO_ROLE);
        self.answer("Select: ", "sa=report-portal");
        self.answer("Network [", ">");
        self.answer("Egress: ", "restrict");
        self.answer("Dns [", ">");
        self.hears("What now: ");
    }

    /// Answers everything where `inquire` asks, up to the review.
    #[track_caller]
    pub(crate) fn plain_to_review(&mut self) {
        self.answer("On which cluster?", "prod");
        self.answer("Which namespace on prod-us1?", "report-portal");
        self.answer("Which IAM role may report-portal assume?", DEMO_ROLE);
        self.answer("For which pods of report-portal", "sa=report-portal");
        self.answer("What should they reach in AWS?", ">");
        self.answer("May the policy?", "restrict");
        self.answer("Where do its pods ask for names?", ">");
        self.hears("2 files to write");
    }

    /// From the review on: writes.
    #[track_caller]
    pub(crate) fn write(&mut self) {
        self.pty.press("w\r");
        self.answer("Write 2 files?", "yes");
        self.answer("What next", "");
        assert_eq!(self.pty.ends(), 0, "{}", self.pty.text());
    }
}

/// The program in a repository, with these arguments and variables.
pub(crate) fn talk_on(repo: &Repo, arguments: &[&str], variables: &[(&str, &str)]) -> Talk {
    let mut command = program(repo, arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    Talk::start(command)
}
