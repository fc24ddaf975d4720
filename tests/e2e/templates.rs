//! Own templates: which one is used, what is said of one that is wrong, and that a hostile one can
//! neither get something broken written nor keep gangplank busy.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use gangplank::demo::FILES;
use gangplank::domain::finding::Finding;
use gangplank::manifests::template::{OwnTemplate, documented, template_names};
use gangplank::plan::try_templates;
use gangplank::system::MemoryDisk;
use gangplank::wizard::Setup;

use crate::support::{
    DEMO_FOLDER, Driver, Files, Outcome, Repo, count, demo_after, demo_flags, for_all,
};

const FOLDER: &str = ".gangplank/templates";
const POLICY: &str =
    "clusters/prod-us1/namespaces/application/report-portal/cnp.report-portal.yaml";

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}.hbs")
}

/// A built-in template as it is exported, with one thing changed.
#[track_caller]
fn changed(name: &str, old: &str, new: &str) -> String {
    let text = documented(name).unwrap();
    let (comment, text) = text.split_once("--}}\n").unwrap();
    assert!(text.contains(old), "{text}");
    format!("{comment}--}}}}\n{}", text.replacen(old, new, 1))
}

/// The same without the comment on top, so that lines are those of the built-in one.
fn bare(name: &str, old: &str, new: &str) -> String {
    changed(name, old, new).split_once("--}}\n").unwrap().1.to_owned()
}

fn onboard(repo: &Repo, more: &[&str]) -> Outcome {
    let flags = demo_flags();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    repo.onboard(&flags, more)
}

/// Puts a template into the user's config folder.
fn put_user(repo: &Repo, name: &str, text: &str) {
    let folder = repo.home().join("config/gangplank/templates");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.hbs")), text).unwrap();
}

fn without_templates(mut files: Files) -> Files {
    files.retain(|path, _| !path.starts_with(".gangplank/"));
    files
}

/// What is wrong with a template of this text.
fn wrong_with(name: &str, text: &str) -> Vec<Finding> {
    try_templates(&[OwnTemplate::new(name, "own", Ok(text.as_bytes().to_vec()))])
}

#[test]
fn exported_templates_give_what_the_built_in_ones_give() {
    let repo = Repo::demo();
    let exported = repo.run(&["templates", "export", "--yes"]).ends(0);
    assert_eq!(exported.stdout, "");
    for name in template_names() {
        let text = repo.text(&path(name));
        assert_eq!(text, documented(name).unwrap());
        assert!(text.starts_with(&format!("{{{{!--\n{name}\n\nVariables:\n")), "{text}");
    }
    let said = onboard(&repo, &["--yes"]).ends(0).stderr;
    assert!(said.contains("template: cnp.yaml comes from .gangplank/templates/cnp.yaml.hbs\n"));
    assert_eq!(without_templates(repo.tree()), demo_after());
    let lint = repo.run(&["templates", "lint"]).ends(0);
    assert_eq!(lint.printed(), "nothing found; looked at 6 templates\n");
    let doctor = repo.run(&["doctor", "--offline"]).stdout;
    assert!(doctor.contains("labels.yaml from .gangplank/templates/labels.yaml.hbs"), "{doctor}");
}

#[test]
fn of_each_name_the_repository_comes_first_then_the_user() {
    let repo = Repo::demo();
    let with = |name: &str, word: &str| match name {
        "cnp.yaml" => changed(name, "spec:\n", &format!("spec:\n  description: {word}\n")),
        _ => changed(name, "- target:\n", &format!("# {word}\n- target:\n")),
    };
    put_user(&repo, "cnp.yaml", &with("cnp.yaml", "user"));
    put_user(&repo, "patch.json-patch.yaml", &with("patch.json-patch.yaml", "user"));
    repo.put(&path("cnp.yaml"), with("cnp.yaml", "repository"));
    onboard(&repo, &["--yes"]).ends(0);
    assert!(repo.text(POLICY).contains("  description: repository\n"));
    let kustomization = repo.text(&format!("{DEMO_FOLDER}/kustomization.yaml"));
    assert!(kustomization.contains("# user\n"), "{kustomization}");
    let expected = demo_after();
    let built_in = expected.get(&format!("{DEMO_FOLDER}/kustomization.yaml")).unwrap();
    let without: String =
        kustomization.lines().filter(|l| l.trim() != "# user").map(|l| format!("{l}\n")).collect();
    assert_eq!(without.as_bytes(), built_in, "the other templates are the built-in ones");
    let doctor = repo.run(&["doctor", "--offline"]).stdout;
    assert!(doctor.contains(", cnp.yaml from .gangplank/templates/cnp.yaml.hbs;"), "{doctor}");
}

#[test]
fn a_changed_template_changes_file_preview_and_json_alike() {
    let repo = Repo::demo();
    let line = "  description: \"{{name}} made here\"\n";
    repo.put(&path("cnp.yaml"), changed("cnp.yaml", "spec:\n", &format!("spec:\n{line}")));
    let json = onboard(&repo, &["--dry-run", "--output", "json"]).ends(0).json();
    let diff = onboard(&repo, &["--dry-run"]).ends(0).stdout;
    onboard(&repo, &["--yes"]).ends(0);
    let text = repo.text(POLICY);
    assert!(text.contains("spec:\n  description: \"report-portal made here\"\n"), "{text}");
    let files = json["files"].as_array().unwrap();
    let policy = files.iter().find(|file| file["path"] == POLICY).unwrap();
    assert_eq!(policy["after"], text);
    let added: String = text.lines().map(|line| format!("+{line}\n")).collect();
    assert!(diff.contains(&added), "{diff}");
}

/// Text, place and rule of each kind of mistake, in a template with this name.
const MISTAKES: [(&str, &str, &str, &str, &str, &str); 21] = [
    (
        "cnp.yaml",
        "{{yaml name}}",
        "{{yaml nmae}}",
        "4:16",
        "template/variable",
        "did you mean `name`?",
    ),
    (
        "cnp.yaml",
        "{{yaml name}}",
        "{{ymal name}}",
        "4:11",
        "template/helper",
        "did you mean `yaml`?",
    ),
    ("cnp.yaml", "{{#if metadata}}", "{{#if metadat}}", "62:7", "template/variable", "`metadata`"),
    ("cnp.yaml", "{{#if metadata}}", "{{#iff metadata}}", "", "template/syntax", ""),
    ("cnp.yaml", "{{#each hosts}}", "{{#each host}}", "73:9", "template/variable", "`hosts`"),
    ("cnp.yaml", "{{#each hosts}}", "{{#each name}}", "73:9", "template/value", ""),
    ("cnp.yaml", "{{quoted text}}", "{{quoted txt}}", "75:34", "template/variable", "`text`"),
    ("cnp.yaml", "{{quoted text}}", "{{quoted name}}", "75:34", "template/variable", "`../name`"),
    ("cnp.yaml", "{{quoted text}}", "{{quoted}}", "75:27", "template/value", "takes one text"),
    ("cnp.yaml", "{{quoted text}}", "{{quoted text text}}", "75:27", "template/value", ""),
    ("cnp.yaml", "{{quoted text}}", "{{quoted @index}}", "75:27", "template/value", ""),
    ("cnp.yaml", "{{yaml name}}", "{{hosts}}", "4:11", "template/value", "is a list"),
    ("cnp.yaml", "{{yaml name}}", "{{> labels.yaml}}", "4:9", "template/syntax", "a partial"),
    ("cnp.yaml", "{{yaml name}}", "{{lookup hosts 0}}", "4:11", "template/helper", ""),
    ("cnp.yaml", "{{yaml name}}", "{{yaml name", "", "template/syntax", ""),
    ("cnp.yaml", "{{/if}}\nspec", "spec", "5:1", "template/syntax", "not closed"),
    (
        "kustomization.yaml",
        "{{yaml ../namespace}}",
        "{{yaml namespace}}",
        "15:19",
        "template/variable",
        "`../namespace`",
    ),
    ("kustomization.yaml", "{{yaml this}}", "{{this}}", "20:17", "template/value", "{{yaml this}}"),
    ("labels.yaml", "{{yaml key}}", "{{key}}", "3:7", "template/value", "{{yaml key}}"),
    ("patch.json-patch.yaml", "{{annotation value}}", "{{value}}", "6:16", "template/value", ""),
    (
        "patch.strategic-merge.yaml",
        "{{annotation value}}",
        "{{annotation valu}}",
        "9:36",
        "template/variable",
        "`value`",
    ),
];

#[test]
fn each_mistake_is_an_error_with_its_place_before_anything_is_written() {
    for (name, old, new, place, rule, word) in MISTAKES {
        let repo = Repo::demo().file(&path(name), bare(name, old, new));
        let before = repo.tree();
        let file = path(name);
        let place = if place.is_empty() { String::new() } else { format!(":{place}") };
        for mode in ["--yes", "--dry-run"] {
            let said = onboard(&repo, &[mode]).ends(2).stderr;
            assert!(said.contains(&format!(" --> {file}{place}")), "{new}: {said}");
            assert!(said.contains(word), "{new}: {said}");
            assert!(said.contains('^'), "{new}: {said}");
            assert_eq!(said.matches("error: ").count(), 1, "{said}");
        }
        let json = onboard(&repo, &["--yes", "--output", "json"]).ends(2).json();
        assert_eq!(json["schema"], "gangplank.error/1");
        assert_eq!(json["path"], file);
        assert_eq!(repo.tree(), before, "{new}");
        let lint = repo.run(&["templates", "lint"]).ends(3).stdout;
        assert!(lint.starts_with(&format!("{file}{place}")), "{new}: {lint}");
        let report = repo.run(&["templates", "lint", &file, "--output", "json"]).ends(3).json();
        assert_eq!(report["schema"], "gangplank.check/1");
        assert_eq!(report["findings"][0]["rule"], rule, "{new}: {lint}");
        let at = format!("{}:{}", report["findings"][0]["line"], report["findings"][0]["column"]);
        assert!(place.is_empty() || place[1..] == at, "{new}: {at}");
    }
}

#[test]
fn a_template_that_stands_in_for_none_is_an_error() {
    let repo = Repo::demo().file(&path("cpn.yaml"), "x");
    let said = onboard(&repo, &["--yes"]).ends(2).stderr;
    let expected = "error: there is no template `cpn.yaml`\n --> .gangplank/templates/cpn.yaml.hbs\nhelp: did you mean `cnp.yaml.hbs`?\n";
    assert_eq!(said, expected);
    let doctor = repo.run(&["doctor", "--offline"]).ends(1).stdout;
    assert!(doctor.contains("there is no template `cpn.yaml`"), "{doctor}");
    // Other files, and what editors leave, are none of gangplank's business.
    fs::remove_file(repo.root().join(path("cpn.yaml"))).unwrap();
    repo.put(&format!("{FOLDER}/README.md"), "ours");
    repo.put(&format!("{FOLDER}/.cnp.yaml.hbs"), "{{broken");
    repo.put(&format!("{FOLDER}/cnp.yaml.hbs~"), "{{broken");
    onboard(&repo, &["--yes"]).ends(0);
    let lint = repo.run(&["templates", "lint"]).ends(0);
    assert_eq!(lint.printed(), "no own templates: the built-in ones are used\n");
}

/// What a template may not make, with a word of what is said.
const BROKEN: [(&str, &str, &str, &str); 14] = [
    ("cnp.yaml", "spec:\n", "spec: [\n", ""),
    (
        "cnp.yaml",
        "kind: CiliumNetworkPolicy",
        "kind: CiliumNetworkPolic",
        "no CiliumNetworkPolicy called",
    ),
    ("cnp.yaml", "{{yaml name}}", "mine", "no CiliumNetworkPolicy called"),
    ("cnp.yaml", "169.254.169.254/32", "169.254.169.253/32", "does not open the metadata address"),
    ("cnp.yaml", "port: \"443\"", "port: \"444\"", "does not open "),
    ("cnp.yaml", "port: \"{{port}}\"", "port: \"54\"", "does not let names be asked for at "),
    ("cnp.yaml", "  egress:\n", "  egres:\n", "is not for "),
    ("cnp.yaml", "{{yaml key}}: {{yaml value}}", "{{yaml key}}: other", "is not for "),
    ("cnp.yaml", "{{yaml name}}", "{{name}}\n  name: {{name}}", ""),
    (
        "patch.json-patch.yaml",
        "value: {{annotation value}}",
        "value: x",
        "not the list that was meant",
    ),
    ("patch.json-patch.yaml", "path: {{pointer}}", "path: /metadata/annotations/other", ""),
    ("patch.json-patch.yaml", "kind: Namespace", "kind: Namespac", ""),
    ("kustomization.yaml", "{{#each ../patches}}", "{{#each ../components}}", ""),
    ("kustomization.yaml", "{{yaml ../namespace}}", "other", "makes the Namespace `other`, not "),
];

#[test]
fn what_is_broken_is_neither_written_nor_passed_by_lint() {
    for (name, old, new, word) in BROKEN {
        let repo = Repo::demo().file(&path(name), changed(name, old, new));
        let before = repo.tree();
        let outcome = onboard(&repo, &["--yes"]);
        assert!(matches!(outcome.code, 2 | 4), "{new}: {}", outcome.printed());
        assert!(outcome.stderr.contains(word), "{new}: {}", outcome.stderr);
        assert_eq!(repo.tree(), before, "{new}");
        let lint = repo.run(&["templates", "lint"]).ends(3).stdout;
        let first = format!("{}: error[template/output]: ", path(name));
        assert!(lint.starts_with(&first), "{new}: {lint}");
        assert!(lint.contains(word), "{new}: {lint}");
    }
}

#[test]
fn built_in_templates_are_clean() {
    let own = template_names().map(|name| OwnTemplate::built_in(name).unwrap());
    assert_eq!(try_templates(&own.collect::<Vec<_>>()), []);
}

/// The bytes of a text that belong to names in tags; texts in quotes are left out.
fn letters(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = text[from..].find("{{").map(|at| from + at) {
        let end = begin + text[begin..].find("}}").unwrap();
        let mut is_quoted = false;
        for (at, c) in text[begin..end].char_indices() {
            is_quoted ^= c == '"';
            if !is_quoted && (c.is_ascii_alphanumeric() || c == '_') {
                found.push(begin + at);
            }
        }
        from = end + 2;
    }
    found
}

#[test]
fn no_letter_of_a_name_can_be_missing() {
    let mut tried = 0;
    for name in template_names() {
        let text = bare(name, "", "");
        for at in letters(&text) {
            let mut text = text.clone();
            text.remove(at);
            let own = OwnTemplate::new(name, "own", Ok(text.clone().into_bytes()));
            let wrong = own.check();
            assert!(!wrong.is_empty(), "{name} at {at}: {text}");
            assert!(wrong[0].place.is_some(), "{wrong:?}");
            tried += 1;
        }
    }
    assert!(tried > 700, "{tried}");
}

#[test]
fn a_dry_run_of_an_export_is_a_diff_that_applies() {
    let repo = Repo::demo();
    let before = repo.tree();
    let diff = repo.run(&["templates", "export", "--dry-run"]).ends(0).stdout;
    assert_eq!(repo.tree(), before);
    repo.run(&["templates", "export", "--dry-run", "--exit-code"]).ends(3);
    repo.git_apply(&diff).ends(0);
    let applied = repo.tree();
    let said = repo.run(&["templates", "export", "--yes"]).ends(0).stderr;
    assert_eq!(said.matches("identical ").count(), 6, "{said}");
    assert_eq!(repo.tree(), applied);
}

#[test]
fn an_export_overwrites_nothing_and_is_undone() {
    let repo = Repo::demo().file(&path("labels.yaml"), "mine");
    let before = repo.tree();
    for more in ["--yes", "--dry-run"] {
        let said = repo.run(&["templates", "export", more]).ends(4).stderr;
        assert!(said.contains(" --> .gangplank/templates/labels.yaml.hbs"), "{said}");
        assert!(said.contains("an export overwrites nothing"), "{said}");
    }
    assert_eq!(repo.tree(), before);
    repo.run(&["templates", "export", "tools/own", "--yes"]).ends(0);
    assert_eq!(repo.text("tools/own/cnp.yaml.hbs"), documented("cnp.yaml").unwrap());
    repo.run(&["undo", "--yes"]).ends(0);
    assert_eq!(repo.tree(), before);
    for outside in ["../elsewhere", "/tmp"] {
        let said = repo.run(&["templates", "export", outside, "--yes"]).ends(2).stderr;
        assert!(said.contains("is not in the repository"), "{said}");
    }
    assert_eq!(repo.tree(), before);
}

#[test]
fn the_wizard_says_what_is_wrong_with_a_template() {
    let file = path("cnp.yaml");
    let disk = MemoryDisk::with_files(FILES.iter().copied());
    disk.put(&file, bare("cnp.yaml", "{{yaml name}}", "{{yaml nmae}}").as_bytes());
    let mut driver = Driver::on(disk.into(), Setup::default());
    driver.type_in("prod-us1");
    let said = driver.wizard.outlook_error().unwrap().to_owned();
    assert_eq!(said, format!("{file}:4:16: there is no variable `nmae` here"));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = bare("cnp.yaml", "", "").replace('\n', "\r\n");
    let repo = Repo::demo().file(&path("cnp.yaml"), format!("\u{feff}{text}"));
    onboard(&repo, &["--yes"]).ends(0);
    assert_eq!(without_templates(repo.tree()), demo_after());
    repo.run(&["templates", "lint"]).ends(0);
}

/// A template that can't be had is said, in one line and with this word.
#[track_caller]
fn unreadable(repo: &Repo, word: &str) {
    let said = onboard(repo, &["--yes"]).ends(2).stderr;
    assert!(said.starts_with("error: ") && said.contains(word), "{said}");
    assert!(said.contains(" --> .gangplank/templates"), "{said}");
    let lint = repo.run(&["templates", "lint"]).ends(3).stdout;
    assert!(lint.contains("error[template/unreadable]: ") && lint.contains(word), "{lint}");
    assert!(!repo.root().join(DEMO_FOLDER).exists());
}

#[test]
fn files_that_are_no_templates() {
    let link = |target: &str| Repo::demo().link(&path("cnp.yaml"), target);
    unreadable(&Repo::demo().file(&path("cnp.yaml"), b"\xff\xfe"), "not UTF-8 at byte 0");
    unreadable(&Repo::demo().file(&path("cnp.yaml"), " ".repeat(65 * 1024)), "larger than 64 KiB");
    unreadable(&Repo::demo().file(&format!("{}/x", path("cnp.yaml")), "x"), "this is a folder");
    unreadable(&link("nowhere"), "a link that leads nowhere");
    unreadable(&link("/etc/passwd"), "leads out of the repository");
    let repo = Repo::demo().link(FOLDER, "/etc");
    unreadable(&repo, "leads out of the repository");
    // A link within the repository is as good as a file.
    let text = changed("cnp.yaml", "", "");
    onboard(&link("../../ours.hbs").file("ours.hbs", &text), &["--yes"]).ends(0);
}

#[test]
fn a_user_may_keep_templates_elsewhere() {
    let repo = Repo::demo();
    let folder = repo.home().join("config/gangplank/templates");
    fs::create_dir_all(&folder).unwrap();
    let elsewhere = repo.home().join("dotfiles.hbs");
    fs::write(&elsewhere, changed("cnp.yaml", "spec:\n", "spec:\n  description: mine\n")).unwrap();
    symlink(&elsewhere, folder.join("cnp.yaml.hbs")).unwrap();
    onboard(&repo, &["--yes"]).ends(0);
    assert!(repo.text(POLICY).contains("  description: mine\n"));
}

/// Text that would take for ever, fill the memory or the stack, or read what is not its own.
fn hostile() -> Vec<String> {
    let nested = |open: &str, close: &str, count: usize| {
        format!("{}{}", open.repeat(count), close.repeat(count))
    };
    vec![
        "{{> cnp.yaml}}".to_owned(),
        "{{#*inline \"x\"}}{{> x}}{{/inline}}{{> x}}".to_owned(),
        "{{#> @partial-block}}{{/@partial-block}}".to_owned(),
        "{{{{raw}}}}{{name}}{{{{/raw}}}}".to_owned(),
        "{{include \"/etc/passwd\"}}{{log name}}".to_owned(),
        "{{#with this}}{{/with}}".to_owned(),
        nested("{{#if name}}", "{{/if}}", 3_000),
        nested("{{#each hosts}}", "{{/each}}", 12),
        nested("{{#each @root.hosts}}", "{{/each}}", 12),
        nested("{{#each @root.hosts}}{{name}}", "{{/each}}", 12),
        format!("{{{{#if {}name{}}}}}{{{{/if}}}}", "(not ".repeat(9_000), ")".repeat(9_000)),
        format!("{{{{yaml {}{}}}}}", "[".repeat(30_000), "]".repeat(30_000)),
        "{{indent name 999999999999}}".to_owned(),
        "{{indent name -1}}".to_owned(),
        "{{#each hosts as |h|}}{{h}}{{/each}}".to_owned(),
        "{{#if name includeZero=true}}{{/if}}".to_owned(),
        "{{".repeat(30_000),
        "{{!--".repeat(10_000),
        "\\{{name}} \\\\{{nmae}}".to_owned(),
        "{{else}}".to_owned(),
        "{{name.[x}}".to_owned(),
        "{{yaml \"\\q\"}}".to_owned(),
        "{{../name}}{{../../name}}{{@root}}{{@key}}{{this}}".to_owned(),
    ]
}

#[test]
fn hostile_templates_are_refused_at_once() {
    for text in hostile() {
        let begin = Instant::now();
        let wrong = wrong_with("cnp.yaml", &text);
        let shown: String = text.chars().take(60).collect();
        assert!(!wrong.is_empty(), "{shown}");
        assert!(wrong.iter().all(|one| one.rule.starts_with("template/")), "{shown}: {wrong:?}");
        assert!(begin.elapsed() < Duration::from_secs(20), "{shown}");
    }
}

/// Runs an onboarding whose policy opens many hosts.
fn with_many_hosts(template: &str) -> Outcome {
    let repo = Repo::demo().file(&path("cnp.yaml"), template);
    let services = ["s3", "sqs", "sns", "kms", "ecr", "ec2", "rds", "ssm", "eks", "iam"];
    let services = services.iter().flat_map(|service| ["--service", service]);
    let more: Vec<&str> =
        services.chain(["--region", "us-east-1", "--region", "us-west-2", "--yes"]).collect();
    onboard(&repo, &more)
}

#[test]
fn loops_and_results_are_bounded() {
    let bomb = format!("{}{}", "{{#each @root.hosts}}".repeat(12), "{{/each}}".repeat(12));
    let said = with_many_hosts(&bomb).ends(2).stderr;
    assert!(said.contains("its loops within loops take too long"), "{said}");
    let large = format!("{{{{#each hosts}}}}{}{{{{/each}}}}", "x".repeat(64_000));
    let said = with_many_hosts(&large).ends(2).stderr;
    assert!(said.contains("more than 1 MiB"), "{said}");
    with_many_hosts(&changed("cnp.yaml", "", "")).ends(0);
}

#[test]
fn garbage_never_panics() {
    let texts: Vec<(&str, String)> =
        template_names().map(|name| (name, bare(name, "", ""))).collect();
    let pieces = [
        "{{", "}}", "{{{", "}}}", "{{/if}}", "{{else}}", "{{#each ", "(", ")", "\"", "'", "~",
        "\\", "../", "@", "[", "]", "|", "as |x|", "=", "é", "\u{0}", ".", "this", "!", "!--",
    ];
    for_all(count(400, 20_000), |choices| {
        let (name, text) = &texts[choices.below(texts.len())];
        let mut text = text.clone();
        for _ in 0..=choices.below(4) {
            let place = choices.below(256) * 256 + choices.below(256);
            let mut at = place % (text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match choices.below(3) {
                0 => text.truncate(at),
                1 if at < text.len() => drop(text.remove(at)),
                _ => text.insert_str(at, choices.pick(&pieces)),
            }
        }
        OwnTemplate::new(name, "own", Ok(text.into_bytes())).check();
        Ok(())
    });
}
