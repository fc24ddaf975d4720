//! Proves that answers mean the same wherever they come from, that the stronger source wins, and
//! that the plan says where each one came from.

use crate::support::{ALL, Files, GRANT, KUSTOMIZATION, ROLE, Repo, outcome};

/// The same onboarding in each of the ways that answers can be given.
const FILE: &str = "\
cluster: c
namespace: report-portal
role: [arn:aws:iam::123456789098:role/report-portal, arn:aws:iam::123456789098:role/second]
select: [sa=default, label=app=on]
egress: add-only
cilium_version: \"1.17\"
network: regional
region: [us-east-1, eu-west-1]
dns: 169.254.20.10/32
no_metadata_rule: true
style: strategic-merge
policy_name: aws
";

const FLAGS: [&str; 27] = [
    "--cluster=c",
    "--namespace=report-portal",
    "--role",
    ROLE,
    "--role",
    "arn:aws:iam::123456789098:role/second",
    "--select",
    "sa=default",
    "--select",
    "label=app=on",
    "--egress",
    "add-only",
    "--cilium-version",
    "1.17",
    "--network",
    "regional",
    "--region",
    "us-east-1",
    "--region",
    "eu-west-1",
    "--dns",
    "169.254.20.10/32",
    "--no-metadata-rule",
    "--style",
    "strategic-merge",
    "--policy-name",
    "aws",
];

const VARIABLES: [(&str, &str); 12] = [
    ("CLUSTER", "c"),
    ("NAMESPACE", "report-portal"),
    (
        "ROLE",
        "arn:aws:iam::123456789098:role/report-portal\narn:aws:iam::123456789098:role/second\n",
    ),
    ("SELECT", "sa=default\nlabel=app=on"),
    ("EGRESS", "add-only"),
    ("CILIUM_VERSION", "1.17"),
    ("NETWORK", "regional"),
    ("REGION", "us-east-1\neu-west-1"),
    ("DNS", "169.254.20.10/32"),
    ("NO_METADATA_RULE", "1"),
    ("STYLE", "strategic-merge"),
    ("POLICY_NAME", "aws"),
];

fn by_flags() -> Files {
    let repo = Repo::guide();
    repo.onboard(&FLAGS, &["--yes"]).ends(0);
    repo.tree()
}

#[test]
fn flags_variables_and_files_write_the_same_bytes() {
    let expected = by_flags();
    assert_eq!(expected.len(), Repo::guide().tree().len() + 2);

    let repo = Repo::guide();
    let mut command = repo.program();
    for (name, value) in VARIABLES {
        command.env(format!("GANGPLANK_{name}"), value);
    }
    outcome(command.env("GANGPLANK_YES", "true")).ends(0);
    assert_eq!(repo.tree(), expected, "variables, and no subcommand at all");

    let repo = Repo::guide();
    let file = repo.home().join("answers.yaml");
    std::fs::write(&file, FILE).unwrap();
    repo.run(&["onboard", "--yes", "--answers", file.to_str().unwrap()]).ends(0);
    assert_eq!(repo.tree(), expected, "an answers file");

    let repo = Repo::guide();
    let file = repo.home().join("config/gangplank/config.yaml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let defaults: String = FILE.lines().skip(3).map(|line| format!("  {line}\n")).collect();
    std::fs::write(&file, format!("defaults:\n{defaults}")).unwrap();
    repo.run(&[&["onboard", "--yes"], &FLAGS[..6]].concat()).ends(0);
    assert_eq!(repo.tree(), expected, "the user's config");

    let repo = Repo::guide().file("gangplank.yaml", format!("defaults:\n{defaults}"));
    repo.run(&[&["onboard", "--yes"], &FLAGS[..6]].concat()).ends(0);
    let mut tree = repo.tree();
    tree.remove("gangplank.yaml");
    assert_eq!(tree, expected, "the repository's config");
}

#[test]
fn the_root_is_found_from_anywhere_inside() {
    let expected = by_flags();
    for folder in ["clusters", "clusters/c/namespaces/defaults"] {
        let repo = Repo::guide();
        let here = repo.root().join(folder);
        let mut command = repo.program();
        outcome(command.current_dir(here).arg("--yes").args(FLAGS)).ends(0);
        assert_eq!(repo.tree(), expected, "{folder}");
    }
    let repo = Repo::guide();
    let root = repo.root();
    let mut command = repo.program();
    command.current_dir(repo.home()).args(["--yes", "--repo", root.to_str().unwrap()]);
    outcome(command.args(FLAGS)).ends(0);
    assert_eq!(repo.tree(), expected, "--repo");
}

/// Sources from the weakest to the strongest; each one shows that it beat the one before.
#[test]
fn the_stronger_source_wins_and_is_named() {
    let sibling = "\
namespace: first
resources:
  - ../../defaults
patches:
  - target:
      kind: Namespace
    patch: |-
      - op: add
        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles
        value: '[\"arn:aws:iam::123456789098:role/first\"]'
";
    let repo = Repo::guide();
    let origin = |more: &[&str], variable: Option<&str>| {
        let mut command = repo.program();
        command.args(["onboard", "--dry-run", "--output", "json"]).args(ALL).args(more);
        if let Some(style) = variable {
            command.env("GANGPLANK_STYLE", style);
        }
        let output = command.output().unwrap();
        let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let style = &plan["answers"]["style"];
        let said = plan["command"].as_str().unwrap().contains("--style");
        (
            style["value"].as_str().unwrap().to_owned(),
            style["origin"].as_str().unwrap().to_owned(),
            said,
        )
    };
    let is = |value: &str, origin: &str, said| (value.to_owned(), origin.to_owned(), said);
    assert_eq!(origin(&[], None), is("json-patch", "default", false));

    let config = repo.home().join("config/gangplank/config.yaml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    std::fs::write(&config, "defaults: {style: strategic-merge}\n").unwrap();
    assert_eq!(origin(&[], None), is("strategic-merge", "user_config", true));

    repo.put("gangplank.yaml", "defaults: {style: json-patch}\n");
    assert_eq!(origin(&[], None), is("json-patch", "repository_config", false));

    repo.put("gangplank.yaml", "defaults: {style: strategic-merge}\n");
    repo.put("clusters/c/namespaces/application/first/kustomization.yaml", sibling);
    assert_eq!(origin(&[], None), is("json-patch", "disk", false));

    let answers = repo.home().join("answers.yaml");
    std::fs::write(&answers, "style: strategic-merge\n").unwrap();
    let file = ["--answers", answers.to_str().unwrap()];
    assert_eq!(origin(&file, None), is("strategic-merge", "answers_file", true));
    assert_eq!(origin(&file, Some("json-patch")), is("json-patch", "environment", true));
    let flag = [&file[..], &["--style", "strategic-merge"]].concat();
    assert_eq!(origin(&flag, Some("json-patch")), is("strategic-merge", "flag", true));
}

#[test]
fn mistakes_in_answers_files_have_a_place() {
    for (text, place, word) in [
        ("namspace: x\n", "1:1", "did you mean `namespace`"),
        ("namespace: [a, b]\n", "1", "one value"),
        ("namespace: X\n", "1", "lower case"),
        ("namespace: {a: b}\n", "1:12", "one text"),
        ("role: null\n", "1:7", "no value here"),
        ("role: [null]\n", "1:8", "no value here"),
        ("namespace: ~\n", "1:12", "quote it"),
        ("namespace:\n", "1", "leave the key out"),
        ("namespace: 0x1F\n", "1:12", "column 4"),
        ("namespace: a\n---\nnamespace: B\n", "3:12", "lower case"),
        ("namespace: a\nnamespace: b\n", "2:1", "twice"),
        ("role: [\n  arn:aws:iam::123456789098:role/a,\n  b]\n", "3:3", ""),
        ("a: [\n", "", "YAML"),
    ] {
        let repo = Repo::guide();
        let file = repo.home().join("answers.yaml");
        std::fs::write(&file, text).unwrap();
        let path = file.to_str().unwrap();
        let outcome = repo.run(&["onboard", "--yes", "--answers", path]).ends(2);
        assert!(outcome.stderr.contains(&format!("{path}:{place}")), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(word), "{word} in {}", outcome.stderr);
    }
}

/// A namespace may be called like a YAML boolean or number, and a file holds what was written there.
#[test]
fn a_namespace_called_on_can_be_answered_in_a_file() {
    let words = ["on", "123", "1e3", "no", "010", "0x1f", "0b11", "12e03"];
    for (word, quote) in words.iter().flat_map(|word| [(word, ""), (word, "\"")]) {
        let repo = Repo::guide();
        let file = repo.home().join("answers.yaml");
        std::fs::write(&file, format!("namespace: {quote}{word}{quote}\n")).unwrap();
        let path = file.to_str().unwrap();
        let arguments = [&GRANT[..2], &GRANT[4..], &ALL[6..], &["--yes", "--answers", path]];
        repo.onboard(&arguments.concat(), &[]).ends(0);
        assert!(repo.tree().contains_key(&KUSTOMIZATION.replace("report-portal", word)));
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let repo = Repo::new();
    for arguments in [&["--help"][..], &["onboard", "--help"], &["--version"]] {
        let outcome = repo.run(arguments).ends(0);
        assert!(!outcome.stdout.is_empty());
        assert_eq!(outcome.stderr, "");
        assert!(!outcome.stdout.contains('\u{1b}'));
    }
}

/// A misspelt variable would be ignored without a word.
#[test]
fn unknown_variables_are_refused() {
    let repo = Repo::guide();
    let with = |name: &str, value: &str| {
        let mut command = repo.program();
        outcome(command.args(["onboard", "--dry-run"]).args(ALL).env(name, value))
    };
    for (name, near) in [
        ("GANGPLANK_ROLES", "did you mean `GANGPLANK_ROLE`?"),
        ("GANGPLANK_DRYRUN", "did you mean `GANGPLANK_DRY_RUN`?"),
        ("GANGPLANK_DUAL_STAK", "did you mean `GANGPLANK_DUAL_STACK`?"),
        ("GANGPLANK_XYZXYZ", "like its flag"),
        ("GANGPLANK_TESTING", "like its flag"),
    ] {
        let said = with(name, "1").ends(2).stderr;
        assert!(said.contains(&format!("error: unknown variable `{name}`\nhelp: ")), "{said}");
        assert!(said.contains(near), "{said}");
    }
    // Empty is unset; what steers gangplank's own tests is no answer.
    for (name, value) in
        [("GANGPLANK_ROLES", ""), ("GANGPLANK_TESTS", "full"), ("GANGPLANK_TEST_KUBECTL", "x")]
    {
        with(name, value).ends(0);
    }
    let mut command = repo.program();
    command.env("GANGPLANK_OUTPUT", "json").env("GANGPLANK_ROLES", "x");
    assert_eq!(outcome(&mut command).ends(2).json()["schema"], "gangplank.error/1");
}

/// An error names what the user has to change: the flag, the variable, the line of a file.
#[test]
fn errors_name_where_the_answer_came_from() {
    let wrong = "arn:aws:iam::{account}:role/x";
    let rest = [&GRANT[..4], &ALL[6..]].concat();
    let error = "\"arn:aws:iam::{account}:role/x\": the account of c is not known";

    let flag = Repo::guide().onboard(&rest, &["--yes", "--role", wrong]).ends(2).stderr;
    assert!(flag.starts_with(&format!("error: --role {error}")), "{flag}");

    let variable = |name: &str, value: &str| {
        let repo = Repo::guide();
        let mut command = repo.program();
        outcome(command.args(["onboard", "--yes"]).args(&rest).env(name, value)).ends(2).stderr
    };
    let said = variable("GANGPLANK_ROLE", wrong);
    assert!(said.starts_with(&format!("error: GANGPLANK_ROLE {error}")), "{said}");
    let said = variable("GANGPLANK_ROLE", "arn:aws:iam::123456789098:user/x");
    assert!(said.starts_with("error: GANGPLANK_ROLE \"") && !said.contains("--role"), "{said}");
    let said = variable("GANGPLANK_DUAL_STACK", "perhaps");
    assert!(said.starts_with("error: GANGPLANK_DUAL_STACK \"perhaps\""), "{said}");

    let good = "arn:aws:iam::123456789098:role/good";
    let text = format!("# ours\nrole:\n  - {good}\n  - {wrong}\n");
    let placed = |said: &str, path: &str, place: &str, line: &str| {
        assert!(said.starts_with(&format!("error: role {error}")), "{said}");
        assert!(said.contains(&format!(" --> {path}:{place}\n")), "{said}");
        assert!(said.contains(line) && said.contains('^'), "{said}");
    };
    let repo = Repo::guide();
    let file = repo.home().join("answers.yaml");
    std::fs::write(&file, format!("\u{feff}{text}")).unwrap();
    let path = file.to_str().unwrap();
    let said = repo.onboard(&rest, &["--yes", "--answers", path]).ends(2).stderr;
    placed(&said, path, "4:5", "4 |   - arn:");

    let path = repo.home().join("stdin.yaml");
    std::fs::write(&path, &text).unwrap();
    let mut command = repo.program();
    command.args(["onboard", "--yes", "--answers", "-"]).args(&rest);
    let said = outcome(command.stdin(std::fs::File::open(path).unwrap())).ends(2).stderr;
    placed(&said, "-", "4:5", "4 |   - arn:");

    let config = format!("defaults:\n  role: {wrong}\n");
    let repo = Repo::guide().file("gangplank.yaml", &config);
    let said = repo.onboard(&rest, &["--yes"]).ends(2).stderr;
    placed(&said, "gangplank.yaml", "2:9", "2 |   role: arn:");

    let repo = Repo::guide();
    let file = repo.home().join("config/gangplank/config.yaml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, config).unwrap();
    let said = repo.onboard(&rest, &["--yes"]).ends(2).stderr;
    placed(&said, file.to_str().unwrap(), "2:9", "2 |   role: arn:");
}

/// Without a terminal, an error says what could be answered here.
#[test]
fn what_is_missing_is_named_with_its_candidates() {
    let repo = Repo::guide().defaults("clusters/d/namespaces/defaults");
    let missing = |repo: &Repo, arguments: &[&str]| {
        let outcome = repo.onboard(arguments, &["--yes", "--output", "json"]).ends(2);
        let error = outcome.json();
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        (text("error"), text("help"))
    };
    let (error, help) = missing(&repo, &ALL[2..]);
    assert_eq!(error, "there is no terminal to ask for --cluster (c, d)");
    assert!(help.contains("--cluster c --namespace report-portal"), "{help}");
    let (error, _) = missing(&repo, &[]);
    assert!(error.ends_with("--cluster (c, d), --namespace, --role, --select"), "{error}");

    let repo = Repo::guide().defaults("clusters/c/namespaces/default");
    let (error, help) = missing(&repo, &ALL);
    let folders = "clusters/c/namespaces/defaults, clusters/c/namespaces/default";
    assert!(error.ends_with(&format!("--defaults ({folders})")), "{error}");
    assert!(help.contains("--defaults clusters/c/namespaces/defaults "), "{help}");

    let mut repo = Repo::guide();
    for number in 10..30 {
        repo = repo.defaults(&format!("clusters/n{number}/namespaces/defaults"));
    }
    let (error, _) = missing(&repo, &ALL[2..]);
    assert!(error.ends_with("(c, n10, n11, n12, n13, n14, n15, n16, … 21 in all)"), "{error}");
}
