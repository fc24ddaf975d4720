//! What a random run begins with: a repository, a way to be asked, and what is wrong with the
//! world.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portable_pty::CommandBuilder;

use crate::support::{
    Answer, Choices, DEMO_FOLDER, Files, IDENTITY, Repo, demo_after, demo_flags, kill_on_disk,
    program_after, program_as_job, serve,
};

/// How questions are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The full screen.
    Screen,
    /// The full screen as a job of a shell.
    Job,
    /// In lines, drawn by `inquire`.
    Plain,
    /// In plain lines.
    Lines,
}

/// A run before it begins.
pub(super) struct Scene {
    pub(super) repo: Repo,
    /// The files as they were before anything was done to them.
    pub(super) before: Files,
    pub(super) view: View,
    pub(super) command: CommandBuilder,
    pub(super) size: (u16, u16),
}

/// What every text from outside carries, and no terminal may get.
pub(super) const HOSTILE: &str = "\u{1b}]0;pwned\u{7}";

const GARBAGE: Answer = Answer::Body(500, "\u{1b}]0;pwned\u{7}<<<&\u{9b}31m\0");
const DENIED: Answer = Answer::Body(
    403,
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>\u{1b}]0;pwned\u{7}</Message></Error></ErrorResponse>",
);
const LISTED: Answer = Answer::Body(
    200,
    "<ListRolesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListRolesResult><IsTruncated>false</IsTruncated><Roles><member><Path>/</Path><RoleName>&#x1b;]0;pwned&#x7;</RoleName><Arn>arn:aws:iam::123456789098:role/&#x9b;31m</Arn><RoleId>x</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></Roles></ListRolesResult></ListRolesResponse>",
);

/// What an installed kustomize does.
const PROGRAMS: [&str; 4] = [
    "sleep 30",
    r"printf '\033]0;pwned\007' >&2; printf '\033]0;pwned\007'; exit 1",
    r#"printf 'kind: "\\e]0;pwned\\a"\n'; printf '\033]0;pwned\007'"#,
    r#"case "$1" in version) echo v5.7.1;; *) exec cat "$0";; esac"#,
];

/// A folder of which an installed kustomize is asked.
const OPEN: &str = "\
# \u{1b}]0;pwned\u{7}
namespace: report-portal
resources:
  - ../../defaults
configMapGenerator:
  - name: x
    literals: [a=b]
replacements:
  - source: {kind: ConfigMap, fieldPath: data.a}
    targets:
      - select: {kind: Namespace}
        fieldPaths: [metadata.annotations.x]
        options: {create: true}
";

impl Scene {
    /// The scene that these decisions make.
    pub(super) fn of(choices: &mut Choices) -> Self {
        let (repo, before) = repository(choices);
        let view = choices.pick(&[
            View::Screen,
            View::Screen,
            View::Screen,
            View::Screen,
            View::Plain,
            View::Lines,
            View::Job,
        ]);
        let arguments = arguments(choices, view);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = match view {
            View::Job => program_as_job(&repo),
            _ => program_after(&repo, &limit(choices), &words),
        };
        if view == View::Lines {
            command.env("ACCESSIBLE", "1");
        }
        aws(choices, &mut command);
        if choices.one_in(3) {
            install(choices, &repo, &mut command);
        }
        let size = if choices.one_in(2) { (100, 30) } else { size(choices) };
        Scene { repo, before, view, command, size }
    }
}

/// A size of a window, from one cell on.
pub(super) fn size(choices: &mut Choices) -> (u16, u16) {
    let columns = choices.pick(&[1, 2, 19, 20, 40, 60, 80, 81, 100, 132, 220, 300]);
    (columns, choices.pick(&[1, 2, 4, 5, 8, 10, 16, 24, 30, 50, 100]))
}

fn repository(choices: &mut Choices) -> (Repo, Files) {
    let folder = format!("{DEMO_FOLDER}/kustomization.yaml");
    let skeleton = "# ours\nnamespace: report-portal\nresources:\n  - ../../defaults # shared\n";
    let repo = match choices.below(8) {
        0..4 => Repo::demo(),
        4 => Repo::demo().file(&folder, skeleton),
        5 => Repo::demo().file(&folder, OPEN),
        6 => Repo::demo()
            .file(&folder, skeleton)
            .file(&format!("{DEMO_FOLDER}/cnp.report-portal.yaml"), format!("# {HOSTILE}\na: b\n")),
        _ => {
            let repo = Repo::demo();
            let before = repo.tree();
            kill_on_disk(&repo, &demo_after(), 3 + choices.below(5));
            return (repo, before);
        }
    };
    if choices.one_in(4) {
        repo.git(&["add", "."]).ends(0);
        repo.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]).ends(0);
    }
    let before = repo.tree();
    (repo, before)
}

/// What is asked for, and how much of it is answered already.
fn arguments(choices: &mut Choices, view: View) -> Vec<String> {
    let flags = demo_flags();
    let answered = |count: usize| flags[..count].to_vec();
    let revoked = "revoke --cluster prod-us1 --namespace checkout --policy --role arn:aws:iam::123456789098:role/checkout";
    let mut arguments = match choices.below(12) {
        0..3 => Vec::new(),
        3..8 => answered(flags.len()),
        8 => answered(flags.len() - 2),
        9 => [answered(flags.len()), vec!["--dry-run".to_owned()]].concat(),
        10 => revoked.split(' ').map(str::to_owned).collect(),
        _ => vec!["undo".to_owned()],
    };
    if view == View::Plain {
        arguments.push("--plain".to_owned());
    }
    if choices.one_in(5) {
        arguments.push("--ascii".to_owned());
    }
    arguments
}

/// At times no file may grow beyond a few blocks, which is what a full disk does.
fn limit(choices: &mut Choices) -> String {
    if !choices.one_in(6) {
        return ":".to_owned();
    }
    format!("trap '' XFSZ; ulimit -f {}", choices.below(14))
}

fn aws(choices: &mut Choices, command: &mut CommandBuilder) {
    let (sts, iam) = match choices.below(10) {
        0 => (Answer::Silence, Answer::Silence),
        1 => (IDENTITY, DENIED),
        2 => (IDENTITY, LISTED),
        3 => (GARBAGE, GARBAGE),
        4 => (Answer::HangUp, IDENTITY),
        5 => (IDENTITY, Answer::Silence),
        _ => return,
    };
    command.env("AWS_ENDPOINT_URL", serve(sts, iam));
    command.env("AWS_ACCESS_KEY_ID", "x");
    command.env("AWS_SECRET_ACCESS_KEY", "x");
}

fn install(choices: &mut Choices, repo: &Repo, command: &mut CommandBuilder) {
    let bin = repo.home().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join("kustomize");
    fs::write(&path, format!("#!/bin/sh\n{}\n", choices.pick(&PROGRAMS))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let all = std::env::var_os("PATH").unwrap_or_default();
    let all = [bin].into_iter().chain(std::env::split_paths(&all));
    command.env("PATH", std::env::join_paths(all).unwrap());
}
