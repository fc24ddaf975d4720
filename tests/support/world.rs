//! A repository in memory with a plan on it, and what must hold of it at any moment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use gangplank::apply::{self, Applied, ApplyError, Journal, apply};
use gangplank::kustomize;
use gangplank::plan::{FileChange, Outlook, Plan, Planner, Verb};
use gangplank::questions::{GivenAnswers, Origin, QuestionId};
use gangplank::repo::Repository;
use gangplank::system::{Disk, FixedClock, MemoryDisk, RepoPath, WritableDisk};
use gangplank::tree::Tree;

use super::{Files, KUSTOMIZATION, Life, Mortal, ROLE, clock};

/// The root of repositories in memory.
pub(crate) const ROOT: &str = "/repository";

/// A repository in memory, its state folder, and what is planned on it.
pub(crate) struct World {
    pub(crate) disk: Arc<MemoryDisk>,
    pub(crate) state: Arc<MemoryDisk>,
    pub(crate) clock: FixedClock,
    pub(crate) plan: Plan,
    pub(crate) old: Files,
    pub(crate) new: Files,
}

impl World {
    pub(crate) fn of(files: &[(&str, &str)], plan: impl FnOnce(&Arc<MemoryDisk>) -> Plan) -> Self {
        let disk = Arc::new(MemoryDisk::with_files(files.iter().copied()));
        let plan = plan(&disk);
        let old = disk.files();
        let mut new = old.clone();
        for file in &plan.files {
            match &file.after {
                Some(after) => new.insert(file.path.to_string(), after.clone()),
                None => new.remove(file.path.as_str()),
            };
        }
        let state = Arc::new(MemoryDisk::default());
        World { disk, state, clock: clock(), plan, old, new }
    }

    /// The same world, on disks of its own: making the plan anew would take longer than writing it.
    pub(crate) fn copy(&self) -> Self {
        let copy = |disk: &MemoryDisk| {
            let copy = MemoryDisk::default();
            disk.files().iter().for_each(|(path, bytes)| copy.put(path, bytes));
            Arc::new(copy)
        };
        World {
            disk: copy(&self.disk),
            state: copy(&self.state),
            plan: self.plan.clone(),
            old: self.old.clone(),
            new: self.new.clone(),
            ..*self
        }
    }

    /// The world after its plan, with the plan that undoes it.
    fn undone(self) -> Self {
        self.apply().unwrap();
        let run = self.journal().last_but(&[]).unwrap().unwrap();
        let plan = apply::undo_plan(self.disk.as_ref(), &run).unwrap();
        assert_eq!(plan.obstacle(), None, "{:?}", plan.findings);
        let clock = FixedClock(self.clock.0 + Duration::from_mins(1));
        World { plan, clock, old: self.new, new: self.old, ..self }
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::new(Arc::clone(&self.state) as Arc<dyn WritableDisk>, ROOT)
    }

    pub(crate) fn apply(&self) -> Result<Applied, ApplyError> {
        apply(self.disk.as_ref(), &self.journal(), &self.clock, &self.plan)
    }

    /// Writes the plan by way of other disks, if it can.
    pub(crate) fn write(&self, disk: &dyn WritableDisk, journal: &Journal) {
        let _ = apply(disk, journal, &self.clock, &self.plan);
    }

    /// Acts as a program that is killed after so many steps; says whether it lived to its end.
    pub(crate) fn killed_after<T>(
        &self,
        steps: usize,
        act: impl FnOnce(&dyn WritableDisk, &Journal) -> T,
    ) -> Option<T> {
        let life = Life::of(steps);
        let mortal =
            |disk: &Arc<MemoryDisk>| Mortal { disk: Arc::clone(disk), life: Arc::clone(&life) };
        let journal = Journal::new(Arc::new(mortal(&self.state)), ROOT);
        let done = act(&mortal(&self.disk), &journal);
        (!life.is_over()).then_some(done)
    }

    pub(crate) fn unfinished(&self) -> Vec<apply::Run> {
        apply::unfinished(self.disk.as_ref(), &self.journal()).unwrap()
    }

    /// The folders that the plan would make.
    pub(crate) fn folders(&self) -> Vec<RepoPath> {
        let folders = self.plan.files.iter().filter_map(|file| file.path.parent());
        folders.collect()
    }

    #[track_caller]
    pub(crate) fn is_old(&self, when: &str) {
        assert_eq!(shown(&self.disk.files()), shown(&self.old), "{when}");
        let fresh = World::of(&[], |_| Plan::default());
        for (path, bytes) in &self.old {
            fresh.disk.put(path, bytes);
        }
        for folder in self.folders() {
            let is = self.disk.kind(&folder).unwrap();
            assert_eq!(is, fresh.disk.kind(&folder).unwrap(), "{when}: {folder}");
        }
    }

    #[track_caller]
    pub(crate) fn is_new(&self, when: &str) {
        assert_eq!(shown(&self.disk.files()), shown(&self.new), "{when}");
    }

    /// Each file is wholly old or wholly new, and beside them lie only hidden copies.
    #[track_caller]
    pub(crate) fn is_whole(&self, when: &str) {
        let now = self.disk.files();
        for file in &self.plan.files {
            let bytes = now.get(file.path.as_str());
            let is_one = bytes == file.before.as_ref() || bytes == file.after.as_ref();
            assert!(is_one, "{when}: {}", file.path);
        }
        for path in now.keys().filter(|path| !self.old.contains_key(*path)) {
            let name = RepoPath::parse(path).unwrap();
            let is_hidden = name.name().starts_with('.') && !name.name().ends_with(".yaml");
            assert!(self.new.contains_key(path) || is_hidden, "{when}: {path}");
        }
    }

    /// Whatever has a kustomization builds.
    #[track_caller]
    pub(crate) fn builds(&self, when: &str) {
        let tree = Tree::of(Arc::clone(&self.disk) as Arc<dyn Disk>);
        for folder in self.folders() {
            if tree.kustomization_files(&folder).unwrap().is_empty() {
                continue;
            }
            let problems = kustomize::build(&tree, &folder).problems;
            assert!(problems.iter().all(|p| !p.is_broken), "{when}: {problems:?}");
        }
    }
}

fn shown(files: &Files) -> BTreeMap<&str, String> {
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    files.iter().map(|(path, bytes)| (path.as_str(), text(bytes))).collect()
}

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n";

pub(crate) const GUIDE: [(&str, &str); 2] = [
    ("clusters/c/namespaces/defaults/kustomization.yaml", "resources:\n  - namespace.yaml\n"),
    ("clusters/c/namespaces/defaults/namespace.yaml", NAMESPACE),
];

pub(crate) const SKELETON: (&str, &str) =
    (KUSTOMIZATION, "namespace: report-portal\nresources:\n  - ../../defaults\n");

/// The plan of an onboarding.
pub(crate) fn onboarding(disk: &Arc<MemoryDisk>) -> Plan {
    let mut given = grant();
    given.give(QuestionId::Select, vec!["sa=default".to_owned()], Origin::Flag);
    given.give(QuestionId::Egress, vec!["restrict".to_owned()], Origin::Flag);
    planned(planner(disk).outlook(&given).unwrap())
}

/// The plan of taking the role away, and the policy too.
fn revocation(disk: &Arc<MemoryDisk>) -> Plan {
    planned(planner(disk).revocation(&grant(), true).unwrap())
}

fn grant() -> GivenAnswers {
    let mut given = GivenAnswers::default();
    for (id, value) in [
        (QuestionId::Cluster, "c"),
        (QuestionId::Namespace, "report-portal"),
        (QuestionId::Role, ROLE),
    ] {
        given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    given
}

fn planner(disk: &Arc<MemoryDisk>) -> Planner {
    let tree = Tree::of(Arc::clone(disk) as Arc<dyn Disk>);
    Planner::new(Repository::open(tree, String::new()).unwrap(), BTreeMap::new())
}

fn planned(outlook: Outlook) -> Plan {
    let plan = outlook.plan.unwrap();
    assert_eq!(plan.obstacle(), None, "{:?}", plan.findings);
    plan
}

/// A kustomization whose list of roles is in a file of its own.
const WITH_PATCH_FILE: (&str, &str) = (
    KUSTOMIZATION,
    "# ours\nnamespace: report-portal\nresources:\n  - ../../defaults # shared\npatches:\n  - path: roles.yaml\n    target: {kind: Namespace}\n",
);

const PATCH_FILE: &str = "clusters/c/namespaces/application/report-portal/roles.yaml";

fn patch_file(role: &str) -> String {
    format!(
        "- op: add\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n  value: '[\"{role}\"]' # who\n"
    )
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    let path = RepoPath::parse(path).unwrap();
    match after {
        Some(after) => FileChange::between(path, bytes(before), after.as_bytes().to_vec()),
        None => FileChange { path, verb: Verb::Delete, before: bytes(before), after: None },
    }
}

fn new_folder() -> World {
    World::of(&GUIDE, onboarding)
}

fn existing_folder() -> World {
    World::of(&[GUIDE[0], GUIDE[1], SKELETON], onboarding)
}

/// The policy is made, the list gets a role in its file, the kustomization a line.
fn several_edits() -> World {
    let roles = patch_file("arn:aws:iam::123456789098:role/old");
    World::of(&[GUIDE[0], GUIDE[1], WITH_PATCH_FILE, (PATCH_FILE, &roles)], onboarding)
}

/// The last role takes its file along.
fn removal() -> World {
    let roles = patch_file(ROLE);
    World::of(&[GUIDE[0], GUIDE[1], WITH_PATCH_FILE, (PATCH_FILE, &roles)], revocation)
}

fn all_verbs() -> World {
    let files = [("a/old", "old"), ("a/gone", "gone"), ("a/same", "same")];
    World::of(&files, |_| Plan {
        files: vec![
            change("b/c/d/made", None, Some("made")),
            change("a/same", Some("same"), Some("same")),
            change("a/old", Some("old"), Some("new")),
            change("a/gone", Some("gone"), None),
            change("b/also", None, Some("also")),
        ],
        ..Plan::default()
    })
}

/// A new folder, edits of one that is there, a removal, every verb at once; and their undoing.
pub(crate) fn worlds() -> [(&'static str, World); 9] {
    [
        ("new folder", new_folder()),
        ("existing folder", existing_folder()),
        ("several edits", several_edits()),
        ("removal", removal()),
        ("all verbs", all_verbs()),
        ("undo of a new folder", new_folder().undone()),
        ("undo of several edits", several_edits().undone()),
        ("undo of a removal", removal().undone()),
        ("undo of all verbs", all_verbs().undone()),
    ]
}
