//! Proves that no bytes make a reader or an edit panic, and that an edit of anything either
//! refuses or means what it should.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::domain::allowed_roles::AllowedRoles;
use gangplank::kustomize;
use gangplank::manifests::edit::{Change, Edit, Splice, Step, edit};
use gangplank::manifests::roles_text::{additions, removals};
use gangplank::manifests::source::SourceText;
use gangplank::manifests::yaml::{Value, Yaml};
use gangplank::system::{Disk, MemoryDisk, RepoPath};
use gangplank::tree::Tree;

use crate::support::{
    Choices, DEFAULTS, FOLDER, KUSTOMIZATION, ROLES_KEY, count, for_fixed, house_files,
    judge_if_read,
};

/// Longer inputs find nothing that shorter ones do not, and take their time.
const LONGEST: usize = 4_000;

/// What YAML, JSON pointers and lists of roles are made of.
const TOKENS: [&str; 64] = [
    "\n",
    " ",
    "  ",
    "\n  ",
    "\n- ",
    ": ",
    ":",
    "- ",
    "|",
    ">",
    "|-\n  ",
    ">+\n",
    "|2-\n",
    "'",
    "\"",
    "''",
    "\\\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " # c\n",
    "&a ",
    "*a",
    "!!str ",
    "!",
    "<<: *a",
    "---\n",
    "...\n",
    "? ",
    "\t",
    "\r\n",
    "\r",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{0}",
    "é漢",
    "~",
    "null",
    "on",
    "0x1F",
    "1e3",
    ".inf",
    "2001-01-01",
    "resources",
    "patches",
    "patch",
    "target",
    "kind: Namespace",
    "namespace: x",
    "- op: add\n",
    "path: /metadata/annotations/",
    "value: ",
    "iam.amazonaws.com~1allowed-roles",
    "iam.amazonaws.com/allowed-roles",
    "[\"a\"]",
    "metadata:\n  name: x\n",
    "$patch: delete",
    "%YAML 1.1\n",
    "%",
];

/// The files of the recorded cases, small ones.
fn corpus() -> Vec<Vec<u8>> {
    let mut waiting = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"))];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if is_yaml(&path) {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files.into_iter().map(|(_, bytes)| bytes).filter(|bytes| bytes.len() < LONGEST).collect()
}

fn is_yaml(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    [".yaml", ".yml", "Kustomization"].iter().any(|end| name.ends_with(end))
}

/// Tokens and bytes in any order, or a recorded file with a few changes.
fn input(choices: &mut Choices, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if !choices.one_in(4) {
        let at = choices.below(256) * 256 + choices.below(256);
        bytes.clone_from(&corpus[at % corpus.len()]);
        for _ in 0..choices.below(6) {
            mutate(choices, &mut bytes, corpus);
        }
        return bytes;
    }
    for _ in 0..choices.below(60) {
        match choices.one_in(20) {
            true => bytes.push(u8::try_from(choices.below(256)).unwrap()),
            false => bytes.extend(choices.pick(&TOKENS).bytes()),
        }
    }
    bytes
}

fn mutate(choices: &mut Choices, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = (choices.below(256) * 256 + choices.below(256)) % (bytes.len() + 1);
    let end = (at + choices.below(40)).min(bytes.len());
    match choices.below(7) {
        0 => drop(bytes.splice(at..at, choices.pick(&TOKENS).bytes())),
        1 => drop(bytes.drain(at..end)),
        2 => drop(bytes.splice(at..end, choices.pick(&TOKENS).bytes())),
        3 => {
            let copy = bytes[at..end].to_vec();
            bytes.splice(end..end, copy);
        }
        4 => bytes.truncate(at),
        5 => {
            let other = &corpus[choices.below(256) % corpus.len()];
            bytes.splice(at..end, other[..other.len().min(80)].iter().copied());
        }
        _ => {
            let byte = u8::try_from(choices.below(256)).unwrap();
            bytes.splice(at..end.min(at + 1), [byte]);
        }
    }
    bytes.truncate(LONGEST);
}

#[test]
fn any_bytes_are_read_or_refused() {
    let corpus = corpus();
    for_fixed(count(4_000, 160_000), |choices| {
        let bytes = input(choices, &corpus);
        let Ok(source) = SourceText::decode(bytes.clone()) else {
            return Ok(());
        };
        if source.encode() != bytes {
            return Err(format!("{bytes:?} come back as other bytes"));
        }
        if let Ok(yaml) = Yaml::parse(source.text()) {
            for root in yaml.documents() {
                let _ = (Value::of(root), root.duplicate_keys().len(), root.place());
            }
        }
        Ok(())
    });
}

#[test]
fn any_annotation_is_read_or_refused() {
    let tokens =
        ["[", "]", "\"", ",", "a", "\\", "\\u00e9", "é", " ", "null", "\n", "{", "\\ud83d", "1"];
    for_fixed(count(4_000, 160_000), |choices| {
        let length = choices.below(14);
        let mut text: String = (0..length).map(|_| choices.pick(&tokens)).collect();
        if choices.one_in(2) {
            text = format!("[\"a\", {text}\"b\"]");
        }
        let new = "new\"".to_owned();
        let add = additions(&text, std::slice::from_ref(&new));
        let gone = removals(&text, |entry| entry != "a");
        let Ok(read) = AllowedRoles::parse(&text) else {
            return Ok(());
        };
        let with = |way: &[Splice]| {
            let mut text = text.clone();
            for splice in way.iter().rev() {
                text.replace_range(splice.range.clone(), &splice.with);
            }
            AllowedRoles::parse(&text).map(|read| read.entries().to_vec())
        };
        let mut wanted = read.entries().to_vec();
        wanted.push(new);
        let added = add.iter().all(|way| with(way).as_ref() == Ok(&wanted));
        let kept: Vec<String> =
            read.entries().iter().filter(|entry| *entry != "a").cloned().collect();
        let removed = gone.iter().all(|way| with(way).as_ref() == Ok(&kept));
        if added && removed { Ok(()) } else { Err(format!("{text:?}: {add:?} {gone:?}")) }
    });
}

/// An edit at a place that may be there.
fn random_edit(choices: &mut Choices) -> Edit {
    let key = |name: &str| Step::Key(name.to_owned());
    let at = match choices.below(6) {
        0 => vec![key("resources"), Step::Index(choices.below(3))],
        1 => vec![key("patches"), Step::Index(choices.below(3))],
        2 => vec![
            key("patches"),
            Step::Index(0),
            key("patch"),
            Step::Inside,
            Step::Index(choices.below(2)),
            key("value"),
        ],
        3 => vec![
            key("patches"),
            Step::Index(0),
            key("patch"),
            Step::Inside,
            key("metadata"),
            key("annotations"),
            key(ROLES_KEY),
        ],
        4 => vec![key(choices.pick(&["namespace", "patches", "kind"]))],
        _ => vec![key("patches"), Step::Index(0), key("patch"), Step::Inside, Step::Index(0)],
    };
    match choices.below(4) {
        0 => Edit { at, change: Change::Remove },
        1 => {
            let splice = Splice { range: 0..0, with: "a 'b' \"c\"\n".to_owned() };
            Edit { at, change: Change::Rewrite(vec![vec![splice]]) }
        }
        _ => {
            let item = choices.pick(&[
                "- cnp.x.yaml\n",
                "- target:\n    kind: Namespace\n  patch: |-\n    - op: add\n      value: 'v'\n",
            ]);
            Edit::append(choices.pick(&["resources", "patches", "x"]), item)
        }
    }
}

/// What is edited is read again, and of an edit that was made nothing but its own lines is new.
#[test]
fn an_edit_of_anything_refuses_or_keeps_the_rest() {
    let corpus = corpus();
    let edited = std::cell::Cell::new(0_usize);
    for_fixed(count(2_000, 40_000), |choices| {
        let bytes = input(choices, &corpus);
        let edit_made = random_edit(choices);
        let Ok(source) = SourceText::decode(bytes) else {
            return Ok(());
        };
        let Ok(after) = edit(&source, std::slice::from_ref(&edit_made)) else {
            return Ok(());
        };
        edited.set(edited.get() + 1);
        let rereads = Yaml::parse(after.text()).is_ok_and(|yaml| yaml.root().is_some());
        let is_same = after == source;
        if !rereads || is_same {
            return Err(format!("{edit_made:?} of {:?} gives {:?}", source.text(), after.text()));
        }
        judge_if_read(source.text(), &edit_made, after.text())
    });
    eprintln!("{} edits were made", edited.get());
    assert!(edited.get() > 200);
}

#[test]
fn any_folder_is_built_or_called_broken() {
    let corpus = corpus();
    for_fixed(count(600, 12_000), |choices| {
        let disk = MemoryDisk::default();
        for (path, text) in house_files(DEFAULTS) {
            disk.put(&path, text.as_bytes());
        }
        disk.put(KUSTOMIZATION, &input(choices, &corpus));
        let other = choices.pick(&[
            "cnp.report-portal.yaml",
            "patch.yaml",
            "../../defaults/namespace.yaml",
        ]);
        let path = RepoPath::parse(FOLDER).unwrap().resolve(other).unwrap();
        disk.put(path.as_str(), &input(choices, &corpus));
        let tree = Tree::of(Arc::new(disk) as Arc<dyn Disk>);
        let folder = RepoPath::parse(FOLDER).unwrap();
        let build = kustomize::build(&tree, &folder);
        for namespace in &build.namespaces {
            let _ = kustomize::setters(&tree, &folder, namespace, &build.objects, ROLES_KEY);
        }
        Ok(())
    });
}
