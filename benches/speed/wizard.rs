//! The wizard on the large repository: when it is there, when it knows its names, and how soon a
//! key is on the screen.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::aws;
use super::repository::{NAMESPACES, Place, Repository};
use super::table::{Table, Value, median};
use super::terminal::Terminal;

/// Starts of the program.
const STARTS: usize = 11;

/// How often a text is typed.
const TEXTS: usize = 6;

/// Keys that `cat` gets for comparison, all on one line of the screen.
const KEYS_OF_CAT: usize = 100;

/// Between two keys of somebody who types fast.
const PAUSE: Duration = Duration::from_millis(40);

pub(crate) fn measure(repository: &Repository, place: Place, table: &mut Table) {
    starting(repository, table);
    listing(repository, place, table);
    typing(repository, place, table);
    choosing(repository, place, table);
    waiting(repository, place, table);
}

fn starting(repository: &Repository, table: &mut Table) {
    let first_frame = || Terminal::gangplank(repository, &[]).until_shows("Review");
    let mut times: Vec<Duration> = (0..STARTS).map(|_| first_frame()).collect();
    let own = Value::Time(median(&mut times));
    table.goal("start to first frame", own, Value::millis(10));
    let echo = || Terminal::start(repository, "/bin/echo", &["Review"]).until_shows("Review");
    let mut times: Vec<Duration> = (0..STARTS).map(|_| echo()).collect();
    table.peer("/bin/echo in the same terminal", Value::Time(median(&mut times)), own);
}

fn listing(repository: &Repository, place: Place, table: &mut Table) {
    let (mut listed, mut stated, mut memory) = (Vec::new(), Vec::new(), None);
    for _ in 0..STARTS {
        let mut terminal =
            Terminal::gangplank(repository, &["onboard", "--cluster", place.cluster]);
        listed.push(terminal.until("the names", |screen| rows_below(screen) > NAMESPACES / 2));
        stated.push(terminal.until("the states", |screen| screen.contains("1 role")));
        memory = memory.max(terminal.peak_memory());
    }
    table.goal("start to all names listed", Value::Time(median(&mut listed)), Value::millis(50));
    let stated = Value::Time(median(&mut stated));
    table.goal("start to the states of the rows in sight", stated, Value::millis(50));
    match memory {
        Some(memory) => {
            table.goal("wizard, peak memory", Value::Bytes(memory), Value::megabytes(20))
        }
        None => table.remark("wizard, peak memory: this system does not tell"),
    }
}

/// How many suggestions there are below those in sight: `… 9991 more`.
fn rows_below(screen: &str) -> usize {
    let before = screen.lines().filter_map(|line| line.split_once(" more"));
    let counts = before.filter_map(|(before, _)| before.split(' ').next_back()?.parse().ok());
    counts.max().unwrap_or(0)
}

fn typing(repository: &Repository, place: Place, table: &mut Table) {
    let mut terminal = Terminal::gangplank(repository, &["onboard", "--cluster", place.cluster]);
    terminal.until("the names", |screen| rows_below(screen) > NAMESPACES / 2);
    let mut times = type_again_and_again(&mut terminal, "team-04711");
    report(&mut times, "namespace", table);
    terminal.press("new-team", "┃ new-team");
    terminal.press("\t", "Which IAM role may new-team assume?");
    let mut times = type_again_and_again(&mut terminal, &format!("{}new-team", place.role));
    report(&mut times, "role", table);
    echo_of_cat(repository, times.iter().copied().max().unwrap_or_default(), table);
}

/// Choosing among many roles that IAM lists.
fn choosing(repository: &Repository, place: Place, table: &mut Table) {
    let arguments = ["onboard", "--cluster", place.cluster, "--namespace", "new-team"];
    let account = place.role.split(':').nth(4).unwrap_or_default();
    let mut terminal = Terminal::gangplank_with_aws(repository, &arguments, &aws::start(account));
    terminal.until_shows(&format!("{} roles in IAM", aws::ROLES));
    let mut times = type_again_and_again(&mut terminal, "app-04711");
    report(&mut times, &format!("{} roles", aws::ROLES), table);
}

/// Keys and the end while AWS does not answer.
fn waiting(repository: &Repository, place: Place, table: &mut Table) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Taken and never answered.
    thread::spawn(move || listener.incoming().flatten().collect::<Vec<_>>());
    let arguments = ["onboard", "--cluster", place.cluster, "--namespace", "new-team"];
    let (mut frames, mut ends) = (Vec::new(), Vec::new());
    for _ in 0..TEXTS {
        let mut terminal = Terminal::gangplank_with_aws(repository, &arguments, &url);
        terminal.until_shows("reading the roles of IAM");
        let mut typed = format!("{}n", place.role);
        terminal.press(&typed, "asking IAM");
        // As many as the field shows.
        for _ in 0..8 {
            terminal.rest(PAUSE);
            typed.push('x');
            frames.push(terminal.press("x", &format!("┃ {typed}")));
        }
        ends.push(terminal.leave());
    }
    let longest = frames.iter().copied().max().unwrap_or_default();
    table.goal(
        "key to frame while a call is open, longest",
        Value::Time(longest),
        Value::millis(16),
    );
    let end = Value::Time(median(&mut ends));
    table.goal("leaving while a call is open", end, Value::millis(100));
}

/// The longest that `cat` takes for a key: what the machine itself adds when it is busy.
fn echo_of_cat(repository: &Repository, own: Duration, table: &mut Table) {
    let script = "stty raw -echo; echo ready; exec cat";
    let mut terminal = Terminal::start(repository, "/bin/sh", &["-c", script]);
    terminal.until_shows("ready");
    let mut longest = Duration::ZERO;
    for count in 1..=KEYS_OF_CAT {
        terminal.rest(PAUSE);
        longest = longest.max(terminal.press("x", &"x".repeat(count)));
    }
    table.peer("cat in the same terminal, longest", Value::Time(longest), Value::Time(own));
}

/// Types a text, takes it back, and so on; how long each key took to be on the screen.
fn type_again_and_again(terminal: &mut Terminal, text: &str) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..TEXTS {
        for end in 1..=text.len() {
            terminal.rest(PAUSE);
            times.push(terminal.press(&text[end - 1..end], &format!("┃ {}", &text[..end])));
        }
        terminal.rest(PAUSE);
        let gone = format!("┃ {text}");
        terminal.clear_field(&gone);
    }
    times
}

fn report(times: &mut [Duration], step: &str, table: &mut Table) {
    let middle = Value::Time(median(times));
    let longest = Value::Time(times.iter().copied().max().unwrap_or_default());
    table.goal(&format!("key to frame, {step} step, median"), middle, Value::millis(5));
    table.goal(&format!("key to frame, {step} step, longest"), longest, Value::millis(16));
}
