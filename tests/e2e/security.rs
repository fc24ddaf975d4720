//! Proves that nothing from outside acts on a terminal, that no path leads out of the repository
//! even while somebody moves it, that no credential is kept or said, and that `--offline` asks
//! nobody.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use gangplank::system::{Disk, RealDisk, RepoPath, WritableDisk};
use portable_pty::CommandBuilder;

use crate::support::{
    Answer, DEMO_FOLDER, DEMO_ROLE, IDENTITY, Outcome, Pty, Repo, demo_flags, outcome, program,
    read_files, serve,
};

/// What a terminal takes for a new title, and three other ways to mislead whoever reads.
const TITLE: &str = "\u{1b}]0;pwned\u{7}";
const RAW: [&str; 4] = ["\u{1b}]0;", "\u{9b}", "\u{202e}", "\u{7}"];

/// The same written so that YAML takes it.
const IN_YAML: &str = r"\e]0;pwned\a\u009b31m\u202e";

const IN_JSON: &str = r"\u001b]0;pwned\u0007\u009b31m\u202e";

const NODE: &str = "arn:aws:iam::123456789098:role/node";

const BILLING: &str = "clusters/prod-us1/namespaces/application/billing";

/// Answers that hold the same.
const DENIED: Answer = Answer::Body(
    403,
    "<ErrorResponse><Error><Code>\u{1b}]0;pwned\u{7}</Code><Message>\u{9b}31m\u{202e}pwned</Message></Error></ErrorResponse>",
);

/// An example in which everybody wrote what they could.
fn hostile() -> Repo {
    let list = format!(r#"["arn:aws:iam::123456789098:role/{IN_YAML}", "*{IN_YAML}"]"#);
    let list = list.replace('"', "\\\"");
    let kustomization = format!(
        "# \u{202e}pwned\nnamespace: billing\nresources:\n  - ../../defaults\n  - \"{IN_YAML}.yaml\"\nunknown-{IN_YAML}: x\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: \"{list}\"\n"
    )
    .replace("unknown-\\e", "\"unknown-\\e")
    .replace("\\u202e: x", "\\u202e\": x");
    let policy = format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: \"{IN_YAML}\"\nspec:\n  endpointSelector: {{matchLabels: {{\"k8s:{IN_YAML}\": \"{IN_YAML}\"}}}}\n  egress: [{{toFQDNs: [{{matchName: \"{IN_YAML}\"}}]}}]\n"
    );
    let repo = Repo::demo()
        .file(&format!("{BILLING}/kustomization.yaml"), kustomization)
        .file(&format!("{BILLING}/cnp.billing.yaml"), policy)
        .file(&format!("{BILLING}/{TITLE}.yaml"), "a: b\n")
        .file(&format!("clusters/prod-us1/namespaces/application/{TITLE}/kustomization.yaml"), "")
        .file("CODEOWNERS", format!("* @{TITLE}\u{9b}31m\u{202e}pwned\n"))
        .file("templates/cnp.yaml.hbs", format!("{{{{{TITLE}}}}}\n"))
        .file("other.yaml", format!("{TITLE}: [\n"));
    commit(&repo);
    repo
}

fn commit(repo: &Repo) {
    repo.git(&["add", "."]).ends(0);
    let who = ["-c", "user.name=a", "-c", "user.email=a@b"];
    repo.git(&[&who[..], &["commit", "--quiet", "-m", TITLE]].concat()).ends(0);
}

/// A program of this name that is the first in the path.
fn install(repo: &Repo, name: &str, script: &str) -> String {
    let bin = repo.home().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let all = std::env::var_os("PATH").unwrap_or_default();
    let all = [bin].into_iter().chain(std::env::split_paths(&all));
    std::env::join_paths(all).unwrap().into_string().unwrap()
}

fn with(mut command: CommandBuilder, variables: &[(&str, &str)]) -> CommandBuilder {
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

/// The variables with which AWS is asked at this address.
fn aws(url: &str) -> [(&str, &str); 3] {
    [("AWS_ENDPOINT_URL", url), ("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")]
}

#[track_caller]
fn is_harmless(said: &[u8], when: &str) {
    let text = String::from_utf8_lossy(said);
    for raw in RAW {
        assert!(!text.contains(raw), "{raw:?} when {when}: {text:?}");
    }
}

/// What a command without questions prints on a terminal.
fn printed(command: CommandBuilder) -> Vec<u8> {
    let mut pty = Pty::start(command, (200, 50));
    pty.ends();
    // What it wrote last has come when this has.
    pty.spoil("that was all");
    pty.wait_until("the end", |screen| screen.contents().contains("that was all"));
    pty.bytes()
}

#[test]
fn no_command_prints_on_a_terminal_what_acts_on_it() {
    let repo = hostile();
    let path = install(&repo, "kustomize", &format!("printf '{TITLE}' | tee /dev/stderr; exit 1"));
    let url = serve(DENIED, DENIED);
    let variables = [&aws(&url)[..], &[("PATH", &path)]].concat();
    let roles = format!(r#"["{IN_JSON}"]"#);
    let trust = repo.home().join("trust.json");
    fs::write(&trust, format!("{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {{\"AWS\": \"{IN_JSON}\"}}, \"Sid\": \"{IN_JSON}\"}}]}}")).unwrap();
    let mut flags = demo_flags();
    flags[3] = "billing".to_owned();
    let onboard: Vec<&str> = flags.iter().map(String::as_str).collect();
    let grant = [&onboard[..6], &["--network", "none"]].concat();
    let commands: [Vec<&str>; 13] = [
        vec!["list"],
        vec!["check"],
        vec!["check", "--color", "always"],
        vec!["check", "other.yaml"],
        vec!["explain", "pod", "prod-us1/billing"],
        vec!["explain", "annotation", "--allowed-roles", &roles, "--role", "app"],
        vec![
            "explain",
            "trust",
            "--policy",
            trust.to_str().unwrap(),
            "--role",
            DEMO_ROLE,
            "--node-role",
            NODE,
        ],
        vec!["handoff", "prod-us1/billing"],
        vec!["handoff", "prod-us1/billing", "--output", "markdown"],
        vec!["doctor"],
        vec!["templates", "lint", "templates/cnp.yaml.hbs"],
        [&["onboard"], &onboard[..], &["--dry-run"]].concat(),
        [&["onboard"], &grant[..], &["--dry-run"]].concat(),
    ];
    let mut silent = Vec::new();
    for arguments in commands {
        let said = printed(with(program(&repo, &arguments), &variables));
        is_harmless(&said, &arguments.join(" "));
        if !String::from_utf8_lossy(&said).contains("pwned") {
            silent.push(format!("{} => {}", arguments.join(" "), String::from_utf8_lossy(&said)));
        }
    }
    assert_eq!(silent, [""; 0], "these said nothing of it");
}

/// What is meant for a file keeps its bytes, or `git apply` would not take it.
#[test]
fn data_is_kept_in_a_pipe_and_harmless_on_a_terminal() {
    let path = format!("{DEMO_FOLDER}/kustomization.yaml");
    let text = "namespace: report-portal\nresources:\n  - ../../defaults # \u{202e}pwned\n";
    let repo = Repo::demo().file(&path, text);
    let flags = demo_flags();
    let mut arguments = vec!["onboard"];
    arguments.extend(flags.iter().map(String::as_str));
    arguments.push("--dry-run");
    let diff = repo.run(&arguments).ends(0).stdout;
    assert!(diff.contains("# \u{202e}pwned"), "{diff}");
    let said = printed(program(&repo, &arguments));
    repo.git_apply(&diff).ends(0);
    is_harmless(&said, "a diff is printed");
    assert!(String::from_utf8_lossy(&said).contains("# \\u{202e}pwned"));
}

/// The wizard on the namespace that everybody wrote into, with every page of it looked at.
#[test]
fn no_screen_and_no_question_shows_what_acts_on_a_terminal() {
    let repo = hostile();
    let path = install(&repo, "kustomize", &format!("printf '{TITLE}' | tee /dev/stderr; exit 1"));
    let url = serve(IDENTITY, DENIED);
    let variables = [&aws(&url)[..], &[("PATH", &path)]].concat();
    let paste = format!("\u{1b}[200~{TITLE}pwned\u{1b}[201~");
    let screen = ["prod\t", "billing", "\x0f", "\x0f", "\t", &paste, "\t", "\x0f", "\x1bOP"];
    // Not in the list of clusters: `inquire` draws what is pasted there.
    let plain = ["prod\r", &paste, "\r", "billing\r", &paste, "\r", "?\r", "<\r"];
    let lines = ["prod-us1\r", &paste, "billing\r", "?\r", "billing\r", "?\r", &paste];
    let views: [(&[&str], &str, &[&str]); 3] =
        [(&[], "0", &screen), (&["--plain"], "0", &plain), (&[], "1", &lines)];
    for (arguments, accessible, keys) in views {
        let mut variables = variables.clone();
        if accessible == "1" {
            variables.push(("ACCESSIBLE", "1"));
        }
        let mut pty = Pty::start(with(program(&repo, arguments), &variables), (120, 40));
        pty.wait_for("prod-us1");
        for key in keys {
            let before = pty.bytes().len();
            pty.press(key);
            // At most this long: not every key has something to say.
            for _ in 0..100 {
                if pty.bytes().len() > before {
                    break;
                }
                thread::sleep(Duration::from_millis(3));
            }
            thread::sleep(Duration::from_millis(30));
        }
        pty.signal("TERM");
        pty.ends();
        is_harmless(&pty.bytes(), &format!("{arguments:?} {accessible}"));
    }
}

/// A folder of the repository that is a link to somewhere else half of the time.
struct Swapped {
    is_over: Arc<AtomicBool>,
    swaps: Arc<AtomicUsize>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Swapped {
    fn begin(folder: PathBuf, to: &Path) -> Self {
        let (aside, link) = (folder.with_extension("aside"), folder.with_extension("link"));
        symlink(to, &link).unwrap();
        let (is_over, swaps) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let (ends, counts) = (Arc::clone(&is_over), Arc::clone(&swaps));
        let thread = thread::spawn(move || {
            while !ends.load(Ordering::SeqCst) {
                fs::rename(&folder, &aside).unwrap();
                // Somebody may have made the folder anew meanwhile: that one stays.
                if fs::rename(&link, &folder).is_ok() {
                    thread::yield_now();
                    fs::rename(&folder, &link).unwrap();
                    if fs::rename(&aside, &folder).is_err() {
                        return;
                    }
                    counts.fetch_add(1, Ordering::SeqCst);
                } else {
                    return;
                }
            }
        });
        Swapped { is_over, swaps, thread: Some(thread) }
    }

    fn end(mut self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap();
        self.swaps.load(Ordering::SeqCst)
    }
}

const SECRET: &[u8] = b"# not in the repository\nnamespace: x\n";

fn outside() -> tempfile::TempDir {
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("inner")).unwrap();
    for name in ["secret", "inner/secret", "inner/theirs", "kustomization.yaml"] {
        fs::write(outside.path().join(name), SECRET).unwrap();
    }
    outside
}

#[test]
fn a_folder_that_turns_into_a_link_is_never_followed_out() {
    let outside = outside();
    let before = read_files(outside.path());
    let repo = Repo::new().file("a/b/inner/mine", "mine");
    let swapped = Swapped::begin(repo.root().join("a/b"), outside.path());
    let disk = RealDisk::open(&repo.root()).unwrap();
    let path = |name: &str| RepoPath::parse(&format!("a/b/{name}")).unwrap();
    let mut done = 0;
    for round in 0.. {
        if round > 2_000 && swapped.swaps.load(Ordering::SeqCst) > 100 {
            break;
        }
        for name in ["secret", "inner/secret"] {
            let read = disk.read(&path(name), 1_000_000);
            assert!(
                read.is_err() || read.is_ok_and(|bytes| bytes != SECRET),
                "read {name} outside"
            );
        }
        let listed = disk.list(&path("inner")).unwrap_or_default();
        assert!(listed.iter().all(|entry| entry.name != "theirs"), "listed outside");
        let (one, other) = (path(&format!("inner/{round}")), path(&format!("inner/{round}.new")));
        done += usize::from(disk.write_new(&one, b"mine", None).is_ok());
        let _ = disk.rename(&one, &other);
        let _ = disk.exchange(&other, &path("secret"));
        let _ = disk.rename_new(&other, &path("inner/secret"));
        for gone in ["secret", "inner/secret", "kustomization.yaml"] {
            let _ = disk.remove_file(&path(gone));
        }
        let _ = disk.create_folder(&path("made"));
        let _ = disk.remove_folder(&path("inner/made"));
    }
    swapped.end();
    assert!(done > 0, "at times it could be written");
    assert!(read_files(outside.path()) == before, "changed outside");
    assert!(!outside.path().join("made").exists());
}

#[test]
fn an_onboarding_beside_somebody_who_moves_folders_writes_nothing_elsewhere() {
    let outside = outside();
    let before = read_files(outside.path());
    let repo = Repo::demo();
    let folder = "clusters/prod-us1/namespaces/application";
    let swapped = Swapped::begin(repo.root().join(folder), outside.path());
    let flags = demo_flags();
    for round in 0..25 {
        let name = format!("team-{round}");
        let mut words: Vec<&str> = flags.iter().map(String::as_str).collect();
        words[3] = &name;
        let outcome = repo.onboard(&words, &["--yes"]);
        let said = outcome.printed();
        assert!([0, 1, 2, 4].contains(&outcome.code), "{}: {said}", outcome.code);
        assert!(!said.contains("not in the repository"), "{said}");
    }
    assert!(swapped.end() > 0);
    assert!(read_files(outside.path()) == before, "changed outside");
}

/// Everything that a run left behind or said, but what the user wrote.
fn kept(repo: &Repo, outcomes: &[Outcome]) -> String {
    let mut all: String = outcomes.iter().map(Outcome::printed).collect();
    for (path, bytes) in read_files(&repo.home()).into_iter().chain(repo.tree()) {
        if !path.ends_with("credentials") {
            all.push_str(&format!("\n{path}\n{}", String::from_utf8_lossy(&bytes)));
        }
    }
    all
}

#[test]
fn no_credential_is_kept_or_said() {
    let repo = Repo::demo();
    repo.git(&["remote", "add", "origin", "https://me:MARK-git@github.com/a/b.git"]).ends(0);
    commit(&repo);
    let folder = repo.home().join(".aws");
    fs::create_dir_all(&folder).unwrap();
    let profile = "[default]\naws_access_key_id = MARK-file-id\naws_secret_access_key = MARK-file\n[other]\naws_access_key_id = MARK-file-id\naws_secret_access_key = MARK-file\n";
    fs::write(folder.join("credentials"), profile).unwrap();
    let garbage = Answer::Body(500, "<<<");
    let flags = demo_flags();
    let grant: Vec<&str> = flags.iter().map(String::as_str).collect();
    let onboard = [&["onboard"], &grant[..]].concat();
    let dry = [&onboard[..], &["--dry-run", "--output", "json"]].concat();
    let required = [&onboard[..], &["--dry-run", "--verify", "require"]].concat();
    let yes = [&onboard[..], &["--yes", "--output", "json"]].concat();
    let place = "prod-us1/report-portal";
    let commands: [&[&str]; 9] = [
        &dry,
        &required,
        &yes,
        &["check", "--output", "json"],
        &["list", "--output", "json"],
        &["handoff", place, "--output", "json"],
        &["handoff", place],
        &["doctor", "--output", "json"],
        &["undo", "--yes", "--output", "json"],
    ];
    for iam in [DENIED, garbage, Answer::HangUp] {
        let url = serve(if matches!(iam, Answer::HangUp) { garbage } else { IDENTITY }, iam);
        for variables in [
            &[("AWS_ENDPOINT_URL", &*url)][..],
            &[
                ("AWS_ENDPOINT_URL", &url),
                ("AWS_ACCESS_KEY_ID", "MARK-id"),
                ("AWS_SECRET_ACCESS_KEY", "MARK-secret"),
                ("AWS_SESSION_TOKEN", "MARK-token"),
            ],
        ] {
            let run = |arguments: &&[&str]| {
                let mut command = repo.program();
                outcome(command.args(*arguments).envs(variables.iter().copied()))
            };
            let outcomes: Vec<Outcome> = commands.iter().map(run).collect();
            let all = kept(&repo, &outcomes);
            assert!(!all.contains("MARK-"), "{}", around(&all));
        }
    }
    let mut pty =
        Pty::start(with(program(&repo, &grant), &[("AWS_SESSION_TOKEN", "MARK-x")]), (120, 40));
    pty.wait_for("^S write");
    pty.press_for("\x13", "Write these 2 files?");
    pty.press_for("\r", "commit and open a pull request");
    pty.signal("TERM");
    pty.ends();
    let all = format!("{}{}", kept(&repo, &[]), String::from_utf8_lossy(&pty.bytes()));
    assert!(all.contains("gangplank.journal/1"), "something was kept");
    assert!(!all.contains("MARK-"), "{}", around(&all));
}

fn around(all: &str) -> &str {
    let at = all.find("MARK-").unwrap_or_default();
    let from = all[..at].rfind('\n').unwrap_or_default();
    &all[from..all[at..].find('\n').map_or(all.len(), |end| at + end)]
}

/// Takes connections and counts them.
fn counted() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::<AtomicUsize>::default();
    let counts = Arc::clone(&count);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counts.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 403 X\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (url, count)
}

/// What AWS could be asked for, with every door to the network ajar.
const ASKING: [&[&str]; 4] =
    [&["onboard", "--dry-run"], &["doctor"], &["handoff", "prod-us1/checkout"], &["check"]];

fn variables(url: &str) -> Vec<(&str, &str)> {
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "AWS_EC2_METADATA_SERVICE_ENDPOINT"];
    let mut all = Vec::from(aws(url));
    all.extend(names.map(|name| (name, url)));
    all.push(("AWS_EC2_METADATA_DISABLED", "false"));
    all
}

fn arguments(asking: &[&str], flags: &[String]) -> Vec<String> {
    let mut all: Vec<String> = asking.iter().map(|word| (*word).to_owned()).collect();
    if asking[0] == "onboard" {
        all.extend_from_slice(flags);
    }
    all
}

#[test]
fn offline_asks_nobody() {
    let repo = Repo::demo();
    let flags = demo_flags();
    let (url, count) = counted();
    for asking in ASKING {
        let mut command = repo.program();
        command.args(arguments(asking, &flags)).arg("--offline").envs(variables(&url));
        outcome(&mut command);
        assert_eq!(count.load(Ordering::SeqCst), 0, "{asking:?}");
    }
    let onboard = arguments(ASKING[0], &flags);
    outcome(repo.program().args(onboard).envs(variables(&url)));
    assert!(count.load(Ordering::SeqCst) > 0, "without --offline it does ask");
}

/// The same as the system sees it, where something tells: not one socket.
#[test]
fn offline_opens_no_socket() {
    let all = std::env::var_os("PATH").unwrap_or_default();
    let strace = std::env::split_paths(&all).map(|folder| folder.join("strace"));
    let strace = strace.into_iter().find(|path| path.is_file()).unwrap_or_default();
    let traced = |trace: &Path, program: &str| {
        let mut command = Command::new(&strace);
        command.args(["-f", "-qq", "-e", "trace=network", "-o"]).arg(trace).arg(program);
        command
    };
    let repo = Repo::demo();
    let trace = repo.home().join("trace");
    if !traced(&trace, "true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no strace here, or none that may look");
        return;
    }
    let flags = demo_flags();
    let (url, _) = counted();
    let sockets = |asking: &[&str], more: &[&str]| {
        let mut command = traced(&trace, env!("CARGO_BIN_EXE_gangplank"));
        // Without a kubectl, which may ask its cluster.
        command.current_dir(repo.root()).env("HOME", repo.home()).env("PATH", repo.home());
        command.args(arguments(asking, &flags)).args(more).envs(variables(&url));
        outcome(&mut command);
        let said = fs::read_to_string(&trace).unwrap();
        let calls = said.lines().filter(|line| line.contains("AF_INET"));
        calls.map(str::to_owned).collect::<Vec<_>>()
    };
    for asking in ASKING {
        assert_eq!(sockets(asking, &["--offline"]), [""; 0], "{asking:?}");
    }
    assert!(!sockets(ASKING[0], &[]).is_empty(), "without --offline there is one");
}
