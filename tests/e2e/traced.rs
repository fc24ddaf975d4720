//! Holds what the README says that each command runs, writes and sends against what the system sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Answer, IDENTITY, Repo, demo_flags, outcome, serve};

/// A role that a namespace of the example may assume.
const BILLING: &str = "arn:aws:iam::123456789098:role/finance/billing";

/// What one run did.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
struct Deeds {
    runs: BTreeSet<String>,
    writes: BTreeSet<&'static str>,
    sends: bool,
}

fn strace() -> Option<PathBuf> {
    let all = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&all).map(|folder| folder.join("strace"));
    let strace = found.into_iter().find(|path| path.is_file())?;
    let works = Command::new(&strace).args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    works.is_ok_and(|output| output.status.success()).then_some(strace)
}

const CALLS: &str = "trace=execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,connect";

/// The paths that a line of the trace names, seen from the folders that it names.
fn paths(line: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut folder = "";
    let mut rest = line;
    while let Some(at) = rest.find(['<', '"']) {
        let end = if rest[at..].starts_with('<') { '>' } else { '"' };
        let inner = &rest[at + 1..];
        let Some(length) = inner.find(end) else { break };
        match end {
            '>' => folder = &inner[..length],
            _ => paths.push(Path::new(folder).join(&inner[..length])),
        }
        rest = &inner[length + 1..];
    }
    paths
}

fn is_write(line: &str) -> bool {
    let call = line.split('(').next().unwrap_or_default();
    let call = call.rsplit(' ').next().unwrap_or_default();
    match call {
        "open" | "openat" => {
            ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag))
        }
        "execve" | "connect" => false,
        _ => true,
    }
}

impl Deeds {
    fn of(trace: &str, repo: &Repo) -> Self {
        let mut deeds = Deeds::default();
        let done = trace.lines().filter(|line| !line.contains(" = -1 "));
        for line in done {
            if line.contains("execve(") {
                let program = paths(line).remove(0);
                let name = program.file_name().unwrap().to_str().unwrap().to_owned();
                // git's own children are git.
                if name != "gangplank" {
                    deeds.runs.insert(name.split('-').next().unwrap().to_owned());
                }
            } else if line.contains("connect(") {
                deeds.sends |= line.contains("AF_INET");
            } else if is_write(line) {
                deeds.writes.extend(paths(line).iter().filter_map(|path| place(path, repo)));
            }
        }
        // A connection that has to be waited for has not failed.
        let waits = |line: &str| line.contains("AF_INET") && line.contains("EINPROGRESS");
        deeds.sends |= trace.lines().any(waits);
        deeds
    }
}

/// Where a path is, in the words of the README; none for devices.
fn place(path: &Path, repo: &Repo) -> Option<&'static str> {
    let top = repo.top();
    let places = [
        (top.join(".git"), "`.git`"),
        (top, "repository"),
        (repo.home().join("state"), "state"),
        (repo.home().join(".cache"), "cache"),
        (PathBuf::from("/dev"), ""),
        (PathBuf::from("/proc"), ""),
    ];
    let shared = Path::new("/dev/shm");
    let found = places.iter().find(|(folder, _)| {
        path.starts_with(folder) && (!path.starts_with(shared) || folder.starts_with(shared))
    });
    let (_, word) = found.unwrap_or_else(|| panic!("{} is written", path.display()));
    Some(*word).filter(|word| !word.is_empty())
}

/// The rows of the README's table: what a command runs, writes and sends at most.
fn table() -> BTreeMap<String, [BTreeSet<String>; 3]> {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, rest) = readme.split_once("| command | runs | writes | sends |").unwrap();
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| -> Vec<String> {
        row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let words = |cell: &str| {
        let words = cell.split(", ").map(|word| word.split(" (").next().unwrap().to_owned());
        words.filter(|word| word != "–").collect()
    };
    let all = rows.map(cells).flat_map(|row| {
        let sets = [words(&row[1]), words(&row[2]), words(&row[3])];
        let names = row[0].split(", ").map(|name| name.trim_matches('`').to_owned());
        names.map(move |name| (name, sets.clone())).collect::<Vec<_>>()
    });
    all.collect()
}

/// A call of the program, and more of what it needs.
fn calls(flags: &[String]) -> Vec<Vec<&str>> {
    let flags = || flags.iter().map(String::as_str);
    let onboard = |more: &[&'static str]| -> Vec<&str> {
        ["onboard"].into_iter().chain(flags()).chain(more.iter().copied()).collect()
    };
    vec![
        onboard(&["--dry-run"]),
        onboard(&["--dry-run", "--offline"]),
        onboard(&["--dry-run", "--git-branch", "x"]),
        onboard(&["--yes", "--git-branch", "x"]),
        vec!["check"],
        vec!["check", "--output", "sarif"],
        vec!["check", "--changed-since", "HEAD"],
        vec!["check", "--trust", "HEAD"],
        vec!["check", "--fix", "--yes"],
        vec!["list"],
        vec!["explain", "pod", "prod-us1/billing", "--role", BILLING],
        vec!["explain", "annotation", "--allowed-roles", "[]", "--role", "x"],
        vec!["handoff", "prod-us1/billing"],
        vec!["handoff", "prod-us1/billing", "--offline"],
        vec![
            "revoke",
            "--cluster",
            "prod-us1",
            "--namespace",
            "billing",
            "--role",
            BILLING,
            "--yes",
            "--git-branch",
            "y",
        ],
        vec!["templates", "lint"],
        vec!["templates", "export", "--yes"],
        vec!["undo", "--yes"],
        vec!["doctor"],
        vec!["recover"],
        vec!["completions", "bash"],
        vec!["man"],
    ]
}

#[test]
fn each_command_does_what_the_readme_says_and_no_more() {
    let Some(strace) = strace() else {
        eprintln!("skipped: no strace here, or none that may look");
        return;
    };
    // Something that `--fix` mends.
    let list = r#"'["arn:aws:iam::123456789098:role/x ", "arn:aws:iam::123456789098:role/y"]'"#;
    let text = format!(
        "namespace: mended\nresources:\n  - ../../defaults\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: {list}\n"
    );
    let folder = "clusters/prod-us1/namespaces/application/mended";
    let repo = Repo::demo().file(&format!("{folder}/kustomization.yaml"), text);
    repo.git(&["add", "-A"]).ends(0);
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    repo.git(&[&identity[..], &["commit", "-qm", "all"]].concat()).ends(0);
    let trace = repo.home().join("trace");
    let url = serve(IDENTITY, Answer::Body(403, "<ErrorResponse/>"));
    let table = table();
    let mut seen: BTreeMap<String, [BTreeSet<String>; 3]> = BTreeMap::new();
    for call in calls(&demo_flags()) {
        let mut command = Command::new(&strace);
        command.args(["-f", "-qq", "-y", "-s", "4096", "-e", CALLS, "-o"]).arg(&trace);
        command.arg(env!("CARGO_BIN_EXE_gangplank")).args(&call).current_dir(repo.root());
        command
            .env_clear()
            .env("HOME", repo.home())
            .env("XDG_STATE_HOME", repo.home().join("state"));
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
        command.env("AWS_ENDPOINT_URL", &url).env("AWS_REGION", "us-east-1");
        command.env("GIT_AUTHOR_NAME", "a").env("GIT_AUTHOR_EMAIL", "a@example.com");
        command.env("GIT_COMMITTER_NAME", "a").env("GIT_COMMITTER_EMAIL", "a@example.com");
        command.stdin(std::process::Stdio::null());
        let ended = outcome(&mut command);
        let deeds = Deeds::of(&fs::read_to_string(&trace).unwrap(), &repo);
        let name = match (call[0], call[1..].first()) {
            (first @ ("explain" | "templates"), Some(second)) => format!("{first} {second}"),
            (first, _) => first.to_owned(),
        };
        let row = table.get(&name).unwrap_or_else(|| panic!("no row for {name}"));
        let sends: BTreeSet<String> = deeds.sends.then(|| "AWS".to_owned()).into_iter().collect();
        let writes = deeds.writes.iter().map(|word| (*word).to_owned()).collect();
        let all = [deeds.runs, writes, sends];
        for (column, (done, said)) in all.iter().zip(row).enumerate() {
            assert!(
                done.is_subset(said),
                "{call:?} column {column}: {done:?}, {said:?}\n{ended:?}"
            );
        }
        let known = seen.entry(name).or_default();
        known.iter_mut().zip(all).for_each(|(known, new)| known.extend(new));
        if call.contains(&"--offline") {
            assert!(!deeds.sends, "{call:?}");
        }
    }
    // The table says no more than was seen, but for programs that not everybody has, and their copies.
    for (name, sets) in &seen {
        let said = &table[name];
        let only_there =
            |word: &&String| !["kustomize", "kubectl", "cache"].contains(&word.as_str());
        // Nothing was interrupted here; what it writes then is proved where something was.
        if name == "recover" {
            continue;
        }
        for (seen, said) in sets.iter().zip(said) {
            let said: BTreeSet<&String> = said.iter().filter(only_there).collect();
            let seen: BTreeSet<&String> = seen.iter().filter(only_there).collect();
            assert_eq!(seen, said, "{name}");
        }
    }
}
