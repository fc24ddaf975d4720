//! Proves what is asked of an installed kustomize, what becomes of its answer, and that neither it
//! nor its failing leaves anything behind.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gangplank::kustomize;
use gangplank::plan::Obstacle;
use gangplank::questions::{GivenAnswers, Origin, QuestionId, Step};
use gangplank::system::{
    BuildFiles, ExternalBuild, ExternallyBuilt, InstalledKustomize, MemoryDisk, NotBuilt, RealDisk,
    RepoPath, ScriptedBuild,
};
use gangplank::tree::Tree;
use gangplank::wizard::{Edit, Message, Popup, Setup};
use serde_json::{Value as Json, json};

use crate::support::{
    ALL, Driver, FOLDER, GRANT, GUIDE, KUSTOMIZATION, Kubectl, ROLE, Repo, documents, lost_lines,
};

const OLD_ROLE: &str = "arn:aws:iam::123456789098:role/old";
const KEY: &str = "iam.amazonaws.com/allowed-roles";
const HEAD: &str = "namespace: report-portal\nresources:\n  - ../../defaults\n";

/// A patch of the folder that sets the list.
fn patch(roles: &Json) -> String {
    format!(
        "patches:\n  - target:\n      kind: Namespace\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '{roles}'\n"
    )
}

/// A replacement that puts a value of another object into a field of the Namespace.
fn replacement(source: &str, field: &str) -> String {
    format!(
        "replacements:\n  - source: {{{source}}}\n    targets:\n      - select: {{kind: Namespace}}\n        fieldPaths: ['{field}']\n        options: {{create: true}}\n"
    )
}

/// The folder as kubectl builds it: the list of roles, and everything else.
#[track_caller]
fn built(kubectl: &Kubectl, repo: &Repo) -> (Json, Vec<Json>) {
    let mut objects = kubectl.build(&repo.root(), FOLDER);
    objects.retain(|object| object["kind"] != "CiliumNetworkPolicy");
    let mut roles = Json::Null;
    for namespace in objects.iter_mut().filter(|object| object["kind"] == "Namespace") {
        let annotations = namespace["metadata"]["annotations"].as_object_mut().unwrap();
        let text = annotations.remove(KEY).unwrap_or_default();
        roles = text.as_str().map_or(Json::Null, |text| serde_json::from_str(text).unwrap());
    }
    (roles, objects)
}

/// What a folder is for, its kustomization, and its other files.
type OpenFolder = (&'static str, String, Vec<(&'static str, String)>);

/// Folders in which something is not worked out.
fn worked_out() -> Vec<OpenFolder> {
    let list = patch(&json!([OLD_ROLE]));
    let with = |more: &str| format!("{HEAD}{more}{list}");
    let suffix = "apiVersion: builtin\nkind: PrefixSuffixTransformer\nmetadata: {name: x}\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n";
    let annotation = format!(
        "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {{name: x}}\nannotations: {{a: {KEY}}}\nfieldSpecs: [{{path: metadata/annotations, create: true}}]\n"
    );
    let generator = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: [one=data.txt]\n";
    let copied = format!(
        "- source: {{kind: LimitRange, fieldPath: metadata.name}}\n  targets:\n  - select: {{kind: Namespace}}\n    fieldPaths: [metadata.labels.limits]\n    options: {{create: true}}\n# not {KEY}\n"
    );
    vec![
        (
            "a label that is copied",
            with(&replacement(
                "kind: LimitRange, fieldPath: metadata.name",
                "metadata.labels.limits",
            )),
            vec![],
        ),
        (
            "a replacement in a file that may be about the annotation",
            with("replacements:\n- path: copied.yaml\n"),
            vec![("copied.yaml", format!("{copied}# {KEY}\n").replace("# not", "#"))],
        ),
        (
            "names of objects",
            with("transformers: [suffix.yaml]\n"),
            vec![("suffix.yaml", suffix.to_owned())],
        ),
        (
            "an annotation about the annotation",
            with("transformers: [a.yaml]\n"),
            vec![("a.yaml", annotation.clone())],
        ),
        (
            "transformers in a folder",
            with("transformers: [t]\n"),
            vec![
                ("t/kustomization.yaml", "resources: [a.yaml]\n".to_owned()),
                ("t/a.yaml", annotation),
            ],
        ),
        (
            "a generator with a file",
            with(
                "generators: [g.yaml]\nconfigMapGenerator:\n- name: c\n  files: [two=data.txt]\n  envs: [e.env]\n",
            ),
            vec![
                ("g.yaml", generator.to_owned()),
                ("data.txt", "text".to_owned()),
                ("e.env", "A=b\n".to_owned()),
            ],
        ),
        (
            "variables",
            with(
                "vars:\n- name: X\n  objref: {apiVersion: v1, kind: LimitRange, name: default-limits}\n",
            ),
            vec![],
        ),
    ]
}

#[test]
fn what_is_not_worked_out_is_asked_for_and_the_role_joins() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for (what, text, files) in worked_out() {
        let repo = files.iter().fold(Repo::skeleton(&text), |repo, (name, text)| {
            repo.file(&format!("{FOLDER}/{name}"), text)
        });
        let (roles, rest) = built(&kubectl, &repo);
        assert_eq!(roles, json!([OLD_ROLE]), "{what}");
        let said = repo.asking(&kubectl, &["onboard"], &ALL).ends(0).stderr;
        assert!(said.contains("is not worked out here: kubectl kustomize v5."), "{what}: {said}");
        assert!(!said.contains("[kustomization/"), "{what}: {said}");
        assert_eq!(built(&kubectl, &repo), (json!([OLD_ROLE, ROLE]), rest.clone()), "{what}");
        assert_eq!(lost_lines(&text, &repo.text(KUSTOMIZATION)), 1, "{what}");
        let times = repo.times();
        repo.asking(&kubectl, &["onboard"], &ALL).ends(0);
        assert_eq!(repo.times(), times, "{what}: the second run touches nothing");
        repo.asking(&kubectl, &["revoke"], &GRANT).ends(0);
        assert_eq!(built(&kubectl, &repo), (json!([OLD_ROLE]), rest), "{what}");
        assert_eq!(repo.builds_left(), 0, "{what}");
    }
}

/// The list comes from where only kustomize looks: it is kept, or nothing is written.
#[test]
fn a_list_that_a_replacement_makes_is_never_lost() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let field = format!("metadata.annotations.[{KEY}]");
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{roles: '{}'}}\n",
        json!([OLD_ROLE])
    );
    let late = replacement("kind: ConfigMap, name: m, fieldPath: data.roles", &field);
    let head = format!("{HEAD}  - map.yaml\n");
    let defaults =
        format!("resources:\n  - namespace.yaml\n  - limitrange.yaml\n  - map.yaml\n{late}");
    for text in [format!("{head}{late}"), format!("{head}{late}{}", patch(&json!([])))] {
        let repo = Repo::skeleton(&text).file(&format!("{FOLDER}/map.yaml"), &map);
        let before = repo.tree();
        let said = repo.asking(&kubectl, &["onboard"], &ALL).ends(4).stderr;
        assert!(
            said.contains("not the list that was meant") || said.contains("something else changes"),
            "{said}"
        );
        assert_eq!(repo.tree(), before);
    }
    // In the defaults it comes before the folder's patch, which then takes the list over.
    let folder = "clusters/c/namespaces/defaults";
    let repo = Repo::skeleton(HEAD)
        .file(&format!("{folder}/kustomization.yaml"), defaults)
        .file(&format!("{folder}/map.yaml"), &map);
    let said = repo.run(&[&["onboard"], &ALL[..], &["--yes"]].concat()).ends(4).stderr;
    assert!(said.contains("can't tell which roles are there already"), "{said}");
    repo.asking(&kubectl, &["onboard"], &ALL).ends(0);
    assert_eq!(built(&kubectl, &repo).0, json!([OLD_ROLE, ROLE]));
}

/// A program in a folder of its own, which is a whole `PATH`.
fn program(folder: &Path, name: &str, script: &str) -> PathBuf {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    bin
}

fn installed(folder: &Path, script: &str) -> InstalledKustomize {
    let bin = program(folder, "kustomize", script);
    let found = InstalledKustomize::find(bin.to_str().unwrap(), folder.join("scratch"));
    found.unwrap().with_patience(Duration::from_secs(3))
}

fn one_file() -> BuildFiles {
    BTreeMap::from([(
        RepoPath::parse("a/kustomization.yaml").unwrap(),
        b"resources: []\n".to_vec(),
    )])
}

fn ask(program: &InstalledKustomize) -> Result<ExternallyBuilt, NotBuilt> {
    program.build(&RepoPath::parse("a").unwrap(), &one_file())
}

#[test]
fn a_program_that_fails_hangs_or_never_stops_printing_is_bounded_and_leaves_nothing() {
    let cases = [
        (
            "echo \"# Warning: old\" >&2; echo \"Error: no such thing in $4/x\" >&2; exit 1",
            "kustomize: no such thing in a/x",
        ),
        ("exit 3", "kustomize: it failed without a word"),
        ("exec sleep 60", "kustomize: did not end within 3 s"),
        ("trap '' TERM; while :; do :; done", "kustomize: did not end within 3 s"),
        ("exec head -c 40000000 /dev/zero", "kustomize: prints more than any namespace has"),
        ("printf '\\377'", "kustomize: prints no UTF-8"),
        ("kill -9 $$", "kustomize: it failed without a word"),
    ];
    for (script, expected) in cases {
        let temp = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let (NotBuilt::Failed(line) | NotBuilt::Hung(line)) =
            ask(&installed(temp.path(), script)).unwrap_err()
        else {
            panic!("{script}: absent");
        };
        assert_eq!(line, expected, "{script}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{script}");
        let left = fs::read_dir(temp.path().join("scratch")).unwrap().count();
        assert_eq!(left, 0, "{script}");
    }
}

#[test]
fn the_program_sees_copies_and_no_way_out() {
    let temp = tempfile::tempdir().unwrap();
    let script = "test \"$1\" = version && { echo v9.9.9; exit; }\necho \"kind: Seen\"; echo \"arguments: [$1, $2, $3]\"; echo \"git: $GIT_ALLOW_PROTOCOL\"; echo \"there: $(cd \"$4\" && echo *)\"; pwd | sed 's/^/at: /'";
    let program = installed(temp.path(), script);
    let said = ask(&program).unwrap();
    assert_eq!(said.by, "kustomize v9.9.9");
    let seen = documents(&said.yaml).remove(0);
    assert_eq!(
        seen["arguments"],
        json!(["build", "--load-restrictor", "LoadRestrictionsRootOnly"])
    );
    assert_eq!(seen["git"], "none");
    assert_eq!(seen["there"], "kustomization.yaml");
    assert!(
        seen["at"].as_str().unwrap().starts_with(temp.path().join("scratch").to_str().unwrap())
    );
}

#[test]
fn only_a_program_in_an_absolute_folder_is_found() {
    let temp = tempfile::tempdir().unwrap();
    let scratch = || temp.path().join("scratch");
    assert!(InstalledKustomize::find("", scratch()).is_none());
    assert!(InstalledKustomize::find("/nowhere:bin:.", scratch()).is_none());
    let bin = program(temp.path(), "kubectl", "");
    let path = format!("/nowhere:{}", bin.display());
    assert!(InstalledKustomize::find(&path, scratch()).is_some());
    fs::set_permissions(bin.join("kubectl"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(InstalledKustomize::find(&path, scratch()).is_none());
}

/// What a kill leaves behind goes with the next build; what another program uses stays.
#[test]
fn leftovers_are_swept_up() {
    let temp = tempfile::tempdir().unwrap();
    let scratch = temp.path().join("scratch");
    for name in ["1-0", "2-0"] {
        fs::create_dir_all(scratch.join(name).join("tree")).unwrap();
        fs::write(scratch.join(format!("{name}.lock")), "").unwrap();
    }
    let used = fs::File::open(scratch.join("2-0.lock")).unwrap();
    used.lock().unwrap();
    ask(&installed(temp.path(), "echo 'kind: X'")).unwrap();
    let mut left: Vec<_> =
        fs::read_dir(&scratch).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["2-0", "2-0.lock"]);
}

#[test]
fn stopping_ends_what_is_under_way() {
    let temp = tempfile::tempdir().unwrap();
    let program =
        installed(temp.path(), &format!("touch {}/begun; exec sleep 60", temp.path().display()));
    let program = Arc::new(program.with_patience(Duration::from_mins(1)));
    let asked = {
        let program = Arc::clone(&program);
        std::thread::spawn(move || ask(&program))
    };
    while !temp.path().join("begun").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    program.stop();
    assert_eq!(fs::read_dir(temp.path().join("scratch")).unwrap().count(), 0);
    asked.join().unwrap().unwrap_err();
    ask(&program).unwrap_err();
}

/// A failing program changes nothing about what is refused or warned of, and its first line is said.
#[test]
fn a_program_that_is_no_help_is_quoted() {
    let field = format!("metadata.annotations.[{KEY}]");
    let source = "kind: Namespace, fieldPath: metadata.name";
    let loud = format!("{HEAD}{}{}", replacement(source, &field), patch(&json!([OLD_ROLE])));
    let quiet =
        format!("{HEAD}{}{}", replacement(source, "metadata.labels.x"), patch(&json!([OLD_ROLE])));
    for (script, line) in [
        ("echo 'error: it broke' >&2; exit 1", "asked in vain: kubectl kustomize: it broke"),
        ("echo '{{{'", "prints no YAML"),
        ("echo garbage", "asked in vain: kubectl kustomize prints something that is no object"),
        ("echo 'kind: X'", ""),
    ] {
        let repo = Repo::skeleton(&loud);
        let before = repo.tree();
        let bin = program(&repo.home(), "kubectl", script);
        let said =
            repo.run_with(&bin, &[&["onboard"], &ALL[..], &["--yes"]].concat()).ends(4).stderr;
        assert!(said.contains(line), "{line} in {said}");
        assert_eq!(repo.tree(), before);
        assert_eq!(repo.builds_left(), 0);
        let repo = Repo::skeleton(&quiet);
        let bin = program(&repo.home(), "kubectl", script);
        let code = if line.is_empty() { 4 } else { 0 };
        let said =
            repo.run_with(&bin, &[&["onboard"], &ALL[..], &["--yes"]].concat()).ends(code).stderr;
        assert!(line.is_empty() || said.contains("warning[kustomization/not-evaluated]"), "{said}");
    }
}

/// Where something would be fetched, run or followed out of the copies, nothing is started.
#[test]
fn what_comes_from_elsewhere_is_never_asked_for() {
    for (more, name, text) in [
        ("  - https://example.org/base?ref=v1\nvars: []\n", "x", ""),
        ("  - GitHub.com/foo/bar\n", "GitHub.com/foo/bar/kustomization.yaml", "resources: []\n"),
        ("  - git@example.org:a/b\n", "x", ""),
        ("helmCharts:\n  - name: x\n", "x", ""),
        ("transformers: [https://example.org/t]\n", "x", ""),
        (
            "generators: [g.yaml]\n",
            "g.yaml",
            "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n",
        ),
        (
            "transformers: [t.yaml]\n",
            "t.yaml",
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: https://example.org/p\n",
        ),
        ("replacements:\n  - path: https://example.org/r\n", "x", ""),
    ] {
        let repo = Repo::skeleton(format!("{HEAD}{more}")).file(&format!("{FOLDER}/{name}"), text);
        let bin = program(&repo.home(), "kubectl", "touch \"$HOME/started\"; exit 1");
        let outcome = repo.run_with(&bin, &[&["onboard"], &ALL[..], &["--dry-run"]].concat());
        let said = outcome.stderr;
        let is_left_open =
            said.contains("is not worked out here") || said.contains("a remote base");
        assert!(is_left_open, "{more}: {said}");
        assert!(!repo.home().join("started").exists(), "{more}");
    }
}

#[test]
fn links_are_not_copied() {
    let text = "resources: [linked.yaml]\nvars: [{name: X}]\n";
    let repo = Repo::new().file("a/kustomization.yaml", text).file("b/real.yaml", "kind: X\n");
    let repo = repo.link("a/linked.yaml", "../b/real.yaml").link("c", "a");
    let tree = Tree::of(Arc::new(RealDisk::open(&repo.root()).unwrap()));
    for (folder, reason) in
        [("a", "a/linked.yaml is a symbolic link"), ("c", "c is a symbolic link")]
    {
        let refused = kustomize::sources(&tree, &RepoPath::parse(folder).unwrap());
        assert_eq!(refused.unwrap_err(), reason);
    }
}

#[test]
fn what_the_build_does_not_read_is_not_copied() {
    let files = [
        (
            "a/kustomization.yaml",
            "resources: [../b, own.yaml]\npatches: [{path: p.yaml}]\nconfigMapGenerator: [{name: x, files: [k=f.txt]}]\n",
        ),
        ("a/own.yaml", ""),
        ("a/p.yaml", ""),
        ("a/f.txt", ""),
        ("a/secret.yaml", ""),
        ("b/kustomization.yml", "components: [../c]\nopenapi: {path: schema.json}\n"),
        ("b/schema.json", ""),
        (
            "c/Kustomization",
            "kind: Component\npatchesStrategicMerge: [m.yaml, 'kind: X\n\n  path: secret.yaml\n']\n",
        ),
        ("c/m.yaml", ""),
        ("c/secret.yaml", ""),
    ];
    let tree = Tree::of(Arc::new(MemoryDisk::with_files(files)));
    let sources = kustomize::sources(&tree, &RepoPath::parse("a").unwrap()).unwrap();
    let read: Vec<&str> = sources.keys().map(RepoPath::as_str).collect();
    let mut expected: Vec<&str> =
        files.iter().map(|(path, _)| *path).filter(|path| !path.ends_with("secret.yaml")).collect();
    expected.sort_unstable();
    assert_eq!(read, expected);
}

/// A kustomize that builds the Namespace with the list that the folder's patch has, and a label.
fn scripted(calls: &Arc<AtomicUsize>) -> Arc<dyn ExternalBuild> {
    let calls = Arc::clone(calls);
    Arc::new(ScriptedBuild(move |_: &RepoPath, files: &BuildFiles| {
        calls.fetch_add(1, Ordering::Relaxed);
        let text = &files[&RepoPath::parse(KUSTOMIZATION).unwrap()];
        let roles = if String::from_utf8_lossy(text).contains(ROLE) {
            json!([OLD_ROLE, ROLE])
        } else {
            json!([OLD_ROLE])
        };
        let metadata = json!({"name": "report-portal", "labels": {"copied": "yes"}, "annotations": {KEY: roles.to_string()}});
        let yaml =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}).to_string();
        Ok(ExternallyBuilt { yaml, by: "kustomize v9".to_owned() })
    }))
}

/// A folder whose replacement may be about the annotation, with every answer but the role.
fn open_folder() -> (Arc<MemoryDisk>, Setup) {
    let field = format!("metadata.annotations.[{KEY}]");
    let replaced = replacement("kind: Namespace, fieldPath: metadata.name", &field);
    let disk = MemoryDisk::with_files(GUIDE);
    disk.put(KUSTOMIZATION, format!("{HEAD}{replaced}{}", patch(&json!([OLD_ROLE]))).as_bytes());
    let mut given = GivenAnswers::default();
    for (id, value) in [
        (QuestionId::Cluster, "c"),
        (QuestionId::Namespace, "report-portal"),
        (QuestionId::Network, "none"),
    ] {
        given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    (Arc::new(disk), Setup { given, ..Setup::default() })
}

#[test]
fn the_wizard_asks_at_the_review_and_once_for_the_same_files() {
    let calls = Arc::new(AtomicUsize::new(0));
    let (disk, setup) = open_folder();
    let mut driver = Driver::asking(scripted(&calls), disk, setup);
    driver.type_in(ROLE);
    let plan = driver.wizard.plan().unwrap();
    assert!(
        plan.findings.iter().any(|f| f.help.contains("is asked at the review")),
        "{:?}",
        plan.findings
    );
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    driver.go_to_step(Step::Review);
    assert_eq!(calls.load(Ordering::Relaxed), 2, "before and after");
    let plan = driver.wizard.plan().unwrap();
    assert_eq!(plan.obstacle(), None, "{:?}", plan.findings);
    assert!(
        plan.notes.iter().any(|note| note.ends_with("kustomize v9 was asked")),
        "{:?}",
        plan.notes
    );
    let page = String::from_utf8(plan.built[0].after.clone().unwrap()).unwrap();
    assert!(page.contains("copied:"), "{page}");
    assert_eq!(plan.effects[0].before, [OLD_ROLE]);
    driver.send(Message::WentBack);
    driver.go_to_step(Step::Review);
    assert_eq!(calls.load(Ordering::Relaxed), 2, "nothing changed");
    driver.send(Message::WriteAsked);
    driver.send(Message::Entered);
    assert!(String::from_utf8_lossy(&driver.files()[KUSTOMIZATION]).contains(ROLE));
}

/// Until the answer is there, nothing can be written, and a wish to write waits for it.
#[test]
fn the_wizard_writes_nothing_before_the_answer() {
    let (disk, setup) = open_folder();
    let before = disk.files();
    let mut driver = Driver::asking(scripted(&Arc::default()), disk, setup);
    driver.type_in(ROLE);
    driver.holds = true;
    driver.send(Message::WentOn);
    driver.send(Message::WentOn);
    while driver.wizard.step() != Step::Review {
        driver.send(Message::WentOn);
    }
    let quick = driver.held.pop().unwrap();
    driver.held.clear();
    driver.send(quick);
    assert!(!driver.wizard.is_up_to_date());
    driver.send(Message::WriteAsked);
    assert_eq!(driver.wizard.popup(), None);
    assert_eq!(driver.files(), before);
    driver.give_held();
    assert_eq!(driver.wizard.popup(), Some((Popup::Write, 0)));
}

/// A program that did not end is not asked again before everything is read anew.
#[test]
fn a_program_that_hangs_is_asked_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let hangs = ScriptedBuild(move |_: &RepoPath, _: &BuildFiles| {
        counted.fetch_add(1, Ordering::Relaxed);
        Err(NotBuilt::Hung("kustomize: did not end within 10 s".to_owned()))
    });
    let (disk, setup) = open_folder();
    let mut driver = Driver::asking(Arc::new(hangs), disk, setup);
    driver.type_in(ROLE);
    driver.go_to_step(Step::Review);
    driver.send(Message::WentBack);
    driver.send(Message::Edited(Edit::Backspace));
    driver.go_to_step(Step::Review);
    let plan = driver.wizard.plan().unwrap();
    assert!(plan.findings.iter().any(|f| f.help.contains("did not end")), "{:?}", plan.findings);
    assert_eq!(plan.obstacle(), Some(Obstacle::Disk));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    driver.send(Message::Refreshed);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

/// The copies are all that the build reads: of every recorded case it is the same with them.
#[test]
fn copies_build_to_what_the_whole_tree_builds_to() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let temp = tempfile::tempdir().unwrap();
    let path = kubectl.path().parent().unwrap().to_str().unwrap();
    let program = InstalledKustomize::find(path, temp.path().join("scratch")).unwrap();
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/kustomize");
    let mut count = 0;
    for case in fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(about) = fs::read_to_string(case.join("case.json")) else {
            continue;
        };
        let about: Json = serde_json::from_str(&about).unwrap();
        let folder = RepoPath::parse(about["build_dir"].as_str().unwrap()).unwrap();
        let tree = Tree::of(Arc::new(RealDisk::open(&case).unwrap()));
        let Ok(sources) = kustomize::sources(&tree, &folder) else {
            continue;
        };
        let expected = fs::read_to_string(case.join("expected.txt")).unwrap();
        match (about["exit_code"] == 0, program.build(&folder, &sources)) {
            (true, Ok(built)) => {
                assert_eq!(documents(&built.yaml), documents(&expected), "{about}")
            }
            (false, Err(_)) => {}
            (_, outcome) => panic!("{about}: {outcome:?}"),
        }
        count += 1;
    }
    assert!(count > 120, "{count}");
}
