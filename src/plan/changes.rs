//! Changes as values: what a plan consists of.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::config_facts::ConfigFact;
use super::diff::git_diff;
use crate::check;
use crate::domain::conflict::OnConflict;
use crate::domain::finding::{Cause, Finding, Level};
use crate::domain::role_arn::RoleArn;
use crate::domain::session_ttl::SessionTtl;
use crate::questions::GivenAnswers;
use crate::system::RepoPath;
use crate::tree::Tree;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// It is made.
    Create,
    /// It changes.
    Update,
    /// It goes.
    Delete,
    /// It is as it should be.
    Identical,
    /// It can't be changed without a decision.
    Conflict,
}

impl Verb {
    /// Whether the file is written.
    pub fn writes(self) -> bool {
        matches!(self, Verb::Create | Verb::Update | Verb::Delete)
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Identical => "identical",
            Verb::Conflict => "conflict",
        }
    }
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file.
    pub path: RepoPath,
    /// What happens to it.
    pub verb: Verb,
    /// Its bytes when the plan was made; `None` if it was not there.
    pub before: Option<Vec<u8>>,
    /// Its bytes afterwards; `None` if it goes. Of a conflict, what gangplank would have written
    /// if it can tell.
    pub after: Option<Vec<u8>>,
}

impl FileChange {
    /// The change from `before` to `after`, with the verb that follows.
    pub fn between(path: RepoPath, before: Option<Vec<u8>>, after: Vec<u8>) -> Self {
        let verb = match &before {
            None => Verb::Create,
            Some(bytes) if *bytes == after => Verb::Identical,
            Some(_) => Verb::Update,
        };
        FileChange { path, verb, before, after: Some(after) }
    }

    /// A file that goes.
    pub fn deleted(path: RepoPath, before: Vec<u8>) -> Self {
        FileChange { path, verb: Verb::Delete, before: Some(before), after: None }
    }

    /// A file that is left alone until somebody decides.
    pub fn conflict(path: RepoPath, before: Vec<u8>, wanted: Option<Vec<u8>>) -> Self {
        FileChange { path, verb: Verb::Conflict, before: Some(before), after: wanted }
    }

    /// How many lines the file has afterwards.
    pub fn line_count(&self) -> usize {
        let after = self.after.as_deref().unwrap_or_default();
        after.iter().filter(|byte| **byte == b'\n').count()
    }
}

/// Adds a change. Of a file that is changed twice, the first change knows what is on disk, and the
/// second what the file becomes and when.
fn add(files: &mut Vec<FileChange>, mut file: FileChange) {
    if let Some(at) = files.iter().position(|one| one.path == file.path) {
        let first = files.remove(at);
        if let (Some(after), true) = (&file.after, file.verb != Verb::Conflict) {
            file = FileChange::between(first.path, first.before, after.clone());
        }
    }
    files.push(file);
}

/// The tree as it will be once these changes are written.
pub(super) fn tree_after(tree: &Tree, files: &[FileChange]) -> Tree {
    let written = files.iter().filter(|file| file.verb.writes());
    tree.with(written.filter_map(|file| Some((file.path.clone(), file.after.clone()?))))
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Purpose {
    /// A namespace gets a role.
    #[default]
    Grant,
    /// A namespace loses a role.
    Revoke,
    /// Findings of a check are mended.
    Mend,
    /// The built-in templates are written down.
    Export,
    /// An earlier run is undone.
    Undo {
        /// Its id in the journal.
        run: String,
        /// The folders that it made, the outer ones first; they go if nothing is left in them.
        folders: Vec<String>,
        /// The permission bits that its files had before, by path: one that it removed gets them
        /// back.
        modes: BTreeMap<String, u32>,
    },
}

/// Everything that would be written, and what is to be said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What it is for.
    pub purpose: Purpose,
    /// The files, in the order in which they are written: the tree builds after each one.
    pub files: Vec<FileChange>,
    /// What is wrong or worth a look.
    pub findings: Vec<Finding>,
    /// The answers that the plan is made from, with their origins.
    pub answers: GivenAnswers,
    /// The command that does the same without questions.
    pub command: String,
    /// In words, for the review: where the shape comes from, what the defaults bring.
    pub notes: Vec<String>,
    /// The Namespaces as kustomize builds them before and after: pages for the preview.
    pub built: Vec<FileChange>,
    /// The lists of roles afterwards, per folder.
    pub effects: Vec<Effective>,
    /// Policy files that are there with other content, and what becomes of each.
    pub conflicts: Vec<Conflict>,
    /// Facts of clusters that are to be written into the config.
    pub facts: Vec<ConfigFact>,
    /// What `rules:` of the config says, for findings that are still to come; `None` is off.
    pub levels: BTreeMap<String, Option<Level>>,
}

/// A policy file that is there with other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The cluster.
    pub cluster: String,
    /// As it is, and as it was to be.
    pub file: FileChange,
    /// What becomes of it.
    pub what: OnConflict,
}

/// What a question to AWS about a role of a cluster needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AwsFacts {
    /// The AWS profile that reads the cluster's account.
    pub profile: Option<String>,
    /// The role that kube2iam runs under.
    pub node_role: Option<RoleArn>,
    /// That role's unique id.
    pub node_role_id: Option<String>,
    /// The external id that the pods send.
    pub external_id: Option<String>,
    /// How long kube2iam there keeps credentials.
    pub session_ttl: Option<SessionTtl>,
}

/// The allowed roles of a namespace before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The cluster.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// Its folder.
    pub folder: RepoPath,
    /// The pod annotation that asks for a role there.
    pub role_key: String,
    /// The role that the team's pods ask for.
    pub pod_role: String,
    /// The roles that are granted now.
    pub roles: Vec<RoleArn>,
    /// What AWS has to be asked with.
    pub aws: AwsFacts,
    /// The list as built before; empty if there was no Namespace.
    pub before: Vec<String>,
    /// Whether no file of the folder sets that list: it comes from what the folder inherits.
    pub is_inherited: bool,
    /// The list as built afterwards.
    pub after: Vec<String>,
}

/// Why a plan must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// An answer is wrong.
    Answer,
    /// The disk needs a decision.
    Disk,
}

impl Plan {
    /// This plan and another one that was made on what this one leaves behind.
    pub(super) fn and(mut self, other: Plan) -> Plan {
        for file in other.files {
            add(&mut self.files, file);
        }
        for page in other.built {
            add(&mut self.built, page);
        }
        self.conflicts.extend(other.conflicts);
        self.findings.extend(other.findings);
        self.notes.extend(other.notes);
        for fact in other.facts {
            if !self.facts.contains(&fact) {
                self.facts.push(fact);
            }
        }
        for effect in other.effects {
            match self.effects.iter_mut().find(|one| one.folder == effect.folder) {
                Some(one) => one.after = effect.after,
                None => self.effects.push(effect),
            }
        }
        self
    }

    /// The same with what belongs to one cluster together.
    pub(super) fn grouped(mut self) -> Plan {
        let mut clusters: Vec<String> = Vec::new();
        for effect in &self.effects {
            if !clusters.contains(&effect.cluster) {
                clusters.push(effect.cluster.clone());
            }
        }
        let rank = |cluster: &str| clusters.iter().position(|own| own == cluster);
        self.effects.sort_by_key(|effect| rank(&effect.cluster));
        self
    }

    /// Says what was found out since, at the level that `rules:` gives it.
    pub fn add_findings(&mut self, mut findings: Vec<Finding>) {
        check::apply_to_plan(&self.levels, &mut findings);
        self.findings.extend(findings);
    }

    /// What a preview can show: the files, the Namespaces as built, and what was to become of files
    /// that are left alone.
    pub fn pages(&self) -> Vec<&FileChange> {
        let is_shown = |file: &FileChange| self.files.iter().any(|one| one.path == file.path);
        let conflicts = self.conflicts.iter().map(|conflict| &conflict.file);
        let left_alone = conflicts.filter(|file| !is_shown(file));
        self.files.iter().chain(&self.built).chain(left_alone).collect()
    }

    /// Whether anything would be written.
    pub fn has_changes(&self) -> bool {
        self.files.iter().any(|file| file.verb.writes())
    }

    /// Why it must not be written, if so. What is on disk weighs more: another answer may not help.
    pub fn obstacle(&self) -> Option<Obstacle> {
        let errors = || self.findings.iter().filter(|finding| finding.level == Level::Error);
        let conflict = self.files.iter().any(|file| file.verb == Verb::Conflict);
        if errors().any(|finding| finding.cause == Cause::Answer) {
            Some(Obstacle::Answer)
        } else if conflict || errors().next().is_some() {
            Some(Obstacle::Disk)
        } else {
            None
        }
    }

    /// The whole plan as a diff that `git apply` takes at git's top level.
    pub fn git_diff(&self, prefix: &str) -> String {
        let written = self.files.iter().filter(|file| file.verb.writes());
        written.map(|file| git_diff(file, prefix)).collect()
    }

    /// The plan as JSON, `gangplank.plan/1`.
    pub fn to_json(&self, root: &str, prefix: &str) -> serde_json::Value {
        serde_json::json!(PlanJson {
            schema: "gangplank.plan/1",
            root,
            answers: AnswersJson(&self.answers),
            files: self.files.iter().map(|file| FileJson::of(file, prefix)).collect(),
            findings: &self.findings,
            command: &self.command,
        })
    }
}

#[derive(Serialize)]
struct PlanJson<'a> {
    schema: &'static str,
    root: &'a str,
    answers: AnswersJson<'a>,
    files: Vec<FileJson>,
    findings: &'a [Finding],
    command: &'a str,
}

#[derive(Serialize)]
struct FileJson {
    path: String,
    verb: Verb,
    before_sha256: Option<String>,
    after: Option<String>,
    diff: String,
}

impl FileJson {
    fn of(file: &FileChange, prefix: &str) -> Self {
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        FileJson {
            path: file.path.to_string(),
            verb: file.verb,
            before_sha256: file.before.as_deref().map(sha256),
            after: file.after.as_ref().map(text),
            diff: git_diff(file, prefix),
        }
    }
}

struct AnswersJson<'a>(&'a GivenAnswers);

impl Serialize for AnswersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, given)| {
            let question = crate::questions::question(id);
            let value = match &given.values[..] {
                [one] if !question.repeatable => serde_json::Value::from(one.as_str()),
                several => serde_json::Value::from(several.to_vec()),
            };
            let origin = given.origin.word();
            (question.key, serde_json::json!({ "value": value, "origin": origin }))
        }))
    }
}
